import type { Generation } from './search-generation.js';

/** The types of documents in the index. */
export const searchTypes = [
  'mappe',
  'journalpost',
  'post',
  'faktura',
  'innsendtskjema',
  'skjemakladd',
  'kommunaltjeneste',
] as const;
export type SearchType = (typeof searchTypes)[number];

/**
 * A document in the search index. `id` is `<fiksOrgId>_<integrasjonId>_<meldingId>` for a message, and
 * `<fiksOrgId>_<tjenesteId>` for a kommunal tjeneste. It has only letters, digits, `-` and `_`.
 */
export interface SearchDocument {
  readonly id: string;
  readonly type: SearchType;
  readonly fiksOrgId: string;
  readonly integrasjonId?: string;
  readonly meldingId: string;
  /** The schema version of the metadata, such as `MAPPE_V1`. */
  readonly versjon: string;
  /**
   * The audiences that may see the document, in the form of `commands/exposure.ts`: a person, an organisation, a property,
   * or everybody.
   */
  readonly eksponertFor: readonly string[];
  /** The login level that the document requires: 3 or 4, or 0 for none. */
  readonly sikkerhetsniva: number;
  /** The SvarUt account that the letter was sent from. The document is visible only while the account is enabled. */
  readonly kontoId?: string;
  readonly eksternRef?: string;
  readonly korrelasjonId?: string;
  readonly forelderType?: string;
  /** The `id` of the parent document. */
  readonly forelderId?: string;
  /** The date to sort by, in ms since 1970. */
  readonly dato: number;
  /** The time from which the document is hidden, in ms since 1970. Missing: never. */
  readonly tilgjengeligTil?: number;
  /** 1 for a document that awaits the citizen (unread, unpaid), else 0. Relevance order puts 1 before 0. */
  readonly venter: 0 | 1;
  /** A faktura's `status` and year (`arstall`, as text), and the type of a mappe or a journalpost (`BYGGESAK`, `I` …). */
  readonly status?: string;
  readonly arstall?: string;
  readonly mappeType?: string;
  /** The matrikkelnumre of the properties that the document concerns, in KS Fiks's form (`3807-60/38/0/0`). */
  readonly matrikkel?: readonly string[];
  /** The target group of a kommunal tjeneste: PERSON, ORGANISASJON or PERSON_OG_ORGANISASJON. */
  readonly rettetMot?: string;
  /** The searchable text. A match in the title weighs more. */
  readonly tittel: string;
  readonly tekst: string;
  /** Returned unchanged with a hit. Not searchable. A message's has no identity numbers (`innsyn/indexed-metadata.ts`). */
  readonly metadata: object;
  /** The log position of the event that the document comes from. A lower position never overwrites a higher one. */
  readonly position: number;
}

/** The fields that a `Filter` may use. */
export const filterFields = [
  'id',
  'type',
  'fiksOrgId',
  'integrasjonId',
  'meldingId',
  'versjon',
  'eksponertFor',
  'sikkerhetsniva',
  'kontoId',
  'eksternRef',
  'korrelasjonId',
  'forelderId',
  'dato',
  'tilgjengeligTil',
  'venter',
  'status',
  'arstall',
  'mappeType',
  'matrikkel',
  'rettetMot',
] as const satisfies readonly (keyof SearchDocument)[];
export type FilterField = (typeof filterFields)[number];

/** The fields that have facets. */
export const facetFields = ['type', 'fiksOrgId', 'status', 'arstall', 'mappeType'] as const satisfies readonly FilterField[];
export type FacetField = (typeof facetFields)[number];

