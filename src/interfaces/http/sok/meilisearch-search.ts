import { lesemodell } from '../../../application/innsyn/lesemodell.js';
import { clientIndex, type ClientFacetQuery, type ClientQuery } from '../../../application/innsyn/search-client.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { shownVersion } from '../../../application/innsyn/versjoner.js';
import { facetFields, maxReachableHit, type FacetField, type SearchDocument, type SearchHit, type SearchResult } from '../../../application/ports/search-index.js';
import { ProtocolError, refuseSearch } from '../server/meilisearch-error.js';
import { parseClientFilter } from './meilisearch-filter.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The fields of a hit that a client gets. They leave out the recipients and the log position. `metadata` is the read model
 * of the KS Fiks searches, which has no personal numbers of parties.
 */
const shownFields = [
  'id', 'type', 'fiksOrgId', 'integrasjonId', 'meldingId', 'versjon', 'sikkerhetsniva', 'eksternRef', 'korrelasjonId', 'forelderType',
  'forelderId', 'dato', 'tilgjengeligTil', 'venter', 'status', 'arstall', 'mappeType', 'matrikkel', 'rettetMot', 'tittel', 'tekst', 'metadata',
] as const satisfies readonly (keyof SearchDocument)[];

/** A parsed search request: the query for the index, and the options that shape the response. */
export interface ClientSearch {
  readonly question: ClientQuery;
  /** The page number from 1 (0 for no hits); undefined when the client pages by `offset` and `limit`. */
  readonly page?: number;
  readonly retrieve: readonly string[];
  readonly highlight?: readonly string[];
  readonly score: boolean;
}

