import { jest } from '@jest/globals';
import { instantMeiliSearch } from '@meilisearch/instant-meilisearch';
import { Logger } from '@nestjs/common';
import { Meilisearch, MeilisearchApiError, type SearchParams } from 'meilisearch';
import { randomUUID } from 'node:crypto';
import { exposure } from '../../src/application/commands/exposure.js';
import { SearchUnavailable, type SearchDocument, type SearchIndex } from '../../src/application/ports/search-index.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { thing } from '../contract/search-index.examples.js';
import { TestApp, type Kommune } from '../support/app.js';
import { firstGeneration } from '../support/generations.js';
import { onDouble } from '../support/search-servers.js';

const kari = 'innbygger:12818510088';
const liv = 'innbygger:28929930039';
/** The organisation that Liv may act for. */
const havn = '910753614';

interface Token {
  readonly url: string;
  readonly token: string;
  readonly indexUid: string;
  readonly utloper: string;
}

/** The methods that an InstantSearch page calls. Declared here because its own types need another package. */
interface InstantSearchClient {
  search(queries: readonly object[]): Promise<{ readonly results: readonly object[] }>;
  searchForFacetValues(queries: readonly object[]): Promise<readonly object[]>;
}

const indexes: Readonly<Record<string, () => SearchIndex | Promise<SearchIndex>>> = {
  'den innebygde indeksen': () => new MemorySearchIndex(),
  'Meilisearch': async () => (await onDouble()).index,
};

