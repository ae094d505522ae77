import { projection } from './projection.js';

/**
 * The search index as a view without documents, so that its position can be waited for. The search feed updates the index.
 * Raise `version` when the same events must give other documents in the index. A new generation is then built beside the
 * served one, and replaces it when it has caught up.
 */
export const innsynssok = projection<object>({ name: 'innsynssok', version: 6, keys: () => [], on: {} });
