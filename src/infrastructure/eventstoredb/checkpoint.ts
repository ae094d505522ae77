import { BACKWARDS, END, jsonEvent } from '@eventstore/db-client';
import type { LogPlace } from '../../application/ports/event-store.js';
import { type EventStoreDbConnection, withDeadline } from './connection.js';
import type { LogHead } from './log-head.js';
import { drain } from './reading.js';
import { eventsPerCheckpoint } from './subscription.js';

/** Events of other applications between two saves. A starting process scans at most so many again. */
const eventsPerSave = 4 * eventsPerCheckpoint;

/**
 * Persists the `LogHead` between starts, so that a process need not scan all that others wrote since our last
 * event. Its stream is on the same server, so a server restored from a backup has the matching checkpoint.
 */
export class Checkpoint {
  #passed = 0;
  #restored: Promise<void> | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly stream: string,
    private readonly logHead: LogHead,
    /** Whether the log has this place. A server may have been filled from another. */
    private readonly isOurs: (place: LogPlace) => Promise<boolean>,
  ) {}

  /** Loads the checkpoint into the log head, once. A failed read is ignored and tried again; only the scan is then longer. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#restore().catch(() => {
      this.#restored = undefined;
    }));
  }

  async #restore(): Promise<void> {
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    const [newest] = await this.connection.read((client, timeout) => drain(client.readStream(this.stream, options), timeout), 1);
    const { last, id, checked } = (newest?.event?.data ?? {}) as { last?: string; id?: string; checked?: string };
    // An earlier release kept no id. The whole scan then is worth the certainty.
    if (last === undefined || checked === undefined || (id === undefined && last !== '0')) return;
    if (id !== undefined) {
      const place = { position: BigInt(last), eventId: id };
      if (!(await this.isOurs(place))) return;
      this.logHead.advance(place.position, id);
    }
    this.logHead.markEmptyUntil(BigInt(checked));
  }

  /** Counts scanned events of other applications and saves after every `eventsPerSave`. A failed save is left to the next one. */
  passed(events: number): void {
    this.#passed += events;
    if (this.#passed < eventsPerSave) return;
    this.#passed = 0;
    const { position, eventId: id } = this.logHead.place;
    const data = { last: position.toString(), ...(id !== undefined && { id }), checked: this.logHead.emptyUntil.toString() };
    const event = jsonEvent({ type: 'LogChecked', data });
    this.connection.ask((client, deadline) => withDeadline(deadline, client.appendToStream(this.stream, event, { deadline })), 1).catch(() => undefined);
  }
}
