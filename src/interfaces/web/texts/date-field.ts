const inOslo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A moment as a field for date and time has it, in Norwegian time: `2026-11-23T08:00`. Empty for none. */
export function toField(moment: string | number | null | undefined): string {
  if (moment === undefined || moment === null) return '';
  const { year, month, day, hour, minute } = Object.fromEntries(inOslo.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The moment of such a field, in UTC; undefined for an empty one. The browser may be in another time zone. */
export function fromField(field: string): string | undefined {
  if (field === '') return undefined;
  const asUtc = Date.parse(`${field}:00Z`);
  // The offset there, first guessed from a moment that is at most two hours away.
  const offsetAt = (moment: number) => Date.parse(`${toField(moment)}:00Z`) - moment;
  return new Date(asUtc - offsetAt(asUtc - offsetAt(asUtc))).toISOString();
}
