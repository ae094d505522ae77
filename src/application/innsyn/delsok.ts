import type { FacetField, Filter, SearchHit, SearchIndex, SearchQuery, SearchResult, SearchType } from '../ports/search-index.js';
import { accessFilter, type Searcher } from './search-access.js';
import { acceptable } from './versjoner.js';

/** What is asked for: words, a page, an order. */
export interface Sporring {
  readonly term: string;
  /** The number of the first hit, from 0, and how many. */
  readonly fra: number;
  readonly antall: number;
  readonly sortering: SearchQuery['sort'];
  /** The versions of metadata that the one who asks can read; missing: all. */
  readonly aksepterte?: readonly string[];
}

/** Documents of some types under some conditions, and what is told of them beside the hits. */
export interface Utvalg {
  readonly types: readonly SearchType[];
  readonly conditions?: readonly Filter[];
  readonly facets?: readonly FacetField[];
  /** Whether to tell when the first and the last of them are from. */
  readonly period?: boolean;
  /** Whether any of them can take a higher level of login than one may have. */
  readonly levelled?: boolean;
}

export interface Delresultat {
  readonly hits: readonly SearchHit[];
  readonly antallTreff: number;
  /** How many more there are that take a higher level of login than the one who asks has. */
  readonly treffMedHoyereInnloggingsniva: number;
  readonly facets: SearchResult['facets'];
  /** When the first and the last of all pages are from, in ms since 1970. */
  readonly periode?: { readonly fra: number; readonly til: number };
}

/** Answers several selections at the cost of one round trip: each takes one to four questions to the index. */
export async function sokMange(
  index: SearchIndex,
  searcher: Searcher,
  sporring: Sporring,
  utvalg: readonly Utvalg[],
): Promise<readonly Delresultat[]> {
  const planned = utvalg.map((one) => subQueriesOf(searcher, sporring, one));
  const answers = (await index.searchMany(planned.flatMap(Object.values)))[Symbol.iterator]();
  return planned.map((asked) => {
    const got = Object.fromEntries(Object.keys(asked).map((name) => [name, answers.next().value])) as SubResults;
    const [eldste, nyeste] = [got.first?.hits[0], got.last?.hits[0]];
    return {
      hits: got.treff.hits,
      antallTreff: got.treff.total,
      treffMedHoyereInnloggingsniva: got.above?.total ?? 0,
      facets: got.treff.facets,
      ...(eldste && nyeste && { periode: { fra: eldste.document.dato, til: nyeste.document.dato } }),
    };
  });
}

type SubQueries = { readonly treff: SearchQuery } & { readonly [name in 'above' | 'first' | 'last']?: SearchQuery };
type SubResults = { readonly [name in keyof SubQueries]: SearchResult };

function subQueriesOf(searcher: Searcher, { term, fra, antall, sortering, aksepterte }: Sporring, utvalg: Utvalg): SubQueries {
  const { types, conditions = [], facets = [], period = false, levelled = true } = utvalg;
  const all: SearchQuery = {
    term,
    access: accessFilter(searcher),
    filter: { and: [acceptable(types, aksepterte), ...conditions] },
    sort: sortering,
    offset: 0,
    limit: 1,
  };
  return {
    treff: { ...all, facets, offset: fra, limit: antall },
    ...(levelled && { above: { ...all, access: accessFilter(searcher, true), limit: 0 } }),
    ...(period && { first: { ...all, sort: 'DATO_ASC' }, last: { ...all, sort: 'DATO_DESC' } }),
  };
}
