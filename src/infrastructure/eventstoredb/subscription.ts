import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { type Connection, Unanswered } from './connection.js';
import { type Names, positionOf } from './records.js';

/** After so many events, ours or not, the server tells how far it has looked. */
export const checkpointEvery = 1024;
const searchWindow = 32;

/** What a subscription tells beside the events. */
export interface Listener {
  /** The server is there. */
  alive(): void;
  /** The server has found nothing of ours from the last event to this position. Told when that event has been read. */
  checkpoint?(position: bigint): void;
  /** Everything has come that was in the log when the subscription began. */
  caughtUp?(): void;
}

/** A catch-up subscription to the events in our streams strictly after a position, filtered by the server. */
export class Subscription implements AsyncIterable<AllStreamRecordedEvent> {
  readonly #subscription: AllStreamSubscription;

  constructor(connection: Connection, names: Names, after: bigint, listener: Listener) {
    this.#subscription = connection.following.subscribeToAll({
      fromPosition: after === 0n ? START : { commit: after, prepare: after },
      requiresLeader: true,
      filter: streamNameFilter({
        regex: names.filter,
        maxSearchWindow: searchWindow,
        checkpointInterval: checkpointEvery / searchWindow,
        // The client takes nothing more from the server until this resolves.
        checkpointReached: async (subscription, { commit }) => {
          listener.alive();
          if (!listener.checkpoint) return;
          do await nextTurn();
          while (subscription.readableLength > 0 && !subscription.destroyed);
          if (!subscription.destroyed) listener.checkpoint(commit);
        },
      }),
    });
    // The client emits errors also when nobody reads any more, which would end the process.
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

  /** Ends it, for those who read from it too. */
  end(reason?: Error): void {
    this.#subscription.destroy(reason);
    this.#subscription.unsubscribe().catch(() => undefined);
  }
}

/** Reads the log forwards from a position at the reader's pace. Where a subscription breaks it goes on with a new one. */
export class Cursor {
  #subscription: Subscription | undefined;
  #events: AsyncIterator<AllStreamRecordedEvent, undefined> | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    /** The last event that it has given. */
    public position: bigint,
  ) {}

  /** The next event of ours. Ask only when there is one. Rejects with `StoreUnavailable` when it cannot be had. */
  next(): Promise<AllStreamRecordedEvent> {
    return this.connection.ask(async () => {
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
      subscription.end(new Unanswered(timeout));
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
      this.#watchdog = undefined; // to refresh one that has been cleared would start it again
    }
  }

  /** Lets go of the subscription. Whoever asks for more gets a new one. */
  end(): void {
    this.#subscription?.end();
    this.#subscription = undefined;
    this.#events = undefined;
  }
}
