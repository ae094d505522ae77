import { decodeGeneration, type Generation } from '../../src/application/ports/search-generation.js';

const known = new Map<number, Generation>();

/** The generation that is stored as this number: the same object each time. */
export function numbered(stored: number): Generation {
  const generation = known.get(stored) ?? decodeGeneration(stored);
  known.set(stored, generation);
  return generation;
}
