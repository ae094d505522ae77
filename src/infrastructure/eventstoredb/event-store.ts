import { type AllStreamRecordedEvent, BACKWARDS, END, FORWARDS, type ReadAllOptions, type ReadPosition } from '@eventstore/db-client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Append,
  type AppendOutcome,
  type EventFilter,
  EventStore,
  heaviestPage,
  type RecordedEvent,
  type StreamId,
  streamName,
} from '../../application/ports/event-store.js';
import { decode, type Upcaster, upcasters } from '../codec.js';
import { Appending } from './appending.js';
import { Checkpoint } from './checkpoint.js';
import { Connection } from './connection.js';
import { Feed } from './feed.js';
import { Horizon } from './log-head.js';
import { drain, streamPages } from './reading.js';
import { Names, positionOf } from './records.js';
import { checkpointEvery, Cursor } from './subscription.js';

export interface EventStoreDbOptions {
  /** Goes before every stream name on the server. Default none. */
  readonly namespace?: string;
  /** How long an answer may take, in ms. */
  readonly timeout?: number;
  readonly upcasters?: readonly Upcaster[];
}

/** Most events that are read at a time in search of our last one. */
const longestSearch = 4_096;
/** How long a subscription to older parts of the log is kept for whoever reads on, in ms. */
const cursorKept = 5_000;
/**
 * The log in EventStoreDB 23.10 or 24.x. Positions are commit positions: addresses, which grow with gaps, on a server
 * where others write too. See ADR 0013.
 */
export class EventStoreDbEventStore extends EventStore {
  readonly #connection: Connection;
  readonly #names: Names;
  readonly #horizon = new Horizon();
  readonly #checkpoint: Checkpoint;
  readonly #appending: Appending;
  readonly #feed: Feed;
  readonly #upcasters: readonly Upcaster[];
  #presentHead: Promise<bigint> | undefined;
  #nextHead: Promise<bigint> | undefined;
  /** Whether anybody has waited for events, who will read them as they come. */
  #waitedFor = false;
  /** The cursor of the one who last read older parts of the log, who may come back for the next page. */
  #parked: { readonly cursor: Cursor; readonly timer: NodeJS.Timeout } | undefined;

  /** @param url a connection string: `esdb://[user:password@]host:port?tls=…` or `esdb+discover://…`. */
  constructor(url: string, options: EventStoreDbOptions = {}) {
    super();
    this.#upcasters = options.upcasters ?? upcasters;
    this.#connection = new Connection(url, options.timeout ?? 5_000);
    this.#names = new Names(options.namespace ?? '');
    this.#checkpoint = new Checkpoint(this.#connection, this.#names.of('minKommune.checkpoint'), this.#horizon);
    this.#appending = new Appending(this.#connection, this.#names, this.#horizon);
    this.#feed = new Feed(this.#connection, this.#names, this.#horizon, () => {
      this.#checkpoint.passed(checkpointEvery);
    });
  }

  /** Ends everything that is under way. */
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
    for await (const page of streamPages(this.#connection, this.#names.of(streamName(stream)), direction, from, options.limit)) {
      for (const event of page) yield this.#recorded(event);
    }
  }

  override async *readAll(
    options: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { after = 0n, filter = {}, pageSize = 500 } = options;
    const keeps = (names: readonly string[] | undefined, name: string) => !names?.length || names.includes(name);
    const end = this.#feed.covers(after) ? this.#horizon.last : await this.head();
    let page: RecordedEvent[] = [];
    let weight = 0;
    for await (const stored of this.#between(after, end)) {
      const event = this.#recorded(stored);
      if (!keeps(filter.aggregates, event.stream.aggregate) || !keeps(filter.types, event.type)) continue;
      page.push(event);
      weight += weightOf(event.data);
      if (page.length < pageSize && weight < heaviestPage) continue;
      yield page;
      [page, weight] = [[], 0];
      await nextTurn();
    }
    if (page.length > 0) yield page;
  }

  /** The events after a position up to another, where there is one. */
  async *#between(after: bigint, end: bigint): AsyncIterable<AllStreamRecordedEvent> {
    if (after >= end) return;
    const near = this.#feed.covers(after) ? await this.#connection.ask(() => this.#feed.between(after, end)) : undefined;
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
    const parked = this.#parked?.cursor;
    if (parked?.position !== position) return new Cursor(this.#connection, this.#names, position);
    clearTimeout(this.#parked?.timer);
    this.#parked = undefined;
    return parked;
  }

  #park(cursor: Cursor): void {
    this.#dropParked();
    const timer = setTimeout(() => {
      this.#dropParked();
    }, cursorKept);
    this.#parked = { cursor, timer };
    if (this.#connection.stopped.aborted) this.#dropParked();
  }

  #dropParked(): void {
    clearTimeout(this.#parked?.timer);
    this.#parked?.cursor.end();
    this.#parked = undefined;
  }

  /** Those who ask while somebody else's question is under way share the next one. */
  override head(): Promise<bigint> {
    return (this.#nextHead ??= (async () => {
      await this.#presentHead?.catch(() => undefined);
      this.#nextHead = undefined;
      return (this.#presentHead = this.#findHead());
    })());
  }

  /** Looks back from the end of the server's log, as far as it is not known already, for our last event. */
  async #findHead(): Promise<bigint> {
    await this.#checkpoint.restore();
    let fromPosition: ReadPosition = END;
    let newest: bigint | undefined;
    for (let maxCount = 1, passed = 0; ; maxCount = Math.min(maxCount * 16, longestSearch)) {
      const options: ReadAllOptions = { direction: BACKWARDS, fromPosition, maxCount, requiresLeader: true };
      const page = await this.#connection.ask(() => drain(this.#connection.client.readAll(options), this.#connection.timeout));
      for (const { event } of page) {
        if (!event) continue;
        const position = positionOf(event);
        newest ??= position;
        const ours = this.#names.isOurs(event);
        if (ours) this.#horizon.event(position);
        if (ours || position <= this.#horizon.checked) return this.#headSeen(newest, passed);
        passed++;
        fromPosition = event.position;
      }
      if (page.length < maxCount) return this.#headSeen(newest, passed);
    }
  }

  #headSeen(newest: bigint | undefined, passed: number): bigint {
    if (newest !== undefined) this.#horizon.nothingUntil(newest);
    this.#checkpoint.passed(passed);
    return this.#horizon.last;
  }

  override async waitForEvents(after: bigint, signal: AbortSignal): Promise<void> {
    this.#waitedFor = true;
    if (signal.aborted || this.#horizon.last > after) return;
    if (!this.#feed.covers(after)) {
      if ((await this.head()) > after) return;
      this.#feed.start(after, this.#horizon.checked);
    }
    await this.#horizon.eventAfter(after, signal, this.#connection.stopped);
  }

  #recorded(event: Parameters<Names['read']>[0]): RecordedEvent {
    return decode(this.#names.read(event), this.#upcasters);
  }
}

/** The characters in a value's texts: about how much of it there is. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let weight = 0;
  for (const inner of Object.values(value)) weight += weightOf(inner);
  return weight;
}
