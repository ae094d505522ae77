import { Injectable } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import { exposureOf } from '../../application/commands/exposure.js';
import { documentId, meldingIdOf } from '../../application/commands/melding-id.js';
import { FoldedStreams, type FoldedStream } from '../../application/commands/stream-cache.js';
import { openMetadata } from '../../application/innsyn/sealing.js';
import { meldingDocument, tjenesteDocument, tjenesteDocumentId } from '../../application/innsyn/search-documents.js';
import { EventStore, streamName, type LogPlace, type RecordedEvent, type StreamId } from '../../application/ports/event-store.js';
import type { AnyProjection, Recorded } from '../../application/ports/projection.js';
import { decodeGeneration, type Generation } from '../../application/ports/search-generation.js';
import { SearchIndex, SearchUnavailable, type SearchDocument } from '../../application/ports/search-index.js';
import { SubjectKeys, type SubjectKey } from '../../application/ports/subject-keys.js';
import { innsynssok } from '../../application/views/innsynssok.js';
import type { EventType } from '../../domain/index.js';
import { evolve, type StateOf } from '../../domain/kernel/decider.js';
import { kommunalTjeneste } from '../../domain/kommunal-tjeneste.js';
import { begunGenerations, checkpointViewOf, type BegunGeneration } from '../search-generations.js';
import { LeaseLost, ViewStore, type Lease, type ViewFailure } from '../view-store.js';
import { untilAborted, withTimeLimit } from '../waiting.js';
import { foreignTo, rebuildLine, type ForeignCheckpoint } from './foreign-checkpoints.js';
import { LeaderWorker } from './leader-worker.js';

/** Settings of the feed. */
export interface FeedOptions {
  /** Events per page. Each page is one write of at most as many documents. */
  readonly pageSize: number;
  /** The most pages that are handed over to the index and not confirmed. */
  readonly pagesAhead: number;
  /** The delay before the first retry after an error, in ms. It doubles with each error, up to `longestMs`. */
  readonly retryMs: number;
  readonly longestMs: number;
  /** The interval of checking for a requested rebuild while the log is idle, in ms. */
  readonly lookMs: number;
}
export const feedDefaults: FeedOptions = { pageSize: 1000, pagesAhead: 20, retryMs: 500, longestMs: 30_000, lookMs: 5_000 };

const types: readonly EventType[] = [
  'MeldingIndexed',
  'MeldingDeleted',
  'KommunalTjenesteCreated',
  'KommunalTjenesteChanged',
  'KommunalTjenesteRemoved',
];

/** The progress of one generation. */
interface GenerationProgress {
  readonly generation: Generation;
  /** The position of the checkpoint. */
  position: bigint;
  /** The position that is handed over to the index. */
  handed: bigint;
  /** The pages that are handed over and not confirmed, in order. */
  readonly ahead: HandedPage[];
  serving: boolean;
  /** Whether a failure is recorded for health reports. */
  failed: boolean;
  /** The place that the index keeps of it; undefined where it keeps none. */
  place: LogPlace | undefined;
}
/** A page up to a place of the log. `visible` waits until the index shows it; undefined when it does. */
interface HandedPage {
  readonly to: bigint;
  readonly eventId: string | undefined;
  /** Whether it has changes for the index. */
  readonly written: boolean;
  readonly visible: (() => Promise<void>) | undefined;
}
/** The changes that a page makes to the index, by document id. `undefined` removes the document. */
type Changes = Map<string, SearchDocument | undefined>;

/** The index is another than the one that was written to: an operator has put a copy back under the running service. */
class IndexPutBack extends Error {}

/**
 * Updates the search index from the log. Each generation has a checkpoint named `innsynssok`, which moves once the index
 * has confirmed the write. Several pages are handed over ahead, and the checkpoint moves over them in their order. While a new
 * generation is built, the serving one is updated as well. An unavailable index delays nothing else: the feed retries, and health
 * reports the failure. An event that fails stops the feed, like a view.
 */
@Injectable()
export class SearchFeed extends LeaderWorker {
  private faults = 0;

  private readonly tjenester: FoldedStreams<IndexedTjeneste>;

