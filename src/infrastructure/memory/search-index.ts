import { encodeGeneration, type Generation } from '../../application/ports/search-generation.js';
import {
  SearchIndex,
  SearchUnavailable,
  type FacetField,
  type Filter,
  type SearchChanges,
  type SearchDocument,
  type SearchQuery,
  type SearchResult,
} from '../../application/ports/search-index.js';
import { closeness, folded, highlighted, searchWords, wordsOf, type SearchWord } from '../text/words.js';

type DocumentMap = Map<string, SearchDocument>;
interface Found {
  readonly document: SearchDocument;
  readonly score: number;
}

/** A search index in memory, for tests. The simplest implementation of the port, so it also serves as its reference. */
export class MemorySearchIndex extends SearchIndex {
  /** By the number that a generation is stored as. */
  private readonly generations = new Map<number, DocumentMap>();
  private served: DocumentMap | undefined;

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
    for (const older of this.generations.keys()) if (older < encodeGeneration(generation)) this.generations.delete(older);
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
    return counted(found, facet)
      .filter(({ value }) => folded(value).startsWith(folded(prefix)))
      .slice(0, limit);
  }

  private async answer(query: SearchQuery): Promise<SearchResult> {
    const { found, wanted, forgiving } = await this.find(query, query.exactWords);
    const { sort, offset, limit, highlight } = query;
    const hits = found
      .sort(orders[sort])
      .slice(offset, offset + limit)
      .map(({ document, score }) => {
        const mark = (text: string) => highlighted(text, wanted, forgiving, highlight!);
        return {
          document: copied(document),
          score,
          ...(highlight && { highlighted: { tittel: mark(document.tittel), tekst: mark(document.tekst) } }),
        };
      });
    const facets = Object.fromEntries((query.facets ?? []).map((facet) => [facet, counted(found, facet)]));
    return { hits, total: found.length, facets, ...(forgiving && { typosAllowed: true }) };
  }

  /** Finds exact matches first. Without any, matches again with typing errors allowed. Rejects with `SearchUnavailable`. */
  private find({ term, access, filter }: Pick<SearchQuery, 'term' | 'access' | 'filter'>, exactWords = false) {
    if (!this.served) return Promise.reject(new SearchUnavailable());
    const seen = [...this.served.values()].filter((document) => meets(document, access) && (!filter || meets(document, filter)));
    const wanted = searchWords(term);
    const find = (forgiving: boolean) =>
      seen.map((document): Found => ({ document, score: scoreOf(document, wanted, forgiving) })).filter(({ score }) => score > 0);
    const exact = find(false);
    const forgiving = exact.length === 0 && wanted.length > 0 && !exactWords;
    return Promise.resolve({ found: forgiving ? find(true) : exact, wanted, forgiving });
  }

  private documentsOf(generation: Generation): Promise<DocumentMap> {
    const number = encodeGeneration(generation);
    const documents = this.generations.get(number);
    return documents ? Promise.resolve(documents) : Promise.reject(new Error(`Generation ${number} is not prepared`));
  }
}

/** The score of a document, from 0 (some word has no match) to 1. A match in the title counts double. */
function scoreOf({ tittel, tekst }: SearchDocument, wanted: readonly SearchWord[], forgiving: boolean): number {
  const closest = (text: string, one: SearchWord) => Math.max(0, ...wordsOf(text).map((word) => closeness(one, word.text, forgiving)));
  const scores = wanted.map((one) => Math.max(closest(tittel, one), closest(tekst, one) / 2));
  if (scores.some((score) => score === 0)) return 0;
  return wanted.length === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** A copy through JSON, as a real store would return it. */
const copied = (document: SearchDocument) => JSON.parse(JSON.stringify(document)) as SearchDocument;

const byId = (a: Found, b: Found) => (a.document.id < b.document.id ? -1 : 1);
const orders: Readonly<Record<SearchQuery['sort'], (a: Found, b: Found) => number>> = {
  RELEVANS: (a, b) => b.document.venter - a.document.venter || b.score - a.score || orders.DATO_DESC(a, b),
  DATO_ASC: (a, b) => a.document.dato - b.document.dato || byId(a, b),
  DATO_DESC: (a, b) => b.document.dato - a.document.dato || byId(a, b),
};

/** Counts the documents by their value in a field, largest count first. */
function counted(found: readonly Found[], facet: FacetField): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { document } of found) {
    const value = document[facet];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function meets(document: SearchDocument, filter: Filter): boolean {
  if ('and' in filter) return filter.and.every((one) => meets(document, one));
  if ('or' in filter) return filter.or.some((one) => meets(document, one));
  if ('not' in filter) return !meets(document, filter.not);
  const value = document[filter.field];
  const values: readonly (string | number)[] = value === undefined ? [] : typeof value === 'object' ? value : [value];
  if ('exists' in filter) return filter.exists === values.length > 0;
  if ('in' in filter) return values.some((one) => filter.in.includes(one));
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = filter;
  return values.some((one) => typeof one === 'number' && one > gt && one >= gte && one < lt && one <= lte);
}
