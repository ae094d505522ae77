import { hash, randomUUID } from 'node:crypto';
import { NIL } from 'uuid';
import { logLine } from '../../src/application/proof/log-line.js';
import { leafHash } from '../../src/application/proof/merkle-tree.js';
import { wholeLog } from '../../src/application/proof/proof-store.js';
import { Proofs } from '../../src/application/proof/proofs.js';
import { Sealing, SealingRefused } from '../../src/application/proof/sealing.js';
import { isSignedBy, NoteRefused, openNote, parseCheckpoint } from '../../src/application/proof/signed-note.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { TreeHash, verifyConsistency, verifyInclusion } from '../../src/interfaces/cli/verify.js';
import { onDouble } from '../support/eventstoredb/stores.js';

// The sealing of a log that goes on, in one process and in several.

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
const [bergen, oslo] = [randomUUID(), randomUUID()];

/** A log with some events of two kommuner, citizens and reservations, and its sealing. */
function world(events: EventStore = new MemoryEventStore(), store = new MemoryProofStore()) {
  const seed = Buffer.alloc(32, 7);
  const sealing = new Sealing(events, store, seed, 8, 32);
  const append = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const [aggregate, tenant] = ([['tjeneste', bergen], ['driftsmelding', oslo], ['innbygger', bergen], ['reservation', NIL], ['integration', bergen]] as const)[n % 5]!;
      const id = randomUUID();
      const metadata = { commandId: id, commandDigest: 'd', correlationId: 'c', causationId: 'c', actor: 'person:1', tenant, time: '2026-11-30T12:00:00.000Z', schemaVersion: 1 };
      await events.append({ stream: { aggregate, tenant, id }, expected: 'none', events: [{ id, type: 'Tested', data: { n }, metadata }] });
    }
  };
  const roots = async (keeps: (aggregate: string, tenant: string) => boolean) => {
    const tree = new TreeHash(sha256);
    let number = 0;
    for await (const page of events.readAll()) for (const event of page) if ((number++, keeps(event.stream.aggregate, event.stream.tenant))) tree.add(leafHash(Buffer.from(logLine(event, number))));
    return { size: tree.size, root: Buffer.from(tree.root()) };
  };
  const signed = async (tree: string) => {
    const { origin, ...of } = parseCheckpoint(openNote((await store.last(tree))!.note, (await sealing.signerOf(tree)).verifierKey));
    expect(origin).toBe(`min-kommune/logg/${(await store.log()).id}${tree === wholeLog ? '' : `/${tree}`}`);
    return { size: of.size, root: Buffer.from(of.root) };
  };
  return { events, store, sealing, append, roots, signed, proofs: new Proofs(events, store, sealing) };
}

