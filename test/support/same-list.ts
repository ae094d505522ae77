import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/**
 * Asserts that two long lists are equal, and says where they first differ. Not `assert.deepEqual`: Node 24 computes the
 * whole difference of the two lists, which takes minutes and gigabytes for some thousand documents.
 */
export function assertSameList(found: readonly unknown[], expected: readonly unknown[], what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const at = expected.findIndex((one, n) => !isDeepStrictEqual(found[n], one));
  throw new AssertionError({ message: `${what}: ${found.length} found, ${expected.length} expected, the first difference is at ${at < 0 ? expected.length : at}` });
}
