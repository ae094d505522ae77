import { counted, matching, selected } from '../../application/past/selection.js';
import { ViewRebuilding, type Document, type DocumentPage, type DocumentQuery, type Selection } from '../../application/ports/documents.js';
import type { AnyProjection, Projection } from '../../application/ports/projection.js';
import { TrackedViewFreshness } from '../view-freshness.js';
import { LeaseLost, ViewStore, type Checkpoint, type Lease, type Rebuild, type ViewChange } from '../view-store.js';

interface StoredView {
  checkpoint: Checkpoint;
  documents: Map<string, Document<object>>;
}

/** Views in memory, for tests. */
export class MemoryViewStore extends ViewStore {
  private readonly stored = new Map<string, StoredView>();
  private readonly freshnessByView = new Map<string, TrackedViewFreshness>();
  private readonly waiting = new Set<() => void>();
  private readonly leases = new Map<string, AbortController>();

  prepare(views: readonly AnyProjection[]): Promise<void> {
    for (const { name, version } of views) {
      const serving = [...this.stored.values()].find(({ checkpoint }) => checkpoint.name === name && checkpoint.serving);
      for (const [key, { checkpoint }] of this.stored)
        if (checkpoint.name === name && serving && checkpoint.version < serving.checkpoint.version) this.stored.delete(key);
      if (!this.stored.has(keyOf({ name, version })))
        this.stored.set(keyOf({ name, version }), {
          checkpoint: { name, version, position: 0n, serving: serving === undefined },
          documents: new Map(),
        });
    }
    return Promise.resolve();
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return Promise.resolve([...this.stored.values()].map(({ checkpoint }) => checkpoint));
  }

  discard({ name, version, position, eventId }: Checkpoint, rebuild: Rebuild): Promise<boolean> {
    const kept = this.stored.get(keyOf({ name, version }));
    if (kept?.checkpoint.position !== position || kept.checkpoint.eventId !== eventId) return Promise.resolve(false);
    if (kept.checkpoint.serving) this.freshnessByView.get(name)?.withdraw();
    kept.checkpoint = { name, version, position: 0n, serving: false, rebuild };
    kept.documents.clear();
    return Promise.resolve(true);
  }

  acquireLease(leaseName = 'views'): Promise<Lease | undefined> {
    if (this.leases.has(leaseName)) return Promise.resolve(undefined);
    const lost = new AbortController();
    this.leases.set(leaseName, lost);
    const held = (work: () => void): Promise<void> =>
      Promise.resolve().then(() => {
        if (lost.signal.aborted) throw new LeaseLost();
        work();
        for (const wake of this.waiting) wake();
      });
    return Promise.resolve({
      lost: lost.signal,
      load: (view, keys) => {
        const { documents } = this.own(view);
        const found = keys.map((key) => documents.get(key)).filter((document) => document !== undefined);
        return Promise.resolve(new Map(found.map((document) => [document.key, copy(document)])));
      },
      commit: (changes) =>
        held(() => {
          this.commit(changes);
        }),
      serve: (view) =>
        held(() => {
          for (const kept of this.stored.values())
            if (kept.checkpoint.name === view.name) {
              const { rebuild, ...checkpoint } = kept.checkpoint;
              const serving = checkpoint.version === view.version;
              kept.checkpoint = { ...checkpoint, serving, ...(rebuild && !serving && { rebuild }) };
            }
          this.freshnessByView.get(view.name)?.observe(view.version, this.own(view).checkpoint.position);
        }),
      recordFailure: (view, failure) =>
        held(() => {
          const kept = this.own(view);
          const { failure: _, ...rest } = kept.checkpoint;
          kept.checkpoint = failure ? { ...rest, failure } : rest;
        }),
      release: () => {
        lost.abort();
        if (this.leases.get(leaseName) === lost) this.leases.delete(leaseName);
        return Promise.resolve();
      },
    });
  }

  get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined> {
    const document = this.served(view).documents.get(key) as Document<D> | undefined;
    return Promise.resolve(document && copy(document));
  }

  find<D extends object>(view: Projection<D>, search: DocumentQuery<D>): Promise<DocumentPage<D>> {
    const { offset = 0, limit = 50, skipCount = false } = search;
    const found = selected(this.documentsOf(view), search);
    const documents = found.slice(offset, offset + limit).map(copy);
    return Promise.resolve({ documents, total: skipCount ? offset + documents.length : found.length });
  }

  all<D extends object>(view: Projection<D>, selection: Selection<D> = {}): Promise<readonly Document<D>[]> {
    return Promise.resolve(selected(this.documentsOf(view), selection).map(copy));
  }

  facet<D extends object>(view: Projection<D>, search: Pick<Selection<D>, 'where' | 'contains'>, field: keyof D & string) {
    return Promise.resolve(counted(matching(this.documentsOf(view), search), field));
  }

  position(view: AnyProjection): Promise<bigint> {
    return Promise.resolve(this.served(view).checkpoint.position);
  }

  freshness(view: AnyProjection): TrackedViewFreshness {
    const { version, position } = this.served(view).checkpoint;
    const freshness = this.freshnessByView.get(view.name) ?? new TrackedViewFreshness(version, position);
    this.freshnessByView.set(view.name, freshness);
    return freshness;
  }

  async waitFor(views: readonly AnyProjection[], position: bigint, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    const reached = () => views.every((view) => (this.servedIfAny(view)?.checkpoint.position ?? -1n) >= position);
    while (!reached()) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.waiting.add(wake);
      });
    }
    return true;
  }

  private commit(changes: readonly ViewChange[]): void {
    if (changes.some(({ view, from }) => this.own(view).checkpoint.position !== from)) throw new LeaseLost();
    for (const { view, set, added } of changes)
      if (set.some(({ key }) => added?.has(key) && this.own(view).documents.has(key))) throw new Error('What is said to be new is there already');
    for (const change of changes) {
      const { view, to, eventId, set, remove } = change;
      const kept = this.own(view);
      for (const document of set) kept.documents.set(document.key, copy(document));
      for (const key of remove) kept.documents.delete(key);
      const { eventId: _, ...rest } = kept.checkpoint;
      kept.checkpoint = { ...rest, position: to, ...(eventId !== undefined && { eventId }) };
      if (kept.checkpoint.serving) this.freshnessByView.get(view.name)?.endWrite(change);
    }
  }

  private own({ name, version }: AnyProjection): StoredView {
    const kept = this.stored.get(keyOf({ name, version }));
    if (!kept) throw new Error(`The view ${name} ${version} is not prepared`);
    return kept;
  }

  private served(view: AnyProjection): StoredView {
    const kept = this.servedIfAny(view);
    if (!kept) throw new ViewRebuilding(view.name);
    return kept;
  }

  private servedIfAny({ name }: AnyProjection): StoredView | undefined {
    return [...this.stored.values()].find(({ checkpoint }) => checkpoint.name === name && checkpoint.serving);
  }

  private documentsOf<D extends object>(view: Projection<D>): Iterable<Document<D>> {
    return this.served(view).documents.values() as Iterable<Document<D>>;
  }
}

const keyOf = ({ name, version }: { name: string; version: number }) => `${name}/${version}`;

/** A copy through JSON, so that no reader can change the store. */
const copy = <D>(document: Document<D>): Document<D> => ({ ...document, data: JSON.parse(JSON.stringify(document.data)) as D });
