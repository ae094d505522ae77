import { sql as kysely } from 'kysely';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { projections } from '../../src/application/views/index.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { isUnavailable } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { until } from '../crash/until.js';
import { closing, serverDatabase, serverDatabaseUrl } from '../support/databases.js';

const sql = (text: string) => ({ name: '', text });
const failure = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error);

describe('A server that takes too long', () => {
  const sleep = sql('select pg_sleep(30)');

  it('is given up, whichever way it was asked, and goes on answering others', async () => {
    const database = await serverDatabase({ statementTimeout: 2_000 });
    const lock = (await database.tryLock('a'))!;
    const asked = [
      database.query(sleep),
      database.transaction((tx) => tx.query(sleep)),
      lock.query(sleep),
      lock.transaction((tx) => tx.query(sleep)),
    ];
    for (const outcome of await Promise.all(asked.map(failure))) expect(isUnavailable(outcome)).toBe(true);
    expect(await database.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
    expect(await lock.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
    expect(lock.lost.aborted).toBe(false);
  });

  it('may take its time for what must be finished', async () => {
    const database = await serverDatabase({ statementTimeout: 100 });
    await database.withoutTimeouts((db) => kysely.raw('select pg_sleep(1.5)').execute(db));
  });

  it('has no connection left: whoever waits for one is told so', async () => {
    const database = await serverDatabase({ connections: 2, statementTimeout: 4_000 });
    const busy = [1, 2].map(() => failure(database.query(sql('select pg_sleep(3)'))));
    const waiting = await Promise.all(Array.from({ length: 10 }, () => failure(database.query(sql('select 1')))));
    for (const outcome of waiting) expect(isUnavailable(outcome)).toBe(true);
    expect(await Promise.all(busy)).toEqual([undefined, undefined]);
    expect(await database.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('is busy with background work: the rest of that is given up, and all else is answered at once', async () => {
    const database = await serverDatabase({ connections: 4, statementTimeout: 4_000 });
    const { background } = database;
    const done: string[] = [];
    const busy = background.query(sql('select pg_sleep(3)')).then(() => done.push('background'));
    const waiting = [failure(background.query(sql('select 1'))), failure(background.transaction((tx) => tx.query(sql('select 1'))))];
    await Promise.all([1, 2, 3].map(() => database.query(sql('select 1')).then(() => done.push('at once'))));
    await busy;
    expect(done).toEqual(['at once', 'at once', 'at once', 'background']);
    for (const outcome of await Promise.all(waiting)) expect(isUnavailable(outcome) && outcome).toBeInstanceOf(Error);
    expect(await background.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('takes the connection and says nothing: it is given up', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const database = new ServerDatabase(`postgres://a@127.0.0.1:${(silent.address() as AddressInfo).port}/a`, { statementTimeout: 400 });
    expect(isUnavailable(await failure(database.query(sql('select 1'))))).toBe(true);
    expect(isUnavailable(await failure(database.tryLock('a')))).toBe(true);
    silent.close();
  });
});

it('A database that is closed answers nothing more: no connection keeps the process alive', async () => {
  const database = await serverDatabase();
  await database.query(sql('select 1'));
  await database.close();
  expect(await failure(database.query(sql('select 1')))).toBeDefined();
});

describe('A lock', () => {
  const program = fileURLToPath(new URL('../support/lock-process.js', import.meta.url));

  it('whose holder lives but does nothing any more goes to another, and the holder learns of it', async () => {
    const url = await serverDatabaseUrl();
    const lease = 500;
    const other = closing(new ServerDatabase(url, { lease }));
    const holder = spawn(process.execPath, [program, url, String(lease)], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines = createInterface(holder.stdout)[Symbol.asyncIterator]();
      expect(await lines.next()).toMatchObject({ value: 'has it' });
      // A live holder keeps the lock for longer than the lease.
      for (const since = performance.now(); performance.now() - since < 3 * lease; ) expect(await other.tryLock('a')).toBeUndefined();
      holder.kill('SIGSTOP');
      await until('another has the lock', async () => (await other.tryLock('a')) !== undefined);
      holder.kill('SIGCONT');
      expect(await lines.next()).toMatchObject({ value: 'has lost it' });
    } finally {
      holder.kill('SIGKILL');
    }
  });
});

describe('The schema', () => {
  it('is brought up to date however long the server takes', async () => {
    const url = await serverDatabaseUrl();
    const database = closing(new ServerDatabase(url, { statementTimeout: 100 }));
    const operator = closing(new ServerDatabase(url));
    await operator.query(sql('create table event ()'));
    await expect(migrate(database)).rejects.toThrow('kunne ikke bringes');
    await operator.query(sql('drop table event'));
    await migrate(database);
    await migrate(database);
  });

  it('that a newer program has changed is refused, and named', async () => {
    const database = await serverDatabase();
    await database.query(sql(`insert into kysely_migration (name, timestamp) values ('9999_framtid', '2030')`));
    await expect(migrate(database)).rejects.toMatchObject({ name: 'NewerDatabase', message: expect.stringMatching(/DATABASE_NYERE_VERSJON.*9999_framtid/) as unknown });
  });
});

it('A replica that is behind: a view has come to where the replica shows it', async () => {
  const [owner, replica] = [await serverDatabase(), await serverDatabase()];
  const [view] = projections;
  for (const database of [owner, replica]) await new PostgresViewStore(database).prepare(projections);
  const views = new PostgresViewStore(owner, replica);
  const lease = (await views.acquireLease())!;
  expect(await views.waitFor([view!], 0n, 0)).toBe(true);
  const change = { view: view!, from: 0n, to: 1n, set: [{ key: 'a', data: {}, revision: 0n, position: 1n }], remove: [] };
  await lease.commit([change]);
  expect(await views.waitFor([view!], 1n, 0)).toBe(false);
  const waiting = views.waitFor([view!], 1n, 600_000);
  const replicated = (await new PostgresViewStore(replica).acquireLease())!;
  await replicated.commit([change]);
  expect(await waiting).toBe(true);
  expect(await views.get(view!, 'a')).toBeDefined();
  await Promise.all([lease.release(), replicated.release()]);
});

describe('The role that reads', () => {
  it('answers questions from the views, and can neither change them nor see the log or the persons', async () => {
    const url = new URL(await serverDatabaseUrl());
    const owner = closing(new ServerDatabase(url.href));
    await migrate(owner);
    const role = `les"${randomBytes(4).toString('hex')}`;
    const named = `"${role.replaceAll('"', '""')}"`;
    await owner.query(sql(`create role ${named} login`));
    url.username = encodeURIComponent(role);
    const reader = new ServerDatabase(url.href);
    try {
      const views = new PostgresViewStore(owner, reader, role);
      await views.prepare(projections);
      await views.prepare(projections.map((view) => ({ ...view, version: view.version + 1 })));
      const [view] = projections;
      const lease = (await views.acquireLease())!;
      await lease.commit([{ view: view!, from: 0n, to: 1n, set: [{ key: 'a', data: { navn: 'Ås' }, revision: 0n, position: 1n }], remove: [] }]);
      expect(await views.get(view!, 'a')).toMatchObject({ data: { navn: 'Ås' } });
      expect(await views.find(view!, { where: { navn: 'Ås' } })).toMatchObject({ total: 1 });
      expect(await views.waitFor([view!], 1n, 0)).toBe(true);
      await lease.serve({ ...view!, version: view!.version + 1 });
      await lease.release();

      await new PostgresPersons(owner, new PersonCipher(randomBytes(32))).identify({ fnr: syntheticFnr('a') });
      const denied = { code: '42501' };
      for (const text of ['select * from event', 'select * from person', 'update view set position = 0', 'create table thing ()'])
        await expect(reader.query(sql(text))).rejects.toMatchObject(denied);
      await expect(new PostgresEventStore(reader).head()).rejects.toMatchObject(denied);
    } finally {
      await reader.close();
      await owner.query(sql(`drop owned by ${named}`));
      await owner.query(sql(`drop role ${named}`));
    }
  });
});
