import type { EventType } from '../../domain/index.js';
import type { AnyExecute } from '../commands/execute.js';
import type { Recorded } from '../ports/projection.js';

/**
 * A reaction to events that sends commands. It gets an event after the views have included it, and at least once. So the
 * ids of its commands must be derived from the event's id.
 */
export interface Policy {
  /** The name in camelCase, unique among views and policies. */
  readonly name: string;
  readonly types: readonly EventType[];
  react(event: Recorded): Promise<readonly AnyExecute[]>;
}
