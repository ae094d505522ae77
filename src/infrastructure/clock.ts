import { Clock } from '../application/ports/clock.js';
import type { Instant } from '../domain/values/instant.js';

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): Instant {
    return new Date().toISOString() as Instant;
  }
}