  constructor(
    private readonly store: EventStore,
    views: ViewStore,
    private readonly keys: SubjectKeys,
    private readonly index: SearchIndex,
    private readonly options: FeedOptions = feedDefaults,
    private readonly view = innsynssok,
  ) {
    super(views, view.name, 'Søkeindeks');
    this.tjenester = new FoldedStreams(store, indexedTjeneste);
  }

  protected override async prepare(): Promise<void> {
    await this.views.prepare([this.viewOf(await this.newestGeneration())]);
    // Before the first search is answered. An index that does not answer is compared when it does.
    try {
      await this.discardForeign();
      await this.serveEmpty();
    } catch (error) {
      if (!(error instanceof SearchUnavailable)) throw error;
    }
  }

  /** Serves the index of a log without documents, so that searches are answered as soon as the service is ready. */
  private async serveEmpty(): Promise<void> {
    const at = await this.newestCheckpoint();
    if (!at?.serving || at.position > 0n || (await this.hasWrites(0n, await this.store.head()))) return;
    await this.index.prepare(at.generation);
    await this.index.serve(at.generation);
  }

  /** Discards every generation that is not of this log, by its checkpoint or by its own place. None of them is served until it is built anew. */
  private async discardForeign(): Promise<void> {
    const all = await begunGenerations(this.views, this.view);
    const foreign: ForeignCheckpoint[] = [...(await foreignTo(this.store, all))];
    for (const one of all.filter((one) => !foreign.some(({ checkpoint }) => checkpoint === one))) {
      const place = await this.index.place(one.generation);
      if (!place) {
        if (one.serving && (await this.isLost(one)))
          foreign.push({ checkpoint: one, rebuild: { since: new Date().toISOString(), reason: 'søkeindeksen har ikke lenger det som var tatt inn' } });
        continue;
      }
      const [other] = await foreignTo(this.store, [{ ...one, ...place, eventId: place.eventId! }]);
      if (other) foreign.push({ checkpoint: one, rebuild: other.rebuild });
      // A program that keeps no ids has moved a checkpoint without one, and no place of the index.
      else if (one.eventId !== undefined && place.position < one.position && (await this.hasWrites(place.position, one.position)))
        foreign.push({ checkpoint: one, rebuild: { since: new Date().toISOString(), reason: `søkeindeksen er eldre enn databasen: den slutter i posisjon ${place.position}, ikke ${one.position}` } });
    }
    // Not one that another process has discarded meanwhile, because it may be built already.
    for (const { checkpoint, rebuild } of foreign)
      if (await this.views.discard(checkpoint, rebuild)) await this.index.withdraw(decodeGeneration(checkpoint.version));
    if (foreign.length > 0) this.log.warn(rebuildLine(foreign));
  }

  /** Whether the index has lost the documents of a generation without a place. */
  private async isLost({ generation, position, eventId }: BegunGeneration): Promise<boolean> {
    if (position === 0n || !(await this.hasWrites(0n, position))) return false;
    try {
      await this.index.inspect(generation, []);
      // It has had a place, so somebody has emptied it, and a page that was on its way has made it anew. A program that keeps
      // no ids has marked no place either.
      return this.index.keepsPlaces && eventId !== undefined;
    } catch (error) {
      if (error instanceof SearchUnavailable) throw error;
      return true;
    }
  }

  /** Throws `IndexPutBack` when the index keeps another place of a generation than this process has seen or marked. */
  private async recognise({ generation, place }: GenerationProgress): Promise<void> {
    const kept = await this.index.place(generation);
    if (kept?.position !== place?.position || kept?.eventId !== place?.eventId) throw new IndexPutBack();
  }

  /** Empties the generations that are discarded and not begun anew. Only under the lease, because its holder writes to them. */
  private async clearDiscarded(): Promise<void> {
    for (const { position, rebuild, generation } of await begunGenerations(this.views, this.view))
      if (rebuild && position === 0n) await this.index.clear(generation);
  }

  /** Whether the log has events for the index after a position, up to another. */
  private async hasWrites(after: bigint, until: bigint): Promise<boolean> {
    const [first] = await this.pageAfter(after, 1);
    return first !== undefined && first.position <= until;
  }

  protected retryDelay(): number {
    return Math.min(this.options.retryMs * 2 ** Math.min(this.faults, 20), this.options.longestMs);
  }

