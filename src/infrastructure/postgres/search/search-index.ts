import { setImmediate } from 'node:timers/promises';
import { StoreUnavailable } from '../../../application/ports/event-store.js';
import { decodeGeneration, encodeGeneration, type Generation } from '../../../application/ports/search-generation.js';
import {
  exactCountLimit,
  maxReachableHit,
  SearchIndex,
  SearchUnavailable,
  type FacetField,
  type SearchChanges,
  type SearchDocument,
  type SearchQuery,
  type SearchResult,
} from '../../../application/ports/search-index.js';
import { asksForNothing, hitOf, leastWords, mayBeMisspelt, parseTerm, type SearchTerm } from '../../text/search-term.js';
import { facetValuesLike } from '../../text/words.js';
import { orUnavailable, sqlState, type Database } from '../database.js';
import { facetColumns, statsColumn } from './search-facets.js';
import { columns, condition, Sql, termSql, type Variant } from './search-sql.js';
import { clearTables, dropTables, indexTables, lockTables, prepareTables, tablesOf, type Tables } from './search-tables.js';
import { variantsOf, type LookedUp } from './search-variants.js';
import { removeUnusedWords, writeDocuments } from './search-writes.js';

/**
 * The most matches that are ranked by score: the first ones by `venter`, then newest. The rest follow unranked in that
 * order. Without a limit, every query for a frequent word would score all its matches.
 */
const maxRankedHits = 200;
/** Documents per transaction. A larger batch would block the embedded database for too long. */
const batchSize = 100;
/** The time that the served generation is cached, in ms. For so long this process may query one that was replaced. */
const servedTtlMs = 1000;

type Asked = Pick<SearchQuery, 'term' | 'access' | 'filter' | 'matching' | 'searched'>;
/** A search term, and the variants of each misspelt or unfinished word. */
interface InterpretedQuery {
  readonly term: SearchTerm;
  readonly variants: ReadonlyMap<string, readonly Variant[]>;
}
/** The most hits without all words of the term that are ranked by how many they have: the first ones, as for `maxRankedHits`. */
const maxPartialHits = 1000;

/** The result of one statement: a page of hits and a count. `more` says that the count stopped at its limit. */
interface Found {
  readonly hits: readonly { readonly document: string; readonly score: number }[];
  readonly count: number;
  /** The number of hits that have all words of the term. */
  readonly whole: number;
  readonly more: boolean;
  readonly facets: SearchResult['facets'];
  readonly stats: NonNullable<SearchResult['stats']>;
}

const noVariants: ReadonlyMap<string, readonly Variant[]> = new Map();
const orders: Readonly<Record<SearchQuery['sort'], string>> = {
  RELEVANS: 'venter desc, dato desc, nr desc',
  DATO_ASC: 'dato, nr',
  DATO_DESC: 'dato desc, nr desc',
};

/**
 * Search in PostgreSQL. Each generation has a table of documents with Norwegian stems as tsvectors. A table of all words
 * with a trigram index finds misspelt words (ADR 0016).
 */
export class PostgresSearchIndex extends SearchIndex {
  private served: { readonly until: number; readonly tables: Promise<Tables> } | undefined;

  constructor(private readonly database: Database) {
    super();
  }

  async prepare(generation: Generation): Promise<void> {
    await orSearchUnavailable(
      this.database.transaction(async (tx) => {
        await lockTables(tx);
        await prepareTables(tx, generation);
      }),
    );
  }

  async write(generation: Generation, { put, remove }: SearchChanges): Promise<void> {
    const removed = [...new Set(remove)];
    const newest = new Map<string, SearchDocument>();
    for (const document of put) if ((newest.get(document.id)?.position ?? -Infinity) <= document.position) newest.set(document.id, document);
    for (const id of removed) newest.delete(id);
    const documents = [...newest.values()];
    const { serving } = await this.requirePrepared(generation);
    for (let n = 0; n < Math.max(documents.length, removed.length); n += batchSize) {
      const [puts, removes] = [documents.slice(n, n + batchSize), removed.slice(n, n + batchSize)];
      // Do not wait for the disk, because the index can be rebuilt from the log.
      await orSearchUnavailable(this.database.background.transaction((tx) => writeDocuments(tx, tablesOf(generation), puts, removes, serving), { durable: false }));
      await setImmediate();
    }
  }

