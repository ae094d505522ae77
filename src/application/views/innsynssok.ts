import { projection } from './projection.js';

/**
 * How far the search index has followed the log: a view without documents of its own, to wait for. The index is kept by
 * the search feed. Raise `version` when the same events shall give other documents in the index: a new generation is then
 * built beside the one that is asked, and takes over when it has caught up.
 */
export const innsynssok = projection<object>({ name: 'innsynssok', version: 1, keys: () => [], on: {} });
