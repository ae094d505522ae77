import { type AppendOutcome, type EventFilter, EventStore, maxPageCharacters, type RecordedEvent, type StreamId, streamName } from '../../application/ports/event-store.js';
import { decode } from '../codec.js';

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

/** A log that does not change, of events whose positions have gaps. Appends are refused. */
export class FixedEventStore extends EventStore {
  private readonly log: readonly RecordedEvent[];
  private readonly streams = new Map<string, RecordedEvent[]>();

  /** @param events as they were stored, in any order. */
  constructor(events: Iterable<RecordedEvent>) {
    super();
    this.log = Array.from(events, (event) => decode(event)).sort((a, b) => (a.position < b.position ? -1 : 1));
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
    let [page, weight]: [RecordedEvent[], number] = [[], 0];
    for (let next = firstAfter(this.log, after); next < this.log.length; next++) {
      const event = this.log[next]!;
      if (!keeps(filter.aggregates, event.stream.aggregate) || !keeps(filter.types, event.type)) continue;
      page.push(event);
      weight += JSON.stringify(event.data).length;
      if (page.length < pageSize && weight < maxPageCharacters) continue;
      yield await Promise.resolve(page);
      [page, weight] = [[], 0];
    }
    if (page.length > 0) yield page;
  }

  override readAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    const found = [...positions].sort((a, b) => (a < b ? -1 : 1)).map((position) => this.at(position));
    const missing = found.indexOf(undefined);
    return missing < 0 ? Promise.resolve(found as RecordedEvent[]) : Promise.reject(new RangeError('There is no event at this position'));
  }

  override eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    return Promise.resolve(this.at(position));
  }

  private at(position: bigint): RecordedEvent | undefined {
    const event = this.log[firstAfter(this.log, position) - 1];
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
