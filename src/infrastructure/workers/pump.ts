import { Injectable } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import type { AnyExecute } from '../../application/commands/execute.js';
import type { Policy } from '../../application/policies/policy.js';
import type { Document } from '../../application/ports/documents.js';
import { EventStore, StoreUnavailable, type RecordedEvent } from '../../application/ports/event-store.js';
import type { AnyProjection, Recorded } from '../../application/ports/projection.js';
import { LeaseLost, ViewStore, type Lease, type ViewChange, type ViewFailure } from '../view-store.js';
import { untilAborted } from '../waiting.js';
import { LeaderWorker } from './leader-worker.js';

/** Settings of the pump. */
export interface PumpOptions {
  /** Events per page. Large pages make rebuilds fast; small pages let the event loop run often. */
  readonly pageSize: number;
  /** The time between attempts to acquire the lease, and after an error, in ms. */
  readonly retryMs: number;
}
export const pumpDefaults: PumpOptions = { pageSize: 150, retryMs: 1000 };
/** Larger pages for a database server, because each page costs round trips and the server writes in parallel. */
export const pumpOnServer: PumpOptions = { ...pumpDefaults, pageSize: 700 };

/** The policies, and the function that sends their commands. */
export interface Reactions {
  readonly policies: readonly Policy[];
  readonly send: (command: AnyExecute) => Promise<unknown>;
}

interface ViewProgress {
  readonly view: AnyProjection;
  position: bigint;
  serving: boolean;
  failure?: ViewFailure;
}
interface PolicyProgress extends ViewProgress {
  readonly policy: Policy;
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
  readonly page: Promise<readonly RecordedEvent[] | undefined>;
  /** The page's preparations, by view. */
  readonly prepared: Map<AnyProjection, Prepared>;
}

/**
 * Updates all views from the log, in order. Views at the same position share pages and transactions. A view that is being
 * rebuilt takes turns with the others until it has caught up. An event that fails in a view stops only that view, and is
 * never skipped. Policies run behind the views, each with a checkpoint of its own.
 */
