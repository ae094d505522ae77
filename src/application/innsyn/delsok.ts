import type { FacetField, Filter, SearchHit, SearchIndex, SearchQuery, SearchResult, SearchType } from '../ports/search-index.js';
import { answerFitter } from './answer-size.js';
import { accessFilter, ownAccessFilter, type Searcher } from './search-access.js';
import { acceptable } from './versjoner.js';

/** The term, page and order of a search. */
export interface Sporring {
  readonly term: string;
  /** The offset of the first hit, from 0, and the page size. */
  readonly fra: number;
  readonly antall: number;
  /** RELEVANS when it is missing. */
  readonly sortering?: SearchQuery['sort'];
  /** The metadata versions that the client accepts, as `shownName` writes them. Missing: all. */
  readonly aksepterte?: readonly string[];
}

/** One subquery: the document types, the conditions, and the statistics to return beside the hits. */
export interface Utvalg {
  readonly types: readonly SearchType[];
  readonly conditions?: readonly Filter[];
  readonly facets?: readonly FacetField[];
  /** Whether to return the period: the dates of the oldest and the newest hit. */
  readonly period?: boolean;
  /** The version that all hits are shown in, instead of their own. */
  readonly vist?: string;
  /** Whether to show the hits whole, whatever their size. Default false. */
  readonly whole?: boolean;
  /** Whether to count the hits that require a higher login level. Default true. */
  readonly levelled?: boolean;
  /**
   * Whether to count only, and among all documents of the types that are exposed for the searcher and not for everybody,
   * whatever the term. Default false.
   */
  readonly own?: boolean;
}

export interface Delresultat {
  readonly hits: readonly SearchHit[];
  readonly antallTreff: number;
  /** The number of further hits that require a higher login level than the searcher has. */
  readonly treffMedHoyereInnloggingsniva: number;
  readonly facets: SearchResult['facets'];
  /** The dates of the oldest and the newest hit over all pages, in ms since 1970. */
  readonly periode?: { readonly fra: number; readonly til: number };
}

/**
 * Runs several subqueries in one round trip. Each takes one or two queries to the index. The results are in their order.
 * A second round trip counts the hidden hits with typing errors allowed, of the subqueries that found hits only in that way.
 */
export async function sokMange(
  index: SearchIndex,
  searcher: Searcher,
  sporring: Sporring,
  utvalg: readonly Utvalg[],
): Promise<readonly Delresultat[]> {
  const planned = utvalg.map((one) => subQueriesOf(searcher, sporring, one));
  const answers = (await index.searchMany(planned.flatMap(Object.values)))[Symbol.iterator]();
  const all = planned.map((asked) => Object.fromEntries(Object.keys(asked).map((name) => [name, answers.next().value])) as SubResults);
  const misspelt = planned.flatMap(({ above }, n) => (above && all[n]!.treff.typosAllowed && all[n]!.above!.total === 0 ? [{ n, query: above }] : []));
  const again = misspelt.length === 0 ? [] : await index.searchMany(misspelt.map(({ query: { exactWords: _, ...query } }) => query));
  const hidden = new Map(misspelt.map(({ n }, nth) => [n, again[nth]!.total]));
  const fit = answerFitter();
  return all.map((got, n) => {
    const { dato } = got.treff.stats ?? {};
    return {
      hits: utvalg[n]!.whole ? got.treff.hits : fit(got.treff.hits),
      antallTreff: got.treff.total,
      treffMedHoyereInnloggingsniva: hidden.get(n) ?? got.above?.total ?? 0,
      facets: got.treff.facets,
      ...(utvalg[n]!.period && dato && { periode: { fra: dato.min, til: dato.max } }),
    };
  });
}

interface SubQueries {
  readonly treff: SearchQuery;
  readonly above?: SearchQuery;
}
type SubResults = { readonly [name in keyof SubQueries]: SearchResult };

/** The highest login level. Who has it need not be told of hits that a higher one would show. */
const highestLevel = 4;

function subQueriesOf(searcher: Searcher, { term, fra, antall, sortering = 'RELEVANS', aksepterte }: Sporring, utvalg: Utvalg): SubQueries {
  const { types, vist, conditions = [], facets = [], period = false, levelled = true, own = false } = utvalg;
  if (own) return { treff: { term: '', access: ownAccessFilter(searcher), filter: { field: 'type', in: types }, facets, sort: 'RELEVANS', offset: 0, limit: 0 } };
  const all: SearchQuery = {
    term,
    access: accessFilter(searcher, types),
    filter: { and: [acceptable(types, aksepterte, vist), ...conditions] },
    sort: sortering,
    count: 'exact',
    offset: 0,
    limit: 0,
  };
  return {
    treff: { ...all, facets, ...(period && { stats: ['dato'] as const }), offset: fra, limit: antall },
    ...(levelled && searcher.innloggingsniva < highestLevel && { above: { ...all, exactWords: true, access: accessFilter(searcher, types, true) } }),
  };
}
