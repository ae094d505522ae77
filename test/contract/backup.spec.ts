import { createHash, randomBytes } from 'node:crypto';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
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

const isPerson = (line: string) => line.startsWith('{"tabell":"person"');

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
  interface Making {
    /** A statement that fills the database. */
    readonly also?: string;
    /** A statement that runs when the first row of a person has been read. */
    readonly meanwhile?: string;
    /** The lines of the file, as another program would have written them. */
    readonly changed?: (lines: readonly string[]) => readonly string[];
  }
  /** A backup of a log of three events and two persons, and a place for it. */
  async function made({ also, meanwhile, changed = (lines) => lines }: Making = {}) {
    const [database, store] = [await source(), new MemoryEventStore()];
    if (also !== undefined) await run(database, also);
    const persons = new PostgresPersons(database, cipher);
    const [kari, ola] = [await persons.identify({ fnr: fnrs[0]!, navn: 'Kari' }), await persons.identify({ fnr: fnrs[1]!, navn: 'Ola' })];
    await run(database, insertUse('2026-11-23'));
    await add(store, created('a'), created('b'), { ...created('c'), metadata: { actor: `person:${kari}` } });
    const lines: string[] = [];
    for await (const line of new DatabaseBackups(store, database, { nokkel: 'n', innstillinger: 'i' }).lines()) {
      if (meanwhile !== undefined && isPerson(line) && !lines.some(isPerson)) await run(database, meanwhile);
      lines.push(line);
    }
    async function* read() {
      for (const line of changed(lines)) yield await Promise.resolve(line);
    }
    const { summary } = await checkBackup(read());
    const place = { database: await target(), store: new MemoryEventStore() };
    const there = new PostgresPersons(place.database, cipher);
    return {
      kari, ola, place,
      restore: () => restoreBackup(read, summary, place.store, place.database),
      forget: (...who: readonly PersonId[]) => forgetAgain({ events: place.store, persons: there, keys: new MemorySubjectKeys(), innsynslogg: new MemoryInnsynslogg(), eksternRevisjon: new MemoryEksternRevisjon(), sisteBruk: new MemorySisteBruk(there) }, new Map(who.map((id) => [id, '2026-11-29T12:00:00Z'])), '2026-11-30T12:00:00Z', 100),
      names: async () => [...(await there.names([kari, ola])).values()],
      known: async () => [...(await there.reveal([kari, ola])).keys()].sort(),
    };
  }

  it('is put back again after an interruption, also once the forgetting has begun, and brings nobody back', async () => {
    const { kari, ola, restore, forget, known } = await made();
    const restored = await restore();
    expect(restored.events).toBe(3);
    expect(await restore()).toEqual(restored);
    expect(await known()).toEqual([kari, ola].sort());
    expect(await forget(kari)).toBe(1);
    expect(await restore()).toEqual(restored);
    expect(await known()).toEqual([ola]);
    expect(await forget(kari)).toBe(0);
  });

  it('keeps the name of a person whom the audit trail names, and of nobody else', async () => {
    const { kari, ola, restore, forget, names, known } = await made();
    await restore();
    expect(await forget(kari, ola)).toBe(2);
    expect([await known(), await names()]).toEqual([[], ['Kari']]);
  });

  it('is put back when a person was forgotten and came back while it was made', async () => {
    const { place, restore } = await made({
      // More than a page of persons, of whom the first comes back as the last.
      also: "insert into person (id, lookup, kept) select ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, case n when 1 then 'back' else 'other ' || n end, '' from generate_series(1, 600) n",
      meanwhile: "update person set id = 'ffffffff-0000-4000-8000-000000000001' where lookup = 'back'",
    });
    expect((await restore()).events).toBe(3);
    expect(await run(place.database, "select count(*) as count from person where lookup = 'back'")).toEqual([{ count: 1n }]);
  });

  it('is put back when an earlier program made it, which had fewer tables and another order', async () => {
    const { kari, ola, restore, known } = await made({ changed: (lines) => {
      const { rader, ...end } = JSON.parse(lines.at(-1)!) as { readonly rader: Readonly<Record<string, number>> };
      const rows = lines.filter(isPerson).reverse();
      const before = lines.slice(0, -1).map((line) => (isPerson(line) ? rows.shift()! : line));
      const sha256 = createHash('sha256').update(before.map((line) => `${line}\n`).join('')).digest('hex');
      return [...before, JSON.stringify({ ...end, rader: Object.fromEntries(Object.entries(rader).filter(([, count]) => count > 0)), sha256 })];
    } });
    expect((await restore()).events).toBe(3);
    expect(await known()).toEqual([kari, ola].sort());
  });

  it('is damaged when it counts another number of rows', async () => {
    const changed = (lines: readonly string[]) => [...lines.slice(0, -1), lines.at(-1)!.replace('"person":2', '"person":3')];
    await expect(made({ changed })).rejects.toThrow('KOPI_SKADET');
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
