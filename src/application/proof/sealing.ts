import { LRUCache } from 'lru-cache';
import { NIL } from 'uuid';
import { innbygger } from '../../domain/innbygger.js';
import type { EventStore, StreamId } from '../ports/event-store.js';
import { logLine } from './log-line.js';
import { edgeOf, GrowingTree, hashSize, leafHash, rootAt, tileWidth } from './merkle-tree.js';
import { wholeLog, type Growth, type NumberedPosition, type ProofStore } from './proof-store.js';
import { checkpointText, isSignedBy, NoteRefused, NoteSigner, openNote, parseCheckpoint, verifierKeyOf } from './signed-note.js';

/** The log, or what is signed of it, is not the beginning of the other. Nothing is signed until an operator decides. The message is Norwegian. */
export class SealingRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealingRefused';
  }
}

/** The organisation that a stream belongs to; undefined for citizens and reservations, which are in the tree of the whole log only. */
export const organisationOf = ({ aggregate, tenant }: StreamId): string | undefined => (aggregate === innbygger.name || tenant === NIL ? undefined : tenant);

/** The most trees that are kept open. An open tree takes up to 25 kB. */
const maxOpenTrees = 500;

/** The leaves that are stored together. A tile is written anew when it grows, so more at a time cost less. */
const defaultBatchSize = 8_192;

/** An event as a leaf of the whole log, and of the organisation that it belongs to. */
interface Leaf extends NumberedPosition {
  readonly hash: Buffer;
  readonly organisation: string | undefined;
}

/**
 * Takes events into the trees, and signs checkpoints. Safe in several processes: growth is refused that begins elsewhere than the
 * trees end.
 */
export class Sealing {
  private readonly open = new LRUCache<string, GrowingTree>({ max: maxOpenTrees });

  /**
   * @param events the log, without upcasters, because the leaves are the lines as they were stored.
   * @param seed the private key, 32 bytes.
   */
  constructor(
    private readonly events: EventStore,
    private readonly store: ProofStore,
    private readonly seed: Uint8Array,
    private readonly pageSize = 4 * tileWidth,
    private readonly batchSize = defaultBatchSize,
  ) {}

  /** The key that signs the checkpoints of a tree. Its name is the origin of the log. */
  async signerOf(tree: string): Promise<NoteSigner> {
    const { id } = await this.store.log();
    return new NoteSigner(tree === wholeLog ? `min-kommune/logg/${id}` : `min-kommune/logg/${id}/${tree}`, this.seed);
  }

  /**
   * Begins a new log, whose trees are built again from the first event. The operator does it after a backup has been put back, with the
   * reason that auditors see. Returns the new origin.
   */
  async begin(reason: string, time: string): Promise<string> {
    await this.store.begin(reason, time);
    this.open.clear();
    return (await this.signerOf(wholeLog)).name;
  }

  /** The keys that check the checkpoints of a tree: the present one, and those that signed before it. */
  async verifierKeys(tree: string): Promise<readonly string[]> {
    const { name, verifierKey } = await this.signerOf(tree);
    return [verifierKey, ...(await this.store.retired()).map((key) => verifierKeyOf(name, Buffer.from(key, 'base64')))];
  }

  /**
   * Changes the key that signs. Signs the last checkpoint of every tree with the next key too, so that whoever trusts the one before
   * can trust the next. Throws `SealingRefused` and `NoteRefused` as `sign` does. Safe to repeat after an interruption.
   * @param before the public key that has signed until now. Default the present one; another when that is lost.
   * @returns the last checkpoint of the whole log, signed with both.
   */
  async rotate(next: Uint8Array, time: string, before?: string): Promise<string | undefined> {
    const publicKey = before ?? (await this.signerOf(wholeLog)).publicKey;
    const trees = await this.store.signed();
    const sizes = await this.store.sizes(trees);
    for (const tree of trees) {
      const last = (await this.store.last(tree))!;
      const signer = new NoteSigner((await this.signerOf(tree)).name, next);
      await this.requireBeginning(tree, last.note, sizes.get(tree) ?? 0, verifierKeyOf(signer.name, Buffer.from(publicKey, 'base64')));
      if (!isSignedBy(last.note, signer.verifierKey)) await this.store.cosign(tree, { ...last, note: signer.sign(last.note) });
    }
    await this.store.retire(publicKey, time);
    return (await this.store.last(wholeLog))?.note;
  }

