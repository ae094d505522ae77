/** What a change may say: any of the fields. One that is left out, or undefined, stays as it is. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Whether two plain values are equal, whatever the order of their keys. An undefined field counts as left out. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  return Object.keys({ ...a, ...b }).every((key) => same(a[key], b[key]));
}

/** The fields of a change that are given and differ from what is; empty when it changes nothing. */
export function changed<T extends object>(current: T, change: Changes<T>): Partial<T> {
  const differs = ([field, value]: [string, unknown]) =>
    value !== undefined && !same(current[field as keyof T], value);
  return Object.fromEntries(Object.entries(change).filter(differs)) as Partial<T>;
}

/** Whether there is nothing in it. */
export const isEmpty = (change: object): boolean => Object.keys(change).length === 0;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
