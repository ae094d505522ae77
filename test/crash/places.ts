import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded-database.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { patience } from './until.js';

const run = promisify(execFile);

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
  PostgresServer.stopAll();
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
  const dataDir = await temporaryFolder();
  const name = `crash_${randomUUID().replaceAll('-', '')}`;
  await ask(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    engine: 'native',
    dataDir,
    env: { DATA_DIR: dataDir, DATABASE_URL: own.href },
    open: () => Promise.resolve(new ServerDatabase(own.href)),
    remove: async () => {
      await removeFolder(dataDir);
      await ask(url, `drop database ${name} with (force)`);
    },
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

/** A PostgreSQL server of our own, in a temporary folder, that can be stopped as by a power cut. */
export class PostgresServer {
  private static readonly started = new Set<PostgresServer>();

  private constructor(
    private readonly binaries: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Nothing where PostgreSQL is not installed. */
  static async make(): Promise<PostgresServer | undefined> {
    const versions = await readdir('/usr/lib/postgresql').catch(() => []);
    const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
    if (newest === undefined) return undefined;
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    if (process.getuid?.() === 0) await run('chown', ['postgres', folder]);
    const server = new PostgresServer(`/usr/lib/postgresql/${newest}/bin`, folder, await freePort());
    PostgresServer.started.add(server);
    await server.program('initdb', '-D', join(folder, 'pg'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8');
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async start(): Promise<void> {
    const options = `-p ${this.port} -k ${this.folder} -c listen_addresses=127.0.0.1`;
    await this.control('start', '-w', '-t', `${patience / 1000}`, '-l', join(this.folder, 'log'), '-o', options);
  }

  /** At once, without a checkpoint and without waiting for anybody. */
  async stop(): Promise<void> {
    await this.control('stop', '-m', 'immediate');
  }

  async remove(): Promise<void> {
    await this.stop().catch(() => undefined);
    PostgresServer.started.delete(this);
    await removeFolder(this.folder);
  }

  static stopAll(): void {
    for (const { binaries, folder } of PostgresServer.started) {
      const [program, args] = asPostgres(join(binaries, 'pg_ctl'), ['-D', join(folder, 'pg'), 'stop', '-m', 'immediate']);
      try {
        execFileSync(program, args, { cwd: '/', stdio: 'ignore' });
      } catch {
        // It was not running.
      }
    }
  }

  private control(...args: readonly string[]): Promise<void> {
    return this.program('pg_ctl', '-D', join(this.folder, 'pg'), ...args);
  }

  private async program(name: string, ...args: readonly string[]): Promise<void> {
    const [program, all] = asPostgres(join(this.binaries, name), args);
    // The server inherits what it is started with, so nobody may wait for the end of its output.
    const child = execFile(program, all, { cwd: '/', timeout: patience });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}; see ${this.folder}/log`);
  }
}

/** PostgreSQL does not run as root. */
const asPostgres = (program: string, args: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, [...args]];

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  listening.close();
  return port;
}
