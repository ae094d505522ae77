import { norwegianOffset, norwegianTime, startOfDag } from '../../domain/values/dag.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';

/** A moment: a time, or a position in the log. */
export type Moment = { readonly tidspunkt: Instant } | { readonly posisjon: string };

/**
 * Parses a moment as an auditor writes it: `posisjon:4711`, ISO 8601 with a zone, or Norwegian time (`2027-03-14`,
 * `2027-03-14 10:05`, `2027-03-14 10:05:12`). Throws an error with a Norwegian message.
 */
export function parseMoment(text: string): Moment {
  const [, posisjon] = /^posisjon:(\d{1,18})$/.exec(text) ?? [];
  if (posisjon !== undefined) return { posisjon };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { tidspunkt: startOfDag(text) };
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/.exec(text) ?? [];
  return { tidspunkt: day === undefined || time === undefined ? parseInstant(text) : norwegian(`${day}T${time}`) };
}

/** A time in Norway. The hour that is there twice when summer ends is the first one. */
function norwegian(local: string): Instant {
  const summer = parseInstant(`${local}+02:00`);
  return norwegianOffset(Date.parse(summer)) === '+02:00' ? summer : parseInstant(`${local}+01:00`);
}

/** A time of the service as people read it: `14.03.2027 10:05:12 +01:00`. */
export const formatMoment = (instant: string): string => norwegianTime(instant as Instant);
