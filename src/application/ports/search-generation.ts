/** One build of the search index: of a version of its documents, in rounds from 0. A later one takes over from an earlier. */
export interface Generation {
  readonly version: number;
  readonly round: number;
}

const roundsPerVersion = 1000;

/**
 * The number that a generation is stored as: in checkpoints and in the names of tables and indexes. A later generation
 * has a higher number. Throws `RangeError` when the version has no rounds left.
 */
export function encodeGeneration({ version, round }: Generation): number {
  if (round >= roundsPerVersion) throw new RangeError(`Version ${version} of the search index has no rounds left`);
  return version * roundsPerVersion + round;
}

/** The generation that is stored as this number. */
export const decodeGeneration = (stored: number): Generation => ({
  version: Math.floor(stored / roundsPerVersion),
  round: stored % roundsPerVersion,
});

export const isEarlier = (one: Generation, other: Generation): boolean => encodeGeneration(one) < encodeGeneration(other);
