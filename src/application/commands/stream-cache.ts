import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { EventStore, streamName, type RecordedEvent, type StreamId } from '../ports/event-store.js';

type History = readonly RecordedEvent[];
interface CachedStream {
  readonly history: History;
  /** Roughly, in characters. */
  readonly size: number;
}

/** How much is kept, in characters of events: what was asked for longest ago makes room for what is new. */
const maxCachedCharacters = 16 << 20;
/** About what an event has beside its data, in characters. */
const envelopeCharacters = 700;

/**
 * The streams that things are decided on, as they are in the log now. What has been read of them is kept: of a stream that
 * is known only the last known event is read again, and what has come after it. If that event is not there any more, the
 * log is another than the one that was read (a standby that was behind has taken over), and the stream is read anew.
 */
@Injectable()
export class StreamCache {
  private readonly cache = new LRUCache<string, CachedStream>({ maxSize: maxCachedCharacters, sizeCalculation: ({ size }) => size });

  constructor(private readonly store: EventStore) {}

  /** The events of the stream; none when there is no such stream. */
  async read(stream: StreamId): Promise<History> {
    return (await this.readMany([stream])).get(streamName(stream)) ?? [];
  }

  /** The events of each of the streams, by `streamName`, at the cost of one. A stream without events is not in the answer. */
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
