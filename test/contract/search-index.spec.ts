import { AssertionError } from 'node:assert/strict';
import { encodeGeneration, isEarlier, type Generation } from '../../src/application/ports/search-generation.js';
import type { Filter, SearchChanges, SearchDocument, SearchHit, SearchIndex, SearchQuery, SearchResult, Span } from '../../src/application/ports/search-index.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { until } from '../crash/until.js';
import { embeddedDatabase, onEngines, onServer, serverDatabase } from '../support/databases.js';
import { numbered } from '../support/generations.js';
import { rules, slowRules, type Rule } from './search-index.contract.js';
import { thing } from './search-index.examples.js';

type Indexes = Parameters<Rule['check']>[0];

const searchTables = async (database: Database) =>
  (await database.query<{ table: string }>({ name: '', text: `select tablename as table from pg_tables where tablename ~ '^search_\\d' order by 1` })).map(({ table }) => table);

const onDatabase = (open: () => Promise<Database>) => {
  let database: Promise<Database> | undefined;
  return async (): Promise<Indexes> => {
    const opened = await (database ??= open());
    for (const table of await searchTables(opened)) await opened.query({ name: '', text: `drop table ${table}` });
    await opened.query({ name: '', text: 'truncate search_generation' });
    return { index: new PostgresSearchIndex(opened), other: new PostgresSearchIndex(opened) };
  };
};

