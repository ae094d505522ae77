import type { FieldCondition, Document, DocumentPage, DocumentQuery, Selection } from '../../application/ports/documents.js';
import type { AnyProjection, Projection } from '../../application/ports/projection.js';
import { TrackedViewFreshness } from '../view-freshness.js';
import { LeaseLost, ViewStore, type Checkpoint, type Lease, type ViewChange } from '../view-store.js';

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
            if (kept.checkpoint.name === view.name)
              kept.checkpoint = { ...kept.checkpoint, serving: kept.checkpoint.version === view.version };
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
    const found = this.sorted(view, search);
    const documents = found.slice(offset, offset + limit).map(copy);
    return Promise.resolve({ documents, total: skipCount ? offset + documents.length : found.length });
  }

  all<D extends object>(view: Projection<D>, selection: Selection<D> = {}): Promise<readonly Document<D>[]> {
    return Promise.resolve(this.sorted(view, selection).map(copy));
  }

  facet<D extends object>(view: Projection<D>, search: Pick<Selection<D>, 'where' | 'contains'>, field: keyof D & string) {
    const counts = new Map<string, number>();
    for (const document of this.matching(view, search)) {
      const value = textOf(document, field);
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const all = [...counts].map(([verdi, antall]) => ({ verdi, antall }));
    return Promise.resolve(all.sort((a, b) => b.antall - a.antall || compare(a.verdi, b.verdi)));
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
    const reached = () => views.every((view) => this.served(view).checkpoint.position >= position);
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
      const { view, to, set, remove } = change;
      const kept = this.own(view);
      for (const document of set) kept.documents.set(document.key, copy(document));
      for (const key of remove) kept.documents.delete(key);
      kept.checkpoint = { ...kept.checkpoint, position: to };
      if (kept.checkpoint.serving) this.freshnessByView.get(view.name)?.endWrite(change);
    }
  }

  private own({ name, version }: AnyProjection): StoredView {
    const kept = this.stored.get(keyOf({ name, version }));
    if (!kept) throw new Error(`The view ${name} ${version} is not prepared`);
    return kept;
  }

  private served({ name }: AnyProjection): StoredView {
    const kept = [...this.stored.values()].find(({ checkpoint }) => checkpoint.name === name && checkpoint.serving);
    if (!kept) throw new Error(`The view ${name} is not prepared`);
    return kept;
  }

  private sorted<D extends object>(view: Projection<D>, { orderBy, descending, ...conditions }: Selection<D>): Document<D>[] {
    const up = descending ? -1 : 1;
    const found = this.matching(view, conditions).sort((a, b) => {
      const [one, two] = orderBy ? [textOf(a, orderBy), textOf(b, orderBy)] : [a.position, b.position];
      // Without the field comes last, whichever way.
      if ((one === undefined) !== (two === undefined)) return one === undefined ? 1 : -1;
      return up * (compare(one, two) || compare(a.key, b.key));
    });
    return found as Document<D>[];
  }

  private matching<D extends object>(
    view: Projection<D>,
    { where = {}, contains, positions: { after, before } = {} }: Conditions<D>,
  ): Document<object>[] {
    const conditions = Object.entries(where) as [string, FieldCondition][];
    const words = contains?.words.toLocaleLowerCase('nb').split(/\s+/).filter(Boolean) ?? [];
    return [...this.served(view).documents.values()].filter(
      (document) =>
        (after === undefined || document.position > after) &&
        (before === undefined || document.position < before) &&
        conditions.every(([field, condition]) => meets(textOf(document, field), condition)) &&
        words.every((word) => textOf(document, contains!.field)?.toLocaleLowerCase('nb').includes(word)),
    );
  }
}

type Conditions<D> = Pick<Selection<D>, 'where' | 'contains' | 'positions'>;
const keyOf = ({ name, version }: { name: string; version: number }) => `${name}/${version}`;

function textOf(document: Document<object>, field: string): string | undefined {
  const value: unknown = (document.data as Readonly<Record<string, unknown>>)[field];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function meets(text: string | undefined, condition: FieldCondition): boolean {
  if (text === undefined) return false;
  if (typeof condition === 'string') return text === condition;
  if ('hasAny' in condition) return text.startsWith('[') && (JSON.parse(text) as readonly unknown[]).some((one) => condition.hasAny.includes(one as string));
  if ('from' in condition || 'until' in condition)
    return (condition.from === undefined || text >= condition.from) && (condition.until === undefined || text < condition.until);
  return (condition as readonly string[]).includes(text);
}

/** A copy through JSON, so that no reader can change the store. */
const copy = <D>(document: Document<D>): Document<D> => ({ ...document, data: JSON.parse(JSON.stringify(document.data)) as D });

function compare<T extends string | bigint>(a: T | undefined, b: T | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  return a < b ? -1 : 1;
}
