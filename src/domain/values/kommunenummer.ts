import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { kommunenummerToday } from './inndeling.js';

/** The number of a kommune: four digits, with any leading zero (`0301`). */
export type Kommunenummer = Branded<string, 'Kommunenummer'>;

export function parseKommunenummer(text: string): Kommunenummer {
  const number = text.trim();
  if (!/^\d{4}$/.test(number))
    refuse('invalid', 'UGYLDIG_KOMMUNENUMMER', 'Kommunenummeret må ha fire siffer. Ta med nullen foran, for eksempel 0301.');
  return number as Kommunenummer;
}

/** Parses the number of one of today's kommuner. A number of 2020–2023 becomes today's. Refuses (`invalid`) all others. */
export function parseKommunenummerToday(text: string): Kommunenummer {
  const number = parseKommunenummer(text);
  const today = kommunenummerToday(number);
  if (today === undefined)
    refuse('invalid', 'UTGATT_KOMMUNENUMMER', `Ingen kommune har kommunenummer ${number} i dag. Bruk nummeret som kommunen har i dag, for eksempel 4601 for Bergen.`);
  return today as Kommunenummer;
}
