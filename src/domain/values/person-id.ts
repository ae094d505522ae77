import type { Branded } from './branded.js';

/** A random reference to a person. The person's identity is stored, and can be erased, outside the log. */
export type PersonId = Branded<string, 'PersonId'>;
