import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/values/instant.js';
import type { Innsynslinje, Innsynslogg } from '../ports/innsynslogg.js';
import { edgeOf, GrowingTree, leafHash, tileWidth } from './merkle-tree.js';
import type { ProofStore } from './proof-store.js';

/** The tree over the lines of the innsynslogg. Its name is also the end of its origin. */
export const innsynsloggTree = 'innsynslogg';
const saltSize = 32;

/** A line as a text with its fields by name, as its leaf has it. */
export const innsynsline = (linje: Innsynslinje): string => JSON.stringify(linje, Object.keys(linje).sort());

/** The leaf of a line. Nobody can connect it with the line when the salt is deleted. */
export const saltedLeaf = (salt: Uint8Array, linje: Innsynslinje): Buffer => leafHash(Buffer.concat([salt, Buffer.from(innsynsline(linje))]));

/** Takes the lines of the innsynslogg into a tree of their own. The lines have an end, so the log's trees cannot have them. */
export class InnsynsloggSealing {
  constructor(
    private readonly log: Innsynslogg,
    private readonly store: ProofStore,
    private readonly pageSize = 2 * tileWidth,
  ) {}

  /** Takes in all lines older than a moment, or until the signal aborts. Calls `pause` after each page. */
  async takeIn(before: Instant, signal?: AbortSignal, pause: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    while (!signal?.aborted) {
      const lines = await this.log.unsealed(before, this.pageSize);
      if (lines.length === 0) break;
      const salted = lines.map((linje) => ({ linje, salt: randomBytes(saltSize) }));
      await this.log.seal(salted.map(({ linje, salt }) => ({ id: linje.id, salt, hash: saltedLeaf(salt, linje) })));
      await pause();
    }
    await this.extend(signal, pause);
  }

  /** Brings the tree up to the leaves that are stored. */
  private async extend(signal: AbortSignal | undefined, pause: () => Promise<unknown>): Promise<void> {
    let size = (await this.store.sizes([innsynsloggTree])).get(innsynsloggTree) ?? 0;
    let tree: GrowingTree | undefined;
    while (!signal?.aborted) {
      const leaves = await this.log.leaves(size, this.pageSize);
      if (leaves.length === 0) return;
      tree ??= new GrowingTree(size, size === 0 ? [] : await this.store.tiles(innsynsloggTree, edgeOf(size)));
      const tiles = tree.append(leaves);
      if (!(await this.store.extend(size, { tree: innsynsloggTree, size: tree.size, tiles, places: new Map() }))) return;
      size = tree.size;
      await pause();
    }
  }
}
