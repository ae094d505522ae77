import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** Nine digits whose last one is the modulus 11 check of the others. */
export type Organisasjonsnummer = Branded<string, 'Organisasjonsnummer'>;

const weights = [3, 2, 7, 6, 5, 4, 3, 2];

/** The text is never repeated in the refusal: a person may have put a fødselsnummer there. */
export function parseOrganisasjonsnummer(text: string): Organisasjonsnummer {
  if (!/^\d{9}$/.test(text))
    refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret må ha ni siffer, uten mellomrom.');
  const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  if ((11 - (sum % 11)) % 11 !== Number(text[8]))
    refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret er feil: kontrollsifferet stemmer ikke.');
  return text as Organisasjonsnummer;
}
