import { randomBytes } from 'node:crypto';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { SealedSearchTokens } from '../../src/infrastructure/crypto/search-tokens.js';
import { KeyWrapping } from '../../src/infrastructure/crypto/subject-cipher.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { encryptedTables, rotateMasterKey } from '../../src/infrastructure/operations/key-rotation.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { AnotherMasterKey, bindMasterKey, KeyRotationUnfinished } from '../../src/infrastructure/postgres/persons/master-key.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { PostgresSubjectKeys } from '../../src/infrastructure/postgres/persons/subject-keys.js';
import { emptying, engines } from '../support/databases.js';

const [oldKey, newKey, strange] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const count = 1_200;
const fnrs = [...new Set(Array.from({ length: count }, (_, n) => syntheticFnr(`person ${n}`)))];
/** The persons, the kept name and the subject keys. */
const rowCount = fnrs.length + 1 + count;
const subjects = Array.from({ length: count }, (_, n) => `person:${n}`);
const emptied = emptying('person, kept_name, subject_key, master_key');

const storesUnder = (database: Database, key: Buffer) => ({ persons: new PostgresPersons(database, new PersonCipher(key)), keys: new PostgresSubjectKeys(database, new KeyWrapping(key)) });

const bergen = parseKommunenummer('4601');
/** A database with 1200 persons, one of them with a kommune of her own, and subject keys under the old key, one key of them destroyed, and the name of a forgotten person. */
async function filled(engine: string) {
  const database = await emptied(engine);
  await bindMasterKey(database, oldKey);
  const { persons, keys } = storesUnder(database, oldKey);
  const ids = await persons.identifyMany(fnrs);
  await persons.chooseKommune(ids.get(fnrs[0]!)!, bergen);
  const forgotten = await persons.identify({ fnr: syntheticFnr('glemt'), navn: 'Glemt Administrator' });
  await persons.keepName(forgotten, parseInstant('2040-01-01T00:00:00Z'));
  await persons.forget(forgotten);
  const made = await keys.obtain(subjects);
  const sealed = new Map(subjects.map((subject) => [subject, made.get(subject)!.seal('Hemmelig', subject)]));
  await keys.destroy(subjects[7]!);
  return { database, ids, forgotten, sealed };
}

/** Checks that the new key opens, finds and recognises everything, and the old one nothing. */
async function expectRotated({ database, ids, forgotten, sealed }: Awaited<ReturnType<typeof filled>>) {
  await bindMasterKey(database, newKey);
  await expect(bindMasterKey(database, oldKey)).rejects.toThrow(AnotherMasterKey);
  const [now, before] = [storesUnder(database, newKey), storesUnder(database, oldKey)];
  const all = [...ids.values()];
  const revealed = await now.persons.reveal(all);
  expect([...ids].filter(([fnr, id]) => revealed.get(id)?.fnr !== fnr)).toEqual([]);
  expect(await now.persons.identifyMany(fnrs)).toEqual(ids);
  expect([await now.persons.chosenKommune(ids.get(fnrs[0]!)!), await now.persons.chosenKommune(ids.get(fnrs[1]!)!)]).toEqual([bergen, undefined]);
  const found = await now.keys.find(subjects);
  expect(found.size).toBe(count - 1);
  expect([...found].filter(([subject, key]) => key.open(sealed.get(subject)!, subject) !== 'Hemmelig')).toEqual([]);
  expect((await now.keys.obtain([subjects[7]!])).size).toBe(0);
  for (const [n, id] of all.entries()) if (n % 100 === 0) await expect(before.persons.reveal([id])).rejects.toThrow();
  expect(await now.persons.names([forgotten])).toEqual(new Map([[forgotten, 'Glemt Administrator']]));
  await expect(before.persons.names([forgotten])).rejects.toThrow();
  expect(await before.persons.find(fnrs[0]!)).toBeUndefined();
  await expect(before.keys.find([subjects[0]!])).rejects.toThrow();
}

