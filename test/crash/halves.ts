import type { ViewChange } from '../../src/infrastructure/view-store.js';

// A commit of the pump in two halves, as it would be without a transaction around both.

/** The documents, with the checkpoints where they were. */
export const documentsIn = (changes: readonly ViewChange[]) => changes.map((one) => ({ ...one, to: one.from }));

/** The checkpoints alone. */
export const checkpointsIn = (changes: readonly ViewChange[]) => changes.map((one) => ({ ...one, set: [], remove: [] }));
