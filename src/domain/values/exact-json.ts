/** The way from the top of a JSON value to a value in it. */
export type JsonPath = readonly (string | number)[];

/** JSON with a number that cannot be read exactly. `path` leads to the number. */
export class InexactNumber extends Error {
  constructor(readonly path: JsonPath) {
    super(`A number beyond ±${Number.MAX_SAFE_INTEGER} at ${path.join('.') || 'the top'}`);
    this.name = 'InexactNumber';
  }
}

/**
 * Whether JSON may have given other digits than were written. JavaScript reads a number beyond 2⁵³ − 1 as the nearest
 * double, and one beyond the doubles as infinite. Neither is ever read as a number within that limit, so the value tells.
 */
export const isInexact = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

/** Parses JSON from others. Throws `SyntaxError`, or `InexactNumber` instead of rounding an integer (RFC 8259, section 6). */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const path = pathToInexact(value);
  if (path) throw new InexactNumber(path);
  return value;
}

function pathToInexact(value: unknown): JsonPath | undefined {
  if (isInexact(value)) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const path = pathToInexact(inner);
    if (path) return [name, ...path];
  }
  return undefined;
}
