import type { Generation } from './search-generation.js';

/** What a document in the index is. */
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
 * What can be found. `id` is `<fiksOrgId>_<integrasjonId>_<meldingId>` for what an integration has indexed, and
 * `<fiksOrgId>_<tjenesteId>` for a kommunal tjeneste: letters, digits, `-` and `_` only.
 */
export interface SearchDocument {
  readonly id: string;
  readonly type: SearchType;
  readonly fiksOrgId: string;
  readonly integrasjonId?: string;
  readonly meldingId: string;
  /** The version of the metadata's shape, such as `MAPPE_V1`. */
  readonly versjon: string;
  /** Who may see it, as `exposure` in `search-access.ts` writes it: a person, an organisation, a property, everybody. */
  readonly eksponertFor: readonly string[];
  /** The login level that it takes: 3 or 4. 0 for what needs none. */
  readonly sikkerhetsniva: number;
  /** The SvarUt account that it was sent from; it shows only while the account is switched on. */
  readonly kontoId?: string;
  readonly eksternRef?: string;
  readonly korrelasjonId?: string;
  readonly forelderType?: string;
  /** The `id` of the document that it belongs under. */
  readonly forelderId?: string;
  /** What it is sorted by, in ms since 1970. */
  readonly dato: number;
  /** Not shown from this time on, in ms since 1970. */
  readonly tilgjengeligTil?: number;
  /** 1 for what waits for the citizen (unread, unpaid), else 0: what waits comes before what does not. */
  readonly venter: 0 | 1;
  /** A faktura's status, or its year as text; a mappe's type. */
  readonly status?: string;
  readonly arstall?: string;
  readonly mappeType?: string;
  /** Of the properties that it concerns: matrikkelnumre in the form of KS Fiks. */
  readonly matrikkel?: readonly string[];
  /** Of a kommunal tjeneste: PERSON, ORGANISASJON or PERSON_OG_ORGANISASJON. */
  readonly rettetMot?: string;
  /** Searched; the title counts most. */
  readonly tittel: string;
  readonly tekst: string;
  /** Given back as it is; not searched. */
  readonly metadata: object;
  /** The log position of the event that it comes from. An older one never replaces a newer one. */
  readonly position: number;
}

/** The fields that can be filtered by. */
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

/** The fields whose values can be counted. */
export const facetFields = ['type', 'fiksOrgId', 'status', 'arstall', 'mappeType'] as const satisfies readonly FilterField[];
export type FacetField = (typeof facetFields)[number];

/** A condition on a document. A list field meets a condition when any of its values does; a missing field meets none but `exists: false`. */
export type Filter =
  | { readonly field: FilterField; readonly in: readonly (string | number)[] }
  /** Compares numbers; `gte` and `lt` make a half-open range. */
  | { readonly field: FilterField; readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
  | { readonly field: FilterField; readonly exists: boolean }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

export interface SearchQuery {
  /**
   * Words, all of which are looked for, in title and text: whatever their case, inflected as in Norwegian, and the last
   * also as the beginning of a word. At least when nothing else is found, a word of 5 letters is forgiven one typing
   * error, one of 9 letters two, and a number none. Small words (`og`, `for`) need not be there when there are others,
   * nor need words after the tenth. Empty: everything.
   */
  readonly term: string;
  /** What the one who searches may see. Joined to everything else with "and", and never left out. */
  readonly access: Filter;
  readonly filter?: Filter;
  readonly facets?: readonly FacetField[];
  /** By relevance: what waits first, then the better match, then the newer. */
  readonly sort: 'RELEVANS' | 'DATO_ASC' | 'DATO_DESC';
  /** There is nothing to be had beyond `furthest`. */
  readonly offset: number;
  readonly limit: number;
  /** Marks what was matched in title and text. */
  readonly highlight?: { readonly before: string; readonly after: string };
}

export interface SearchHit {
  readonly document: SearchDocument;
  /** 0 to 1, comparable within one answer only. */
  readonly score: number;
  /** Title and text with the matches marked, when asked for. */
  readonly highlighted?: { readonly tittel: string; readonly tekst: string };
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /**
   * How many there are in all pages; exact up to `countedTo`, or to `furthest` when facets are asked for, from there a lower
   * bound: at least that, and more than the page and those before it when another follows.
   */
  readonly total: number;
  /** How many documents have each value, over all pages; most first. Exact when there are at most `furthest`; else lower bounds. */
  readonly facets: { readonly [F in FacetField]?: readonly { readonly value: string; readonly count: number }[] };
}

/** Totals are exact this far: to count a word that is everywhere costs more than to find what is asked for. */
export const exactCountLimit = 1_000;
/** So far there are pages: KS Fiks' highest offset and largest page. */
export const maxReachableHit = 10_499;

/** What is written in one go. What is both put and removed is removed. */
export interface SearchChanges {
  readonly put: readonly SearchDocument[];
  readonly remove: readonly string[];
}

/** The index is out of reach, too slow, or not filled for the first time yet. What asks for it fails; nothing else does. */
export class SearchUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The search index did not answer', options);
    this.name = 'SearchUnavailable';
  }
}

/**
 * What is searched in. Made from the log and the keys, and can be made again: every generation is an index of its own,
 * built beside the one that is asked until it takes over. Methods reject with `SearchUnavailable` when the index cannot
 * be reached, and with another error when a generation is named that is not prepared, or is dropped.
 */
export abstract class SearchIndex {
  /** Makes room for a generation, with this program's settings. Safe to repeat. */
  abstract prepare(generation: Generation): Promise<void>;
  /**
   * Writes to a generation. Resolves when a search sees it. Safe to repeat: a document is replaced by one of the same or
   * a higher position only. What is removed is forgotten, its position too: who repeats an old put must repeat the
   * removal after it.
   */
  abstract write(generation: Generation, changes: SearchChanges): Promise<void>;
  /** Answers from this generation from now on, and drops those before it. Safe to repeat. */
  abstract serve(generation: Generation): Promise<void>;
  /** How many documents a generation has, and the documents with these ids as they stand there: to find drift. */
  abstract inspect(generation: Generation, ids: readonly string[]): Promise<{ readonly count: number; readonly documents: readonly SearchDocument[] }>;

  /** Several questions to the served generation, answered in the same order, at the cost of one round trip. */
  abstract searchMany(queries: readonly SearchQuery[]): Promise<readonly SearchResult[]>;

  async search(query: SearchQuery): Promise<SearchResult> {
    const [result] = await this.searchMany([query]);
    return result!;
  }

  /** The values of a facet that begin with a text (case and accents aside, any when empty), with counts; most first. */
  abstract facetValues(
    query: Pick<SearchQuery, 'term' | 'access' | 'filter'> & { readonly facet: FacetField; readonly prefix: string; readonly limit: number },
  ): Promise<readonly { readonly value: string; readonly count: number }[]>;
}
