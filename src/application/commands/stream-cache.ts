import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { serialize } from 'node:v8';
import { domain, type AggregateName, type Domain } from '../../domain/index.js';
import { evolve, type AnyDecider, type StateOf } from '../../domain/kernel/decider.js';
import { EventStore, streamName, type RecordedEvent, type StreamId } from '../ports/event-store.js';

/** A command that a stream has events of: the digest of its fingerprint, and the stream's revision and position after it. */
export interface CarriedOut {
  readonly digest: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** A stream as decisions need it. */
export interface FoldedStream<S> {
  readonly state: S;
  /** The last event; undefined for a stream without events. */
  readonly last: { readonly id: string; readonly revision: bigint; readonly position: bigint } | undefined;
  /** Its commands, for `carriedOut`. Missing for a stream without events. */
  readonly commands?: Commands;
}

/** The commands of a stream, by which retries are recognised. */
interface Commands {
  /** The last ones, by id. */
  readonly recent: ReadonlyMap<string, CarriedOut>;
  /** The marks of all. A mark without a command only costs a reading of the stream, so later folds may add to the same set. */
  readonly marks: Set<number>;
}

type CachedStream<S> = Required<FoldedStream<S>> & {
  readonly last: NonNullable<FoldedStream<S>['last']>;
  /** The approximate size, in bytes. */
  readonly size: number;
};

/** The capacity of the cache, in bytes of states. The least recently used streams are evicted. */
const maxCachedBytes = 16 << 20;
/** The approximate size of a cached stream without its state, and of a command's mark in it, in bytes. */
const envelopeBytes = 4000;
const markBytes = 16;
/** The commands of a stream whose retry is answered without reading it. */
const recentCommands = 16;

/** 32 bits of a command's id, which is a UUID. Other commands may have the same mark. */
const markOf = (commandId: string): number => Number.parseInt(commandId.slice(0, 8), 16);

/**
 * A cache of folded streams. Every read asks the log: for a cached stream it fetches the last cached event and the events
 * after it, so the cost does not grow with the age of the stream. The log lacks that event when a standby that lagged behind
 * has taken over. The stream is then read anew.
 */
export class FoldedStreams<S> {
  private readonly cache = new LRUCache<string, CachedStream<S>>({ maxSize: maxCachedBytes, sizeCalculation: ({ size }) => size });

  /** @param step makes the state after an event from the one before it; undefined for none. It changes no state. */
  constructor(
    private readonly store: EventStore,
    private readonly step: (before: S | undefined, event: RecordedEvent) => S,
  ) {}

  /** Many streams, by `streamName`, in one query. A stream without events is left out. */
  async readMany(streams: readonly StreamId[]): Promise<ReadonlyMap<string, FoldedStream<S>>> {
    const folded = new Map<string, FoldedStream<S>>();
    for (let left = streams; left.length > 0; ) {
      const asked = left.map((stream) => ({ stream, name: streamName(stream), before: this.cache.get(streamName(stream)) }));
      const read = await this.store.readStreams(asked.map(({ stream, before }) => ({ ...stream, from: before?.last.revision })));
      left = [];
      for (const { stream, name, before } of asked) {
        const events = read.get(name) ?? [];
        if (before && events[0]?.id !== before.last.id) {
          this.cache.delete(name);
          left = [...left, stream];
          continue;
        }
        const now = this.extended(before, before ? events.slice(1) : events);
        if (!now) continue;
        // One that was read earlier may end later. It does not replace what has been read since.
        if ((this.cache.get(name)?.last.revision ?? -1n) <= now.last.revision) this.cache.set(name, now);
        folded.set(name, now);
      }
    }
    return folded;
  }

  /** The command with this id, if the stream has events of it. Reads the stream for one of long ago. */
  async carriedOut(stream: StreamId, { commands }: FoldedStream<unknown>, commandId: string): Promise<CarriedOut | undefined> {
    const recent = commands?.recent.get(commandId);
    if (recent || !commands?.marks.has(markOf(commandId))) return recent;
    const events = (await this.store.readStreams([stream])).get(streamName(stream)) ?? [];
    const last = events.filter(({ metadata }) => metadata.commandId === commandId).at(-1);
    return last && { digest: last.metadata.commandDigest, revision: last.revision, position: last.position };
  }

  private extended(before: CachedStream<S> | undefined, events: readonly RecordedEvent[]): CachedStream<S> | undefined {
    const last = events.at(-1);
    if (!last) return before;
    const [recent, marks] = [new Map(before?.commands.recent), before?.commands.marks ?? new Set<number>()];
    let state = before?.state;
    for (const event of events) {
      const { commandId, commandDigest: digest } = event.metadata;
      state = this.step(state, event);
      recent.delete(commandId); // so that it becomes the last
      recent.set(commandId, { digest, revision: event.revision, position: event.position });
      marks.add(markOf(commandId));
    }
    for (const commandId of recent.keys()) {
      if (recent.size <= recentCommands) break;
      recent.delete(commandId);
    }
    const size = envelopeBytes + markBytes * marks.size + serialize(state).length;
    return { state: state!, last: { id: last.id, revision: last.revision, position: last.position }, commands: { recent, marks }, size };
  }
}

/** The states of aggregates, for decisions. */
@Injectable()
export class StreamCache extends FoldedStreams<unknown> {
  constructor(store: EventStore) {
    super(store, (before, event) => {
      const decider: AnyDecider = domain[event.stream.aggregate as AggregateName];
      return evolve(decider, before ?? decider.initialState, event) as unknown;
    });
  }

  /** One stream; in its initial state when it does not exist. */
  async read<A extends AggregateName>(stream: StreamId & { readonly aggregate: A }): Promise<FoldedStream<StateOf<Domain[A]>>> {
    return statesIn(await this.readMany([stream]))(stream);
  }
}

/** Looks up streams among those that were read. One that was not found is in its initial state. */
export const statesIn =
  (read: ReadonlyMap<string, FoldedStream<unknown>>) =>
  <A extends AggregateName>(stream: StreamId & { readonly aggregate: A }): FoldedStream<StateOf<Domain[A]>> =>
    (read.get(streamName(stream)) ?? { state: domain[stream.aggregate].initialState, last: undefined }) as FoldedStream<StateOf<Domain[A]>>;
