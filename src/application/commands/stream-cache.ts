import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { EventStore, streamName, type RecordedEvent, type StreamId } from '../ports/event-store.js';

type History = readonly RecordedEvent[];
interface CachedStream {
  readonly history: History;
  /** The approximate size, in characters. */
  readonly size: number;
}

/** The capacity of the cache, in characters of events. The least recently used streams are evicted. */
const maxCachedCharacters = 16 << 20;
/** The approximate size of an event without its data, in characters. */
const envelopeCharacters = 700;

/**
 * A cache of streams for decisions. Every read asks the log: for a cached stream it fetches the last cached event and the
 * events after it. The log lacks that event when a standby that lagged behind has taken over. The stream is then read anew.
 */
@Injectable()
export class StreamCache {
  private readonly cache = new LRUCache<string, CachedStream>({ maxSize: maxCachedCharacters, sizeCalculation: ({ size }) => size });

  constructor(private readonly store: EventStore) {}

  /** The events of one stream; empty when the stream does not exist. */
  async read(stream: StreamId): Promise<History> {
    return (await this.readMany([stream])).get(streamName(stream)) ?? [];
  }

  /** The events of many streams, by `streamName`, in one query. A stream without events is left out. */
  async readMany(streams: readonly StreamId[]): Promise<ReadonlyMap<string, History>> {
    const histories = new Map<string, History>();
    for (let left = streams; left.length > 0; ) {
      const asked = left.map((stream) => ({ stream, name: streamName(stream), before: this.cache.get(streamName(stream)) }));
      const read = await this.store.readStreams(asked.map(({ stream, before }) => ({ ...stream, from: before?.history.at(-1)!.revision })));
      left = [];
      for (const { stream, name, before } of asked) {
        const events = read.get(name) ?? [];
        if (before && events[0]?.id !== before.history.at(-1)!.id) {
          this.cache.delete(name);
          left = [...left, stream];
          continue;
        }
        const now = before ? extended(before, events.slice(1)) : extended(emptyStream, events);
        if (now === emptyStream) continue;
        this.cache.set(name, now);
        histories.set(name, now.history);
      }
    }
    return histories;
  }
}

const emptyStream: CachedStream = { history: [], size: 0 };

function extended(before: CachedStream, events: History): CachedStream {
  if (events.length === 0) return before;
  const size = events.reduce((sum, { data }) => sum + envelopeCharacters + JSON.stringify(data).length, before.size);
  return { history: [...before.history, ...events], size };
}
