import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Execute } from '../../src/application/commands/execute.js';
import { type Append, streamName } from '../../src/application/ports/event-store.js';
import type { Database, Statement } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { kari, kulturskole } from '../domain/examples.js';
import { closing, emptying, engines, onServer, serverDatabaseUrl } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';
import { executeHandler, logOf, nesseby, opened, person } from '../support/views.js';
import { collect } from './event-store.contract.js';

// The statements that the log in PostgreSQL sends, and the guarantees that hold for every path of an append (ADR 0012).

const stream = (id: string) => ({ aggregate: 'tjeneste', tenant, id });
const event = () => ({ id: randomUUID(), type: 'Tested', data: { tekst: 'blåbærsyltetøy' }, metadata });
const appending = (id: string, expected: Append['expected'] = 'none') => ({ stream: stream(id), expected, events: [event()] });
const stored = (revision: number, position: number) => ({ ok: true, revision: BigInt(revision), position: BigInt(position) });

const undisturbed = 40;
/** Makes `undisturbed` appends in sequence. Position n has revision n - 1 of the stream "lang". */
async function appendUndisturbed(store: PostgresEventStore): Promise<void> {
  for (let n = 0; n < undisturbed; n++) await store.append(appending('lang', n === 0 ? 'none' : BigInt(n - 1)));
}
const positions = async (store: PostgresEventStore) => (await collect(store.readAll())).flat().map(({ position }) => position);
const counted = (count: number) => Array.from({ length: count }, (_, n) => BigInt(n + 1));

/** The number of statements that `work` sends to the database. Each is one round trip. */
async function roundTrips(database: Database, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const [query, change] = [database.query.bind(database), database.change.bind(database)];
  database.query = (statement: Statement, values?: readonly unknown[]) => {
    count++;
    return query(statement, values);
  };
  database.change = (statement, values) => {
    count++;
    return change(statement, values);
  };
  await work().finally(() => Object.assign(database, { query, change }));
  return count;
}

const empty = emptying('event');

describe.each(Object.keys(engines))('reading on %s', (engine) => {
  it('a command takes two round trips: one for its stream and its organisation’s, one for what it appends', async () => {
    const database = await empty(engine);
    const store = new PostgresEventStore(database);
    for (const one of logOf(opened(nesseby, kari))) await store.append({ stream: one.stream, expected: 'any', events: [{ ...one, id: randomUUID() }] });
    const handler = executeHandler(store);
    const command = { type: 'CreateKommunalTjeneste', data: kulturskole } as const;
    const send = () => {
      const request = { actor: person(kari), commandId: randomUUID(), correlationId: 'x' };
      return handler.execute(new Execute('kommunalTjeneste', nesseby, randomUUID(), command, request) as unknown as Execute);
    };
    for (const time of [1, 2]) expect([time, await roundTrips(database, send)]).toEqual([time, 2]);
  });
});

