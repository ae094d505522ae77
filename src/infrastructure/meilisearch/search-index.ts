import type { MultiSearchQuery, MultiSearchResult } from 'meilisearch';
import type { LogPlace } from '../../application/ports/event-store.js';
import { decodeGeneration, encodeGeneration, isEarlier, type Generation } from '../../application/ports/search-generation.js';
import {
  maxReachableHit,
  SearchIndex,
  SearchUnavailable,
  type FacetField,
  type SearchChanges,
  type SearchDocument,
  type SearchQuery,
  type SearchResult,
} from '../../application/ports/search-index.js';
import { hitOf, leastWords, type SearchTerm } from '../text/search-term.js';
import { facetValuesLike } from '../text/words.js';
import { MeilisearchRefused, type MeilisearchClient } from './connection.js';
import { toIndexed, fromIndexed, readings, type IndexedDocument } from './documents.js';
import { expression } from './filter.js';
import { indexPrefix, settings } from './settings.js';

/** The most documents or indexes in one read. */
const documentsPerRequest = 1000;
/**
 * The limit for one write request, in characters of the documents' JSON. Meilisearch takes bodies of 100 MB, and a body holds
 * a document up to four times: as JSON, and its words as written, as derived forms and without marks.
 */
const maxRequestCharacters = 4_000_000;

type IndexQuery = Omit<MultiSearchQuery, 'indexUid'>;
type Asked = Pick<SearchQuery, 'term' | 'access' | 'filter' | 'facets' | 'stats' | 'exactWords' | 'matching' | 'searched'>;
type IndexResult = MultiSearchResult<IndexedDocument>;
/** The document that tells which generation is served. */
interface Served {
  readonly generation: number;
}

/**
 * The document that tells how far a generation has been written. `id` is the name of its index, and `createdAt` tells it from one that
 * is made anew with the same name. Release 0.2.0 and those before it marked without.
 */
interface MarkedPlace {
  readonly id: string;
  readonly createdAt?: string;
  readonly position: string;
  readonly eventId?: string | undefined;
}

/**
 * The search index in Meilisearch. Each generation is an index `<prefix>_<generation>`. The only document of `<prefix>_served`
 * names the served generation, and every search reads it in the same request (docs/adr/0017). A document of `<prefix>_places`
 * has the place of the log that a generation has been written to (docs/adr/0058).
 *
 * Meilisearch has no conditional writes. A put first reads the positions of the stored documents, and leaves out documents
 * that are older. This is safe because one process feeds the index at a time, in the order of the log: a write that is handed
 * over and not done yet has lower positions.
 */
export class MeilisearchSearchIndex extends SearchIndex {
  override readonly keepsPlaces = true;
  /** The index of the served generation, as the latest request read it. */
  private served: string | undefined;

  constructor(
    private readonly server: MeilisearchClient,
    private readonly prefix: string = indexPrefix,
  ) {
    super();
  }

  async prepare(generation: Generation): Promise<void> {
    // Creates a missing index as well, which gets its primary key with the first documents.
    await this.server.run((client) => [() => client.index(this.uid(generation)).updateSettings(settings)]);
  }

  async write(generation: Generation, changes: SearchChanges): Promise<void> {
    const visible = await this.handOver(generation, changes);
    await visible();
  }

  /** Enqueues the tasks. Meilisearch joins those that wait, which is several times as fast as waiting for each. */
  override async handOver(generation: Generation, { put, remove }: SearchChanges): Promise<() => Promise<void>> {
    const uid = this.uid(generation);
    const documents = await this.newer(uid, newestOf(put, new Set(remove)));
    const tasks = await this.server.enqueue((client) => {
      const index = client.index(uid);
      return [
        ...batches(documents).map((parcel) => () => index.addDocuments(parcel, { primaryKey: 'id' })),
        ...(remove.length > 0 ? [() => index.deleteDocuments([...remove])] : []),
      ];
    });
    return () => this.server.finish(tasks);
  }

