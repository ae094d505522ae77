import { copySideTables, sideTables, summarizeSideTables } from '../../src/infrastructure/operations/side-tables.js';
import type { Database, Statement } from '../../src/infrastructure/postgres/database.js';
import { onEngines } from '../support/databases.js';

const rows = [
  `insert into innsynslogg_blad (nummer, hash) select n, decode('00', 'hex') from generate_series(0, 1199) n`,
  `insert into siste_bruk (fiks_org, aktor, omrade, privilegium, dag) select gen_random_uuid(), gen_random_uuid(), 'INNSYN', case n % 2 when 0 then '' else 'ADMIN' end, '2026-11-23' from generate_series(1, 600) n`,
  `insert into log_identity (number, id) select n, gen_random_uuid() from generate_series(1, 2) n`,
  `insert into checkpoint (log, tree, size, note) select id, tree, size, 'n' from log_identity, unnest(array['', 'innsynslogg']) tree, generate_series(1, 300) size`,
];
const filled = async (database: Database) => {
  for (const text of rows) await database.query({ name: '', text });
  return database;
};

describe.each(Object.entries(onEngines((open) => open)))('The side tables on %s', (_, open) => {
  it('are copied whole, whatever the number of rows', async () => {
    const [from, to] = [await filled(await open()), await open()];
    const copied = await copySideTables(from, to);
    expect(copied.rows).toBe(1_200 + 600 + 2 + 1_200);
    expect(await copySideTables(from, to)).toEqual(copied);
    expect(await summarizeSideTables(to)).toEqual(await summarizeSideTables(from));
  });

  it('are paged in the order of an index, so that a page does not sort its table', async () => {
    const database = await filled(await open());
    const pages = new Map<string, { readonly statement: Statement; readonly values: readonly unknown[] }>();
    const spying = Object.assign(Object.create(database) as Database, {
      query: (statement: Statement, values: readonly unknown[] = []) => {
        pages.set(statement.name, { statement, values });
        return database.query(statement, values);
      },
    });
    await summarizeSideTables(spying);
    expect(pages.size).toBe(sideTables.length);
    for (const { statement, values } of pages.values()) {
      const plan = await database.transaction(async (tx) => {
        await tx.query({ name: '', text: 'set local enable_seqscan = off' });
        await tx.query({ name: '', text: 'set local enable_bitmapscan = off' });
        return tx.query({ name: '', text: `explain ${statement.text}` }, values);
      });
      expect([statement.name, JSON.stringify(plan)]).toEqual([statement.name, expect.not.stringContaining('Sort')]);
    }
  });
});
