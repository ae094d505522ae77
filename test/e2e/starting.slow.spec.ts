import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../crash/until.js';
import { AppProcess } from '../support/app-process.js';
import { closing, dataFolder, serverDatabaseUrl, temporaryFolder } from '../support/databases.js';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { freePort } from '../support/free-port.js';
import { MeilisearchDouble } from '../support/meilisearch/server.js';
import { PostgresServer } from '../support/postgres-server.js';

// The service as an operator starts it, with engines that are away, or that refuse it.

/** Status and body of a GET; undefined when nobody answers. */
const answerOf = async (url: string) => {
  const answer = await fetch(url).catch(() => undefined);
  return answer && { status: answer.status, body: (await answer.json()) as object };
};

it('waits for an engine that is away, says so once, is not ready meanwhile, and goes on when it comes', async () => {
  const log = closing(await EventStoreDbDouble.start());
  await log.pause();
  const port = await freePort();
  const app = await AppProcess.start(await dataFolder(), { EVENTSTORE_URL: log.url, PORT: String(port), EXAMPLES: 'true' }, /Venter på EventStoreDB, som svarer ikke/);
  const address = `http://127.0.0.1:${port}`;
  await until('it answers while it waits', async () => (await answerOf(`${address}/health/ready`)) !== undefined);
  expect(await answerOf(`${address}/health/live`)).toEqual({ status: 200, body: { status: 'oppe' } });
  expect(await answerOf(`${address}/health/ready`)).toEqual({ status: 503, body: { status: 'nede' } });
  expect(await answerOf(`${address}/min-kommune/api/v1/meg`)).toMatchObject({ status: 503, body: { kode: 'TJENESTEN_VENTER' } });
  await log.resume();
  await until('it is ready', async () => (await answerOf(`${address}/health/ready`))?.status === 200);
  await until('the examples are there', async () => (await answerOf(`${address}/api/openapi.json`))?.status === 200);
  const { output } = await app.end('SIGTERM');
  expect(output.match(/Venter på/g)).toHaveLength(1);
  expect(output.match(/EventStoreDB svarer igjen/g)).toHaveLength(1);
  expect(output).not.toMatch(/^ +at /m);
});

// --- the table in docs/start.md -------------------------------------------------------------------------------------

const run = async (url: string, ...statements: readonly string[]) => {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};
const as = (url: string, parts: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>) => Object.assign(new URL(url), parts).href;
/** A role that is made anew in this database's server, and dropped at the end. */
async function withRole(name: string, attributes: string, ...statements: readonly string[]): Promise<string> {
  const url = await serverDatabaseUrl();
  await run(url, `drop role if exists ${name}`, `create role ${name} ${attributes}`, ...statements);
  return url;
}
/** A database in the encoding that a server gets whose machine has no locale. */
async function inAscii(): Promise<string> {
  const url = await serverDatabaseUrl();
  const name = `${new URL(url).pathname.slice(1)}_ascii`;
  await run(url, `create database ${name} encoding 'SQL_ASCII' template template0`);
  closing({ close: () => run(url, `drop database ${name} with (force)`) });
  return as(url, { pathname: `/${name}` });
}
/** A server where everybody but the superuser needs a password. */
let passwords: Promise<string> | undefined;
const withPasswords = () => (passwords ??= makeWithPasswords());
async function makeWithPasswords(): Promise<string> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const hba = join(folder, 'pg_hba.conf');
  await writeFile(hba, 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
  const server = await PostgresServer.make('fsync=off', `hba_file=${hba}`);
  closing({ close: () => server.remove() });
  await run(server.url, "create role min_kommune login password 'riktig'", 'create database min_kommune owner min_kommune');
  return server.url;
}
/** A database that the service has used, and then this has been done in it. */
async function used(...statements: readonly string[]): Promise<Settings> {
  const [folder, DATABASE_URL] = [await dataFolder(), await serverDatabaseUrl()];
  const given = { DATABASE_URL, PERSON_KEY: 'cd'.repeat(32) };
  await (await AppProcess.start(folder, given)).end('SIGTERM');
  await run(DATABASE_URL, ...statements);
  return given;
}
const closed = async () => `127.0.0.1:${await freePort()}`;

