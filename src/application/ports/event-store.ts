import pLimit from 'p-limit';

/** Names one stream: `<aggregate>-<fiksOrgId>_<id>`. The tenant is part of the identity. */
export interface StreamId {
  readonly aggregate: string;
  /** fiksOrgId (uuid) of the organisation that the stream belongs to. */
  readonly tenant: string;
  readonly id: string;
}

/** The stream's name in the store. */
export const streamName = ({ aggregate, tenant, id }: StreamId): string => `${aggregate}-${tenant}_${id}`;

/** The stream that a name names. Throws on a name that `streamName` cannot have made. */
export function parseStreamName(name: string): StreamId {
  const [, aggregate, tenant, id] = /^([a-zA-Z]+)-([0-9a-f-]{36})_(.+)$/.exec(name) ?? [];
  if (!aggregate || !tenant || !id) throw new Error(`Not a stream name: ${name}`);
  return { aggregate, tenant, id };
}

/** The version that new events are written with. Raise it with every upcaster. */
export const schemaVersion = 1;

/** Where and by whom an event came about. Never holds a fødselsnummer. */
export interface EventMetadata {
  /** The command that the event answers; equal for all events of one command. */
  readonly commandId: string;
  /** Of the command's type and data: tells a repeat from another use of the same id. */
  readonly commandDigest: string;
  /** The request that everything followed from. */
  readonly correlationId: string;
  /** The event or command that led directly to this one. */
  readonly causationId: string;
  /** `<kind>:<reference>` of the one who acted. */
  readonly actor: string;
  /** On whose behalf, when not the actor's own. */
  readonly onBehalfOf?: string;
  /** fiksOrgId of the organisation that the event concerns. */
  readonly tenant: string;
  /** When it was decided: ISO 8601, UTC. */
  readonly time: string;
  readonly schemaVersion: number;
}

/** An event to store. `id` (uuid) makes the append safe to repeat. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** An event as stored: `revision` counts its stream from 0, `position` orders the whole log. */
export interface RecordedEvent extends NewEvent {
  readonly stream: StreamId;
  readonly revision: bigint;
  readonly position: bigint;
}

/** What the stream must be like for an append: any, none (no events), exists (some), or exactly at a revision. */
export type ExpectedRevision = 'any' | 'none' | 'exists' | bigint;

export interface Append {
  readonly stream: StreamId;
  readonly expected: ExpectedRevision;
  /** At least one. All are stored, or none. */
  readonly events: readonly NewEvent[];
}

/** The stream's revision and the log position after the append. */
export interface Appended {
  readonly ok: true;
  readonly revision: bigint;
  readonly position: bigint;
}
/** The stream was at another revision (`undefined`: it has no events). Nothing was stored. */
export interface WrongRevision {
  readonly ok: false;
  readonly actual: bigint | undefined;
}
export type AppendOutcome = Appended | WrongRevision;

/** Keeps only events of these aggregates and of these types; a missing or empty list keeps all. */
export interface EventFilter {
  readonly aggregates?: readonly string[];
  readonly types?: readonly string[];
}

/** The store cannot tell whether an append happened. Append again with the same event ids to find out. */
export class StoreUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The event store did not answer', options);
    this.name = 'StoreUnavailable';
  }
}

/** A page of the log ends when its events hold about so many characters, however few they are: readers hold a page in memory. */
export const maxPageCharacters = 16_000_000;

/** A stream, from a revision on. */
export interface StreamFrom extends StreamId {
  readonly from?: bigint | undefined;
}

/** How many streams are read at a time where a store has no better way. */
const maxConcurrentReads = 16;

/**
 * The log. Streams are appended to; nothing is ever changed.
 *
 * - An append is idempotent by event id within its stream: the same events appended again (same expectation) give the
 *   first outcome and store nothing, also when later events have followed. Only a run that is equal from its first to
 *   its last id counts as a repeat.
 * - Positions grow in the order in which events become visible: a reader of the whole log that has seen position p
 *   never finds a new event at or below p.
 */
export abstract class EventStore {
  /**
   * Appends to many streams in one call, each with its own outcome in the same order. Not atomic across streams.
   * Rejects with `RangeError` when an append could never be stored (no events, an id that is no uuid, a name or type with
   * control characters, too large), and with `StoreUnavailable` when the outcome is unknown.
   */
  abstract appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /** Appends to one stream. Concurrent calls may share a round trip and a flush. */
  async append(append: Append): Promise<AppendOutcome> {
    const [outcome] = await this.appendMany([append]);
    return outcome as AppendOutcome;
  }

  /**
   * Appends what must stand in the log in the order of the list, as when a log is copied. When one is refused there are
   * outcomes up to that one at least, and those after it may have been stored or not. After `StoreUnavailable` so many of
   * the first as there may be have been stored, and none after one that has not.
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
   * The events of one stream, forwards from a revision (default the first) or backwards from one (default the last),
   * both inclusive, at most `limit`. A stream that does not exist has no events.
   */
  abstract readStream(
    stream: StreamId,
    options?: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number },
  ): AsyncIterable<RecordedEvent>;

  /**
   * The events of each of the streams, forwards from a revision (default the first), by `streamName`. A stream without
   * such events is not in the answer.
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
   * The whole log in pages, forwards, strictly after a position (default from the start), until its present end.
   * Pages are never empty and hold at most `pageSize` events (default 500); fewer when they weigh more than `heaviestPage`.
   */
  abstract readAll(options?: {
    readonly after?: bigint;
    readonly filter?: EventFilter;
    readonly pageSize?: number;
  }): AsyncIterable<readonly RecordedEvent[]>;

  /** The position of the last event; 0 for an empty log. */
  abstract head(): Promise<bigint>;

  /** Resolves when the log has events after the position, or when the signal aborts. */
  abstract waitForEvents(after: bigint, signal: AbortSignal): Promise<void>;

  /** As `readAll`, but waits for more at the end, until the signal aborts. */
  async *subscribe(options: {
    readonly after?: bigint;
    readonly filter?: EventFilter;
    readonly pageSize?: number;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]> {
    let after = options.after ?? 0n;
    while (!options.signal.aborted) {
      // Everything up to the head is read below, so events that the filter drops are not waited for again.
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
