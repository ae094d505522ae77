import { type EventStoreDBClient, FORWARDS, WrongExpectedVersionError } from '@eventstore/db-client';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Append, type Appended, type AppendOutcome, StoreUnavailable } from '../../application/ports/event-store.js';
import { encode, type EncodedAppend } from '../codec.js';
import { BatchAppend } from './batch-append.js';
import { type EventStoreDbConnection, isRefusal } from './connection.js';
import type { LogHead } from './log-head.js';
import { drain, streamPages } from './reading.js';
import { maxAppendBytes, type StreamNamespace, sizeOf } from './records.js';

/** The most appends in flight at a time. */
const maxConcurrentAppends = 64;
/** Attempts of an `any` or `exists` append at the revision last seen. After these, one attempt lets the server pick the place. */
const maxContendedAttempts = 4;
/** The limits of the tail cache: streams, and events of each stream. */
const maxCachedStreams = 100;
const maxCachedEvents = 10_000;

/** The place of a stored event in its stream and in the log. `position` is missing when no answer has told it. */
interface Place {
  readonly id: string;
  readonly revision: bigint;
  readonly position?: bigint;
}
/** The cached events of one stream, from the first to the last one seen. `inTurn` lets one append at a time use them. */
interface CachedTail {
  readonly inTurn: LimitFunction;
  readonly places: Place[];
}

