import { exposure } from '../../src/application/commands/exposure.js';
import { SearchUnavailable, type SearchIndex, type SearchQuery } from '../../src/application/ports/search-index.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { MeilisearchClient, deadlines, MeilisearchRefused } from '../../src/infrastructure/meilisearch/connection.js';
import { MeilisearchSearchIndex } from '../../src/infrastructure/meilisearch/search-index.js';
import { keyPermissions } from '../../src/infrastructure/meilisearch/settings.js';
import { openStores } from '../../src/stores.js';
import { thing } from '../contract/search-index.examples.js';
import { dataFolder } from '../support/databases.js';
import { numbered } from '../support/generations.js';
import { double, onDouble } from '../support/search-servers.js';

const query: SearchQuery = { term: '', access: { field: 'eksponertFor', in: [exposure.offentlig] }, sort: 'RELEVANS', offset: 0, limit: 10 };
const put = (...ids: string[]) => ({ put: ids.map((id) => thing(id)), remove: [] });
const ids = async (index: MeilisearchSearchIndex) => (await index.search(query)).hits.map(({ document }) => document.id);

/** Serves generation 1, with one document. */
async function serving() {
  const made = await onDouble();
  await made.index.prepare(numbered(1));
  await made.index.write(numbered(1), put('a'));
  await made.index.serve(numbered(1));
  return made;
}

describe('The index in Meilisearch', () => {
  it('is unavailable while the server is down, for reading and writing, and answers again when it is up', async () => {
    const { server, index } = await serving();
    await server.down();
    for (const call of [() => index.search(query), () => index.write(numbered(1), put('b')), () => index.prepare(numbered(2)), () => index.serve(numbered(1)), () => index.inspect(numbered(1), []), () => index.facetValues({ ...query, facet: 'type', prefix: '' })])
      await expect(call()).rejects.toThrow(SearchUnavailable);
    await server.up();
    await index.write(numbered(1), put('b'));
    expect((await ids(index)).sort()).toEqual(['a', 'b']);
  });

  it('is unavailable when the server is too slow, and does not wait for it', async () => {
    const { server, index, make } = await serving();
    const impatient = make({ read: 100, write: 100 });
    server.slow(60_000);
    await expect(impatient.search(query)).rejects.toThrow(SearchUnavailable);
    await expect(impatient.write(numbered(1), put('b'))).rejects.toThrow(SearchUnavailable);
    server.slow(0);
    expect(await ids(index)).toEqual(['a']);
  });

  it('is unavailable when the server fails', async () => {
    const { server, index } = await serving();
    server.breakWith('internal');
    await expect(index.search(query)).rejects.toThrow(SearchUnavailable);
    await expect(index.write(numbered(1), put('b'))).rejects.toThrow(SearchUnavailable);
    server.breakWith();
    expect(await ids(index)).toEqual(['a']);
  });

  it('is unavailable when the key is not good', async () => {
    const { server } = await serving();
    const index = new MeilisearchSearchIndex(new MeilisearchClient(server.url, 'ikke en nøkkel'.padEnd(16)));
    await expect(index.search(query)).rejects.toThrow(SearchUnavailable);
    await expect(index.write(numbered(1), put('b'))).rejects.toThrow(SearchUnavailable);
  });

  it('says so when a task fails, although it was taken in, and the write can be repeated', async () => {
    const { server, index } = await serving();
    server.failNextTask('invalid_document_id');
    await expect(index.write(numbered(1), put('b'))).rejects.toThrow(MeilisearchRefused);
    server.failNextTask('no_space_left_on_device');
    await expect(index.write(numbered(1), put('b'))).rejects.toThrow(SearchUnavailable);
    server.failNextTask('internal');
    await expect(index.write(numbered(1), { put: [], remove: ['a'] })).rejects.toThrow(SearchUnavailable);
    expect(await ids(index)).toEqual(['a']);
    await index.write(numbered(1), put('b'));
    expect((await ids(index)).sort()).toEqual(['a', 'b']);
  });

  it('does not say that something is written before it is: a queue that stands still is unavailable', async () => {
    const { server, index, make } = await serving();
    server.tasks.stall();
    await expect(make({ task: 200 }).write(numbered(1), put('b'))).rejects.toThrow(SearchUnavailable);
    expect(await ids(index)).toEqual(['a']);
    server.tasks.resume();
    await index.write(numbered(1), put('c'));
    expect((await ids(index)).sort()).toEqual(['a', 'b', 'c']);
  });

  it('takes further writes before the first is done', async () => {
    const { server, index } = await serving();
    server.tasks.stall();
    const visible = [await index.handOver(numbered(1), put('b')), await index.handOver(numbered(1), put('c')), await index.handOver(numbered(1), { put: [], remove: ['b'] })];
    expect(await ids(index)).toEqual(['a']);
    server.tasks.resume();
    for (const one of visible) await one();
    expect((await ids(index)).sort()).toEqual(['a', 'c']);
  });

  it('waits for a task behind many others for as long as the server finishes any', async () => {
    const { server, index, make } = await serving();
    const impatient = make({ task: 400 });
    server.tasks.slow(60);
    const visible: (() => Promise<void>)[] = [];
    for (let n = 0; n < 12; n++) visible.push(await impatient.handOver(numbered(1), put(`b${n}`)));
    await visible[11]!();
    expect((await index.inspect(numbered(1), [])).count).toBe(13);
  });

  it('waits for slow tasks', async () => {
    const { server, index } = await serving();
    server.tasks.slow(300);
    await index.write(numbered(1), { put: [thing('b')], remove: ['a'] });
    expect(await ids(index)).toEqual(['b']);
  });

  it('answers from the new generation at once, also in a process that knows of the old one only', async () => {
    const { index, other } = await serving();
    expect(await ids(other)).toEqual(['a']);
    await index.prepare(numbered(2));
    await index.write(numbered(2), put('b'));
    expect(await ids(other)).toEqual(['a']);
    await index.serve(numbered(2));
    expect(await ids(other)).toEqual(['b']);
  });

  it('answers from the new generation although the old one could not be dropped', async () => {
    const { server, index, other } = await serving();
    expect(await ids(other)).toEqual(['a']);
    await index.prepare(numbered(2));
    await index.write(numbered(2), put('b'));
    server.failAfterTasks(1, 'internal');
    await expect(index.serve(numbered(2))).rejects.toThrow(SearchUnavailable);
    for (const one of [index, other]) expect(await ids(one)).toEqual(['b']);
    await expect(index.inspect(numbered(1), [])).resolves.toMatchObject({ count: 1 });
    await index.serve(numbered(2));
    await expect(index.inspect(numbered(1), [])).rejects.toThrow(MeilisearchRefused);
  });

  it('asks once for a page of hits, and several questions together', async () => {
    const { server, index } = await serving();
    await ids(index);
    const mark = server.requests.length;
    await index.searchMany([{ ...query, term: 'sak', offset: 20 }, query, { ...query, facets: ['type'] }]);
    expect(server.requests.slice(mark)).toEqual(['POST /multi-search']);
    await index.search({ ...query, term: 'byggesakk' });
    expect(server.requests.slice(mark)).toEqual(['POST /multi-search', 'POST /multi-search', 'POST /multi-search']);
  });

  it('asks for answers that are not compressed', async () => {
    const { server, index } = await serving();
    await ids(index);
    expect([...server.encodings]).toEqual(['identity']);
  });

  it('leaves alone what is not its own', async () => {
    const { server, index } = await serving();
    const { key } = server.key(['*']);
    const neighbour = new MeilisearchSearchIndex(new MeilisearchClient(server.url, key, { ...deadlines, poll: 2 }), 'innsyn_nabo');
    const stranger = new MeilisearchSearchIndex(new MeilisearchClient(server.url, key, { ...deadlines, poll: 2 }), 'innsynsdata');
    for (const one of [neighbour, stranger]) {
      await one.prepare(numbered(1));
      await one.write(numbered(1), put('theirs'));
      await one.serve(numbered(1));
    }
    await index.prepare(numbered(2));
    await index.serve(numbered(2));
    for (const one of [neighbour, stranger]) expect(await ids(one)).toEqual(['theirs']);
    expect(await ids(index)).toEqual([]);
  });

  it('puts what is heavy in several requests', async () => {
    const server = await double({ masterKey: 'hovednøkkel' });
    const { key } = server.key(keyPermissions.actions, keyPermissions.indexes);
    const index = new MeilisearchSearchIndex(new MeilisearchClient(server.url, key, { ...deadlines, poll: 2 }));
    await index.prepare(numbered(1));
    const mark = server.requests.length;
    await index.write(numbered(1), { put: ['a', 'b', 'c'].map((id) => thing(id, { tekst: 'x'.repeat(2_500_000) })), remove: [] });
    expect(server.requests.slice(mark).filter((one) => one === 'POST /indexes/innsyn_1/documents').length).toBe(3);
    expect((await index.inspect(numbered(1), [])).count).toBe(3);
  });

  it.each(keyPermissions.actions)('needs %s of its key', async (left) => {
    const server = await double({ masterKey: 'hovednøkkel' });
    const { key } = server.key(keyPermissions.actions.filter((one) => one !== left), keyPermissions.indexes);
    const index = new MeilisearchSearchIndex(new MeilisearchClient(server.url, key, { ...deadlines, poll: 2 }));
    const everything = async () => {
      await index.prepare(numbered(1));
      await index.write(numbered(1), { put: [thing('a'), thing('b')], remove: ['b'] });
      await index.serve(numbered(1));
      await index.prepare(numbered(2));
      await index.serve(numbered(2));
      await index.inspect(numbered(2), ['a']);
      await index.search(query);
    };
    await expect(everything()).rejects.toThrow();
  });
});

