import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** A moment as ISO 8601 in UTC with milliseconds, so that moments compare as text: `2026-11-23T12:00:00.000Z`. */
export type Instant = Branded<string, 'Instant'>;

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Parses ISO 8601 with a zone (`2026-11-23T13:00+01:00`). Refuses text without a zone and days that do not exist. */
export function parseInstant(text: string): Instant {
  if (!zoned.test(text) || !dayExists(text.slice(0, 10)) || Number.isNaN(Date.parse(text))) refuseInstant(text);
  const instant = new Date(text).toISOString();
  // `toISOString` signs years outside 0000–9999, which would not compare as text.
  return /^\d{4}-/.test(instant) ? (instant as Instant) : refuseInstant(text);
}

/** `Date.parse` turns 31 February into 3 March, so only an existing day survives a round trip. */
function dayExists(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

function refuseInstant(text: string): never {
  refuse('invalid', 'UGYLDIG_TIDSPUNKT', `«${text.slice(0, 40)}» er ikke et gyldig tidspunkt. Skriv det med tidssone, for eksempel 2026-11-23T13:00:00+01:00.`);
}
