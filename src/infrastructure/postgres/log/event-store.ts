import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Append,
  type AppendOutcome,
  type EventFilter,
  type EventMetadata,
  EventStore,
  maxPageCharacters,
  parseStreamName,
  type RecordedEvent,
  type StreamFrom,
  type StreamId,
  streamName,
} from '../../../application/ports/event-store.js';
import { decode, storedTypes, type Upcaster, upcasters } from '../../codec.js';
import { Batcher } from '../batcher.js';
import { orUnavailable, type Database, type Statement } from '../database.js';
import { Appender } from './appender.js';

export interface PostgresEventStoreOptions {
  /** The interval of polling for events of other processes, in ms. Default 250. */
  readonly pollInterval?: number;
  readonly upcasters?: readonly Upcaster[];
}

/** The most positions scanned by one filtered statement. It bounds the time of a statement whose filter drops most events. */
const filterWindow = 5_000;
const streamPage = 500;
/** The most streams read by one statement. It bounds the size of the result. */
const maxStreamsPerQuery = 1_000;
/**
 * The most streams in a call whose reads are batched with other calls. Larger calls would delay the others, so they run
 * alone.
 */
const maxStreamsInSharedQuery = 16;

/**
 * The stored size above which an event is heavy, in bytes. Pages of the log leave out heavy data, which is then read
 * separately.
 */
const heavyEventBytes = 20_000;
const paged = `position, stream, revision, id, type, metadata,
  case when pg_column_size(data) <= ${heavyEventBytes} then data end as data, case when pg_column_size(data) > ${heavyEventBytes} then pg_column_size(data) end as heavy`;

const sql = {
  // The last event, and the one at a position where another was the last before.
  head: { name: 'event_head', text: 'select position, id, (select id from event where position = $1) as before from event order by position desc limit 1' },
  forwards: {
    name: 'event_stream_forwards',
    text: `select asked.n, e.position, e.revision, e.id, e.type, e.data, e.metadata
           from unnest($1::text[], $2::bigint[], $3::integer[]) with ordinality as asked (stream, since, most, n),
             lateral (select * from event where stream = asked.stream and revision >= since order by revision limit most) e
           order by asked.n, e.revision`,
  },
  backwards: {
    name: 'event_stream_backwards',
    text: `select position, revision, id, type, data, metadata from event
           where stream = $1 and revision <= $2 order by revision desc limit $3`,
  },
  all: {
    name: 'event_all',
    text: `select ${paged} from event where position > $1 and position <= $2 order by position`,
  },
  filtered: {
    name: 'event_all_filtered',
    text: `select ${paged} from event
           where position > $1 and position <= $2
             and ($3::text[] is null or split_part(stream, '-', 1) = any($3)) and ($4::text[] is null or type = any($4))
           order by position limit $5`,
  },
  at: { name: 'event_at', text: `select ${paged} from event where position = any($1) order by position` },
  data: { name: 'event_data', text: 'select position, data from event where position = any($1)' },
} satisfies Record<string, Statement>;

interface Row {
  readonly position: bigint;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** A row of a page of the log. A heavy event has its size in bytes in `heavy`, and no data. */
type PageRow = Omit<Row, 'data'> & { readonly stream: string; readonly data: object | null; readonly heavy: number | null };

const lastRevision = 2n ** 63n - 1n;

/** A read of one stream from a revision on, of at most `most` events; null for no limit. */
interface StreamPage {
  readonly stream: string;
  readonly since: bigint;
  readonly limit: number | null;
}
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** The log in PostgreSQL. Reads of streams that arrive while a read is running are batched into the next statement. */
export class PostgresEventStore extends EventStore {
  readonly #appender: Appender;
  readonly #reads = new Batcher<StreamPage, Row[]>((asked) => this.#pages(asked), 256);
  /** The highest log position that this process has seen. */
  #known = 0n;
  /** The last event that `head` has found. */
  #last: { readonly position: bigint; readonly id?: string } = { position: 0n };
  readonly #replaced = new AbortController();
  override readonly replaced = this.#replaced.signal;
  readonly #waiting = new Set<{ after: bigint } & Waiter<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  readonly #pollInterval: number;
  readonly #upcasters: readonly Upcaster[];