/** A condition on a document. A list field meets it when any of its values does. A missing field meets only `exists: false`. */
export type Filter =
  | { readonly field: FilterField; readonly in: readonly (string | number)[] }
  /** Compares numbers. `gte` with `lt` makes a half-open range. */
  | { readonly field: FilterField; readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
  | { readonly field: FilterField; readonly exists: boolean }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

export interface SearchQuery {
  /**
   * The words to find in title and text, in any letter case and Norwegian inflection. All must match. The last one also
   * matches as a prefix. When nothing else matches, typing errors are allowed: one in a word of 5 letters, two in one of 9,
   * none in a number. Stop words (`og`, `for`) are optional when there are other
   * words. Words after the tenth are optional too. Empty: matches everything.
   */
  readonly term: string;
  /** The access filter of the searcher. The index always combines it with the rest of the query by "and". */
  readonly access: Filter;
  readonly filter?: Filter;
  readonly facets?: readonly FacetField[];
  /** RELEVANS orders by `venter` first, then by score, then newest first. */
  readonly sort: 'RELEVANS' | 'DATO_ASC' | 'DATO_DESC';
  /** Hits beyond `maxReachableHit` cannot be reached. */
  readonly offset: number;
  readonly limit: number;
  /**
   * `exact` counts every hit. `estimated`, the default, may stop at `exactCountLimit`. A query with facets counts every hit in
   * any case.
   */
  readonly count?: 'exact' | 'estimated';
  /** Allows no typing errors. Default: allows them when nothing else matches. */
  readonly exactWords?: true;
  /** Wraps each match in title and text between `before` and `after`, at most the first thousand in each. */
  readonly highlight?: { readonly before: string; readonly after: string };
}

export interface SearchHit {
  readonly document: SearchDocument;
  /** 0 to 1. Only comparable within one result. */
  readonly score: number;
  /** Title and text with the matches marked. Present when the query asks for it. */
  readonly highlighted?: { readonly tittel: string; readonly tekst: string };
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /**
   * The number of hits over all pages. An estimate is exact up to `exactCountLimit`. Above that it is a lower bound, and
   * greater than the hits up to the end of this page when another page follows.
   */
  readonly total: number;
  /** The number of documents per value over all pages, largest first. Always exact. */
  readonly facets: { readonly [F in FacetField]?: readonly { readonly value: string; readonly count: number }[] };
  /** Set when typing errors were allowed, because nothing matched without. */
  readonly typosAllowed?: true;
}

/** The highest exact total of an estimate. Counting a word that occurs everywhere costs more than finding the page. */
export const exactCountLimit = 1_000;
/** The highest reachable hit: KS Fiks's highest offset plus its largest page. */
export const maxReachableHit = 10_499;

/** One batch of writes. An id in both lists is removed. */
export interface SearchChanges {
  readonly put: readonly SearchDocument[];
  readonly remove: readonly string[];
}

/**
 * The index is unreachable, too slow, or not yet built for the first time. Only the search fails; the rest of the service
 * works.
 */
export class SearchUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The search index did not answer', options);
    this.name = 'SearchUnavailable';
  }
}

/**
 * The search index. It is derived from the log and the subject keys and can be rebuilt. Each generation is a separate
 * index, built beside the served one until it replaces it. Methods reject with `SearchUnavailable` when the index is
 * unreachable. They reject with another error for a generation that is not prepared, or has been dropped.
 */
export abstract class SearchIndex {
  /** Creates a generation with this program's settings. Safe to repeat. */
  abstract prepare(generation: Generation): Promise<void>;
  /**
   * Writes to a generation. Resolves when the writes are visible to searches. Safe to repeat: a put replaces only a
   * document of the same or a lower position. A removal also forgets the position. So after repeating an old put, repeat
   * the removal too.
   */
  abstract write(generation: Generation, changes: SearchChanges): Promise<void>;
  /** Serves this generation from now on and drops the earlier ones. Safe to repeat. */
  abstract serve(generation: Generation): Promise<void>;
  /** Counts the documents of a generation, and returns the stored documents with these ids. Used to detect drift. */
  abstract inspect(generation: Generation, ids: readonly string[]): Promise<{ readonly count: number; readonly documents: readonly SearchDocument[] }>;

  /** Runs several queries on the served generation in one round trip. The results are in the order of the queries. */
  abstract searchMany(queries: readonly SearchQuery[]): Promise<readonly SearchResult[]>;

  /** Runs one query, as `searchMany` does. */
  async search(query: SearchQuery): Promise<SearchResult> {
    const [result] = await this.searchMany([query]);
    return result!;
  }

  /**
   * The values of a facet that begin with `prefix`, ignoring case and accents, largest count first. An empty prefix matches
   * all.
   */
  abstract facetValues(
    query: Pick<SearchQuery, 'term' | 'access' | 'filter'> & { readonly facet: FacetField; readonly prefix: string; readonly limit: number },
  ): Promise<readonly { readonly value: string; readonly count: number }[]>;
}
