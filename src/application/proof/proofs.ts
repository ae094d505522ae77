import { Injectable } from '@nestjs/common';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { logLine } from './log-line.js';
import { consistencyProof, hashSize, inclusionProof, tileWidth, type TileId } from './merkle-tree.js';
import type { EndedLog, ProofStore, SignedCheckpoint } from './proof-store.js';
import type { Sealing } from './sealing.js';

/** The format of a proof (C2SP tlog-proof). */
const proofFormat = 'c2sp.org/tlog-proof@v1';
/** The events per read of an organisation's lines. */
const linesPerRead = 2 * tileWidth;

/** Reads the proof of a log: its checkpoints, tiles and lines, and proofs from them. Checks no access. */
@Injectable()
export class Proofs {
  /** @param events the log, without upcasters. */
  constructor(
    private readonly events: EventStore,
    private readonly store: ProofStore,
    private readonly sealing: Sealing,
  ) {}

  /** The last checkpoint, or the one at a size. Refuses (`missing`) when there is none. */
  async checkpoint(tree: string, size?: number): Promise<SignedCheckpoint> {
    const found = await this.store.last(tree, size);
    if (!found || (size !== undefined && found.size !== size)) refuse('missing', 'IKKE_FORSEGLET', 'Loggen har ikke noe slikt kontrollpunkt. Nye hendelser forsegles litt etter at de er lagret.');
    return found;
  }

  /** The first `limit` checkpoints after a size, in order, and whether there are more. */
  async checkpoints(tree: string, after: number, limit: number): Promise<{ readonly checkpoints: readonly SignedCheckpoint[]; readonly more: boolean }> {
    const found = await this.store.checkpoints(tree, after, limit + 1);
    return { checkpoints: found.slice(0, limit), more: found.length > limit };
  }

  /** The keys that check the checkpoints, as `<name>+<id>+<key>`: the present one, and those that signed before it. */
  verifierKeys(tree: string): Promise<readonly string[]> {
    return this.sealing.verifierKeys(tree);
  }

  /** The logs that have been ended, newest first, each with the last checkpoint of the tree in it. */
  async endedLogs(tree: string): Promise<readonly (EndedLog & { readonly checkpoint?: SignedCheckpoint })[]> {
    return Promise.all(
      (await this.store.ended()).map(async (log) => {
        const checkpoint = await this.store.last(tree, undefined, log.id);
        return { ...log, ...(checkpoint && { checkpoint }) };
      }),
    );
  }

  /** The first `width` hashes of a tile. Refuses (`missing`) when it does not have as many. */
  async tile(tree: string, tile: TileId, width = tileWidth): Promise<Uint8Array> {
    const [hashes] = await this.store.tiles(tree, [tile]);
    if (!hashes || hashes.length < width * hashSize) refuse('missing', 'IKKE_FUNNET', 'Det er ingen slik flis, eller den har færre hasher.');
    return hashes.subarray(0, width * hashSize);
  }

  /** The lines of an organisation's events, as they are in the log, from number `from` of its own (0 for all). Only those in its tree. */
  async *lines(fiksOrgId: string, from = 0): AsyncIterable<string> {
    for (let first = from; ; ) {
      const places = await this.store.places(fiksOrgId, first, linesPerRead);
      if (places.length === 0) return;
      const numbers = new Map(places.map(({ position, number }) => [position, number]));
      for (const event of await this.events.readAt(places.map(({ position }) => position))) yield logLine(event, numbers.get(event.position)!);
      first += places.length;
    }
  }

  /**
   * The lines of events for another organisation than theirs, so without who did it and in which command. No tree proves such a line.
   * Events that are in no tree of their organisation yet are left out.
   */
  async *publicLines(events: readonly RecordedEvent[]): AsyncIterable<string> {
    for (const event of events) {
      const { id, stream, position, metadata } = event;
      const index = await this.store.indexOf(stream.tenant, position);
      const [place] = index === undefined ? [] : await this.store.places(stream.tenant, index, 1);
      if (!place) continue;
      const withheld = { commandId: id, commandDigest: '', correlationId: id, causationId: id, actor: 'system:utelatt' };
      yield logLine({ ...event, metadata: { ...withheld, tenant: metadata.tenant, time: metadata.time, schemaVersion: metadata.schemaVersion } }, place.number);
    }
  }

  /**
   * The proof that the event at a position is in the organisation's log, as C2SP tlog-proof, in the last checkpoint. Refuses (`missing`)
   * when the organisation has no such event, or it is not in a checkpoint yet.
   */
  async proofOf(fiksOrgId: string, position: bigint): Promise<string> {
    return this.proofAt(fiksOrgId, await this.store.indexOf(fiksOrgId, position));
  }

  /** As `proofOf`, of a leaf of a tree by its number, from 0. */
  async proofAt(tree: string, index: number | undefined): Promise<string> {
    const checkpoint = index === undefined ? undefined : await this.store.last(tree);
    if (index === undefined || !checkpoint || index >= checkpoint.size)
      refuse('missing', 'IKKE_FORSEGLET', 'Linjen er ikke i noe kontrollpunkt ennå. Nye hendelser forsegles litt etter at de er lagret, og linjer i innsynsloggen neste dag.');
    const hashes = await inclusionProof(index, checkpoint.size, (tiles) => this.store.tiles(tree, tiles));
    return `${proofFormat}\nindex ${index}\n${hashes.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${checkpoint.note}`;
  }

  /** The hashes that prove that the log of `from` events is the beginning of the one of `to`. Refuses (`invalid`) sizes that are none. */
  async consistency(tree: string, from: number, to: number): Promise<readonly string[]> {
    const size = (await this.store.sizes([tree])).get(tree) ?? 0;
    if (from > to || to > size) refuse('invalid', 'UGYLDIG_STORRELSE', `Loggen har ${size} hendelser i treet. Oppgi to størrelser som ikke er større, den minste først.`, 'til');
    return (await consistencyProof(from, to, (tiles) => this.store.tiles(tree, tiles))).map((hash) => hash.toString('base64'));
  }
}
