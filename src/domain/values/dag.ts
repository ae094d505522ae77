import { refuse } from '../kernel/domain-error.js';

/** A day in Norway, in ms since 1970: from and with its midnight, until but not with the next. */
export interface Dag {
  readonly fra: number;
  readonly til: number;
}

/** Reads `2026-11-23`. Refuses a day that does not exist. */
export function parseDag(text: string): Dag {
  const utc = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== text)
    refuse('invalid', 'UGYLDIG_DATO', 'Datoen finnes ikke. Skriv den som år-måned-dag, for eksempel 2026-11-23.');
  return { fra: midnight(utc), til: midnight(utc + 86_400_000) };
}

const oslo = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' });

/** Clocks are never changed between midnight in Norway and midnight in UTC, so they are as far apart at both. */
function midnight(utc: number): number {
  const offset = oslo.formatToParts(utc).find(({ type }) => type === 'timeZoneName')!.value;
  // `GMT+01:00`: Norway has always been east of Greenwich.
  const [hours, minutes] = offset.slice('GMT+'.length).split(':').map(Number);
  return utc - (hours! * 60 + minutes!) * 60_000;
}
