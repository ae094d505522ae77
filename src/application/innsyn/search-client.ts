import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { requireOwnLogin } from '../commands/login-level.js';
import { Clock } from '../ports/clock.js';
import { SearchIndex, type FacetField, type SearchHit, type SearchQuery, type SearchResult } from '../ports/search-index.js';
import { SearchTokens, type SearchSubject } from '../ports/search-tokens.js';
import { answerFitter } from './answer-size.js';
import { accessFilter, typesIn, type Searcher } from './search-access.js';
import { searchLimits } from './search-limits.js';
import { SearcherResolver } from './searchers.js';

/** The name of the only index that search clients see. */
export const clientIndex = 'innsyn';
/** The lifetime of a token, in ms. */
export const tokenLifetime = 15 * 60_000;

/** A query without its access filter, which a client may not choose, and what it chooses among the best hits. */
export type ClientQuery = Omit<SearchQuery, 'access'> & {
  /** The field of which each value is shown once, by its best hit. Hits without the field are all shown. */
  readonly distinct?: FacetField;
  /** The lowest score of a hit that is shown. */
  readonly threshold?: number;
};
export type ClientFacetQuery = Pick<ClientQuery, 'term' | 'filter' | 'matching' | 'searched'> & { readonly facet: FacetField; readonly prefix: string; readonly limit: number };

/**
 * Issues a token with which a client can search as the citizen, or as the organisation that she acts for. `utloper` is its
 * expiry, in ms since 1970. Refuses (`forbidden`) a subject who may not search.
 */
export class OpenSearchClient extends Query<{ readonly token: string; readonly utloper: number }> {
  constructor(readonly subject: SearchSubject) {
    super();
  }
}

@QueryHandler(OpenSearchClient)
export class OpenSearchClientHandler implements IQueryHandler<OpenSearchClient> {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly tokens: SearchTokens,
    private readonly clock: Clock,
  ) {}

  async execute({ subject }: OpenSearchClient) {
    requireOwnLogin(subject.actor);
    // Refuse a subject who could not search with the token.
    await this.searchers.resolve(subject.actor, subject);
    const utloper = Date.parse(this.clock.now()) + tokenLifetime;
    return { token: await this.tokens.issue(subject, utloper), utloper };
  }
}

/** A request has used its time in the index (`searchLimits.milliseconds`) before all its queries were run. */
export class SearchBudgetSpent extends Error {
  constructor(
    readonly answered: number,
    readonly asked: number,
  ) {
    super(`${answered} of ${asked} queries were run in the time of the request`);
    this.name = 'SearchBudgetSpent';
  }
}

/**
 * Runs a client's queries, a few at a time, and equal ones once. Throws `SearchBudgetSpent` when the time of the request is
 * used before all have run. It derives the subject's access rights anew for each call, so that a revoked right or a disabled
 * account takes effect at once.
 */
export class SearchAsClient extends Query<readonly SearchResult[]> {
  constructor(
    readonly subject: SearchSubject,
    readonly questions: readonly ClientQuery[],
  ) {
    super();
  }
}

@QueryHandler(SearchAsClient)
export class SearchAsClientHandler implements IQueryHandler<SearchAsClient> {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly index: SearchIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ subject, questions }: SearchAsClient) {
    const results = await answersTo(questions, await this.searchers.resolve(subject.actor, subject), this.index, this.clock);
    const fit = answerFitter();
    return results.map((result) => ({ ...result, hits: fit(result.hits) }));
  }
}

/** One list of the hits of several queries, in which those of a query count by its weight. */
export interface Federation {
  readonly limit: number;
  readonly offset: number;
  readonly weights: readonly number[];
}
export interface FederatedResult {
  readonly hits: readonly {
    readonly hit: SearchHit;
    /** The position of the query that found it best. */
    readonly query: number;
    /** Its score times the weight of the query. */
    readonly score: number;
  }[];
  readonly total: number;
}

/** Runs a client's queries as `SearchAsClient` does, and makes one list of their hits: each once, the best first. */
export class SearchFederatedAsClient extends Query<FederatedResult> {
  constructor(
    readonly subject: SearchSubject,
    readonly questions: readonly ClientQuery[],
    readonly federation: Federation,
  ) {
    super();
  }
}

