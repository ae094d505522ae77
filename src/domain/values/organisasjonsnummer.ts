import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** An organisation number: nine digits, the last of which is a modulus 11 check digit. */
export type Organisasjonsnummer = Branded<string, 'Organisasjonsnummer'>;

const weights = [3, 2, 7, 6, 5, 4, 3, 2];

/** Nine digits, in groups or not, as a VAT number (`NO910753614MVA`), or with the prefix of Maskinporten (`0192:910753614`). */
const written = /^(?:0192:|NO\s?)?(\d{3})[\s.]?(\d{3})[\s.]?(\d{3})(?:\s?MVA)?$/i;

/** The refusal (`invalid`) never repeats the text, because somebody may have entered a fødselsnummer by mistake. */
export function parseOrganisasjonsnummer(text: string): Organisasjonsnummer {
  const number = written.exec(text.trim())?.slice(1).join('');
  if (number === undefined) return refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret må ha ni siffer, for eksempel 964338531.');
  const sum = weights.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  if ((11 - (sum % 11)) % 11 !== Number(number[8]))
    refuse('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret er feil: kontrollsifferet stemmer ikke.');
  return number as Organisasjonsnummer;
}
