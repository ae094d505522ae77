import type { AllStreamRecordedEvent } from '@eventstore/db-client';
import { Logger } from '@nestjs/common';
import { pause } from '../waiting.js';
import { backoff, type EventStoreDbConnection, CallTimedOut } from './connection.js';
import { type LogHead, MonotonicPosition } from './log-head.js';
import { type StreamNamespace, positionOf } from './records.js';
import { Subscription } from './subscription.js';

/** The limits of the window: events, and characters of their JSON. */
const windowEvents = 4_000;
const windowSize = 16_000_000;

/** An event in the window. Its content is JSON text, so that no reader can change it. */
interface WindowEntry {
  readonly event: Omit<AllStreamRecordedEvent, 'data' | 'metadata'> & Pick<AllStreamRecordedEvent, 'position'>;
  readonly content: string;
}

/**
 * Follows the log through one live subscription, from the position of the first `waitForEvents`. It caches the newest
 * events in a window, for readers near the end of the log. A broken subscription is replaced, with no limit to the retries.
 */
export class Feed {
  readonly #log = new Logger('EventStoreDB');
  readonly #stop = new AbortController();
  readonly #window: WindowEntry[] = [];
  #size = 0;
  /** The window holds all our events after this position, up to `#position`. */
  #from = 0n;
  readonly #position = new MonotonicPosition();
  /** The start of the next subscription: the position of the last event or checkpoint. */
  #resume = 0n;
  #subscription: Subscription | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly names: StreamNamespace,
    private readonly logHead: LogHead,
    private readonly when: {
      /** Called at every checkpoint of the subscription. */
      readonly foundNothing: () => void;
      /** Called before a subscription begins, because the server may have got another log meanwhile. */
      readonly begins: () => Promise<void>;
    },
  ) {}

  /**
   * Begins to follow the log after a position, unless it is running or stopped.
   * @param checked a position that the server has told, with no event of ours between `after` and it.
   */
  start(after: bigint, checked: bigint): void {
    if (this.#running || this.#stop.signal.aborted) return;
    this.#from = after;
    this.#position.advance(after);
    this.#resume = checked;
    this.#running = this.#run();
  }

  /** Whether all events after the position are, or will be, in the window. */
  covers(position: bigint): boolean {
    return this.#running !== undefined && position >= this.#from;
  }

  /**
   * The events after `after`, which the window must cover, up to and including `end`. Waits until the feed has reached
   * `end`, and rejects with `Unanswered` on a timeout. Undefined when the window has moved past the events meanwhile.
   */
  async between(after: bigint, end: bigint): Promise<Iterable<AllStreamRecordedEvent> | undefined> {
    const late = AbortSignal.timeout(this.connection.timeout);
    await this.#position.waitUntilPast(end - 1n, late, this.#stop.signal);
    if (this.#position.value < end) {
      // The server may have lost the subscription without a word, so the next attempt gets a new one.
      this.#subscription?.end(new CallTimedOut(this.connection.timeout));
      throw new CallTimedOut(this.connection.timeout);
    }
    if (!this.covers(after)) return undefined;
    const kept = this.#window.slice(this.#indexAfter(after));
    return restored(kept.filter(({ event }) => event.position.commit <= end));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#subscription?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let broken = false;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.when.begins();
        await this.#follow(
          () => (attempt = 0),
          () => {
            if (broken) this.#log.debug('The subscription to the log has caught up again');
            broken = false;
          },
        );
      } catch (error) {
        this.connection.breaks++;
        if (!broken && !this.#stop.signal.aborted) this.#log.debug(`The subscription to the log broke; beginning a new one: ${reasonOf(error)}`);
      }
      broken = true;
      this.#subscription?.end();
      await pause(backoff(attempt), signal);
    }
  }

  /** Consumes one subscription until it breaks. */
  async #follow(confirmed: () => void, caughtUp: () => void): Promise<void> {
    const subscription = new Subscription(this.connection, this.names, this.#resume, {
      alive: () => {
        clearTimeout(silence);
        confirmed();
      },
      checkpoint: (position) => {
        this.#resume = position;
        this.logHead.markEmptyUntil(position);
        this.when.foundNothing();
      },
      caughtUp,
    });
    this.#subscription = subscription;
    // A server may accept the call and never answer.
    const silence = setTimeout(() => {
      subscription.end(new CallTimedOut(this.connection.timeout));
    }, this.connection.timeout);
    try {
      for await (const event of subscription) this.#take(event);
    } finally {
      clearTimeout(silence);
    }
  }

  #take(event: AllStreamRecordedEvent): void {
    const position = positionOf(event);
    if (position <= this.#resume) return; // delivered twice
    this.#resume = position;
    if (position <= this.#position.value || !this.names.isOurs(event)) return;
    const { data, metadata, ...rest } = event;
    const content = JSON.stringify({ data, metadata });
    this.#window.push({ event: rest, content });
    this.#size += content.length;
    while (this.#window.length > windowEvents || this.#size > windowSize) {
      const dropped = this.#window.shift()!;
      this.#size -= dropped.content.length;
      this.#from = dropped.event.position.commit;
    }
    this.logHead.advance(position, event.id);
    this.#position.advance(position);
  }

  /** The index in the window of the first event after a position. */
  #indexAfter(position: bigint): number {
    let [low, high] = [0, this.#window.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#window[middle]!.event.position.commit <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Parses each event's content when it is read, so that every reader has its own copy. */
function* restored(kept: readonly WindowEntry[]): Iterable<AllStreamRecordedEvent> {
  for (const { event, content } of kept) yield { ...event, ...(JSON.parse(content) as object) } as AllStreamRecordedEvent;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
