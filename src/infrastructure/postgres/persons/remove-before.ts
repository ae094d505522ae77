import { orUnavailable, type Database } from '../database.js';

/** The most rows that one statement deletes. */
const maxRemovedPerStatement = 5_000;

/** Deletes the rows of a table that are older than a moment or a day. Safe to repeat. */
export async function removeBefore(database: Database, table: string, column: 'tidspunkt' | 'dag', before: string): Promise<void> {
  // By ctid: PostgreSQL reads the inner rows once, whatever its statistics say. A join by id may read them once a row.
  const text = `delete from ${table} where ctid = any(array(select ctid from ${table} where ${column} < $1 order by ${column} limit ${maxRemovedPerStatement}))`;
  while ((await orUnavailable(database.change({ name: `${table}_remove`, text }, [before]))) === maxRemovedPerStatement);
}