const wholeNumber = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown): readonly string[] | undefined => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined);
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Meilisearch's error code for a parameter: `showRankingScore` → `invalid_search_show_ranking_score`. */
const codeOf = (name: string) =>
  `invalid_search_${(name === 'hybrid' ? 'hybridQuery' : name).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

/** The supported parameters with a type check for each, which returns undefined for a wrong type. Null counts as absent. */
const parameterTypes = {
  q: text,
  offset: wholeNumber,
  limit: wholeNumber,
  page: wholeNumber,
  hitsPerPage: wholeNumber,
  filter: (value: unknown) => value,
  facets: texts,
  sort: texts,
  attributesToRetrieve: texts,
  attributesToHighlight: texts,
  highlightPreTag: text,
  highlightPostTag: text,
  matchingStrategy: text,
  showRankingScore: flag,
} as const;
type SearchParameters = { readonly [K in keyof typeof parameterTypes]?: Exclude<ReturnType<(typeof parameterTypes)[K]>, undefined> };

/** Meilisearch's parameters that the service does not support. It refuses them unless the value is null, false or `[]`. */
const unsupported: readonly string[] = [
  'attributesToCrop', 'cropLength', 'cropMarker', 'showMatchesPosition', 'showRankingScoreDetails', 'rankingScoreThreshold',
  'attributesToSearchOn', 'hybrid', 'vector', 'media', 'retrieveVectors', 'distinct', 'locales', 'personalize', 'showPerformanceDetails', 'useNetwork',
];
const isNothing = (value: unknown) => value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);

function searchParameters(body: Json): SearchParameters {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (unsupported.includes(name)) {
      if (!isNothing(value)) refuseSearch(codeOf(name), `Tjenesten støtter ikke «${name}».`);
    } else if (!Object.hasOwn(parameterTypes, name)) refuseSearch('bad_request', `Ukjent felt: «${name.slice(0, 60)}».`);
    else if (value !== null && value !== undefined) {
      read[name] = parameterTypes[name as keyof typeof parameterTypes](value);
      if (read[name] === undefined) refuseSearch(codeOf(name), `Feltet «${name}» har feil type.`);
      requireLength(name, read[name]);
    }
  }
  return read;
}

/** The most characters of each text, and names in each list. */
const lengths: Readonly<Record<string, number>> = {
  q: searchLimits.termCharacters,
  facetQuery: searchLimits.termCharacters,
  highlightPreTag: searchLimits.tagCharacters,
  highlightPostTag: searchLimits.tagCharacters,
  facets: searchLimits.names,
  sort: searchLimits.names,
  attributesToRetrieve: searchLimits.names,
  attributesToHighlight: searchLimits.names,
};
function requireLength(name: string, value: unknown, code = codeOf(name)): void {
  const most = lengths[name];
  if (most === undefined || (value as string | readonly string[]).length <= most) return;
  refuseSearch(code, `Feltet «${name}» kan ha høyst ${most} ${typeof value === 'string' ? 'tegn' : 'elementer'}.`);
}

/** Parses the body of a search. Refuses unknown, unsupported or invalid parameters with Meilisearch's error code. */
export function readSearch(body: Json): ClientSearch {
  const { q = '', page, hitsPerPage, filter, facets, sort = [], attributesToRetrieve, attributesToHighlight, showRankingScore = false, ...rest } = searchParameters(body);
  if (rest.matchingStrategy !== undefined && rest.matchingStrategy !== 'all')
    refuseSearch('invalid_search_matching_strategy', 'Alle ordene må finnes: «matchingStrategy» kan bare være «all».');
  const paged = page !== undefined || hitsPerPage !== undefined;
  const limit = (paged ? hitsPerPage : rest.limit) ?? 20;
  if (limit > searchLimits.hits) refuseSearch(paged ? 'invalid_search_hits_per_page' : 'invalid_search_limit', `Det kan ikke hentes mer enn ${searchLimits.hits} treff om gangen.`);
  const parsed = filter === undefined ? undefined : parseClientFilter(filter);
  const { highlightPreTag = '<em>', highlightPostTag = '</em>' } = rest;
  const question: ClientQuery = {
    term: q,
    ...(parsed && { filter: parsed }),
    ...(facets && { facets: facetsOf(facets) }),
    sort: sortOf(sort),
    offset: paged ? Math.max(0, (page ?? 1) - 1) * limit : (rest.offset ?? 0),
    limit: page === 0 ? 0 : limit,
    // The client's name for the number is then `totalHits`, not `estimatedTotalHits`.
    ...(paged && { count: 'exact' as const }),
    ...(attributesToHighlight && { highlight: { before: highlightPreTag, after: highlightPostTag } }),
  };
  return {
    question,
    ...(paged && { page: page ?? 1 }),
    retrieve: attributesToRetrieve ?? ['*'],
    ...(attributesToHighlight && { highlight: attributesToHighlight }),
    score: showRankingScore,
  };
}

function facetsOf(names: readonly string[]): readonly FacetField[] {
  if (names.includes('*')) return facetFields;
  return [...new Set(names)].map((name) => facetFields.find((field) => field === name) ?? refuseSearch('invalid_search_facets', `«${name.slice(0, 60)}» er ingen fasett. Fasettene er: ${facetFields.join(', ')}.`));
}

function sortOf(sort: readonly string[]): ClientQuery['sort'] {
  const [first, ...more] = sort;
  if (first === undefined) return 'RELEVANS';
  if (more.length === 0 && first === 'dato:asc') return 'DATO_ASC';
  if (more.length === 0 && first === 'dato:desc') return 'DATO_DESC';
  return refuseSearch('invalid_search_sort', 'Det kan bare sorteres på «dato:asc» eller «dato:desc».');
}

/** Converts the query parameters of a GET search to the types of the POST body. Refuses a repeated parameter. */
export function fromParameters(parameters: Readonly<Record<string, string | readonly string[]>>): Json {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value !== 'string') return refuseSearch(Object.hasOwn(parameterTypes, name) ? codeOf(name) : 'bad_request', `Parameteren «${name.slice(0, 60)}» kan bare gis én gang.`);
      if (['offset', 'limit', 'page', 'hitsPerPage'].includes(name)) return [name, /^\d{1,9}$/.test(value) ? Number(value) : value];
      if (['facets', 'sort', 'attributesToRetrieve', 'attributesToHighlight', 'attributesToCrop', 'attributesToSearchOn'].includes(name)) return [name, value.split(',').filter(Boolean)];
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      return [name, name === 'filter' ? listOr(value) : value];
    }),
  );
}

/** Parses a value that begins with `[` as JSON. Returns it unchanged when it does not, or is not valid JSON. */
function listOr(value: string): unknown {
  if (!value.trimStart().startsWith('[')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Parses the body of a multi-search. The error for a query names its position. */
export function readMultiSearch(body: unknown): readonly ClientSearch[] {
  const { queries, federation, ...rest } = objectOf(body);
  if (!isNothing(federation)) refuseSearch('invalid_multi_search_federation', 'Tjenesten støtter ikke «federation».');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuseSearch('bad_request', `Ukjent felt: «${unknown.slice(0, 60)}».`);
  if (!Array.isArray(queries)) return refuseSearch('bad_request', 'Feltet «queries» må være en liste.');
  if (queries.length > searchLimits.queries) refuseSearch('bad_request', `Et søk kan ha høyst ${searchLimits.queries} spørsmål.`);
  const searches = queries.map((query: unknown, n) => {
    try {
      const { indexUid, ...search } = objectOf(query);
      if (indexUid === undefined) refuseSearch('missing_index_uid', 'Feltet «indexUid» må være med.');
      requireIndex(indexUid);
      return readSearch(search);
    } catch (error) {
      throw error instanceof ProtocolError ? new ProtocolError(error.status, error.code, `Inside \`.queries[${n}]\`: ${error.message}`) : error;
    }
  });
  const hits = searches.reduce((sum, { question }) => sum + question.limit, 0);
  if (hits > searchLimits.hits) refuseSearch('invalid_search_limit', `Spørsmålene kan til sammen be om høyst ${searchLimits.hits} treff, men ber om ${hits}.`);
  return searches;
}

