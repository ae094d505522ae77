import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { MeilisearchDouble } from '../support/meilisearch/server.js';
import { Network } from '../support/network.js';

/** The storage of a service: a data folder, and a database on a server for some engines. Empty at first. */
export interface Place {
  readonly engine: 'embedded' | 'native' | 'engines';
  readonly dataDir: string;
  /** The environment variables that point the service to this storage. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Storage with a double of EventStoreDB for the log, one of Meilisearch for the search, and a database on a server. */
export interface EnginesPlace extends Place {
  readonly eventStoreDb: EventStoreDbDouble;
  readonly meilisearch: MeilisearchDouble;
  /** The networks between the service and its database, log and search. */
  readonly networks: readonly Network[];
}

const folders = new Set<string>();

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'min-kommune-crash-'));
  folders.add(folder);
  return folder;
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** Removes all temporary folders synchronously, for an exit of this process. */
export function abandonPlaces(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** @param made a data folder with an empty database; by default a new folder. */
export async function embeddedPlace(made?: string): Promise<Place> {
  const dataDir = made ?? (await temporaryFolder());
  return {
    engine: 'embedded',
    dataDir,
    env: { DATA_DIR: dataDir },
    remove: () => removeFolder(dataDir),
  };
}

/** A new database on a server. `remove` drops it. */
export async function nativePlace(url: string): Promise<Place> {
  const name = `crash_${randomUUID().replaceAll('-', '')}`;
  await ask(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const place = await placeOn(own.href);
  return {
    ...place,
    remove: async () => {
      await place.remove();
      await ask(url, `drop database ${name} with (force)`);
    },
  };
}

/** New storage on all three engines, each behind a simulated network of its own. */
export async function enginesPlace(url: string): Promise<EnginesPlace> {
  const place = await nativePlace(url);
  const database = new URL(place.env['DATABASE_URL']!);
  const [eventStoreDb, meilisearch] = await Promise.all([EventStoreDbDouble.start(), MeilisearchDouble.start()]);
  const ports = [Number(database.port), eventStoreDb.port, Number(new URL(meilisearch.url).port)];
  const networks = await Promise.all(ports.map((port) => Network.to(port)));
  const [toDatabase, toLog, toSearch] = networks.map(({ port }) => String(port)) as [string, string, string];
  database.port = toDatabase;
  return {
    ...place,
    engine: 'engines',
    env: {
      ...place.env,
      DATABASE_URL: database.href,
      EVENTSTORE_URL: `esdb://127.0.0.1:${toLog}?tls=false`,
      MEILISEARCH_URL: `http://127.0.0.1:${toSearch}`,
    },
    eventStoreDb,
    meilisearch,
    networks,
    remove: async () => {
      await Promise.all(networks.map((network) => network.close()));
      await Promise.all([eventStoreDb.close(), meilisearch.close()]);
      await place.remove();
    },
  };
}

/** An existing database. `remove` does not drop it. */
export async function placeOn(DATABASE_URL: string): Promise<Place> {
  const dataDir = await temporaryFolder();
  return {
    engine: 'native',
    dataDir,
    env: { DATA_DIR: dataDir, DATABASE_URL },
    remove: () => removeFolder(dataDir),
  };
}

/** Runs one statement on a connection of its own. Resolves with the rows. */
export async function ask<R extends pg.QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}
