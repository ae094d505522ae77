import type { LogPlace } from '../../application/ports/event-store.js';
import { encodeGeneration, type Generation } from '../../application/ports/search-generation.js';
import {
  SearchIndex,
  SearchUnavailable,
  type SearchChanges,
  type SearchDocument,
  type SearchQuery,
  type SearchResult,
} from '../../application/ports/search-index.js';
import { asksForNothing, beginsPhrase, hitOf, leastWords, mayBeMisspelt, parseTerm, type SearchTerm } from '../text/search-term.js';
import { closeness, facetValuesLike, searchWord, wordsOf, type SearchWord, type Word } from '../text/words.js';
import { counted, meets, statsOf } from './filter.js';

type DocumentMap = Map<string, SearchDocument>;
type Asked = Pick<SearchQuery, 'term' | 'access' | 'filter' | 'matching' | 'searched' | 'exactWords'>;
interface Found {
  readonly document: SearchDocument;
  /** The number of words from the beginning of the term that the document has. */
  readonly words: number;
  readonly score: number;
}

/** A search index in memory, for tests. The simplest implementation of the port, so it also serves as its reference. */
export class MemorySearchIndex extends SearchIndex {
  override readonly keepsPlaces = true;
  /** By the number that a generation is stored as. */
  private readonly generations = new Map<number, DocumentMap>();
  private served: DocumentMap | undefined;
  private readonly places = new Map<number, LogPlace>();

  prepare(generation: Generation): Promise<void> {
    const number = encodeGeneration(generation);
    if (!this.generations.has(number)) this.generations.set(number, new Map());
    return Promise.resolve();
  }

  async write(generation: Generation, { put, remove }: SearchChanges): Promise<void> {
    const documents = await this.documentsOf(generation);
    for (const document of put)
      if ((documents.get(document.id)?.position ?? -Infinity) <= document.position) documents.set(document.id, copied(document));
    for (const id of remove) documents.delete(id);
  }

  async serve(generation: Generation): Promise<void> {
    this.served = await this.documentsOf(generation);
    for (const kept of [this.generations, this.places]) for (const older of kept.keys()) if (older < encodeGeneration(generation)) kept.delete(older);
  }

  withdraw(generation: Generation): Promise<void> {
    if (this.served === this.generations.get(encodeGeneration(generation))) this.served = undefined;
    return Promise.resolve();
  }

  async clear(generation: Generation): Promise<void> {
    await this.withdraw(generation);
    const number = encodeGeneration(generation);
    this.generations.set(number, new Map());
    this.places.delete(number);
  }

  override mark(generation: Generation, place: LogPlace | undefined): Promise<LogPlace | undefined> {
    const number = encodeGeneration(generation);
    if (!place) this.places.delete(number);
    else if (place.position > (this.places.get(number)?.position ?? -1n)) this.places.set(number, place);
    return this.place(generation);
  }

  override place(generation: Generation): Promise<LogPlace | undefined> {
    return Promise.resolve(this.places.get(encodeGeneration(generation)));
  }

  async inspect(generation: Generation, ids: readonly string[]) {
    const documents = await this.documentsOf(generation);
    return { count: documents.size, documents: ids.flatMap((id) => documents.has(id) ? copied(documents.get(id)!) : []) };
  }

  searchMany(queries: readonly SearchQuery[]): Promise<readonly SearchResult[]> {
    return Promise.all(queries.map((query) => this.answer(query)));
  }

  async facetValues({ facet, prefix, limit, ...query }: Parameters<SearchIndex['facetValues']>[0]) {
    const { found } = await this.find(query);
    return facetValuesLike(counted(found.map(({ document }) => document), facet), prefix).slice(0, limit);
  }

  private async answer(query: SearchQuery): Promise<SearchResult> {
    const { found, term, forgiving } = await this.find(query);
    const { sort, offset, limit, matches } = query;
    const hits = found
      .sort(orders[sort])
      .slice(offset, offset + limit)
      .map(({ document, score }) => hitOf(copied(document), score, matches && { term, forgiving }));
    const documents = found.map(({ document }) => document);
    const facets = Object.fromEntries((query.facets ?? []).map((facet) => [facet, counted(documents, facet)]));
    return { hits, total: found.length, facets, stats: statsOf(documents, [...(query.facets ?? []), ...(query.stats ?? [])]), ...(forgiving && { typosAllowed: true }) };
  }