@QueryHandler(SearchFederatedAsClient)
export class SearchFederatedAsClientHandler implements IQueryHandler<SearchFederatedAsClient> {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly index: SearchIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ subject, questions, federation: { limit, offset, weights } }: SearchFederatedAsClient) {
    const results = await answersTo(questions, await this.searchers.resolve(subject.actor, subject), this.index, this.clock);
    const all = results.flatMap(({ hits }, query) => hits.map((hit) => ({ hit, query, score: hit.score * weights[query]! })));
    all.sort((a, b) => b.hit.document.venter - a.hit.document.venter || b.score - a.score || b.hit.document.dato - a.hit.document.dato || a.query - b.query);
    const seen = new Set<string>();
    const once = all.filter(({ hit: { document } }) => !seen.has(document.id) && seen.add(document.id));
    const page = once.slice(offset, offset + limit);
    const shown = answerFitter()(page.map(({ hit }) => hit));
    return { hits: page.map((one, n) => ({ ...one, hit: shown[n]! })), total: results.reduce((sum, { total }) => sum + total, 0) };
  }
}

/** The results of the queries, a few at a time in the index, and equal ones once. */
async function answersTo(questions: readonly ClientQuery[], searcher: Searcher, index: SearchIndex, clock: Clock): Promise<readonly SearchResult[]> {
  const now = () => Date.parse(clock.now());
  const keys = questions.map((question) => JSON.stringify(question));
  const distinct = [...new Map(questions.map((question, n) => [keys[n]!, question]))];
  const found = new Map<string, SearchResult>();
  const started = now();
  while (found.size < distinct.length) {
    if (found.size > 0 && now() - started > searchLimits.milliseconds) throw new SearchBudgetSpent(found.size, distinct.length);
    const next = distinct.slice(found.size, found.size + searchLimits.queriesAtOnce);
    const results = await index.searchMany(next.map(([, question]) => ({ ...widened(question), access: accessFilter(searcher, typesIn(question.filter)) })));
    for (const [n, [key, question]] of next.entries()) found.set(key, chosen(question, results[n]!));
  }
  return keys.map((key) => found.get(key)!);
}

/** Whether a query chooses among its best hits. No score is below 0. */
const chooses = ({ distinct, threshold = 0 }: ClientQuery): boolean => distinct !== undefined || threshold > 0;

/** The number of hits that a query reads from the index. */
export const hitsReadBy = (question: ClientQuery): number => widened(question).limit;

/** The query for the hits among which `distinct` and the threshold choose. */
function widened(question: ClientQuery): Omit<SearchQuery, 'access'> {
  const { distinct: _, threshold: __, ...query } = question;
  return chooses(question) ? { ...query, offset: 0, limit: searchLimits.hits } : query;
}

/** The page of the hits that `distinct` and the threshold leave, and their number. */
function chosen(question: ClientQuery, result: SearchResult): SearchResult {
  if (!chooses(question)) return result;
  const { distinct, threshold = 0, offset, limit } = question;
  const seen = new Set<string>();
  const hits = result.hits.filter(({ document, score }) => {
    const value = distinct === undefined ? undefined : document[distinct];
    const key = JSON.stringify(value);
    if (score < threshold || (value !== undefined && seen.has(key))) return false;
    seen.add(key);
    return true;
  });
  return { ...result, hits: hits.slice(offset, offset + limit), total: hits.length };
}

/** The values of a facet among the documents that the client's subject may see, and whether there are more than `limit`. */
export class ListFacetValuesAsClient extends Query<{ readonly values: Awaited<ReturnType<SearchIndex['facetValues']>>; readonly more: boolean }> {
  constructor(
    readonly subject: SearchSubject,
    readonly question: ClientFacetQuery,
  ) {
    super();
  }
}

@QueryHandler(ListFacetValuesAsClient)
export class ListFacetValuesAsClientHandler implements IQueryHandler<ListFacetValuesAsClient> {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly index: SearchIndex,
  ) {}

  async execute({ subject, question }: ListFacetValuesAsClient) {
    const searcher = await this.searchers.resolve(subject.actor, subject);
    const { limit } = question;
    const found = await this.index.facetValues({ ...question, limit: limit + 1, access: accessFilter(searcher, typesIn(question.filter)) });
    const values = found.slice(0, limit).sort((a, b) => (sortKey(a.value) < sortKey(b.value) ? -1 : 1));
    return { values, more: found.length > limit };
  }
}

/** A text by which values are in the order of the alphabet, with accents and letter case ignored. */
const sortKey = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export const searchClientHandlers = [OpenSearchClientHandler, SearchAsClientHandler, SearchFederatedAsClientHandler, ListFacetValuesAsClientHandler];