  constructor(
    private readonly database: Database,
    options: PostgresEventStoreOptions = {},
  ) {
    super();
    this.#pollInterval = options.pollInterval ?? 250;
    this.#upcasters = options.upcasters ?? upcasters;
    this.#appender = new Appender(database, (position) => {
      this.#reached(position);
    });
  }

  override appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#appender.appendMany(appends);
  }

  override appendInOrder(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#appender.appendInOrder(appends);
  }

  // --- reading ---

  override async *readStream(
    stream: StreamId,
    options: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number } = {},
  ): AsyncIterable<RecordedEvent> {
    const forwards = options.direction !== 'backwards';
    let from = options.from ?? (forwards ? 0n : lastRevision);
    let left = options.limit ?? Infinity;
    while (left > 0) {
      const size = Math.min(left, streamPage);
      const name = streamName(stream);
      const rows = forwards ? await this.#reads.add({ stream: name, since: from, limit: size }) : await this.#query<Row>(sql.backwards, [name, from, size]);
      for (const row of rows) yield this.#recorded(row, stream);
      if (rows.length < size) return;
      left -= size;
      from = rows[rows.length - 1]!.revision + (forwards ? 1n : -1n);
      await nextTurn();
    }
  }

  override async readStreams(streams: readonly StreamFrom[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const asked = [...new Map(streams.map((stream) => [streamName(stream), stream]))];
    const found = new Map<string, RecordedEvent[]>();
    for (let n = 0; n < asked.length; n += maxStreamsPerQuery) {
      const some = asked.slice(n, n + maxStreamsPerQuery);
      const pages = some.map(([stream, { from = 0n }]): StreamPage => ({ stream, since: from, limit: null }));
      const rows = asked.length > maxStreamsInSharedQuery ? await this.#pages(pages) : await Promise.all(pages.map((page) => this.#reads.add(page)));
      for (const [index, [name, { aggregate, tenant, id }]] of some.entries())
        if (rows[index]!.length > 0) found.set(name, rows[index]!.map((row) => this.#recorded(row, { aggregate, tenant, id })));
      await nextTurn();
    }
    return found;
  }

  /** Runs several stream reads in one statement. Returns the rows of each, in the order asked. */
  async #pages(asked: readonly StreamPage[]): Promise<Row[][]> {
    const rows = await this.#query<Row & { n: bigint }>(sql.forwards, [
      asked.map(({ stream }) => stream),
      asked.map(({ since }) => since),
      asked.map(({ limit }) => limit),
    ]);
    const pages = asked.map((): Row[] => []);
    for (const row of rows) pages[Number(row.n) - 1]!.push(row);
    return pages;
  }

  override async *readAll(
    options: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const pageSize = options.pageSize ?? 500;
    const aggregates = options.filter?.aggregates?.length ? options.filter.aggregates : null;
    const types = options.filter?.types?.length ? storedTypes(options.filter.types, this.#upcasters) : null;
    const filtered = aggregates !== null || types !== null;
    const window = BigInt(filtered ? Math.max(pageSize, filterWindow) : pageSize);
    let after = options.after ?? 0n;
    // Read up to the known position first, and query the head only after that.
    for (const last of [() => this.#known, () => this.head()]) {
      const end = await last();
      // Positions have no gaps, so a window of positions bounds the work, however many events a filter drops.
      while (after < end) {
        const until = after + window < end ? after + window : end;
        const rows = filtered
          ? await this.#query<PageRow>(sql.filtered, [after, until, aggregates, types, pageSize])
          : await this.#query<PageRow>(sql.all, [after, until]);
        for (const part of parts(rows)) yield await this.#whole(part);
        after = rows.length === pageSize ? rows[rows.length - 1]!.position : until;
        // The embedded engine answers in microtasks. Yield to the event loop, so that other work gets a turn.
        await nextTurn();
      }
    }
  }

  override async readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    if (positions.length === 0) return [];
    const rows = await this.#query<PageRow>(sql.at, [positions]);
    const events: RecordedEvent[] = [];
    for (const part of parts(rows)) events.push(...(await this.#whole(part)));
    return events;
  }

  /** Completes a page with the data of its heavy events. */
  async #whole(rows: readonly PageRow[]): Promise<readonly RecordedEvent[]> {
    const missing = rows.flatMap(({ position, heavy }) => (heavy === null ? [] : position));
    const found = missing.length > 0 ? await this.#query<Pick<Row, 'position' | 'data'>>(sql.data, [missing]) : [];
    const data = new Map(found.map((row) => [row.position, row.data]));
    return rows.map((row) => this.#recorded({ ...row, data: row.data ?? data.get(row.position)! }, parseStreamName(row.stream)));
  }

  override async head(): Promise<bigint> {
    const [known, last] = [this.#known, this.#last];
    const [row] = await this.#query<{ position: bigint; id: string; before: string | null }>(sql.head, [last.position]);
    const head = row?.position ?? 0n;
    if (head < known || (last.id !== undefined && row?.before !== last.id)) this.#replaced.abort();
    if (row && head > this.#last.position) this.#last = row;
    this.#reached(head);
    return head;
  }

  #recorded({ position, revision, id, type, data, metadata }: Row, stream: StreamId): RecordedEvent {
    return decode({ stream, revision, position, id, type, data, metadata }, this.#upcasters);
  }

  #query<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }

  // --- waiting ---

  override async waitForEvents(after: bigint, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#known > after) return;
    let stop!: () => void;
    let waiting!: { after: bigint } & Waiter<void>;
    const over = new Promise<void>((resolve, reject) => {
      stop = resolve;
      waiting = { after, resolve, reject };
    });
    this.#waiting.add(waiting);
    signal.addEventListener('abort', stop, { once: true });
    void this.#poll();
    try {
      await over;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#waiting.delete(waiting);
      if (this.#waiting.size === 0) clearTimeout(this.#timer);
    }
  }

  #reached(position: bigint): void {
    if (position <= this.#known) return;
    this.#known = position;
    for (const { after, resolve } of this.#waiting) if (position > after) resolve();
  }

  /** Polls for events of other processes: now, and at the poll interval while anybody waits. Never rejects. */
  #poll(): Promise<void> {
    clearTimeout(this.#timer);
    return (this.#looking ??= this.head()
      .then(
        () => undefined,
        (error: unknown) => {
          for (const { reject } of this.#waiting) reject(error as Error);
        },
      )
      .finally(() => {
        this.#looking = undefined;
        clearTimeout(this.#timer);
        if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.#poll(), this.#pollInterval).unref();
      }));
  }
}

/**
 * Splits a page so that the heavy data in each part stays within `maxPageCharacters`. A single larger event is a part
 * of its own.
 */
function parts(rows: readonly PageRow[]): PageRow[][] {
  const all: PageRow[][] = [];
  let weight = Infinity;
  for (const row of rows) {
    weight += row.heavy ?? 0;
    if (weight > maxPageCharacters) {
      all.push([]);
      weight = row.heavy ?? 0;
    }
    all.at(-1)!.push(row);
  }
  return all;
}
