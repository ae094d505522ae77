import { type AppendOutcome, type EventFilter, EventStore, parseStreamName, type RecordedEvent, type StreamId, streamName } from '../../application/ports/event-store.js';
import { decode, type StoredEvent } from '../codec.js';

/** An event of a log file, as `logLine` writes it. */
interface Line extends StoredEvent {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
}

/** The place of the first event after a position. */
function firstAfter(log: readonly RecordedEvent[], position: bigint): number {
  let [low, high] = [0, log.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A log that does not change: events of a log file. The position of an event is its number in that log, so there are gaps. */
export class FixedEventStore extends EventStore {
  private readonly log: readonly RecordedEvent[];
  private readonly streams = new Map<string, RecordedEvent[]>();

  /** @param lines lines of a log file, in any order. Throws on one that is no event. */
  constructor(lines: Iterable<string>) {
    super();
    this.log = Array.from(lines, (line) => {
      const { position, stream, revision, id, ...stored } = JSON.parse(line) as Line;
      return { ...decode(stored), stream: parseStreamName(stream), revision: BigInt(revision), position: BigInt(position), id };
    }).sort((a, b) => Number(a.position - b.position));
    for (const event of this.log) {
      const name = streamName(event.stream);
      const before = this.streams.get(name);
      if (before) before.push(event);
      else this.streams.set(name, [event]);
    }
  }

  override appendMany(): Promise<readonly AppendOutcome[]> {
    return Promise.reject(new RangeError('This log does not change'));
  }

  override async *readStream(stream: StreamId, { direction = 'forwards', from, limit = Infinity }: Parameters<EventStore['readStream']>[1] = {}): AsyncIterable<RecordedEvent> {
    await Promise.resolve();
    const events = this.streams.get(streamName(stream)) ?? [];
    const forwards = direction === 'forwards';
    const kept = events.filter(({ revision }) => from === undefined || (forwards ? revision >= from : revision <= from));
    yield* (forwards ? kept : kept.reverse()).slice(0, limit);
  }

  override async *readAll({ after = 0n, filter = {}, pageSize = 500 }: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number } = {}): AsyncIterable<readonly RecordedEvent[]> {
    const keeps = (names: readonly string[] | undefined, name: string) => !names?.length || names.includes(name);
    for (let next = firstAfter(this.log, after); next < this.log.length; next += pageSize) {
      const page = this.log.slice(next, next + pageSize).filter(({ stream, type }) => keeps(filter.aggregates, stream.aggregate) && keeps(filter.types, type));
      if (page.length > 0) yield await Promise.resolve(page);
    }
  }

  override readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    return Promise.resolve(positions.map((position) => this.log[firstAfter(this.log, position) - 1]!));
  }

  override async eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    const [event] = await this.readAt([position]);
    return event?.position === position ? event : undefined;
  }

  override head(): Promise<bigint> {
    return Promise.resolve(this.log.at(-1)?.position ?? 0n);
  }

  override waitForEvents(_after: bigint, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => { resolve(); }, { once: true });
    });
  }
}
