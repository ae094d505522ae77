import { exposure } from '../../src/application/commands/exposure.js';
import { SearchAsClient, SearchAsClientHandler, SearchBudgetSpent, SearchFederatedAsClient, SearchFederatedAsClientHandler, type ClientQuery } from '../../src/application/innsyn/search-client.js';
import { searchLimits } from '../../src/application/innsyn/search-limits.js';
import type { SearchQuery } from '../../src/application/ports/search-index.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { thing } from '../contract/search-index.examples.js';
import { numbered } from '../support/generations.js';
import { errorResponse } from '../../src/interfaces/http/server/problem.filter.js';

const searcher = { eksponeringer: ['person:1'], innloggingsniva: 3, kontoer: [], now: 0, eiendommer: [] };
const about = (term: string): ClientQuery => ({ term, sort: 'RELEVANS', offset: 0, limit: 10 });
const different = Array.from({ length: searchLimits.queries }, (_, n) => about(`ord ${n}`));

/** Runs the queries on an index in which each query takes this long. Returns the terms of each round trip. */
async function run(questions: readonly ClientQuery[], ms: number) {
  let now = Date.parse('2026-11-23T12:00:00.000Z');
  const trips: string[][] = [];
  const index = new MemorySearchIndex();
  index.searchMany = (queries: readonly SearchQuery[]) => {
    trips.push(queries.map(({ term }) => term));
    now += ms * queries.length;
    return Promise.resolve(queries.map(({ term }) => ({ hits: [], total: Number(term.split(' ')[1]), facets: {} })));
  };
  const handler = new SearchAsClientHandler({ resolve: () => Promise.resolve(searcher) } as never, index, { now: () => new Date(now).toISOString() } as never);
  const results = await handler.execute(new SearchAsClient({} as never, questions)).catch((error: unknown) => error);
  return { trips, results };
}

describe('A request with many queries', () => {
  it('has a few of them in the index at a time, and gets all answers in their order', async () => {
    const { trips, results } = await run(different, 1);
    expect(trips.map(({ length }) => length)).toEqual(Array.from({ length: searchLimits.queries / searchLimits.queriesAtOnce }, () => searchLimits.queriesAtOnce));
    expect(results).toMatchObject(different.map((_, n) => ({ total: n })));
  });

  it('asks equal ones once', async () => {
    const { trips, results } = await run([about('ord 1'), about('ord 2'), ...Array.from({ length: 40 }, () => about('ord 1'))], 1);
    expect(trips).toEqual([['ord 1', 'ord 2']]);
    expect(results).toMatchObject([{ total: 1 }, { total: 2 }, ...Array.from({ length: 40 }, () => ({ total: 1 }))]);
  });

  it('starts no more of them when its time is used, and is told so', async () => {
    const { trips, results } = await run(different, 60);
    expect(trips.flat()).toHaveLength(20);
    expect(results).toBeInstanceOf(SearchBudgetSpent);
    const { status, body } = errorResponse(results, '/sok/multi-search');
    expect([status, body]).toMatchObject([429, { code: 'too_many_search_requests', message: 'Søket brukte opp tiden sin etter 20 av 100 spørsmål. Send færre spørsmål om gangen.' }]);
  });

  it('is never refused when it asks as few as a search page does', async () => {
    const { results } = await run(different.slice(0, searchLimits.queriesAtOnce), 5000);
    expect(results).toHaveLength(searchLimits.queriesAtOnce);
  });
});

describe('The matches of a hit', () => {
  /** The ids of the hits whose matches are looked for when the queries are answered. */
  async function markedBy(questions: readonly ClientQuery[], federation?: SearchFederatedAsClient['federation']) {
    const index = new MemorySearchIndex();
    await index.prepare(numbered(1));
    await index.write(numbered(1), { put: Array.from({ length: 50 }, (_, n) => thing(`d${n}`, { tittel: 'Garasje', tekst: '', dato: n })), remove: [] });
    await index.serve(numbered(1));
    const marked: string[] = [];
    const search = index.searchMany.bind(index);
    index.searchMany = async (queries) => {
      const results = await search(queries);
      for (const { hits } of results)
        for (const { document } of hits) {
          const { tittel } = document;
          Object.defineProperty(document, 'tittel', { enumerable: true, get: () => (marked.push(document.id), tittel) });
        }
      return results;
    };
    const made = [{ resolve: () => Promise.resolve({ ...searcher, eksponeringer: [exposure.offentlig] }) } as never, index, { now: () => '2026-11-23T12:00:00.000Z' } as never] as const;
    await (federation
      ? new SearchFederatedAsClientHandler(...made).execute(new SearchFederatedAsClient({} as never, questions, federation))
      : new SearchAsClientHandler(...made).execute(new SearchAsClient({} as never, questions)));
    return [...new Set(marked)];
  }

  it('are looked for in the hits that are shown alone', async () => {
    const query = { ...about('garasje'), limit: 2, matches: true } as const;
    expect(await markedBy([{ ...query, distinct: 'id' }])).toEqual(['d49', 'd48']);
    expect(await markedBy([{ ...query, threshold: 0.1 }])).toEqual(['d49', 'd48']);
    expect(await markedBy([{ ...query, limit: 50 }, { ...query, limit: 40 }], { limit: 2, offset: 1, weights: [1, 1] })).toEqual(['d48', 'd47']);
  });
});