  async serve(generation: Generation): Promise<void> {
    // Fails when the generation does not exist.
    await this.server.read((client) => client.getRawIndex(this.uid(generation)));
    await this.server.run((client) => [() => client.index(this.servedUid).addDocuments([{ id: 'served', generation: encodeGeneration(generation) }], { primaryKey: 'id' })]);
    const older = (await this.generations()).filter((one) => isEarlier(one, generation));
    await this.drop(older);
  }

  async withdraw(generation: Generation): Promise<void> {
    const served = await this.askServed().catch((error: unknown) => {
      if (error instanceof SearchUnavailable && isMissing(error.cause)) return undefined;
      throw error;
    });
    if (served === this.uid(generation)) await this.server.run((client) => [() => client.index(this.servedUid).deleteDocument('served')], ['index_not_found']);
    this.served = undefined;
  }

  async clear(generation: Generation): Promise<void> {
    await this.withdraw(generation);
    await this.drop([generation]);
  }

  /** Drops indexes with their places. A place that outlives its index would be taken for that of the next with its name. */
  private drop(generations: readonly Generation[]): Promise<void> {
    const uids = generations.map((one) => this.uid(one));
    return this.server.run((client) => uids.flatMap((uid) => [() => client.deleteIndex(uid), () => client.index(this.placesUid).deleteDocument(uid)]), ['index_not_found']);
  }

  override async mark(generation: Generation, place: LogPlace | undefined): Promise<LogPlace | undefined> {
    const id = this.uid(generation);
    if (!place) {
      await this.server.run((client) => [() => client.index(this.placesUid).deleteDocument(id)], ['index_not_found']);
      return undefined;
    }
    const kept = await this.place(generation);
    if (kept && kept.position >= place.position) return kept;
    const marked: MarkedPlace = { id, createdAt: await this.createdAt(id), position: place.position.toString(), eventId: place.eventId };
    await this.server.run((client) => [() => client.index(this.placesUid).addDocuments([marked], { primaryKey: 'id' })]);
    return place;
  }

