import { lesemodell } from '../../../application/innsyn/lesemodell.js';
import { clientIndex, type FederatedResult, type Federation } from '../../../application/innsyn/search-client.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { shownVersion } from '../../../application/innsyn/versjoner.js';
import { maxReachableHit, type SearchDocument, type SearchHit, type SearchResult, type Span } from '../../../application/ports/search-index.js';
import { cropped } from './crop.js';
import type { ClientSearch, Json } from './meilisearch-search.js';

/**
 * The fields of a hit that a client gets. They leave out the recipients and the log position. `metadata` is the read model
 * of the KS Fiks searches, which has no personal numbers of parties.
 */
const shownFields = [
  'id', 'type', 'fiksOrgId', 'integrasjonId', 'meldingId', 'versjon', 'sikkerhetsniva', 'eksternRef', 'korrelasjonId', 'forelderType',
  'forelderId', 'dato', 'tilgjengeligTil', 'venter', 'status', 'arstall', 'mappeType', 'matrikkel', 'rettetMot', 'tittel', 'tekst', 'metadata',
] as const satisfies readonly (keyof SearchDocument)[];
type ShownField = (typeof shownFields)[number];

/** Builds Meilisearch's response to a search. `totalPages` counts the pages that can be reached. */
export function answerOf(search: ClientSearch, result: SearchResult, processingTimeMs: number): Json {
  const { question, page, limit, everyFacet } = search;
  const { term, offset, facets } = question;
  const { total, stats = {} } = result;
  const distribution = (facets ?? []).map((facet) => [facet, Object.fromEntries((result.facets[facet] ?? []).slice(0, searchLimits.distributionValues).map(({ value, count }) => [value, count]))] as const);
  return {
    hits: result.hits.map((hit) => formattedHit(search, hit)),
    query: term,
    processingTimeMs,
    ...(page !== undefined
      ? { hitsPerPage: limit, page, totalPages: limit > 0 ? Math.min(Math.ceil(total / limit), Math.floor(maxReachableHit / limit) + 1) : 0, totalHits: total }
      : { limit, offset, estimatedTotalHits: total }),
    ...(facets && {
      facetDistribution: Object.fromEntries(distribution.filter(([, values]) => !everyFacet || Object.keys(values).length > 0)),
      facetStats: stats,
    }),
  };
}

/** Builds Meilisearch's response to a federated search. */
export function federatedAnswer({ limit, offset }: Federation, searches: readonly ClientSearch[], { hits, total }: FederatedResult, processingTimeMs: number): Json {
  return {
    hits: hits.map(({ hit, query, score }) => ({
      ...formattedHit(searches[query]!, hit),
      _federation: { indexUid: clientIndex, queriesPosition: query, weightedRankingScore: score },
    })),
    processingTimeMs,
    limit,
    offset,
    estimatedTotalHits: total,
  };
}

const within = (names: readonly string[], name: string) => names.includes('*') || names.includes(name);

function formattedHit(search: ClientSearch, { document, matches, score }: SearchHit): Json {
  const { retrieve, highlight, crop, shows } = search;
  const there = shownFields.filter((name) => document[name] !== undefined);
  const values = new Map(there.map((name) => [name, name === 'metadata' ? lesemodell(document, shownVersion(document)) : document[name]]));
  const shown = (names: readonly ShownField[]) => names.map((name) => [name, values.get(name)] as const);
  const retrieved = there.filter((name) => within(retrieve, name));
  const changed = there.filter((name) => within([...(highlight?.names ?? []), ...Object.keys(crop?.lengths ?? {})], name));
  const spansOf = (name: string) => (name === 'tittel' || name === 'tekst' ? (matches?.[name] ?? []) : []);
  return {
    ...Object.fromEntries(shown(retrieved)),
    ...(changed.length > 0 && {
      _formatted: Object.fromEntries(
        shown(there.filter((name) => retrieved.includes(name) || changed.includes(name))).map(([name, value]) => [name, changed.includes(name) ? formatted(search, name, value, spansOf(name)) : value]),
      ),
    }),
    ...(shows.positions && { _matchesPosition: positionsOf(document, matches) }),
    ...(shows.score && { _rankingScore: score }),
    // The score is one number here, and not one for each of Meilisearch's rules.
    ...(shows.scoreDetails && { _rankingScoreDetails: { 'venter:desc': { order: 0, value: document.venter }, score: { order: 1, score }, 'dato:desc': { order: 2, value: document.dato } } }),
    ...(shows.vectors && { _vectors: {} }),
  };
}

/** A field with its matches marked, and cropped. */
function formatted(search: Pick<ClientSearch, 'highlight' | 'crop'>, name: string, value: unknown, spans: readonly Span[]): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => formatted(search, name, one, []));
  const { highlight, crop } = search;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return value;
  const length = crop && (crop.lengths[name] ?? crop.lengths['*']);
  const marking = highlight && within(highlight.names, name) ? highlight : undefined;
  if (crop && length !== undefined && length > 0) {
    const { start, end } = cropped(value, spans, length);
    const inside = spans.filter((span) => span.start >= start && span.end <= end).map((span) => ({ start: span.start - start, end: span.end - start }));
    const text = value.slice(start, end);
    return `${start > 0 ? crop.marker : ''}${marking ? marked(text, inside, marking) : text}${end < value.length ? crop.marker : ''}`;
  }
  return marking ? marked(value, spans, marking) : value;
}

/** Marks pieces of a text, which are in order and do not overlap. */
export function marked(text: string, spans: readonly Span[], { before, after }: { readonly before: string; readonly after: string }): string {
  let result = '';
  let done = 0;
  for (const { start, end } of spans) {
    result += text.slice(done, start) + before + text.slice(start, end) + after;
    done = end;
  }
  return result + text.slice(done);
}

/** The places of the matches in Meilisearch's form: offset and length in bytes. Fields without matches are left out. */
function positionsOf(document: SearchDocument, matches: SearchHit['matches']): Json {
  return Object.fromEntries(
    (['tittel', 'tekst'] as const).flatMap((name) => {
      const spans = matches?.[name] ?? [];
      let [at, bytes] = [0, 0];
      const positions = spans.map(({ start, end }) => {
        bytes += Buffer.byteLength(document[name].slice(at, start));
        const length = Buffer.byteLength(document[name].slice(start, end));
        const position = { start: bytes, length };
        [at, bytes] = [end, bytes + length];
        return position;
      });
      return positions.length > 0 ? [[name, positions] as const] : [];
    }),
  );
}