/** The write side of the EventStoreDB adapter. */
export class Appending {
  readonly #batchAppends = new WeakMap<EventStoreDBClient, BatchAppend>();
  readonly #limit = pLimit(maxConcurrentAppends);
  /** The cached events of the streams that took `any` or `exists` appends, by name on the server. */
  readonly #tails = new LRUCache<string, CachedTail>({ max: maxCachedStreams });

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly names: StreamNamespace,
    private readonly logHead: LogHead,
    /** Whether the log is still the one that the head is of. An append may be retried until the server comes back with another. */
    private readonly isSameLog: () => Promise<boolean>,
  ) {}

  async appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const encoded = appends.map((append) => {
      const one = encode(append);
      if (sizeOf(one) > maxAppendBytes) throw new RangeError(`An append is at most ${maxAppendBytes} bytes`);
      return one;
    });
    // Appends to one stream run one after the other, because each may expect the revision that the previous one makes.
    // Appends to different streams run concurrently.
    const last = new Map<string, Promise<AppendOutcome>>();
    const outcomes = encoded.map((one) => {
      const before = last.get(one.stream);
      const outcome = before ? before.then(() => this.#appendOne(one)) : this.#appendOne(one);
      last.set(one.stream, outcome);
      return outcome;
    });
    await Promise.allSettled(outcomes); // no append is in flight any more when the caller learns of a failure
    return Promise.all(outcomes);
  }

  #appendOne(append: EncodedAppend): Promise<AppendOutcome> {
    const { expected } = append;
    return expected === 'any' || expected === 'exists' ? this.#appendAnywhere(append, expected) : this.#append(append, expected);
  }

  /**
   * Sends one append. At an expected revision, or none, the server recognises a repeat of any age, so the call is retried.
   * With `any` it recognises only recent repeats, so the call is made once.
   */
  async #append(append: EncodedAppend, expected: 'none' | 'any' | bigint): Promise<AppendOutcome> {
    const name = this.names.prefixed(append.stream);
    const times = expected === 'any' ? 1 : undefined;
    try {
      const { revision, position } = await this.#limit(() =>
        this.connection.ask((client, timeout) => this.#batchAppendOf(client).append(name, append, expected, timeout), times),
      );
      const at = position ?? (await this.#positionAt(name, revision));
      if (await this.isSameLog()) this.logHead.advance(at, append.events.at(-1)!.id);
      return { ok: true, revision, position: at };
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) {
        const { actualVersion } = error;
        return { ok: false, actual: typeof actualVersion === 'bigint' ? actualVersion : undefined };
      }
      if (isRefusal(error)) throw new RangeError('The append cannot be stored', { cause: error });
      throw error;
    }
  }

  #batchAppendOf(client: EventStoreDBClient): BatchAppend {
    const known = this.#batchAppends.get(client) ?? new BatchAppend(client);
    this.#batchAppends.set(client, known);
    return known;
  }

  /**
   * Appends at the end of the stream. The server recognises a repeat of such an append only among its newest commits. It
   * also ignores the order of the events. So repeats are detected here, in the stream's cached events. The append then expects
   * the last revision seen.
   */
  async #appendAnywhere(append: EncodedAppend, expected: 'any' | 'exists'): Promise<AppendOutcome> {
    const name = this.names.prefixed(append.stream);
    const known = this.#tails.has(name);
    const seen = this.#tails.get(name) ?? { inTurn: pLimit(1), places: [] };
    if (!known) this.#tails.set(name, seen);
    const outcome = await seen.inTurn(() => this.#appendAfter(name, seen.places, known, append, expected));
    if (seen.places.length > maxCachedEvents) this.#tails.delete(name);
    return outcome;
  }

  async #appendAfter(name: string, places: Place[], known: boolean, append: EncodedAppend, expected: 'any' | 'exists'): Promise<AppendOutcome> {
    const { events } = append;
    let actual: bigint | undefined;
    // The cached events may be stale, so a conflict is reported only after re-reading the stream. `exists` re-reads at once,
    // because the stream may have been deleted.
    let look = !known || places.length === 0 || expected === 'exists';
    for (let attempt = 1; ; attempt++, look = true) {
      if (look) await this.#refreshTail(name, places);
      const first = places.findIndex(({ id }) => id === events[0]!.id);
      if (first >= 0) {
        const final = places[first + events.length - 1];
        if (final && events.every(({ id }, index) => places[first + index]?.id === id))
          return { ok: true, revision: final.revision, position: final.position ?? (await this.#positionAt(name, final.revision)) };
        if (!look) continue;
        return { ok: false, actual: places.at(-1)?.revision };
      }
      const last = places.at(-1)?.revision;
      if (expected === 'exists' && last === undefined) return { ok: false, actual: undefined };
      // A stream whose events are all truncated tells its last revision only in a refusal.
      const end = last === undefined || (actual !== undefined && actual > last) ? actual : last;
      const crowded = attempt > maxContendedAttempts;
      const outcome = await this.#append(append, crowded ? 'any' : (end ?? 'none'));
      if (outcome.ok || crowded) {
        if (outcome.ok) cacheEvents(places, append, outcome);
        return outcome;
      }
      actual = outcome.actual; // another writer came first
    }
  }

  /** Adds the stream's new events. Starts over when the last cached event is gone, because the stream was deleted meanwhile. */
  async #refreshTail(name: string, places: Place[]): Promise<void> {
    const last = places.pop();
    for await (const page of streamPages(this.connection, name, FORWARDS, last?.revision ?? 0n)) {
      for (const { id, revision, position } of page) places.push({ id, revision, ...(position && { position: position.commit }) });
    }
    if (last && !places.some(({ revision }) => revision === last.revision)) {
      places.length = 0;
      await this.#refreshTail(name, places);
    }
  }

  async #positionAt(name: string, fromRevision: bigint): Promise<bigint> {
    const options = { fromRevision, maxCount: 1, requiresLeader: true };
    const [found] = await this.connection.read((client, timeout) => drain(client.readStream(name, options), timeout));
    const position = found?.event?.position;
    if (!position) throw new StoreUnavailable({ cause: new Error('An event that was appended cannot be read') });
    return position.commit;
  }
}

/** Adds an append to the cached events, if these reach exactly to its first event. */
function cacheEvents(places: Place[], { events }: EncodedAppend, { revision, position }: Appended): void {
  const first = revision - BigInt(events.length) + 1n;
  if (first !== (places.at(-1)?.revision ?? -1n) + 1n) return;
  events.forEach(({ id }, index) => {
    const at = first + BigInt(index);
    places.push({ id, revision: at, ...(at === revision && { position }) });
  });
}