describe.each(Object.entries(indexes))('En søkeklient mot %s', (_, make) => {
  let app: TestApp;
  let kommune: Kommune;
  let konto: string;

  beforeAll(async () => {
    app = await TestApp.start(undefined, await make());
    kommune = app.kommune();
    await kommune.open();
    const { body } = await kommune.administrator.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${kommune.fiksOrgId}`)();
    konto = body.kontoer[0]!.id;
    const [mine, hers] = [exposure.person((await app.person(kari)).id), exposure.person((await app.person(liv)).id)];
    const at = (day: number) => Date.parse(`2026-11-${String(day).padStart(2, '0')}T12:00:00Z`);
    const document = (id: string, over: Partial<SearchDocument>) => thing(id, { eksponertFor: [mine], tekst: '', ...over });
    await app.index.prepare(firstGeneration);
    await app.index.write(firstGeneration, {
      put: [
        document('byggesak', { type: 'mappe', mappeType: 'BYGGESAK', tittel: 'Byggesak Storgata 5', tekst: 'Søknad om garasje', dato: at(10), fiksOrgId: 'bergen', matrikkel: ['4601-164/1203/0/0'], versjon: 'MAPPE_V1', metadata: { type: 'BYGGESAK', minPart: { navn: 'Liv', id: '28929930039' } } }),
        document('barnehage', { type: 'faktura', tittel: 'Faktura for barnehagen', status: 'IKKE_BETALT', arstall: '2026', venter: 1, dato: at(11), fiksOrgId: 'bergen' }),
        document('skatt', { type: 'faktura', tittel: 'Faktura for eiendomsskatt', status: 'BETALT', arstall: '2025', dato: at(12), fiksOrgId: 'oslo' }),
        document('hemmelig', { tittel: 'Vedtak på nivå fire', sikkerhetsniva: 4, dato: at(9), fiksOrgId: 'bergen' }),
        document('brev', { tittel: 'Brev fra SvarUt', kontoId: konto, dato: at(8), fiksOrgId: 'bergen' }),
        document('borte', { tittel: 'Utløpt byggesak', tilgjengeligTil: at(1), dato: at(7) }),
        document('hennes', { tittel: 'Byggesak hos naboen', eksponertFor: [hers], status: 'HENNES', fiksOrgId: 'naboen' }),
        document('havnas', { tittel: 'Byggesak på havna', eksponertFor: [exposure.organisasjon(havn)], dato: at(6) }),
      ],
      remove: [],
    });
    await app.index.serve(firstGeneration);
  });

  const token = async (who: string, query = ''): Promise<Token> => {
    const { status, body } = await app.as(who).post<Token>(`/innsyn-sok/api/v1/token${query}`)();
    expect(status).toBe(200);
    return body;
  };
  const host = () => `${app.url}/sok`;
  const client = async (who = kari, query = '') => new Meilisearch({ host: host(), apiKey: (await token(who, query)).token });
  const search = async (q: string, options: SearchParams = {}, who = kari) => (await client(who)).index('innsyn').search<{ id: string }>(q, options);
  const ids = async (...asked: Parameters<typeof search>) => (await search(...asked)).hits.map(({ id }) => id);
  const refused = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MeilisearchApiError);
    const { cause, response } = error as MeilisearchApiError;
    expect(cause).toEqual({ message: expect.any(String) as string, code: expect.any(String) as string, type: expect.any(String) as string, link: `https://docs.meilisearch.com/errors#${cause!.code}` });
    return [response.status, cause!.code, cause!.type];
  };

  it('får et token som gjelder i et kvarter, og vite hvor det skal brukes', async () => {
    const { url, token: bearer, indexUid, utloper } = await token(kari);
    expect({ url, indexUid, utloper }).toEqual({ url: 'http://tjenesten.test/sok', indexUid: 'innsyn', utloper: '2026-11-23T12:15:00.000Z' });
    const claims = JSON.parse(Buffer.from(bearer.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toEqual({
      searchRules: { innsyn: {} },
      apiKeyUid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/) as string,
      exp: Date.parse(utloper) / 1000,
      subjekt: expect.any(String) as string,
    });
    expect(bearer + JSON.stringify(claims)).not.toContain(app.fnr(kari));
  });

  it('er innbyggerens egen: en integrasjon får ikke et token for henne', async () => {
    for (const headers of [{ IntegrasjonId: randomUUID() }, { IntegrasjonPassord: 'hemmelig' }]) {
      const { status, body } = await app.as(kari).post('/innsyn-sok/api/v1/token', undefined, headers)();
      expect([status, body]).toMatchObject([400, { errorCode: 'SOKETOKEN_ER_INNBYGGERENS' }]);
    }
  });

  it('finner det som er hennes, det som venter først og så det nyeste', async () => {
    expect(await ids('')).toEqual(['barnehage', 'skatt', 'byggesak', 'hemmelig']);
  });

  it('finner ord med skrivefeil, bøyd og uferdig', async () => {
    expect(await ids('bygesak')).toEqual(['byggesak']);
    expect(await ids('garasjen')).toEqual(['byggesak']);
    expect(await ids('faktura eiendoms')).toEqual(['skatt', 'barnehage']);
    expect(await ids('faktura eiendoms', { matchingStrategy: 'all' })).toEqual(['skatt']);
  });

  it('finner den første meldingen til en som ikke var kjent da tokenet ble laget, og ingenting når hun er glemt', async () => {
    const fnr = syntheticFnr(randomUUID());
    const same = await client(`innbygger:${fnr}`);
    const found = async () => (await same.index('innsyn').search<{ id: string }>('')).hits.map(({ id }) => id);
    expect(await found()).toEqual([]);
    const id = await app.persons.identify({ fnr });
    await app.index.write(firstGeneration, { put: [thing('forste', { eksponertFor: [exposure.person(id)], tekst: '' })], remove: [] });
    expect(await found()).toEqual(['forste']);
    const later = await client(`innbygger:${fnr}`);
    await app.persons.forget(id);
    expect(await refused(later.index('innsyn').search(''))).toEqual([403, 'invalid_api_key', 'auth']);
    await app.index.write(firstGeneration, { put: [], remove: ['forste'] });
  });

  it('finner bare det innloggingsnivået rekker til', async () => {
    expect(await ids('', {}, `${kari}:3`)).toEqual(['barnehage', 'skatt', 'byggesak']);
  });

  it('finner det som er virksomhetens når hun søker på vegne av den, og ikke ellers', async () => {
    const as = async (query: string) => (await (await client(liv, query)).index('innsyn').search<{ id: string }>('byggesak')).hits.map(({ id }) => id);
    expect(await as('')).toEqual(['hennes']);
    expect(await as(`?onBehalfOf=${havn}`)).toEqual(['havnas']);
    const { status, body } = await app.as(kari).post('/innsyn-sok/api/v1/token?onBehalfOf=311234560')();
    expect([status, body]).toMatchObject([403, { errorCode: 'KAN_IKKE_REPRESENTERE' }]);
  });

  it('ser posten fra en SvarUt-konto fra den slås på til den slås av, med det samme tokenet', async () => {
    const same = await client();
    const found = async () => (await same.index('innsyn').search<{ id: string }>('svarut')).hits.map(({ id }) => id);
    const show = (synlig: boolean) => kommune.administrator.put(kommune.own(`svarut-kontoer/${konto}`), { synlig })();
    expect(await found()).toEqual([]);
    expect((await show(true)).status).toBe(200);
    expect(await found()).toEqual(['brev']);
    expect((await show(false)).status).toBe(200);
    expect(await found()).toEqual([]);
  });

  it('får treffene slik protokollen har dem, uten hvem de er eksponert for og hvor de kommer fra i loggen', async () => {
    const answer = await search('storgata', { attributesToHighlight: ['*'], highlightPreTag: '<b>', highlightPostTag: '</b>', showRankingScore: true, facets: ['type'] });
    expect(answer).toMatchObject({ query: 'storgata', limit: 20, offset: 0, estimatedTotalHits: 1, facetDistribution: { type: { mappe: 1 } } });
    expect(Object.keys(answer.hits[0]!).sort()).toEqual(
      ['_formatted', '_rankingScore', 'dato', 'fiksOrgId', 'id', 'mappeType', 'matrikkel', 'meldingId', 'metadata', 'sikkerhetsniva', 'tekst', 'tittel', 'type', 'venter', 'versjon'].sort(),
    );
    expect(answer.hits[0]).toMatchObject({ metadata: { type: 'mappe', internType: 'BYGGESAK', minPart: { navn: 'Liv' } } });
    expect(JSON.stringify(answer)).not.toContain('28929930039');
    expect(answer.hits[0]!._formatted).toMatchObject({ tittel: 'Byggesak <b>Storgata</b> 5', tekst: 'Søknad om garasje', dato: String(Date.parse('2026-11-10T12:00:00Z')) });
    expect((await search('storgata', { attributesToRetrieve: ['tittel', 'eksponertFor', 'position', 'kontoId'] })).hits).toEqual([{ tittel: 'Byggesak Storgata 5' }]);
  });

  it('blar, sorterer og filtrerer', async () => {
    expect(await search('', { page: 2, hitsPerPage: 3 })).toMatchObject({ hits: [{ id: 'hemmelig' }], page: 2, hitsPerPage: 3, totalPages: 2, totalHits: 4 });
    expect(await search('', { offset: 1, limit: 2 })).toMatchObject({ hits: [{ id: 'skatt' }, { id: 'byggesak' }], offset: 1, limit: 2, estimatedTotalHits: 4 });
    expect(await ids('', { sort: ['dato:asc'] })).toEqual(['hemmelig', 'byggesak', 'barnehage', 'skatt']);
    expect(await ids('', { sort: ['dato:asc', 'dato:desc'] })).toEqual(['hemmelig', 'byggesak', 'barnehage', 'skatt']);
    expect(await ids('', { sort: ['dato:desc'] })).toEqual(['skatt', 'barnehage', 'byggesak', 'hemmelig']);
    expect(await ids('', { filter: 'type = faktura AND NOT status = BETALT' })).toEqual(['barnehage']);
    expect(await ids('', { filter: [['arstall = 2025', 'mappeType EXISTS'], `fiksOrgId IN [bergen, "oslo"]`] })).toEqual(['skatt', 'byggesak']);
    expect(await ids('', { filter: `dato ${Date.parse('2026-11-10')} TO ${Date.parse('2026-11-12')}` })).toEqual(['barnehage', 'byggesak']);
  });

  it('filtrerer uten forskjell på store og små bokstaver, og sammenligner tekster', async () => {
    const expected: readonly (readonly [string, readonly string[]])[] = [
      ['status = betalt', ['skatt']],
      ['type = FAKTURA', ['barnehage', 'skatt']],
      ['status STARTS WITH ikke', ['barnehage']],
      ['status NOT STARTS WITH ikke', ['skatt', 'byggesak', 'hemmelig']],
      ['arstall > 2025', ['barnehage']],
      ['arstall 2025 TO 2026', ['barnehage', 'skatt']],
      ['dato > tekst', []],
      ['status IS NULL', []],
      ['status IS NOT EMPTY', ['barnehage', 'skatt', 'byggesak', 'hemmelig']],
    ];
    for (const [filter, hits] of expected) expect([filter, await ids('', { filter })]).toEqual([filter, hits]);
  });

  it('finner setninger, utelater ord, og viser dem med flest av ordene til slutt', async () => {
    expect(await ids('"søknad om garasje"')).toEqual(['byggesak']);
    expect(await ids('"garasje om søknad"')).toEqual([]);
    expect(await ids('faktura -eiendomsskatt')).toEqual(['barnehage']);
    expect(await ids('faktura skatt')).toEqual(['skatt', 'barnehage']);
    expect(await ids('faktura skatt', { matchingStrategy: 'all' })).toEqual(['skatt']);
    expect(await ids('faktura garasje', { matchingStrategy: 'frequency' })).toEqual(['byggesak']);
    expect(await ids('garasje', { attributesToSearchOn: ['tittel'] })).toEqual([]);
    expect(await ids('garasje', { attributesToSearchOn: ['tekst'] })).toEqual(['byggesak']);
  });

  it('får utdrag, hvor treffene står, og vurderingen av dem', async () => {
    const { hits } = await search('garasje', { attributesToRetrieve: ['id'], attributesToCrop: ['tekst:1'], attributesToHighlight: ['tekst'], cropMarker: '[…]', showMatchesPosition: true, showRankingScoreDetails: true, retrieveVectors: true });
    expect(hits).toEqual([
      {
        id: 'byggesak',
        _formatted: { id: 'byggesak', tekst: '[…]<em>garasje</em>' },
        // In bytes: ø has two.
        _matchesPosition: { tekst: [{ start: 11, length: 7 }] },
        _rankingScoreDetails: expect.objectContaining({ 'venter:desc': { order: 0, value: 0 } }) as unknown,
        _vectors: {},
      },
    ]);
    expect((await search('', { filter: 'id = byggesak', attributesToRetrieve: [], attributesToCrop: ['*'], cropLength: 2 })).hits[0]!._formatted).toMatchObject({ tittel: 'Byggesak Storgata…', tekst: 'Søknad om…' });
    expect((await search('garasje', { attributesToRetrieve: ['id'], attributesToHighlight: ['finnesIkke'] })).hits).toEqual([{ id: 'byggesak' }]);
  });

  it('velger blant treffene etter verdi og vurdering', async () => {
    expect(await search('', { distinct: 'fiksOrgId' })).toMatchObject({ hits: [{ id: 'barnehage' }, { id: 'skatt' }], estimatedTotalHits: 2 });
    expect(await search('', { distinct: 'mappeType', limit: 2, offset: 1 })).toMatchObject({ hits: [{ id: 'skatt' }, { id: 'byggesak' }], estimatedTotalHits: 4 });
    expect(await search('', { rankingScoreThreshold: 0, limit: 1, offset: 1 })).toMatchObject({ hits: [{ id: 'skatt' }], limit: 1, offset: 1, estimatedTotalHits: 4 });
    const { hits } = await search('garasje storgata faktura', { matchingStrategy: 'last', showRankingScore: true });
    expect(await search('garasje storgata faktura', { rankingScoreThreshold: Math.min(1, hits[0]!._rankingScore! + 0.01) })).toMatchObject({ hits: [], estimatedTotalHits: 0 });
    expect(await search('garasje storgata faktura', { rankingScoreThreshold: hits[0]!._rankingScore! - 0.01, locales: ['nob'] })).toMatchObject({ hits: [{ id: 'byggesak' }], estimatedTotalHits: 1 });
  });

  it('får fasetter av alle felter, med minst og størst tall', async () => {
    const { facetDistribution, facetStats } = await search('', { facets: ['venter', 'dato', 'matrikkel'], limit: 0 });
    expect(facetDistribution).toMatchObject({ venter: { 0: 3, 1: 1 }, matrikkel: { '4601-164/1203/0/0': 1 } });
    expect(facetStats).toEqual({ venter: { min: 0, max: 1 }, dato: { min: Date.parse('2026-11-09T12:00:00Z'), max: Date.parse('2026-11-12T12:00:00Z') } });
    for (const facet of ['eksponertFor', 'kontoId']) expect((await search('', { facets: ['*'], limit: 0 })).facetDistribution).not.toHaveProperty(facet);
  });

  it('får én liste av flere spørsmål', async () => {
    const kariClient = await client();
    const federated = (federation: object, ...queries: readonly object[]) => kariClient.multiSearch({ federation, queries: queries.map((query) => ({ indexUid: 'innsyn', attributesToRetrieve: ['id'], ...query })) });
    const { hits, ...page } = await federated({}, { q: 'garasje' }, { q: 'faktura' });
    expect(hits.map(({ id, _federation }) => [id as string, _federation?.queriesPosition, _federation?.indexUid])).toEqual([['barnehage', 1, 'innsyn'], ['skatt', 1, 'innsyn'], ['byggesak', 0, 'innsyn']]);
    expect(page).toMatchObject({ limit: 20, offset: 0, estimatedTotalHits: 3 });
    expect((await federated({ limit: 1, offset: 1 }, { q: 'garasje' }, { q: 'faktura' })).hits).toMatchObject([{ id: 'skatt' }]);
    expect((await federated({}, { q: 'faktura', federationOptions: { weight: 0.1 } }, { filter: 'id = byggesak' })).hits.map(({ id }) => id as string)).toEqual(['barnehage', 'byggesak', 'skatt']);
    expect((await federated({}, { q: 'skatt' }, { q: 'faktura skatt' })).hits).toHaveLength(2);
    const bad: readonly (readonly [object, object, string])[] = [
      [{ facetsByIndex: {} }, {}, 'invalid_multi_search_federation'],
      [{ limit: -1 }, {}, 'invalid_multi_search_limit'],
      [{}, { limit: 3 }, 'invalid_multi_search_query_pagination'],
      [{}, { facets: ['type'] }, 'invalid_multi_search_query_facets'],
      [{}, { federationOptions: { weight: -1 } }, 'invalid_multi_search_weight'],
      [{}, { federationOptions: { remote: 'x' } }, 'invalid_multi_search_weight'],
      [{ limit: 1001 }, {}, 'invalid_search_limit'],
    ];
    for (const [federation, query, code] of bad) expect(await refused(federated(federation, query))).toEqual([400, code, 'invalid_request']);
  });

  it('får høyst tusen treff, hva den enn ber om', async () => {
    expect(await search('', { limit: 5000 })).toMatchObject({ limit: 5000, estimatedTotalHits: 4 });
    expect(await search('', { page: 0 })).toMatchObject({ hits: [], hitsPerPage: 20, page: 0, totalPages: 1, totalHits: 4 });
    const { token: bearer } = await token(kari);
    const ask = (path: string, init: RequestInit = {}) => fetch(`${host()}${path}`, { ...init, headers: { Authorization: `Bearer ${bearer}` } });
    expect(await (await ask('/indexes/innsyn/search?q=skatt&limit=1&cropLength=3&rankingScoreThreshold=0.1&attributesToRetrieve=id')).json()).toMatchObject({ query: 'skatt', hits: [{ id: 'skatt' }] });
    expect([(await ask('/indexes/innsyn/search', { method: 'PUT' })).status, (await ask('/indexes')).status, (await ask('/finnes-ikke')).status]).toEqual([405, 403, 404]);
  });

  it('kan ikke utvide med filteret det hun får se', async () => {
    for (const filter of ['id EXISTS OR type = post', 'NOT id = x', [['status = HENNES', 'id EXISTS']], 'sikkerhetsniva >= 0']) {
      const { hits, facetDistribution, estimatedTotalHits } = await search('byggesak', { filter, facets: ['*'] });
      expect(hits.map(({ id }) => id)).toEqual(['byggesak']);
      expect(estimatedTotalHits).toBe(1);
      expect(facetDistribution).toMatchObject({ fiksOrgId: { bergen: 1 } });
      expect(facetDistribution).not.toHaveProperty('status');
    }
  });

  it('søker med GET, i flere spørsmål på en gang, og blant verdiene i en fasett', async () => {
    const kariClient = await client();
    const index = kariClient.index('innsyn');
    expect(await index.searchGet('faktura', { filter: 'status = BETALT', facets: ['status'], limit: 1 })).toMatchObject({ hits: [{ id: 'skatt' }], facetDistribution: { status: { BETALT: 1 } } });
    const { results } = await kariClient.multiSearch({ queries: [{ indexUid: 'innsyn', q: 'faktura', limit: 0, facets: ['arstall'] }, { indexUid: 'innsyn', q: 'garasje' }] });
    expect(results).toMatchObject([{ indexUid: 'innsyn', hits: [], estimatedTotalHits: 2, facetDistribution: { arstall: { 2025: 1, 2026: 1 } } }, { indexUid: 'innsyn', hits: [{ id: 'byggesak' }] }]);
    expect(await index.searchForFacetValues({ facetName: 'status', facetQuery: 'ikke' })).toMatchObject({ facetHits: [{ value: 'IKKE_BETALT', count: 1 }], facetQuery: 'ikke' });
    expect(await index.searchForFacetValues({ facetName: 'status', filter: 'arstall = 2025' })).toMatchObject({ facetHits: [{ value: 'BETALT', count: 1 }], facetQuery: null });
    const inText = async (attribute: string) => (await index.searchForFacetValues({ facetName: 'type', q: 'garasje', attributesToSearchOn: [attribute] })).facetHits;
    expect([await inText('tittel'), await inText('tekst')]).toEqual([[], [{ value: 'mappe', count: 1 }]]);
    expect((await index.searchForFacetValues({ facetName: 'fiksOrgId', facetQuery: 'nabo' })).facetHits).toEqual([]);
    expect(await kariClient.health()).toEqual({ status: 'available' });
    expect(await kariClient.getVersion()).toMatchObject({ pkgVersion: '1.50.0' });
  });

  it('kan være en InstantSearch-side', async () => {
    const { token: bearer } = await token(kari);
    const made: unknown = instantMeiliSearch(host(), bearer, { finitePagination: true });
    const { searchClient } = made as { readonly searchClient: InstantSearchClient };
    const { results } = await searchClient.search([
      { indexName: 'innsyn', params: { query: 'faktura', facets: ['status'], facetFilters: [['status:BETALT']], hitsPerPage: 5, page: 0 } },
      { indexName: 'innsyn:dato:asc', params: { query: '', facets: ['type'], numericFilters: [`dato>=${Date.parse('2026-11-10')}`], hitsPerPage: 2, page: 0 } },
    ]);
    expect(results).toMatchObject([
      { nbHits: 1, nbPages: 1, facets: { status: { BETALT: 1 } }, hits: [{ id: 'skatt', _highlightResult: { tittel: { value: '__ais-highlight__Faktura__/ais-highlight__ for eiendomsskatt' } } }] },
      { nbHits: 3, nbPages: 2, hits: [{ id: 'byggesak' }, { id: 'barnehage' }] },
    ]);
    const [values] = await searchClient.searchForFacetValues([{ indexName: 'innsyn', params: { facetName: 'status', facetQuery: 'bet' } }]);
    expect(values).toMatchObject({ facetHits: [{ value: 'BETALT', highlighted: 'BETALT', count: 1 }] });
  });

  it('avvises med protokollens egne koder', async () => {
    const index = (await client()).index('innsyn');
    const bad: readonly (readonly [object, string])[] = [
      [{ filter: 'eksponertFor = "offentlig"' }, 'invalid_search_filter'],
      [{ filter: 'kontoId EXISTS' }, 'invalid_search_filter'],
      [{ filter: 'type = ' }, 'invalid_search_filter'],
      [{ facets: ['eksponertFor'] }, 'invalid_search_facets'],
      [{ sort: ['tittel:asc'] }, 'invalid_search_sort'],
      [{ matchingStrategy: 'most' }, 'invalid_search_matching_strategy'],
      [{ attributesToCrop: 'tekst' }, 'invalid_search_attributes_to_crop'],
      [{ attributesToSearchOn: ['status'] }, 'invalid_search_attributes_to_search_on'],
      [{ distinct: 'eksponertFor' }, 'invalid_search_distinct'],
      [{ locales: ['xyz'] }, 'invalid_search_locales'],
      [{ rankingScoreThreshold: 1.1 }, 'invalid_search_ranking_score_threshold'],
      [{ hybrid: { embedder: 'x' } }, 'invalid_search_embedder'],
      [{ vector: [1] }, 'invalid_search_vector'],
      [{ limit: -1 }, 'invalid_search_limit'],
      [{ limit: null }, 'invalid_search_limit'],
      [{ filter: 'status CONTAINS x' }, 'feature_not_enabled'],
      [{ ukjent: 1 }, 'bad_request'],
    ];
    for (const [options, code] of bad) expect(await refused(index.search('', options))).toEqual([400, code, 'invalid_request']);
    expect(await refused(index.searchForFacetValues({ facetName: 'eksponertFor' }))).toEqual([400, 'invalid_facet_search_facet_name', 'invalid_request']);
    expect(await refused((await client()).index('annen').search(''))).toEqual([403, 'invalid_api_key', 'auth']);
    expect(await refused((await client()).getKeys())).toEqual([403, 'invalid_api_key', 'auth']);
    expect(await refused((await client()).index('innsyn').getStats())).toEqual([403, 'invalid_api_key', 'auth']);
    expect(await refused((await client()).multiSearch({ queries: [{ indexUid: 'innsyn', filter: 'x = 1' }] }))).toEqual([400, 'invalid_search_filter', 'invalid_request']);
  });

  it('kan ikke be om så mye at andre må vente', async () => {
    const kariClient = await client();
    const index = kariClient.index('innsyn');
    const names = (count: number) => Array.from({ length: count }, () => 'tittel');
    const limits: readonly (readonly [(size: number) => object, most: number, string])[] = [
      [(size) => ({ q: 'x'.repeat(size) }), 10_000, 'invalid_search_q'],
      [(size) => ({ highlightPreTag: 'x'.repeat(size), attributesToHighlight: ['*'] }), 100, 'invalid_search_highlight_pre_tag'],
      [(size) => ({ highlightPostTag: 'x'.repeat(size), attributesToHighlight: ['*'] }), 100, 'invalid_search_highlight_post_tag'],
      [(size) => ({ attributesToRetrieve: names(size) }), 100, 'invalid_search_attributes_to_retrieve'],
      [(size) => ({ attributesToHighlight: names(size) }), 100, 'invalid_search_attributes_to_highlight'],
      [(size) => ({ facets: names(size).map(() => 'type') }), 100, 'invalid_search_facets'],
      [(size) => ({ filter: `id IN [${Array.from({ length: size }, (_, n) => `a${n}`).join()}]` }), 1000, 'invalid_search_filter'],
      [(size) => ({ filter: [Array.from({ length: size }, (_, n) => `dato ${n}.1 TO ${n}.2`)] }), 100, 'invalid_search_filter'],
    ];
    for (const [options, most, code] of limits) {
      const { q = '', ...more } = options(most) as { q?: string };
      expect((await index.search(q, more)).hits).toEqual(expect.any(Array));
      const { q: longer = '', ...over } = options(most + 1) as { q?: string };
      expect(await refused(index.search(longer, over))).toEqual([400, code, 'invalid_request']);
    }
    expect(await refused(index.searchForFacetValues({ facetName: 'status', facetQuery: 'x'.repeat(10_001) }))).toEqual([400, 'invalid_facet_search_facet_query', 'invalid_request']);
    const together = (limit: number) => kariClient.multiSearch({ queries: [{ indexUid: 'innsyn', limit: 500 }, { indexUid: 'innsyn', limit }] });
    expect((await together(500)).results).toHaveLength(2);
    expect(await refused(together(501))).toEqual([400, 'invalid_search_limit', 'invalid_request']);
    // Hits that are read only to choose among them count, too.
    const choosing = (count: number, query: object, federation?: object) => kariClient.multiSearch({ ...(federation && { federation }), queries: Array.from({ length: count }, () => ({ indexUid: 'innsyn', ...query })) });
    for (const [query, federation] of [[{ distinct: 'type', limit: 1 }], [{ rankingScoreThreshold: 0.1, limit: 1 }], [{}, { limit: 1000 }]] as const) {
      await choosing(10, query, federation);
      expect(await refused(choosing(11, query, federation))).toEqual([400, 'invalid_search_limit', 'invalid_request']);
    }
  });

  it('får ikke et større svar fordi noen har sendt store meldinger', async () => {
    const tekst = 'faktura '.repeat(1500);
    const ids = ['stor1', 'stor2', 'stor3'];
    const mine = exposure.person((await app.person(kari)).id);
    const metadata = { tittel: 'Stor', dokumenter: [{ tittel: 'x'.repeat(2_000_000) }] };
    for (const id of ids) await app.index.write(firstGeneration, { put: [thing(id, { eksponertFor: [mine], tittel: 'Stor', tekst, metadata })], remove: [] });
    const { hits } = await search('', { filter: `id IN [${ids.join()}]`, attributesToRetrieve: ['id', 'tekst', 'metadata'] });
    expect(hits.map((hit) => JSON.stringify(hit).length > 2000)).toEqual([true, true, false]);
    expect(hits[2]).toMatchObject({ tekst: expect.stringMatching(/^faktura .{291}…$/) as string, metadata: { tittel: 'Stor', dokumenter: [] } });
    const marked = await search('faktura', { filter: 'id = stor1', attributesToRetrieve: ['id'], attributesToHighlight: ['tekst'] });
    expect(JSON.stringify(marked.hits[0]!._formatted).match(/<em>/g)).toHaveLength(1000);
    await app.index.write(firstGeneration, { put: [], remove: ids });
  });

  it('står ikke i loggen over våre egne feil når det er hun som har spurt galt', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    expect(await refused((await client()).index('innsyn').search('', { filter: 'type = ' }))).toEqual([400, 'invalid_search_filter', 'invalid_request']);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  it('etterlater én linje i loggen når indeksen er borte', async () => {
    const [error, warn] = (['error', 'warn'] as const).map((level) => jest.spyOn(Logger.prototype, level).mockReturnValue());
    const away = jest.spyOn(app.index, 'searchMany').mockRejectedValue(new SearchUnavailable());
    expect(await refused((await client()).index('innsyn').search(''))).toEqual([503, 'internal', 'internal']);
    expect(error).not.toHaveBeenCalled();
    expect(warn!.mock.calls).toEqual([[expect.stringMatching(/^[0-9a-f-]{36} POST internal$/)]]);
    for (const spy of [error!, warn!, away]) spy.mockRestore();
  });

  it('slipper ikke inn uten et token som gjelder', async () => {
    const { token: bearer } = await token(kari);
    const [header, claims, signature] = bearer.split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), exp: 9_999_999_999 })).toString('base64url');
    for (const apiKey of [`${header}.${forged}.${signature}`, `${header}.${claims}.`, 'x.y.z'])
      expect(await refused(new Meilisearch({ host: host(), apiKey }).index('innsyn').search(''))).toEqual([403, 'invalid_api_key', 'auth']);
    expect(await refused(new Meilisearch({ host: host() }).index('innsyn').search(''))).toEqual([401, 'missing_authorization_header', 'auth']);
    expect((await app.bearing(bearer).get(kommune.own('svarut-kontoer'))()).status).toBe(401);
    expect((await app.bearing().post('/innsyn-sok/api/v1/token')()).status).toBe(401);
    expect((await app.as('plattform').post('/innsyn-sok/api/v1/token')()).status).toBe(403);
    app.clock.set('2026-11-23T12:15:01Z');
    expect(await refused(new Meilisearch({ host: host(), apiKey: bearer }).index('innsyn').search(''))).toEqual([403, 'invalid_api_key', 'auth']);
    app.clock.set('2026-11-23T12:00:00Z');
  });

  it('kan kjøre på andres sider', async () => {
    const preflight = await fetch(`${host()}/indexes/innsyn/search`, { method: 'OPTIONS', headers: { Origin: 'https://min.example.no', 'Access-Control-Request-Method': 'POST' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    // The clients send their token and JSON. Browsers do not let `*` cover Authorization.
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*, Authorization');
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(preflight.headers.get('x-request-id')).not.toBeNull();
    const { token: bearer } = await token(kari);
    const wrong = await fetch(`${host()}/multi-search`, { method: 'POST', body: '{', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' } });
    expect([wrong.status, wrong.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
    expect(await wrong.json()).toMatchObject({ code: 'malformed_payload', type: 'invalid_request' });
    const elsewhere = await fetch(`${app.url}/organisasjoner`, { method: 'OPTIONS', headers: { Origin: 'https://min.example.no', 'Access-Control-Request-Method': 'GET' } });
    expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([404, null]);
  });
});
