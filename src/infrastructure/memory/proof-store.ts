import { randomUUID } from 'node:crypto';
import type { TileId } from '../../application/proof/merkle-tree.js';
import { ProofStore, type EndedLog, type Growth, type NumberedPosition, type SealedLog, type SignedCheckpoint } from '../../application/proof/proof-store.js';

/** The trees and checkpoints in memory, for tests and for a downloaded log. */
export class MemoryProofStore extends ProofStore {
  private sealed: SealedLog = { id: randomUUID(), position: 0n };
  private readonly grown = new Map<string, number>();
  private readonly kept = new Map<string, { hashes: Uint8Array; places: readonly NumberedPosition[] }>();
  private checkpointsOf = new Map<string, SignedCheckpoint[]>();
  private readonly retiredKeys: string[] = [];
  private readonly before: (EndedLog & { readonly checkpoints: Map<string, SignedCheckpoint[]> })[] = [];

  log(): Promise<SealedLog> {
    return Promise.resolve(this.sealed);
  }

  begin(reason: string, time: string): Promise<string> {
    this.before.unshift({ id: this.sealed.id, ended: time, reason, checkpoints: this.checkpointsOf });
    this.checkpointsOf = new Map();
    this.sealed = { id: randomUUID(), position: 0n };
    this.grown.clear();
    this.kept.clear();
    return Promise.resolve(this.sealed.id);
  }

  ended(): Promise<readonly EndedLog[]> {
    return Promise.resolve(this.before.map(({ id, ended, reason }) => ({ id, ended, reason })));
  }

  signed(): Promise<readonly string[]> {
    return Promise.resolve([...this.checkpointsOf.keys()].sort());
  }

  sizes(trees: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.grown].filter(([tree]) => trees.includes(tree))));
  }

  tiles(tree: string, tiles: readonly TileId[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(tiles.map(({ level, index }) => this.kept.get(`${tree}/${level}/${index}`)?.hashes ?? new Uint8Array()));
  }

  places(fiksOrgId: string, first: number, count: number): Promise<readonly NumberedPosition[]> {
    const all: NumberedPosition[] = [];
    for (let index = 0; this.kept.has(`${fiksOrgId}/0/${index}`); index++) all.push(...this.kept.get(`${fiksOrgId}/0/${index}`)!.places);
    return Promise.resolve(all.slice(first, first + count));
  }

  async indexOf(fiksOrgId: string, position: bigint): Promise<number | undefined> {
    const index = (await this.places(fiksOrgId, 0, Infinity)).findIndex((place) => place.position === position);
    return index < 0 ? undefined : index;
  }

  grow(from: bigint, to: bigint, growths: readonly Growth[]): Promise<boolean> {
    if (this.sealed.position !== from) return Promise.resolve(false);
    this.sealed = { ...this.sealed, position: to };
    this.keep(growths);
    return Promise.resolve(true);
  }

  extend(size: number, growth: Growth): Promise<boolean> {
    if ((this.grown.get(growth.tree) ?? 0) !== size) return Promise.resolve(false);
    this.keep([growth]);
    return Promise.resolve(true);
  }

  private keep(growths: readonly Growth[]): void {
    for (const { tree, size, tiles, places } of growths) {
      this.grown.set(tree, size);
      for (const { level, index, hashes } of tiles) {
        const key = `${tree}/${level}/${index}`;
        const before = this.kept.get(key)?.places ?? [];
        this.kept.set(key, { hashes, places: level === 0 ? [...before, ...(places.get(index) ?? [])] : [] });
      }
    }
  }

  unsigned(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.grown].filter(([tree, size]) => size > (this.checkpointsOf.get(tree)?.at(-1)?.size ?? 0)).sort()));
  }

  save(tree: string, checkpoint: SignedCheckpoint): Promise<void> {
    const before = this.checkpointsOf.get(tree) ?? [];
    if (!before.some(({ size }) => size === checkpoint.size)) this.checkpointsOf.set(tree, [...before, checkpoint].sort((a, b) => a.size - b.size));
    return Promise.resolve();
  }

  cosign(tree: string, checkpoint: SignedCheckpoint): Promise<void> {
    this.checkpointsOf.set(tree, this.checkpointsOf.get(tree)!.map((one) => (one.size === checkpoint.size ? checkpoint : one)));
    return Promise.resolve();
  }

  retire(publicKey: string): Promise<void> {
    if (!this.retiredKeys.includes(publicKey)) this.retiredKeys.unshift(publicKey);
    return Promise.resolve();
  }

  retired(): Promise<readonly string[]> {
    return Promise.resolve([...this.retiredKeys]);
  }

  last(tree: string, size = Infinity, log = this.sealed.id): Promise<SignedCheckpoint | undefined> {
    const checkpoints = log === this.sealed.id ? this.checkpointsOf : this.before.find(({ id }) => id === log)?.checkpoints;
    return Promise.resolve(checkpoints?.get(tree)?.findLast((one) => one.size <= size));
  }

  checkpoints(tree: string, after: number, limit: number): Promise<readonly SignedCheckpoint[]> {
    return Promise.resolve((this.checkpointsOf.get(tree) ?? []).filter(({ size }) => size > after).slice(0, limit));
  }
}