it('A place is forgotten with its index, also when somebody else has deleted it and a page has made it anew', async () => {
  const { server, index, other } = await serving();
  const place = { position: 7n, eventId: '6d2f6a4e-0000-4000-8000-000000000001' };
  expect(await index.mark(numbered(1), place)).toEqual(place);
  expect(await other.place(numbered(1))).toEqual(place);
  const without = server.copy();
  without.delete('innsyn_1');
  server.putBack(without);
  expect(await index.place(numbered(1))).toBeUndefined();
  await index.prepare(numbered(1));
  await index.write(numbered(1), put('b'));
  expect(await index.place(numbered(1))).toBeUndefined();
  expect(await index.mark(numbered(1), place)).toEqual(place);
  expect(await index.place(numbered(1))).toEqual(place);
});

it('The tables of the index in the database are gone when Meilisearch has it, so that they are never served later', async () => {
  const { server } = await onDouble();
  const settings = { NODE_ENV: 'test', DATA_DIR: await dataFolder() };
  const on = async <T>(more: object, work: (index: SearchIndex) => Promise<T>) => {
    const stores = await openStores(readConfig({ ...settings, ...more }));
    return work(stores.index).finally(() => stores.close());
  };
  await on({}, async (index) => {
    await index.prepare(numbered(1));
    await index.write(numbered(1), put('a'));
    await index.serve(numbered(1));
  });
  await on({ MEILISEARCH_URL: server.url }, () => Promise.resolve());
  await on({}, async (index) => {
    await expect(index.search(query)).rejects.toThrow(SearchUnavailable);
    await expect(index.inspect(numbered(1), [])).rejects.toThrow();
  });
});