  /** Why nothing is signed; undefined while the log goes on from what was signed. */
  async refusal(kept?: string): Promise<string | undefined> {
    try {
      await this.requireSameEnd();
      const [last, size] = [await this.store.last(wholeLog), (await this.store.sizes([wholeLog])).get(wholeLog) ?? 0];
      for (const note of [kept, last?.note]) if (note !== undefined) await this.requireBeginning(wholeLog, note, size);
      return undefined;
    } catch (error) {
      if (error instanceof SealingRefused || error instanceof NoteRefused) return error.message;
      throw error;
    }
  }

  /** The number of events in the last checkpoint, and the lag of the trees behind the log, in positions. */
  async progress(): Promise<{ readonly forseglet: number; readonly etterslep: number }> {
    const [{ position }, last, head] = await Promise.all([this.store.log(), this.store.last(wholeLog), this.events.head()]);
    return { forseglet: last?.size ?? 0, etterslep: Math.max(0, Number(head - position)) };
  }

  /** The number of events in the log. Estimated from the mean of what is taken in, where the store's positions have gaps. */
  async length(): Promise<number> {
    const [{ position }, sizes, head] = await Promise.all([this.store.log(), this.store.sizes([wholeLog]), this.events.head()]);
    return position === 0n ? Number(head) : (Number(head) * sizes.get(wholeLog)!) / Number(position);
  }

  /** Takes in all events up to the end of the log, or until the signal aborts. Calls `pause` after each page and each tree. Returns their number. Throws `SealingRefused` when the last event in the trees is not in the log any more. */
  async takeIn(signal?: AbortSignal, pause: () => Promise<unknown> = () => Promise.resolve()): Promise<number> {
    await this.requireSameEnd();
    const { position } = await this.store.log();
    const size = (await this.store.sizes([wholeLog])).get(wholeLog) ?? 0;
    // Another process may have gone on meanwhile, or an operator begun a new log.
    if (this.open.get(wholeLog)?.size !== size) this.open.clear();
    let [after, count, leaves]: [bigint, number, Leaf[]] = [position, 0, []];
    const store = async (): Promise<boolean> => {
      const to = leaves.at(-1)!.position;
      if (!(await this.store.grow(after, to, await this.growthsBy(leaves, pause)))) {
        this.open.clear();
        return false;
      }
      [after, count, leaves] = [to, count + leaves.length, []];
      return true;
    };
    for await (const page of this.events.readAll({ after, pageSize: this.pageSize })) {
      for (const event of page) {
        const number = size + count + leaves.length + 1;
        leaves.push({ hash: leafHash(Buffer.from(logLine(event, number))), number, position: event.position, organisation: organisationOf(event.stream) });
      }
      if (leaves.length >= this.batchSize && !(await store())) return count;
      await pause();
      if (signal?.aborted) return count;
    }
    if (leaves.length > 0) await store();
    return count;
  }

  /**
   * Signs a checkpoint of every tree that has grown. Throws `SealingRefused` when a tree does not begin with what was signed of it.
   * @param kept the last checkpoint of the whole log that is kept outside of the store.
   * @param pause called after each tree, of which the whole log's is the first.
   * @returns the new checkpoint of the whole log, when it has one
   */
  async sign(kept?: string, pause: () => Promise<unknown> = () => Promise.resolve()): Promise<string | undefined> {
    const size = (await this.store.sizes([wholeLog])).get(wholeLog) ?? 0;
    if (kept !== undefined) await this.requireBeginning(wholeLog, kept, size);
    let newest: string | undefined;
    for (const [tree, leaves] of await this.store.unsigned()) {
      const last = await this.store.last(tree);
      if (last) await this.requireBeginning(tree, last.note, leaves);
      const signer = await this.signerOf(tree);
      const root = await rootAt(leaves, (tiles) => this.store.tiles(tree, tiles));
      const note = signer.sign(checkpointText({ origin: signer.name, size: leaves, root }));
      await this.store.save(tree, { size: leaves, note });
      if (tree === wholeLog) newest = note;
      await pause();
    }
    return newest;
  }