  override async place(generation: Generation): Promise<LogPlace | undefined> {
    try {
      const id = this.uid(generation);
      const [{ position, eventId, createdAt }, made] = await Promise.all([this.server.read((client) => client.index(this.placesUid).getDocument<MarkedPlace>(id)), this.createdAt(id)]);
      return createdAt === undefined || createdAt === made ? { position: BigInt(position), eventId } : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private async createdAt(uid: string): Promise<string> {
    return (await this.server.read((client) => client.getRawIndex(uid))).createdAt;
  }

  async inspect(generation: Generation, ids: readonly string[]) {
    const uid = this.uid(generation);
    const { numberOfDocuments } = await this.server.read((client) => client.index(uid).getStats());
    const documents = await this.fetch(uid, ids, ['dokument']);
    return { count: numberOfDocuments, documents: documents.map(fromIndexed) };
  }

  async searchMany(queries: readonly SearchQuery[]): Promise<readonly SearchResult[]> {
    const answers = await this.answers(queries.map((query) => ({ query, asked: { ...paging(query), ...order[query.sort] } })));
    return answers.map(({ answer, marking }, n) => resultOf(queries[n]!, answer, marking));
  }

  async facetValues({ facet, prefix, limit, ...query }: Parameters<SearchIndex['facetValues']>[0]) {
    const [one] = await this.answers([{ query: { ...query, facets: [facet] }, asked: { page: 1, hitsPerPage: 0 } }]);
    return facetValuesLike(counted(one!.answer, facet), prefix).slice(0, limit);
  }

  /**
   * Searches for stems among the words and their derived forms. Repeats each search that finds nothing with all its words, among the
   * words without marks, with typing errors allowed.
   */
  private async answers(questions: readonly { readonly query: Asked; readonly asked: IndexQuery }[]) {
    const read = questions.map(({ query, asked }) => {
      const reading = readings(query);
      return { ...reading, asked: { ...asked, ...conditions(query) }, isPartial: (query.matching ?? 'all') !== 'all' && reading.term.words.length > leastWords(reading.term) };
    });
    const exact = await this.askWithWhole(read.map((one) => ({ ...one, reading: one.exact })));
    const missed = read.flatMap((one, n) => (exact[n]!.whole === 0 && one.forgiving ? [{ ...one, reading: one.forgiving, n }] : []));
    const second = await this.askWithWhole(missed);
    return read.map(({ term, forgiving }, n) => {
      const again = second[missed.findIndex((one) => one.n === n)];
      const literal = { answer: exact[n]!.answer, marking: { term, forgiving: false } };
      if (!forgiving || !again) return literal;
      // Hits with some of the words as written come before such hits with typing errors.
      return again.whole === 0 && literal.answer.totalHits !== 0 ? literal : { answer: again.answer, marking: { term, forgiving: true } };
    });
  }

  /** Asks the queries. For each in which a hit need not have all words, it also counts the hits that have all, in the same request. */
  private async askWithWhole(queries: readonly { readonly asked: IndexQuery; readonly reading: IndexQuery; readonly isPartial: boolean }[]) {
    const partial = queries.filter(({ isPartial }) => isPartial);
    const whole = ({ asked: { filter }, reading }: (typeof queries)[number]): IndexQuery => ({ ...reading, filter: filter!, matchingStrategy: 'all', page: 1, hitsPerPage: 0 });
    const answers = await this.ask([...queries.map(({ asked, reading }) => ({ ...asked, ...reading })), ...partial.map(whole)]);
    return queries.map((one, n) => {
      const answer = answers[n]!;
      return { answer, whole: (one.isPartial ? answers[queries.length + partial.indexOf(one)]! : answer).totalHits ?? 0 };
    });
  }

  /**
   * Queries the served generation, and reads in the same request which one that is. Discards the answer and repeats the query
   * when it has changed. Throws `SearchUnavailable` after three attempts.
   */
  private async ask(queries: readonly IndexQuery[]): Promise<readonly IndexResult[]> {
    if (queries.length === 0) return [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const indexUid = this.served ?? (await this.askServed());
      try {
        const asked = [{ indexUid: this.servedUid, limit: 1 }, ...queries.map((query) => ({ ...query, indexUid }))];
        const { results } = await this.server.read((client) => client.multiSearch<{ queries: MultiSearchQuery[] }, IndexedDocument>({ queries: asked }));
        const [served] = (results[0]?.hits ?? []) as readonly Partial<Served>[];
        this.served = served?.generation === undefined ? undefined : this.uid(decodeGeneration(served.generation));
        if (this.served === indexUid) return results.slice(1);
      } catch (error) {
        // The generation has been dropped since the last request.
        if (!isMissing(error)) throw error;
        this.served = undefined;
      }
    }
    throw new SearchUnavailable();
  }

  private async askServed(): Promise<string> {
    try {
      const { generation } = await this.server.read((client) => client.index(this.servedUid).getDocument<Served>('served'));
      return this.uid(decodeGeneration(generation));
    } catch (error) {
      throw isMissing(error) ? new SearchUnavailable({ cause: error }) : error;
    }
  }

  /** The documents that are not older than the stored ones, as Meilisearch stores them. */
  private async newer(uid: string, documents: readonly SearchDocument[]): Promise<readonly IndexedDocument[]> {
    const there = await this.fetch(uid, documents.map(({ id }) => id), ['id', 'position']);
    const positions = new Map(there.map(({ id, position }) => [id, position]));
    return documents.filter(({ id, position }) => (positions.get(id) ?? -Infinity) <= position).map(toIndexed);
  }

  private async fetch(uid: string, ids: readonly string[], fields: readonly (keyof IndexedDocument)[]): Promise<IndexedDocument[]> {
    const found: IndexedDocument[] = [];
    for (let from = 0; from < ids.length; from += documentsPerRequest) {
      const body = { ids: ids.slice(from, from + documentsPerRequest), fields, limit: documentsPerRequest };
      // Not the client's own method, because it puts the ids in the URL, whose length is limited.
      const { results } = await this.server.read((client) => client.httpRequest.post<{ results: IndexedDocument[] }>({ path: `indexes/${uid}/documents/fetch`, body }));
      found.push(...results);
    }
    return found;
  }

  private async generations(): Promise<Generation[]> {
    const all: Generation[] = [];
    for (let offset = 0; ; offset += documentsPerRequest) {
      const { results, total } = await this.server.read((client) => client.getRawIndexes({ offset, limit: documentsPerRequest }));
      for (const { uid } of results) {
        const [, stored] = /^(\d+)$/.exec(uid.startsWith(`${this.prefix}_`) ? uid.slice(this.prefix.length + 1) : '') ?? [];
        if (stored !== undefined) all.push(decodeGeneration(Number(stored)));
      }
      if (offset + documentsPerRequest >= total) return all;
    }
  }

  private uid(generation: Generation): string {
    return `${this.prefix}_${encodeGeneration(generation)}`;
  }
  private get placesUid(): string {
    return `${this.prefix}_places`;
  }
  private get servedUid(): string {
    return `${this.prefix}_served`;
  }
}

const isMissing = (error: unknown): boolean => error instanceof MeilisearchRefused && (error.code === 'index_not_found' || error.code === 'document_not_found');

const order: Readonly<Record<SearchQuery['sort'], IndexQuery>> = { RELEVANS: {}, DATO_ASC: { sort: ['dato:asc'] }, DATO_DESC: { sort: ['dato:desc'] } };

/** The parameters that all queries share. Access and filter are two conditions joined by AND, so a filter cannot widen access. */
const conditions = ({ access, filter, facets = [], stats = [], matching = 'all' }: Asked): IndexQuery => ({
  filter: [access, ...(filter ? [filter] : [])].map(expression),
  // Meilisearch gives the stats of facets only.
  ...(facets.length + stats.length > 0 && { facets: [...new Set([...facets, ...stats])] }),
  matchingStrategy: matching,
  attributesToRetrieve: ['dokument'],
  showRankingScore: true,
});

/**
 * The page to query. Meilisearch counts exactly only in queries by page. The page is the smallest that contains the wanted
 * range. It equals the range when the offset is a multiple of the limit.
 */
function paging({ offset, limit }: Pick<SearchQuery, 'offset' | 'limit'>): { page: number; hitsPerPage: number } {
  if (limit === 0 || offset > maxReachableHit) return { page: 1, hitsPerPage: 0 };
  let hitsPerPage = limit;
  while (Math.floor(offset / hitsPerPage) !== Math.floor((offset + limit - 1) / hitsPerPage)) hitsPerPage++;
  return { page: Math.floor(offset / hitsPerPage) + 1, hitsPerPage };
}

function resultOf(query: SearchQuery, answer: IndexResult, { term, forgiving }: { term: SearchTerm; forgiving: boolean }): SearchResult {
  const { offset, limit, matches, facets = [] } = query;
  const asked = paging(query);
  const first = offset - (asked.page - 1) * asked.hitsPerPage;
  const hits = answer.hits.slice(first, first + limit).map((hit) => hitOf(fromIndexed(hit), hit._rankingScore ?? 0, matches && { term, forgiving }));
  const counts = Object.fromEntries(facets.map((facet) => [facet, counted(answer, facet)]));
  return { hits, total: answer.totalHits ?? 0, facets: counts, stats: answer.facetStats ?? {}, ...(forgiving && { typosAllowed: true }) };
}

const counted = ({ facetDistribution }: IndexResult, facet: FacetField): { value: string; count: number }[] =>
  Object.entries(facetDistribution?.[facet] ?? {})
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));

/** The document with the highest position for each id that is not removed. The last one counts among equals. */
function newestOf(put: readonly SearchDocument[], removed: ReadonlySet<string>): readonly SearchDocument[] {
  const newest = new Map<string, SearchDocument>();
  for (const document of put)
    if (!removed.has(document.id) && (newest.get(document.id)?.position ?? -Infinity) <= document.position) newest.set(document.id, document);
  return [...newest.values()];
}

/** Splits the documents into requests of at most `maxRequestCharacters`. A larger document has a request of its own. */
function batches(documents: readonly IndexedDocument[]): IndexedDocument[][] {
  const all: IndexedDocument[][] = [];
  let weight = Infinity;
  for (const document of documents) {
    weight += document.dokument.length;
    if (weight > maxRequestCharacters) {
      all.push([]);
      weight = document.dokument.length;
    }
    all.at(-1)!.push(document);
  }
  return all;
}
