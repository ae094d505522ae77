import type { Instant } from '../../domain/values/instant.js';

/** What time it is. */
export abstract class Clock {
  abstract now(): Instant;
}
