import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162 section 2.1 over the lines of a log, kept in tiles of 256 hashes as in C2SP tlog-tiles. Tile n of
 * level l has the roots of the subtrees of 256^l leaves from number n * 256 on. A tile is the concatenation of its hashes, and
 * only ever grows, so a tile that is read later has the hashes of every earlier size.
 */

/** The size of a hash, in bytes. */
export const hashSize = 32;
/** The number of hashes in a full tile. */
export const tileWidth = 256;
const tileHeight = 8;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

/** The hash of a leaf, such as a line of the log. */
export const leafHash = (leaf: Uint8Array): Buffer => sha256(leafPrefix, leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodePrefix, left, right);
/** The root of a tree without leaves. */
const emptyRoot = sha256();

/** The place of a tile. */
export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** A tile with its hashes. */
export interface Tile extends TileId {
  readonly hashes: Buffer;
  /** The number of its first hashes that it had before it grew; by default none. */
  readonly had?: number;
}

/** Reads tiles, in the order asked for. A tile that does not exist is an empty buffer. */
export type ReadTiles = (tiles: readonly TileId[]) => Promise<readonly Uint8Array[]>;

/** A tree that grows. Holds the last tile of each level, and nothing else. */
export class GrowingTree {
  private readonly edge: { index: number; count: number; hashes: Buffer }[];

  /** @param tiles the last tile of each level, of a tree of `size` leaves; `edgeOf` says which. */
  constructor(
    private leaves = 0,
    tiles: readonly Uint8Array[] = [],
  ) {
    this.edge = edgeOf(leaves).map(({ level, index }) => {
      const hashes = Buffer.alloc(hashSize * tileWidth);
      const count = Math.floor(leaves / tileWidth ** level) - index * tileWidth;
      const kept = tiles[level] ?? Buffer.alloc(0);
      if (kept.length < count * hashSize) throw new Error(`Tile ${level}/${index} has ${kept.length / hashSize} hashes, not ${count}`);
      hashes.set(kept.subarray(0, count * hashSize));
      return { index, count, hashes };
    });
  }

  get size(): number {
    return this.leaves;
  }

  /** Appends leaves by their hashes. Returns every tile that is new or has grown. */
  append(leafHashes: readonly Uint8Array[]): readonly Tile[] {
    const changed = new Map<string, Tile>();
    for (const leaf of leafHashes) this.push(0, leaf, changed);
    this.leaves += leafHashes.length;
    return [...changed.values()].map((tile) => ({ ...tile, hashes: Buffer.from(tile.hashes) }));
  }

  private push(level: number, one: Uint8Array, changed: Map<string, Tile>): void {
    const tile = (this.edge[level] ??= { index: 0, count: 0, hashes: Buffer.alloc(hashSize * tileWidth) });
    tile.hashes.set(one, tile.count++ * hashSize);
    const name = `${level}/${tile.index}`;
    changed.set(name, { level, index: tile.index, hashes: tile.hashes.subarray(0, tile.count * hashSize), had: changed.get(name)?.had ?? tile.count - 1 });
    if (tile.count < tileWidth) return;
    const root = rootOfFull(tile.hashes);
    this.edge[level] = { index: tile.index + 1, count: 0, hashes: Buffer.alloc(hashSize * tileWidth) };
    this.push(level + 1, root, changed);
  }
}

/** The last tile of each level of a tree, from level 0. The last tile of a level is empty when all tiles before it are full. */
export function edgeOf(size: number): readonly TileId[] {
  const tiles: TileId[] = [];
  for (let [level, hashes] = [0, size]; hashes > 0; level++, hashes = Math.floor(hashes / tileWidth)) tiles.push({ level, index: Math.floor(hashes / tileWidth) });
  return tiles;
}

/** The root of a complete subtree over hashes, whose number is a power of two. */
function rootOfFull(hashes: Uint8Array): Buffer {
  let row: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += hashSize) row.push(hashes.subarray(at, at + hashSize));
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, n) => nodeHash(row[2 * n]!, row[2 * n + 1]!));
  // A copy, because the tile that the hash may lie in goes on to change.
  return Buffer.from(row[0]!);
}

