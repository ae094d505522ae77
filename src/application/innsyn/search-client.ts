import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '../ports/clock.js';
import { SearchIndex, type FacetField, type SearchQuery, type SearchResult } from '../ports/search-index.js';
import { SearchTokens, type SearchSubject } from '../ports/search-tokens.js';
import { answerFitter } from './answer-size.js';
import { accessFilter, typesIn } from './search-access.js';
import { SearcherResolver } from './searchers.js';

/** The name of the only index that search clients see. */
export const clientIndex = 'innsyn';
/** The lifetime of a token, in ms. */
export const tokenLifetime = 15 * 60_000;

/** A query without its access filter, which a client may not choose. */
export type ClientQuery = Omit<SearchQuery, 'access'>;
export type ClientFacetQuery = Pick<ClientQuery, 'term' | 'filter'> & { readonly facet: FacetField; readonly prefix: string; readonly limit: number };

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
    // Refuse a subject who could not search with the token.
    await this.searchers.resolve(subject.actor, subject);
    const utloper = Date.parse(this.clock.now()) + tokenLifetime;
    return { token: await this.tokens.issue(subject, utloper), utloper };
  }
}

/**
 * Runs a client's queries. It derives the subject's access rights anew for each call, so that a revoked right or a disabled
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
  ) {}

  async execute({ subject, questions }: SearchAsClient) {
    const searcher = await this.searchers.resolve(subject.actor, subject);
    const results = await this.index.searchMany(questions.map((question) => ({ ...question, access: accessFilter(searcher, typesIn(question.filter)) })));
    const fit = answerFitter();
    return results.map((result) => ({ ...result, hits: fit(result.hits) }));
  }
}

/** The values of a facet among the documents that the client's subject may see. */
export class ListFacetValuesAsClient extends Query<Awaited<ReturnType<SearchIndex['facetValues']>>> {
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
    return this.index.facetValues({ ...question, access: accessFilter(searcher, typesIn(question.filter)) });
  }
}

export const searchClientHandlers = [OpenSearchClientHandler, SearchAsClientHandler, ListFacetValuesAsClientHandler];
