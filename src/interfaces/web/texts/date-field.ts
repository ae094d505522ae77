const inOslo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The last moment that a field for date and time takes: years have four digits. */
export const lastField = '9999-12-31T23:59';

/** A moment as a field for date and time has it, in Norwegian time: `2026-11-23T08:00`. Empty for none. */
export function toField(moment: string | number | null | undefined): string {
  if (moment === undefined || moment === null) return '';
  const { year, month, day, hour, minute } = Object.fromEntries(inOslo.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  return `${year!.padStart(4, '0')}-${month}-${day}T${hour}:${minute}`;
}

/** The moment of such a field, in UTC; undefined for an empty one, and for what is no moment. The browser may be in another time zone. */
export function fromField(field: string): string | undefined {
  const asUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field) ? Date.parse(`${field}:00Z`) : NaN;
  const year = Number(field.slice(0, 4));
  if (Number.isNaN(asUtc) || year === 0) return undefined;
  // A year that is being written: any offset will do.
  if (year < 1900 || year === 9999) return new Date(asUtc - 3_600_000).toISOString();
  // The offset there, first guessed from a moment that is at most two hours away.
  const offsetAt = (moment: number) => Date.parse(`${toField(moment)}:00Z`) - moment;
  return new Date(asUtc - offsetAt(asUtc - offsetAt(asUtc))).toISOString();
}

/** The day in Norway now, as a field for a date has it. */
export const today = (): string => toField(Date.now()).slice(0, 10);
/** The moment when a day begins in Norway. */
export const startOfDay = (day: string): string | undefined => fromField(`${day}T00:00`);
/** Whether a text is a day as such a field has it. */
export const isDay = (day: string): boolean => startOfDay(day) !== undefined;
/** The day some days after another. */
export const dayAfter = (day: string, days = 1): string => new Date(Date.parse(`${day}T12:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