// --- proofs -----------------------------------------------------------------------------------------------------------

/** Leaves from `from` up to, but without, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The root of the tree of the first `size` leaves. */
export async function rootAt(size: number, read: ReadTiles): Promise<Buffer> {
  return size === 0 ? emptyRoot : (await rootsOf([{ from: 0, to: size }], read))[0]!;
}

/**
 * The hashes that prove that leaf `index` is in the tree of the first `size` leaves: PATH of RFC 9162 section 2.1.3.1. Throws
 * `RangeError` when it is not.
 */
export function inclusionProof(index: number, size: number, read: ReadTiles): Promise<readonly Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError(`Leaf ${index} is not in a tree of ${size}`);
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    ranges.push(index < middle ? { from: middle, to } : { from, to: middle });
    [from, to] = index < middle ? [from, middle] : [middle, to];
  }
  return rootsOf(ranges.reverse(), read);
}

/**
 * The hashes that prove that the tree of `earlier` leaves is the beginning of the tree of `size` leaves: PROOF of RFC 9162
 * section 2.1.4.1. Empty for equal sizes and for an empty tree. Throws `RangeError` when `earlier` is larger.
 */
export function consistencyProof(earlier: number, size: number, read: ReadTiles): Promise<readonly Buffer[]> {
  if (earlier < 0 || earlier > size) throw new RangeError(`A tree of ${size} does not begin with ${earlier} leaves`);
  if (earlier === 0 || earlier === size) return Promise.resolve([]);
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  while (to !== earlier) {
    const middle = from + splitOf(to - from);
    ranges.push(earlier <= middle ? { from: middle, to } : { from, to: middle });
    [from, to] = earlier <= middle ? [from, middle] : [middle, to];
  }
  // The earlier tree's own root is known to who asks.
  if (from > 0) ranges.push({ from, to });
  return rootsOf(ranges.reverse(), read);
}

/** The roots over ranges. Reads all tiles for them at once. */
async function rootsOf(ranges: readonly Range[], read: ReadTiles): Promise<readonly Buffer[]> {
  const parts = ranges.map(subtreesOf);
  const tiles = new Map(parts.flat().map(({ tile }) => [`${tile.level}/${tile.index}`, tile]));
  const found = await read([...tiles.values()]);
  const hashes = new Map([...tiles.keys()].map((key, n) => [key, found[n]!]));
  return parts.map((subtrees) =>
    subtrees
      .map(({ tile, first, count }) => {
        const part = hashes.get(`${tile.level}/${tile.index}`)!.subarray(first * hashSize, (first + count) * hashSize);
        if (part.length < count * hashSize) throw new Error(`Tile ${tile.level}/${tile.index} lacks hash ${first + count - 1}`);
        return rootOfFull(part);
      })
      .reduceRight((right, left) => nodeHash(left, right)),
  );
}

/** The complete subtrees that a range consists of, from the left, each with the hashes of a tile that it is over. */
function subtreesOf({ from, to }: Range): { readonly tile: TileId; readonly first: number; readonly count: number }[] {
  const subtrees = [];
  for (let at = from; at < to; ) {
    const width = Math.min(largestPowerOfTwo(to - at), at === 0 ? Infinity : lowestPowerOfTwo(at));
    const level = Math.floor(Math.log2(width) / tileHeight);
    const number = at / tileWidth ** level;
    subtrees.push({ tile: { level, index: Math.floor(number / tileWidth) }, first: number % tileWidth, count: width / tileWidth ** level });
    at += width;
  }
  return subtrees;
}

/** The largest power of two below n, which a tree of n leaves is split at. */
const splitOf = (n: number): number => largestPowerOfTwo(n - 1);
/** The largest power of two that is at most n. Not by bits, because n may be beyond 32 of them. */
function largestPowerOfTwo(n: number): number {
  const power = 2 ** Math.floor(Math.log2(n));
  return power > n ? power / 2 : power;
}
/** The largest power of two that divides n. */
function lowestPowerOfTwo(n: number): number {
  let power = 1;
  while (n % (power * 2) === 0) power *= 2;
  return power;
}
