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
  type SearchHit,
  type SearchQuery,
  type SearchResult,
} from '../../../application/ports/search-index.js';
import { folded, highlighted, searchWords, type SearchWord } from '../../text/words.js';
import { orUnavailable, sqlState, type Database } from '../database.js';
import { columns, condition, Sql, termSql, type Variant } from './search-sql.js';
import { dropTables, indexTables, lockTables, prepareTables, tablesOf, type Tables } from './search-tables.js';
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

type Asked = Pick<SearchQuery, 'term' | 'access' | 'filter'>;
/** A search term: its words, and the variants of each misspelt or unfinished word. */
interface InterpretedQuery {
  readonly wanted: readonly SearchWord[];
  readonly variants: ReadonlyMap<string, readonly Variant[]>;
}
/** The result of one statement: a page of hits and a count. `more` says that the count stopped at its limit. */
interface Found {
  readonly hits: readonly { readonly document: string; readonly score: number }[];
  readonly count: number;
  readonly more: boolean;
  readonly facets: SearchResult['facets'];
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
      const counted = found.count === 0 ? undefined : await this.count(tables, query, meant, [facet]);
      const begins = folded(prefix);
      return (counted?.facets[facet] ?? []).filter(({ value }) => folded(value).startsWith(begins)).slice(0, limit);
    });
  }

  private async answer(tables: Tables, query: SearchQuery, lookedUp: LookedUp): Promise<SearchResult> {
    const { meant, found, forgiving } = await this.interpret(tables, query, lookedUp);
    const { highlight, facets = [] } = query;
    const counted = found.more && (facets.length > 0 || query.count === 'exact') ? await this.count(tables, query, meant, facets) : found;
    const hits = found.hits.map(({ document: text, score }): SearchHit => {
      const document = JSON.parse(text) as SearchDocument;
      if (!highlight) return { document, score };
      const mark = (original: string) => highlighted(original, meant.wanted, forgiving, highlight);
      return { document, score, highlighted: { tittel: mark(document.tittel), tekst: mark(document.tekst) } };
    });
    return { hits, total: Math.max(found.count, counted.count), facets: counted.facets, ...(forgiving && { typosAllowed: true }) };
  }

  /** Interprets a term literally if that finds anything, and otherwise with typing errors allowed. */
  private async interpret(tables: Tables, query: SearchQuery, lookedUp: LookedUp): Promise<{ meant: InterpretedQuery; found: Found; forgiving: boolean }> {
    const said: InterpretedQuery = { wanted: searchWords(query.term), variants: noVariants };
    const found = await this.first(tables, query, said);
    if (found.count > 0 || said.wanted.length === 0 || query.exactWords) return { meant: said, found, forgiving: false };
    for await (const variants of variantsOf(this.database.background, tables, said.wanted, lookedUp)) {
      const meant = { ...said, variants };
      const forgiven = await this.first(tables, query, meant);
      if (forgiven.count > 0) return { meant, found: forgiven, forgiving: true };
    }
    return { meant: said, found, forgiving: true };
  }

  /** Reads the requested page of hits, with count and facets. Count and facets cover a limited number of matches. */
  private async first({ documents, texts }: Tables, query: SearchQuery, meant: InterpretedQuery): Promise<Found> {
    const sql = new Sql();
    const { where, score } = matching(query, meant, sql);
    const order = orders[query.sort];
    const { facets = [] } = query;
    const [offset, limit] = query.offset > maxReachableHit ? [0, 0] : [query.offset, query.limit];
    const most = Math.max(exactCountLimit, offset + limit);
    const ranking = score && query.sort === 'RELEVANS' ? 'late, venter desc, score desc, dato desc, nr desc' : order;
    const fields = ['nr', 'venter', 'dato', ...(score ? ['vector'] : []), ...facets.map((facet) => columns[facet].name)];
    const text = `with found as materialized (
        select ${fields.join(', ')} from ${documents} where ${where} order by ${order} limit ${sql.value(most + 1, 'integer')}
      ), page as (
        select nr, venter, dato, late, case when late then 0 else ${score?.() ?? '1'} end as score
        from (select *, row_number() over (order by ${order}) > ${maxRankedHits} as late from found) as numbered
        order by ${ranking}
        limit ${sql.value(limit, 'integer')} offset ${sql.value(offset, 'integer')}
      )
      select document, score::float8 as score, count${facetColumns(facets, `row_number() over (order by ${ranking}) = 1`)}
      from (select count(*) as count from found) as counted left join (page join ${texts} using (nr)) on true
      order by ${ranking}`;
    const rows = await this.ask<FoundRow>(Sql.planned(text), sql.values);
    const counted = countedIn(rows[0]!, facets);
    return { ...counted, more: counted.count > most, hits: rows.flatMap(({ document, score }) => (document === null ? [] : [{ document, score }])) };
  }

  /** Counts all matches and their facet values. */
  private async count({ documents }: Tables, asked: Asked, meant: InterpretedQuery, facets: readonly FacetField[]): Promise<Counted> {
    const sql = new Sql();
    const { where } = matching(asked, meant, sql);
    const text = `with found as materialized (
        select ${['nr', ...facets.map((facet) => columns[facet].name)].join(', ')} from ${documents} where ${where}
      ) select (select count(*) from found) as count${facetColumns(facets)}`;
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

/** The WHERE condition of a query (term, access and filter), and the SQL of its score. */
function matching({ access, filter }: Asked, { wanted, variants }: InterpretedQuery, sql: Sql) {
  const { matches, ...score } = termSql(wanted, variants, sql);
  return { ...score, where: [matches, condition(access, sql), ...(filter ? [condition(filter, sql)] : [])].join(' and ') };
}

interface FoundRow {
  readonly document: string | null;
  readonly score: number;
  readonly count: bigint;
  readonly [facet: `facet_${string}`]: SearchResult['facets'][FacetField] | null;
}

/**
 * One result column per facet: a JSON array of its values and counts, most frequent first. Only rows where `shown` holds have
 * it, because it may be larger than the rest of the row.
 */
const facetColumns = (facets: readonly FacetField[], shown = 'true') =>
  facets
    .map((facet) => `, case when ${shown} then (select json_agg(json_build_object('value', value, 'count', count) order by count desc, value)
      from (select ${columns[facet].name} as value, count(*) as count from found where ${columns[facet].name} is not null group by 1) as counts) end as facet_${columns[facet].name}`)
    .join('');

type Counted = Pick<Found, 'count' | 'facets'>;
const countedIn = (row: FoundRow, facets: readonly FacetField[]): Counted => ({
  count: Number(row.count),
  facets: Object.fromEntries(facets.map((facet) => [facet, row[`facet_${columns[facet].name}`] ?? []])),
});

/** Turns errors of the database itself into `SearchUnavailable`. Errors of the query are rethrown as they are. */
async function orSearchUnavailable<T>(question: Promise<T>): Promise<T> {
  try {
    return await orUnavailable(question);
  } catch (error) {
    throw error instanceof StoreUnavailable ? new SearchUnavailable({ cause: error }) : error;
  }
}
