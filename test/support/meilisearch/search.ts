import { fail, isFlag, isText, isTexts, isWhole, type Json } from './errors.js';
import { comparable, parseFilter } from './filter.js';
import type { Index } from './indexes.js';
import { candidatesOf, ranked, scoreOf, type Candidate } from './ranking.js';
import { filterableOf } from './settings.js';
import { normalized, parseQuery, tokensOf, typosBetween } from './text.js';

/** The parameters of a search, with a check of each one's type. */
const parameters: Readonly<Record<string, (value: unknown) => boolean>> = {
  q: isText,
  offset: isWhole,
  limit: isWhole,
  page: isWhole,
  hitsPerPage: isWhole,
  filter: (value) => isText(value) || Array.isArray(value),
  facets: isTexts,
  sort: isTexts,
  attributesToRetrieve: isTexts,
  attributesToHighlight: isTexts,
  attributesToSearchOn: isTexts,
  highlightPreTag: isText,
  highlightPostTag: isText,
  matchingStrategy: (value) => value === 'all' || value === 'last' || value === 'frequency',
  showRankingScore: isFlag,
  showMatchesPosition: isFlag,
};

interface SearchParameters {
  readonly q?: string | null;
  readonly offset?: number;
  readonly limit?: number;
  readonly page?: number;
  readonly hitsPerPage?: number;
  readonly filter?: unknown;
  readonly facets?: readonly string[];
  readonly sort?: readonly string[];
  readonly attributesToRetrieve?: readonly string[];
  readonly attributesToHighlight?: readonly string[];
  readonly attributesToSearchOn?: readonly string[];
  readonly highlightPreTag?: string;
  readonly highlightPostTag?: string;
  readonly matchingStrategy?: 'all' | 'last' | 'frequency';
  readonly showRankingScore?: boolean;
}

function searchParameters(body: Json): SearchParameters {
  for (const [name, value] of Object.entries(body)) {
    const shape = parameters[name] ?? fail('bad_request', `Unknown field \`${name}\`: expected one of ${Object.keys(parameters).map((one) => `\`${one}\``).join(', ')}`);
    if (value !== null && !shape(value)) fail(`invalid_search_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, `Invalid value at \`.${name}\``);
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** The documents that match the query and the filters, unordered. */
function found(index: Index, { q = '', filter, matchingStrategy = 'last', attributesToSearchOn }: SearchParameters, rule: unknown): readonly Candidate[] {
  const { settings, documents } = index;
  const tests = [parseFilter(filter, filterableOf(settings)), parseFilter(rule, filterableOf(settings))];
  const seen = [...documents.values()].filter((document) => tests.every((test) => test(document)));
  const searchable = attributesToSearchOn ? settings.searchableAttributes.filter((name) => attributesToSearchOn.includes(name)) : settings.searchableAttributes;
  return candidatesOf(seen, q ?? '', settings, searchable, matchingStrategy);
}

/** Runs a search. `rule` is the filter of a tenant token. */
export function search(index: Index, body: Json, rule?: unknown): Json {
  const query = searchParameters(body);
  const { settings } = index;
  const { q = '', sort = [], facets, page, hitsPerPage, offset = 0, limit = 20 } = query;
  for (const one of sort) {
    const [field = '', direction] = one.split(/:(?=[^:]*$)/);
    if (direction !== 'asc' && direction !== 'desc') fail('invalid_search_sort', `Invalid syntax for the sort parameter: expected expression ending by \`:asc\` or \`:desc\`, found \`${one}\`.`);
    if (!settings.sortableAttributes.includes(field)) fail('invalid_search_sort', `Index \`${index.uid}\`: Attribute \`${field}\` is not sortable.`);
    if (!settings.rankingRules.includes('sort')) fail('invalid_search_sort', 'You must specify where `sort` is listed in the rankingRules setting to use the sort parameter at search time.');
  }
  const unknown = facets?.find((one) => one !== '*' && !filterableOf(settings).has(one));
  if (unknown !== undefined) fail('invalid_search_facets', `Invalid facet distribution: Attribute \`${unknown}\` is not filterable.`);
  const candidates = found(index, query, rule);
  const { maxTotalHits } = settings.pagination;
  const total = Math.min(candidates.length, maxTotalHits);
  const finite = page !== undefined || hitsPerPage !== undefined;
  const [from, count] = finite ? [Math.max(0, (page ?? 1) - 1) * (hitsPerPage ?? 20), page === 0 ? 0 : (hitsPerPage ?? 20)] : [offset, limit];
  const hits = ranked(candidates, settings, sort).slice(0, maxTotalHits).slice(from, from + count);
  return {
    hits: hits.map((hit) => formattedHit(index, query, hit)),
    query: q ?? '',
    processingTimeMs: 0,
    ...(finite
      ? { hitsPerPage: hitsPerPage ?? 20, page: page ?? 1, totalPages: hitsPerPage === 0 ? 0 : Math.ceil(total / (hitsPerPage ?? 20)), totalHits: total }
      : { limit, offset, estimatedTotalHits: total }),
    ...(facets && distribution(index, candidates, facets)),
  };
}