  async serve(generation: Generation): Promise<void> {
    const { serving } = await this.requirePrepared(generation);
    await orSearchUnavailable(indexTables(this.database, tablesOf(generation)));
    if (!serving) await orSearchUnavailable(removeUnusedWords(this.database, tablesOf(generation)));
    await orSearchUnavailable(
      this.database.transaction(async (tx) => {
        await lockTables(tx);
        await tx.query({ name: 'serve_search', text: 'update search_generation set serving = (generation = $1)' }, [encodeGeneration(generation)]);
        await dropTables(tx, generation);
      }),
    );
    this.served = undefined;
  }

  async clear(generation: Generation): Promise<void> {
    await orSearchUnavailable(
      this.database.transaction(async (tx) => {
        await lockTables(tx);
        await clearTables(tx, generation);
      }),
    );
    this.served = undefined;
  }

  async withdraw(generation: Generation): Promise<void> {
    await this.ask(Sql.planned('update search_generation set serving = false where generation = $1'), [encodeGeneration(generation)]);
    this.served = undefined;
  }

  async inspect(generation: Generation, ids: readonly string[]) {
    await this.requirePrepared(generation);
    const { documents, texts } = tablesOf(generation);
    const [counted] = await this.ask<{ count: bigint }>(Sql.planned(`select count(*) as count from ${documents}`), []);
    const rows = await this.ask<{ document: string }>(
      Sql.planned(`select document from ${documents} join ${texts} using (nr) where id = any($1)`),
      [ids],
    );
    return { count: Number(counted!.count), documents: rows.map(({ document }) => JSON.parse(document) as SearchDocument) };
  }

  searchMany(queries: readonly SearchQuery[]): Promise<readonly SearchResult[]> {
    const lookedUp: LookedUp = new Map();
    return Promise.all(queries.map((query) => this.onServed((tables) => this.answer(tables, query, lookedUp))));
  }

  facetValues({ facet, prefix, limit, ...asked }: Parameters<SearchIndex['facetValues']>[0]) {
    return this.onServed(async (tables) => {
      const query: SearchQuery = { ...asked, sort: 'RELEVANS', offset: 0, limit: 0 };
      const { meant, found } = await this.interpret(tables, query, new Map());
      const counted = found.count === 0 ? undefined : await this.count(tables, { ...query, facets: [facet] }, meant);
      return facetValuesLike(counted?.facets[facet] ?? [], prefix).slice(0, limit);
    });
  }

  private async answer(tables: Tables, query: SearchQuery, lookedUp: LookedUp): Promise<SearchResult> {
    const { meant, found, forgiving } = await this.interpret(tables, query, lookedUp);
    const { matches, facets = [], stats = [] } = query;
    const counted = found.more && (facets.length + stats.length > 0 || query.count === 'exact') ? await this.count(tables, query, meant) : found;
    const hits = found.hits.map(({ document, score }) => hitOf(JSON.parse(document) as SearchDocument, score, matches && { term: meant.term, forgiving }));
    return { hits, total: Math.max(found.count, counted.count), facets: counted.facets, stats: counted.stats, ...(forgiving && { typosAllowed: true }) };
  }

  /** Interprets a term literally if that finds anything with all its words, and otherwise with typing errors allowed. */
  private async interpret(tables: Tables, query: SearchQuery, lookedUp: LookedUp): Promise<{ meant: InterpretedQuery; found: Found; forgiving: boolean }> {
    const said: InterpretedQuery = { term: await this.ordered(tables, query), variants: noVariants };
    const found = await this.first(tables, query, said);
    const literal = { meant: said, found, forgiving: false };
    if (found.whole > 0 || query.exactWords || asksForNothing(said.term)) return literal;
    let partly: typeof literal | undefined;
    if (mayBeMisspelt(said.term))
      for await (const variants of variantsOf(this.database.background, tables, said.term.words, lookedUp)) {
        const meant = { ...said, variants };
        const forgiven = await this.first(tables, query, meant);
        if (forgiven.whole > 0) return { meant, found: forgiven, forgiving: true };
        if (forgiven.count > 0) partly ??= { meant, found: forgiven, forgiving: true };
      }
    return found.count > 0 ? literal : (partly ?? { ...literal, forgiving: true });
  }

