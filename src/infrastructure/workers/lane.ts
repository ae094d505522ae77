import type { Logger } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import type { Document } from '../../application/ports/documents.js';
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.js';
import type { AnyProjection, Recorded } from '../../application/ports/projection.js';
import type { Lease, ViewChange, ViewFailure } from '../view-store.js';
import { untilAborted } from '../waiting.js';

/** The progress of a view or a policy. */
export interface ViewProgress {
  readonly view: AnyProjection;
  /** The position of the last event taken in. Its page may not be written yet. */
  position: bigint;
  /** The position of the stored checkpoint. */
  written: bigint;
  serving: boolean;
  failure?: ViewFailure;
}
/** The parts of the pump that its lanes share. */
export interface LaneContext {
  readonly store: EventStore;
  readonly lease: Lease;
  readonly pageSize: number;
  readonly log: Logger;
  /** Called after each change of `written`, `serving` or `failure`. */
  readonly progressed: () => void;
}
interface Taken {
  readonly one: ViewProgress;
  readonly change: ViewChange;
}
/** Documents by key. `undefined` marks a removed document. */
type WorkingDocuments = ReadonlyMap<string, Document<object> | undefined>;
/** One page, prepared for one view: the keys and the stored documents that its events need. */
interface Prepared {
  /** The keys that each event touches. Ends before the first event whose keys could not be computed. */
  readonly keysOf: ReadonlyMap<Recorded, readonly string[]>;
  readonly failure?: ViewFailure;
  readonly stored: Promise<WorkingDocuments>;
  /** The result of the previous page. It takes precedence over `stored`, because it may not have been written yet. */
  readonly unwritten: WorkingDocuments;
}
/** The read-ahead: the page after the one that is being processed. */
interface ReadAhead {
  readonly after: bigint;
  /** A position of the log that the read covers. */
  readonly head: bigint;
  readonly page: Promise<readonly RecordedEvent[] | undefined>;
  /** The page's preparations, by view. */
  readonly prepared: Map<AnyProjection, Prepared>;
}

/**
 * Updates some of the views from the events of their types, in log order. Views at the same position share pages and
 * transactions. A view that is being rebuilt takes turns with the others until it has caught up. Before each page, a turn
 * that the more urgent lane has begun is completed.
 */
export class Lane {
  private readonly types: readonly string[];
  private ahead: ReadAhead | undefined;
  /** The latest commit that was started. The commit before it may still be running. */
  private writing: Promise<void> | undefined;
  /** The latest turn. Never rejects. */
  private turn: Promise<unknown> | undefined;

  constructor(
    private readonly context: LaneContext,
    private readonly views: readonly ViewProgress[],
    private readonly moreUrgent: Lane | undefined,
  ) {
    this.types = [...new Set(views.flatMap(({ view }) => view.types))];
  }

  /** Runs until the signal aborts. Started commits have ended when it returns. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.takeTurns(signal);
    } finally {
      await this.flushCommits().catch(() => undefined);
    }
  }

  private async takeTurns(signal: AbortSignal): Promise<void> {
    const { store } = this.context;
    let head = await store.head();
    for (let turn = 0; !signal.aborted; turn++) {
      const groups = byPosition(this.views.filter(({ failure }) => !failure));
      if (groups.length === 0) {
        await untilAborted(signal);
        return;
      }
      const group = groups[turn % groups.length]!;
      // Compare with the head of the previous turn, because a log that grows all the time would otherwise keep new
      // versions waiting for ever.
      const end = head;
      head = await store.head();
      if (this.moreUrgent) {
        // The same event may have woken both lanes. Let the more urgent one begin its turn.
        await macrotask();
        await this.moreUrgent.turn;
      }
      const taken = this.takeTurn(group, end, head);
      this.turn = taken.catch(() => undefined);
      if (!(await taken) && groups.length === 1) await store.waitForEvents(group[0]!.position, signal);
      await macrotask();
    }
    await this.flushCommits();
  }

  /** Processes a page for a group, and serves the views that have reached `end`. Returns false at the end of the log. */
  private async takeTurn(group: readonly ViewProgress[], end: bigint, head: bigint): Promise<boolean> {
    const { lease, log, progressed } = this.context;
    const hasMore = await this.advance(group, head);
    const caughtUp = group.filter(({ position, failure }) => position >= end && !failure);
    if (caughtUp.length > 0) await this.flushCommits();
    for (const one of caughtUp.filter(({ serving }) => !serving)) {
      await lease.serve(one.view);
      one.serving = true;
      progressed();
      log.log(`Visningen ${one.view.name} versjon ${one.view.version} er bygget og tatt i bruk`);
    }
    return hasMore;
  }

