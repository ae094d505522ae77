import { Body, Controller, Get, HttpCode, Injectable, Param, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { clientIndex, ListFacetValuesAsClient, SearchAsClient, SearchFederatedAsClient } from '../../../application/innsyn/search-client.js';
import { Clock } from '../../../application/ports/clock.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import { SearchTokens, type SearchSubject } from '../../../application/ports/search-tokens.js';
import { AuthenticatedBy, Authenticator, bearerOf, Open } from '../server/authentication.js';
import { ProtocolError } from '../server/meilisearch-error.js';
import { answerOf, federatedAnswer } from './meilisearch-answer.js';
import { fromParameters, objectOf, readFacetSearch, readMultiSearch, readSearch, requireIndex, type ClientSearch } from './meilisearch-search.js';

/** Authenticates the search token and sets `request.searchSubject`. Throws a `ProtocolError` (401) without a token. */
@Injectable()
export class SearchTokenAuthenticator extends Authenticator {
  constructor(
    private readonly tokens: SearchTokens,
    private readonly clock: Clock,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<void> {
    const token = bearerOf(request);
    if (token === undefined) throw new ProtocolError(401, 'missing_authorization_header', 'Søketokenet mangler. Det må sendes i «Authorization: Bearer …».');
    request.searchSubject = await this.tokens.verify(token, Date.parse(this.clock.now()));
  }
}

const subjectOf = ({ searchSubject }: FastifyRequest): SearchSubject => {
  if (!searchSubject) throw new NotAuthenticated();
  return searchSubject;
};

/**
 * The search endpoints of Meilisearch's protocol (https://www.meilisearch.com/docs/reference/api/search), for clients that
 * are made for Meilisearch. The service itself enforces access, whichever search index it uses.
 */
@ApiExcludeController()
@AuthenticatedBy(SearchTokenAuthenticator)
@Controller('sok')
export class SokController {
  constructor(private readonly queries: QueryBus) {}

  @Get('health')
  @Open()
  health() {
    return { status: 'available' };
  }

  /** The version of Meilisearch whose protocol these endpoints follow. */
  @Get('version')
  version() {
    return { commitSha: 'unknown', commitDate: 'unknown', pkgVersion: '1.50.0' };
  }

  @Post('indexes/:uid/search')
  @HttpCode(200)
  async search(@Req() request: FastifyRequest, @Param('uid') uid: string, @Body() body: unknown) {
    requireIndex(uid);
    const [answer] = await this.answers(request, [readSearch(objectOf(body === undefined ? {} : body))]);
    return answer;
  }

  @Get('indexes/:uid/search')
  async searchByGet(@Req() request: FastifyRequest, @Param('uid') uid: string, @Query() parameters: Readonly<Record<string, string | readonly string[]>>) {
    requireIndex(uid);
    const [answer] = await this.answers(request, [readSearch(fromParameters(parameters))]);
    return answer;
  }

  @Post('multi-search')
  @HttpCode(200)
  async multiSearch(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { searches, federation } = readMultiSearch(body);
    if (federation) {
      const started = performance.now();
      const result = await this.queries.execute(new SearchFederatedAsClient(subjectOf(request), questionsOf(searches), federation));
      return federatedAnswer(federation, searches, result, since(started));
    }
    const answers = await this.answers(request, searches);
    return { results: answers.map((answer) => ({ indexUid: clientIndex, ...answer })) };
  }

  @Post('indexes/:uid/facet-search')
  @HttpCode(200)
  async facetSearch(@Req() request: FastifyRequest, @Param('uid') uid: string, @Body() body: unknown) {
    requireIndex(uid);
    const { facetQuery, ...question } = readFacetSearch(body);
    const started = performance.now();
    const { values, more } = await this.queries.execute(new ListFacetValuesAsClient(subjectOf(request), question));
    return { facetHits: values, ...(more && { moreFacetHits: true }), facetQuery, processingTimeMs: since(started) };
  }

  private async answers(request: FastifyRequest, searches: readonly ClientSearch[]) {
    const started = performance.now();
    const results = await this.queries.execute(new SearchAsClient(subjectOf(request), questionsOf(searches)));
    const took = since(started);
    return searches.map((search, n) => answerOf(search, results[n]!, took));
  }
}

const questionsOf = (searches: readonly ClientSearch[]) => searches.map(({ question }) => question);
const since = (started: number): number => Math.round(performance.now() - started);
