import { AccessDeniedError } from '@eventstore/db-client';
import pg from 'pg';
import { MeilisearchClient, MeilisearchRefused } from '../meilisearch/connection.js';
import { indexPrefix } from '../meilisearch/settings.js';
import type { Config } from '../config.js';
import { EventStoreDbEventStore } from '../eventstoredb/event-store.js';
import { sqlState } from '../postgres/database.js';

/** An engine that the service cannot use at this moment. */
export interface MissingEngine {
  readonly engine: 'PostgreSQL' | 'EventStoreDB' | 'Meilisearch';
  /** The reason, in Norwegian, for the operator. Holds no password. */
  readonly reason: string;
  /** Whether it may answer later by itself. Otherwise an operator must change something. */
  readonly mayCome: boolean;
}

/** The longest that an engine has to answer, in ms. */
const patience = 3_000;

/**
 * Asks each engine of a configuration whether the service can use it. Search alone may be away, so a Meilisearch that does not
 * answer is not missing. One that refuses the key is.
 */
export async function missingEngines(config: Config): Promise<readonly MissingEngine[]> {
  const found = await Promise.all([
    ...[['DATABASE_URL', config.databaseUrl] as const, ['DATABASE_READ_URL', config.databaseUrl && config.databaseReadUrl] as const].flatMap(([setting, url]) => (url === undefined ? [] : [missingPostgres(setting, url)])),
    ...(config.eventStoreUrl === undefined ? [] : [missingEventStore(config.eventStoreUrl)]),
    ...(config.meilisearchUrl === undefined ? [] : [missingMeilisearch(config.meilisearchUrl, config.meilisearchKey)]),
  ]);
  return found.flatMap((one) => one ?? []);
}

/** The SQLSTATEs that waiting does not change. */
const hopeless: Readonly<Record<string, (setting: string) => string>> = {
  '28P01': (setting) => `brukernavnet eller passordet i ${setting} er feil`,
  '28000': (setting) => `brukeren i ${setting} slipper ikke inn`,
  '3D000': (setting) => `databasen i ${setting} finnes ikke`,
  '42501': (setting) => `brukeren i ${setting} mangler rettigheter i databasen`,
};

async function missingPostgres(setting: string, url: string): Promise<MissingEngine | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience, query_timeout: patience });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>("select has_schema_privilege(current_schema(), 'create') as may");
    if (setting === 'DATABASE_READ_URL' || rows[0]?.may) return undefined;
    return { engine: 'PostgreSQL', reason: hopeless['42501']!(setting), mayCome: false };
  } catch (error) {
    const why = hopeless[sqlState(error) ?? ''];
    return why ? { engine: 'PostgreSQL', reason: why(setting), mayCome: false } : { engine: 'PostgreSQL', reason: 'svarer ikke', mayCome: true };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function missingEventStore(url: string): Promise<MissingEngine | undefined> {
  const store = new EventStoreDbEventStore(url, { timeout: patience });
  try {
    await store.head();
    return undefined;
  } catch (error) {
    const denied = error instanceof Error && error.cause instanceof AccessDeniedError;
    return denied
      ? { engine: 'EventStoreDB', reason: 'brukeren i EVENTSTORE_URL er ukjent, eller får ikke lese $all', mayCome: false }
      : { engine: 'EventStoreDB', reason: 'svarer ikke', mayCome: true };
  } finally {
    await store.close();
  }
}

async function missingMeilisearch(url: string, key: string | undefined): Promise<MissingEngine | undefined> {
  try {
    await new MeilisearchClient(url, key, { read: patience, write: patience, task: patience, poll: patience }).read((client) => client.getIndexes({ limit: 1 }));
    return undefined;
  } catch (error) {
    const refused = error instanceof Error && error.cause instanceof MeilisearchRefused ? error.cause : error;
    const keyless = refused instanceof MeilisearchRefused && /^(invalid_api_key|missing_authorization_header)$/.test(refused.code);
    return keyless ? { engine: 'Meilisearch', reason: `MEILISEARCH_KEY er feil, eller mangler rettigheter til indeksene ${indexPrefix}*`, mayCome: false } : undefined;
  }
}
