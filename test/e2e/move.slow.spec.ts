import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projections } from '../../src/application/views/index.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { summaryOf } from '../../src/infrastructure/operations/log-file.js';
import { sideTables, copySideTables, summarizeSideTables } from '../../src/infrastructure/operations/side-tables.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { openStores } from '../../src/stores.js';
import { contents } from '../crash/checks.js';
import { until } from '../crash/until.js';
import { runCli, startCli } from '../support/cli.js';
import { dataFolder, serverDatabase, serverDatabaseUrl, temporaryFolder } from '../support/databases.js';
import { everything, logOf } from '../support/views.js';

type Settings = Readonly<Record<string, string>>;

const at = (settings: Settings) => Object.entries(settings).flatMap(([name, value]) => ['--to', `${name}=${value}`]);

/** Makes a data folder with every event type, and with persons. */
async function filled(): Promise<{ folder: string; persons: Map<PersonId, string> }> {
  const folder = await dataFolder();
  const stores = await openStores(readConfig({ DATA_DIR: folder }));
  for (const event of logOf(everything())) await stores.events.append({ stream: event.stream, expected: 'any', events: [event] });
  const persons = new Map<PersonId, string>();
  for (let n = 0; n < 20; n++) {
    const fnr = syntheticFnr(`person ${n}`);
    persons.set(await stores.persons.identify({ fnr, navn: `Åse Nummer ${n}` }), fnr);
  }
  await stores.close();
  return { folder, persons };
}

/** Summaries of everything that a database holds, after the views are built from its log. */
async function heldBy(settings: Settings, persons: ReadonlyMap<PersonId, string>) {
  const stores = await openStores(readConfig(settings));
  const { events, views, persons: register, database } = stores;
  try {
    const pump = new Pump(events, views, projections);
    await pump.onApplicationBootstrap();
    const head = await events.head();
    await until('the views are built', async () => (await views.checkpoints()).every(({ position }) => position === head));
    await pump.onApplicationShutdown();
    const revealed = await register.reveal([...persons.keys()]);
    expect(new Map([...revealed].map(([id, { fnr }]) => [id, fnr]))).toEqual(persons);
    return { log: await summaryOf(events), beside: await summarizeSideTables(database), views: await contents(database) };
  } finally {
    await stores.close();
  }
}

it('moves a service from the embedded database to a server and back: events, persons and views are the same', async () => {
  const { folder, persons } = await filled();
  const embedded = { DATA_DIR: folder };
  const before = await heldBy(embedded, persons);
  expect(before.log.events).toBeGreaterThan(30);
  expect(before.beside.rows).toBe(persons.size);

  const server = { DATA_DIR: await temporaryFolder(), DATABASE_URL: await serverDatabaseUrl() };
  const moved = await runCli('move', at(server), embedded);
  expect(moved).toMatchObject({ code: 0, err: expect.stringContaining(before.log.sha256) as unknown });
  expect(await heldBy(server, persons)).toEqual(before);

  const back = { DATA_DIR: await dataFolder() };
  const file = join(await temporaryFolder(), 'fra.env');
  await writeFile(file, Object.entries(server).map(([name, value]) => `${name}=${value}\n`).join(''));
  expect(await runCli('move', ['--from', file], back)).toMatchObject({ code: 0 });
  expect(await heldBy(back, persons)).toEqual(before);
}, 300_000);

it('leaves no data folder locked when it is interrupted, and goes on when it is run again', async () => {
  const { folder, persons } = await filled();
  const [from, to] = [{ DATA_DIR: folder }, { DATA_DIR: await dataFolder() }];
  const before = await heldBy(from, persons);
  const child = startCli('move', at(to), from);
  const [said, ended] = [text(child.stderr!), once(child, 'close')];
  const locks = [folder, to.DATA_DIR].map((each) => join(each, 'lock'));
  await until('both folders are in use', () => locks.every((lock) => existsSync(lock)));
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(await said).toContain('Avbrutt. Kjør kommandoen igjen for å gå videre.');
  expect(locks.filter((lock) => existsSync(lock))).toEqual([]);
  expect(await runCli('move', at(to), from)).toMatchObject({ code: 0 });
  expect(await heldBy(to, persons)).toEqual(before);
});

