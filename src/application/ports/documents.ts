import type { AnyProjection, Projection } from './projection.js';

export interface Document<D> {
  readonly key: string;
  readonly data: D;
  /** The revision of the stream whose event touched it last. */
  readonly revision: bigint;
  /** The log position of that event. */
  readonly position: bigint;
}

/** A text equal to, one of, or within (`from` inclusive, `until` exclusive) the field's text. */
export type FieldCondition = string | readonly string[] | { readonly from?: string; readonly until?: string };

/** Which documents, and in what order. */
export interface Selection<D> {
  readonly where?: { readonly [F in keyof D & string]?: FieldCondition };
  /** Words (separated by space) that the field's text must contain, whatever the case. */
  readonly contains?: { readonly field: keyof D & string; readonly words: string };
  /** Default by log position, oldest first. Ties are broken by key, so that pages never overlap. */
  readonly orderBy?: keyof D & string;
  readonly descending?: boolean;
}

/** A page of a selection. */
export interface DocumentQuery<D> extends Selection<D> {
  readonly offset?: number;
  /** Default 50. */
  readonly limit?: number;
  /** Of no interest how many there are in all: counting them takes as long as reading them. */
  readonly skipCount?: boolean;
}

export interface DocumentPage<D> {
  readonly documents: readonly Document<D>[];
  /** How many there are in all pages; when they are not counted, so many at least. */
  readonly total: number;
}

/** The version of a view that is served, as far as it is known without asking; see `Documents.follow`. */
export interface ViewFreshness {
  /** Everything in the log up to here is in it. */
  readonly position: bigint;
  /** Grows with what becomes known. */
  readonly epoch: number;
  /** Whether a document may be another than one that was read after the moment. */
  changedSince(key: string, moment: number): boolean;
}

/** The documents of the views, to be asked. */
export abstract class Documents {
  abstract get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined>;
  abstract find<D extends object>(view: Projection<D>, search: DocumentQuery<D>): Promise<DocumentPage<D>>;
  /**
   * All documents of a selection, however many, as they are at one moment. They are held in memory: for what one
   * organisation or one person has, or a view that is small as a whole.
   */
  abstract all<D extends object>(view: Projection<D>, selection?: Selection<D>): Promise<readonly Document<D>[]>;
  /** How many documents of a search have each value of a field; most first. */
  abstract facet<D extends object>(
    view: Projection<D>,
    search: Pick<Selection<D>, 'where' | 'contains'>,
    field: keyof D & string,
  ): Promise<readonly { readonly verdi: string; readonly antall: number }[]>;
  /** The log position up to which the view that is served has taken everything in. */
  abstract position(view: AnyProjection): Promise<bigint>;
  /**
   * What is known of the view that is served: all that this process has done to it, and what others had done at most
   * 100 ms ago. Most often known already, and then no promise.
   */
  abstract freshness(view: AnyProjection): ViewFreshness | Promise<ViewFreshness>;
  /** Waits until the views have reached a position. False when they had not within the time. */
  abstract waitFor(views: readonly AnyProjection[], position: bigint, timeoutMs: number): Promise<boolean>;
}
