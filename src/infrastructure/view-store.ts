import { Documents, type Document } from '../application/ports/documents.js';
import type { AnyProjection } from '../application/ports/projection.js';

/** How far a view has come. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  /** Everything in the log up to here is in the view. */
  readonly position: bigint;
  /** Whether questions are answered from this version. */
  readonly serving: boolean;
  /** Set when the view has stopped on an event. */
  readonly failure?: ViewFailure;
}

export interface ViewFailure {
  readonly position: bigint;
  /** Empty when no event is at fault, but what the view is kept in. */
  readonly eventId: string;
  readonly message: string;
}

/** What one page of the log does to one view. */
export interface ViewChange {
  readonly view: AnyProjection;
  readonly from: bigint;
  readonly to: bigint;
  readonly set: readonly Document<object>[];
  /** The keys of those in `set` that the view has not got: they are stored without a look for what they replace. */
  readonly added?: ReadonlySet<string>;
  readonly remove: readonly string[];
}

/** Another runner has moved the checkpoint: this one must stop. */
export class CheckpointMoved extends Error {
  constructor() {
    super('Somebody else keeps the views');
    this.name = 'CheckpointMoved';
  }
}

/** The right to keep the views, which one process has at a time, and all that may be done with it. */
export interface Tenure {
  /** Aborts when the right is lost. Nothing can be written after that. */
  readonly lost: AbortSignal;
  /** The documents with these keys in the view's own version, served or not. */
  load(view: AnyProjection, keys: readonly string[]): Promise<ReadonlyMap<string, Document<object>>>;
  /**
   * Writes what one page does to all views that took it, and their checkpoints, in one transaction: all or nothing. The
   * next may be asked for before this one is written: they are done in order, and what follows one that failed fails.
   */
  commit(changes: readonly ViewChange[]): Promise<void>;
  /** Answers questions from this version of the view from now on. */
  serve(view: AnyProjection): Promise<void>;
  /** Records that the view has stopped on an event (or, without a failure, that it goes on). */
  recordFailure(view: AnyProjection, failure?: ViewFailure): Promise<void>;
  release(): Promise<void>;
}

/** The documents of the views, to be kept by the pump as well as asked. */
export abstract class ViewStore extends Documents {
  /**
   * Makes room for views that are new or have a new version (from position 0, beside the old version, which goes on
   * serving), and throws away versions older than the one that serves. Safe to repeat and to run in several processes.
   */
  abstract prepare(views: readonly AnyProjection[]): Promise<void>;
  /** Where every version of every view that is kept stands. */
  abstract checkpoints(): Promise<readonly Checkpoint[]>;
  /**
   * The right to keep the views, or nothing while somebody else has it. Whoever keeps something else by the same log and
   * checkpoints, such as a search index, has a tenure of its own: `kept` names it.
   */
  abstract takeTenure(kept?: string): Promise<Tenure | undefined>;
}