  /** Records the failure for health reports. The next successful page clears it. */
  protected async onFailure(error: unknown, lease: Lease | undefined): Promise<void> {
    this.faults++;
    if (error instanceof LeaseLost) {
      this.log.warn('Søkeindeksen holdes av en annen prosess');
      return;
    }
    if (error instanceof IndexPutBack) {
      this.log.warn('Søkeindeksen er en annen enn den som det ble skrevet til. Den sammenlignes med loggen på nytt');
      return;
    }
    // Once for an outage, however often the feed tries.
    if (this.faults === 1 && error instanceof SearchUnavailable) this.log.warn('Søkeindeksen svarer ikke. Søket er nede, og indeksen oppdateres når den svarer igjen');
    else if (this.faults === 1) this.log.error('Søkeindeksen kunne ikke oppdateres; prøver igjen', error);
    const at = await this.newestCheckpoint().catch(() => undefined);
    // Other error texts may hold personal data of the messages' recipients, so health gets a fixed text.
    const message = error instanceof SearchUnavailable ? 'Søkeindeksen svarer ikke' : 'Søkeindeksen kunne ikke oppdateres; hvorfor står i loggen';
    if (at) await lease?.recordFailure(this.viewOf(at.generation), { position: at.position, eventId: '', message }).catch(() => undefined);
  }

  protected async work(lease: Lease, signal: AbortSignal): Promise<void> {
    await this.discardForeign();
    await this.clearDiscarded();
    const { newest, ...all } = await this.generations(lease);
    let { answering } = all;
    while (!signal.aborted) {
      // Both generations below read up to this head, so their checkpoints also pass events that make no document.
      const head = await this.store.head();
      if (answering && !(await this.catchUp(lease, answering, head, signal))) answering = undefined;
      const before = newest.position;
      const failure = await this.processPage(lease, newest, head);
      if (failure) {
        await lease.recordFailure(this.viewOf(newest.generation), failure);
        this.log.error(`Søkeindeksen stoppet på hendelse ${failure.eventId} (posisjon ${failure.position}): ${failure.message}`);
        await untilAborted(signal);
        return;
      }
      if (newest.position > before || newest.ahead.length === 0) {
        if (this.faults > 0 || newest.failed) await lease.recordFailure(this.viewOf(newest.generation));
        if (this.faults > 0) this.log.log('Søkeindeksen oppdateres igjen');
        [this.faults, newest.failed] = [0, false];
      }
      if (!newest.serving && newest.position >= head) {
        await this.index.serve(newest.generation);
        await lease.serve(this.viewOf(newest.generation));
        [newest.serving, answering] = [true, undefined];
        this.log.log(`Søkeindeksen, generasjon ${this.viewOf(newest.generation).version}, er bygget og tatt i bruk`);
      }
      if (newest.position >= head) await this.recognise(newest);
      if (newest.position >= head) await withTimeLimit(this.options.lookMs, signal, (soon) => this.store.waitForEvents(newest.position, soon));
      // The embedded database answers in microtasks. Yield to the event loop, so that requests are served.
      await macrotask();
      // A rebuild was requested. Return, so that `work` starts again with the new generation.
      if (newest.serving && (await this.newestGeneration()).round > newest.generation.round) return;
    }
  }

  /** The generations to update: the newest one of this version and, until it serves, the one that serves now. */
  private async generations(lease: Lease): Promise<{ readonly newest: GenerationProgress; readonly answering: GenerationProgress | undefined }> {
    const generation = await this.newestGeneration();
    const { version } = this.viewOf(generation);
    const all = await begunGenerations(this.views, this.view);
    const fed = async (at: BegunGeneration): Promise<GenerationProgress> => ({ generation: at.generation, position: at.position, handed: at.position, ahead: [], serving: at.serving, failed: at.failure !== undefined, place: await this.index.place(at.generation) });
    await this.index.prepare(generation);
    const checkpoint = all.find((one) => one.version === version)!;
    const newest = await fed(checkpoint);
    let { place } = newest;
    const isLost = !place && (await this.isLost(checkpoint));
    // It was emptied since it was compared. Discarded, so that health tells why.
    if (isLost && newest.serving) throw new IndexPutBack();
    // The index is empty or was emptied, although the checkpoint is not at 0. Read the whole log again, and serve the
    // generation only after that. Its place is kept beside it, and says nothing of it any more.
    if (isLost || ((place ?? newest.position > 0n) && (await this.index.inspect(generation, [])).count === 0)) {
      place = await this.index.mark(generation, undefined);
      if (newest.position > 0n) await lease.commit([{ view: this.viewOf(generation), from: newest.position, to: 0n, set: [], remove: [] }]);
      [newest.position, newest.handed, newest.serving] = [0n, 0n, newest.serving && newest.position === 0n];
    }
    // The checkpoint moves after the index, and may be put back without it.
    if (place && place.position > newest.position) {
      await lease.commit([{ view: this.viewOf(generation), from: newest.position, to: place.position, eventId: place.eventId, set: [], remove: [] }]);
      newest.position = newest.handed = place.position;
    } else if ((place?.position ?? 0n) < newest.position)
      place = await this.index.mark(generation, { position: newest.position, eventId: (await this.store.eventAt(newest.position))?.id });
    newest.place = place;
    if (newest.serving) await this.index.serve(generation);
    const other = all.find((one) => one.serving && one.version !== version);
    return { newest, answering: other && (await this.hasDocuments(other.generation)) ? await fed(other) : undefined };
  }