/** The database as a rotation sees it that is killed after some transactions. */
const dyingAfter = (transactions: number, database: Database): Database =>
  new Proxy(database, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'transaction' && transactions-- <= 0) throw new Error('Killed');
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });

describe.each(Object.keys(engines))('A rotation of the master key on %s', (engine) => {
  it('encrypts all persons, lookups and subject keys under the new key, and tells how far it is', async () => {
    const stored = await filled(engine);
    const told: (readonly [number, number])[] = [];
    expect(await rotateMasterKey(stored.database, oldKey, newKey, (rows, of) => told.push([rows, of]))).toBe(rowCount);
    expect(told.at(-1)).toEqual([rowCount, rowCount]);
    expect(told.map(([rows]) => rows)).toEqual(told.map(([rows]) => rows).sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(4);
    await expectRotated(stored);
    expect(await rotateMasterKey(stored.database, oldKey, newKey)).toBe(0);
  });

  it.each([0, 1, 3, 4])('goes on after it was killed after %i pages, and until then neither key opens', async (pages) => {
    const stored = await filled(engine);
    await expect(rotateMasterKey(dyingAfter(pages, stored.database), oldKey, newKey)).rejects.toThrow('Killed');
    for (const key of [oldKey, newKey]) await expect(bindMasterKey(stored.database, key)).rejects.toThrow(KeyRotationUnfinished);
    await expect(rotateMasterKey(stored.database, oldKey, strange)).rejects.toThrow('NOKKELBYTTE_MED_EN_ANNEN');
    await expect(rotateMasterKey(stored.database, strange, newKey)).rejects.toThrow(AnotherMasterKey);
    await rotateMasterKey(stored.database, oldKey, newKey);
    await expectRotated(stored);
  });

  it('refuses a wrong old key, the same key, and a row that no key opens', async () => {
    const { database, ids } = await filled(engine);
    await expect(rotateMasterKey(database, strange, newKey)).rejects.toThrow(AnotherMasterKey);
    await expect(rotateMasterKey(database, oldKey, oldKey)).rejects.toThrow('NOKKELBYTTE_SAMME_NOKKEL');
    await bindMasterKey(database, oldKey);
    const [id] = [...ids.values()];
    await database.query({ name: '', text: 'update person set kept = $2 where id = $1' }, [id, 'skadet']);
    await expect(rotateMasterKey(database, oldKey, newKey)).rejects.toThrow(new RegExp(`NOKKELBYTTE_ULESELIG_RAD.*${id}`));
  });

  it('knows every column that holds something encrypted or hashed with the key', async () => {
    const { database } = await filled(engine);
    // Base64url of at least 28 random bytes, in any column of the tables that are not built from the log.
    const columns = await database.query<{ table: string; name: string }>({
      name: '',
      text: `select table_name as table, column_name as name from information_schema.columns
        where table_schema = 'public' and data_type = 'text' and table_name not in ('event', 'view', 'master_key')`,
    });
    const found = new Set<string>();
    for (const { table, name } of columns)
      if ((await database.query({ name: '', text: `select 1 from ${table} where ${name} ~ '^[A-Za-z0-9_-]{38,}$' limit 1` })).length > 0) found.add(`${table}.${name}`);
    expect(found).toEqual(new Set(encryptedTables.flatMap(({ table, columns: known }) => known.map((name) => `${table}.${name}`))));
  });
});

it('Search tokens from before a rotation are invalid after it', async () => {
  const persons = new MemoryPersons();
  const subject = { actor: { kind: 'system', id: 'a' } } as never;
  const token = await new SealedSearchTokens(oldKey, persons).issue(subject, Date.now() + 60_000);
  await expect(new SealedSearchTokens(oldKey, persons).verify(token, Date.now())).resolves.toBeTruthy();
  await expect(new SealedSearchTokens(newKey, persons).verify(token, Date.now())).rejects.toThrow();
});
