import { Documents, type Document, type DocumentPage, type DocumentQuery, type Selection, type ViewFreshness } from '../ports/documents.js';
import type { AnyProjection, Projection, Recorded } from '../ports/projection.js';
import { innsynsmeldinger } from '../views/innsynsmelding.js';
import { projections } from '../views/index.js';
import { revisjon } from '../views/revisjon.js';
import { counted, matching, selected } from './selection.js';

/**
 * The views of the past. Messages are left out, because they are most of the log and none of the configuration. So is the audit trail,
 * which tells of the past by itself.
 */
const pastViews: readonly AnyProjection[] = projections.filter((view) => view !== innsynsmeldinger && view !== revisjon);
/** Views by the types of event that they take. */
type ByType = ReadonlyMap<string, readonly AnyProjection[]>;
function byType(views: readonly AnyProjection[]): ByType {
  const found = new Map<string, AnyProjection[]>();
  for (const view of views) for (const type of view.types) found.set(type, [...(found.get(type) ?? []), view]);
  return found;
}
const pastViewsByType = byType(pastViews);

type Keyed = Map<string, Document<object>>;

/** The documents of the views, folded in memory. A copy costs little, because it shares what neither changes afterwards. */
export class PastDocuments extends Documents {
  private last = 0n;

  private constructor(
    private readonly viewsOf: ByType,
    private readonly views: Map<string, Keyed>,
    /** The names of the views whose map another copy has too. */
    private readonly sharedViews: Set<string>,
  ) {
    super();
  }

  /** The documents of views before the first event, by default of all that the past has. */
  static empty(views?: readonly AnyProjection[]): PastDocuments {
    return new PastDocuments(views ? byType(views) : pastViewsByType, new Map(), new Set());
  }

  copy(): PastDocuments {
    for (const name of this.views.keys()) this.sharedViews.add(name);
    const copy = new PastDocuments(this.viewsOf, new Map(this.views), new Set(this.sharedViews));
    copy.last = this.last;
    return copy;
  }

  /** The number of documents that `other` does not share. */
  sizeBeside(other: PastDocuments): number {
    return [...this.views].reduce((sum, [name, documents]) => sum + (other.views.get(name) === documents ? 0 : documents.size), 0);
  }

  /**
   * Folds one more event into all views.
   * @param removed is told of each document that the event takes away.
   */
  take(event: Recorded, removed?: (view: AnyProjection, document: Document<object>) => void): void {
    const { revision, position } = event;
    for (const view of this.viewsOf.get(event.type) ?? []) {
      const documents = this.own(view);
      view.apply(event, {
        get: (key) => documents.get(key)?.data,
        set: (key, data: object) => documents.set(key, { key, data, revision, position }),
        remove: (key) => {
          const before = documents.get(key);
          if (before) removed?.(view, before);
          documents.delete(key);
        },
      });
    }
    this.last = position;
  }

  get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined> {
    return Promise.resolve(this.of(view).get(key));
  }

  find<D extends object>(view: Projection<D>, { offset = 0, limit = 50, skipCount = false, ...selection }: DocumentQuery<D>): Promise<DocumentPage<D>> {
    const found = selected(this.of(view).values(), selection);
    const documents = found.slice(offset, offset + limit);
    return Promise.resolve({ documents, total: skipCount ? offset + documents.length : found.length });
  }

  all<D extends object>(view: Projection<D>, selection: Selection<D> = {}): Promise<readonly Document<D>[]> {
    return Promise.resolve(selected(this.of(view).values(), selection));
  }

  facet<D extends object>(view: Projection<D>, search: Pick<Selection<D>, 'where' | 'contains'>, field: keyof D & string) {
    return Promise.resolve(counted(matching(this.of(view).values(), search), field));
  }

  position(): Promise<bigint> {
    return Promise.resolve(this.last);
  }

  freshness(): ViewFreshness {
    return { version: 0, position: this.last, epoch: 0, changedSince: () => false };
  }

  waitFor(): Promise<boolean> {
    return Promise.resolve(true);
  }

  private of<D extends object>({ name }: Projection<D>): ReadonlyMap<string, Document<D>> {
    const documents: ReadonlyMap<string, Document<object>> = this.views.get(name) ?? new Map();
    return documents as ReadonlyMap<string, Document<never>>;
  }

  /** The documents of a view, in a map that no copy has. */
  private own({ name }: AnyProjection): Keyed {
    const before = this.views.get(name);
    if (before && !this.sharedViews.has(name)) return before;
    const documents: Keyed = new Map(before);
    this.views.set(name, documents);
    this.sharedViews.delete(name);
    return documents;
  }
}
