import type { LogPlace } from './event-store.js';
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

/** The fields that have facets: all but the audiences and the sending account, which nobody may list. */
export type FacetField = Exclude<FilterField, 'eksponertFor' | 'kontoId'>;
export const facetFields = filterFields.filter((field): field is FacetField => field !== 'eksponertFor' && field !== 'kontoId');

/** The fields with numbers. */
const numberFields = ['sikkerhetsniva', 'dato', 'tilgjengeligTil', 'venter'] as const satisfies readonly FilterField[];
export type NumberField = (typeof numberFields)[number];
export const isNumberField = (field: FilterField): boolean => (numberFields as readonly FilterField[]).includes(field);

/** The fields with searchable text. */
export type TextField = 'tittel' | 'tekst';

/** A condition on a document. A list field meets it when any of its values does. A missing field meets only `exists: false`. */
export type Filter =
  /** With `ignoreCase`, letter case makes no difference. */
  | { readonly field: FilterField; readonly in: readonly (string | number)[]; readonly ignoreCase?: true }
  /** Compares numbers. `gte` with `lt` makes a half-open range. */
  | { readonly field: FilterField; readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
  /** Compares texts, whatever their letter case, by the code points of their letters. */
  | { readonly field: FilterField; readonly text: TextRange }
  | { readonly field: FilterField; readonly exists: boolean }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

/** The capital letters beyond A to Z that are known as such, and their small letters, in the same order. */
export const capitals = 'ÆØÅÄÖÜÉÈÊËÁÀÂÍÓÒÔÚÑÇČĐŊŠŦŽ';
export const smallLetters = 'æøåäöüéèêëáàâíóòôúñçčđŋšŧž';
const small = new Map(Array.from(capitals, (letter, n) => [letter, smallLetters[n]!]));

/** The form in which values of a field are compared whatever their letter case. PostgreSQL makes the same form of its values. */
export const comparable = (value: string | number): string =>
  String(value)
    .trim()
    .replace(/[^a-z0-9]/g, (letter) => small.get(letter) ?? (letter >= 'A' && letter <= 'Z' ? letter.toLowerCase() : letter));

/** Bounds of a text. A text starts with `startsWith` when it is given. */
export interface TextRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly startsWith?: string;
}

export interface SearchQuery {
  /**
   * The words to find in title and text, in any letter case and Norwegian inflection, and as parts of compounds. The last one
   * also matches as a prefix, unless something follows it. Words in quotes match exactly and beside each other; a word or
   * quote after `-` excludes. When nothing else matches, typing errors are allowed: one in a word of 5 letters, two in one of
   * 9, none in a number. Stop words (`og`, `for`) are optional when there are other words. Words after the tenth are
   * optional too. Empty: matches everything.
   */
  readonly term: string;
  /**
   * The words that must match. `all`, the default: all of them. `last`: the first, or none when the term has a
   * phrase, and hits that have more words from the beginning of the term go first. `frequency`: the same, with the words in the order from the rarest.
   */
  readonly matching?: 'all' | 'last' | 'frequency';
  /** The fields to search in. Default: both. */
  readonly searched?: readonly TextField[];
  /** The access filter of the searcher. The index always combines it with the rest of the query by "and". */
  readonly access: Filter;
  readonly filter?: Filter;
  readonly facets?: readonly FacetField[];
  /** The fields whose lowest and highest number the result has, beside those of the facets. */
  readonly stats?: readonly NumberField[];
  /** RELEVANS orders by `venter` first, then by score, then newest first. */
  readonly sort: 'RELEVANS' | 'DATO_ASC' | 'DATO_DESC';
  /** Hits beyond `maxReachableHit` cannot be reached. */
  readonly offset: number;
  readonly limit: number;
  /**
   * `exact` counts every hit. `estimated`, the default, may stop at `exactCountLimit`. A query with facets or stats counts
   * every hit in any case.
   */
  readonly count?: 'exact' | 'estimated';
  /** Allows no typing errors. Default: allows them when nothing else matches. */
  readonly exactWords?: true;
  /** Returns the places that match in title and text, at most the first thousand in each. */
  readonly matches?: true;
}

export interface SearchHit {
  readonly document: SearchDocument;
  /** 0 to 1. Only comparable within one result. */
  readonly score: number;
  /** The places that match, in order, without overlap. Present when the query asks for it. */
  readonly matches?: { readonly [F in TextField]: readonly Span[] };
}

/** A piece of a text: the offset of its first character, and of the one after its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /**
   * The number of hits over all pages. An estimate is exact up to `exactCountLimit`. Above that it is a lower bound, and
   * greater than the hits up to the end of this page when another page follows.
   */
  readonly total: number;
  /**
   * The number of documents per value over all pages, largest first. Always exact. Values that differ in letter case are one.
   * At most `maxFacetValues` values of a field.
   */
  readonly facets: { readonly [F in FacetField]?: readonly { readonly value: string; readonly count: number }[] };
  /** The lowest and the highest number of each facet with numbers and of each field in `stats`, over all pages. Missing for a field without hits. */
  readonly stats?: { readonly [F in FacetField]?: { readonly min: number; readonly max: number } };
  /** Set when typing errors were allowed, because nothing matched without. */
  readonly typosAllowed?: true;
}

/** The most values of one facet. Far more than there are organisations. */
export const maxFacetValues = 10_000;
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
  /**
   * Hands a write over, and resolves with a function that waits until it is visible to searches; undefined when it is visible
   * already. Further writes may be handed over before that. They are made in the order of the calls.
   */
  async handOver(generation: Generation, changes: SearchChanges): Promise<(() => Promise<void>) | undefined> {
    await this.write(generation, changes);
    return undefined;
  }
  /** Serves this generation from now on and drops the earlier ones. Safe to repeat. */
  abstract serve(generation: Generation): Promise<void>;
  /** Empties a generation, and stops serving it. Searches are unavailable until the next `serve`. Safe to repeat. */
  abstract clear(generation: Generation): Promise<void>;
  /** Stops serving a generation, and keeps its documents. Searches are unavailable until the next `serve`. Safe to repeat. */
  abstract withdraw(generation: Generation): Promise<void>;
  /** Whether the index keeps places. It does not where the checkpoints stand in the same database. */
  readonly keepsPlaces: boolean = false;
  /**
   * Keeps the place of the log up to which a generation has been written. It only goes forward; without a place, it is forgotten.
   * Resolves with the place that is kept then.
   */
  mark(_generation: Generation, _place: LogPlace | undefined): Promise<LogPlace | undefined> {
    return Promise.resolve(undefined);
  }
  /** The place of `mark`; undefined where none is kept, none has been yet, or the generation is cleared or dropped. */
  place(_generation: Generation): Promise<LogPlace | undefined> {
    return Promise.resolve(undefined);
  }
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
   * The values of a facet that begin with `prefix`, ignoring case and accents, largest count first. Without any, those that
   * begin so with typing errors. An empty prefix matches all.
   */
  abstract facetValues(
    query: Pick<SearchQuery, 'term' | 'access' | 'filter' | 'matching' | 'searched'> & { readonly facet: FacetField; readonly prefix: string; readonly limit: number },
  ): Promise<readonly { readonly value: string; readonly count: number }[]>;
}