  /** Requires that the log still has the last event that is in the trees. */
  private async requireSameEnd(): Promise<void> {
    const { position } = await this.store.log();
    if (position === 0n) return;
    const size = (await this.store.sizes([wholeLog])).get(wholeLog)!;
    if ((await this.events.head()) < position) throw new SealingRefused(`Loggen er kortere enn de ${size} hendelsene som er tatt inn. En sikkerhetskopi er lagt tilbake, eller loggen er kuttet.`);
    const event = await this.events.eventAt(position);
    const [tile] = await this.store.tiles(wholeLog, [{ level: 0, index: Math.floor((size - 1) / tileWidth) }]);
    const at = ((size - 1) % tileWidth) * hashSize;
    if (!event || !leafHash(Buffer.from(logLine(event, size))).equals(tile!.subarray(at, at + hashSize)))
      throw new SealingRefused(`Hendelse ${size} er ikke den som er tatt inn. En sikkerhetskopi er lagt tilbake, eller loggen er endret.`);
  }

  /** Requires that the tree begins with what the note says, and that the note is ours. */
  private async requireBeginning(tree: string, note: string, leaves: number, verifierKey?: string): Promise<void> {
    const { size, root } = parseCheckpoint(openNote(note, verifierKey ?? (await this.signerOf(tree)).verifierKey));
    if (size > leaves) throw new SealingRefused(`Loggen har ${leaves} hendelser, men ${size} er forseglet. En sikkerhetskopi er lagt tilbake, eller loggen er kuttet.`);
    if (!(await rootAt(size, (tiles) => this.store.tiles(tree, tiles))).equals(root)) throw new SealingRefused(`De første ${size} hendelsene er ikke de som er forseglet. Loggen er endret.`);
  }

  private async growthsBy(leaves: readonly Leaf[], pause: () => Promise<unknown>): Promise<readonly Growth[]> {
    const own = new Map<string, Leaf[]>([[wholeLog, [...leaves]]]);
    for (const leaf of leaves) {
      if (leaf.organisation === undefined) continue;
      const before = own.get(leaf.organisation);
      if (before) before.push(leaf);
      else own.set(leaf.organisation, [leaf]);
    }
    const growths: Growth[] = [];
    for (const [name, tree] of await this.opened([...own.keys()])) {
      const places = new Map<number, NumberedPosition[]>();
      if (name !== wholeLog)
        for (const [n, { number, position }] of own.get(name)!.entries()) {
          const tile = Math.floor((tree.size + n) / tileWidth);
          const before = places.get(tile);
          if (before) before.push({ number, position });
          else places.set(tile, [{ number, position }]);
        }
      const tiles = tree.append(own.get(name)!.map(({ hash }) => hash));
      growths.push({ tree: name, size: tree.size, tiles, places });
      await pause();
    }
    return growths;
  }

  /** The trees, opened from their last tiles. */
  private async opened(names: readonly string[]): Promise<ReadonlyMap<string, GrowingTree>> {
    const closed = names.filter((name) => !this.open.has(name));
    const sizes = closed.length === 0 ? new Map<string, number>() : await this.store.sizes(closed);
    const found = new Map<string, GrowingTree>();
    for (const name of names) {
      const size = sizes.get(name) ?? 0;
      const tree = this.open.get(name) ?? new GrowingTree(size, size === 0 ? [] : await this.store.tiles(name, edgeOf(size)));
      this.open.set(name, tree);
      found.set(name, tree);
    }
    return found;
  }
}
