import { clientIndex, hitsReadBy, type ClientFacetQuery, type ClientQuery, type Federation } from '../../../application/innsyn/search-client.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { facetFields, type FacetField, type TextField } from '../../../application/ports/search-index.js';
import { ProtocolError, refuseSearch } from '../server/meilisearch-error.js';
import { clientFields, parseClientFilter } from './meilisearch-filter.js';

export type Json = Readonly<Record<string, unknown>>;

/** How each field is cropped: to how many words, and the marker where something is cut. */
interface Crop {
  readonly lengths: Readonly<Record<string, number>>;
  readonly marker: string;
}

/** A parsed search request: the query for the index, and the options that shape the response. */
export interface ClientSearch {
  readonly question: ClientQuery;
  /** The most hits that the client asked for, which may be more than it gets. */
  readonly limit: number;
  /** The page number from 1 (0 for no hits); undefined when the client pages by `offset` and `limit`. */
  readonly page?: number;
  readonly retrieve: readonly string[];
  readonly highlight?: { readonly names: readonly string[]; readonly before: string; readonly after: string };
  readonly crop?: Crop;
  /** The further members of each hit. */
  readonly shows: { readonly [name in 'score' | 'scoreDetails' | 'positions' | 'vectors']: boolean };
  /** Whether the client asked for every facet, of which it gets those that have values. */
  readonly everyFacet: boolean;
}

