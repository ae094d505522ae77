import { createHmac, hash, randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/values/instant.js';
import type { Innsynslinje, Innsynslogg } from '../ports/innsynslogg.js';
import { edgeOf, GrowingTree, leafHash, tileWidth } from './merkle-tree.js';
import type { ProofStore } from './proof-store.js';

/** The tree over the lines of the innsynslogg. Its name is also the end of its origin. */
export const innsynsloggTree = 'innsynslogg';
const saltSize = 32;

/** A line as its leaf has it. */
export interface OpenedLine {
  /** The line as a text with its fields by name. */
  readonly linje: string;
  /** The leaf is SHA-256 of 00, this salt and the text. */
  readonly salt: Uint8Array;
  /**
   * SHA-256 of this salt and the organisation's fiksOrgId is among `organisasjoner` of the line, in hex. Missing when the line names no
   * organisation, and when it was sealed before the text had `organisasjoner`.
   */
  readonly organisasjonssalt?: Uint8Array;
}

const derived = (salt: Uint8Array, use: string): Buffer => createHmac('sha256', salt).update(use).digest();
const organisationSalt = (salt: Uint8Array, fiksOrgId: string): Buffer => derived(salt, `organisasjon ${fiksOrgId}`);
const leafOf = ({ linje, salt }: OpenedLine): Buffer => leafHash(Buffer.concat([salt, Buffer.from(linje)]));
const textOf = (fields: object): string => JSON.stringify(fields, Object.keys(fields).sort());

/** A line as leaves have it that were sealed before each organisation had a salt of its own. It names all organisations. */
const earlierLine = (salt: Uint8Array, linje: Innsynslinje): OpenedLine => ({ linje: textOf(linje), salt });

/** A line as new leaves have it. It has a hash for each organisation, so that the proof to one does not tell the others. */
function openedLine(salt: Uint8Array, { fiksOrgIder, ...rest }: Innsynslinje, fiksOrgId?: string): OpenedLine {
  const organisasjoner = fiksOrgIder.map((id) => hash('sha256', Buffer.concat([organisationSalt(salt, id), Buffer.from(id)]), 'hex')).sort();
  return {
    linje: textOf({ ...rest, organisasjoner }),
    salt: derived(salt, 'linje'),
    ...(fiksOrgId !== undefined && fiksOrgIder.includes(fiksOrgId) && { organisasjonssalt: organisationSalt(salt, fiksOrgId) }),
  };
}

/** The leaf of a line. Nobody can connect it with the line when the salt is deleted. */
export const saltedLeaf = (salt: Uint8Array, linje: Innsynslinje): Buffer => leafOf(openedLine(salt, linje));

/** A sealed line for one organisation. Undefined when the line can only be opened with the other organisations that it names. */
export function openFor(fiksOrgId: string, salt: Uint8Array, linje: Innsynslinje, leaf: Uint8Array | undefined): OpenedLine | undefined {
  const earlier = earlierLine(salt, linje);
  if (!leaf || !leafOf(earlier).equals(leaf)) return openedLine(salt, linje, fiksOrgId);
  return linje.fiksOrgIder.every((one) => one === fiksOrgId) ? earlier : undefined;
}

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