/** Parses the body of a facet search. Ignores parameters that only a document search has, as Meilisearch does. */
export function readFacetSearch(body: unknown): ClientFacetQuery & { readonly facetQuery: string | null } {
  const { facetName, facetQuery = null, q, filter, matchingStrategy } = objectOf(body);
  if (facetName === undefined) refuseSearch('missing_facet_search_facet_name', 'Feltet «facetName» må være med.');
  const facet = facetFields.find((field) => field === facetName);
  if (facet === undefined) return refuseSearch('invalid_facet_search_facet_name', `Fasettene er: ${facetFields.join(', ')}.`);
  if (facetQuery !== null && typeof facetQuery !== 'string') return refuseSearch('invalid_facet_search_facet_query', 'Feltet «facetQuery» må være en tekst.');
  requireLength('facetQuery', facetQuery ?? '', 'invalid_facet_search_facet_query');
  const { question } = readSearch({ q, filter, matchingStrategy });
  return { term: question.term, ...(question.filter && { filter: question.filter }), facet, prefix: facetQuery ?? '', facetQuery, limit: searchLimits.facetValues };
}

export const objectOf = (body: unknown): Json =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Json) : refuseSearch('bad_request', 'Kroppen må være et objekt.');

/** Throws a `ProtocolError` with status 403 for any other index than `clientIndex`, the only one that a token covers. */
export function requireIndex(uid: unknown): void {
  if (uid !== clientIndex) throw new ProtocolError(403, 'invalid_api_key', `Tokenet gjelder bare indeksen «${clientIndex}».`);
}

/** Builds Meilisearch's response to a search. `totalPages` counts the pages that can be reached. */
export function answerOf(search: ClientSearch, result: SearchResult, processingTimeMs: number): Json {
  const { question, page } = search;
  const { term, offset, limit, facets } = question;
  const { total } = result;
  return {
    hits: result.hits.map((hit) => formattedHit(search, hit)),
    query: term,
    processingTimeMs,
    ...(page !== undefined
      ? { hitsPerPage: limit, page, totalPages: limit > 0 ? Math.min(Math.ceil(total / limit), Math.floor(maxReachableHit / limit) + 1) : 0, totalHits: total }
      : { limit, offset, estimatedTotalHits: total }),
    ...(facets && {
      facetDistribution: Object.fromEntries(facets.map((facet) => [facet, Object.fromEntries((result.facets[facet] ?? []).map(({ value, count }) => [value, count]))])),
      facetStats: {},
    }),
  };
}

function formattedHit({ retrieve, highlight, score }: ClientSearch, { document, highlighted, score: rankingScore }: SearchHit): Json {
  const within = (names: readonly string[], name: string) => names.includes('*') || names.includes(name);
  const fields = shownFields
    .filter((name) => document[name] !== undefined && (within(retrieve, name) || within(highlight ?? [], name)))
    .map((name) => [name, name === 'metadata' ? lesemodell(document, shownVersion(document)) : document[name]] as const);
  return {
    ...Object.fromEntries(fields.filter(([name]) => within(retrieve, name))),
    ...(highlight && {
      _formatted: Object.fromEntries(
        fields.map(([name, value]) => {
          if (!within(highlight, name)) return [name, value];
          if (name === 'tittel' || name === 'tekst') return [name, highlighted?.[name] ?? value];
          return [name, typeof value === 'number' ? String(value) : value];
        }),
      ),
    }),
    ...(score && { _rankingScore: rankingScore }),
  };
}