const wholeNumber = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const share = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined);
const texts = (value: unknown): readonly string[] | undefined => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined);
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Meilisearch's error code for a parameter: `showRankingScore` → `invalid_search_show_ranking_score`. */
const codeOf = (name: string) =>
  `invalid_search_${(name === 'hybrid' ? 'embedder' : name).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

/** The supported parameters with a type check for each, which returns undefined for a wrong type. */
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
  attributesToCrop: texts,
  cropLength: wholeNumber,
  cropMarker: text,
  attributesToSearchOn: texts,
  matchingStrategy: text,
  distinct: text,
  locales: texts,
  rankingScoreThreshold: share,
  showRankingScore: flag,
  showRankingScoreDetails: flag,
  showMatchesPosition: flag,
  retrieveVectors: flag,
} as const;
type SearchParameters = { readonly [K in keyof typeof parameterTypes]?: Exclude<ReturnType<(typeof parameterTypes)[K]>, undefined> };

/** The parameters that may not be null, because Meilisearch has a default for them. In others, null counts as absent. */
const neverNull: readonly string[] = [
  'offset', 'limit', 'cropLength', 'cropMarker', 'highlightPreTag', 'highlightPostTag', 'matchingStrategy',
  'showRankingScore', 'showRankingScoreDetails', 'showMatchesPosition', 'retrieveVectors',
];
/** Meilisearch's parameters that the service does not support. It refuses them unless the value is null, false or `[]`. */
const unsupported: readonly string[] = ['hybrid', 'vector', 'media', 'personalize', 'showPerformanceDetails', 'useNetwork'];
const isNothing = (value: unknown) => value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);

function searchParameters(body: Json): SearchParameters {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (unsupported.includes(name)) {
      if (!isNothing(value)) refuseSearch(codeOf(name), `Tjenesten støtter ikke «${name}».`);
    } else if (!Object.hasOwn(parameterTypes, name)) refuseSearch('bad_request', `Ukjent felt: «${name.slice(0, 60)}».`);
    else if (value === null ? neverNull.includes(name) : value !== undefined) {
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
  attributesToCrop: searchLimits.names,
  attributesToSearchOn: searchLimits.names,
  cropMarker: searchLimits.tagCharacters,
  locales: searchLimits.names,
};
function requireLength(name: string, value: unknown, code = codeOf(name)): void {
  const most = lengths[name];
  if (most === undefined || (value as string | readonly string[]).length <= most) return;
  refuseSearch(code, `Feltet «${name}» kan ha høyst ${most} ${typeof value === 'string' ? 'tegn' : 'elementer'}.`);
}

/** Parses the body of a search. Refuses unknown, unsupported or invalid parameters with Meilisearch's error code. */
export function readSearch(body: Json): ClientSearch {
  const read = searchParameters(body);
  const { q = '', page, hitsPerPage, filter, facets = [], sort = [], matchingStrategy = 'last', attributesToHighlight = [], attributesToCrop = [], distinct } = read;
  const matching = strategies.find((one) => one === matchingStrategy) ?? refuseSearch('invalid_search_matching_strategy', `«matchingStrategy» må være en av: ${strategies.join(', ')}.`);
  for (const locale of read.locales ?? []) if (!isLanguage(locale)) refuseSearch('invalid_search_locales', `«${locale.slice(0, 60)}» er ikke et språk.`);
  if (distinct !== undefined && !clientFields.some((field) => field === distinct)) refuseSearch('invalid_search_distinct', `Feltet «${distinct.slice(0, 60)}» kan ikke brukes i «distinct». Feltene er: ${clientFields.join(', ')}.`);
  const paged = page !== undefined || hitsPerPage !== undefined;
  const limit = (paged ? hitsPerPage : read.limit) ?? 20;
  const parsed = filter === undefined ? undefined : parseClientFilter(filter);
  const searched = searchedIn(read.attributesToSearchOn);
  const { highlightPreTag = '<em>', highlightPostTag = '</em>', showMatchesPosition = false, rankingScoreThreshold } = read;
  const question: ClientQuery = {
    term: q,
    matching,
    ...(searched && { searched }),
    ...(parsed && { filter: parsed }),
    ...(facets.length > 0 && { facets: facetsOf(facets) }),
    sort: sortOf(sort),
    offset: paged ? Math.max(0, (page ?? 1) - 1) * limit : (read.offset ?? 0),
    limit: page === 0 ? 0 : Math.min(limit, searchLimits.hits),
    // The client's name for the number is then `totalHits`, not `estimatedTotalHits`.
    ...(paged && { count: 'exact' as const }),
    ...((attributesToHighlight.length > 0 || attributesToCrop.length > 0 || showMatchesPosition) && { matches: true as const }),
    ...(distinct !== undefined && { distinct: distinct as FacetField }),
    ...(rankingScoreThreshold !== undefined && { threshold: rankingScoreThreshold }),
  };
  return {
    question,
    limit,
    ...(paged && { page: page ?? 1 }),
    retrieve: read.attributesToRetrieve ?? ['*'],
    ...(attributesToHighlight.length > 0 && { highlight: { names: attributesToHighlight, before: highlightPreTag, after: highlightPostTag } }),
    ...(attributesToCrop.length > 0 && { crop: { lengths: cropLengths(attributesToCrop, read.cropLength ?? 10), marker: read.cropMarker ?? '…' } }),
    shows: { score: read.showRankingScore ?? false, scoreDetails: read.showRankingScoreDetails ?? false, positions: showMatchesPosition, vectors: read.retrieveVectors ?? false },
    everyFacet: facets.includes('*'),
  };
}

const strategies = ['all', 'last', 'frequency'] as const;

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
/** Whether a text is the code of a language, as in ISO 639. */
const isLanguage = (code: string): boolean => /^[a-z]{2,3}$/i.test(code) && languages.of(code) !== undefined;

/** The number of words by field: `tekst:5` is five, and `tekst` the usual number. */
const cropLengths = (names: readonly string[], usual: number): Crop['lengths'] =>
  Object.fromEntries(
    names.map((one) => {
      const [, name, length] = /^(.*?)(?::([^:]*))?$/su.exec(one) as unknown as [string, string, string | undefined];
      return [name, length !== undefined && /^\d{1,9}$/.test(length) ? Number(length) : usual];
    }),
  );

function searchedIn(names: readonly string[] | undefined): readonly TextField[] | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const fields: readonly TextField[] = ['tittel', 'tekst'];
  const unknown = names.find((name) => name !== '*' && !fields.some((field) => field === name));
  if (unknown !== undefined) refuseSearch('invalid_search_attributes_to_search_on', `Det kan ikke søkes i «${unknown.slice(0, 60)}». Feltene er: ${fields.join(', ')}.`);
  return names.includes('*') ? undefined : fields.filter((field) => names.includes(field));
}

function facetsOf(names: readonly string[]): readonly FacetField[] {
  if (names.includes('*')) return facetFields;
  return [...new Set(names)].map((name) => facetFields.find((field) => field === name) ?? refuseSearch('invalid_search_facets', `«${name.slice(0, 60)}» er ingen fasett. Fasettene er: ${facetFields.join(', ')}.`));
}

function sortOf(sort: readonly string[]): ClientQuery['sort'] {
  const orders = { 'dato:asc': 'DATO_ASC', 'dato:desc': 'DATO_DESC' } as const;
  // The first decides, because all are by date.
  if (sort.every((one) => Object.hasOwn(orders, one))) return sort.length === 0 ? 'RELEVANS' : orders[sort[0] as keyof typeof orders];
  return refuseSearch('invalid_search_sort', 'Det kan bare sorteres på «dato:asc» eller «dato:desc».');
}

/** Converts the query parameters of a GET search to the types of the POST body. Refuses a repeated parameter. */
export function fromParameters(parameters: Readonly<Record<string, string | readonly string[]>>): Json {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value !== 'string') return refuseSearch(Object.hasOwn(parameterTypes, name) ? codeOf(name) : 'bad_request', `Parameteren «${name.slice(0, 60)}» kan bare gis én gang.`);
      if (['offset', 'limit', 'page', 'hitsPerPage', 'cropLength'].includes(name)) return [name, /^\d{1,9}$/.test(value) ? Number(value) : value];
      if (name === 'rankingScoreThreshold') return [name, /^\d(\.\d{1,20})?$/.test(value) ? Number(value) : value];
      if (['facets', 'sort', 'attributesToRetrieve', 'attributesToHighlight', 'attributesToCrop', 'attributesToSearchOn', 'locales'].includes(name)) return [name, value.split(',').filter(Boolean)];
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
export function readMultiSearch(body: unknown): { readonly searches: readonly ClientSearch[]; readonly federation?: Federation } {
  const { queries, federation = null, ...rest } = objectOf(body);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuseSearch('bad_request', `Ukjent felt: «${unknown.slice(0, 60)}».`);
  if (!Array.isArray(queries)) return refuseSearch('bad_request', 'Feltet «queries» må være en liste.');
  if (queries.length > searchLimits.queries) refuseSearch('bad_request', `Et søk kan ha høyst ${searchLimits.queries} spørsmål.`);
  const { limit, offset } = federation === null ? { limit: 0, offset: 0 } : readFederation(federation);
  const weights: number[] = [];
  const searches = queries.map((query: unknown, n) => {
    try {
      const { indexUid, federationOptions, ...search } = objectOf(query);
      if (indexUid === undefined) refuseSearch('missing_index_uid', 'Feltet «indexUid» må være med.');
      requireIndex(indexUid);
      weights.push(weightOf(federationOptions));
      if (federation === null) return readSearch(search);
      if (search.facets !== undefined && search.facets !== null) refuseSearch('invalid_multi_search_query_facets', 'Spørsmål i en «federation» kan ikke ha «facets».');
      if (['limit', 'offset', 'page', 'hitsPerPage'].some((name) => search[name] !== undefined && search[name] !== null))
        refuseSearch('invalid_multi_search_query_pagination', 'Spørsmål i en «federation» kan ikke ha egen side.');
      // The list may be of the hits of one query alone.
      return readSearch({ ...search, limit: Math.min(offset + limit, searchLimits.hits) });
    } catch (error) {
      throw error instanceof ProtocolError ? new ProtocolError(error.status, error.code, `Inside \`.queries[${n}]\`: ${error.message}`) : error;
    }
  });
  const hits = federation === null ? searches.reduce((sum, { question }) => sum + question.limit, 0) : limit;
  if (hits > searchLimits.hits) refuseSearch('invalid_search_limit', `Spørsmålene kan til sammen be om høyst ${searchLimits.hits} treff, men ber om ${hits}.`);
  const read = searches.reduce((sum, { question }) => sum + hitsReadBy(question), 0);
  if (read > searchLimits.hitsRead) refuseSearch('invalid_search_limit', `Spørsmålene kan til sammen lese høyst ${searchLimits.hitsRead} treff, men leser ${read}. Et spørsmål med «distinct» eller «rankingScoreThreshold» leser ${searchLimits.hits}.`);
  return { searches, ...(federation !== null && { federation: { limit, offset, weights } }) };
}