describe('Sealing', () => {
  it('signs the whole log, and each organisation’s own events, as the verifier counts them', async () => {
    const { sealing, append, roots, signed } = world();
    for (const count of [3, 0, 300]) {
      await append(count);
      expect(await sealing.takeIn()).toBe(count);
      await sealing.sign();
      expect(await signed(wholeLog)).toEqual(await roots(() => true));
    }
    expect(await signed(bergen)).toEqual(await roots((aggregate, tenant) => tenant === bergen && aggregate !== 'innbygger'));
    expect(await signed(oslo)).toEqual(await roots((_, tenant) => tenant === oslo));
  });

  it('goes on in another process where the first one came, and two at once do no harm', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    const other = world(one.events, one.store);
    await one.append(700);
    await Promise.all([one.sealing.takeIn(), other.sealing.takeIn()]);
    for (const { sealing } of [one, other]) await sealing.takeIn();
    await other.sealing.sign();
    expect(await one.signed(wholeLog)).toEqual(await one.roots(() => true));
    // They take turns, as when one loses its lease and gets it back.
    for (const { sealing } of [one, other, one, other]) {
      await one.append(30);
      expect(await sealing.takeIn()).toBe(30);
      await sealing.sign();
      expect(await one.signed(wholeLog)).toEqual(await one.roots(() => true));
    }
  });

  it('signs nothing that does not begin with what was signed', async () => {
    const { sealing, append, store } = world();
    await append(20);
    await sealing.takeIn();
    const kept = await sealing.sign();
    // A backup is put back: the trees are built again from another log.
    const restored = world(undefined, Object.assign(new MemoryProofStore(), { sealed: { ...(await store.log()), position: 0n } }));
    await restored.append(10);
    await restored.sealing.takeIn();
    await expect(restored.sealing.sign(kept)).rejects.toThrow(new SealingRefused('Loggen har 10 hendelser, men 20 er forseglet. En sikkerhetskopi er lagt tilbake, eller loggen er kuttet.'));
    await restored.append(20);
    await restored.sealing.takeIn();
    await expect(restored.sealing.sign(kept)).rejects.toThrow('De første 20 hendelsene er ikke de som er forseglet.');
    expect(await restored.store.last(wholeLog)).toBeUndefined();
  });

  it('goes on from the moved checkpoint on another engine when the log there is the same, and signs nothing when it is not', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    await one.sealing.sign();
    const earlier = await one.signed(wholeLog);
    /** The checkpoints are moved, and the trees are built again. */
    const moved = async () => world(await onDouble()(), Object.assign(new MemoryProofStore(), { sealed: { ...(await one.store.log()), position: 0n }, checkpointsOf: new Map(Object.entries({ [wholeLog]: [(await one.store.last(wholeLog))!] })) }));
    const [same, changed] = [await moved(), await moved()];
    let number = 0;
    for await (const page of one.events.readAll())
      for (const { stream, id, type, data, metadata } of page) {
        number++;
        for (const [{ events }, told] of [[same, data], [changed, number === 7 ? { n: 'endret' } : data]] as const)
          await events.append({ stream, expected: 'any', events: [{ id, type, data: told, metadata }] });
      }
    await same.append(5);
    await changed.append(5);
    for (const { sealing } of [same, changed]) expect(await sealing.takeIn()).toBe(25);
    await same.sealing.sign();
    const later = await same.signed(wholeLog);
    expect(later).toEqual(await same.roots(() => true));
    const hashes = await same.proofs.consistency(wholeLog, 20, 25);
    expect(verifyConsistency(earlier, later, hashes.map((hash_) => Buffer.from(hash_, 'base64')), sha256)).toBe(true);
    await expect(changed.sealing.sign()).rejects.toThrow('De første 20 hendelsene er ikke de som er forseglet.');
    expect((await changed.store.last(wholeLog))!.size).toBe(20);
  });

  it('stops when the end of the log is gone or another, though the trees are as they were', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    await one.sealing.sign();
    expect([await one.sealing.refusal(), await one.sealing.progress()]).toEqual([undefined, { forseglet: 20, etterslep: 0 }]);
    const restored = world(undefined, one.store);
    await restored.append(15);
    const cut = 'Loggen er kortere enn de 20 hendelsene som er tatt inn. En sikkerhetskopi er lagt tilbake, eller loggen er kuttet.';
    await expect(restored.sealing.takeIn()).rejects.toThrow(new SealingRefused(cut));
    expect(await restored.sealing.refusal()).toBe(cut);
    await restored.append(30);
    await expect(restored.sealing.takeIn()).rejects.toThrow(new SealingRefused('Hendelse 20 er ikke den som er tatt inn. En sikkerhetskopi er lagt tilbake, eller loggen er endret.'));
    expect((await one.store.last(wholeLog))!.size).toBe(20);
  });

  it('goes on in a new log when the operator says so, and the old checkpoints stay', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    const kept = await one.sealing.sign();
    const { id } = await one.store.log();
    const restored = world(undefined, one.store);
    await restored.append(12);
    await expect(restored.sealing.takeIn()).rejects.toThrow(SealingRefused);
    const origin = await restored.sealing.begin('Sikkerhetskopi lagt tilbake', '2027-03-14T09:00:00.000Z');
    expect(origin).not.toContain(id);
    expect(await restored.sealing.takeIn()).toBe(12);
    await restored.sealing.sign();
    for (const tree of [wholeLog, bergen]) expect(await restored.signed(tree)).toEqual(await restored.roots((aggregate, tenant) => tree === wholeLog || (tenant === bergen && aggregate !== 'innbygger')));
    expect(await restored.proofs.endedLogs(wholeLog)).toEqual([{ id, ended: '2027-03-14T09:00:00.000Z', reason: 'Sikkerhetskopi lagt tilbake', checkpoint: { size: 20, note: kept } }]);
    expect(await restored.sealing.refusal()).toBeUndefined();
  });

  it('changes its key with one checkpoint that both keys have signed', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    await one.sealing.sign();
    const before = (await one.sealing.signerOf(bergen)).verifierKey;
    const next = Buffer.alloc(32, 8);
    await one.sealing.rotate(next, '2027-03-14T09:00:00.000Z');
    await one.sealing.rotate(next, '2027-03-14T09:00:00.000Z');
    const sealing = new Sealing(one.events, one.store, next);
    const after = (await sealing.signerOf(bergen)).verifierKey;
    expect(await sealing.verifierKeys(bergen)).toEqual([after, before]);
    const { note } = (await one.store.last(bergen))!;
    expect([isSignedBy(note, before), isSignedBy(note, after), note.split('\n').filter((line) => line.startsWith('— ')).length]).toEqual([true, true, 2]);
    await one.append(20);
    await sealing.takeIn();
    await sealing.sign();
    const newest = (await one.store.last(bergen))!.note;
    expect([isSignedBy(newest, before), isSignedBy(newest, after)]).toEqual([false, true]);
    // Who still has the old key signs nothing.
    await expect(one.sealing.sign()).resolves.toBeUndefined();
    await one.append(5);
    await one.sealing.takeIn();
    await expect(one.sealing.sign()).rejects.toThrow(NoteRefused);
  });

  it('goes on with a new key when the old one is lost, from what the old one signed and from nothing else', async () => {
    const one = world();
    await one.append(20);
    await one.sealing.takeIn();
    await one.sealing.sign();
    const { publicKey } = await one.sealing.signerOf(wholeLog);
    const without = new Sealing(one.events, one.store, Buffer.alloc(32, 9));
    expect(await without.refusal()).toContain('Kontrollpunktet er ikke signert med nøkkelen');
    await expect(without.rotate(Buffer.alloc(32, 8), '2027-03-14T09:00:00.000Z')).rejects.toThrow(NoteRefused);
    await without.rotate(Buffer.alloc(32, 8), '2027-03-14T09:00:00.000Z', publicKey);
    expect(await new Sealing(one.events, one.store, Buffer.alloc(32, 8)).refusal()).toBeUndefined();
  });

  it.each<[string, () => EventStore | Promise<EventStore>]>([['memory', () => new MemoryEventStore()], ['EventStoreDB, whose positions have gaps', onDouble()]])('lets anybody check a line, an earlier checkpoint and an organisation’s whole log: %s', async (_, open) => {
    const { sealing, append, proofs, store, events, signed } = world(await open());
    await append(40);
    await sealing.takeIn();
    await sealing.sign();
    const earlier = await signed(bergen);
    expect(await sealing.length()).toBeCloseTo(40);
    await append(120);
    // The store of the first events is as dense as that of the next.
    expect(Math.abs((await sealing.length()) - 160)).toBeLessThan(30);
    await sealing.takeIn();
    await sealing.sign();
    const later = await signed(bergen);
    const hashes = await proofs.consistency(bergen, earlier.size, later.size);
    expect(verifyConsistency(earlier, later, hashes.map((one) => Buffer.from(one, 'base64')), sha256)).toBe(true);
    const lines: string[] = [];
    for await (const line of proofs.lines(bergen)) lines.push(line);
    const tree = new TreeHash(sha256);
    for (const line of lines) tree.add(leafHash(Buffer.from(line)));
    expect([tree.size, Buffer.from(tree.root())]).toEqual([later.size, later.root]);
    const { position } = (await store.places(bergen, 17, 1))[0]!;
    const [, index, ...rest] = (await proofs.proofOf(bergen, position)).split('\n');
    const proof = rest.slice(0, rest.indexOf('')).map((one) => Buffer.from(one, 'base64'));
    expect(index).toBe('index 17');
    expect(verifyInclusion({ index: 17, ...later, leafHash: leafHash(Buffer.from(lines[17]!)), proof }, sha256)).toBe(true);
    await append(1);
    await expect(proofs.proofOf(bergen, await events.head())).rejects.toMatchObject({ code: 'IKKE_FORSEGLET' });
  });
});
