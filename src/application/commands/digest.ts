import { createHash } from 'node:crypto';

/** A digest of a plain value, whatever the order of its keys. It tells nobody what the value was, unless it can be guessed. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('base64url');

/** A plain value as text: the same for equal values, whatever the order of their keys. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