  /** The latest generation of this version that has a checkpoint, or round 0 if none has. */
  private async newestGeneration(): Promise<Generation> {
    const begun = (await begunGenerations(this.views, this.view)).filter(({ generation }) => this.isOurs(generation));
    return { version: this.view.version, round: Math.max(0, ...begun.map(({ generation }) => generation.round)) };
  }

  private viewOf(generation: Generation): AnyProjection {
    return checkpointViewOf(generation, this.view);
  }

  /** Whether the generation holds documents of this program's version. */
  private isOurs({ version }: Generation): boolean {
    return version === this.view.version;
  }

  /** Whether the index holds documents of the generation. Throws `SearchUnavailable`; any other error means that it does not. */
  private async hasDocuments(generation: Generation): Promise<boolean> {
    try {
      return (await this.index.inspect(generation, [])).count > 0;
    } catch (error) {
      if (error instanceof SearchUnavailable) throw error;
      return false;
    }
  }

  /** Updates a generation up to the head. Returns false when an event fails. */
  private async catchUp(lease: Lease, one: GenerationProgress, head: bigint, signal: AbortSignal): Promise<boolean> {
    while (one.position < head && !signal.aborted) if (await this.processPage(lease, one, head)) return false;
    return true;
  }

  /**
   * Hands the next page of the log over to a generation. An empty page moves it to the head. When too many are ahead, waits for
   * the first half, and at the head for all. Returns the event that failed, if any.
   */
  private async processPage(lease: Lease, one: GenerationProgress, head: bigint): Promise<ViewFailure | undefined> {
    const page = await this.pageAfter(one.handed);
    const { changes, failure } = await this.changesOf(page);
    const last = page.findLast((event) => !failure || event.position < failure.position);
    const to = last?.position ?? (failure || head < one.handed ? one.handed : head);
    if (to > one.handed) {
      const written = changes.size > 0;
      const eventId = (last ?? (await this.store.eventAt(to)))?.id;
      one.ahead.push({ to, eventId, written, visible: written ? await this.handOver(one.generation, changes) : undefined });
      one.handed = to;
    }
    const { pagesAhead } = this.options;
    // Half of them, so that the index has work while their place is marked.
    if (failure || to >= head || one.ahead.every(({ visible }) => !visible)) await this.confirm(lease, one, one.ahead.length);
    else if (one.ahead.length > pagesAhead) await this.confirm(lease, one, Math.ceil(pagesAhead / 2));
    return failure;
  }

  /** Waits until the index shows the first `count` pages that are ahead, and moves the checkpoint over them. */
  private async confirm(lease: Lease, one: GenerationProgress, count: number): Promise<void> {
    const pages = one.ahead.slice(0, count);
    const last = pages.at(-1);
    if (!last) return;
    for (const { visible } of pages) await visible?.();
    const { to, eventId } = last;
    // Do not advance the checkpoint of another program version's generation: this version only deletes from it, so that
    // version would miss the puts.
    if (this.isOurs(one.generation)) {
      if (lease.lost.aborted) throw new LeaseLost();
      if (pages.some(({ written }) => written)) {
        await this.recognise(one);
        one.place = await this.index.mark(one.generation, { position: to, eventId });
      }
      await lease.commit([{ view: this.viewOf(one.generation), from: one.position, to, eventId, set: [], remove: [] }]);
    }
    one.position = to;
    one.ahead.splice(0, count);
  }

