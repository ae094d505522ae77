import { createHash } from 'node:crypto';
import type { Database } from '../postgres/database.js';

interface SideTable {
  readonly table: string;
  /** The column that rows are paged by. Its order must be the same on every server. */
  readonly orderColumn: string;
  /** A value of that column before all rows. */
  readonly beforeFirst: string;
}

const noUuid = '00000000-0000-0000-0000-000000000000';

/** The tables beside the log that cannot be derived from it, in the order that they are copied in. */
export const sideTables: readonly SideTable[] = [
  { table: 'person', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'kept_name', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'subject_key', orderColumn: 'subject', beforeFirst: '' },
  { table: 'innsynslogg', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'innsynslogg_blad', orderColumn: `lpad(nummer::text, 16, '0')`, beforeFirst: '' },
  { table: 'ekstern_revisjon', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'lesing', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'siste_bruk', orderColumn: `(fiks_org::text || aktor::text || omrade || privilegium) collate "C"`, beforeFirst: '' },
  { table: 'svar_ut_progress', orderColumn: 'konto', beforeFirst: noUuid },
  { table: 'log_identity', orderColumn: 'id', beforeFirst: noUuid },
  { table: 'seal_key', orderColumn: 'public_key', beforeFirst: '' },
  { table: 'checkpoint', orderColumn: `((log::text || tree || lpad(size::text, 16, '0')) collate "C")`, beforeFirst: '' },
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
    for await (const rows of pagesOf(from, one))
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
    for await (const page of pagesOf(database, one)) {
      rows += page.length;
      for (const row of page) hash.update(row).update('\n');
    }
  }
  return { rows, sha256: hash.digest('hex') };
}

/** The rows of a table as JSON texts, in pages. */
async function* pagesOf(database: Database, { table, orderColumn, beforeFirst }: SideTable): AsyncIterable<string[]> {
  for (let after = beforeFirst; ; ) {
    const rows = await database.query<{ row: string; key: string }>(
      { name: `page_${table}`, text: `select row_to_json(one)::text as row, ${orderColumn} as key from ${table} one where ${orderColumn} > $1 order by ${orderColumn} limit ${pageSize}` },
      [after],
    );
    if (rows.length === 0) return;
    yield rows.map(({ row }) => row);
    after = rows[rows.length - 1]!.key;
  }
}