/** A hit with the attributes that are requested and that `displayedAttributes` allows. */
function formattedHit({ settings }: Index, { q, attributesToRetrieve, attributesToHighlight, highlightPreTag = '<em>', highlightPostTag = '</em>', showRankingScore }: SearchParameters, hit: Candidate): Json {
  const visible = ([name]: [string, unknown]) => settings.displayedAttributes.includes('*') || settings.displayedAttributes.includes(name);
  const wants = (names: readonly string[] | undefined, name: string) => !names || names.includes('*') || names.includes(name);
  const fields = Object.entries(hit.document).filter(visible);
  const { wanted, phrases } = parseQuery(q ?? '', settings);
  const isMatch = (word: string) => wanted.some((one) => typosBetween(one, word) !== undefined) || phrases.some((phrase) => phrase.includes(word));
  const mark = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mark);
    if (typeof value === 'number') return String(value);
    if (!isText(value)) return value;
    let [marked, done] = ['', 0];
    for (const { word, start, end } of tokensOf(value)) {
      if (!isMatch(word)) continue;
      marked += value.slice(done, start) + highlightPreTag + value.slice(start, end) + highlightPostTag;
      done = end;
    }
    return marked + value.slice(done);
  };
  return {
    ...Object.fromEntries(fields.filter(([name]) => wants(attributesToRetrieve, name))),
    ...(attributesToHighlight && {
      _formatted: Object.fromEntries(
        fields
          .filter(([name]) => wants(attributesToRetrieve, name) || wants(attributesToHighlight, name))
          .map(([name, value]) => [name, wants(attributesToHighlight, name) ? mark(value) : value]),
      ),
    }),
    ...(showRankingScore && { _rankingScore: scoreOf(hit) }),
  };
}

/** The values of a facet with their document counts. The `faceting` settings give order and maximum. */
function counts({ settings }: Index, candidates: readonly Candidate[], facet: string): [string, number][] {
  const counted = new Map<string, { value: string; count: number }>();
  for (const { document } of candidates) {
    const value = document[facet];
    for (const one of new Map((Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map((each: unknown) => [comparable(each), String(each)])).entries()) {
      const kept = counted.get(one[0]);
      if (kept) kept.count++;
      else counted.set(one[0], { value: one[1], count: 1 });
    }
  }
  const { maxValuesPerFacet, sortFacetValuesBy } = settings.faceting;
  const byCount = (sortFacetValuesBy[facet] ?? sortFacetValuesBy['*']) === 'count';
  return [...counted]
    .sort(([a, one], [b, other]) => (byCount ? other.count - one.count : 0) || (a < b ? -1 : 1))
    .slice(0, maxValuesPerFacet)
    .map(([, { value, count }]) => [value, count]);
}

function distribution(index: Index, candidates: readonly Candidate[], facets: readonly string[]): Json {
  const names = facets.includes('*') ? [...filterableOf(index.settings).keys()] : facets;
  const numbers = (name: string) => candidates.map(({ document }) => document[name]).filter((value) => typeof value === 'number');
  const stats = names.map((name) => [name, numbers(name)] as const).filter(([, values]) => values.length > 0);
  return {
    facetDistribution: Object.fromEntries(names.map((name) => [name, Object.fromEntries(counts(index, candidates, name))])),
    facetStats: Object.fromEntries(stats.map(([name, values]) => [name, { min: Math.min(...values), max: Math.max(...values) }])),
  };
}

/** Runs a search among a facet's values. Ignores parameters that only a search of documents has. */
export function facetSearch(index: Index, { facetName, facetQuery, q, filter, matchingStrategy, attributesToSearchOn }: Json, rule?: unknown): Json {
  const { settings } = index;
  if (!settings.facetSearch) fail('facet_search_disabled', 'The facet search is disabled for this index');
  if (facetName === undefined) fail('missing_facet_search_facet_name', 'Missing field `facetName`');
  if (!isText(facetName) || !filterableOf(settings).get(facetName)?.facetSearch)
    return fail('invalid_facet_search_facet_name', `Attribute \`${isText(facetName) ? facetName : 'facetName'}\` is not facet-searchable.`);
  if (facetQuery !== undefined && facetQuery !== null && !isText(facetQuery)) fail('invalid_facet_search_facet_query', 'Invalid value type at `.facetQuery`: expected a string');
  const query = searchParameters(Object.fromEntries(Object.entries({ q, filter, matchingStrategy, attributesToSearchOn }).filter(([, value]) => value !== undefined)));
  const [word = ''] = isText(facetQuery) ? [normalized(facetQuery)] : [];
  const wanted = { word, prefix: true, typos: word.length >= 9 ? 2 : word.length >= 5 ? 1 : 0 };
  const facetHits = counts(index, found(index, query, rule), facetName)
    .filter(([value]) => typosBetween(wanted, normalized(value)) !== undefined)
    .map(([value, count]) => ({ value, count }));
  return { facetHits, facetQuery: facetQuery ?? null, processingTimeMs: 0 };
}
