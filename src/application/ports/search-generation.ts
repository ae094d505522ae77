/**
 * One build of the search index. `version` is the version of its documents. `round` counts rebuilds of a version from 0. A
 * later generation replaces an earlier one.
 */
export interface Generation {
  readonly version: number;
  readonly round: number;
}

const roundsPerVersion = 1000;

/**
 * Encodes a generation as the number used in checkpoints and in names of tables and indexes. A later generation has a
 * higher number. Throws `RangeError` when the version has no rounds left (1000 per version).
 */
export function encodeGeneration({ version, round }: Generation): number {
  if (round >= roundsPerVersion) throw new RangeError(`Version ${version} of the search index has no rounds left`);
  return version * roundsPerVersion + round;
}

/** Decodes the number that `encodeGeneration` made. */
export const decodeGeneration = (stored: number): Generation => ({
  version: Math.floor(stored / roundsPerVersion),
  round: stored % roundsPerVersion,
});

export const isEarlier = (one: Generation, other: Generation): boolean => encodeGeneration(one) < encodeGeneration(other);