  /** The term of a query. With `frequency`, its words are sorted from the rarest. */
  private async ordered({ documents }: Tables, { term: text, matching, searched }: SearchQuery): Promise<SearchTerm> {
    const term = parseTerm(text);
    if (matching !== 'frequency' || term.words.length < 2) return term;
    const sql = new Sql();
    const counts = term.words.map((word, n) => {
      const { whole } = termSql({ words: [word], phrases: [], excluded: [] }, searched, noVariants, sql);
      return `(select count(*) from (select from ${documents} where ${whole()} limit ${exactCountLimit}) as limited) as count${n}`;
    });
    const [row] = await this.ask<Record<string, bigint>>(Sql.planned(`select ${counts.join(', ')}`), sql.values);
    const frequency = new Map(term.words.map((word, n) => [word, Number(row![`count${n}`])]));
    return { ...term, words: [...term.words].sort((a, b) => frequency.get(a)! - frequency.get(b)!) };
  }

  /**
   * Reads the requested page of hits, with count and facets. Count and facets cover a limited number of matches. Matches that
   * have only some of the words come after those that have all.
   */
  private async first({ documents, texts }: Tables, query: SearchQuery, meant: InterpretedQuery): Promise<Found> {
    const sql = new Sql();
    const { isPartial, hasAll, visible, least, score, matched } = matching(query, meant, sql);
    const { length } = meant.term.words;
    const order = orders[query.sort];
    const { facets = [], stats = [] } = query;
    const [offset, limit] = query.offset > maxReachableHit ? [0, 0] : [query.offset, query.limit];
    const most = Math.max(exactCountLimit, offset + limit);
    const byRelevance = query.sort === 'RELEVANS';
    const ranking = score && byRelevance ? 'matched desc, late, venter desc, score desc, dato desc, nr desc' : order;
    const fields = [...new Set(['nr', 'venter', 'dato', ...(score ? ['vector'] : []), ...[...facets, ...stats].map((field) => columns[field].name)])].join(', ');
    const select = (condition: string, number: string) =>
      `select ${fields}, ${number} as matched from ${documents} where ${condition} and ${visible} order by ${order} limit ${sql.value(most + 1, 'integer')}`;
    const whole = hasAll();
    const partial = () =>
      byRelevance
        ? `(${select(whole, String(length))}) union all
           (select ${fields}, case when row_number() over (order by ${order}) <= ${maxPartialHits} then ${matched()} else 0 end as matched
             from (${select(`${least()} and not (${whole})`, '0')}) as rest)`
        : select(least(), `case when ${whole} then ${length} else 0 end`);
    const found = isPartial ? partial() : select(whole, String(length));
    const text = `with found as materialized (${found}), page as (
        select nr, venter, dato, matched, late, case when late then 0 else ${score ? `(${score()})${isPartial ? ` * greatest(matched, 1) / ${length}` : ''}` : '1'} end as score
        from (select *, row_number() over (order by ${byRelevance ? 'matched desc, ' : ''}${order}) > ${maxRankedHits} as late from found) as numbered
        order by ${ranking}
        limit ${sql.value(limit, 'integer')} offset ${sql.value(offset, 'integer')}
      )
      select document, score::float8 as score, count, whole${facetColumns(facets, `row_number() over (order by ${ranking}) = 1`)}${statsColumn([...facets, ...stats])}
      from (select count(*) as count, count(*) filter (where matched = ${length}) as whole from found) as counted left join (page join ${texts} using (nr)) on true
      order by ${ranking}`;
    const answer = await this.ask<FoundRow>(Sql.planned(text), sql.values);
    const counted = countedIn(answer[0]!, facets);
    return {
      ...counted,
      whole: Number(answer[0]!.whole),
      more: counted.count > most,
      hits: answer.flatMap(({ document, score: points }) => (document === null ? [] : [{ document, score: points }])),
    };
  }

