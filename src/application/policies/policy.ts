import type { EventType } from '../../domain/index.js';
import type { AnyExecute } from '../commands/execute.js';
import type { Recorded } from '../ports/projection.js';

/**
 * A reaction: when something has happened, commands follow. It is told of an event when the views have taken it in, and
 * at least once; so the ids of its commands must follow from the event's.
 */
export interface Policy {
  /** camelCase; unique among views and policies. */
  readonly name: string;
  readonly types: readonly EventType[];
  react(event: Recorded): Promise<readonly AnyExecute[]>;
}
