import { refuse } from '../kernel/domain-error.js';
import type { Instant } from './instant.js';

/** A day in Norwegian time, as ms since 1970: from its midnight (`fra`, inclusive) to the next (`til`, exclusive). */
export interface Dag {
  readonly fra: number;
  readonly til: number;
}

/** Parses `2026-11-23`. Refuses (`invalid`) a day that does not exist. */
export function parseDag(text: string): Dag {
  // Not the signed years that JavaScript has beside, as in +012026-01, because days are compared as text.
  const utc = /^\d{4}-/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== text)
    refuse('invalid', 'UGYLDIG_DATO', 'Datoen finnes ikke. Skriv den som år-måned-dag, for eksempel 2026-11-23.');
  return { fra: midnight(utc), til: midnight(utc + 86_400_000) };
}

/** The date in Norway at a moment: `2026-11-24` at 23:30 UTC the evening before. */
export const norwegianDate = (moment: Instant): string => dateInOslo.format(Date.parse(moment));
const dateInOslo = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Oslo' });

/** The moment at which a day begins in Norway. Refuses (`invalid`) as `parseDag` does. */
export const startOfDag = (text: string): Instant => new Date(parseDag(text).fra).toISOString() as Instant;

/** The moment at which a day ends in Norway, and the next begins. Refuses (`invalid`) as `parseDag` does. */
export const startOfNextDag = (text: string): Instant => new Date(parseDag(text).til).toISOString() as Instant;

/** A moment as people in Norway read it: `14.03.2027 10:05:12 +01:00`. */
export const norwegianTime = (moment: Instant): string => `${timeInOslo.format(Date.parse(moment)).replace(',', '')} ${norwegianOffset(Date.parse(moment))}`;
const timeInOslo = new Intl.DateTimeFormat('nb', { timeZone: 'Europe/Oslo', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The offset of Norwegian time at a moment, in ms since 1970, as `+01:00`. The sign is always plus, because Norway lies east of Greenwich. */
export const norwegianOffset = (utc: number): string => offsetInOslo.formatToParts(utc).find(({ type }) => type === 'timeZoneName')!.value.slice('GMT'.length);
const offsetInOslo = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' });

/** Midnight in Norway on the date of `utc`. Clocks never change between it and midnight UTC, so both have the same offset. */
function midnight(utc: number): number {
  const [hours, minutes] = norwegianOffset(utc).slice(1).split(':').map(Number);
  return utc - (hours! * 60 + minutes!) * 60_000;
}
