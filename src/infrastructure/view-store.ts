import { Documents, type Document } from '../application/ports/documents.js';
import type { AnyProjection } from '../application/ports/projection.js';

/** The progress of one version of a view. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  /** The view contains all events up to and including this log position. */
  readonly position: bigint;
  /** The id of the event at that position, by which the log is recognised. */
  readonly eventId?: string;
  /** Whether queries read this version. */
  readonly serving: boolean;
  /** Set when the view has stopped on an event. */
  readonly failure?: ViewFailure;
  /** Set while the version is built anew, because it was not of this log. */
  readonly rebuild?: Rebuild;
}

/** Why a version of a view is built anew, and since when. The reason is Norwegian, for the operator. */
export interface Rebuild {
  readonly since: string;
  readonly reason: string;
}

export interface ViewFailure {
  readonly position: bigint;
  /** Empty when the storage of the view failed, and no event is at fault. */
  readonly eventId: string;
  readonly message: string;
}

/** The changes that one page of the log makes to one view. */
export interface ViewChange {
  readonly view: AnyProjection;
  readonly from: bigint;
  readonly to: bigint;
  /** The id of the event at `to`. */
  readonly eventId?: string | undefined;
  readonly set: readonly Document<object>[];
  /** The keys in `set` that the view does not hold yet. They are inserted without a check for a document to replace. */
  readonly added?: ReadonlySet<string>;
  readonly remove: readonly string[];
}

/** The lease is lost, or another process has moved the checkpoint. The worker must stop writing. */
export class LeaseLost extends Error {
  constructor() {
    super('Another process has taken the lease on the views');
    this.name = 'LeaseLost';
  }
}

/** A lease on updating the views. One process holds it at a time; all writes to views go through it. */
export interface Lease {
  /** Aborts when the lease is lost or released. Writes after that reject. */
  readonly lost: AbortSignal;
  /** The documents with these keys in the version of `view`, served or not. Unknown keys are left out. */
  load(view: AnyProjection, keys: readonly string[]): Promise<ReadonlyMap<string, Document<object>>>;
  /**
   * Writes the changes of one page to all its views, with their checkpoints, in one transaction. The next commit may be
   * called before this one resolves: commits run in the order of the calls, and those after a failed one fail as well.
   * Rejects with `LeaseLost` when the lease is lost or a checkpoint is not at its change's `from`.
   */
  commit(changes: readonly ViewChange[]): Promise<void>;
  /** Makes queries read this version of the view from now on. Ends its rebuild. */
  serve(view: AnyProjection): Promise<void>;
  /** Records that the view has stopped on an event. Without `failure`, clears the record. */
  recordFailure(view: AnyProjection, failure?: ViewFailure): Promise<void>;
  release(): Promise<void>;
}

/** The storage of the views: queries for everybody, and leases for the workers that update them. */
export abstract class ViewStore extends Documents {
  /**
   * Creates the storage of new views and new versions, at position 0. An old version goes on serving beside the new one.
   * Drops versions older than the serving one. Idempotent, and safe to run in several processes.
   */
  abstract prepare(views: readonly AnyProjection[]): Promise<void>;
  /** The checkpoints of all stored versions of all views. */
  abstract checkpoints(): Promise<readonly Checkpoint[]>;
  /**
   * Empties a version of a view that is not of this log, and stops serving it. Its checkpoint moves to 0. Needs no lease: a
   * holder that is writing loses it. Does nothing, and resolves with false, when the checkpoint is not the given one any more.
   */
  abstract discard(checkpoint: Checkpoint, rebuild: Rebuild): Promise<boolean>;
  /**
   * Aborts when the database of the views is found to lack what this program has made in it, such as an empty one that an operator
   * has put in its place. The process then begins anew, which makes it.
   */
  readonly replaced: AbortSignal = new AbortController().signal;
  /**
   * Acquires a lease. Resolves with undefined while another holder has it.
   * @param leaseName the name of the lease, `views` by default. A worker that maintains something else, such as a search
   * index, has a lease of its own.
   */
  abstract acquireLease(leaseName?: string): Promise<Lease | undefined>;
}
