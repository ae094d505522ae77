import { Meilisearch, MeilisearchApiError, type Settings } from 'meilisearch';
import { generateTenantToken } from 'meilisearch/token';
import type { MeilisearchDouble } from '../support/meilisearch/server.js';
import { double } from '../support/search-servers.js';

// The double behaves as Meilisearch 1.50 in everything this project relies on. The expectations come from its source, and
// the official client sends the requests.

const master = 'hovednøkkel';
const quick = { interval: 2 };
const connect = (server: MeilisearchDouble, apiKey?: string) => new Meilisearch({ host: server.url, ...(apiKey !== undefined && { apiKey }) });
async function fresh() {
  const server = await double({ masterKey: master });
  return { server, client: connect(server, master) };
}
/** The status, code and type of the refusal. */
async function refused(call: PromiseLike<unknown>): Promise<unknown[]> {
  try {
    await call;
    return [];
  } catch (error) {
    if (!(error instanceof MeilisearchApiError) || !error.cause) throw error;
    expect(error.cause.link).toBe(`https://docs.meilisearch.com/errors#${error.cause.code}`);
    return [error.response.status, error.cause.code, error.cause.type];
  }
}
const raw = async (server: MeilisearchDouble, path: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}${path}`, { ...init, headers: { Authorization: `Bearer ${master}`, ...(init.headers as Record<string, string>) } });
  const text = await response.text();
  return [response.status, text === '' ? undefined : (JSON.parse(text) as { code?: string }).code];
};

const films: readonly object[] = [
  { id: 1, title: 'Reisen til julestjernen', kind: 'eventyr', year: 1976, tags: ['jul', 'barn'] },
  { id: 2, title: 'Flåklypa Grand Prix', kind: 'dukkefilm', year: 1975, tags: ['barn'] },
  { id: 3, title: 'Ni liv', kind: 'KRIG', year: 1957 },
  { id: 4, title: 'Veiviseren', kind: 'krig', year: 1987, tags: [] },
];
const settings: Settings = { filterableAttributes: ['kind', 'year', 'tags', 'id'], sortableAttributes: ['year'], searchableAttributes: ['title'] };
async function filmed() {
  const made = await fresh();
  const index = made.client.index<{ id: number; title: string }>('film');
  await index.updateSettings(settings).waitTask(quick);
  await index.addDocuments([...films] as never, { primaryKey: 'id' }).waitTask(quick);
  const found = async (q: string, options = {}) => (await index.search(q, options)).hits.map(({ id }) => id);
  return { ...made, index, found };
}

describe('The double of Meilisearch', () => {
  it('takes writes as tasks, numbered across indexes, which fail without being refused', async () => {
    const { server, client } = await fresh();
    server.tasks.stall();
    const first = await client.createIndex('a');
    expect(first).toMatchObject({ taskUid: 0, indexUid: 'a', status: 'enqueued', type: 'indexCreation' });
    const second = await client.createIndex('a');
    expect((await client.tasks.getTask(0)).status).toBe('enqueued');
    expect(await refused(client.index('a').getStats())).toEqual([404, 'index_not_found', 'invalid_request']);
    server.tasks.resume();
    expect(await client.tasks.waitForTask(first, quick)).toMatchObject({ uid: 0, status: 'succeeded', error: null, canceledBy: null });
    expect(await client.tasks.waitForTask(second, quick)).toMatchObject({ uid: 1, status: 'failed', error: { code: 'index_already_exists' } });
    expect(await client.deleteIndex('borte').waitTask(quick)).toMatchObject({ status: 'failed', error: { code: 'index_not_found' } });
    expect(await refused(client.tasks.getTask(99))).toEqual([404, 'task_not_found', 'invalid_request']);
  });

  it('replaces with POST, merges with PUT, and fails a whole task for one bad id', async () => {
    const { client } = await fresh();
    const index = client.index('a');
    expect(await index.addDocuments([{ id: 'x', a: 1, b: 2 }]).waitTask(quick)).toMatchObject({ details: { receivedDocuments: 1, indexedDocuments: 1 } });
    await index.updateDocuments([{ id: 'x', b: 3 }]).waitTask(quick);
    expect(await index.getDocument('x')).toEqual({ id: 'x', a: 1, b: 3 });
    await index.addDocuments([{ id: 'x', c: 4 }]).waitTask(quick);
    expect(await index.getDocument('x')).toEqual({ id: 'x', c: 4 });
    for (const [bad, code] of [[{ id: 'ø' }, 'invalid_document_id'], [{ id: 'a b' }, 'invalid_document_id'], [{ navn: 'a' }, 'missing_document_id']] as const)
      expect(await index.addDocuments([{ id: 'y' }, bad]).waitTask(quick)).toMatchObject({ status: 'failed', error: { code } });
    expect((await index.getStats()).numberOfDocuments).toBe(1);
    expect(await index.addDocuments([{ id: 'y' }], { primaryKey: 'navn' }).waitTask(quick)).toMatchObject({ error: { code: 'index_primary_key_already_exists' } });
    expect(await client.index('b').addDocuments([{ navn: 'a' }]).waitTask(quick)).toMatchObject({ error: { code: 'index_primary_key_no_candidate_found' } });
    expect(await client.index('c').addDocuments([{ id: 1, eierId: 2 }]).waitTask(quick)).toMatchObject({ error: { code: 'index_primary_key_multiple_candidates_found' } });
    await index.deleteDocuments(['x', 'borte']).waitTask(quick);
    expect(await refused(index.getDocument('x'))).toEqual([404, 'document_not_found', 'invalid_request']);
  });

  it('refuses bodies and settings that cannot be, at once', async () => {
    const { server, client } = await fresh();
    const json = { 'Content-Type': 'application/json' };
    expect(await raw(server, '/indexes/a/documents', { method: 'POST', body: '[]', headers: { 'Content-Type': 'text/plain' } })).toEqual([415, 'invalid_content_type']);
    expect(await raw(server, '/indexes/a/documents', { method: 'POST', body: '[', headers: json })).toEqual([400, 'malformed_payload']);
    expect(await raw(server, '/indexes/a/documents', { method: 'POST', headers: json })).toEqual([400, 'missing_payload']);
    expect(await raw(server, '/indexes/a%20b', { method: 'DELETE' })).toEqual([400, 'invalid_index_uid']);
    expect(await raw(server, '/finnes/ikke')).toEqual([404, undefined]);
    expect(await raw(await double({ masterKey: master, payloadLimit: 10 }), '/indexes/a/documents', { method: 'POST', body: '[{"id":12345}]', headers: json })).toEqual([413, 'payload_too_large']);
    const index = client.index('a');
    expect(await refused(index.updateSettings({ rankingRules: ['ord'] }))).toEqual([400, 'invalid_settings_ranking_rules', 'invalid_request']);
    expect(await refused(index.updateSettings({ pagination: { maxTotalHits: -1 } }))).toEqual([400, 'invalid_settings_pagination', 'invalid_request']);
    expect(await refused(index.updateSettings({ ukjent: 1 } as never))).toEqual([400, 'bad_request', 'invalid_request']);
    expect(await refused(index.getSettings())).toEqual([404, 'index_not_found', 'invalid_request']);
    await index.updateSettings({ typoTolerance: { minWordSizeForTypos: { oneTypo: 3 } }, stopWords: ['og'] }).waitTask(quick);
    await index.updateSettings({ stopWords: null }).waitTask(quick);
    expect(await index.getSettings()).toMatchObject({ stopWords: [], typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 3, twoTypos: 9 } }, pagination: { maxTotalHits: 1000 } });
  });

  it('swaps all pairs or none', async () => {
    const { client, index } = await filmed();
    await client.createIndex('ny').waitTask(quick);
    expect(await refused(client.swapIndexes([{ indexes: ['film'] } as never]))).toEqual([400, 'invalid_swap_indexes', 'invalid_request']);
    expect(await refused(client.swapIndexes([{ indexes: ['film', 'film'], rename: false }]))).toEqual([400, 'invalid_swap_duplicate_index_found', 'invalid_request']);
    expect(await client.swapIndexes([{ indexes: ['film', 'ny'], rename: false }, { indexes: ['a', 'b'], rename: false }]).waitTask(quick)).toMatchObject({ indexUid: null, status: 'failed', error: { code: 'index_not_found' } });
    expect((await index.getStats()).numberOfDocuments).toBe(4);
    await client.swapIndexes([{ indexes: ['film', 'ny'], rename: false }]).waitTask(quick);
    expect([(await index.getStats()).numberOfDocuments, (await client.index('ny').getStats()).numberOfDocuments]).toEqual([0, 4]);
  });

  it('filters as the grammar says, looking past case and accents', async () => {
    const { index, found } = await filmed();
    const filters: readonly (readonly [string | string[] | (string | string[])[], number[]])[] = [
      ['kind = krig', [3, 4]],
      ['kind = "Krig"', [3, 4]],
      ['kind != krig', [1, 2]],
      ['kind IN [eventyr, dukkefilm]', [1, 2]],
      ['kind NOT IN [krig]', [1, 2]],
      ['year > 1975 AND year <= 1987', [1, 4]],
      ['year 1957 TO 1975', [2, 3]],
      ['year > x', []],
      ['kind > 3', [1, 2, 3, 4]],
      ['kind > abc AND kind < eventyra', [1, 2]],
      ['NOT (year < 1976 OR kind = eventyr)', [4]],
      ['tags EXISTS', [1, 2, 4]],
      ['tags NOT EXISTS', [3]],
      ['tags IS EMPTY', [4]],
      ['tags = jul', [1]],
      ['kind STARTS WITH duk', [2]],
      [['kind = krig', ['year = 1957', 'year = 1976']], [3]],
      ['', [1, 2, 3, 4]],
    ];
    for (const [filter, ids] of filters) expect([filter, (await found('', { filter })).sort()]).toEqual([filter, ids]);
    for (const filter of ['title = x', 'kind', 'kind = krig OR', 'kind = AND', '(kind = krig', 'kind = "krig', 'kind IN krig', 'kind = krig)'])
      expect([filter, ...(await refused(index.search('', { filter })))]).toEqual([filter, 400, 'invalid_search_filter', 'invalid_request']);
  });

  it('searches: prefix of the last word, typos by length, the last words left out unless all are asked for', async () => {
    const { found, index } = await filmed();
    expect(await found('veivis')).toEqual([4]);
    expect(await found('reis julestjernen')).toEqual([]);
    expect(await found('reisen jul')).toEqual([1]);
    expect(await found('julestjerne')).toEqual([1]);
    expect(await found('veivisern')).toEqual([4]);
    expect(await found('nu')).toEqual([]);
    expect(await found('xeiviseren')).toEqual([4]);
    expect(await found('xeivi')).toEqual([]);
    expect(await found('flaklypa')).toEqual([2]);
    expect(await found('reisen finnesikke')).toEqual([1]);
    expect(await found('reisen finnesikke', { matchingStrategy: 'all' })).toEqual([]);
    expect(await found('"til julestjernen"')).toEqual([1]);
    expect(await found('"julestjernen til"')).toEqual([]);
    expect(await found('ni -liv')).toEqual([]);
    await index.updateSettings({ typoTolerance: { disableOnAttributes: ['title'] } }).waitTask(quick);
    expect(await found('veivisern')).toEqual([]);
  });

  it('sorts, pages, counts, marks; and refuses what its settings do not allow', async () => {
    const { index, found } = await filmed();
    expect(await found('', { sort: ['year:desc'] })).toEqual([4, 1, 2, 3]);
    expect(await index.search('', { sort: ['year:asc'], offset: 1, limit: 2 })).toMatchObject({ hits: [{ id: 2 }, { id: 1 }], offset: 1, limit: 2, estimatedTotalHits: 4 });
    expect(await index.search('', { sort: ['year:asc'], page: 2, hitsPerPage: 3 })).toMatchObject({ hits: [{ id: 4 }], page: 2, hitsPerPage: 3, totalPages: 2, totalHits: 4 });
    const { facetDistribution, facetStats } = await index.search('', { facets: ['kind', 'year'] });
    expect(facetDistribution!.kind).toEqual({ dukkefilm: 1, eventyr: 1, KRIG: 2 });
    expect(facetStats).toEqual({ year: { min: 1957, max: 1987 } });
    expect((await index.search('julestjernen', { attributesToHighlight: ['*'], attributesToRetrieve: ['id'] })).hits[0]).toMatchObject({ id: 1, _formatted: { title: 'Reisen til <em>julestjernen</em>' } });
    await index.updateSettings({ pagination: { maxTotalHits: 2 } }).waitTask(quick);
    expect(await index.search('', { page: 1, hitsPerPage: 5 })).toMatchObject({ hits: [{}, {}], totalHits: 2 });
    expect(await refused(index.search('', { sort: ['title:asc'] }))).toEqual([400, 'invalid_search_sort', 'invalid_request']);
    expect(await refused(index.search('', { facets: ['title'] }))).toEqual([400, 'invalid_search_facets', 'invalid_request']);
    expect(await refused(index.search('', { limit: -1 }))).toEqual([400, 'invalid_search_limit', 'invalid_request']);
    expect(await index.searchForFacetValues({ facetName: 'kind', facetQuery: 'kri' })).toMatchObject({ facetHits: [{ value: 'KRIG', count: 2 }], facetQuery: 'kri' });
    expect(await refused(index.searchForFacetValues({ facetName: 'title' }))).toEqual([400, 'invalid_facet_search_facet_name', 'invalid_request']);
    await index.updateSettings({ facetSearch: false }).waitTask(quick);
    expect(await refused(index.searchForFacetValues({ facetName: 'kind' }))).toEqual([400, 'facet_search_disabled', 'invalid_request']);
  });

  it('fails a multi-search for one of its queries', async () => {
    const { client } = await filmed();
    const { results } = await client.multiSearch({ queries: [{ indexUid: 'film', q: 'ni' }, { indexUid: 'film', limit: 0 }] });
    expect(results).toMatchObject([{ indexUid: 'film', hits: [{ id: 3 }] }, { hits: [], estimatedTotalHits: 4 }]);
    expect(await refused(client.multiSearch({ queries: [{ indexUid: 'film' }, { indexUid: 'borte' }] }))).toEqual([404, 'index_not_found', 'invalid_request']);
  });

  it('lets a key do what it may, where it may, as long as it lives', async () => {
    const { server, client } = await filmed();
    const as = (actions: readonly string[], indexes?: readonly string[], expiresAt?: string) => connect(server, server.key(actions, indexes, expiresAt).key);
    expect((await as(['search'], ['fi*']).index('film').search('')).hits.length).toBe(4);
    expect((await as(['documents.*']).index('film').getDocuments()).total).toBe(4);
    for (const call of [
      as(['search'], ['bok']).index('film').search(''),
      as(['documents.get']).index('film').search(''),
      as(['search']).index('film').getDocuments(),
      as(['search'], ['*'], '2020-01-01T00:00:00Z').index('film').search(''),
      connect(server, 'tull').index('film').search(''),
      as(['indexes.swap'], ['film']).swapIndexes([{ indexes: ['film', 'ny'], rename: false }]),
    ])
      expect(await refused(call)).toEqual([403, 'invalid_api_key', 'auth']);
    expect(await refused(connect(server).index('film').search(''))).toEqual([401, 'missing_authorization_header', 'auth']);
    expect((await connect(server).health()).status).toBe('available');
    expect(await refused(connect(await double()).getKeys())).toEqual([401, 'missing_master_key', 'auth']);
    const { taskUid } = await client.createIndex('annen');
    expect(await refused(as(['tasks.get'], ['film']).tasks.getTask(taskUid))).toEqual([404, 'task_not_found', 'invalid_request']);
    const withoutCreate = as(['documents.add', 'tasks.get']);
    expect(await withoutCreate.index('bok').addDocuments([{ id: 1 }]).waitTask(quick)).toMatchObject({ error: { code: 'index_not_found' } });
  });

  it('takes tenant tokens for searching only, and adds their filter to every search', async () => {
    const { server } = await filmed();
    const key = server.key(['search', 'documents.get'], ['film', 'bok']);
    const tenant = async (options: Partial<Parameters<typeof generateTenantToken>[0]> = {}) =>
      connect(server, await generateTenantToken({ apiKey: key.key, apiKeyUid: key.uid, searchRules: { '*': null, film: { filter: 'year < 1980' } }, ...options }));
    const mine = (await tenant()).index('film');
    expect((await mine.search('', { filter: 'kind = krig' })).hits).toMatchObject([{ id: 3 }]);
    expect((await mine.search('', { filter: 'year > 0 OR year < 0', facets: ['kind'] })).facetDistribution!.kind).toEqual({ dukkefilm: 1, eventyr: 1, KRIG: 1 });
    expect((await mine.searchForFacetValues({ facetName: 'kind', facetQuery: 'krig' })).facetHits).toEqual([{ value: 'KRIG', count: 1 }]);
    expect((await (await tenant()).multiSearch({ queries: [{ indexUid: 'film' }] })).results[0]!.hits.length).toBe(3);
    for (const call of [
      mine.getDocuments(),
      (await tenant({ searchRules: ['bok'] })).index('film').search(''),
      (await tenant({ apiKey: 'feil' })).index('film').search(''),
      (await tenant({ apiKeyUid: '00000000-0000-4000-8000-000000000000' })).index('film').search(''),
      (await tenant({ expiresAt: new Date('2020-01-01') })).index('film').search(''),
    ])
      expect(await refused(call)).toEqual([403, 'invalid_api_key', 'auth']);
    expect((await (await tenant({ algorithm: 'HS512', searchRules: ['fi*'], expiresAt: new Date(Date.now() + 60_000) })).index('film').search('')).hits.length).toBe(4);
  });

  it('goes wrong when it is told to', async () => {
    const { server, index } = await filmed();
    server.breakWith('internal');
    expect(await refused(index.search(''))).toEqual([500, 'internal', 'internal']);
    server.breakWith();
    server.failNextTask('no_space_left_on_device');
    expect(await index.addDocuments([{ id: 9, title: 'Ny' }] as never).waitTask(quick)).toMatchObject({ status: 'failed', error: { code: 'no_space_left_on_device', type: 'system' } });
    await server.down();
    await expect(index.search('')).rejects.toThrow('has failed');
    await server.up();
    expect((await index.search('')).hits.length).toBe(4);
  });
});
