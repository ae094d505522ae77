import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** Four digits; the leading zero counts (`0301`). */
export type Kommunenummer = Branded<string, 'Kommunenummer'>;

export function parseKommunenummer(text: string): Kommunenummer {
  if (!/^\d{4}$/.test(text))
    refuse('invalid', 'UGYLDIG_KOMMUNENUMMER', 'Kommunenummeret må ha fire siffer. Ta med nullen foran, for eksempel 0301.');
  return text as Kommunenummer;
}
