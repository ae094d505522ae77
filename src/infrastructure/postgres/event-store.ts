import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Append,
  type AppendOutcome,
  type EventFilter,
  type EventMetadata,
  EventStore,
  parseStreamName,
  type RecordedEvent,
  StoreUnavailable,
  type StreamId,
  streamName,
} from '../../application/event-store.js';
import { decode, encode, type EncodedAppend, storedTypes, type Upcaster, upcasters } from '../codec.js';
import { answered, type Database, sqlState, type Statement, unavailable } from './database.js';

export interface PostgresEventStoreOptions {
  /** How often to look for what other processes have appended, in ms. */
  readonly pollInterval?: number;
  readonly upcasters?: readonly Upcaster[];
}

/** Most events, and about the most characters, that are sent together. A larger single append goes alone. */
const batchEvents = 2_000;
const batchSize = 4_000_000;
/** Positions looked at by one statement when a filter drops most of them: bounds how long it takes. */
const filterWindow = 5_000;
const streamPage = 500;
/** Streams that are read by one statement: bounds what it answers with. */
const streamsAtOnce = 1_000;

const sql = {
  append: {
    name: 'append_events',
    text: `select at_revision as revision, at_position as position
           from append_events($1, $2, $3, $4, $5, $6, $7) with ordinality order by ordinality`,
  },
  head: { name: 'event_head', text: 'select coalesce(max(position), 0)::bigint as head from event' },
  forwards: {
    name: 'event_stream_forwards',
    text: `select position, revision, id, type, data, metadata from event
           where stream = $1 and revision >= $2 order by revision limit $3`,
  },
  backwards: {
    name: 'event_stream_backwards',
    text: `select position, revision, id, type, data, metadata from event
           where stream = $1 and revision <= $2 order by revision desc limit $3`,
  },
  streams: {
    name: 'event_streams',
    text: `select stream, position, revision, id, type, data, metadata from event
           where stream = any($1) order by stream, revision`,
  },
  all: {
    name: 'event_all',
    text: `select position, stream, revision, id, type, data, metadata from event
           where position > $1 and position <= $2 order by position`,
  },
  filtered: {
    name: 'event_all_filtered',
    text: `select position, stream, revision, id, type, data, metadata from event
           where position > $1 and position <= $2
             and ($3::text[] is null or aggregate = any($3)) and ($4::text[] is null or type = any($4))
           order by position limit $5`,
  },
} satisfies Record<string, Statement>;

interface Row {
  readonly position: bigint;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

const expectedCode = { any: -2n, none: -1n, exists: -4n } as const;
const lastRevision = 2n ** 63n - 1n;

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}
type WaitingAppend = { readonly append: EncodedAppend } & Waiting<AppendOutcome>;

/**
 * The log in PostgreSQL. Appends that come while another is under way go together in the next statement: one round
 * trip, one commit and one flush, and still an outcome for each.
 */
