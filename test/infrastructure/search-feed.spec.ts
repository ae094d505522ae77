import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { exposure } from '../../src/application/commands/exposure.js';
import type { Generation } from '../../src/application/ports/search-generation.js';
import { SearchUnavailable, type SearchChanges, type SearchDocument } from '../../src/application/ports/search-index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { StoresHealth } from '../../src/infrastructure/operations/health.js';
import { requestRebuild } from '../../src/infrastructure/operations/search-drift.js';
import type { Lease } from '../../src/infrastructure/view-store.js';
import { SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { kulturskole } from '../domain/examples.js';
import { numbered } from '../support/generations.js';
import { inMemory, Innsyn, integrationWith, kariNordmann, openFor, sak } from '../support/innsyn.js';
import { idOf, logOf, nesseby, thing, until } from '../support/views.js';

const arkiv = idOf('arkiv');
const fiksOrgId = parseUuid(nesseby);
// Silences the log, because the faults below would fill it.
Logger.overrideLogger(false);

const started: SearchFeed[] = [];
afterEach(async () => {
  for (const feed of started.splice(0)) await feed.onApplicationShutdown();
});

/** An index that can be made to fail, and that records its writes. */
class Index extends MemorySearchIndex {
  fault: Error | undefined;
  readonly writes: (SearchChanges & { readonly generation: Generation })[] = [];
  /** Runs before each write. */
  before: (generation: Generation) => Promise<void> = () => Promise.resolve();

  override async write(generation: Generation, changes: SearchChanges): Promise<void> {
    if (this.fault) throw this.fault;
    await this.before(generation);
    await super.write(generation, changes);
    this.writes.push({ generation, ...changes });
  }
  async all(...who: readonly string[]): Promise<readonly SearchDocument[]> {
    const found = await this.search({ term: '', access: { field: 'eksponertFor', in: who.length > 0 ? who : [exposure.offentligType('mappe'), exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 500 });
    return found.hits.map(({ document }) => document);
  }
}

const world = async () => {
  const kept = inMemory();
  const innsyn = await Innsyn.start(kept, ...openFor(nesseby), ...integrationWith(arkiv, nesseby, 'INNSYN.INDEX.MAPPE'));
  // A separate index that always answers, so that health reports only on the feed.
  const answering = new MemorySearchIndex();
  await answering.prepare(numbered(1000));
  await answering.serve(numbered(1000));
  return { kept, innsyn, health: new StoresHealth(kept.store, kept.views, answering, new SystemClock()) };
};
async function feed({ kept }: Awaited<ReturnType<typeof world>>, index: Index, version = 1, pageSize = 10): Promise<SearchFeed> {
  const one = new SearchFeed(kept.store, kept.views, kept.keys, index, { pageSize, pagesAhead: 2, retryMs: 5, longestMs: 20, lookMs: 5 }, { ...innsynssok, version });
  await one.onApplicationBootstrap();
  started.push(one);
  return one;
}
const followed = async ({ kept }: Awaited<ReturnType<typeof world>>) =>
  until('the index has followed', async () => kept.views.waitFor([innsynssok], await kept.store.head(), 100));
/** A world whose 25 messages a feed has written to an index. The feed has stopped. */
async function fed() {
  const [innsyn, index] = [await world(), new Index()];
  await innsyn.innsyn.index(arkiv, ...Array.from({ length: 25 }, (_, n) => open(`${n}`)));
  const one = await feed(innsyn, index);
  await followed(innsyn);
  await one.onApplicationShutdown();
  return { innsyn, index };
}
const open = (name: string, change = {}) => sak(name, { fiksOrgId, eksponertFor: { type: 'OFFENTLIG' }, ...change });

describe('The search feed', () => {
  it('writes every message of the log, a page at a time, and follows what comes', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await innsyn.innsyn.index(arkiv, ...Array.from({ length: 25 }, (_, n) => open(`${n}`)));
    await feed(innsyn, index);
    await followed(innsyn);
    expect(index.writes.map(({ put }) => put.length)).toEqual([10, 10, 5]);
    await innsyn.innsyn.index(arkiv, open('0', { metadata: { type: 'SAK', tittel: 'Endret' } }), open('25'));
    await innsyn.innsyn.delete(arkiv, [{ fiksOrgId, integrasjonId: arkiv, meldingId: idOf('1') }]);
    await followed(innsyn);
    const titles = (await index.all()).map(({ tittel }) => tittel);
    expect(titles).toHaveLength(25);
    expect(titles).toContain('Endret');
    expect(titles).toContain('Saken om 25');
    expect(titles).not.toContain('Saken om 1');
  });

  it('lets an index without documents answer as soon as it has started', async () => {
    const [innsyn, index] = [await world(), new Index()];
    index.prepare = async (generation) => {
      await setImmediate();
      await MemorySearchIndex.prototype.prepare.call(index, generation);
    };
    await feed(innsyn, index);
    expect(await index.all()).toEqual([]);
  });

  it('hands pages over ahead of what is seen, and moves the checkpoint over those that are, in their order', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await innsyn.innsyn.index(arkiv, ...Array.from({ length: 45 }, (_, n) => open(`${n}`)));
    const positions = (await innsyn.innsyn.events()).map(({ position }) => position);
    const position = async () => (await innsyn.kept.views.checkpoints()).find(({ name }) => name === 'innsynssok')!.position;
    /** The two ends of the wait for each page. */
    const waiting: { readonly seen: () => void; readonly lost: (error: Error) => void }[] = [];
    index.handOver = async (generation, changes) => {
      await index.write(generation, changes);
      return () => new Promise((seen, lost) => waiting.push({ seen, lost }));
    };
    await feed(innsyn, index);
    await until('the first page is waited for', () => waiting.length === 1);
    expect([index.writes.length, await position()]).toEqual([3, 0n]);
    waiting[0]!.seen();
    await until('the second page is waited for', () => waiting.length === 2);
    expect([index.writes.length, await position()]).toEqual([4, positions[9]]);
    waiting[1]!.lost(new SearchUnavailable());
    await until('it goes on from what is seen', () => waiting.length === 3);
    expect(index.writes.slice(4).map(({ put }) => put[0]!.position)).toEqual([10, 20, 30].map((n) => Number(positions[n]!)));
    expect(await position()).toBe(positions[9]);
    const done = followed(innsyn);
    for (let n = 2; n < 6; n++) {
      await until('a page is waited for', () => waiting.length > n);
      waiting[n]!.seen();
    }
    await done;
    expect(await index.all()).toHaveLength(45);
  });

  it('makes one document of all that a page says of it: what came last', async () => {
    const [innsyn, index] = [await world(), new Index()];
    const gone = { fiksOrgId, integrasjonId: arkiv, meldingId: idOf('a') };
    await innsyn.innsyn.index(arkiv, open('a'), open('b'));
    await innsyn.innsyn.delete(arkiv, [gone]);
    await innsyn.innsyn.index(arkiv, open('a', { metadata: { type: 'SAK', tittel: 'Tilbake' } }));
    await innsyn.innsyn.delete(arkiv, [{ ...gone, meldingId: idOf('b') }]);
    await feed(innsyn, index);
    await followed(innsyn);
    expect(index.writes).toMatchObject([{ put: [{ tittel: 'Tilbake', position: expect.any(Number) as unknown }], remove: [`${fiksOrgId}_${arkiv}_${idOf('b')}`] }]);
  });

  it('shows kommunale tjenester to everybody, as they are now', async () => {
    const [innsyn, index] = [await world(), new Index()];
    const [one, two] = [thing('kommunalTjeneste', idOf('en')), thing('kommunalTjeneste', idOf('to'))];
    const change = { tittel: parseTittel('Musikkskole') };
    const happened = [
      one({ type: 'KommunalTjenesteCreated', data: kulturskole }), two({ type: 'KommunalTjenesteCreated', data: kulturskole }),
      one({ type: 'KommunalTjenesteStarred', data: {} }), one({ type: 'KommunalTjenesteChanged', data: change }), two({ type: 'KommunalTjenesteRemoved', data: {} }),
    ];
    for (const { stream, id, type, data, metadata } of logOf(happened)) await innsyn.kept.store.append({ stream, expected: 'any', events: [{ id: id.replace(/^./, 'f'), type, data, metadata }] });
    await feed(innsyn, index);
    await followed(innsyn);
    expect(await index.all()).toMatchObject([
      { id: `${nesseby}_${idOf('en')}`, type: 'kommunaltjeneste', tittel: 'Musikkskole', rettetMot: 'PERSON', sikkerhetsniva: 0, metadata: { ...kulturskole, ...change, tjenesteId: idOf('en'), kommuneFiksOrganisasjonId: nesseby } },
    ]);
  });

  it('passes over what was for somebody who is forgotten, and takes away what there was', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await feed(innsyn, index);
    await innsyn.innsyn.index(arkiv, sak('a', { fiksOrgId }));
    await followed(innsyn);
    const who = exposure.person((await innsyn.kept.persons.find(kariNordmann))!);
    expect(await index.all(who)).toHaveLength(1);
    await innsyn.kept.keys.destroy(who);
    await innsyn.kept.store.append({ stream: { aggregate: 'innsynsmelding', tenant: nesseby, id: `${arkiv}_${idOf('a')}` }, expected: 'exists', events: [{ ...(await innsyn.innsyn.events())[0]!, id: idOf('igjen') }] });
    await followed(innsyn);
    expect(await index.all(who)).toEqual([]);
  });

  it.each([
    ['is out of reach', new SearchUnavailable(), 'Søkeindeksen svarer ikke'],
    ['does not take what it is given', new Error('value "12818510088" is out of range'), 'Søkeindeksen kunne ikke oppdateres; hvorfor står i loggen'],
  ])('holds up nobody when the index %s, says so, and goes on when all is well', async (_, fault, told) => {
    const [innsyn, index] = [await world(), new Index()];
    index.fault = fault;
    await feed(innsyn, index);
    expect(await innsyn.innsyn.index(arkiv, open('a'))).toMatchObject({ opprettet: 1 });
    await until('health tells', async () => (await innsyn.health.report()).status === 'svekket');
    expect((await innsyn.health.report()).visninger).toContainEqual(expect.objectContaining({ navn: 'innsynssok', stoppet: expect.stringMatching(new RegExp(`^posisjon \\d+: ${told}$`)) as unknown }));
    index.fault = undefined;
    await followed(innsyn);
    await until('health tells', async () => (await innsyn.health.report()).status === 'oppe');
    expect(await index.all()).toHaveLength(1);
  });

  it('reads everything again for an index that is new, or has been emptied, and lets it answer when it has', async () => {
    const { innsyn } = await fed();
    const emptied = new Index();
    let served = 0;
    emptied.serve = async (generation) => {
      served = (await emptied.inspect(generation, [])).count;
      await Index.prototype.serve.call(emptied, generation);
    };
    await feed(innsyn, emptied);
    await until('it answers', () => served > 0);
    expect(served).toBe(25);
    expect(await emptied.all()).toHaveLength(25);
    await innsyn.innsyn.index(arkiv, open('ny'));
    await followed(innsyn);
    expect(await emptied.all()).toHaveLength(26);
  });

  it('reads everything again for an index that has been emptied, although its place is kept beside it', async () => {
    const { innsyn, index } = await fed();
    expect((await index.place(numbered(1000)))?.position).toBeGreaterThan(0n);
    await index.write(numbered(1000), { put: [], remove: (await index.all()).map(({ id }) => id) });
    index.writes.length = 0;
    await feed(innsyn, index);
    await until('it is filled', async () => (await index.all().catch(() => [])).length === 25);
    expect(index.writes.map(({ put }) => put.length)).toEqual([10, 10, 5]);
  });

  it('leaves the place of the index alone when it has lost the lease', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await innsyn.innsyn.index(arkiv, open('a'));
    const leases: Lease[] = [];
    const acquire = innsyn.kept.views.acquireLease.bind(innsyn.kept.views);
    innsyn.kept.views.acquireLease = async (name) => {
      const lease = leases.length === 0 ? await acquire(name) : undefined;
      if (lease) leases.push(lease);
      return lease;
    };
    let seen!: () => void;
    index.handOver = async (generation, changes) => {
      await index.write(generation, changes);
      return () => new Promise((resolve) => (seen = resolve));
    };
    const one = await feed(innsyn, index);
    await until('the page is waited for', () => (seen as unknown) !== undefined);
    await leases[0]!.release();
    seen();
    await one.onApplicationShutdown();
    expect(await index.place(numbered(1000))).toBeUndefined();
  });

  it('goes on with what an earlier program, which keeps no places, has taken in', async () => {
    const { innsyn, index } = await fed();
    await innsyn.innsyn.index(arkiv, open('ny'));
    const [event] = (await innsyn.innsyn.events()).slice(-1);
    const before = (await innsyn.kept.views.checkpoints()).find(({ name }) => name === 'innsynssok')!;
    const lease = (await innsyn.kept.views.acquireLease(innsynssok.name))!;
    await lease.commit([{ view: { ...innsynssok, version: 1000 }, from: before.position, to: event!.position, set: [], remove: [] }]);
    const one = await feed(innsyn, index); // compares, and waits for the lease
    expect(await index.all()).toHaveLength(25);
    await lease.release();
    await until('the place has followed', async () => (await index.place(numbered(1000)))?.position === event!.position);
    await one.onApplicationShutdown();
    expect((await innsyn.kept.views.checkpoints()).find(({ name }) => name === 'innsynssok')).toMatchObject({ position: event!.position, serving: true });
  });

  it('stops at an event that no document can be made of, with what came before it written', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await innsyn.innsyn.index(arkiv, open('a'), open('b'));
    const [first, second] = await innsyn.innsyn.events();
    // The content is encrypted for another stream, so it cannot be decrypted here.
    const moved = { aggregate: 'innsynsmelding', tenant: nesseby, id: `${arkiv}_${idOf('c')}` };
    await innsyn.kept.store.append({ stream: moved, expected: 'none', events: [{ ...first!, id: idOf('flyttet') }] });
    await innsyn.innsyn.index(arkiv, open('d'));
    await feed(innsyn, index);
    await until('it has stopped', async () => (await innsyn.health.report()).status === 'svekket');
    const stopped = (await innsyn.kept.views.checkpoints()).find(({ name }) => name === 'innsynssok')!;
    expect(stopped).toMatchObject({ position: second!.position, failure: { position: second!.position + 1n, eventId: idOf('flyttet') } });
    expect((await index.all()).map(({ tittel }) => tittel).sort()).toEqual(['Saken om a', 'Saken om b']);
  });

  it('builds a new generation beside the one that is asked, and lets it take over when it has caught up', async () => {
    const { innsyn, index } = await fed();
    index.writes.length = 0;
    await feed(innsyn, index, 2);
    await until('it has taken over', async () => (await innsyn.kept.views.checkpoints()).some(({ name, version, serving }) => name === 'innsynssok' && version === 2000 && serving));
    expect(index.writes.every(({ generation }) => generation.version === 2 && generation.round === 0)).toBe(true);
    expect(await index.all()).toHaveLength(25);
    await expect(index.inspect(numbered(1000), [])).rejects.toThrow();
  });

  it('builds a generation that is asked for while it runs', async () => {
    const { innsyn, index } = await fed();
    await feed(innsyn, index);
    await followed(innsyn);
    await requestRebuild(innsyn.kept.views);
    await expect(requestRebuild(innsyn.kept.views)).rejects.toThrow('En ny søkeindeks bygges allerede.');
    await until('it has taken over', async () => (await innsyn.kept.views.checkpoints()).some(({ version, serving }) => version === 1001 && serving));
    expect(await index.all()).toHaveLength(25);
    await expect(index.inspect(numbered(1000), [])).rejects.toThrow();
  });

  it.each([
    ['all that happens', 1, ['Saken om 0', 'Saken om ny']],
    // Another version has its own document shape, so this version only deletes documents from its generation.
    ['only what is gone, when another version has made it', 2, ['Saken om 0']],
  ])('takes into the generation that answers, until the one that is built takes over, %s', async (_, version, titles) => {
    const { innsyn, index } = await fed();
    const before = (await innsyn.kept.views.checkpoints()).find(({ name }) => name === 'innsynssok')!.position;
    if (version === 1) await requestRebuild(innsyn.kept.views);
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let pages = 0;
    index.before = async (generation) => {
      if (generation.version === 1 && generation.round === 0) return;
      pages++;
      if (pages === 1) await innsyn.innsyn.index(arkiv, open('ny'));
      if (pages === 1) await innsyn.innsyn.delete(arkiv, Array.from({ length: 24 }, (__, n) => ({ fiksOrgId, integrasjonId: arkiv, meldingId: idOf(`${n + 1}`) })));
      if (pages === 2) await released;
    };
    await feed(innsyn, index, version);
    await until('the next generation is held up', () => pages === 2);
    const [found, now] = [await index.all(), (await innsyn.kept.views.checkpoints()).find((one) => one.name === 'innsynssok' && one.version === 1000)!];
    release();
    expect(found.map(({ tittel }) => tittel)).toEqual(titles);
    expect(now.serving).toBe(true);
    expect(now.position > before).toBe(version === 1);
  });

  it('is kept by one at a time', async () => {
    const [innsyn, index] = [await world(), new Index()];
    await feed(innsyn, index);
    await followed(innsyn);
    const second = new Index();
    await feed(innsyn, second);
    await innsyn.innsyn.index(arkiv, open('a'));
    await followed(innsyn);
    expect([index.writes.length, second.writes.length]).toEqual([1, 0]);
    await started.shift()!.onApplicationShutdown();
    await innsyn.innsyn.index(arkiv, open('b'));
    await followed(innsyn);
    expect(second.writes).toHaveLength(1);
  });
});
