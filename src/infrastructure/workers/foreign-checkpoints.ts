import type { EventStore } from '../../application/ports/event-store.js';
import type { Checkpoint, Rebuild } from '../view-store.js';

/** A checkpoint that is not of this log, and why. */
export interface ForeignCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly rebuild: Rebuild;
}

/**
 * The checkpoints that are not of this log (ADR 0058): it has another event at their position, or none. Views, policies and the
 * search index compare when they are taken up: at the start, and when a worker gets its lease.
 */
export async function foreignTo(store: EventStore, checkpoints: readonly Checkpoint[]): Promise<readonly ForeignCheckpoint[]> {
  const found: ForeignCheckpoint[] = [];
  const known = new Map<string, boolean>();
  for (const checkpoint of checkpoints) {
    const { position, eventId } = checkpoint;
    const place = `${position} ${eventId}`;
    const fits = known.get(place) ?? (await store.has(checkpoint));
    known.set(place, fits);
    if (!fits) found.push({ checkpoint, rebuild: { since: new Date().toISOString(), reason: await reasonOf(store, position) } });
  }
  return found;
}

async function reasonOf(store: EventStore, position: bigint): Promise<string> {
  const head = await store.head();
  return position > head
    ? `loggen slutter i posisjon ${head}, før posisjon ${position}, som var tatt inn`
    : `loggen har en annen hendelse i posisjon ${position} enn den som var tatt inn, eller ingen`;
}

/** The line for the operator about what is built anew. */
export const rebuildLine = (foreign: readonly ForeignCheckpoint[]): string =>
  `Bygges på nytt, fordi det ikke er av denne loggen: ${foreign.map(({ checkpoint: { name, version } }) => `${name} versjon ${version}`).join(', ')} (${foreign[0]!.rebuild.reason})`;
