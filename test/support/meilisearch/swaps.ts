import { fail, isText, isTexts, type Json } from './errors.js';

/** Parses the pairs of a swap. Fails when a pair has not two indexes, or an index occurs twice. */
export function swapsOf(body: unknown): readonly { readonly indexes: readonly [string, string]; readonly rename: boolean }[] {
  if (!Array.isArray(body)) return fail('bad_request', 'Invalid value type: expected an array');
  const pairs = (body as readonly Json[]).map(({ indexes, rename = false }) => {
    if (!isTexts(indexes) || indexes.length !== 2) return fail('invalid_swap_indexes', 'Two indexes must be given for each swap.');
    return { indexes: indexes as readonly [string, string], rename: rename === true };
  });
  const names = pairs.flatMap(({ indexes }) => indexes);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (isText(twice)) fail('invalid_swap_duplicate_index_found', `Indexes must be declared only once during a swap. \`${twice}\` was specified several times.`);
  return pairs;
}
