import pLimit from 'p-limit';

/** The identity of a stream, written `<aggregate>-<fiksOrgId>_<id>`. The tenant is part of it. */
export interface StreamId {
  readonly aggregate: string;
  /** fiksOrgId (uuid) of the organisation that owns the stream. */
  readonly tenant: string;
  readonly id: string;
}

/** Formats the stream's name in the store. */
export const streamName = ({ aggregate, tenant, id }: StreamId): string => `${aggregate}-${tenant}_${id}`;

/** Parses a stream name. Throws on a name that `streamName` cannot have made. */
export function parseStreamName(name: string): StreamId {
  const [, aggregate, tenant, id] = /^([a-zA-Z]+)-([0-9a-f-]{36})_(.+)$/.exec(name) ?? [];
  if (!aggregate || !tenant || !id) throw new Error(`Not a stream name: ${name}`);
  return { aggregate, tenant, id };
}

/** The schema version written in new events. Raise it with every new upcaster. */
export const schemaVersion = 1;

/** The origin of an event. Never holds a fødselsnummer. */
export interface EventMetadata {
  /** The id of the command that caused the event. All events of one command share it. */
  readonly commandId: string;
  /** The digest of the command's fingerprint. It tells a retry from another command with the same id. */
  readonly commandDigest: string;
  /** The id of the request that started the chain of commands and events. */
  readonly correlationId: string;
  /** The id of the event or command that led directly to this event. */
  readonly causationId: string;
  /** The actor as `<kind>:<reference>`; see `actorReference`. */
  readonly actor: string;
  /** The reference of the actor on whose behalf it was done. Missing when the actor acted for itself. */
  readonly onBehalfOf?: string;
  /** fiksOrgId of the organisation that the event concerns. */
  readonly tenant: string;
  /** The time of the decision: ISO 8601, UTC. */
  readonly time: string;
  readonly schemaVersion: number;
}

/** An event to store. `id` (uuid) makes the append idempotent. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** A stored event. `revision` numbers the events of its stream from 0. `position` orders the whole log. */
export interface RecordedEvent extends NewEvent {
  readonly stream: StreamId;
  readonly revision: bigint;
  readonly position: bigint;
}

/**
 * A kept position, with the id of the event there. Whatever is kept beside the log keeps its position so, because a position
 * alone is found in every log that is long enough.
 */
export interface LogPlace {
  readonly position: bigint;
  /** Missing at position 0. */
  readonly eventId?: string | undefined;
}

/** The precondition of an append: `any` stream, no events (`none`), some events (`exists`), or this last revision. */
export type ExpectedRevision = 'any' | 'none' | 'exists' | bigint;

export interface Append {
  readonly stream: StreamId;
  readonly expected: ExpectedRevision;
  /** At least one event. All are stored, or none. */
  readonly events: readonly NewEvent[];
}

/** A successful append: the stream's last revision and the log position of the last appended event. */
export interface Appended {
  readonly ok: true;
  readonly revision: bigint;
  readonly position: bigint;
}
/** A conflict: the stream was at another revision; `undefined` when it has no events. Nothing was stored. */
export interface WrongRevision {
  readonly ok: false;
  readonly actual: bigint | undefined;
}
export type AppendOutcome = Appended | WrongRevision;

/** Keeps only events of these aggregates and these types. A missing or empty list keeps all. */
export interface EventFilter {
  readonly aggregates?: readonly string[];
  readonly types?: readonly string[];
}

/** The store did not answer. It is unknown whether an append was stored: retry with the same event ids to find out. */
export class StoreUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The event store did not answer', options);
    this.name = 'StoreUnavailable';
  }
}

/** The size at which a page of the log ends early, in characters of event data. Readers hold a page in memory. */
export const maxPageCharacters = 16_000_000;

/** A stream, read from a revision (inclusive; default the first). */
export interface StreamFrom extends StreamId {
  readonly from?: bigint | undefined;
}

/** The number of concurrent stream reads in the default `readStreams`. */
const maxConcurrentReads = 16;

/**
 * The log: append-only streams in one total order. Stored events never change.
 *
 * - An append is idempotent by event id within its stream. Repeating it (same events, same expectation) returns the first
 *   outcome and stores nothing, also after later events. Only the same run of ids, from first to last, counts as a repeat.
 * - Positions grow in the order in which events become visible. A reader of the whole log that has seen position p never
 *   finds a new event at or below p.
 */