// A store that has appended for a while without conflicts takes a fast path, which must give the same guarantees.
describe.each(Object.keys(engines))('appending undisturbed on %s', (engine) => {
  let database: Database;
  let store: PostgresEventStore;
  beforeEach(async () => {
    database = await empty(engine);
    store = new PostgresEventStore(database);
    await appendUndisturbed(store);
  });
  const trips = (work: () => Promise<unknown>) => roundTrips(database, work);

  it('one event is one round trip, whether its stream is new or not', async () => {
    expect(await trips(() => store.append(appending('ny')))).toBe(1);
    expect(await trips(() => store.append(appending('lang', BigInt(undisturbed - 1))))).toBe(1);
    const read = await collect(store.readStream(stream('lang'), { from: BigInt(undisturbed) }));
    expect(read).toHaveLength(1);
    expect(read[0]).toMatchObject({ revision: BigInt(undisturbed), position: BigInt(undisturbed + 2), data: { tekst: 'blåbærsyltetøy' }, metadata });
    expect(await positions(store)).toEqual(counted(undisturbed + 2));
  });

  it.each<Append['expected']>([
    'none',
    3n,
    BigInt(undisturbed),
    BigInt(undisturbed + 7),
  ])('expecting %s of a stream that is elsewhere is refused, and stores nothing', async (expected) => {
    expect(await store.append(appending('lang', expected))).toEqual({ ok: false, actual: BigInt(undisturbed - 1) });
    expect(await store.append(appending('tom', 0n))).toEqual({ ok: false, actual: undefined });
    expect(await positions(store)).toEqual(counted(undisturbed));
  });

  it('a repeat gives the first outcome', async () => {
    const [first, second] = [appending('ny'), appending('lang', BigInt(undisturbed - 1))];
    const outcomes = [stored(0, undisturbed + 1), stored(undisturbed, undisturbed + 2)];
    for (const one of [1, 2, 3]) expect([one, await store.append(first), await store.append(second)]).toEqual([one, ...outcomes]);
    expect(await positions(store)).toEqual(counted(undisturbed + 2));
  });

  it('what another has appended meanwhile is gone on from', async () => {
    const other = new PostgresEventStore(database);
    expect(await other.append(appending('annen'))).toEqual(stored(0, undisturbed + 1));
    expect(await store.append(appending('ny'))).toEqual(stored(0, undisturbed + 2));
    expect(await other.append(appending('annen', 0n))).toEqual(stored(1, undisturbed + 3));
    expect(await positions(store)).toEqual(counted(undisturbed + 3));
  });

  it('where two take turns, the short way is not tried in vain each time', async () => {
    const other = new PostgresEventStore(database);
    for (let n = 0; n < undisturbed; n++) await other.append(appending(randomUUID()));
    const count = await trips(async () => {
      for (let n = 0; n < undisturbed; n++) for (const one of [store, other]) await one.append(appending(randomUUID()));
    });
    expect(count).toBeLessThanOrEqual(2 * undisturbed + 2);
  });

  it('leaves no gap where the log has lost its end, as when a standby takes over', async () => {
    await database.query({ name: '', text: `delete from event where position > ${undisturbed - 5}` });
    expect(await store.append(appending('ny'))).toEqual(stored(0, undisturbed - 4));
    expect(await positions(new PostgresEventStore(database))).toEqual(counted(undisturbed - 4));
  });

  it('an append whose answer is lost is unknown, and its repeat gives the first outcome', async () => {
    const one = appending('ny');
    const change = database.change.bind(database);
    database.change = async (statement, values) => {
      await change(statement, values);
      throw new Error('the connection is gone');
    };
    await expect(store.append(one).finally(() => (database.change = change))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await store.append(one)).toEqual(stored(0, undisturbed + 1));
    expect(await store.append(appending('neste'))).toEqual(stored(0, undisturbed + 2));
    expect(await positions(store)).toEqual(counted(undisturbed + 2));
  });
});

if (onServer)
  describe('appending undisturbed on a server', () => {
    it.each([['another stream', 'annen', stored(0, undisturbed + 2)], ['the same stream', 'ny', { ok: false, actual: 0n }]] as const)(
      'one that is in the middle of an append to %s goes first',
      async (_, id, outcome) => {
        const url = await serverDatabaseUrl();
        const database = closing(new ServerDatabase(url));
        await migrate(database);
        const store = new PostgresEventStore(database);
        await appendUndisturbed(store);
        const other = new pg.Client(url);
        await other.connect();
        await other.query('begin');
        await other.query('select append_fitting($1, $2, $1, $3, $4, $5, $6, $7)', [[streamName(stream(id))], [-1], [0], [randomUUID()], ['Tested'], '{}', '{}']);
        const ours = store.append(appending('ny'));
        const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
        while ((await other.query(waiting)).rowCount === 0) await new Promise(setImmediate);
        await other.query('commit');
        await other.end();
        expect(await ours).toEqual(outcome);
        expect(await positions(store)).toEqual(counted(outcome.ok ? undisturbed + 2 : undisturbed + 1));
      },
    );
  });
