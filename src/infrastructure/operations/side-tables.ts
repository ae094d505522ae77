import { createHash } from 'node:crypto';
import type { Database } from '../postgres/database.js';

/** A table beside the log. */
export interface SideTable {
  readonly table: string;
  /** The columns of a unique index, each with a value before all rows. Rows are paged by them. Their order must be the same on every server. */
  readonly key: Readonly<Record<string, string | bigint>>;
}

const noUuid = '00000000-0000-0000-0000-000000000000';
const byId = { id: noUuid };

/** The tables beside the log that cannot be derived from it, in the order that they are copied in. */
export const sideTables: readonly SideTable[] = [
  // Not by the id, which a person who is forgotten and comes back has anew: a copy under way would have her twice.
  { table: 'person', key: { lookup: '' } },
  { table: 'kept_name', key: byId },
  { table: 'subject_key', key: { subject: '' } },
  { table: 'innsynslogg', key: byId },
  { table: 'innsynslogg_blad', key: { nummer: -1n } },
  { table: 'ekstern_revisjon', key: byId },
  { table: 'lesing', key: byId },
  { table: 'siste_bruk', key: { fiks_org: noUuid, aktor: noUuid, omrade: '', privilegium: '' } },
  { table: 'svar_ut_progress', key: { konto: noUuid } },
  { table: 'log_identity', key: { number: 0n } },
  { table: 'seal_key', key: { public_key: '' } },
  { table: 'checkpoint', key: { log: noUuid, tree: '', size: -1n } },
];

const pageSize = 500;

/** The number of rows in the side tables and a SHA-256 over them. Two databases with equal rows have equal summaries. */
export interface SideTablesSummary {
  readonly rows: number;
  readonly sha256: string;
}

/**
 * Copies the side tables. Encrypted values are copied as they are. Existing rows are kept, so an interrupted copy can be
 * repeated. Both databases must have the newest schema. Throws when the two sides differ after the copy.
 */
export async function copySideTables(from: Database, to: Database): Promise<SideTablesSummary> {
  for (const one of sideTables) {
    const { table } = one;
    for await (const rows of rowsOf(from, one))
      await to.query(
        { name: `put_${table}`, text: `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json) on conflict do nothing` },
        [`[${rows.join(',')}]`],
      );
  }
  const [source, copy] = [await summarizeSideTables(from), await summarizeSideTables(to)];
  if (source.sha256 !== copy.sha256)
    throw new Error(
      `PERSONER_ER_ULIKE: Registeret over personer det skal flyttes til, har ${copy.rows} rader, det som flyttes har ${source.rows}, ` +
        'og de er ikke like. Bruk en tom database.',
    );
  return copy;
}

export async function summarizeSideTables(database: Database): Promise<SideTablesSummary> {
  const hash = createHash('sha256');
  let rows = 0;
  for (const one of sideTables) {
    hash.update(`${one.table}\n`);
    for await (const page of rowsOf(database, one)) {
      rows += page.length;
      for (const row of page) hash.update(row).update('\n');
    }
  }
  return { rows, sha256: hash.digest('hex') };
}

/** The rows of a table as JSON texts, in pages. */
export async function* rowsOf(database: Database, { table, key }: SideTable): AsyncIterable<string[]> {
  const columns = Object.keys(key);
  const text = `select row_to_json(one)::text as row, ${columns.join(', ')} from ${table} one
    where (${columns.join(', ')}) > (${columns.map((_, n) => `$${n + 1}`).join(', ')}) order by ${columns.join(', ')} limit ${pageSize}`;
  for (let after = key; ; ) {
    const rows = await database.query<{ readonly row: string } & SideTable['key']>({ name: `page_${table}`, text }, columns.map((column) => after[column]));
    if (rows.length === 0) return;
    yield rows.map(({ row }) => row);
    after = rows[rows.length - 1]!;
  }
}
