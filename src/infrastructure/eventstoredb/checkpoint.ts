import { BACKWARDS, END, jsonEvent } from '@eventstore/db-client';
import { type Connection, within } from './connection.js';
import type { Horizon } from './log-head.js';
import { drain } from './reading.js';
import { checkpointEvery } from './subscription.js';

/** So many events of others are looked through again, at most, when a process starts. */
const savedEvery = 4 * checkpointEvery;

/**
 * Keeps what is known of the end of the log between starts, so that a process need not look again through all that
 * others have written since our last event. It is kept in a stream of its own on the same server: a server that is put
 * back to yesterday's copy has yesterday's checkpoint.
 */
export class Checkpoint {
  #passed = 0;
  #restored: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly stream: string,
    private readonly horizon: Horizon,
  ) {}

  /** Reads it into the horizon, once. One that cannot be read costs time, nothing else. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#restore().catch(() => {
      this.#restored = undefined;
    }));
  }

  async #restore(): Promise<void> {
    const { client, timeout } = this.connection;
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    const [newest] = await drain(client.readStream(this.stream, options), timeout);
    const { last, checked } = (newest?.event?.data ?? {}) as { last?: string; checked?: string };
    if (last === undefined || checked === undefined) return;
    if (BigInt(last) > 0n) this.horizon.event(BigInt(last));
    this.horizon.nothingUntil(BigInt(checked));
  }

  /** So many events of others have been looked through. Saves now and then; one that cannot be saved is saved the next time. */
  passed(events: number): void {
    this.#passed += events;
    if (this.#passed < savedEvery) return;
    this.#passed = 0;
    const data = { last: this.horizon.last.toString(), checked: this.horizon.checked.toString() };
    const { client, timeout } = this.connection;
    within(timeout, client.appendToStream(this.stream, jsonEvent({ type: 'LogChecked', data }), { deadline: timeout })).catch(() => undefined);
  }
}
