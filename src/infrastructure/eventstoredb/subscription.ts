import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { type EventStoreDbConnection, CallTimedOut } from './connection.js';
import { type StreamNamespace, positionOf } from './records.js';

/** Events, ours or not, between two checkpoints, in which the server tells how far it has scanned. */
export const eventsPerCheckpoint = 1024;
const searchWindow = 32;

/** The callbacks of a subscription, beside its events. */
export interface Listener {
  /** The server has shown that it is there: by a confirmation, a checkpoint or `caughtUp`. */
  alive(): void;
  /** There is no event of ours from the last delivered one to this position. Called once that event has been read. */
  checkpoint?(position: bigint): void;
  /** The subscription has delivered all events that were in the log when it began. */
  caughtUp?(): void;
}

/** A catch-up subscription to the events in our streams strictly after a position, filtered by the server. */
export class Subscription implements AsyncIterable<AllStreamRecordedEvent> {
  readonly #subscription: AllStreamSubscription;

  constructor(connection: EventStoreDbConnection, names: StreamNamespace, after: bigint, listener: Listener) {
    this.#subscription = connection.subscriptionClient.subscribeToAll({
      fromPosition: after === 0n ? START : { commit: after, prepare: after },
      requiresLeader: true,
      filter: streamNameFilter({
        regex: names.filter,
        maxSearchWindow: searchWindow,
        checkpointInterval: eventsPerCheckpoint / searchWindow,
        // The client takes nothing more from the server until this resolves, so its buffer drains here.
        checkpointReached: async (subscription, { commit }) => {
          listener.alive();
          if (!listener.checkpoint) return;
          do await nextTurn();
          while (subscription.readableLength > 0 && !subscription.destroyed);
          if (!subscription.destroyed) listener.checkpoint(commit);
        },
      }),
    });
    // The client emits errors also after the last reader has left. Unhandled, they would end the process.
    this.#subscription.on('error', () => undefined);
    this.#subscription.on('confirmation', () => {
      listener.alive();
    });
    this.#subscription.on('caughtUp', () => {
      listener.alive();
      listener.caughtUp?.();
    });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<AllStreamRecordedEvent, undefined> {
    for await (const { event } of this.#subscription as AsyncIterable<AllStreamResolvedEvent>) if (event) yield event;
    return undefined;
  }

  /** Ends the subscription and its iterators, with an error when a reason is given. */
  end(reason?: Error): void {
    this.#subscription.destroy(reason);
    this.#subscription.unsubscribe().catch(() => undefined);
  }
}

/** Reads the log forwards from a position, at the reader's pace. Replaces a subscription that breaks. */
export class Cursor {
  #subscription: Subscription | undefined;
  #events: AsyncIterator<AllStreamRecordedEvent, undefined> | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly names: StreamNamespace,
    /** The position of the last event returned; at first the start position. */
    public position: bigint,
  ) {}

  /** The next event of ours, which must exist: silence counts as a timeout. Rejects with `StoreUnavailable` after the retries. */
  next(): Promise<AllStreamRecordedEvent> {
    return this.connection.retry(async () => {
      try {
        return await this.#next();
      } catch (error) {
        this.end();
        throw error;
      }
    });
  }

  async #next(): Promise<AllStreamRecordedEvent> {
    const { timeout } = this.connection;
    const subscription = (this.#subscription ??= new Subscription(this.connection, this.names, this.position, { alive: () => this.#watchdog?.refresh() }));
    const events = (this.#events ??= subscription[Symbol.asyncIterator]());
    this.#watchdog = setTimeout(() => {
      subscription.end(new CallTimedOut(timeout));
    }, timeout);
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) throw new Error('The subscription has ended');
        const position = positionOf(next.value);
        if (position <= this.position) continue; // delivered twice
        if (!this.names.isOurs(next.value)) continue;
        this.position = position;
        return next.value;
      }
    } finally {
      clearTimeout(this.#watchdog);
      this.#watchdog = undefined; // `refresh` would start a cleared timer again
    }
  }

  /** Ends the subscription. A later `next` begins a new one. */
  end(): void {
    this.#subscription?.end();
    this.#subscription = undefined;
    this.#events = undefined;
  }
}
