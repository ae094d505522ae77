import { type AllStreamRecordedEvent, BACKWARDS, END, FORWARDS, type ReadAllOptions, type ReadPosition, UnknownError } from '@eventstore/db-client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import {
  type Append,
  type AppendOutcome,
  type EventFilter,
  EventStore,
  type LogPlace,
  maxPageCharacters,
  type RecordedEvent,
  StoreUnavailable,
  type StreamId,
  streamName,
} from '../../application/ports/event-store.js';
import { decode, type Upcaster, upcasters } from '../codec.js';
import { Appending } from './appending.js';
import { Checkpoint } from './checkpoint.js';
import { EventStoreDbConnection } from './connection.js';
import { Feed } from './feed.js';
import { LogHead } from './log-head.js';
import { drain, streamPages } from './reading.js';
import { StreamNamespace, positionOf } from './records.js';
import { eventsPerCheckpoint, Cursor } from './subscription.js';

export interface EventStoreDbOptions {
  /** The prefix of every stream name on the server. Default none. */
  readonly namespace?: string;
  /** The timeout of one call, in ms. Default 5000. */
  readonly timeout?: number;
  readonly upcasters?: readonly Upcaster[];
}

/** The largest page, in events, of the backward scan for our last event. */
const maxSearchedEvents = 4_096;
/** The number of concurrent reads of events by their positions, and the positions that each of them takes. */
const [maxConcurrentReads, laneSize] = [16, 16];
/** How long an idle cursor is kept for its reader's next page, in ms. */
const cursorTtlMs = 5_000;
/**
 * The log in EventStoreDB 23.10 or 24.x, on a server that other applications may write to as well. Positions are commit
 * positions: addresses in bytes, which grow with gaps. See ADR 0013.
 */
export class EventStoreDbEventStore extends EventStore {
  readonly #connection: EventStoreDbConnection;
  readonly #namespace: StreamNamespace;
  readonly #logHead = new LogHead();
  readonly #checkpoint: Checkpoint;
  readonly #appending: Appending;
  readonly #feed: Feed;
  readonly #upcasters: readonly Upcaster[];
  readonly #replaced = new AbortController();
  override readonly replaced = this.#replaced.signal;
  /** `breaks` of the connection when the log was last known to be the same. */
  #recognised = 0;
  #presentHead: Promise<bigint> | undefined;
  #nextHead: Promise<bigint> | undefined;
  /** Set by the first `waitForEvents`: from then on it pays to follow the log live. */
  #waitedFor = false;
  /** The idle cursor of the last reader of older events, kept for that reader's next page. */
  #idleCursor: { readonly cursor: Cursor; readonly timer: NodeJS.Timeout } | undefined;