type Settings = Readonly<Record<string, string>>;
type Made = Settings | Promise<Settings>;
/** Each engine that is missing or refuses: the settings that meet it, and whether the service waits, ends, or starts without it. */
const situations: readonly (readonly [engine: string, situation: string, what: 'waits' | 'ends' | 'starts', settings: () => Made])[] = [
  ['PostgreSQL', 'does not answer', 'waits', async () => ({ DATABASE_URL: `postgres://postgres@${await closed()}/min_kommune` })],
  ['PostgreSQL', 'another password', 'ends', async () => ({ DATABASE_URL: as(await withPasswords(), { username: 'min_kommune', password: 'galt', pathname: '/min_kommune' }) })],
  ['PostgreSQL', 'no password, where one is needed', 'ends', async () => ({ DATABASE_URL: as(await withPasswords(), { username: 'min_kommune', pathname: '/min_kommune' }) })],
  ['PostgreSQL', 'a role that may not log in', 'ends', async () => ({ DATABASE_URL: as(await withRole('uten_innlogging', 'nologin'), { username: 'uten_innlogging' }) })],
  ['PostgreSQL', 'no such database', 'ends', async () => ({ DATABASE_URL: as(await serverDatabaseUrl(), { pathname: '/finnes_ikke' }) })],
  ['PostgreSQL', 'a role that may not create tables', 'ends', async () => ({ DATABASE_URL: as(await withRole('uten_rett', 'login', 'revoke create on schema public from public'), { username: 'uten_rett' }) })],
  ['PostgreSQL', 'a database with another encoding than UTF8', 'ends', async () => ({ DATABASE_URL: await inAscii() })],
  ['PostgreSQL', 'changed by a newer program', 'ends', () => used("insert into kysely_migration (name, timestamp) values ('9999_framtid', '2030')")],
  ['PostgreSQL', 'used with another `PERSON_KEY`', 'ends', async () => ({ ...(await used()), PERSON_KEY: 'ab'.repeat(32) })],
  ['PostgreSQL', 'a change of `PERSON_KEY` that was interrupted', 'ends', () => used("update master_key set next = 'ny'")],
  ['PostgreSQL', 'used in production', 'ends', () => used('update master_key set production = true')],
  ['EventStoreDB', 'does not answer', 'waits', async () => ({ EVENTSTORE_URL: `esdb://${await closed()}?tls=false` })],
  [
    'EventStoreDB',
    'a user who may not read `$all`',
    'ends',
    async () => {
      const log = closing(await EventStoreDbDouble.start());
      log.faults.mayReadAll = false;
      return { EVENTSTORE_URL: log.url };
    },
  ],
  [
    'EventStoreDB',
    'a user who may not write',
    'ends',
    async () => {
      const log = closing(await EventStoreDbDouble.start());
      log.faults.mayWrite = false;
      return { EVENTSTORE_URL: log.url };
    },
  ],
  ['Meilisearch', 'does not answer', 'starts', async () => ({ MEILISEARCH_URL: `http://${await closed()}` })],
  [
    'Meilisearch',
    'a key that it does not know',
    'ends',
    async () => ({ MEILISEARCH_URL: closing(await MeilisearchDouble.start({ masterKey: 'hovednøkkelen i testen' })).url, MEILISEARCH_KEY: 'en nøkkel som er ukjent' }),
  ],
  [
    'Meilisearch',
    'a key that may search and not write',
    'ends',
    async () => {
      const masterKey = 'hovednøkkelen i testen';
      const { url } = closing(await MeilisearchDouble.start({ masterKey }));
      const headers = { Authorization: `Bearer ${masterKey}`, 'Content-Type': 'application/json' };
      const made = await fetch(`${url}/keys`, { method: 'POST', headers, body: JSON.stringify({ actions: ['search', 'indexes.get', 'documents.get'], indexes: ['innsyn_*'], expiresAt: null }) });
      return { MEILISEARCH_URL: url, MEILISEARCH_KEY: ((await made.json()) as { key: string }).key };
    },
  ],
];

/** The last line of the service about itself, without what comes before its text. */
const sentenceOf = (output: string): string => /\] (?<text>[^\]]*)$/.exec(output.trim().split('\n').at(-1)!)!.groups!['text']!;

it('says one sentence about each engine that is missing or refuses: the table of docs/start.md', async () => {
  const rows: string[] = [];
  for (const [engine, situation, what, settings] of situations) {
    const [folder, port] = [await dataFolder(), await freePort()];
    const given = { ...(await settings()), PORT: String(port) };
    const ready = async () => (await answerOf(`http://127.0.0.1:${port}/health/ready`))?.status;
    if (what === 'ends') {
      const { code, output } = await AppProcess.refused(folder, given);
      expect({ engine, situation, code, lines: output.trim().split('\n').length }).toEqual({ engine, situation, code: 1, lines: 1 });
      rows.push(`| ${engine} | ${situation} | ${sentenceOf(output)} | ends with exit code 1 |`);
    } else if (what === 'waits') {
      const app = await AppProcess.start(folder, given, /Venter på .*/);
      await until('it answers while it waits', async () => (await ready()) === 503);
      const { output } = await app.end('SIGTERM');
      expect(output.trim().split('\n')).toHaveLength(1);
      rows.push(`| ${engine} | ${situation} | ${sentenceOf(output)} | waits: \`/health/ready\` is 503. «${engine} svarer igjen» when it comes |`);
    } else {
      const app = await AppProcess.start(folder, given);
      await until('it has said what is missing', () => /\[Søkeindeks\]/.test(app.output));
      expect([await ready(), (await app.as('plattform').get<{ sok: string }>('/health')()).body.sok]).toEqual([200, 'nede']);
      const line = app.output.split('\n').find((one) => one.includes('[Søkeindeks]'))!;
      rows.push(`| ${engine} | ${situation} | ${sentenceOf(line)} | starts without search: \`/health\` says \`sok: nede\` to the platform |`);
      const { output } = await app.end('SIGTERM');
      expect(output).not.toMatch(/^ +at /m);
    }
  }
  const table = ['| engine | situation | what the service says | what it does |', '|---|---|---|---|', ...rows].join('\n');
  await writeFile('build/start-table.md', `${table}\n`);
  expect(await readFile('docs/start.md', 'utf8')).toContain(table);
});
