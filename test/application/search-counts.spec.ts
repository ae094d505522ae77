import { jest } from '@jest/globals';
import { SearchAlt, SearchAltHandler } from '../../src/application/innsyn/multi.js';
import type { Searcher } from '../../src/application/innsyn/search-access.js';
import { SearchAsClient, SearchAsClientHandler } from '../../src/application/innsyn/search-client.js';
import { SearchInnsyn, SearchInnsynHandler, type Soketype } from '../../src/application/innsyn/sok.js';
import { exactCountLimit, type SearchQuery } from '../../src/application/ports/search-index.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { answerOf } from '../../src/interfaces/http/sok/meilisearch-answer.js';
import { readSearch } from '../../src/interfaces/http/sok/meilisearch-search.js';
import { thing } from '../contract/search-index.examples.js';
import { numbered } from '../support/generations.js';

// Counts that are shown as exact are so, on an index whose estimates stop at the limit.

const documents = exactCountLimit + 500;

/** An index whose estimates stop at the limit, as PostgreSQL's do. */
class Estimating extends MemorySearchIndex {
  override async searchMany(queries: readonly SearchQuery[]) {
    const results = await super.searchMany(queries);
    return results.map((result, n) => ({ ...result, total: queries[n]!.count === 'exact' || queries[n]!.facets?.length ? result.total : Math.min(result.total, exactCountLimit + 1) }));
  }
}
const filled = async () => {
  const index = new Estimating();
  await index.prepare(numbered(1));
  const about = (id: string, sikkerhetsniva: number) => thing(id, { type: 'post', versjon: 'FORSENDELSE_V2', eksponertFor: ['person:1'], sikkerhetsniva });
  await index.write(numbered(1), { put: Array.from({ length: documents }, (_, n) => [about(`s${n}`, 3), about(`h${n}`, 4)]).flat(), remove: [] });
  await index.serve(numbered(1));
  return index;
};
const searcher = { eksponeringer: ['person:1'], innloggingsniva: 3, kontoer: [], now: 0, eiendommer: [] };
const innsyn = { runAs: (_sporsmal: unknown, _sok: unknown, look: (one: Searcher) => unknown) => look(searcher) } as never;
const oversikter = { now: () => ({ driftsmeldinger: () => [], organisasjon: (id: string) => ({ id, visningsnavn: 'Bergen' }) }) } as never;
const clock = { now: () => '2026-11-23T12:00:00.000Z' };
const page = { term: '', fra: 0, antall: 1, sortering: 'RELEVANS' } as const;

describe('The number of hits', () => {
  it.each<Soketype>(['post'])('of %s/sok is exact, and so is the number of hidden ones', async (sok) => {
    const answer = await new SearchInnsynHandler(innsyn, await filled(), oversikter, clock as never).execute(new SearchInnsyn({} as never, sok, page, {}));
    expect(answer.grupper).toMatchObject([{ antallTreff: documents, treffMedHoyereInnloggingsniva: documents }]);
  });

  it('and their period take two queries of the index, and one when no level hides any', async () => {
    const index = await filled();
    const search = jest.spyOn(index, 'searchMany');
    for (const [innloggingsniva, queries] of [[3, 2], [4, 1]] as const) {
      const as = { runAs: (_sporsmal: unknown, _sok: unknown, look: (one: Searcher) => unknown) => look({ ...searcher, innloggingsniva }) } as never;
      search.mockClear();
      const answer = await new SearchInnsynHandler(as, index, oversikter, clock as never).execute(new SearchInnsyn({} as never, 'post', page, { fiksOrganisasjon: ['org'] }));
      expect(search.mock.calls.map(([asked]) => asked.length)).toEqual([queries]);
      expect(answer.grupper[0]).toMatchObject({ dateRange: { fraDato: '2023-11-14T22:13:20.000Z', tilDato: '2023-11-14T22:13:20.000Z' } });
    }
  });

  it('of each group of multi/sok is exact', async () => {
    const answer = await new SearchAltHandler(innsyn, await filled(), oversikter).execute(new SearchAlt({} as never, page));
    expect(answer.post).toMatchObject({ antallTreff: documents, treffMedHoyereInnloggingsniva: documents });
  });

  it('of a client is exact in totalHits and beside facets, and an estimate in estimatedTotalHits', async () => {
    const handler = new SearchAsClientHandler({ resolve: () => Promise.resolve(searcher) } as never, await filled(), clock as never);
    const asked = async (body: object) => {
      const search = readSearch({ limit: 1, ...body });
      const [result] = await handler.execute(new SearchAsClient({} as never, [search.question]));
      return answerOf(search, result!, 0);
    };
    expect(await asked({ page: 1, hitsPerPage: 10 })).toMatchObject({ totalHits: documents });
    expect(await asked({ facets: ['type'] })).toMatchObject({ estimatedTotalHits: documents, facetDistribution: { type: { post: documents } } });
    expect((await asked({}))['estimatedTotalHits']).toBeGreaterThan(exactCountLimit);
  });

  it('of a client may be more than the pages that can be reached', () => {
    const answer = answerOf(readSearch({ page: 1, hitsPerPage: 100 }), { hits: [], total: 50_000, facets: {} }, 0);
    expect(answer).toMatchObject({ totalHits: 50_000, totalPages: 105 });
  });

  it('of hidden ones has typing errors only when the hits have, and then takes a second round trip', async () => {
    const index = new MemorySearchIndex();
    const about = (id: string, sikkerhetsniva: number, tittel: string) => thing(id, { type: 'post', versjon: 'FORSENDELSE_V2', eksponertFor: ['person:1'], sikkerhetsniva, tittel, tekst: '' });
    await index.prepare(numbered(1));
    await index.write(numbered(1), { put: [about('s', 3, 'Barnehage'), about('h', 4, 'Barnehave')], remove: [] });
    await index.serve(numbered(1));
    const asked = jest.spyOn(index, 'searchMany');
    const handler = new SearchInnsynHandler(innsyn, index, oversikter, clock as never);
    const hits = async (term: string) => {
      asked.mockClear();
      const [gruppe] = (await handler.execute(new SearchInnsyn({} as never, 'post', { ...page, term }, {}))).grupper;
      return [gruppe!.antallTreff, gruppe!.treffMedHoyereInnloggingsniva, asked.mock.calls.length];
    };
    expect(await hits('barnehage')).toEqual([1, 0, 1]);
    expect(await hits('barnehave')).toEqual([1, 1, 1]);
    expect(await hits('barnehaje')).toEqual([1, 1, 2]);
    expect(await hits('')).toEqual([1, 1, 1]);
    expect(await hits('rådhus')).toEqual([0, 0, 2]);
  });
});
