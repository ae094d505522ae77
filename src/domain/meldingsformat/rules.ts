import { lenkeProblem } from '../values/lenke.js';
import { looksBlank, unreadableProblem } from '../values/text.js';

/** Is told of a problem: the path of its field in the metadata, and the problem in Norwegian. The value is never repeated. */
type Report = (path: string, problem: string) => void;
/** Whether a value is valid. Reports every problem with it. */
export type Rule = (value: unknown, path: string, report: Report) => boolean;

function fail(path: string, problem: string, report: Report): false {
  report(path, problem);
  return false;
}
/** Makes a rule from a predicate and the problem to report when it fails. */
const predicateRule =
  (holds: (value: unknown) => boolean, problem: string): Rule =>
  (value, path, report) =>
    holds(value) || fail(path, problem, report);

/** A text on one line, which may be empty. */
export const text: Rule = (value, path, report) => isText(value, path, report) && isReadable(value as string, path, report);
export const filledText: Rule = (value, path, report) => isFilledText(value, path, report) && text(value, path, report);
/** A text with line breaks and tabs, which may be empty. */
export const longText: Rule = (value, path, report) =>
  isText(value, path, report) && isReadable((value as string).replace(/[\r\n\t]/g, ' '), path, report, '');
export const filledLongText: Rule = (value, path, report) => isFilledText(value, path, report) && longText(value, path, report);
/** A link by the rule that all links follow. */
export const link: Rule = (value, path, report) => isFilledText(value, path, report) && isLink(value as string, path, report);
/** A link, or an empty text for none. */
export const optionalLink: Rule = (value, path, report) => value === '' || (isText(value, path, report) && isLink(value as string, path, report));

const isText = predicateRule((value) => typeof value === 'string', 'må være en tekst');
const isFilled = predicateRule((value) => !looksBlank(value as string), 'må være en tekst som ikke er tom');
const isFilledText: Rule = (value, path, report) => isText(value, path, report) && isFilled(value, path, report);
function isReadable(value: string, path: string, report: Report, whole = 'linjeskift, tabulator eller '): boolean {
  const problem = unreadableProblem(value);
  return problem === undefined || fail(path, `kan ikke ha ${whole}${problem}`, report);
}
function isLink(value: string, path: string, report: Report): boolean {
  const problem = lenkeProblem(value);
  return problem === undefined || fail(path, `er ikke en lenke som kan brukes. ${problem.detail.replace(/\.$/, '')}`, report);
}

export const boolean = predicateRule((value) => typeof value === 'boolean', 'må være true eller false');
export const number = predicateRule((value) => typeof value === 'number' && Number.isFinite(value), 'må være et tall');
export const int64 = integer(-(2 ** 63), 2 ** 63, '');
/** Bounds are inclusive. */
export const int32 = (min: number, max = 2 ** 31 - 1): Rule => integer(min, max);

function integer(min: number, max: number, bounds = ` fra ${min} til ${max}`): Rule {
  return predicateRule((value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max, `må være et helt tall${bounds}`);
}

export function matching(pattern: RegExp, problem: string): Rule {
  return predicateRule((value) => typeof value === 'string' && pattern.test(value), problem);
}

export const oneOf = (...values: readonly string[]): Rule =>
  predicateRule((value) => (values as readonly unknown[]).includes(value), `må være ${values.join(', ').replace(/, ([^,]+)$/, ' eller $1')}`);

export const uuid = matching(/^(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'må være en UUID');

/** An existing date, such as `2026-11-23`. */
export const date = predicateRule((value) => typeof value === 'string' && isDate(value), 'må være en dato på formen 2026-11-23');

/** RFC 3339: a day, a time with seconds, and a zone. */
export const dateTime = predicateRule((value) => {
  if (typeof value !== 'string') return false;
  const [day = '', time, ...more] = value.split(/t|\s/i);
  return time !== undefined && more.length === 0 && isDate(day) && isTime(time);
}, 'må være et tidspunkt med tidssone, for eksempel 2026-11-23T12:00:00+01:00');

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d\d\d\d)-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : (daysIn[month - 1] ?? 0));
}

function isTime(text: string): boolean {
  const match = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)(?:z|([+-])(\d\d)(?::?(\d\d))?)$/i.exec(text);
  if (!match) return false;
  const [, hour, minute, second, sign, zoneHour = '0', zoneMinute = '0'] = match;
  const [h, m, s, zh, zm] = [Number(hour), Number(minute), Number(second), Number(zoneHour), Number(zoneMinute)];
  if (zh > 23 || zm > 59) return false;
  if (h <= 23 && m <= 59 && s < 60) return true;
  // A leap second is valid only as the last second of a day in UTC.
  const east = sign === '-' ? -1 : 1;
  const utcMinute = m - zm * east;
  const utcHour = h - zh * east - (utcMinute < 0 ? 1 : 0);
  return (utcHour === 23 || utcHour === -1) && (utcMinute === 59 || utcMinute === -1) && s < 61;
}

/** Accepts null as well. */
export const nullable =
  (rule: Rule): Rule =>
  (value, path, report) =>
    value === null || rule(value, path, report);

export const listOf =
  (rule: Rule): Rule =>
  (value, path, report) => {
    if (!Array.isArray(value)) return fail(path, 'må være en liste', report);
    let valid = true;
    for (const [index, item] of value.entries()) valid = rule(item, `${path}[${index}]`, report) && valid;
    return valid;
  };

type Fields = Readonly<Record<string, Rule>>;

/** An object with these fields and no others. Null does not count as missing: the field's own rule must accept it. */
export function object(required: Fields, optional: Fields = {}, whole?: Rule): Rule {
  const rules = new Map([...Object.entries(required), ...Object.entries(optional)]);
  const names = Object.keys(required);
  return (value, path, report) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'må være et objekt', report);
    let valid = true;
    for (const name of names) if (!Object.hasOwn(value, name)) valid = fail(inside(path, name), 'mangler', report);
    for (const [name, inner] of Object.entries(value)) {
      const rule = rules.get(name);
      valid = (rule ? rule(inner, inside(path, name), report) : fail(inside(path, name.slice(0, 40)), 'er et ukjent felt', report)) && valid;
    }
    return (whole?.(value, path, report) ?? true) && valid;
  };
}
const inside = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

const has = (value: unknown, name: string) => (value as Readonly<Record<string, unknown>>)[name] ?? null;
/** Exactly one of the fields is present and not null. */
export const exactlyOne = (...names: readonly string[]): Rule =>
  predicateRule((value) => names.filter((name) => has(value, name) !== null).length === 1, `må ha nøyaktig ett av feltene ${names.join(' og ')}`);
/** At least one of the fields is present and not null. */
export const atLeastOne = (...names: readonly string[]): Rule =>
  predicateRule((value) => names.some((name) => has(value, name) !== null), `må ha minst ett av feltene ${names.join(', ')}`);
