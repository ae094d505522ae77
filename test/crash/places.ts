import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded-database.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';

/** Where a service keeps its data: a folder, and perhaps a database on a server. Empty at first. */
export interface Place {
  readonly engine: 'embedded' | 'native';
  readonly dataDir: string;
  /** What the service is told about it. */
  readonly env: Readonly<Record<string, string>>;
  /** The same database, for the one who checks it. */
  open(): Promise<Database>;
  remove(): Promise<void>;
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

/** Leaves nothing behind, when this process must end at once. */
export function abandonPlaces(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** @param made a data folder that has a database already, but nothing in it. */
export async function embeddedPlace(made?: string): Promise<Place> {
  const dataDir = made ?? (await temporaryFolder());
  return {
    engine: 'embedded',
    dataDir,
    env: { DATA_DIR: dataDir },
    open: async () => {
      const database = await EmbeddedDatabase.open(dataDir);
      await migrate(database);
      return database;
    },
    remove: () => removeFolder(dataDir),
  };
}

/** A database of its own on a server. */
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

/** A database that somebody else has made, and drops. */
export async function placeOn(DATABASE_URL: string): Promise<Place> {
  const dataDir = await temporaryFolder();
  return {
    engine: 'native',
    dataDir,
    env: { DATA_DIR: dataDir, DATABASE_URL },
    open: () => Promise.resolve(new ServerDatabase(DATABASE_URL)),
    remove: () => removeFolder(dataDir),
  };
}

/** One statement on a connection of its own. */
export async function ask<R extends pg.QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}
