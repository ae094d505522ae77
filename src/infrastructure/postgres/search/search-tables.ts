import { sql } from 'kysely';
import { decodeGeneration, encodeGeneration, type Generation } from '../../../application/ports/search-generation.js';
import type { Database, Queries } from '../database.js';
import { columns } from './search-sql.js';

/** The tables of a generation. */
export interface Tables {
  /** The searched columns, one row per document. Rows are narrow, because one query reads many of them. */
  readonly documents: string;
  /** The documents as returned in hits, as JSON text. */
  readonly texts: string;
  /** Every word of the documents without the marks of its letters (`plain`), with its stem. */
  readonly words: string;
}
export function tablesOf(generation: Generation): Tables {
  const documents = `search_${encodeGeneration(generation)}`;
  return { documents, texts: `${documents}_text`, words: `${documents}_word` };
}

const lock = 'select pg_advisory_xact_lock(7246004)';
/** Locks the creation of tables and indexes against other processes, until the transaction ends. */
export const lockTables = (tx: Queries) => tx.query({ name: 'lock_search', text: lock });

/** Runs a statement that is used once, unnamed so that it is not prepared. */
const run = (database: Queries, text: string) => database.query({ name: '', text });

/** Creates the tables of a generation, with the indexes that writing needs. Does nothing if they exist. */
export async function prepareTables(tx: Queries, generation: Generation): Promise<void> {
  const [kept] = await tx.query({ name: '', text: 'insert into search_generation values ($1, false) on conflict do nothing returning generation' }, [encodeGeneration(generation)]);
  if (!kept) return;
  const { documents, texts, words } = tablesOf(generation);
  const fields = Object.values(columns).map(({ name, type }) => `${name} ${type}${type === 'text' ? ' collate "C"' : ''}`);
  await run(tx, `create table ${documents} (
    nr bigint generated always as identity primary key, position bigint not null, vector tsvector not null, ${fields.join(', ')}, unique (id)
  )`);
  await run(tx, `create table ${texts} (nr bigint primary key, document text not null)`);
  await run(tx, `create table ${words} (word text collate "C", stem text collate "C", primary key (word, stem))`);
}

/**
 * Creates the indexes that searching needs. Call it after the documents are written, because row-by-row index updates would
 * cost more than all other writes. The GIN pending lists are short, because every search scans them.
 */
export async function indexTables(database: Database, { documents, words }: Tables): Promise<void> {
  const gin = 'with (gin_pending_list_limit = 256)';
  const indexes = [
    [`${documents}_vector`, `${documents} using gin (vector) ${gin}`],
    [`${documents}_eksponert_for`, `${documents} using gin (eksponert_for) ${gin}`],
    [`${documents}_relevance`, `${documents} (venter desc, dato desc, nr desc)`],
    [`${documents}_dato`, `${documents} (dato, nr)`],
    [`${documents}_forelder_id`, `${documents} (forelder_id) where forelder_id is not null`],
    [`${documents}_korrelasjon_id`, `${documents} (korrelasjon_id) where korrelasjon_id is not null`],
    [`${words}_stem`, `${words} (stem)`],
    [`${words}_trigrams`, `${words} using gin (word gin_trgm_ops) ${gin}`],
  ] as const;
  await database.withoutTimeouts(async (db) => {
    for (const [name, on] of indexes)
      await db.transaction().execute(async (tx) => {
        await sql.raw(lock).execute(tx);
        await sql.raw(`create index if not exists ${name} on ${on}`).execute(tx);
      });
    await sql.raw(`analyze ${documents}`).execute(db);
    await sql.raw(`analyze ${words}`).execute(db);
  });
}

/** Empties the tables of a generation, and stops serving it. Does nothing if they do not exist. */
export async function clearTables(tx: Queries, generation: Generation): Promise<void> {
  const [kept] = await tx.query({ name: '', text: 'update search_generation set serving = false where generation = $1 returning generation' }, [encodeGeneration(generation)]);
  if (kept) await run(tx, `truncate ${Object.values(tablesOf(generation)).join(', ')}`);
}

/** Drops the tables of all generations, or of those before this one. */
export async function dropTables(tx: Queries, before?: Generation): Promise<void> {
  const dropped = await tx.query<{ generation: number }>(
    { name: '', text: 'delete from search_generation where generation < coalesce($1::int, 2147483647) returning generation' },
    [before === undefined ? null : encodeGeneration(before)],
  );
  for (const one of dropped) await run(tx, `drop table ${Object.values(tablesOf(decodeGeneration(one.generation))).join(', ')}`);
}