@Injectable()
export class Pump extends LeaderWorker {
  private ahead: ReadAhead | undefined;
  /** The latest commit that was started. The commit before it may still be running. */
  private writing: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    views: ViewStore,
    private readonly projections: readonly AnyProjection[],
    private readonly options: PumpOptions = pumpDefaults,
    private readonly reactions: Reactions = { policies: [], send: () => Promise.resolve() },
  ) {
    super(views, 'views', 'Pump');
  }

  protected override prepare(): Promise<void> {
    return this.views.prepare([...this.projections, ...this.reactions.policies.map(checkpointOf)]);
  }

  protected onFailure(error: unknown): void {
    if (error instanceof LeaseLost) this.log.warn('Visningene holdes av en annen prosess');
    else this.log.error('Visningene kunne ikke oppdateres; prøver igjen', error);
  }

  protected retryDelay(): number {
    return this.options.retryMs;
  }

  protected async work(lease: Lease, signal: AbortSignal): Promise<void> {
    try {
      await this.pump(lease, signal);
    } finally {
      await this.flushCommits().catch(() => undefined);
    }
  }

  private async pump(lease: Lease, signal: AbortSignal): Promise<void> {
    this.ahead = undefined;
    const all = await this.start(lease, this.projections);
    const reacting = (await this.start(lease, this.reactions.policies.map(checkpointOf))).map(
      (one, index): PolicyProgress => ({ ...one, policy: this.reactions.policies[index]! }),
    );
    let turn = 0;
    let head = await this.store.head();
    while (!signal.aborted) {
      const groups = byPosition(all.filter(({ failure }) => !failure));
      if (groups.length === 0) {
        await untilAborted(signal);
        return;
      }
      const group = groups[turn++ % groups.length]!;
      // Compare with the head of the previous turn, because a log that grows all the time would otherwise keep new
      // versions and policies waiting for ever.
      const end = head;
      head = await this.store.head();
      const progressed = await this.advance(lease, group);
      const caughtUp = group.filter(({ position, failure }) => position >= end && !failure);
      if (caughtUp.length > 0) await this.flushCommits();
      for (const one of caughtUp.filter(({ serving }) => !serving)) {
        await lease.serve(one.view);
        one.serving = true;
        this.log.log(`Visningen ${one.view.name} versjon ${one.view.version} er bygget og tatt i bruk`);
      }
      if (caughtUp.length > 0) for (const one of reacting) await this.react(lease, one, lowestPosition(all));
      if (!progressed && groups.length === 1) await this.store.waitForEvents(group[0]!.position, signal);
      await macrotask();
    }
    await this.flushCommits();
  }

  private async start(lease: Lease, views: readonly AnyProjection[]): Promise<ViewProgress[]> {
    const checkpoints = await this.views.checkpoints();
    const all: ViewProgress[] = [];
    for (const view of views) {
      const at = checkpoints.find(({ name, version }) => name === view.name && version === view.version);
      if (!at) throw new Error(`The view ${view.name} is not prepared`);
      // Clear the failure: a restart retries the event, perhaps with corrected code.
      if (at.failure) await lease.recordFailure(view);
      all.push({ view, position: at.position, serving: at.serving });
    }
    return all;
  }

  /**
   * Processes the next page for a group of views at the same position. Returns false at the end of the log. Pages are
   * pipelined: while one page is written, the next is read and folded over the unwritten result.
   */
  private async advance(lease: Lease, group: readonly ViewProgress[]): Promise<boolean> {
    const after = group[0]!.position;
    const { page: reading, prepared } = this.ahead?.after === after ? this.ahead : this.readAhead(after);
    // Use the read-ahead only once. At the end of the log it is empty, and the next call must read again.
    this.ahead = undefined;
    const page = await reading;
    if (!page) return false;
    const ahead = this.readAhead(page[page.length - 1]!.position);
    // The embedded database answers in microtasks. Yield to the event loop between reading, folding and writing, so that
    // requests are served.
    await macrotask();
    const taken: { one: ViewProgress; change: ViewChange; documents: WorkingDocuments }[] = [];
    for (const one of group) {
      if (!prepared.has(one.view)) await this.flushCommits();
      const took = await this.foldIntoChange(lease, one, page, prepared.get(one.view) ?? prepare(lease, one.view, page));
      if (took) taken.push({ one, ...took });
    }
    await macrotask();
    const next = page.length === this.options.pageSize ? await ahead.page : undefined;
    // Load the next page's documents before the commit starts, so that they arrive while it runs.
    if (next)
      for (const { one, documents } of taken) ahead.prepared.set(one.view, prepare(lease, one.view, next, documents));
    const before = this.writing;
    this.writing = lease.commit(taken.map(({ change }) => change));
    // Avoid an unhandled rejection; the error is rethrown where the commit is awaited.
    this.writing.catch(() => undefined);
    for (const { one, change } of taken) one.position = change.to;
    await before;
    return true;
  }

  private readAhead(after: bigint): ReadAhead {
    const page = this.read(after);
    // Avoid an unhandled rejection; the error is rethrown where the page is awaited.
    page.catch(() => undefined);
    return (this.ahead = { after, page, prepared: new Map() });
  }

  /** Waits until all started commits have finished. Rejects when the last one failed. */
  private async flushCommits(): Promise<void> {
    const { writing } = this;
    this.writing = undefined;
    await writing;
  }

  private read(after: bigint): Promise<readonly RecordedEvent[] | undefined> {
    return firstOf(this.store.readAll({ after, pageSize: this.options.pageSize }));
  }

  /**
   * Runs a policy on its events up to position `until`, which all views have reached. The commands of a page are sent
   * before the checkpoint moves, so a crash repeats them. Throws `StoreUnavailable`; any other error stops the policy.
   */
  private async react(lease: Lease, one: PolicyProgress, until: bigint): Promise<void> {
    const { policy, view } = one;
    while (!one.failure && one.position < until) {
      const filter = { types: policy.types };
      const page = await firstOf(this.store.readAll({ after: one.position, filter, pageSize: this.options.pageSize }));
      const events = (page ?? []).filter(({ position }) => position <= until) as Recorded[];
      for (const event of events) {
        try {
          for (const command of await policy.react(event)) await this.reactions.send(command);
        } catch (error) {
          if (error instanceof StoreUnavailable) throw error;
          await this.stop(lease, one, failureOf(event, error));
          return;
        }
      }
      const to = events.at(-1)?.position ?? until;
      await lease.commit([{ view, from: one.position, to, set: [], remove: [] }]);
      one.position = to;
    }
  }

  private async stop(lease: Lease, one: ViewProgress, failure: ViewFailure): Promise<void> {
    one.failure = failure;
    await lease.recordFailure(one.view, failure);
    const { eventId, position, message } = failure;
    this.log.error(`${one.view.name} stoppet på hendelse ${eventId} (posisjon ${position}): ${message}`);
  }

  /**
   * Folds a page into a change of one view. When an event fails, the view stops, and the change covers the events before
   * it. Returns undefined when there is nothing to commit.
   */
  private async foldIntoChange(lease: Lease, one: ViewProgress, page: readonly RecordedEvent[], prepared: Prepared) {
    const { view } = one;
    const { documents, before, failure } = fold(view, prepared, await prepared.stored);
    if (failure) await this.stop(lease, one, failure);
    const to = lastBefore(failure, page) ?? one.position;
    if (to === one.position) return undefined;
    const set = [...documents.values()].filter((document) => document !== undefined);
    const change: ViewChange = {
      view,
      from: one.position,
      to,
      set,
      added: new Set(set.flatMap(({ key }) => (before(key) ? [] : key))),
      remove: [...documents].filter(([, document]) => document === undefined).map(([key]) => key),
    };
    return { change, documents };
  }
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

/** The checkpoint of a policy, stored as the checkpoint of a view without documents. */
const checkpointOf = ({ name, types }: Policy): AnyProjection => ({
  name,
  version: 1,
  indexes: [],
  types,
  keys: () => [],
  apply: () => undefined,
});

const failureOf = (event: RecordedEvent, error: unknown): ViewFailure => ({
  position: event.position,
  eventId: event.id,
  message: error instanceof Error ? error.message : String(error),
});

/**
 * The position of the last processed event of a page. It need not be the failed position minus one, because logs may
 * have gaps.
 */
const lastBefore = (failure: ViewFailure | undefined, page: readonly RecordedEvent[]): bigint | undefined =>
  page.findLast(({ position }) => !failure || position < failure.position)?.position;

/** Groups views by position. */
function byPosition(all: readonly ViewProgress[]): ViewProgress[][] {
  const groups = new Map<bigint, ViewProgress[]>();
  for (const one of all) groups.set(one.position, [...(groups.get(one.position) ?? []), one]);
  return [...groups.values()];
}

/** The position that all views have reached. Stopped views count, because a policy may query any view. */
const lowestPosition = (all: readonly ViewProgress[]): bigint =>
  all.reduce((least, { position }) => (position < least ? position : least), all[0]!.position);

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
