import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
chmodSync(scratch, 0o755);
const endings: (() => unknown)[] = [() => { rmSync(scratch, { recursive: true, force: true }); }];

/** Registers a clean-up for the end of the run, also a run that fails. */
export const atEnd = (end: () => unknown): unknown => endings.push(end);

/** Runs the registered clean-ups, the latest first. */
export async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

export const scratchFolder = (name: string): string => join(scratch, `${name}-${randomUUID().slice(0, 8)}`);

/** The path of a program of Debian's newest PostgreSQL. Throws an error that says how to get it when it is not installed. */
export function program(name: string): string {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  const path = versions.map((version) => join(home, version, 'bin', name)).find((one) => existsSync(one));
  if (path !== undefined) return path;
  throw new Error(
    `The native engine needs ${name}, and ${home} has none. Install it with "apt-get install postgresql", or run without the native engine with BENCH_ENGINE=embedded. ` +
      'BENCH_DATABASE_URL names another server, and replaces initdb and pg_ctl only.',
  );
}

let server: Promise<string> | undefined;
/**
 * The URL of a PostgreSQL server: BENCH_DATABASE_URL, or a server started here once from Debian's package. Throws when there
 * is neither.
 */
export const nativeServer = (): Promise<string> => (server ??= startServer());

async function startServer(): Promise<string> {
  const named = process.env['BENCH_DATABASE_URL'];
  if (named) return named;
  const data = scratchFolder('pg');
  mkdirSync(data);
  // PostgreSQL refuses to run as root, so the user `postgres` runs it.
  const root = process.getuid?.() === 0;
  if (root) chownSync(data, Number(execFileSync('id', ['-u', 'postgres'])), Number(execFileSync('id', ['-g', 'postgres'])));
  const run = (name: string, ...args: string[]) =>
    root
      ? execFileSync('runuser', ['-u', 'postgres', '--', program(name), ...args], { cwd: '/', stdio: 'ignore' })
      : execFileSync(program(name), args, { stdio: 'ignore' });
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8');
  const port = await freePort();
  run('pg_ctl', '-D', data, '-w', '-l', join(data, 'log'), '-o', `-p ${port} -k ${data} -c listen_addresses=127.0.0.1`, 'start');
  atEnd(() => run('pg_ctl', '-D', data, '-m', 'immediate', 'stop'));
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Creates an empty database on the native server. Resolves with its URL. */
export async function nativeUrl(): Promise<string> {
  const base = await nativeServer();
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(base);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

export type Engine = 'native' | 'embedded';
/** Both engines, or only the one that BENCH_ENGINE names. */
export const engines = (['native', 'embedded'] as const).filter((one) => (process.env['BENCH_ENGINE'] ?? one) === one);

/** An EventStoreDB server to measure on as well. Nothing else may be stored there, because the service takes its whole log. */
export const eventStoreUrl = process.env['EVENTSTORE_URL'];

/** A new database with the service's schema, and its URL on the native engine. */
export async function database(engine: Engine): Promise<{ readonly database: Database; readonly url?: string }> {
  const url = engine === 'native' ? await nativeUrl() : undefined;
  const opened = url ? new ServerDatabase(url) : await EmbeddedDatabase.open(scratchFolder('data'));
  atEnd(() => opened.close());
  await migrate(opened);
  return { database: opened, ...(url !== undefined && { url }) };
}