  /**
   * Finds exact matches first. Without any document that has all words, matches again with typing errors allowed. Rejects with
   * `SearchUnavailable`.
   */
  private find({ term: text, access, filter, matching = 'all', searched, exactWords }: Asked) {
    if (!this.served) return Promise.reject(new SearchUnavailable());
    const seen = [...this.served.values()].filter((document) => meets(document, access) && (!filter || meets(document, filter)));
    const parsed = parseTerm(text);
    const texts = seen.map((document) => ({ document, fields: fieldsOf(document, searched) }));
    const has = (word: SearchWord) => texts.filter(({ fields }) => fields.some(({ words }) => words.some((one) => closeness(word, one, false) > 0))).length;
    const term = matching === 'frequency' ? { ...parsed, words: [...parsed.words].sort((a, b) => has(a) - has(b)) } : parsed;
    const find = (forgiving: boolean) =>
      texts.flatMap(({ document, fields }): Found[] => {
        const match = matchOf(fields, term, forgiving);
        return match && match.words >= (matching === 'all' ? term.words.length : leastWords(term)) ? [{ document, ...match }] : [];
      });
    const exact = find(false);
    const isWhole = (found: readonly Found[]) => found.some(({ words }) => words === term.words.length);
    if (isWhole(exact) || exactWords || asksForNothing(term)) return Promise.resolve({ found: exact, term, forgiving: false });
    const forgiving = mayBeMisspelt(term) ? find(true) : [];
    const misspelt = isWhole(forgiving) || exact.length === 0;
    return Promise.resolve({ found: misspelt ? forgiving : exact, term, forgiving: misspelt });
  }

  private documentsOf(generation: Generation): Promise<DocumentMap> {
    const number = encodeGeneration(generation);
    const documents = this.generations.get(number);
    return documents ? Promise.resolve(documents) : Promise.reject(new Error(`Generation ${number} is not prepared`));
  }
}

/** The words of a field, and how much a match in it counts. */
interface Field {
  readonly words: readonly Word[];
  readonly weight: number;
}
const fieldsOf = ({ tittel, tekst }: SearchDocument, searched: SearchQuery['searched'] = ['tittel', 'tekst']): readonly Field[] => [
  ...(searched.includes('tittel') ? [{ words: wordsOf(tittel), weight: 1 }] : []),
  ...(searched.includes('tekst') ? [{ words: wordsOf(tekst), weight: 0.5 }] : []),
];

/** How many words from the beginning of a term a document has, and their score from 0 to 1. Undefined for one that may not match. */
function matchOf(fields: readonly Field[], { words, phrases, excluded }: SearchTerm, forgiving: boolean): Pick<Found, 'words' | 'score'> | undefined {
  const has = (phrase: readonly string[]) => fields.some((field) => field.words.some((_, at) => beginsPhrase(field.words, at, phrase)));
  const isExcluded = ([first, ...more]: readonly string[]) =>
    more.length > 0 ? has([first!, ...more]) : fields.some((field) => field.words.some((word) => closeness(searchWord(first!, false), word, false) > 0));
  if (excluded.some(isExcluded) || !phrases.every(has)) return undefined;
  const scores = words.map((one) => Math.max(0, ...fields.flatMap((field) => field.words.map((word) => closeness(one, word, forgiving) * field.weight))));
  const missing = scores.indexOf(0);
  const matched = missing < 0 ? scores : scores.slice(0, missing);
  return { words: matched.length, score: words.length === 0 ? 1 : matched.reduce((sum, score) => sum + score, 0) / words.length };
}

/** A copy through JSON, as a real store would return it. */
const copied = (document: SearchDocument) => JSON.parse(JSON.stringify(document)) as SearchDocument;

const byId = (a: Found, b: Found) => (a.document.id < b.document.id ? -1 : 1);
const orders: Readonly<Record<SearchQuery['sort'], (a: Found, b: Found) => number>> = {
  RELEVANS: (a, b) => b.words - a.words || b.document.venter - a.document.venter || b.score - a.score || orders.DATO_DESC(a, b),
  DATO_ASC: (a, b) => a.document.dato - b.document.dato || byId(a, b),
  DATO_DESC: (a, b) => b.document.dato - a.document.dato || byId(a, b),
};
