import type { Branded } from './branded.js';

/** A random reference to a person. The person behind it is found, and can be forgotten, outside the log. */
export type PersonId = Branded<string, 'PersonId'>;
