import type { AnyProjection, Projection } from './projection.js';

export interface Document<D> {
  readonly key: string;
  readonly data: D;
  /** The revision of the event that last changed the document, in that event's stream. */
  readonly revision: bigint;
  /** The log position of that event. */
  readonly position: bigint;
}

/**
 * A condition on a field's value as text (`true` for a boolean): equal to a text, equal to any of several, or in a range.
 * `from` is inclusive, `until` exclusive. Texts compare character by character. A missing field meets no condition. `hasAny` is for
 * a field that is a list of texts, and is met when one of them is in the list.
 */
export type FieldCondition = string | readonly string[] | { readonly from?: string; readonly until?: string } | { readonly hasAny: readonly string[] };

/** A filter and an order. All conditions must be met. */
export interface Selection<D> {
  readonly where?: { readonly [F in keyof D & string]?: FieldCondition };
  /** Space-separated words that the field's text must all contain, in any position and letter case. */
  readonly contains?: { readonly field: keyof D & string; readonly words: string };
  /** Limits the documents to log positions, both exclusive. */
  readonly positions?: { readonly after?: bigint; readonly before?: bigint };
  /**
   * The field to order by, as text. Default: by log position, oldest first. Documents without the field come last. Ties are
   * broken by key, so that pages do not overlap.
   */
  readonly orderBy?: keyof D & string;
  readonly descending?: boolean;
}

/** One page of a selection. */
export interface DocumentQuery<D> extends Selection<D> {
  readonly offset?: number;
  /** The page size. Default 50. */
  readonly limit?: number;
  /**
   * Skips the count of all matches, because it takes as long as reading them. `total` is then `offset` plus the length of
   * the page: a lower bound, unless the page is empty.
   */
  readonly skipCount?: boolean;
}

/** No version of the view is served: it was not of this log, and is being built anew. */
export class ViewRebuilding extends Error {
  constructor(name: string) {
    super(`The view ${name} is not served`);
    this.name = 'ViewRebuilding';
  }
}

export interface DocumentPage<D> {
  readonly documents: readonly Document<D>[];
  /** The number of matches over all pages. See `skipCount` for its value when matches are not counted. */
  readonly total: number;
}

/** The freshness of the served version of a view, as this process knows it without a query. See `Documents.freshness`. */
export interface ViewFreshness {
  /** The version of the view that is served. Two versions may give different documents of the same log. */
  readonly version: number;
  /** The view includes every event in the log up to this position. */
  readonly position: bigint;
  /** A counter that grows with each change that this process learns of. Only comparable within one process. */
  readonly epoch: number;
  /** Whether the document may have changed after `moment`, an earlier value of `epoch`. May be true for an unchanged document. */
  changedSince(key: string, moment: number): boolean;
}

/**
 * Queries on the documents of the views. Methods read the served version of a view and reject with `StoreUnavailable` when
 * the database does not answer.
 */
export abstract class Documents {
  /** The document under a key; undefined when there is none. */
  abstract get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined>;
  /** One page of the documents that a query matches. */
  abstract find<D extends object>(view: Projection<D>, search: DocumentQuery<D>): Promise<DocumentPage<D>>;
  /**
   * Returns all documents of a selection from one snapshot, in its order. It holds them in memory, so use it only for the
   * documents of one organisation or person, or for a small view.
   */
  abstract all<D extends object>(view: Projection<D>, selection?: Selection<D>): Promise<readonly Document<D>[]>;
  /**
   * Counts the documents by their value in a field, largest count first, then by value. Documents without the field are
   * left out.
   */
  abstract facet<D extends object>(
    view: Projection<D>,
    search: Pick<Selection<D>, 'where' | 'contains'>,
    field: keyof D & string,
  ): Promise<readonly { readonly verdi: string; readonly antall: number }[]>;
  /** The log position up to which the served version of the view includes every event. */
  abstract position(view: AnyProjection): Promise<bigint>;
  /**
   * The freshness of the served version: it includes this process's own writes at once, and other processes' writes after
   * at most 100 ms. Returns synchronously when the cached state is younger than 100 ms.
   */
  abstract freshness(view: AnyProjection): ViewFreshness | Promise<ViewFreshness>;
  /** Waits until all the views have reached the position. Returns false when they have not within `timeoutMs`. */
  abstract waitFor(views: readonly AnyProjection[], position: bigint, timeoutMs: number): Promise<boolean>;
}