it('what stands beside the log is copied page by page, twice without harm', async () => {
  const [from, to] = [await serverDatabase(), await serverDatabase()];
  await from.query({ name: '', text: `insert into person select gen_random_uuid(), n, 'æ\\"' || n from generate_series(1, 1201) n` });
  const summary = await copySideTables(from, to);
  expect(summary).toEqual({ rows: 1201, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
  expect(await copySideTables(from, to)).toEqual(summary);
  expect(await summarizeSideTables(to)).toEqual(await summarizeSideTables(from));
  await to.query({ name: '', text: `update person set kept = 'x' where lookup = '7'` });
  await expect(copySideTables(from, to)).rejects.toThrow('PERSONER_ER_ULIKE');
});

it('moves nobody to where the persons have another key, or where there are others', async () => {
  const { folder } = await filled();
  const url = await serverDatabaseUrl();
  const refused = await runCli('move', at({ DATABASE_URL: url, PERSON_KEY: 'ab'.repeat(32) }), { DATA_DIR: folder });
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('PERSON_KEY_ER_EN_ANNEN') as unknown });

  const other = { DATA_DIR: await temporaryFolder(), DATABASE_URL: url, PERSON_KEY: await readFile(join(folder, 'person.key'), 'utf8') };
  const stores = await openStores(readConfig(other));
  await stores.persons.identify({ fnr: syntheticFnr('a stranger') });
  await stores.close();
  expect(await runCli('move', at(other), { DATA_DIR: folder })).toMatchObject({ code: 1, err: expect.stringContaining('PERSONER_ER_ULIKE') as unknown });
});

it.each(['embedded', 'server'])('a database is opened with no other master key than the one it has been used with: %s', async (engine) => {
  const settings = engine === 'server' ? { DATABASE_URL: await serverDatabaseUrl() } : {};
  const folder = await temporaryFolder();
  const open = async (PERSON_KEY = '') => {
    const stores = await openStores(readConfig({ ...settings, DATA_DIR: folder, PERSON_KEY }));
    try {
      return await stores.persons.identify({ fnr: syntheticFnr('somebody') });
    } finally {
      await stores.close();
    }
  };
  const [first, kept] = [await open(), await readFile(join(folder, 'person.key'), 'utf8')];
  await expect(open('ab'.repeat(32))).rejects.toThrow('PERSON_KEY_ER_EN_ANNEN');
  await rm(join(folder, 'person.key'));
  await expect(open()).rejects.toThrow('PERSON_KEY_ER_EN_ANNEN');
  expect(await open(kept)).toBe(first);
});

it('every table that cannot be made from the log is moved', async () => {
  const database = await serverDatabase();
  const tables = await database.query<{ name: string }>({ name: '', text: `select tablename as name from pg_tables where schemaname = 'public'` });
  const made = ['event', 'view', 'master_key', 'search_generation', 'merkle_progress', 'merkle_tree', 'merkle_tile', 'kysely_migration', 'kysely_migration_lock'];
  // Sessions end with a move: they last two hours at most, and the service is stopped meanwhile.
  const left = ['okter'];
  expect(tables.map(({ name }) => name).filter((name) => ![...made, ...left].includes(name)).sort()).toEqual(sideTables.map(({ table }) => table).sort());
});

it('the log goes through a file, on the command line, and goes on where it was interrupted', async () => {
  const { folder } = await filled();
  const file = join(await temporaryFolder(), 'logg.ndjson');
  expect(await runCli('log', ['export', file], { DATA_DIR: folder })).toMatchObject({ code: 0, err: expect.stringMatching(/Eksportert: \d+ hendelser, SHA-256/) as unknown });
  const lines = await readFile(file, 'utf8');

  const to = { DATA_DIR: await temporaryFolder(), DATABASE_URL: await serverDatabaseUrl() };
  const half = join(await temporaryFolder(), 'halv.ndjson');
  await writeFile(half, lines.slice(0, lines.length / 2));
  expect(await runCli('log', ['import', half], to)).toMatchObject({ code: 1, err: expect.stringContaining('LOGGFIL_AVKUTTET') as unknown });
  expect(await runCli('log', ['import', file], to)).toMatchObject({ code: 0 });
  expect((await runCli('log', ['export'], to)).out).toBe(lines);
});