  private async newestCheckpoint(): Promise<BegunGeneration | undefined> {
    const { version } = this.viewOf(await this.newestGeneration());
    return (await begunGenerations(this.views, this.view)).find((one) => one.version === version);
  }

  private async pageAfter(after: bigint, pageSize = this.options.pageSize): Promise<readonly Recorded[]> {
    for await (const page of this.store.readAll({ after, filter: { types }, pageSize })) return page as readonly Recorded[];
    return [];
  }

  /** Hands changes over to a generation. A generation of another program version gets the removals only. */
  private handOver(generation: Generation, changes: Changes) {
    const all = [...changes];
    return this.index.handOver(generation, {
      put: this.isOurs(generation) ? all.flatMap(([, document]) => document ?? []) : [],
      remove: all.flatMap(([id, document]) => (document ? [] : id)),
    });
  }

  /** The changes that events make to the index, up to the first event that fails. */
  private async changesOf(events: readonly Recorded[]) {
    const subjects = events.flatMap((event) => (event.type === 'MeldingIndexed' ? exposureOf(event.data.eksponertFor) : []));
    const keys = await this.keys.find(subjects);
    const tjenester = await this.tjenesterOf(events);
    const changes: Changes = new Map();
    for (const event of events) {
      try {
        const [id, document] = changeOf(event, keys, tjenester);
        changes.set(id, document);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { changes, failure: { position: event.position, eventId: event.id, message } };
      }
    }
    return { changes, failure: undefined };
  }

  /** The streams of the events' kommunale tjenester, because one event does not hold the whole state of a tjeneste. */
  private tjenesterOf(events: readonly Recorded[]) {
    const streams = events.map(({ stream }) => stream).filter(({ aggregate }) => aggregate === kommunalTjeneste.name);
    return this.tjenester.readMany(streams);
  }
}

/** A kommunal tjeneste as the index has it. */
interface IndexedTjeneste {
  readonly state: StateOf<typeof kommunalTjeneste>;
  /** The time of its first event. */
  readonly time: string;
  /** The position of its last event that is in `types`. */
  readonly position: bigint;
}
type ByStream = ReadonlyMap<string, FoldedStream<IndexedTjeneste>>;

const indexedTjeneste = (before: IndexedTjeneste | undefined, event: RecordedEvent): IndexedTjeneste => ({
  state: evolve(kommunalTjeneste, before?.state ?? kommunalTjeneste.initialState, event),
  time: before?.time ?? event.metadata.time,
  position: before && !(types as readonly string[]).includes(event.type) ? before.position : event.position,
});

function changeOf(event: Recorded, keys: ReadonlyMap<string, SubjectKey>, tjenester: ByStream): [string, SearchDocument | undefined] {
  const { stream } = event;
  if (stream.aggregate === kommunalTjeneste.name) return [tjenesteDocumentId(stream.tenant, stream.id), tjenesteOf(stream, tjenester)];
  const id = meldingIdOf(stream);
  return [documentId(id), event.type === 'MeldingIndexed' ? meldingOf(event, keys) : undefined];
}

/** The document of a message, or undefined when its recipient's key is destroyed because the recipient was forgotten. */
function meldingOf(event: Recorded<'MeldingIndexed'>, keys: ReadonlyMap<string, SubjectKey>): SearchDocument | undefined {
  const { stream, data, metadata, position } = event;
  const key = keys.get(exposureOf(data.eksponertFor));
  return key && meldingDocument(meldingIdOf(stream), data, openMetadata(stream, data, key), { time: metadata.time, position });
}

/**
 * The document of a tjeneste's current state, or undefined if the tjeneste is not listed. The state may be newer than the
 * event. Later events then give the same document.
 */
function tjenesteOf(stream: StreamId, tjenester: ByStream): SearchDocument | undefined {
  const { state, time, position } = tjenester.get(streamName(stream))?.state ?? {};
  return state?.status === 'listed' ? tjenesteDocument(stream.tenant, stream.id, state.innhold, { time: time!, position: position! }) : undefined;
}
