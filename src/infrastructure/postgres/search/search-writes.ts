import { sql } from 'kysely';
import type { SearchDocument } from '../../../application/ports/search-index.js';
import type { Database, Queries } from '../database.js';
import { columns, searchable, Sql, storable } from './search-sql.js';
import type { Tables } from './search-tables.js';

const fields = Object.keys(columns) as (keyof typeof columns)[];
const names = fields.map((field) => columns[field].name);
/** Arrays are passed as array literals in text, because `unnest` flattens nested arrays. */
const given = ['position', 'vector', 'document', ...names];
const types = ['bigint', 'text', 'text', ...fields.map((field) => columns[field].type.replace('[]', ''))];
const selected = ['position', 'vector::tsvector', ...fields.map((field) => `${columns[field].name}::${columns[field].type}`)];

/**
 * Writes and removes documents, and updates the table of words.
 * @param indexed whether the indexes exist. If so, words that are no longer used are removed; otherwise `removeUnusedWords`
 * removes them later.
 */
export async function writeDocuments(tx: Queries, tables: Tables, put: readonly SearchDocument[], remove: readonly string[], indexed: boolean): Promise<void> {
  const touched = [...put.map(({ id }) => id), ...remove];
  const before = indexed
    ? await tx.query<{ stem: string }>(
        Sql.planned(`select distinct unnest(tsvector_to_array(vector)) as stem from ${tables.documents} where id = any($1)`),
        [touched],
      )
    : [];
  const written = put.map(searchable);
  if (put.length > 0) await insert(tx, tables, put, written.map(({ vector }) => vector));
  if (remove.length > 0)
    await tx.query(
      Sql.planned(`with removed as (delete from ${tables.documents} where id = any($1) returning nr)
        delete from ${tables.texts} using removed where ${tables.texts}.nr = removed.nr`),
      [remove],
    );
  const words = new Map(written.flatMap((one) => one.words).map((one) => [one.join(' '), one]));
  if (words.size > 0)
    await tx.query(
      Sql.planned(`insert into ${tables.words} select * from unnest($1::text[], $2::text[]) on conflict do nothing`),
      [[...words.values()].map(([word]) => word), [...words.values()].map(([, stem]) => stem)],
    );
  const kept = new Set([...words.values()].map(([, stem]) => stem));
  const gone = before.map(({ stem }) => stem).filter((stem) => !kept.has(stem));
  if (gone.length > 0) await removeWords(tx, tables, gone);
}

/** Removes all words that no document has, without time limits. */
export async function removeUnusedWords(database: Database, { documents, words }: Tables): Promise<void> {
  await database.withoutTimeouts((db) =>
    sql.raw(`with used as materialized (select distinct unnest(tsvector_to_array(vector)) as stem from ${documents})
      delete from ${words} where not exists (select from used where used.stem = ${words}.stem)`).execute(db),
  );
}

async function insert(tx: Queries, { documents, texts }: Tables, put: readonly SearchDocument[], vectors: readonly string[]): Promise<void> {
  await tx.query(
    Sql.planned(`with given as materialized (
        select * from unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')}) as given (${given.join(', ')})
      ), written as (
        insert into ${documents} (position, vector, ${names.join(', ')}) select ${selected.join(', ')} from given
        on conflict (id) do update set position = excluded.position, vector = excluded.vector, ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
        where ${documents}.position <= excluded.position
        returning nr, id
      )
      insert into ${texts} select nr, document from written join given using (id)
      on conflict (nr) do update set document = excluded.document`),
    [
      put.map(({ position }) => position),
      vectors,
      put.map((document) => JSON.stringify(document)),
      ...fields.map((field) => put.map((document) => stored(document[field]))),
    ],
  );
}

function stored(value: SearchDocument[keyof typeof columns]): string | number | null {
  if (value === undefined) return null;
  if (typeof value === 'object') return `{${value.map((one) => `"${storable(one).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
  return typeof value === 'string' ? storable(value) : value;
}

/**
 * Removes the words of removed documents that no other document has, because a name must not outlive the person's
 * documents. Checks the 500 newest documents first, because they have most words. Only the rest need the index.
 */
async function removeWords(tx: Queries, { documents, words }: Tables, stems: readonly string[]): Promise<void> {
  await tx.query(
    Sql.planned(`with rare as materialized (
        select unnest($1::text[]) as stem
        except select unnest(tsvector_to_array(vector)) from (select vector from ${documents} order by nr desc limit 500) as newest
      )
      delete from ${words} where stem in (
        select stem from rare where not exists (
          select from ${documents} where vector @@ (quote_literal(stem))::tsquery
        )
      )`),
    [stems],
  );
}