  /** @param url a connection string: `esdb://[user:password@]host:port?tls=…` or `esdb+discover://…`. */
  constructor(url: string, options: EventStoreDbOptions = {}) {
    super();
    this.#upcasters = options.upcasters ?? upcasters;
    this.#connection = new EventStoreDbConnection(url, options.timeout ?? 5_000);
    this.#namespace = new StreamNamespace(options.namespace ?? '');
    this.#checkpoint = new Checkpoint(this.#connection, this.#namespace.prefixed('minKommune.checkpoint'), this.#logHead, (place) => this.#isAt(place));
    this.#appending = new Appending(this.#connection, this.#namespace, this.#logHead, () => this.#isSame());
    this.#feed = new Feed(this.#connection, this.#namespace, this.#logHead, {
      foundNothing: () => {
        this.#checkpoint.passed(eventsPerCheckpoint);
      },
      begins: () => this.#recognise(),
    });
  }

  /** Ends the feed, the idle cursor and all calls. */
  async close(): Promise<void> {
    this.#dropParked();
    const closed = this.#connection.close();
    await this.#feed.stop();
    await closed;
  }

  override appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#appending.appendMany(appends);
  }

  // --- reading ---

  override async *readStream(
    stream: StreamId,
    options: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number } = {},
  ): AsyncIterable<RecordedEvent> {
    const direction = options.direction === 'backwards' ? BACKWARDS : FORWARDS;
    const from = options.from ?? (direction === FORWARDS ? 0n : END);
    for await (const page of streamPages(this.#connection, this.#namespace.prefixed(streamName(stream)), direction, from, options.limit)) {
      for (const event of page) yield this.#recorded(event);
    }
  }

  override async *readAll(
    options: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { after = 0n, filter = {}, pageSize = 500 } = options;
    const keeps = (names: readonly string[] | undefined, name: string) => !names?.length || names.includes(name);
    const end = this.#feed.covers(after) ? this.#logHead.last : await this.head();
    let page: RecordedEvent[] = [];
    let weight = 0;
    for await (const stored of this.#between(after, end)) {
      const event = this.#recorded(stored);
      if (!keeps(filter.aggregates, event.stream.aggregate) || !keeps(filter.types, event.type)) continue;
      page.push(event);
      weight += approximateSizeOf(event.data);
      if (page.length < pageSize && weight < maxPageCharacters) continue;
      yield page;
      [page, weight] = [[], 0];
      await nextTurn();
    }
    if (page.length > 0) yield page;
  }

  override async readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    const lanes = Array.from({ length: Math.ceil(positions.length / laneSize) }, (_, n) => positions.slice(n * laneSize, (n + 1) * laneSize));
    return (await pLimit(maxConcurrentReads).map(lanes, (lane) => this.#lane(lane))).flat();
  }

  /** The events at positions. Reads several at a time where the positions lie close, and one at a time where they lie far apart. */
  async #lane(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (let maxCount = positions.length; events.length < positions.length; ) {
      const before = events.length;
      const next = positions[before]!;
      const options: ReadAllOptions = { direction: FORWARDS, fromPosition: { commit: next, prepare: next }, maxCount, requiresLeader: true };
      const page = await this.#connection.read((client, timeout) => drain(client.readAll(options), timeout));
      for (const { event } of page) if (event && positionOf(event) === positions[events.length]) events.push(this.#recorded(event));
      const found = events.length - before;
      if (found === 0) throw new Error(`The log has no event at position ${next}`);
      maxCount = found * 4 < page.length ? Math.ceil(maxCount / 2) : Math.min(laneSize, maxCount * 2);
    }
    return events;
  }

  override async eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    if (position <= 0n || position > (await this.head())) return undefined;
    return this.#eventAt(position);
  }

  async #eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    try {
      return (await this.readAt([position]))[0];
    } catch (error) {
      if (error instanceof StoreUnavailable && !isInvalidPosition(error.cause)) throw error;
      return undefined;
    }
  }

  async #isAt({ position, eventId }: LogPlace): Promise<boolean> {
    return position === 0n || (await this.#eventAt(position))?.id === eventId;
  }

  /** Compares the end of the log that this process knows with the server, before a subscription begins. */
  async #recognise(): Promise<void> {
    if (!(await this.#isAt(this.#logHead.place))) this.#replace();
  }

  /** Whether the log is the one that this process knows. Asks the server only when it has not answered since the last time. */
  async #isSame(): Promise<boolean> {
    const { breaks } = this.#connection;
    if (breaks !== this.#recognised) await this.#recognise();
    this.#recognised = breaks;
    return !this.replaced.aborted;
  }

  /** Tells that the log is another, and answers nothing more: a reader would go on in it from a place of the old one. */
  #replace(): void {
    this.#replaced.abort();
    void this.#connection.close();
  }

  /** The events after a position, up to and including `end`, the position of one of our events. */
  async *#between(after: bigint, end: bigint): AsyncIterable<AllStreamRecordedEvent> {
    if (after >= end) return;
    const near = this.#feed.covers(after) ? await this.#connection.retry(() => this.#feed.between(after, end)) : undefined;
    if (near) {
      yield* near;
      return;
    }
    const cursor = this.#cursorAt(after);
    try {
      while (cursor.position < end) yield await cursor.next();
      if (this.#waitedFor) this.#feed.start(end, end);
    } finally {
      this.#park(cursor);
    }
  }

  #cursorAt(position: bigint): Cursor {
    const parked = this.#idleCursor?.cursor;
    if (parked?.position !== position) return new Cursor(this.#connection, this.#namespace, position);
    clearTimeout(this.#idleCursor?.timer);
    this.#idleCursor = undefined;
    return parked;
  }

  #park(cursor: Cursor): void {
    this.#dropParked();
    const timer = setTimeout(() => {
      this.#dropParked();
    }, cursorTtlMs);
    this.#idleCursor = { cursor, timer };
    if (this.#connection.stopped.aborted) this.#dropParked();
  }

  #dropParked(): void {
    clearTimeout(this.#idleCursor?.timer);
    this.#idleCursor?.cursor.end();
    this.#idleCursor = undefined;
  }

  /** Callers during a look-up share the next one, because the present one may miss events that they know of. */
  override head(): Promise<bigint> {
    return (this.#nextHead ??= (async () => {
      await this.#presentHead?.catch(() => undefined);
      this.#nextHead = undefined;
      return (this.#presentHead = this.#findHead());
    })());
  }

  /** Scans the server's log backwards for our last event, down to the part that the log head knows already. */
  async #findHead(): Promise<bigint> {
    // Before the server is asked, because an append meanwhile goes beyond the answer. A restored place is compared already.
    const { place, emptyUntil } = this.#logHead;
    await this.#checkpoint.restore();
    let fromPosition: ReadPosition = END;
    let newest: bigint | undefined;
    for (let maxCount = 1, passed = 0; ; maxCount = Math.min(maxCount * 16, maxSearchedEvents)) {
      const options: ReadAllOptions = { direction: BACKWARDS, fromPosition, maxCount, requiresLeader: true };
      const page = await this.#connection.read((client, timeout) => drain(client.readAll(options), timeout));
      for (const { event } of page) {
        if (!event) continue;
        const position = positionOf(event);
        // The end of another log may lie further away than this process knows.
        const isKnown = position === place.position ? event.id === place.eventId : position === emptyUntil;
        if (newest === undefined && !isKnown && !(position > place.position && (await this.#isAt(place)))) {
          this.#replace();
          throw new StoreUnavailable();
        }
        newest ??= position;
        const ours = this.#namespace.isOurs(event);
        if (ours) this.#logHead.advance(position, event.id);
        if (ours || position <= this.#logHead.emptyUntil) return this.#headSeen(newest, passed);
        passed++;
        fromPosition = event.position;
      }
      if (page.length < maxCount) return this.#headSeen(newest, passed);
    }
  }

  #headSeen(newest: bigint | undefined, passed: number): bigint {
    if (newest !== undefined) this.#logHead.markEmptyUntil(newest);
    this.#checkpoint.passed(passed);
    return this.#logHead.last;
  }

  override async waitForEvents(after: bigint, signal: AbortSignal): Promise<void> {
    this.#waitedFor = true;
    if (signal.aborted || this.#logHead.last > after) return;
    if (!this.#feed.covers(after)) {
      if ((await this.head()) > after) return;
      this.#feed.start(after, this.#logHead.emptyUntil);
    }
    await this.#logHead.waitForEventAfter(after, signal, this.#connection.stopped);
  }

  #recorded(event: Parameters<StreamNamespace['decode']>[0]): RecordedEvent {
    return decode(this.#namespace.decode(event), this.#upcasters);
  }
}

/** Whether the server says that no record begins at a position, as in another log. It has no name for this error, so its text tells. */
const isInvalidPosition = (error: unknown): boolean => error instanceof UnknownError && /position/i.test(error.message);

/** The approximate size of a value: the characters in its texts. */
function approximateSizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let weight = 0;
  for (const inner of Object.values(value)) weight += approximateSizeOf(inner);
  return weight;
}
