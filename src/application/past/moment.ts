import { refuse } from '../../domain/kernel/domain-error.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';

/** A moment in the log: a point in time, or right after the event at a position. */
export type Moment = { readonly time: Instant } | { readonly position: bigint };

/** Parses ISO 8601 with a zone, or `posisjon:4711`. Refuses (`invalid`) all else. */
export function parseMoment(text: string): Moment {
  const [, position] = /^posisjon:(\d{1,15})$/.exec(text) ?? [];
  if (position !== undefined) return { position: BigInt(position) };
  if (/^posisjon:/.test(text)) refuse('invalid', 'UGYLDIG_POSISJON', 'Posisjonen må være et helt tall, for eksempel posisjon:4711.');
  return { time: parseInstant(text) };
}