  /** Counts all matches and their facet values. */
  private async count({ documents }: Tables, asked: Asked & Pick<SearchQuery, 'facets' | 'stats'>, meant: InterpretedQuery): Promise<Counted> {
    const { facets = [], stats = [] } = asked;
    const sql = new Sql();
    const { isPartial, hasAll, least, visible } = matching(asked, meant, sql);
    const text = `with found as materialized (
        select ${[...new Set(['nr', ...[...facets, ...stats].map((field) => columns[field].name)])].join(', ')} from ${documents} where ${isPartial ? least() : hasAll()} and ${visible}
      ) select (select count(*) from found) as count${facetColumns(facets)}${statsColumn([...facets, ...stats])}`;
    const [row] = await this.ask<FoundRow>(Sql.planned(text), sql.values);
    return countedIn(row!, facets);
  }

  private ask<R extends object>(statement: Parameters<Database['query']>[0], values: readonly unknown[]): Promise<R[]> {
    return orSearchUnavailable(this.database.background.query<R>(statement, values));
  }

  /** As `ask`, but not in the background: a look-up of one row gives way to nothing, and says nothing of how long a search takes. */
  private askFirst<R extends object>(statement: Parameters<Database['query']>[0], values: readonly unknown[]): Promise<R[]> {
    return orSearchUnavailable(this.database.query<R>(statement, values));
  }

  private async requirePrepared(generation: Generation): Promise<{ readonly serving: boolean }> {
    const number = encodeGeneration(generation);
    const [row] = await this.askFirst<{ serving: boolean }>({ name: 'search_prepared', text: 'select serving from search_generation where generation = $1' }, [number]);
    if (!row) throw new Error(`Generation ${number} of the search index is not prepared`);
    return row;
  }

  /** Queries the served generation. Retries once when its tables are gone, because another process has replaced it. */
  private async onServed<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    const known = this.served;
    try {
      return await work(await this.servedTables());
    } catch (error) {
      const undefinedTable = sqlState(error) === '42P01';
      if (!undefinedTable || !known) throw error;
      this.served = undefined;
      return work(await this.servedTables());
    }
  }

  private servedTables(): Promise<Tables> {
    if (!this.served || this.served.until < performance.now()) {
      const tables = this.askFirst<{ generation: number }>({ name: 'search_served', text: 'select generation from search_generation where serving' }, []).then(([row]) => {
        if (!row) throw new SearchUnavailable({ cause: new Error('No generation is served yet') });
        return tablesOf(decodeGeneration(row.generation));
      });
      tables.catch(() => (this.served = undefined));
      this.served = { until: performance.now() + servedTtlMs, tables };
    }
    return this.served.tables;
  }
}

/**
 * The conditions of a query: that all words match, that the least of them do, and that the searcher may see the document and it meets
 * the filter. `isPartial` says that the least is enough.
 */
function matching({ access, filter, matching: strategy = 'all', searched }: Asked, { term, variants }: InterpretedQuery, sql: Sql) {
  const { whole, ...others } = termSql(term, searched, variants, sql);
  const visible = [condition(access, sql), ...(filter ? [condition(filter, sql)] : [])].join(' and ');
  return { ...others, hasAll: whole, visible, isPartial: strategy !== 'all' && term.words.length > leastWords(term) };
}

interface FoundRow {
  readonly document: string | null;
  readonly score: number;
  readonly count: bigint;
  readonly whole: bigint;
  readonly stats?: SearchResult['stats'];
  readonly [facet: `facet_${string}`]: SearchResult['facets'][FacetField] | null;
}

type Counted = Pick<Found, 'count' | 'facets' | 'stats'>;
const countedIn = (row: FoundRow, facets: readonly FacetField[]): Counted => ({
  count: Number(row.count),
  facets: Object.fromEntries(facets.map((facet) => [facet, row[`facet_${columns[facet].name}`] ?? []])),
  stats: Object.fromEntries(Object.entries(row.stats ?? {}).filter(([, { min }]) => (min as number | null) !== null)),
});

/** Turns errors of the database itself into `SearchUnavailable`. Errors of the query are rethrown as they are. */
async function orSearchUnavailable<T>(question: Promise<T>): Promise<T> {
  try {
    return await orUnavailable(question);
  } catch (error) {
    throw error instanceof StoreUnavailable ? new SearchUnavailable({ cause: error }) : error;
  }
}
