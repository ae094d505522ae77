import type { AllStreamRecordedEvent } from '@eventstore/db-client';
import { Logger } from '@nestjs/common';
import { pause } from '../waiting.js';
import { backoff, type Connection, Unanswered } from './connection.js';
import { type Horizon, Rising } from './log-head.js';
import { type Names, positionOf } from './records.js';
import { Subscription } from './subscription.js';

/** What the window holds at most: events, and characters of their JSON. */
const windowEvents = 4_000;
const windowSize = 16_000_000;

/** An event in the window, whose content is text so that nobody holds a piece of it to change. */
interface Kept {
  readonly event: Omit<AllStreamRecordedEvent, 'data' | 'metadata'> & Pick<AllStreamRecordedEvent, 'position'>;
  readonly content: string;
}

/**
 * Follows the log live, from where somebody first waited, and keeps the newest events: those who are near its end read
 * them from here. When its subscription breaks it begins a new one where it is, for as long as it takes.
 */
export class Feed {
  readonly #log = new Logger('EventStoreDB');
  readonly #stop = new AbortController();
  readonly #window: Kept[] = [];
  #size = 0;
  /** Everything of ours after this position, up to `#position`, is in the window. */
  #from = 0n;
  readonly #position = new Rising();
  /** Where a new subscription goes on: the last event or checkpoint. */
  #resume = 0n;
  #subscription: Subscription | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly horizon: Horizon,
    /** Told when the server has looked far without finding anything of ours. */
    private readonly foundNothing: () => void,
  ) {}

  /**
   * Follows the log from a position on, unless it follows it already.
   * @param checked a position that the server has told, with nothing of ours between the two.
   */
  start(after: bigint, checked: bigint): void {
    if (this.#running || this.#stop.signal.aborted) return;
    this.#from = after;
    this.#position.rise(after);
    this.#resume = checked;
    this.#running = this.#run();
  }

  /** Whether what comes after the position is, or will be, in the window. */
  covers(position: bigint): boolean {
    return this.#running !== undefined && position >= this.#from;
  }

  /**
   * The events after a position that it covers, up to another, when it has got that far. Undefined when the window has
   * moved past them meanwhile. Rejects with `Unanswered`.
   */
  async between(after: bigint, end: bigint): Promise<Iterable<AllStreamRecordedEvent> | undefined> {
    const late = AbortSignal.timeout(this.connection.timeout);
    await this.#position.past(end - 1n, late, this.#stop.signal);
    if (this.#position.value < end) {
      // It may be that the server has forgotten us: the next attempt gets a new subscription.
      this.#subscription?.end(new Unanswered(this.connection.timeout));
      throw new Unanswered(this.connection.timeout);
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
        await this.#follow(
          () => (attempt = 0),
          () => {
            if (broken) this.#log.log('The subscription to the log has caught up again');
            broken = false;
          },
        );
      } catch (error) {
        if (!broken && !this.#stop.signal.aborted) this.#log.warn(`The subscription to the log broke; beginning a new one: ${reasonOf(error)}`);
      }
      broken = true;
      this.#subscription?.end();
      await pause(backoff(attempt), signal);
    }
  }

  /** Takes what comes until the subscription breaks. */
  async #follow(confirmed: () => void, caughtUp: () => void): Promise<void> {
    const subscription = new Subscription(this.connection, this.names, this.#resume, {
      alive: () => {
        clearTimeout(silence);
        confirmed();
      },
      checkpoint: (position) => {
        this.#resume = position;
        this.horizon.nothingUntil(position);
        this.foundNothing();
      },
      caughtUp,
    });
    this.#subscription = subscription;
    // A server may take the call and say nothing at all.
    const silence = setTimeout(() => {
      subscription.end(new Unanswered(this.connection.timeout));
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
    this.horizon.event(position);
    this.#position.rise(position);
  }

  /** The place in the window of the first event after a position. */
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

/** The events with a content of their own, made when they are taken. */
function* restored(kept: readonly Kept[]): Iterable<AllStreamRecordedEvent> {
  for (const { event, content } of kept) yield { ...event, ...(JSON.parse(content) as object) } as AllStreamRecordedEvent;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
