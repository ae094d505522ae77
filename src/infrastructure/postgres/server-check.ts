import pg from 'pg';
import { patience, type MissingEngine } from '../missing-engine.js';
import { sqlState } from './database.js';

/** The SQLSTATEs that waiting does not change. */
const hopeless: Readonly<Record<string, (setting: string) => string>> = {
  '28P01': (setting) => `brukernavnet eller passordet i ${setting} er feil`,
  '28000': (setting) => `brukeren i ${setting} slipper ikke inn`,
  '3D000': (setting) => `databasen i ${setting} finnes ikke`,
  '42501': (setting) => `brukeren i ${setting} mangler rettigheter i databasen`,
};

/** Asks a server whether the service can use it. `setting` names its address. */
export async function missingPostgres(setting: string, url: string): Promise<MissingEngine | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience, query_timeout: patience });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean; encoding: string }>("select has_schema_privilege(current_schema(), 'create') as may, current_setting('server_encoding') as encoding");
    // In another encoding, searches in texts fail.
    if (rows[0]?.encoding !== 'UTF8') return { engine: 'PostgreSQL', reason: `databasen i ${setting} har tegnsettet ${rows[0]?.encoding}, og må være laget med UTF8`, mayCome: false };
    if (setting === 'DATABASE_READ_URL' || rows[0].may) return undefined;
    return { engine: 'PostgreSQL', reason: hopeless['42501']!(setting), mayCome: false };
  } catch (error) {
    // The client's own error, before it has sent anything.
    const unnamed = /password must be a string/.test(String(error)) ? (name: string) => `passordet mangler i ${name}` : undefined;
    const why = hopeless[sqlState(error) ?? ''] ?? unnamed;
    return why ? { engine: 'PostgreSQL', reason: why(setting), mayCome: false } : { engine: 'PostgreSQL', reason: 'svarer ikke', mayCome: true };
  } finally {
    await client.end().catch(() => undefined);
  }
}
