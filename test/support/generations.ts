import { decodeGeneration, type Generation } from '../../src/application/ports/search-generation.js';

const known = new Map<number, Generation>();

/** Decodes a generation. Returns the same object for the same number, so that specs can compare by identity. */
export function numbered(stored: number): Generation {
  const generation = known.get(stored) ?? decodeGeneration(stored);
  known.set(stored, generation);
  return generation;
}
