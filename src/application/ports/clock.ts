import type { Instant } from '../../domain/values/instant.js';

/** The current time. */
export abstract class Clock {
  abstract now(): Instant;
}