  /**
   * Processes the next page for a group of views at the same position. Returns false when there is none. The views have
   * then seen all their events up to `head`, so their checkpoints move there. Pages are pipelined: while one page is
   * written, the next is read and folded over the unwritten result.
   */
  private async advance(group: readonly ViewProgress[], head: bigint): Promise<boolean> {
    const after = group[0]!.position;
    const { page: reading, prepared, head: until } = this.ahead?.after === after ? this.ahead : this.readAhead(after, head);
    // Use the read-ahead only once. At the end of the log it is empty, and the next call must read again.
    this.ahead = undefined;
    const page = await reading;
    if (!page) {
      if (until > after) {
        const eventId = (await this.context.store.eventAt(until))?.id;
        await this.write(group.map((one) => ({ one, change: { view: one.view, from: after, to: until, eventId, set: [], remove: [] } })));
      }
      return false;
    }
    const ahead = this.readAhead(page[page.length - 1]!.position, head);
    // The embedded database answers in microtasks. Yield to the event loop between reading, folding and writing, so that
    // requests are served.
    await macrotask();
    const taken: (Taken & { readonly documents: WorkingDocuments })[] = [];
    for (const one of group) {
      if (!prepared.has(one.view)) await this.flushCommits();
      const took = await this.foldIntoChange(one, page, prepared.get(one.view) ?? prepare(this.context.lease, one.view, page));
      if (took) taken.push({ one, ...took });
    }
    await macrotask();
    const next = page.length === this.context.pageSize ? await ahead.page : undefined;
    // Load the next page's documents before the commit starts, so that they arrive while it runs.
    if (next)
      for (const { one, documents } of taken) ahead.prepared.set(one.view, prepare(this.context.lease, one.view, next, documents));
    await this.write(taken);
    return true;
  }

  /** Starts a commit. Resolves when the commit before it has ended. */
  private async write(taken: readonly Taken[]): Promise<void> {
    const before = this.writing;
    this.writing = this.context.lease.commit(taken.map(({ change }) => change)).then(() => {
      for (const { one, change } of taken) one.written = change.to;
      this.context.progressed();
    });
    // Avoid an unhandled rejection; the error is rethrown where the commit is awaited.
    this.writing.catch(() => undefined);
    for (const { one, change } of taken) one.position = change.to;
    await before;
  }

  private readAhead(after: bigint, head: bigint): ReadAhead {
    const page = firstOf(this.context.store.readAll({ after, filter: { types: this.types }, pageSize: this.context.pageSize }));
    // Avoid an unhandled rejection; the error is rethrown where the page is awaited.
    page.catch(() => undefined);
    return (this.ahead = { after, head, page, prepared: new Map() });
  }

  /** Waits until all started commits have finished. Rejects when the last one failed. */
  private async flushCommits(): Promise<void> {
    const { writing } = this;
    this.writing = undefined;
    await writing;
  }

