import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { closing, serverDatabase, serverDatabaseUrl } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';

const append = (id: string, type = 'Tested') => ({
  stream: { aggregate: 'tjeneste', tenant, id },
  expected: 'none' as const,
  events: [{ id: randomUUID(), type, data: {}, metadata }],
});
const sql = (text: string) => ({ name: text.replaceAll(/\W+/g, '_').slice(0, 60), text });
/** Cuts every other connection to the database, as a restarted server would. */
const cutOthers = sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');

describe('PostgreSQL on a server', () => {
  it('is connected to anew after the connections were cut', async () => {
    const url = await serverDatabaseUrl();
    const database = closing(new ServerDatabase(url));
    const operator = closing(new ServerDatabase(url, { connections: 1 }));
    const pids = await Promise.all(Array.from({ length: 3 }, () => database.query(sql('select pg_backend_pid() as pid'))));
    expect(pids).toHaveLength(3);
    await operator.query(cutOthers);
    // The first attempts may get a pooled connection that is dead but not yet known to be.
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        expect(await database.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
        return;
      } catch (error) {
        if (attempt === 9) throw error;
      }
    }
  });

  it('connections that are cut as they are handed from one to the next end nothing', async () => {
    const url = await serverDatabaseUrl();
    const database = closing(new ServerDatabase(url, { connections: 1 }));
    const operator = closing(new ServerDatabase(url, { connections: 1 }));
    let cutting = true;
    const working = Array.from({ length: 8 }, async () => {
      while (cutting) await database.transaction((tx) => tx.query(sql('select 1'))).catch(() => undefined);
    });
    for (let cut = 0; cut < 400; cut += (await operator.query(cutOthers)).length);
    cutting = false;
    await Promise.all(working);
    expect(await database.query(sql('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('an append whose connection is cut is unknown, and can be repeated', async () => {
    const url = await serverDatabaseUrl();
    const database = closing(new ServerDatabase(url));
    await migrate(database);
    const store = new PostgresEventStore(database);
    // Another append holds the lock, so this append waits, and its connection is cut while it waits.
    await store.head(); // opens the connection first, because pg_stat_activity shows no new ones within a transaction
    const other = new pg.Client(url);
    await other.connect();
    await other.query('begin; select pg_advisory_xact_lock(7246001)');
    const appends = [append('a'), append('b')];
    const settled = Promise.allSettled(appends.map((one) => store.append(one)));
    const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
    while ((await other.query(waiting)).rowCount === 0) await new Promise(setImmediate);
    await other.query(`select pg_terminate_backend(pid) from (${waiting}) as waiting`);
    for (const outcome of await settled) expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    await other.query('commit');
    await other.end();
    expect(await store.appendMany(appends)).toEqual([
      { ok: true, revision: 0n, position: 1n },
      { ok: true, revision: 0n, position: 2n },
    ]);
  });

  it('a server that is not there is unavailable, to write and to read', async () => {
    const store = new PostgresEventStore(closing(new ServerDatabase('postgres://nobody@127.0.0.1:1/none')));
    await expect(store.append(append('a'))).rejects.toThrow(StoreUnavailable);
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    await expect(store.waitForEvents(0n, new AbortController().signal)).rejects.toThrow(StoreUnavailable);
  });

  it('what the server refuses to store spoils nothing for those that were sent together with it', async () => {
    const database = await serverDatabase();
    await database.query(sql(`alter table event add constraint short check (length(type) < 5000)`));
    // The store's own validation accepts a type that is too large for an index row. The server refuses it as 54000.
    await database.query(sql('create index on event (type)'));
    const store = new PostgresEventStore(database);
    const long = Array.from({ length: 4_000 }, () => randomUUID().slice(0, 1)).join('');
    const outcomes = await Promise.allSettled([append('a'), append('b', long), append('c')].map((one) => store.append(one)));
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { ok: true, position: 1n } },
      { status: 'rejected', reason: { name: 'RangeError' } },
      { status: 'fulfilled', value: { ok: true, position: 2n } },
    ]);
  });

  it('a transaction is rolled back when its work fails, also when it hides that', async () => {
    const database = await serverDatabase();
    await database.query(sql('create table thing (n int)'));
    const insert = sql('insert into thing values ($1)');
    const swallowing = database.transaction(async (tx) => {
      await tx.query(insert, [1]);
      await tx.query(insert, ['x']).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('rolled back');
    await expect(
      database.transaction(async (tx) => {
        await tx.query(insert, [1]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const settings = await database.transaction((tx) => tx.query(sql('show synchronous_commit')), { durable: false });
    expect(settings).toEqual([{ synchronous_commit: 'off' }]);
    expect(await database.query(sql('show synchronous_commit'))).toEqual([{ synchronous_commit: 'on' }]);
    expect(await database.query(sql('select * from thing'))).toEqual([]);
  });

  it('reads values as the embedded database does', async () => {
    const database = await serverDatabase();
    const values = `select 1::int8 as a, '2026-03-01 12:00+01'::timestamptz as b, '2026-03-01'::date as c, 1.50::numeric as d,
      '{"a":1}'::jsonb as e, array[1,2]::int8[] as f, 1::int4 as g, true as h, array['a','b'] as i`;
    expect(await database.query(sql(values))).toEqual([
      { a: 1n, b: '2026-03-01T11:00:00.000Z', c: '2026-03-01', d: '1.50', e: { a: 1 }, f: [1n, 2n], g: 1, h: true, i: ['a', 'b'] },
    ]);
  });

  it('a lock is held by one of several processes, until it lets go or its connection dies', async () => {
    const url = await serverDatabaseUrl();
    const [one, other] = [closing(new ServerDatabase(url)), closing(new ServerDatabase(url))];
    const lock = (await one.tryLock('a'))!;
    expect(await other.tryLock('a')).toBeUndefined();
    expect(await lock.transaction((tx) => tx.query(sql('select 1 as one')))).toEqual([{ one: 1 }]);
    await lock.release();
    expect(lock.lost.aborted).toBe(true);

    const second = (await other.tryLock('a'))!;
    const lost = once(second.lost, 'abort');
    await one.query(cutOthers);
    await lost;
    await expect(second.query(sql('select 1'))).rejects.toThrow();
    const third = (await one.tryLock('a'))!;
    expect(third.lost.aborted).toBe(false);
    await one.close();
    expect(third.lost.aborted).toBe(true);
  });

  it('several processes may bring the schema up to date at the same time', async () => {
    const url = await serverDatabaseUrl();
    await Promise.all(Array.from({ length: 8 }, () => migrate(closing(new ServerDatabase(url, { connections: 2 })))));
  });
});
