import type { ViewChange } from '../../src/infrastructure/view-store.js';

// Splits a commit of the pump into two halves, as it would be without a transaction around both.

/** The documents, without a move of the checkpoints. These have no event id, so that no view is taken for one of another log. */
export const documentsIn = (changes: readonly ViewChange[]) => changes.map((one) => ({ ...one, to: one.from, eventId: undefined }));

/** The checkpoints, without the documents. */
export const checkpointsIn = (changes: readonly ViewChange[]) => changes.map((one) => ({ ...one, set: [], remove: [] }));