  /**
   * Folds a page into a change of one view. When an event fails, the view stops, and the change covers the events before
   * it. Returns undefined when there is nothing to commit.
   */
  private async foldIntoChange(one: ViewProgress, page: readonly RecordedEvent[], prepared: Prepared) {
    const { view } = one;
    const { documents, before, failure } = fold(view, prepared, await prepared.stored);
    if (failure) await stop(this.context, one, failure);
    const last = lastBefore(failure, page);
    if (last === undefined) return undefined;
    const set = [...documents.values()].filter((document) => document !== undefined);
    const change: ViewChange = {
      view,
      from: one.position,
      to: last.position,
      eventId: last.id,
      set,
      added: new Set(set.flatMap(({ key }) => (before(key) ? [] : key))),
      remove: [...documents].filter(([, document]) => document === undefined).map(([key]) => key),
    };
    return { change, documents };
  }
}

/** Stops a view or a policy on an event, and records it for health reports. */
export async function stop({ lease, log, progressed }: LaneContext, one: ViewProgress, failure: ViewFailure): Promise<void> {
  one.failure = failure;
  await lease.recordFailure(one.view, failure);
  progressed();
  const { eventId, position, message } = failure;
  log.error(`${one.view.name} stoppet på hendelse ${eventId} (posisjon ${position}): ${message}`);
}

/** Computes the keys that a page touches in a view, and starts loading their documents. */
function prepare(lease: Lease, view: AnyProjection, page: readonly RecordedEvent[], unwritten: WorkingDocuments = new Map()): Prepared {
  const types = new Set<string>(view.types);
  const keysOf = new Map<Recorded, readonly string[]>();
  let failure: ViewFailure | undefined;
  for (const event of page.filter(({ type }) => types.has(type)) as Recorded[]) {
    try {
      keysOf.set(event, view.keys(event));
    } catch (error) {
      failure = failureOf(event, error);
      break;
    }
  }
  const stored = lease.load(view, [...new Set([...keysOf.values()].flat())]);
  // Avoid an unhandled rejection; the error is rethrown where the documents are awaited.
  stored.catch(() => undefined);
  return { keysOf, stored, unwritten, ...(failure && { failure }) };
}

/** Applies the events of a prepared page to its documents, up to the first event that fails. */
function fold(view: AnyProjection, { keysOf, unwritten, ...prepared }: Prepared, stored: WorkingDocuments) {
  const documents = new Map<string, Document<object> | undefined>();
  const before = (key: string) => (unwritten.has(key) ? unwritten.get(key) : stored.get(key));
  const current = (key: string) => (documents.has(key) ? documents.get(key) : before(key));
  for (const [event, keys] of keysOf) {
    const written = new Map<string, Document<object> | undefined>();
    try {
      view.apply(event, {
        get: (key) => (written.has(key) ? written.get(key) : current(key))?.data,
        set: (key, data: object) => written.set(key, { key, data, revision: event.revision, position: event.position }),
        remove: (key) => written.set(key, undefined),
      });
    } catch (error) {
      return { documents, before, failure: failureOf(event, error) };
    }
    const stray = [...written.keys()].find((key) => !keys.includes(key));
    if (stray !== undefined) return { documents, before, failure: failureOf(event, new Error(`The view wrote ${stray}, which it had not named`)) };
    for (const [key, document] of written) documents.set(key, document);
  }
  return { documents, before, failure: prepared.failure };
}

export const failureOf = (event: RecordedEvent, error: unknown): ViewFailure => ({
  position: event.position,
  eventId: event.id,
  message: error instanceof Error ? error.message : String(error),
});

/**
 * The last processed event of a page. Its position need not be the failed one minus one, because logs may have gaps.
 */
const lastBefore = (failure: ViewFailure | undefined, page: readonly RecordedEvent[]): RecordedEvent | undefined =>
  page.findLast(({ position }) => !failure || position < failure.position);

/** Groups views by position. */
function byPosition(all: readonly ViewProgress[]): ViewProgress[][] {
  const groups = new Map<bigint, ViewProgress[]>();
  for (const one of all) groups.set(one.position, [...(groups.get(one.position) ?? []), one]);
  return [...groups.values()];
}

export async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
