import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase, type EmbeddedOptions } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase, type ServerOptions } from '../../src/infrastructure/postgres/server-database.js';

/** The PostgreSQL server of the slow suite: see postgres-for-all.ts. */
const testServer = process.env['TEST_DATABASE_URL']!;

const leftovers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  // Remove in reverse order, so that a database is closed before its folder is removed.
  for (const remove of leftovers.splice(0).reverse()) await remove();
});

/** An empty folder, removed when the spec file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'min-kommune-'));
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Closes a resource when the spec file is done, and returns it. */
export function closing<T extends { close(): Promise<void> }>(it: T): T {
  leftovers.push(() => it.close().catch(() => undefined));
  return it;
}

/** A data folder with an empty database of the newest schema. It is copied from a template that is created once, to save time. */
export async function dataFolder(): Promise<string> {
  const schema = createHash('sha256').update(await readFile(fileURLToPath(migrations))).digest('hex').slice(0, 16);
  const template = fileURLToPath(new URL(`../../.data-template-${schema}`, import.meta.url));
  if (!(await exists(template))) {
    const draft = `${template}-${randomUUID()}`;
    const database = await EmbeddedDatabase.open(draft, { flush: () => undefined });
    await migrate(database);
    await database.close();
    // The rename fails if another spec file has created the template first. Its template is as good.
    await rename(draft, template).catch(() => rm(draft, { recursive: true, force: true }));
  }
  const folder = join(await temporaryFolder(), 'data');
  await copyFolder(template, folder);
  return folder;
}
const migrations = new URL('../../src/infrastructure/postgres/migrations.js', import.meta.url);

/** Copies a folder with the system's `cp`, which takes a quarter of the time of Node's copy. */
export const copyFolder = (from: string, to: string) => promisify(execFile)('cp', ['-R', from, to]);

/** An embedded database with the newest schema, in a folder of its own. It counts its flushes, and does not wait for the disk. */
export async function embeddedDatabase(options?: EmbeddedOptions): Promise<EmbeddedDatabase> {
  return closing(await EmbeddedDatabase.open(await dataFolder(), { flush: () => undefined, ...options }));
}

/** The URL of a new, empty database on the test server, dropped when the spec file is done. */
export async function serverDatabaseUrl(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string) => {
    const client = new pg.Client(testServer);
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  leftovers.push(() => run(`drop database ${name} with (force)`));
  const url = new URL(testServer);
  url.pathname = `/${name}`;
  return url.href;
}

/** A database on the test server with the newest schema. */
export async function serverDatabase(options?: ServerOptions): Promise<ServerDatabase> {
  const database = closing(new ServerDatabase(await serverDatabaseUrl(), options));
  await migrate(database);
  return database;
}

declare global {
  var onServer: boolean | undefined;
}
/** Whether this is the slow suite (jest.slow.config.mjs), which has a PostgreSQL server. */
export const onServer = globalThis.onServer === true;

/** A factory of empty databases on the PostgreSQL of this suite: the embedded engine in the quick suite, a server in the slow one. */
export const engines: Readonly<Record<string, () => Promise<Database>>> = onServer
  ? { 'PostgreSQL, server': () => serverDatabase() }
  : { 'PostgreSQL, embedded': () => embeddedDatabase() };

/** One value per PostgreSQL of this suite, by its name. */
export const onEngines = <T>(make: (open: () => Promise<Database>) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(engines).map(([name, open]) => [name, make(open)]));

/** Returns a function that gives one shared database per engine, and truncates the tables on each call. */
export function emptying(...tables: readonly string[]): (engine: string) => Promise<Database> {
  const opened = new Map<string, Promise<Database>>();
  return async (engine) => {
    const database = await (opened.get(engine) ?? opened.set(engine, engines[engine]!()).get(engine)!);
    await database.query({ name: '', text: `truncate ${tables.join(', ')}` });
    return database;
  };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