export abstract class EventStore {
  /**
   * Appends to many streams in one call. Returns one outcome per append, in the same order. Not atomic across streams.
   * Rejects with `RangeError` when an append can never be stored: it has no events or is too large, an id is not a uuid, or
   * a name or type has control characters. Rejects with `StoreUnavailable` when the outcome is unknown.
   */
  abstract appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /** Appends to one stream. Rejects as `appendMany` does. Concurrent calls may share a round trip and a flush. */
  async append(append: Append): Promise<AppendOutcome> {
    const [outcome] = await this.appendMany([append]);
    return outcome as AppendOutcome;
  }

  /**
   * Appends in list order, for example when a log is copied. The outcomes reach at least the first conflict. The appends
   * after a conflict may or may not be stored. After `StoreUnavailable` a prefix of the list, possibly empty, is stored.
   */
  async appendInOrder(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    for (const append of appends) {
      const outcome = await this.append(append);
      outcomes.push(outcome);
      if (!outcome.ok) break;
    }
    return outcomes;
  }

  /**
   * Reads the events of one stream, forwards from a revision (default the first) or backwards from one (default the last).
   * Both are inclusive. Yields at most `limit` events (default all), and none when the stream does not exist.
   */
  abstract readStream(
    stream: StreamId,
    options?: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number },
  ): AsyncIterable<RecordedEvent>;

  /**
   * Reads many streams forwards, each from its `from`. Returns the events by `streamName`. A stream without such events is
   * left out.
   */
  async readStreams(streams: readonly StreamFrom[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const found = new Map<string, readonly RecordedEvent[]>();
    await pLimit(maxConcurrentReads).map(new Map(streams.map((stream) => [streamName(stream), stream])), async ([name, { from, ...stream }]) => {
      const events: RecordedEvent[] = [];
      for await (const event of this.readStream(stream, from === undefined ? {} : { from })) events.push(event);
      if (events.length > 0) found.set(name, events);
    });
    return found;
  }

  /**
   * Reads the whole log in pages, forwards, strictly after a position (default from the start), up to its current end.
   * Pages are never empty. A page has at most `pageSize` events (default 500), and fewer when their data exceeds
   * `maxPageCharacters`.
   */
  abstract readAll(options?: {
    readonly after?: bigint;
    readonly filter?: EventFilter;
    readonly pageSize?: number;
  }): AsyncIterable<readonly RecordedEvent[]>;

  /** Reads the events at positions, in the order of the log. Each position must be an event's. */
  abstract readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]>;

  /** The position of the last event; 0 when the log is empty. */
  abstract head(): Promise<bigint>;

  /**
   * Aborts when the log is found to be another than the one that this process has read, such as a copy that an operator has put
   * back. All that the process remembers of it is then wrong, so the process begins anew.
   */
  readonly replaced: AbortSignal = new AbortController().signal;

  /** The event at any position; undefined when the log has none there. */
  async eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    if (position <= 0n || position > (await this.head())) return undefined;
    const [event] = await this.readAt([position]);
    return event;
  }

  /**
   * Whether a place that was kept beside a log is a place of this one. A place without an id was kept by a release that did not
   * keep it; then any event at the position will do.
   */
  async has({ position, eventId }: LogPlace): Promise<boolean> {
    if (position === 0n) return true;
    const event = await this.eventAt(position);
    return event !== undefined && (eventId === undefined || event.id === eventId);
  }

  /** Resolves when the log has events after the position, or when the signal aborts. */
  abstract waitForEvents(after: bigint, signal: AbortSignal): Promise<void>;

  /** Reads as `readAll` does, then waits for more events at the end. Ends when the signal aborts. */
  async *subscribe(options: {
    readonly after?: bigint;
    readonly filter?: EventFilter;
    readonly pageSize?: number;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]> {
    let after = options.after ?? 0n;
    while (!options.signal.aborted) {
      // The loop below reads everything up to the head. Waiting after the head skips events that the filter drops.
      const head = await this.head();
      for await (const page of this.readAll({ ...options, after })) {
        yield page;
        after = page[page.length - 1]!.position;
      }
      if (head > after) after = head;
      await this.waitForEvents(after, options.signal);
    }
  }
}