function readFederation(federation: unknown): { limit: number; offset: number } {
  const code = 'invalid_multi_search_federation';
  if (typeof federation !== 'object' || Array.isArray(federation)) return refuseSearch(code, 'Feltet «federation» må være et objekt.');
  const { limit = 20, offset = 0, ...rest } = federation as Json;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuseSearch(code, `Tjenesten støtter ikke «${unknown.slice(0, 60)}» i «federation».`);
  return {
    limit: wholeNumber(limit) ?? refuseSearch('invalid_multi_search_limit', 'Feltet «limit» må være et helt tall.'),
    offset: wholeNumber(offset) ?? refuseSearch('invalid_multi_search_offset', 'Feltet «offset» må være et helt tall.'),
  };
}

function weightOf(options: unknown): number {
  const { weight = 1, ...rest } = options === undefined || options === null ? {} : objectOf(options);
  const isKnown = Object.values(rest).every((value) => value === null);
  return isKnown && typeof weight === 'number' && weight >= 0 ? weight : refuseSearch('invalid_multi_search_weight', 'Feltet «federationOptions» kan bare ha «weight», et tall fra 0.');
}

/** Parses the body of a facet search. Ignores parameters that only a document search has, as Meilisearch does. */
export function readFacetSearch(body: unknown): ClientFacetQuery & { readonly facetQuery: string | null } {
  const { facetName, facetQuery = null, q, filter, matchingStrategy, attributesToSearchOn } = objectOf(body);
  if (facetName === undefined) refuseSearch('missing_facet_search_facet_name', 'Feltet «facetName» må være med.');
  const facet = facetFields.find((field) => field === facetName);
  if (facet === undefined) return refuseSearch('invalid_facet_search_facet_name', `Fasettene er: ${facetFields.join(', ')}.`);
  if (facetQuery !== null && typeof facetQuery !== 'string') return refuseSearch('invalid_facet_search_facet_query', 'Feltet «facetQuery» må være en tekst.');
  requireLength('facetQuery', facetQuery ?? '', 'invalid_facet_search_facet_query');
  const { question } = readSearch({ q, filter, attributesToSearchOn, ...(matchingStrategy !== null && { matchingStrategy }) });
  return { term: question.term, matching: question.matching!, ...(question.searched && { searched: question.searched }), ...(question.filter && { filter: question.filter }), facet, prefix: facetQuery ?? '', facetQuery, limit: searchLimits.facetValues };
}

export const objectOf = (body: unknown): Json =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Json) : refuseSearch('bad_request', 'Kroppen må være et objekt.');

/** Throws a `ProtocolError` with status 403 for any other index than `clientIndex`, the only one that a token covers. */
export function requireIndex(uid: unknown): void {
  if (uid !== clientIndex) throw new ProtocolError(403, 'invalid_api_key', `Tokenet gjelder bare indeksen «${clientIndex}».`);
}
