import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** The number of a kommune: four digits, with any leading zero (`0301`). */
export type Kommunenummer = Branded<string, 'Kommunenummer'>;

export function parseKommunenummer(text: string): Kommunenummer {
  if (!/^\d{4}$/.test(text))
    refuse('invalid', 'UGYLDIG_KOMMUNENUMMER', 'Kommunenummeret må ha fire siffer. Ta med nullen foran, for eksempel 0301.');
  return text as Kommunenummer;
}
