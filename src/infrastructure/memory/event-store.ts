import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Append,
  type AppendOutcome,
  type EventFilter,
  EventStore,
  maxPageCharacters,
  parseStreamName,
  type RecordedEvent,
  type StreamId,
  streamName,
} from '../../application/ports/event-store.js';
import { decode, encode, type EncodedAppend, type StoredEvent, type Upcaster, upcasters } from '../codec.js';

interface Entry {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  /** JSON text, so that no reader can change the log. */
  readonly data: string;
  readonly metadata: string;
}

/** The log in memory, for tests. It meets the same contract as the other adapters, but is lost with the process. */
export class MemoryEventStore extends EventStore {
  readonly #log: Entry[] = [];
  readonly #streams = new Map<string, Entry[]>();
  readonly #wake = new Set<() => void>();

  constructor(private readonly table: readonly Upcaster[] = upcasters) {
    super();
  }

  override async appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const encoded = appends.map(encode);
    await Promise.resolve();
    const outcomes = encoded.map((append) => this.#append(append));
    for (const wake of this.#wake) wake();
    return outcomes;
  }

  #append({ stream, expected, events }: EncodedAppend): AppendOutcome {
    const entries = this.#streams.get(stream) ?? [];
    const current = entries.length - 1;
    const refused: AppendOutcome = { ok: false, actual: current < 0 ? undefined : BigInt(current) };
    const repeats =
      expected === 'any' || expected === 'exists'
        ? entries.findIndex(({ id }) => id === events[0]!.id)
        : expected === 'none'
          ? 0
          : Number(expected) + 1;
    if (repeats >= 0 && repeats <= current) {
      const last = entries[repeats + events.length - 1];
      const same = events.every(({ id }, index) => entries[repeats + index]?.id === id);
      return same && last ? { ok: true, revision: last.revision, position: last.position } : refused;
    }
    if ((expected === 'exists' && current < 0) || repeats > current + 1) return refused;
    for (const event of events) {
      const entry = { ...event, stream, revision: BigInt(entries.length), position: BigInt(this.#log.length + 1) };
      entries.push(entry);
      this.#log.push(entry);
    }
    this.#streams.set(stream, entries);
    const { revision, position } = entries[entries.length - 1]!;
    return { ok: true, revision, position };
  }

  override async *readStream(
    stream: StreamId,
    options: { readonly direction?: 'forwards' | 'backwards'; readonly from?: bigint; readonly limit?: number } = {},
  ): AsyncIterable<RecordedEvent> {
    await Promise.resolve();
    const entries = this.#streams.get(streamName(stream)) ?? [];
    const { direction = 'forwards', limit = Infinity } = options;
    const step = direction === 'forwards' ? 1 : -1;
    const last = entries.length - 1;
    const from = options.from ?? (step === 1 ? 0n : BigInt(last));
    let index = Number(from > BigInt(last) ? (step === 1 ? last + 1 : last) : from);
    for (let left = limit; left > 0 && index >= 0 && index < entries.length; left--, index += step) {
      yield this.#recorded(entries[index]!);
    }
  }

  override async *readAll(
    options: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {},
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { after = 0n, filter = {}, pageSize = 500 } = options;
    const keeps = (names: readonly string[] | undefined, name: string) => !names?.length || names.includes(name);
    const end = this.#log.length;
    let page: RecordedEvent[] = [];
    let weight = 0;
    for (let index = Number(after); index < end; index++) {
      const event = this.#recorded(this.#log[index]!);
      if (!keeps(filter.aggregates, event.stream.aggregate) || !keeps(filter.types, event.type)) continue;
      page.push(event);
      weight += this.#log[index]!.data.length;
      if (page.length < pageSize && weight < maxPageCharacters) continue;
      yield page;
      [page, weight] = [[], 0];
      await nextTurn();
    }
    if (page.length > 0) yield page;
  }

  override readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    return Promise.resolve(positions.map((position) => this.#recorded(this.#log[Number(position) - 1]!)));
  }

  override head(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#log.length));
  }

  override async waitForEvents(after: bigint, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && BigInt(this.#log.length) <= after) {
      let wake!: () => void;
      const woken = new Promise<void>((resolve) => (wake = resolve));
      this.#wake.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      await woken;
      signal.removeEventListener('abort', wake);
      this.#wake.delete(wake);
    }
  }

  #recorded({ position, stream, revision, id, type, data, metadata }: Entry): RecordedEvent {
    const stored = { type, data: JSON.parse(data) as object, metadata: JSON.parse(metadata) as StoredEvent['metadata'] };
    return { ...decode(stored, this.table), stream: parseStreamName(stream), revision, position, id };
  }
}
