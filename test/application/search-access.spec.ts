import { accessFilter, typesIn, type Searcher } from '../../src/application/innsyn/search-access.js';
import { SearchInnsyn, SearchInnsynHandler } from '../../src/application/innsyn/sok.js';
import { searchTypes, type Filter, type SearchQuery, type SearchType } from '../../src/application/ports/search-index.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { thing } from '../contract/search-index.examples.js';
import { numbered } from '../support/generations.js';

const searcher: Searcher = { eksponeringer: ['person:1'], innloggingsniva: 3, kontoer: [], now: 0 };
const type = (...types: readonly string[]): Filter => ({ field: 'type', in: types });
const status: Filter = { field: 'status', in: ['BETALT'] };

describe('The types that documents meeting a filter can have', () => {
  it.each<[string, Filter | undefined, readonly SearchType[]]>([
    ['no filter', undefined, searchTypes],
    ['a list of types', type('faktura', 'mappe', 'bil'), ['mappe', 'faktura']],
    ['another field', status, searchTypes],
    ['that the type is missing', { field: 'type', exists: false }, searchTypes],
    ['a type and more', { and: [status, type('faktura')] }, ['faktura']],
    ['two types at once', { and: [type('faktura', 'post'), type('post', 'mappe')] }, ['post']],
    ['either type', { or: [type('faktura'), { and: [type('post'), status] }] }, ['post', 'faktura']],
    ['a type or something else', { or: [type('faktura'), status] }, searchTypes],
    ['not a type', { not: type('faktura') }, searchTypes],
    ['no conditions', { and: [] }, searchTypes],
    ['no alternatives', { or: [] }, []],
  ])('of %s', (_, filter, types) => {
    expect(typesIn(filter)).toEqual(types);
  });

  it('of a deep filter are found at the cost of reading it once', () => {
    let deep: Filter = type('faktura', 'mappe');
    for (let n = 0; n < 12; n++) deep = { and: [{ or: [deep, type('bil')] }, status] };
    expect(typesIn(deep)).toEqual(['mappe', 'faktura']);
  });
});

describe('The access filter', () => {
  /** The exposures that match, among those of a document of each type that is public, of one of hers, and of another's. */
  const matched = async (access: Filter): Promise<readonly string[]> => {
    const index = new MemorySearchIndex();
    await index.prepare(numbered(1));
    const exposures = ['person:1', 'person:2', 'offentlig', ...searchTypes.map((one) => `offentlig:${one}`)];
    await index.write(numbered(1), { put: exposures.map((one, n) => thing(`d${n}`, { eksponertFor: [one], dato: n })), remove: [] });
    await index.serve(numbered(1));
    const { hits } = await index.search({ term: '', access, sort: 'DATO_ASC', offset: 0, limit: 100 });
    return hits.flatMap(({ document }) => document.eksponertFor);
  };

  it('asks for what is hers, and for what is public in the types, in the form of earlier indexes too', async () => {
    expect(await matched(accessFilter(searcher, ['faktura', 'mappe']))).toEqual(['person:1', 'offentlig', 'offentlig:mappe', 'offentlig:faktura']);
    expect(await matched(accessFilter(searcher, []))).toEqual(['person:1', 'offentlig']);
  });

  it('of a search in mapper does not ask for public documents of other types', async () => {
    const asked: SearchQuery[] = [];
    const index = new MemorySearchIndex();
    index.searchMany = (queries) => {
      asked.push(...queries);
      return Promise.resolve(queries.map(() => ({ hits: [], total: 0, facets: {} })));
    };
    const handler = new SearchInnsynHandler(
      { runAs: (_sporsmal: unknown, _sok: unknown, look: (one: Searcher) => unknown) => look(searcher) } as never,
      index,
      { now: () => ({ driftsmeldinger: () => [] }) } as never,
      { now: () => '2026-11-23T12:00:00.000Z' } as never,
    );
    await handler.execute(new SearchInnsyn({} as never, 'mappe', { term: '', fra: 0, antall: 10, sortering: 'RELEVANS' }, {}));
    for (const { access } of asked) expect(JSON.stringify(access)).not.toContain('kommunaltjeneste');
    expect(JSON.stringify(asked[0]!.access)).toContain('offentlig:mappe');
  });
});
