import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** An organisation number: nine digits, the last of which is a modulus 11 check digit. */
export type Organisasjonsnummer = Branded<string, 'Organisasjonsnummer'>;

const weights = [3, 2, 7, 6, 5, 4, 3, 2];

/** The refusal (`invalid`) never repeats the text, because somebody may have entered a fødselsnummer by mistake. */
export function parseOrganisasjonsnummer(text: string): Organisasjonsnummer {
  if (!/^\d{9}$/.test(text))
    refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret må ha ni siffer, uten mellomrom.');
  const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  if ((11 - (sum % 11)) % 11 !== Number(text[8]))
    refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret er feil: kontrollsifferet stemmer ikke.');
  return text as Organisasjonsnummer;
}
