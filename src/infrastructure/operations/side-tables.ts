import { createHash } from 'node:crypto';
import type { Database } from '../postgres/database.js';

interface SideTable {
  readonly table: string;
  /** What orders its rows, alike on every server, and what comes before them all. */
  readonly order: string;
  readonly first: string;
}

const noUuid = '00000000-0000-0000-0000-000000000000';

/** What stands beside the log and cannot be made from it: every table that is neither the log nor a view. */
export const sideTables: readonly SideTable[] = [
  { table: 'person', order: 'id', first: noUuid },
  { table: 'subject_key', order: 'subject', first: '' },
  { table: 'innsynslogg', order: 'id', first: noUuid },
  { table: 'svar_ut_progress', order: 'konto', first: noUuid },
];

const pageSize = 500;

/** How many rows there are beside the log, and SHA-256 over them: equal where the same is kept. */
export interface SideTablesSummary {
  readonly rows: number;
  readonly sha256: string;
}

/**
 * Copies what stands beside the log, as it is: what is encrypted stays so. Rows that are there already are left alone, so
 * it may be done again; at the end both sides must be equal. Both databases have the newest schema.
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

/** The rows as JSON texts. */
async function* pagesOf(database: Database, { table, order, first }: SideTable): AsyncIterable<string[]> {
  for (let after = first; ; ) {
    const rows = await database.query<{ row: string; key: string }>(
      { name: `page_${table}`, text: `select row_to_json(one)::text as row, ${order} as key from ${table} one where ${order} > $1 order by ${order} limit ${pageSize}` },
      [after],
    );
    if (rows.length === 0) return;
    yield rows.map(({ row }) => row);
    after = rows[rows.length - 1]!.key;
  }
}