export class PostgresEventStore extends EventStore {
  readonly #queue: WaitingAppend[] = [];
  #sending = false;
  /** A position that the log is known to have reached. */
  #known = 0n;
  readonly #waiting = new Set<{ after: bigint } & Waiting<void>>();
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
  }

  // --- appending ---

  override async appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const encoded = appends.map(encode);
    const outcomes = encoded.map(
      (append) =>
        new Promise<AppendOutcome>((resolve, reject) => {
          this.#queue.push({ append, resolve, reject });
        }),
    );
    if (!this.#sending) void this.#sendAll();
    return Promise.all(outcomes);
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    await Promise.resolve(); // calls made in the same breath come along
    while (this.#queue.length > 0) await this.#send(this.#nextBatch());
    this.#sending = false;
  }

  #nextBatch(): WaitingAppend[] {
    let [count, events, size] = [0, 0, 0];
    for (const { append } of this.#queue) {
      events += append.events.length;
      size += append.size;
      if (count > 0 && (events > batchEvents || size > batchSize)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** Never rejects: every append in the batch gets its outcome or its error. */
  async #send(batch: readonly WaitingAppend[]): Promise<void> {
    try {
      const outcomes = await this.#append(batch.map(({ append }) => append));
      batch.forEach(({ resolve }, index) => {
        resolve(outcomes[index]!);
      });
    } catch (error) {
      if (unavailable(error) || !isRefusal(error)) {
        for (const { reject } of batch) reject(new StoreUnavailable({ cause: error }));
      } else if (batch.length === 1) {
        batch[0]!.reject(new RangeError('The append cannot be stored', { cause: error }));
      } else {
        // PostgreSQL refused the content of one of them, and stored none. The others must not suffer for it.
        for (const one of batch) await this.#send([one]);
      }
    }
  }

  async #append(appends: readonly EncodedAppend[]): Promise<AppendOutcome[]> {
    const events = appends.flatMap((append) => append.events);
    const rows = await this.database.query<{ revision: bigint | null; position: bigint | null }>(sql.append, [
      appends.map(({ stream }) => stream),
      appends.map(({ expected }) => (typeof expected === 'bigint' ? expected : expectedCode[expected])),
      appends.map((append) => append.events.length),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => data),
      events.map(({ metadata }) => metadata),
    ]);
    let highest = 0n;
    const outcomes = rows.map(({ revision, position }): AppendOutcome => {
      if (position === null) return { ok: false, actual: revision ?? undefined };
      if (position > highest) highest = position;
      return { ok: true, revision: revision!, position };
    });
    this.#reached(highest);
    return outcomes;
  }

  /** In one statement: all, or none. */
  override async appendInOrder(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return appends.length === 0 ? [] : answered(this.#append(appends.map(encode)));
  }

  // --- reading ---

  override async *readStream(
    stream: StreamId,
    options: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number } = {},
  ): AsyncIterable<RecordedEvent> {
    const forwards = options.direction !== 'backwards';
    const statement = forwards ? sql.forwards : sql.backwards;
    let from = options.from ?? (forwards ? 0n : lastRevision);
    let left = options.limit ?? Infinity;
    while (left > 0) {
      const size = Math.min(left, streamPage);
      const rows = await this.#query<Row>(statement, [streamName(stream), from, size]);
      for (const row of rows) yield this.#recorded(row, stream);
      if (rows.length < size) return;
      left -= size;
      from = rows[rows.length - 1]!.revision + (forwards ? 1n : -1n);
      await nextTurn();
    }
  }

  override async readStreams(streams: readonly StreamId[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const named = new Map(streams.map((stream) => [streamName(stream), stream]));
    const names = [...named.keys()];
    const found = new Map<string, RecordedEvent[]>();
    for (let n = 0; n < names.length; n += streamsAtOnce) {
      const rows = await this.#query<Row & { stream: string }>(sql.streams, [names.slice(n, n + streamsAtOnce)]);
      for (const row of rows) {
        const events = found.get(row.stream) ?? [];
        events.push(this.#recorded(row, named.get(row.stream)!));
        found.set(row.stream, events);
      }
      await nextTurn();
    }
    return found;
  }

  override async *readAll(
    options: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const pageSize = options.pageSize ?? 500;
    const aggregates = options.filter?.aggregates?.length ? options.filter.aggregates : null;
    const types = options.filter?.types?.length ? storedTypes(options.filter.types, this.#upcasters) : null;
    const filtered = aggregates !== null || types !== null;
    const window = BigInt(filtered ? Math.max(pageSize, filterWindow) : pageSize);
    const end = await this.head();
    let after = options.after ?? 0n;
    // Positions have no gaps, so a window of positions is a bounded piece of work, whatever a filter drops.
    while (after < end) {
      const until = after + window < end ? after + window : end;
      const rows = filtered
        ? await this.#query<Row & { stream: string }>(sql.filtered, [after, until, aggregates, types, pageSize])
        : await this.#query<Row & { stream: string }>(sql.all, [after, until]);
      if (rows.length > 0) yield rows.map((row) => this.#recorded(row, parseStreamName(row.stream)));
      after = rows.length === pageSize ? rows[rows.length - 1]!.position : until;
      // The embedded engine answers without letting the event loop turn; whoever else waits gets a chance here.
      await nextTurn();
    }
  }

  override async head(): Promise<bigint> {
    const [row] = await this.#query<{ head: bigint }>(sql.head, []);
    this.#reached(row!.head);
    return row!.head;
  }

  #recorded({ position, revision, id, type, data, metadata }: Row, stream: StreamId): RecordedEvent {
    return decode({ stream, revision, position, id, type, data, metadata }, this.#upcasters);
  }

  #query<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return answered(this.database.query<R>(statement, values));
  }

  // --- waiting ---

  override async waitForEvents(after: bigint, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#known > after) return;
    let stop!: () => void;
    let waiting!: { after: bigint } & Waiting<void>;
    const over = new Promise<void>((resolve, reject) => {
      stop = resolve;
      waiting = { after, resolve, reject };
    });
    this.#waiting.add(waiting);
    signal.addEventListener('abort', stop, { once: true });
    void this.#look();
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

  /** Looks for what others have appended: now, and every so often as long as somebody waits. Never rejects. */
  #look(): Promise<void> {
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
        if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.#look(), this.#pollInterval).unref();
      }));
  }
}

/** Data exception, or a limit of the program exceeded: the content itself is the trouble. */
function isRefusal(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}
