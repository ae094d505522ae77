import { createHash } from 'node:crypto';

/**
 * The SHA-256 digest (base64url) of a plain value, independent of the order of its keys. A guessable value can be found by
 * trying candidates.
 */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('base64url');

/** A plain value as JSON with sorted keys, so that equal values give equal texts. */
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
