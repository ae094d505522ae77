import { refuse } from '../kernel/domain-error.js';

/** A day in Norway, in ms since 1970: from and with its midnight, until but not with the next. */
export interface Dag {
  readonly fra: number;
  readonly til: number;
}

/** Reads `2026-11-23`. Refuses a day that does not exist. */
export function parseDag(text: string): Dag {
  const utc = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== text)
    refuse('invalid', 'UGYLDIG_DATO', 'Datoen finnes ikke. Skriv den som år-måned-dag, for eksempel 2026-11-23.');
  return { fra: midnight(utc), til: midnight(utc + 86_400_000) };
}

const oslo = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' });

/** Clocks are never changed between midnight in Norway and midnight in UTC, so they are as far apart at both. */
function midnight(utc: number): number {
  const offset = oslo.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0] = /([+-])(\d{2}):(\d{2})/.exec(offset) ?? [];
  return utc - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
