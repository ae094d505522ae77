import { randomBytes } from 'node:crypto';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { checkBackup, DatabaseBackups, restoreBackup } from '../../src/infrastructure/operations/backup.js';
import { forgetAgain } from '../../src/infrastructure/operations/forget-again.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { kulturskole } from '../domain/examples.js';
import { onEngines } from '../support/databases.js';
import { idOf, logOf, thing, type GivenEvent } from '../support/views.js';

const cipher = new PersonCipher(randomBytes(32));
const fnrs = ['12818510088', '03867220088'].map((fnr) => parseFodselsnummer(fnr, { syntetiske: true }));
const created = (name: string) => thing('kommunalTjeneste', idOf(name))({ type: 'KommunalTjenesteCreated', data: kulturskole });
async function add(store: MemoryEventStore, ...events: readonly GivenEvent[]): Promise<void> {
  for (const event of logOf(events)) await store.append({ stream: event.stream, expected: 'any', events: [event] });
}
const insertUse = (dag: string) => `insert into siste_bruk (fiks_org, aktor, omrade, privilegium, dag) values ('${idOf('org')}', '${idOf('kari')}', 'INNSYN', '', '${dag}')`;
const run = (database: Database, text: string) => database.query<{ count: bigint }>({ name: '', text });

/** A database that is opened once, and emptied each time. */
function emptied(open: () => Promise<Database>): () => Promise<Database> {
  let opened: Promise<Database> | undefined;
  return async () => {
    const database = await (opened ??= open());
    const tables = await database.query<{ name: string }>({ name: '', text: `select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'` });
    await run(database, `truncate ${tables.map(({ name }) => name).join(', ')}`);
    return database;
  };
}

describe.each(Object.entries(onEngines((open) => [emptied(open), emptied(open)] as const)))('A backup on %s', (_, [source, target]) => {
  /** A backup of a log of three events and two persons, and a place for it. */
  async function made() {
    const [database, store] = [await source(), new MemoryEventStore()];
    const persons = new PostgresPersons(database, cipher);
    const [kari, ola] = [await persons.identify({ fnr: fnrs[0]! }), await persons.identify({ fnr: fnrs[1]! })];
    await run(database, insertUse('2026-11-23'));
    await add(store, created('a'), created('b'), created('c'));
    const lines: string[] = [];
    for await (const line of new DatabaseBackups(store, database, { nokkel: 'n', innstillinger: 'i' }).lines()) lines.push(line);
    async function* read() {
      for (const line of lines) yield await Promise.resolve(line);
    }
    const { summary } = await checkBackup(read());
    const place = { database: await target(), store: new MemoryEventStore() };
    const there = new PostgresPersons(place.database, cipher);
    return {
      kari, ola, place,
      restore: () => restoreBackup(read, summary, place.store, place.database),
      forget: () => forgetAgain({ events: place.store, persons: there, keys: new MemorySubjectKeys(), innsynslogg: new MemoryInnsynslogg(), eksternRevisjon: new MemoryEksternRevisjon(), sisteBruk: new MemorySisteBruk(there) }, [kari], '2026-11-30T12:00:00Z'),
      known: async () => [...(await there.reveal([kari, ola])).keys()].sort(),
    };
  }

  it('is put back again after an interruption, also once the forgetting has begun, and brings nobody back', async () => {
    const { kari, ola, restore, forget, known } = await made();
    const restored = await restore();
    expect(restored.events).toBe(3);
    expect(await restore()).toEqual(restored);
    expect(await known()).toEqual([kari, ola].sort());
    expect(await forget()).toBe(1);
    expect(await restore()).toEqual(restored);
    expect(await known()).toEqual([ola]);
    expect(await forget()).toBe(0);
  });

  it.each([
    ['another log', [created('x')]],
    ['a log that has gone on', [created('a'), created('b'), created('c'), created('d')]],
  ])('is refused beside %s, before anything is written', async (__, events) => {
    const { place, restore, known } = await made();
    await add(place.store, ...events);
    await expect(restore()).rejects.toThrow('LOGG_ER_EN_ANNEN');
    expect(await known()).toEqual([]);
  });

  it('is not said to be put back when a row is another', async () => {
    const { place, restore } = await made();
    await run(place.database, insertUse('2026-01-01'));
    await expect(restore()).rejects.toThrow('KOPI_STED_IKKE_TOMT: Stedet det skal legges tilbake til, er ikke tomt: siste_bruk har andre rader enn kopien');
  });
});
