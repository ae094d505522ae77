/** A partial update of `T`. A field that is missing or undefined stays unchanged. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Deep equality of two plain values, whatever the order of their keys. An undefined field equals a missing one. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  return Object.keys({ ...a, ...b }).every((key) => deepEqual(a[key], b[key]));
}

/** The fields of a change that are given and differ from the current values; empty when nothing changes. */
export function changed<T extends object>(current: T, change: Changes<T>): Partial<T> {
  const differs = ([field, value]: [string, unknown]) =>
    value !== undefined && !deepEqual(current[field as keyof T], value);
  return Object.fromEntries(Object.entries(change).filter(differs)) as Partial<T>;
}

export const isEmpty = (change: object): boolean => Object.keys(change).length === 0;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
