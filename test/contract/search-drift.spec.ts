import { v4 as uuidv4 } from 'uuid';
import { exposure } from '../../src/application/commands/exposure.js';
import { encodeGeneration, type Generation } from '../../src/application/ports/search-generation.js';
import type { SearchIndex } from '../../src/application/ports/search-index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import type { KommunalTjeneste } from '../../src/domain/kommunal-tjeneste.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { requestRebuild, findDrift } from '../../src/infrastructure/operations/search-drift.js';
import type { ViewStore } from '../../src/infrastructure/view-store.js';
import { feedDefaults, SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { kulturskole } from '../domain/examples.js';
import { onDouble } from '../support/search-servers.js';
import { idOf, logOf, nesseby, thing, until, type GivenEvent } from '../support/views.js';

const tjeneste = (name: string) => thing('kommunalTjeneste', idOf(name), nesseby);
const created = (name: string) => tjeneste(name)({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel(name) } satisfies KommunalTjeneste });
const removed = (name: string) => tjeneste(name)({ type: 'KommunalTjenesteRemoved', data: {} });
const documentId = (name: string) => `${nesseby}_${idOf(name)}`;

const feeds: SearchFeed[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.onApplicationShutdown();
});

/** A log, and a feed from it into an index. The feed can be stopped and started, as a process would be. */
function following(index: SearchIndex) {
  const [store, views, keys] = [new MemoryEventStore(), new MemoryViewStore(), new MemorySubjectKeys()];
  const happen = async (...happened: GivenEvent[]) => {
    for (const { stream, type, data, metadata } of logOf(happened))
      await store.append({ stream, expected: 'any', events: [{ id: uuidv4(), type, data, metadata }] });
  };
  const start = async (version = innsynssok.version) => {
    const feed = new SearchFeed(store, views, keys, index, { ...feedDefaults, retryMs: 5, lookMs: 5 }, { ...innsynssok, version });
    await feed.onApplicationBootstrap();
    feeds.push(feed);
    return () => feed.onApplicationShutdown();
  };
  const caughtUp = async (generation = firstOf(innsynssok.version)) => {
    const head = await store.head();
    await until('the index has caught up', async () => (await organisation(views, generation))?.serving === true && (await organisation(views, generation))!.position >= head);
  };
  return { store, views, happen, start, caughtUp, drift: (sample = 100) => findDrift(store, keys, views, index, sample), anew: () => requestRebuild(views) };
}
const organisation = async (views: ViewStore, generation: Generation) =>
  (await views.checkpoints()).find((one) => one.name === innsynssok.name && one.version === encodeGeneration(generation));
const firstOf = (version: number): Generation => ({ version, round: 0 });
const titles = async (index: SearchIndex) =>
  (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'RELEVANS', offset: 0, limit: 100 })).hits.map(({ document }) => document.tittel).sort();

const indexes: Readonly<Record<string, () => SearchIndex | Promise<SearchIndex>>> = {
  memory: () => new MemorySearchIndex(),
  'a double of Meilisearch': async () => (await onDouble()).index,
};
const names = ['Barnehage', 'Havn', 'Kino', 'Skole'];

describe.each(Object.entries(indexes))('The search index and the log, on %s', (_, make) => {
  async function filled() {
    const index = await make();
    const log = following(index);
    await log.happen(...names.map(created), created('Borte'), removed('Borte'));
    const stop = await log.start();
    await log.caughtUp();
    return { ...log, index, stop };
  }

  it('do not differ when the feed has caught up', async () => {
    const { drift, index } = await filled();
    expect(await drift()).toEqual({ expected: 4, found: 4, compared: 5, missing: [], different: [], unwanted: [] });
    expect(await titles(index)).toEqual(names);
    expect(await drift(2)).toMatchObject({ expected: 4, found: 4, compared: 2 });
  });

  it('are compared to the end of a log of many pages', async () => {
    const index = await make();
    const log = following(index);
    const many = Array.from({ length: 2_100 }, (_, n) => `Tjeneste ${n}`);
    await log.happen(...many.map(created), removed('Tjeneste 7'));
    await log.start();
    await log.caughtUp();
    expect(await log.drift()).toMatchObject({ expected: 2_099, found: 2_099, compared: 100, missing: [], different: [], unwanted: [] });
  });

  it('are told apart: what is missing, what is different, what should be gone; and are brought together again by an index built anew', async () => {
    const { drift, index, anew, caughtUp } = await filled();
    const first = firstOf(innsynssok.version);
    const { documents } = await index.inspect(first, [documentId('Havn'), documentId('Kino')]);
    const [havn, kino] = documents as [(typeof documents)[0], (typeof documents)[0]];
    await index.write(first, {
      put: [{ ...havn, tekst: 'Noe annet' }, { ...kino, id: documentId('Borte') }],
      remove: [documentId('Skole')],
    });
    expect(await drift()).toEqual({ expected: 4, found: 4, compared: 5, missing: [documentId('Skole')], different: [documentId('Havn')], unwanted: [documentId('Borte')] });
    await anew();
    await caughtUp({ ...first, round: 1 });
    expect(await drift()).toMatchObject({ expected: 4, found: 4, missing: [], different: [], unwanted: [] });
    expect(await titles(index)).toEqual(names);
  });

  it('a new version is built beside the one that answers, and takes over', async () => {
    const { index, happen, start, stop, caughtUp } = await filled();
    await stop();
    await happen(created('Torg'));
    const next = innsynssok.version + 1;
    expect(await titles(index)).toEqual(names);
    await start(next);
    await caughtUp(firstOf(next));
    expect(await titles(index)).toEqual([...names, 'Torg']);
    await expect(index.inspect(firstOf(innsynssok.version), [])).rejects.toThrow();
    expect((await index.inspect(firstOf(next), [])).count).toBe(5);
  });
});

it('Nothing can be compared before an index is in use', async () => {
  const { drift, anew } = following(new MemorySearchIndex());
  await expect(drift()).rejects.toThrow('Ingen søkeindeks er i bruk ennå.');
  await expect(anew()).rejects.toThrow('Ingen søkeindeks er i bruk ennå.');
});
