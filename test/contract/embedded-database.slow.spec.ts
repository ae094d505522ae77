import { NodeFS } from '@electric-sql/pglite/nodefs';
import { sql as kysely } from 'kysely';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fsyncSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as macrotask } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type EventStore, type NewEvent, type RecordedEvent, StoreUnavailable } from '../../src/application/ports/event-store.js';
import { type DataFolderError, openDataFolder, type Holder } from '../../src/infrastructure/postgres/embedded/data-folder.js';
import { DurableFolder, DurablePGlite } from '../../src/infrastructure/postgres/embedded/durable-pglite.js';
import { EmbeddedDatabase, type EmbeddedOptions } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { copyFolder, dataFolder, embeddedDatabase, temporaryFolder } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';
import { until } from '../support/views.js';

const stream = (id = 'a') => ({ aggregate: 'tjeneste', tenant, id });
const event = (): NewEvent => ({ id: randomUUID(), type: 'Tested', data: { text: 'x'.repeat(100) }, metadata });
const append = (store: EventStore, id = 'a', count = 1) =>
  store.append({ stream: stream(id), expected: 'any', events: Array.from({ length: count }, event) });

async function everything(store: EventStore): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const page of store.readAll()) all.push(...page);
  return all;
}

/** Opens a folder for the length of some work. */
async function opened<T>(folder: string, work: (database: EmbeddedDatabase) => Promise<T>, options?: EmbeddedOptions): Promise<T> {
  const database = await EmbeddedDatabase.open(folder, options);
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Starts another process that opens the folder. Returns it with its output. */
async function anotherProcess(folder: string, task = 'append') {
  const script = fileURLToPath(new URL('../support/appending-process.js', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, folder, task], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
  const lines = createInterface({ input: child.stdout! });
  const said = lines[Symbol.asyncIterator]();
  await said.next();
  const kill = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { pid: child.pid!, said, kill };
}

describe('statements', () => {
  const tenth = { name: 'tenth', text: 'select 10 / $1::int as tenth, $2::text[] as words' };

  it('answer the same each time, with a name and without', async () => {
    const database = await embeddedDatabase();
    for (const by of [2, 5]) expect(await database.query(tenth, [by, ['æ', null]])).toEqual([{ tenth: 10 / by, words: ['æ', null] }]);
    for (const n of [null, 7]) expect(await database.query({ name: '', text: 'select $1::int as n' }, [n])).toEqual([{ n }]);
  });

  it('that are refused leave the engine ready, and themselves too', async () => {
    const database = await embeddedDatabase();
    const wrong = { name: 'wrong', text: 'select nothing from nowhere' };
    for (let n = 0; n < 2; n++) {
      await expect(database.query(tenth, [0, []])).rejects.toMatchObject({ code: '22012' });
      await expect(database.query(wrong)).rejects.toMatchObject({ code: '42P01' });
      await expect(database.transaction((tx) => tx.query(tenth, [0, []]))).rejects.toMatchObject({ code: '22012' });
      expect(await database.query(tenth, [1, []])).toEqual([{ tenth: 10, words: [] }]);
    }
  });

  it('wait for a transaction that is under way', async () => {
    const database = await embeddedDatabase();
    await database.query({ name: '', text: 'create table waited (n int)' });
    const count = { name: 'count_waited', text: 'select count(*)::int as n from waited' };
    let outside: Promise<unknown> | undefined;
    await database.transaction(async (tx) => {
      await tx.query({ name: 'add_waited', text: 'insert into waited values ($1)' }, [1]);
      outside = database.query(count);
      expect(await tx.query(count)).toEqual([{ n: 1 }]);
      await tx.query({ name: 'add_waited', text: 'insert into waited values ($1)' }, [2]);
    });
    expect(await outside).toEqual([{ n: 2 }]);
  });
});

describe('work in the background', () => {
  const one = { name: 'one', text: 'select 1 as one' };

  it('goes after the statements of others, though they come one after the other', async () => {
    const database = await embeddedDatabase();
    const done: string[] = [];
    const waiting = [1, 2, 3].map((n) => database.background.query(one).then(() => done.push(`background ${n}`)));
    for (let n = 1; n <= 3; n++) await database.query(one).then(() => done.push(`command ${n}`));
    await Promise.all(waiting);
    expect(done).toEqual(['command 1', 'command 2', 'command 3', 'background 1', 'background 2', 'background 3']);
  });

  it('goes one at a time, so that a statement waits for one only', async () => {
    const database = await embeddedDatabase();
    const done: string[] = [];
    let command: Promise<unknown> | undefined;
    const long = database.background.transaction(async (tx) => {
      const next = [1, 2].map((n) => database.background.transaction((other) => other.query(one)).then(() => done.push(`background ${n}`)));
      for (let turn = 0; turn < 10; turn++) await macrotask();
      command = database.query(one).then(() => done.push('command'));
      await tx.query(one);
      return { next };
    });
    const { next } = await long;
    await Promise.all([command, ...next]);
    expect(done).toEqual(['command', 'background 1', 'background 2']);
  });

  it('has its share of the time, though others never stop, and also after a statement that is refused', async () => {
    const database = await embeddedDatabase();
    let over = false;
    // Of two writers one is always waiting.
    const busy = [1, 2].map(async () => {
      while (!over) await database.transaction((tx) => macrotask().then(() => tx.query(one)));
    });
    await expect(database.background.query({ name: '', text: 'select nothing from nowhere' })).rejects.toMatchObject({ code: '42P01' });
    for (let n = 0; n < 3; n++) expect(await database.background.query(one)).toEqual([{ one: 1 }]);
    over = true;
    await Promise.all(busy);
  });
});

describe('what is answered is on the disk', () => {
  it('an append is flushed before it is answered', async () => {
    const trace: string[] = [];
    const database = await embeddedDatabase({
      flush: (fd) => {
        fsyncSync(fd);
        trace.push('flushed');
      },
    });
    const store = new PostgresEventStore(database);
    for (let n = 0; n < 3; n++) {
      trace.length = 0;
      await append(store).then(() => trace.push('answered'));
      expect(trace).toEqual(['flushed', 'answered']);
    }
  });

  it('concurrent appends share flushes', async () => {
    const database = await embeddedDatabase();
    const store = new PostgresEventStore(database);
    const before = database.flushes;
    await Promise.all(Array.from({ length: 16 }, (_, n) => append(store, `s${n}`)));
    const flushes = database.flushes - before;
    expect(flushes).toBeGreaterThan(0);
    expect(flushes).toBeLessThanOrEqual(2);
  });

  it('a transaction waits for the disk, unless it is told not to', async () => {
    const database = await embeddedDatabase();
    await database.query({ name: 'make', text: 'create table thing (n int)' });
    const insert = { name: 'thing', text: 'insert into thing values ($1)' };
    const flushes = async (durable: boolean) => {
      const before = database.flushes;
      await database.transaction((tx) => tx.query(insert, [1]), { durable });
      return database.flushes - before;
    };
    expect(await flushes(true)).toBe(1);
    expect(await flushes(false)).toBe(0);
    await expect(database.transaction((tx) => tx.query(insert, ['x']))).rejects.toThrow();
    expect(await database.query({ name: 'count', text: 'select n from thing' })).toHaveLength(2);
  });

  it('an engine that does not flush is refused', async () => {
    class WithoutFlush extends DurableFolder {
      override init(...options: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
        return NodeFS.prototype.init.apply(this, options);
      }
    }
    const folder = await dataFolder();
    await expect(DurablePGlite.open(new WithoutFlush(join(folder, 'postgres')))).rejects.toThrow('does not flush');
  });

  it('kill -9 loses nothing that was answered, and stores nothing twice', async () => {
    const folder = await dataFolder();
    const answered: string[] = [];
    for (const enough of [150, 60]) {
      const { said, kill } = await anotherProcess(folder);
      for (let n = 0; n < enough; n++) answered.push((await said.next()).value as string);
      await kill();
      for await (const line of { [Symbol.asyncIterator]: () => said }) if (line.length === 36) answered.push(line);
    }
    await opened(folder, async (database) => {
      const log = await everything(new PostgresEventStore(database));
      const stored = log.map(({ id }) => id);
      expect(new Set(stored).size).toBe(stored.length);
      expect(answered.filter((id) => !stored.includes(id))).toEqual([]);
      // Each of the four writers of each process can have had one unanswered append in flight.
      expect(stored.length - answered.length).toBeLessThanOrEqual(2 * 4);
      expect(log.map(({ position }) => position)).toEqual(log.map((_, n) => BigInt(n + 1)));
    });
  });

  it('closing leaves nothing to recover', async () => {
    const folder = await dataFolder();
    await opened(folder, (database) => append(new PostgresEventStore(database)));
    const control = await readFile(join(folder, 'postgres/global/pg_control'));
    expect(control.readUInt32LE(16)).toBe(1); // DB_SHUTDOWNED
  });

  it('a checkpoint is made now and then, so that the write-ahead log does not only grow', async () => {
    const database = await embeddedDatabase({ housekeepingInterval: 5, checkpointBytes: 100_000 });
    const where = { name: 'checkpoint', text: 'select checkpoint_lsn::text as at from pg_control_checkpoint()' };
    const [before] = await database.query<{ at: string }>(where);
    const store = new PostgresEventStore(database);
    await until('a checkpoint is made', async () => {
      await append(store, 'a', 500);
      const [now] = await database.query<{ at: string }>(where);
      return now!.at !== before!.at;
    }, 60_000);
  });

  it('what large documents leave behind when they change is used again', async () => {
    const database = await embeddedDatabase({ housekeepingInterval: 5 });
    await database.query({ name: 'make', text: 'create table doc (content text)' });
    await database.query({ name: 'plain', text: 'alter table doc alter content set storage external' }); // not compressed
    await database.query({ name: 'put', text: `insert into doc values ('')` });
    for (let n = 0; n < 1_000; n++) {
      await database.query({ name: 'change', text: `update doc set content = repeat('x', 6000)` });
      await new Promise(setImmediate);
    }
    const [row] = await database.query<{ size: bigint }>({ name: 'size', text: `select pg_total_relation_size('doc') as size` });
    expect(row!.size).toBeLessThan(4_000_000n); // twice as much without
  });

  it('plans fit what tables hold now, also when a crash has lost the count of changes, and beside a table with dead rows', async () => {
    const database = await embeddedDatabase({ housekeepingInterval: 5 });
    const run = (text: string) => database.query<{ current: boolean }>({ name: '', text });
    const state = `select last_analyze is not null and reltuples = 3000 as current
      from pg_stat_user_tables join pg_class on pg_class.oid = relid where relid = 'doc'::regclass`;
    const isCurrent = async () => {
      await run('update busy set number = number + 1');
      const [row] = await run(state);
      return row!.current;
    };
    await run('create table busy as select generate_series(1, 3000) as number');
    await run(`create table doc as select repeat('x', 500) as content from generate_series(1, 3000)`);
    await until('the plans are current', isCurrent, 60_000);
    await run('select pg_stat_reset()');
    await until('the plans are current again', isCurrent, 60_000);
  });
});

describe('a disk that fails', () => {
  it('stops the engine, rejects what was asked as unknown, and starts it again', async () => {
    let failing = false;
    const database = await embeddedDatabase({
      minRestartIntervalMs: 0,
      flush: (fd) => {
        if (failing) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
        fsyncSync(fd);
      },
    });
    const store = new PostgresEventStore(database);
    const lock = (await database.tryLock('a'))!;
    const one = { stream: stream(), expected: 'none' as const, events: [event()] };
    const two = { stream: stream(), expected: 0n, events: [event()] };
    await store.append(one);

    failing = true;
    const outcomes = await Promise.allSettled([store.append(two), append(store, 'b'), append(store, 'c')]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    await expect(store.head()).rejects.toThrow(StoreUnavailable); // it cannot restart while the disk is full
    await expect(database.transaction((tx) => tx.query({ name: 'x', text: 'select 1' }))).rejects.toThrow();
    await expect(database.kysely.transaction().execute((tx) => kysely`select * from event`.execute(tx))).rejects.toThrow();

    failing = false;
    // Work under the lock may be lost with the engine, so the lock accepts no more work.
    await expect(lock.query({ name: 'x', text: 'select 1' })).rejects.toThrow();
    await expect(lock.transaction((tx) => tx.query({ name: 'x', text: 'select 1' }))).rejects.toThrow();
    expect(lock.lost.aborted).toBe(true);
    const next = (await database.tryLock('a'))!;
    await lock.release();
    expect(await next.query({ name: 'one', text: 'select 1 as one' })).toEqual([{ one: 1 }]);
    // A retry with the same event ids tells whether the append was stored.
    expect(await store.append(two)).toMatchObject({ ok: true, revision: 1n });
    expect((await everything(store)).filter(({ stream: { id } }) => id === 'a')).toHaveLength(2);
    expect((await kysely`select id from event where stream like '%_a'`.execute(database.kysely)).rows).toHaveLength(2);
  });
});

describe('locks in the process', () => {
  it('one holds a lock at a time, until it lets go', async () => {
    const database = await embeddedDatabase();
    const lock = (await database.tryLock('a'))!;
    expect(await database.tryLock('a')).toBeUndefined();
    expect(await database.tryLock('b')).toBeDefined();
    expect(await lock.query({ name: 'one', text: 'select 1 as one' })).toEqual([{ one: 1 }]);
    await lock.release();
    expect(lock.lost.aborted).toBe(true);
    const next = (await database.tryLock('a'))!;
    await database.close();
    expect(next.lost.aborted).toBe(true);
  });
});

const refusal = (code: string, ...words: (string | number)[]) =>
  expect.objectContaining({
    name: 'DataFolderError',
    code,
    message: expect.stringMatching(new RegExp(words.join('.*'), 's')) as string,
  }) as DataFolderError;

describe('the data folder', () => {
  it('is made where it is missing, for its owner only, and found again', async () => {
    const folder = join(await temporaryFolder(), 'dypt', 'nede');
    await opened(folder, (database) => append(new PostgresEventStore(database)));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await readdir(folder)).sort()).toEqual(['format.json', 'postgres']);
    expect(JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))).toEqual({ format: 1, postgres: 18 });
    const log = await opened(folder, (database) => everything(new PostgresEventStore(database)));
    expect(log).toHaveLength(1);
  });

  it('has nothing that others may read, whatever the process makes its files with', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const before = process.umask(0);
    await opened(folder, (database) => append(new PostgresEventStore(database))).finally(() => process.umask(before));
    const made = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(made.length).toBeGreaterThan(900);
    const open: string[] = [];
    for (const one of made) {
      // The engine makes its cache of the catalogue with a mode of its own. It holds no data, and lies in a closed folder.
      if (one.name === 'pg_internal.init') continue;
      const { mode } = await stat(join(one.parentPath, one.name));
      if ((mode & 0o777) !== (one.isDirectory() ? 0o700 : 0o600)) open.push(one.name);
    }
    expect(open).toEqual([]);
  });

  it('is closed to others when an earlier version has left it open', async () => {
    const folder = await dataFolder();
    await chmod(join(folder, 'postgres'), 0o755);
    await (await EmbeddedDatabase.open(folder)).close();
    expect((await stat(join(folder, 'postgres'))).mode & 0o777).toBe(0o700);
  });

  it('clears away what a first start that was cut off has left, and nothing else', async () => {
    const folder = await dataFolder();
    await mkdir(join(folder, 'postgres.new-1', 'base'), { recursive: true });
    await writeFile(join(folder, 'mine-notater.txt'), 'behold');
    await opened(folder, () => Promise.resolve());
    expect((await readdir(folder)).sort()).toEqual(['format.json', 'mine-notater.txt', 'postgres']);
  });

  it('in use by this process is refused', async () => {
    const folder = await dataFolder();
    await opened(folder, async () => {
      await expect(EmbeddedDatabase.open(folder)).rejects.toEqual(refusal('DATAMAPPE_I_BRUK', `prosess ${process.pid} på ${hostname()}`));
    });
  });

  it('in use by another process is refused by its number, and free at once when that process is killed', async () => {
    const folder = await dataFolder();
    const { pid, kill } = await anotherProcess(folder, 'hold');
    await expect(EmbeddedDatabase.open(folder)).rejects.toEqual(refusal('DATAMAPPE_I_BRUK', `prosess ${pid} på ${hostname()} siden 2`));
    await kill();
    await opened(folder, (database) => append(new PostgresEventStore(database)));
  });

  const holder = (changed: Partial<Holder>): Holder => ({ pid: process.pid, host: hostname(), startedAt: '2026-01-01T00:00:00.000Z', ...changed });

  it('is taken over from a process whose number another process has got', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), JSON.stringify(holder({ processStart: '1' })));
    await (await openDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual(['format.json']);
  });

  it('is taken over from a lock file that says nothing, as after a power cut', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), '');
    await (await openDataFolder(folder)).release();
  });

  it('locked by another machine is refused, with advice', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), JSON.stringify(holder({ host: 'en-annen-maskin' })));
    await expect(openDataFolder(folder)).rejects.toEqual(refusal('DATAMAPPE_ANNEN_MASKIN', 'en-annen-maskin', 'slett filen'));
  });

  it('is got by one of many who find the same stale lock', async () => {
    for (let round = 0; round < 20; round++) {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'lock'), JSON.stringify(holder({ processStart: '1' })));
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => openDataFolder(folder)));
      const got = attempts.filter(({ status }) => status === 'fulfilled');
      expect(got).toHaveLength(1);
      for (const attempt of attempts) {
        if (attempt.status === 'rejected') expect(attempt.reason).toEqual(refusal('DATAMAPPE_I_BRUK', `prosess ${process.pid} på`));
      }
      expect((await readdir(folder)).sort()).toEqual(['format.json', 'lock']);
    }
  });

  it('is not let go of by one who has lost it', async () => {
    const folder = await temporaryFolder();
    const held = await openDataFolder(folder);
    await writeFile(join(folder, 'lock'), JSON.stringify(holder({})));
    await expect(held.verify()).rejects.toEqual(refusal('DATAMAPPE_I_BRUK'));
    await held.release();
    expect(await readdir(folder)).toContain('lock');
  });

  it.each([
    ['of a newer format', '{"format":2,"postgres":18}', 'DATAMAPPE_NYERE_VERSJON', 'format 2 .PostgreSQL 18.', 'kjenner format 1'],
    ['of a newer PostgreSQL', '{"format":1,"postgres":19}', 'DATAMAPPE_NYERE_VERSJON', 'PostgreSQL 19', 'PostgreSQL 18'],
    ['of an older PostgreSQL', '{"format":1,"postgres":17}', 'DATAMAPPE_ELDRE_VERSJON', 'PostgreSQL 17', 'Eksporter'],
    ['with an unreadable format.json', '{"form', 'DATAMAPPE_SKADET', 'format.json'],
    ['with a format.json about something else', '{"name":"x"}', 'DATAMAPPE_SKADET', 'format.json'],
  ])('%s is refused, and let go of', async (_, content, code, ...words) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'format.json'), content);
    await expect(EmbeddedDatabase.open(folder)).rejects.toEqual(refusal(code, ...words));
    expect(await readdir(folder)).toEqual(['format.json']);
  });

  it('that is a file, or lies under one, is refused', async () => {
    const file = join(await temporaryFolder(), 'fil');
    await writeFile(file, '');
    await expect(EmbeddedDatabase.open(file)).rejects.toEqual(refusal('DATAMAPPE_IKKE_MAPPE', file));
    await expect(EmbeddedDatabase.open(join(file, 'data'))).rejects.toEqual(refusal('DATAMAPPE_IKKE_MAPPE', file));
  });

  it('that cannot be written to is refused', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'data');
    await mkdir(folder);
    await chmod(parent, 0o755);
    await chmod(folder, 0o555);
    // Root ignores file permissions, so a root process temporarily becomes another user.
    const root = process.geteuid?.() === 0;
    try {
      if (root) process.seteuid?.(65534);
      await expect(EmbeddedDatabase.open(folder)).rejects.toEqual(refusal('DATAMAPPE_SKRIVEBESKYTTET', folder, 'DATA_DIR'));
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  describe('with a database that is damaged is refused, let go of, and left as it is:', () => {
    let whole: string;
    let table: string;
    beforeAll(async () => {
      whole = await dataFolder();
      table = await opened(whole, async (database) => {
        await append(new PostgresEventStore(database), 'a', 2_000);
        const [row] = await database.query<{ path: string }>({ name: 'path', text: `select pg_relation_filepath('event') as path` });
        return join('postgres', row!.path);
      });
    });
    const wal = async (folder: string) => {
      const names = await readdir(join(folder, 'postgres/pg_wal'));
      return names.filter((name) => /^[0-9A-F]{24}$/.test(name)).map((name) => join(folder, 'postgres/pg_wal', name));
    };

    it.each<[string, (folder: string, table: string) => Promise<unknown>, string]>([
      ['the log cut off', (_, table) => truncate(table, 10 * 8_192), 'end of the log'],
      ['the write-ahead log cut off', async (folder) => Promise.all((await wal(folder)).map((path) => truncate(path, 0))), 'checkpoint record'],
      ['the control file empty', (folder) => truncate(join(folder, 'postgres/global/pg_control'), 0), 'pg_control'],
      ['the control file gone', (folder) => rm(join(folder, 'postgres/global/pg_control')), 'pg_control'],
      ['the version file gone', (folder) => rm(join(folder, 'postgres/PG_VERSION')), 'PG_VERSION'],
      ['format.json gone', (folder) => rm(join(folder, 'format.json')), 'format.json'],
    ])('%s', async (_, damage, reason) => {
      const folder = join(await temporaryFolder(), 'data');
      await copyFolder(whole, folder);
      await damage(folder, join(folder, table));
      await expect(EmbeddedDatabase.open(folder)).rejects.toEqual(refusal('DATAMAPPE_SKADET', folder, reason, 'Ingenting er slettet'));
      expect(await readdir(folder)).not.toContain('lock');
      expect(await readdir(folder)).toContain('postgres');
      expect((await stat(join(folder, table))).size).toBeGreaterThan(0);
    });
  });

  it('whose write-ahead log was torn at the end comes back as it was before the tear', async () => {
    // PostgreSQL recovers every record in order up to the first incomplete one, and none after it.
    const folder = await dataFolder();
    const { said, kill } = await anotherProcess(folder);
    for (let n = 0; n < 100; n++) await said.next();
    await kill();
    const [segment] = (await readdir(join(folder, 'postgres/pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name));
    const path = join(folder, 'postgres/pg_wal', segment!);
    const content = await readFile(path);
    const end = content.findLastIndex((byte) => byte !== 0);
    await writeFile(path, content.fill(0, end - 20_000));
    await opened(folder, async (database) => {
      const log = await everything(new PostgresEventStore(database));
      expect(log.length).toBeGreaterThan(0);
      expect(log.map(({ position }) => position)).toEqual(log.map((_, n) => BigInt(n + 1)));
    });
  });
});

