import { decodeGeneration, type Generation } from '../../src/application/ports/search-generation.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';

const known = new Map<number, Generation>();

/** Decodes a generation. Returns the same object for the same number, so that specs can compare by identity. */
export function numbered(stored: number): Generation {
  const generation = known.get(stored) ?? decodeGeneration(stored);
  known.set(stored, generation);
  return generation;
}

/** The first generation of this program's version, which a new service builds and serves. */
export const firstGeneration: Generation = { version: innsynssok.version, round: 0 };
