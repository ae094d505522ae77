import type { Tile, TileId } from './merkle-tree.js';

/** The tree over the whole log. The tree of an organisation is named by its fiksOrgId. */
export const wholeLog = '';

/** The number and the position of an organisation's event. */
export interface NumberedPosition {
  /** The number of the event in the whole log, from 1. */
  readonly number: number;
  /** The store's position. */
  readonly position: bigint;
}

/** The growth of a tree by the events of one page of the log. */
export interface Growth {
  readonly tree: string;
  /** The number of leaves after it. */
  readonly size: number;
  /** All tiles that are new or have grown. */
  readonly tiles: readonly Tile[];
  /** The places of an organisation's new events, by the index of the tile of level 0 that the leaf is in. Empty for the whole log. */
  readonly places: ReadonlyMap<number, readonly NumberedPosition[]>;
}

/** How far the trees have come. */
export interface SealedLog {
  /** The identity of the log, random. */
  readonly id: string;
  /** The store's position of the last event in the trees; 0 for none. */
  readonly position: bigint;
}

/** A log that has been ended, because a new one has begun in its place. */
export interface EndedLog {
  readonly id: string;
  /** The time at which the new one began. */
  readonly ended: string;
  /** The operator's reason. */
  readonly reason: string;
}

/** A signed checkpoint. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** The trees over the log and their signed checkpoints. Trees can be built again from the log, checkpoints cannot. */
export abstract class ProofStore {
  /** The identity and progress of the present log. The first call chooses the identity. */
  abstract log(): Promise<SealedLog>;
  /** Ends the present log, and begins a new one whose trees are empty. The checkpoints of the ended one stay. Returns the new identity. */
  abstract begin(reason: string, time: string): Promise<string>;
  /** The ended logs, newest first. */
  abstract ended(): Promise<readonly EndedLog[]>;
  /** The number of leaves of each tree; a tree that does not exist is left out. */
  abstract sizes(trees: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The hashes of tiles, in the order asked for, each empty when it does not exist. */
  abstract tiles(tree: string, tiles: readonly TileId[]): Promise<readonly Uint8Array[]>;
  /** The places of an organisation's events `first` to `first + count - 1`, from 0; as many as there are. */
  abstract places(fiksOrgId: string, first: number, count: number): Promise<readonly NumberedPosition[]>;
  /** The number of an organisation's event, from 0, by its position. Undefined when the organisation has none there. */
  abstract indexOf(fiksOrgId: string, position: bigint): Promise<number | undefined>;
  /**
   * Stores the growth of trees by the events after position `from` up to `to`, all or nothing. Returns false, and stores nothing, when
   * the trees are not at `from`.
   */
  abstract grow(from: bigint, to: bigint, growths: readonly Growth[]): Promise<boolean>;
  /** As `grow`, for one tree that is not over the log, and has `size` leaves. */
  abstract extend(size: number, growth: Growth): Promise<boolean>;
  /** The trees that have more leaves than their last checkpoint, and how many. */
  abstract unsigned(): Promise<ReadonlyMap<string, number>>;
  /** The trees that have checkpoints. */
  abstract signed(): Promise<readonly string[]>;
  /** Stores a checkpoint. Keeps the one that a tree has at that size. */
  abstract save(tree: string, checkpoint: SignedCheckpoint): Promise<void>;
  /** Replaces the note of a checkpoint of the present log by the same with one signature more. */
  abstract cosign(tree: string, checkpoint: SignedCheckpoint): Promise<void>;
  /** Notes that a key signs no more, by its public key. Safe to repeat. */
  abstract retire(publicKey: string, time: string): Promise<void>;
  /** The public keys that sign no more, newest first. */
  abstract retired(): Promise<readonly string[]>;
  /** The last checkpoint of a tree of at most `size` leaves (default any), in the present log or in an ended one. */
  abstract last(tree: string, size?: number, log?: string): Promise<SignedCheckpoint | undefined>;
  /** The checkpoints of a tree after a size, in order of size. */
  abstract checkpoints(tree: string, after: number, limit: number): Promise<readonly SignedCheckpoint[]>;
}