const adapters: Record<string, () => Indexes | Promise<Indexes>> = {
  memory: () => {
    const index = new MemorySearchIndex();
    return { index, other: index };
  },
  ...onEngines(onDatabase),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each([...rules, ...(onServer ? slowRules : [])].map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

it('PostgreSQL: words are forgotten with the last document that has them, and the tables with their generation', async () => {
  const database = await embeddedDatabase();
  const index = new PostgresSearchIndex(database);
  const words = async (generation = 1) => (await database.query<{ word: string }>({ name: '', text: `select word from search_${generation}_word order by 1` })).map(({ word }) => word).join(' ');
  await index.prepare(numbered(1));
  await index.write(numbered(1), { put: [thing('a', { tittel: 'Kari Nordmann', tekst: '' }), thing('b', { tittel: 'Kari', tekst: 'Åse', position: 1 })], remove: [] });
  await index.serve(numbered(1));
  expect(await words()).toBe('ase kari nordmann');
  await index.write(numbered(1), { put: [thing('b', { tittel: 'Kari', tekst: '', position: 2 })], remove: [] });
  expect(await words()).toBe('kari nordmann');
  await index.write(numbered(1), { put: [], remove: ['a'] });
  expect(await words()).toBe('kari');
  await index.prepare(numbered(2));
  await index.write(numbered(2), { put: [thing('a', { tittel: 'Ola Nordmann', tekst: '' }), thing('b', { tittel: 'Per', tekst: '' })], remove: [] });
  await index.write(numbered(2), { put: [thing('a', { tittel: 'Ola', tekst: '', position: 2 })], remove: ['b'] });
  await index.serve(numbered(2));
  expect(await words(2)).toBe('ola');
  expect(await searchTables(database)).toEqual(['search_2', 'search_2_text', 'search_2_word']);
});

if (onServer)
  it('PostgreSQL: making the indexes of a big archive may take longer than a statement may', async () => {
    const database = await serverDatabase({ statementTimeout: 500 });
    const index = new PostgresSearchIndex(database);
    await index.prepare(numbered(1));
    await index.write(numbered(1), { put: [thing('a')], remove: [] });
    // A reader that keeps its lock on the table delays the creation of indexes.
    const reader = (await database.tryLock('reader'))!;
    let served = Promise.resolve();
    let failed = false;
    await reader.transaction(async (tx) => {
      await tx.query({ name: '', text: 'lock table search_1 in row exclusive mode' });
      served = index.serve(numbered(1));
      served.catch(() => (failed = true));
      const waited = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and now() - query_start > '1 s' and query like 'create index%search_1 %'`;
      await until('an index has waited for longer', async () => failed || (await database.query({ name: '', text: waited })).length > 0);
    });
    await served;
    const [hit] = (await index.searchMany([{ term: '', access: { and: [] }, sort: 'RELEVANS', offset: 0, limit: 10 }]))[0]!.hits;
    expect(hit?.document.id).toBe('a');
  });

// --- saboteurs: indexes that are wrong in one way each, and the rule that detects them --------------------------------

type Patch = (honest: MemorySearchIndex) => Partial<SearchIndex>;
type FacetQuery = Parameters<SearchIndex['facetValues']>[0];

/** A memory index with some of its methods replaced. */
function sabotaged(patch: Patch): Indexes {
  const honest = new MemorySearchIndex();
  const methods = ['prepare', 'write', 'serve', 'withdraw', 'clear', 'mark', 'place', 'inspect', 'searchMany', 'facetValues'] as const;
  const whole = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
  const index = Object.assign(Object.create(MemorySearchIndex.prototype) as SearchIndex, whole, patch(honest));
  return { index, other: index };
}
const inQueries =
  (change: (query: SearchQuery) => SearchQuery): Patch =>
  (honest) => ({
    searchMany: (queries) => honest.searchMany(queries.map(change)),
    facetValues: ({ facet, prefix, ...query }) => honest.facetValues({ ...change({ ...query, sort: 'RELEVANS', offset: 0 }), facet, prefix, limit: query.limit }),
  });
const inSearches =
  (change: (query: SearchQuery) => SearchQuery): Patch =>
  (honest) => ({ searchMany: (queries) => honest.searchMany(queries.map(change)) });
const inTerms = (change: (term: string) => string): Patch => inQueries((query) => ({ ...query, term: change(query.term) }));
const inFilters = (change: (filter: Filter) => Filter): Patch => {
  const within = (filter: Filter): Filter => {
    if ('and' in filter) return change({ and: filter.and.map(within) });
    if ('or' in filter) return change({ or: filter.or.map(within) });
    return change('not' in filter ? { not: within(filter.not) } : filter);
  };
  return inQueries((query) => ({ ...query, ...(query.filter && { filter: within(query.filter) }) }));
};
const inResults =
  (change: (result: SearchResult, query: SearchQuery) => SearchResult): Patch =>
  (honest) => ({ searchMany: async (queries) => (await honest.searchMany(queries)).map((result, n) => change(result, queries[n]!)) });
const inHits = (change: (hit: SearchHit) => SearchHit): Patch => inResults((result) => ({ ...result, hits: result.hits.map(change) }));
const inMatches = (change: (spans: readonly Span[], text: string) => readonly Span[]): Patch =>
  inHits((hit) => (hit.matches ? { ...hit, matches: { tittel: change(hit.matches.tittel, hit.document.tittel), tekst: change(hit.matches.tekst, hit.document.tekst) } } : hit));
/** Changes the complete list of hits before the page is cut from it. */
const inAllHits = (change: (hits: readonly SearchHit[], query: SearchQuery) => readonly SearchHit[]): Patch => (honest) => ({
  searchMany: async (queries) => {
    const all = await honest.searchMany(queries.map((query) => ({ ...query, offset: 0, limit: 20_000 })));
    return all.map((result, n) => ({ ...result, hits: change(result.hits, queries[n]!).slice(queries[n]!.offset, queries[n]!.offset + queries[n]!.limit) }));
  },
});
const inWrites = (change: (changes: SearchChanges) => SearchChanges): Patch => (honest) => ({
  write: (generation, changes) => honest.write(generation, change(changes)),
});
const inDocuments = (change: (document: SearchDocument) => SearchDocument): Patch => inWrites(({ put, remove }) => ({ put: put.map(change), remove }));
const without = <T extends object>(options: T, ...left: string[]) => Object.fromEntries(Object.entries(options).filter(([key]) => !left.includes(key))) as T;
const byDate = (hits: readonly SearchHit[]) => [...hits].sort((a, b) => b.document.dato - a.document.dato);

const filtering = 'finds what meets the filter, and nothing else';
const ahead = 'writes that are handed over are made in their order, and are seen when they are confirmed';
const seeing = 'what one may not see is not found, counted, listed or marked, whatever is asked';
const words = 'finds words whatever their case, accents and inflection, and the last of them unfinished';
const typos = 'forgives a typing error from 5 letters and two from 9, and no more';
const typosTold = 'says when typing errors were allowed, and allows none when asked not to';
const allWords = 'finds those that have all the words, wherever they are';
const cleared = 'a generation that is cleared is empty, and searches are unavailable until it is served again';
const marked = 'the place that is furthest is kept until the generation is dropped, or none is, and is never found';
const replacing = 'a document replaces one of the same or a lower position, as a whole, and never one of a higher';
const removing = 'a removed document is gone, and can come again';
const severalInOne = 'of several in one write the newest stands, and what is removed in it is removed';
const quoting = 'reads quotes as they are written, and a minus as an exclusion';
const partial = 'finds those with some of the words after those with all, when that is asked';
const oneField = 'searches in the title or the text alone when that is asked';
const meaning = 'finds what people mean, in 95 of 100 searches';
const relevance = 'by relevance: what waits, the better match, the newer';
const dates = 'by date, both ways, with or without words, in pages that neither overlap nor leave gaps';
const beyond = 'a page beyond the end, or of no size, is empty, and tells the total and the facets all the same';
const counts = 'every hit is counted when the count is exact, and an estimate is exact up to its limit';
const thousands = 'thousands are written at once, found to the highest offset, and counted beyond it';
const facets = 'facets count the values over all pages of what is found, most first';
const facetValues = 'the values of a facet are found by how they begin, most first';
const marking = 'marks what was matched, and leaves the text as it was';
const anyTerm = 'a term can be anything, and never finds what may not be seen';
const beside = 'a new generation is built beside the one that is served, which answers and is written to meanwhile';
const takingOver = 'a generation that is served answers everything at once, and those before it are dropped';
const unprepared = 'a generation that is not prepared, or is dropped, cannot be written to, inspected or served';
const comesBack = 'documents come back as they were';
const many = 'several questions are answered in the order they are asked, each for itself';
const repeats = 'prepare and serve can be repeated, also by several at a time, and touch nothing';
const everything = 'an empty term finds everything: what waits first, then the newest';

const saboteurs: readonly (readonly [name: string, caughtBy: string, patch: Patch])[] = [
  ['answers before it serves', 'nothing is answered before a generation is served', (honest) => ({
    searchMany: (queries) => honest.searchMany(queries).catch(() => queries.map(() => ({ hits: [], total: 0, facets: {} }))),
  })],
  ['writes later', 'what is written is seen by everybody when the write resolves', (honest) => ({
    write: (generation, changes) => {
      setTimeout(() => void honest.write(generation, changes), 20);
      return Promise.resolve();
    },
  })],
  ['shows the other process what it had', 'what is written is seen by everybody when the write resolves', (honest) => {
    const kept = new Map<string, Promise<readonly SearchResult[]>>();
    return {
      searchMany: (queries) => {
        const key = JSON.stringify(queries);
        if (!kept.has(key)) kept.set(key, honest.searchMany(queries));
        return kept.get(key)!;
      },
    };
  }],
  ['cuts long texts', comesBack, inDocuments((document) => ({ ...document, tekst: document.tekst.slice(0, 65_535) }))],
  ['loses quotes', comesBack, inDocuments((document) => ({ ...document, tittel: document.tittel.replaceAll('"', '') }))],
  ['keeps metadata flat', comesBack, inDocuments((document) => ({ ...document, metadata: without(document.metadata, 'dypt') }))],
  ['loses a field', comesBack, inDocuments((document) => without(document, 'forelderType'))],
  ['fills in what is missing', comesBack, inDocuments((document) => ({ status: '', ...document }))],
  ['keeps the objects of others', 'what others do to their objects changes nothing in the index', (honest) => {
    const given = new Map<string, SearchDocument>();
    return {
      write: (generation, changes) => {
        for (const document of changes.put) given.set(document.id, document);
        return honest.write(generation, changes);
      },
      inspect: async (generation, ids) => ({ ...(await honest.inspect(generation, ids)), documents: ids.map((id) => given.get(id)!) }),
    };
  }],
  ['clears nothing', cleared, () => ({ clear: () => Promise.resolve() })],
  ['withdraws nothing', 'a generation that is withdrawn is not searched, and keeps its documents', () => ({ withdraw: () => Promise.resolve() })],
  ['empties what it withdraws', 'a generation that is withdrawn is not searched, and keeps its documents', (honest) => ({ withdraw: (generation) => honest.clear(generation) })],
  ['lets a place go back', marked, (honest) => ({ mark: async (generation, place) => { await honest.mark(generation, undefined); return honest.mark(generation, place); } })],
  ['tells a place that it does not keep', marked, (honest) => ({ mark: async (generation, place) => { await honest.mark(generation, place); return place; } })],
  ['never forgets a place', marked, (honest) => ({ mark: (generation, place) => (place ? honest.mark(generation, place) : honest.place(generation)) })],
  ['keeps the place that was marked first', marked, (honest) => ({ mark: async (generation, place) => { if (!(await honest.place(generation))) await honest.mark(generation, place); } })],
  ['lets an older replace a newer', replacing, inDocuments((document) => ({ ...document, position: 0 }))],
  ['lets an older replace a newer in secret', replacing, (honest) => ({
    write: async (generation, { put, remove }) => {
      const { documents } = await honest.inspect(generation, put.map(({ id }) => id));
      await honest.write(generation, { put: [], remove: documents.map(({ id }) => id) });
      return honest.write(generation, { put, remove });
    },
  })],
  ['does not let the same position replace', replacing, (honest) => ({
    write: async (generation, { put, remove }) => {
      const { documents } = await honest.inspect(generation, put.map(({ id }) => id));
      const same = (one: SearchDocument) => documents.some(({ id, position }) => id === one.id && position === one.position);
      return honest.write(generation, { put: put.filter((one) => !same(one)), remove });
    },
  })],
  ['merges instead of replacing', replacing, (honest) => ({
    write: async (generation, { put, remove }) => {
      const { documents } = await honest.inspect(generation, put.map(({ id }) => id));
      return honest.write(generation, { put: put.map((one) => ({ ...documents.find(({ id, position }) => id === one.id && position <= one.position), ...one })), remove });
    },
  })],
  ['takes the last of the same id', severalInOne, inWrites(({ put, remove }) => ({ put: [...new Map(put.map((one) => [one.id, one])).values()], remove }))],
  ['takes the first of the same position', severalInOne, inWrites(({ put, remove }) => ({ put: put.filter((one, n) => put.findIndex(({ id, position }) => id === one.id && position === one.position) === n), remove }))],
  ['removes before it puts', severalInOne, (honest) => ({
    write: async (generation, { put, remove }) => {
      await honest.write(generation, { put: [], remove });
      return honest.write(generation, { put, remove: [] });
    },
  })],
  ['confirms what it has not written', ahead, () => ({ handOver: () => Promise.resolve(undefined) })],
  ['writes what came last first', ahead, (honest) => {
    const held: (() => Promise<void>)[] = [];
    return {
      handOver: (generation, changes) => {
        held.unshift(() => honest.write(generation, changes));
        return Promise.resolve(async () => {
          for (const write of held.splice(0)) await write();
        });
      },
    };
  }],
  ['never removes', removing, inWrites(({ put }) => ({ put, remove: [] }))],
  ['removes the first only', counts, inWrites(({ put, remove }) => ({ put, remove: remove.slice(0, 1) }))],
  ['does not let a removed document come again', removing, (honest) => {
    const gone = new Set<string>();
    return {
      write: (generation, { put, remove }) => {
        for (const id of remove) gone.add(id);
        return honest.write(generation, { put: put.filter(({ id }) => !gone.has(id)), remove });
      },
    };
  }],
  ['fails when it is told twice', 'a write can be repeated, and may be empty', (honest) => {
    let last = '';
    return {
      write: (generation, changes) => {
        const told = JSON.stringify(changes);
        if (told === last) throw new AssertionError({ message: 'told twice' });
        last = changes.put.length ? last : told;
        return honest.write(generation, changes);
      },
    };
  }],
  ['counts what it is told twice', 'a write can be repeated, and may be empty', (honest) => {
    let count = 0;
    return {
      write: (generation, changes) => {
        count += changes.put.length - changes.remove.length;
        return honest.write(generation, changes);
      },
      inspect: async (generation, ids) => ({ ...(await honest.inspect(generation, ids)), count }),
    };
  }],
  ['empties what is prepared again', repeats, (honest) => ({
    prepare: async (generation) => {
      await honest.prepare(generation);
      const { hits } = await honest.search({ term: '', access: { and: [] }, sort: 'RELEVANS', offset: 0, limit: 10 }).catch(() => ({ hits: [] }));
      await honest.write(generation, { put: [], remove: hits.map(({ document }) => document.id) });
    },
  })],
  ['drops what is served when it is served again', repeats, (honest) => {
    const served = new Set<Generation>();
    return {
      serve: async (generation) => {
        if (served.has(generation)) throw new AssertionError({ message: 'served twice' });
        served.add(generation);
        return honest.serve(generation);
      },
    };
  }],
  ['serves what is prepared', beside, (honest) => ({
    prepare: async (generation) => {
      await honest.prepare(generation);
      await honest.serve(generation);
      await honest.prepare(numbered(encodeGeneration(generation) - 1));
    },
  })],
  ['writes to the newest generation only', beside, (honest) => {
    let newest = numbered(0);
    return {
      prepare: (generation) => honest.prepare((newest = isEarlier(newest, generation) ? generation : newest)),
      write: (_, changes) => honest.write(newest, changes),
    };
  }],
  ['shares documents between generations', beside, (honest) => ({ write: async (generation, changes) => {
    await honest.write(generation, changes);
    if (encodeGeneration(generation) > 1) await honest.write(numbered(1), changes);
  } })],
  ['goes on with the old generation', takingOver, (honest) => {
    let first = true;
    return { serve: (generation) => {
      if (!first) return Promise.resolve();
      first = false;
      return honest.serve(generation);
    } };
  }],
  ['keeps old generations', takingOver, (honest) => ({ serve: async (generation) => {
    await honest.serve(generation);
    for (let older = 1; older < encodeGeneration(generation); older++) await honest.prepare(numbered(older));
  } })],
  ['makes what is not prepared', unprepared, (honest) => ({ write: async (generation, changes) => {
    await honest.prepare(generation);
    return honest.write(generation, changes);
  } })],
  ['inspects what is not there', unprepared, (honest) => ({ inspect: (generation, ids) => honest.inspect(generation, ids).catch(() => ({ count: 0, documents: [] })) })],
  ['serves what is not there', unprepared, (honest) => ({ serve: (generation) => honest.serve(generation).catch(() => undefined) })],
  ['ignores the filter', filtering, inQueries((query) => without(query, 'filter'))],
  ['looks at the first value only', filtering, inFilters((one) => ('in' in one ? { ...one, in: one.in.slice(0, 1) } : one))],
  ['takes no values for no condition', filtering, inFilters((one) => ('in' in one && one.in.length === 0 ? { and: [] } : one))],
  ['takes gt for gte', filtering, inFilters((one) => ('gt' in one ? { ...without(one, 'gt'), gte: one.gt } : one))],
  ['takes gte for gt', filtering, inFilters((one) => ('gte' in one ? { ...without(one, 'gte'), gt: one.gte } : one))],
  ['takes lt for lte', filtering, inFilters((one) => ('lt' in one ? { ...without(one, 'lt'), lte: one.lt } : one))],
  ['takes lte for lt', filtering, inFilters((one) => ('lte' in one ? { ...without(one, 'lte'), lt: one.lte } : one))],
  ['takes one end of a range only', filtering, inFilters((one) => ('gte' in one ? without(one, 'lt') : one))],
  ['takes exists for true', filtering, inFilters((one) => ('exists' in one ? { ...one, exists: true } : one))],
  ['ignores not', filtering, inFilters((one) => ('not' in one ? one.not : one))],
  ['asks that a field exists for not', filtering, inFilters((one) => ('not' in one && 'field' in one.not ? { and: [one, { field: one.not.field, exists: true }] } : one))],
  ['takes and for or', filtering, inFilters((one) => ('and' in one ? { or: one.and } : one))],
  ['takes or for and', filtering, inFilters((one) => ('or' in one ? { and: one.or } : one))],
  ['takes an empty or for everything', filtering, inFilters((one) => ('or' in one && one.or.length === 0 ? { and: [] } : one))],
  ['splices values into its own language', filtering, inFilters((one) => ('in' in one && one.in.some((value) => /or true/.test(String(value))) ? { and: [] } : one))],
  ['trips over quotes and backslashes', filtering, inFilters((one) => ('in' in one ? { ...one, in: one.in.map((value) => (typeof value === 'string' ? value.replace(/["\\]/g, '') : value)) } : one))],
  ['keeps the first of a list only', filtering, inDocuments((document) => ({ ...document, ...(document.matrikkel && { matrikkel: document.matrikkel.slice(0, 1) }) }))],
  ['ignores access', seeing, inQueries((query) => ({ ...query, access: { and: [] } }))],
  ['joins access with or', seeing, inQueries((query) => ({ ...query, access: { or: [query.access, ...(query.filter ? [query.filter] : [])] } }))],
  ['lets the filter stand in for access', seeing, inQueries((query) => ({ ...query, access: query.filter ?? query.access }))],
  ['counts what may not be seen', seeing, (honest) => ({
    searchMany: async (queries) => {
      const all = await honest.searchMany(queries.map((query) => ({ ...query, access: { and: [] } })));
      return (await honest.searchMany(queries)).map((result, n) => ({ ...result, total: all[n]!.total }));
    },
  })],
  ['has facets of what may not be seen', seeing, (honest) => ({
    searchMany: async (queries) => {
      const all = await honest.searchMany(queries.map((query) => ({ ...query, access: { and: [] } })));
      return (await honest.searchMany(queries)).map((result, n) => ({ ...result, facets: all[n]!.facets }));
    },
  })],
  ['lists the values of what may not be seen', seeing, (honest) => ({ facetValues: (query) => honest.facetValues({ ...query, access: { and: [] } }) })],
  ['lets typing errors past access', seeing, (honest) => ({
    searchMany: (queries) => Promise.all(queries.map(async (query) => {
      const result = await honest.search(query);
      return result.total || !query.term ? result : honest.search({ ...query, access: { and: [] } });
    })),
  })],
  ['finds nothing for an empty term', everything, inResults((result, { term }) => (term.trim() ? result : { hits: [], total: 0, facets: {} }))],
  ['takes spaces for a word', everything, inResults((result, { term }) => (/^\s+$/.test(term) ? { hits: [], total: 0, facets: {} } : result))],
  ['puts the oldest first', everything, inAllHits((hits) => [...hits].reverse())],
  ['does not know what waits', everything, inAllHits((hits, { sort }) => (sort === 'RELEVANS' ? byDate(hits) : hits))],
  ['minds the case', words, inDocuments((document) => ({ ...document, tittel: document.tittel.replace(/\p{Lu}+/gu, 'x') }))],
  ['minds accents', words, inDocuments((document) => ({ ...document, tittel: document.tittel.replace(/é/g, ' ') }))],
  ['does not know æ, ø and å', words, inTerms((term) => term.replace(/[æøå]/gi, ' '))],
  ['takes decomposed letters for others', words, inTerms((term) => term.replace(/\p{M}/gu, 'xyz'))],
  ['does not split at signs', words, inTerms((term) => term.replace(/\//g, ''))],
  ['takes words for finished', words, inTerms((term) => `${term} og`)],
  ['takes the beginnings of all words', words, (honest) => ({
    searchMany: (queries) => Promise.all(queries.map(async (query) => {
      const [first] = await honest.searchMany([{ ...query, term: query.term.split(/\s+/)[0]! }]);
      return first!;
    })),
  })],
  ['knows the beginnings of long words only', words, inTerms((term) => (term.length === 1 ? 'zzz' : term))],
  ['finds words within words', words, (honest) => ({
    searchMany: (queries) => Promise.all(queries.map(async (query) => {
      const all = await honest.search({ ...query, term: '' });
      const hits = all.hits.filter(({ document }) => document.tittel.toLowerCase().includes(query.term.toLowerCase()));
      return hits.length ? { ...all, hits, total: hits.length } : honest.search(query);
    })),
  })],
  ['does not know inflections', words, inTerms((term) => term.replace(/(\p{L}{4,})(en|ene|er|et)\b/giu, '$1$2q'))],
  ['takes all words for well written', typos, inTerms((term) => term.replace(/(\p{L}{5,})/gu, (word) => (['bergen', 'kommunestyret', 'skole', 'reguleringsplan', 'østlandet', 'eiendomsskatt'].includes(word) ? word : `${word}qqq`)))],
  ['forgives one error only', typos, inTerms((term) => term.replace(/komunnestyret|kommnuestyret|regulerinsplan øslandet/g, 'qqqq'))],
  ['forgives everything', typos, inTerms((term) => (/^[a-zæøå]+$/.test(term) && term.length < 13 ? term.slice(0, 1) : term))],
  ['forgives short words', typos, inTerms((term) => ({ hafe: 'hage', gahe: 'hage', venn: 'vann' })[term] ?? term)],
  ['forgives numbers', typos, inTerms((term) => term.replace('20241235', '20241234'))],
  ['forgives the last word only', typos, inTerms((term) => term.replace(/^(\p{L}{9,}) (?=\p{L}{5,}$)/u, (_, word: string) => (word === 'reguleringsplan' ? `${word} ` : `${word}qqq `)))],
  ['allows typing errors always', typosTold, inSearches((query) => without(query, 'exactWords'))],
  ['never says that typing errors were allowed', typosTold, inResults((result) => without(result, 'typosAllowed'))],
  ['says always that typing errors were allowed', typosTold, inResults((result) => ({ ...result, typosAllowed: true }))],
  ['looks for the first word only', allWords, inTerms((term) => term.split(' ')[0]!)],
  ['looks for the last word only', allWords, inTerms((term) => term.split(' ').at(-1)!)],
  ['looks in the title only', allWords, inDocuments((document) => ({ ...document, tekst: '' }))],
  ['looks in the text only', allWords, inDocuments((document) => ({ ...document, tittel: '' }))],
  ['asks for small words, too', allWords, inTerms((term) => term.replace(/\b(for|til)\b/g, 'smaaord'))],
  ['takes quotes for signs', quoting, inTerms((term) => term.replaceAll('"', ' '))],
  ['takes a minus for a sign', quoting, inTerms((term) => term.replace(/(?<!\S)-/g, ' '))],
  ['excludes everything', quoting, inResults((result, { term }) => (term.startsWith('-') ? { hits: [], total: 0, facets: {} } : result))],
  ['asks for all words always', partial, inSearches((query) => without(query, 'matching'))],
  ['takes the rarest word for the first', partial, inSearches((query) => ({ ...query, ...(query.matching === 'frequency' && { matching: 'last' }) }))],
  ['puts partial hits by what waits', partial, inAllHits((hits, { sort }) => (sort === 'RELEVANS' ? [...hits].sort((a, b) => b.document.venter - a.document.venter) : hits))],
  ['counts whole hits only', partial, inResults((result, { term }) => (term.includes(' ') ? { ...result, total: result.hits.filter(({ document: { id } }) => id === 'all').length } : result))],
  ['searches in both fields always', oneField, inSearches((query) => without(query, 'searched'))],
  ['searches in the title alone always', oneField, inSearches((query) => ({ ...query, searched: ['tittel'] }))],
  ['knows no parts of compounds', meaning, inTerms((term) => term.replace(/^(skatt|bolig|nabo|bevilling|søppel|parkering)$/, '$1qqq'))],
  ['knows no nynorsk', meaning, inTerms((term) => term.replace(/^(eigedomsskatt|byggjesak|vatn|bustøtte|sjukeheimar|heimetenester)$/, '$1qqq'))],
  ['sorts by date alone', relevance, inAllHits(byDate)],
  ['does not put what waits first', relevance, inAllHits((hits) => [...byDate(hits)].sort((a, b) => b.score - a.score))],
  ['puts the better match before what waits', relevance, inAllHits((hits) => [...hits].sort((a, b) => b.score - a.score))],
  ['puts older before newer', relevance, inAllHits((hits) => [...hits].sort((a, b) => b.document.venter - a.document.venter || b.score - a.score || a.document.dato - b.document.dato))],
  ['counts title and text alike', relevance, inDocuments((document) => ({ ...document, tittel: `${document.tittel} ${document.tekst}` }))],
  ['has scores without bounds', relevance, inHits((hit) => ({ ...hit, score: hit.score * 17 }))],
  ['sorts by relevance always', dates, inSearches((query) => ({ ...query, sort: 'RELEVANS' }))],
  ['sorts one way only', dates, inSearches((query) => ({ ...query, sort: query.sort === 'DATO_ASC' ? 'DATO_DESC' : query.sort }))],
  ['puts what waits first also by date', dates, inAllHits((hits) => [...hits].sort((a, b) => b.document.venter - a.document.venter))],
  ['breaks ties by chance', dates, (honest) => {
    let turn = 0;
    return inAllHits((hits, { sort }) => {
      turn++;
      const sign = sort === 'DATO_ASC' ? 1 : -1;
      return hits.map((hit, n) => ({ hit, at: (n * 7919 + turn * 31) % 61 })).sort((a, b) => sign * (a.hit.document.dato - b.hit.document.dato) || a.at - b.at).map(({ hit }) => hit);
    })(honest);
  }],
  ['ignores the offset', dates, inSearches((query) => ({ ...query, offset: query.offset === 7 ? 0 : query.offset }))],
  ['overlaps pages', dates, inSearches((query) => ({ ...query, offset: Math.max(0, query.offset - 1) }))],
  ['leaves gaps', dates, inSearches((query) => ({ ...query, offset: query.offset > 20 ? query.offset + 1 : query.offset }))],
  ['counts the page only', dates, inResults((result) => ({ ...result, total: result.hits.length }))],
  ['forgets totals beyond the end', beyond, inResults((result) => (result.hits.length ? result : { ...result, total: 0 }))],
  ['forgets facets beyond the end', beyond, inResults((result) => (result.hits.length ? result : { ...result, facets: {} }))],
  ['takes no size for the usual size', beyond, inSearches((query) => ({ ...query, limit: query.limit || 20 }))],
  ['writes a thousand at most', counts, inWrites(({ put, remove }) => ({ put: put.slice(0, 1000), remove }))],
  ['reaches a thousand only', counts, inSearches((query) => ({ ...query, offset: Math.min(query.offset, 1000) }))],
  ['reaches ten thousand only', thousands, inSearches((query) => ({ ...query, offset: Math.min(query.offset, 9000) }))],
  ['counts all values of a facet to the limit', counts, inResults((result) => ({ ...result, facets: Object.fromEntries(Object.entries(result.facets).map(([name, values]) => [name, values.map(({ value, count }) => ({ value, count: Math.min(count, 1000) }))])) }))],
  ['counts as far as can be reached when the count is exact', thousands, inResults((result, { count }) => ({ ...result, total: count === 'exact' ? Math.min(result.total, 10_500) : result.total }))],
  ['takes every count for an estimate', counts, inResults((result, { count, facets }) => ({ ...result, total: count === 'exact' && !facets ? Math.min(result.total, 1001) : result.total }))],
  ['counts facets as far as can be reached', thousands, inResults((result) => ({ ...result, facets: Object.fromEntries(Object.entries(result.facets).map(([name, values]) => [name, values.map(({ value, count }) => ({ value, count: Math.min(count, 10_499) }))])) }))],
  ['counts the values of a facet as far as can be reached', thousands, (honest) => ({
    facetValues: async (query) => (await honest.facetValues(query)).map(({ value, count }) => ({ value, count: Math.min(count, 10_499) })),
  })],
  ['counts a thousand only', counts, inResults((result) => ({ ...result, total: Math.min(result.total, 1000) }))],
  ['gives a hundred at most', counts, inSearches((query) => ({ ...query, limit: Math.min(query.limit, 100) }))],
  ['has facets of the page only', facets, inResults((result) => ({
    ...result,
    facets: Object.fromEntries(Object.keys(result.facets).map((facet) => [facet, [{ value: String(result.hits[0]?.document[facet as 'type']), count: result.hits.length }]])),
  }))],
  ['has facets of everything', facets, (honest) => ({
    searchMany: async (queries) => {
      const all = await honest.searchMany(queries.map((query) => without({ ...query, term: '' }, 'filter')));
      return (await honest.searchMany(queries)).map((result, n) => ({ ...result, facets: all[n]!.facets }));
    },
  })],
  ['has stats of the page only', facets, inResults(({ hits, ...result }) => ({ ...result, hits, stats: Object.fromEntries(Object.keys(result.stats ?? {}).map((name) => [name, { min: hits[0]!.document.dato, max: hits[0]!.document.dato }])) }))],
  ['has stats of facets only', facets, inSearches((query) => without(query, 'stats'))],
  ['lists facets by value', facets, inResults((result) => ({
    ...result,
    facets: Object.fromEntries(Object.entries(result.facets).map(([facet, values]) => [facet, [...values].sort((a, b) => (a.value < b.value ? -1 : 1))])),
  }))],
  ['gives all facets always', facets, inSearches((query) => ({ ...query, facets: ['type', 'fiksOrgId', 'status', 'arstall', 'mappeType'] }))],
  ['counts nobody', facets, inResults((result) => ({
    ...result,
    facets: Object.fromEntries(Object.entries(result.facets).map(([facet, values]) => [facet, [...values, { value: 'undefined', count: 1 }]])),
  }))],
  ...([
    ['ignores the prefix', (query) => ({ ...query, prefix: '' })],
    ['minds the case of the prefix', (query) => ({ ...query, prefix: /[A-Z]/.test(query.prefix) ? '?' : query.prefix })],
    ['ignores the limit of values', (query) => ({ ...query, limit: 100 })],
    ['lists values of everything', (query) => without({ ...query, term: '' }, 'filter')],
    ['knows no other letters in values', (query) => ({ ...query, prefix: /å/.test(query.prefix) ? '?' : query.prefix })],
  ] satisfies [string, (query: FacetQuery) => FacetQuery][]).map(([name, change]): [string, string, Patch] => [
    name,
    facetValues,
    (honest) => ({ facetValues: (query) => honest.facetValues(change(query)) }),
  ]),
  ['lists values alphabetically', facetValues, (honest) => ({
    facetValues: async (query) => [...(await honest.facetValues({ ...query, limit: 100 }))].sort((a, b) => (a.value < b.value ? -1 : 1)).slice(0, query.limit),
  })],
  ['marks nothing', marking, inMatches(() => [])],
  ['marks everything', marking, inMatches((_, text) => [{ start: 0, end: text.length }])],
  ['marks the title only', marking, inHits((hit) => (hit.matches ? { ...hit, matches: { ...hit.matches, tekst: [] } } : hit))],
  ['marks always', marking, inSearches((query) => ({ matches: true, ...query }))],
  ['marks the last letter too little', marking, inMatches((spans) => spans.map(({ start, end }) => ({ start, end: end - 1 })))],
  ['marks the first match only', marking, inMatches((spans) => spans.slice(0, 1))],
  ['marks what is spelt alike only', marking, inMatches((spans, text) => spans.filter(({ start, end }) => text.slice(start, end) !== 'kommunestyret'))],
  ['fails for quotes', anyTerm, (honest) => ({ searchMany: (queries) => {
    if (queries.some(({ term }) => /['\\]/.test(term))) throw new AssertionError({ message: 'syntax error' });
    return honest.searchMany(queries);
  } })],
  ['fails for long terms', anyTerm, (honest) => ({ searchMany: (queries) => {
    if (queries.some(({ term }) => term.length > 5000)) throw new AssertionError({ message: 'too long' });
    return honest.searchMany(queries);
  } })],
  ['takes operators in a term for its own', anyTerm, inQueries((query) => (/\bOR\b|\|/.test(query.term) ? { ...query, term: 'hemmelig', access: { and: [] } } : query))],
  ['finds nothing when there are signs', anyTerm, inTerms((term) => (/[&|]/.test(term) ? 'qqqq' : term))],
  ['answers in another order', many, (honest) => ({ searchMany: async (queries) => [...(await honest.searchMany(queries))].reverse() })],
  ['answers the first question to all', many, (honest) => ({ searchMany: async (queries) => {
    const [first] = await honest.searchMany(queries.slice(0, 1));
    return queries.map(() => first!);
  } })],
];

const all = [...rules, ...slowRules];

describe('the contract catches a search index that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = all.find(({ name }) => name === caughtBy);
    if (!rule) throw new Error(`There is no rule ${caughtBy}`);
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });

  it('does nothing at all', async () => {
    const nothing: Patch = () => ({
      prepare: () => Promise.resolve(),
      write: () => Promise.resolve(),
      serve: () => Promise.resolve(),
      clear: () => Promise.resolve(),
      inspect: () => Promise.resolve({ count: 0, documents: [] }),
      searchMany: (queries) => Promise.resolve(queries.map(() => ({ hits: [], total: 0, facets: {} }))),
      facetValues: () => Promise.resolve([]),
    });
    for (const rule of all) await expect(rule.check(sabotaged(nothing))).rejects.toThrow();
  });

  it('is honest: not', async () => {
    for (const rule of onServer ? all : rules) await rule.check(sabotaged(() => ({})));
  });
});
