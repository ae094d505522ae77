import { AssertionError } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { SubjectKeys, type SubjectKey } from '../../src/application/ports/subject-keys.js';
import { KeyWrapping, SubjectCipher } from '../../src/infrastructure/crypto/subject-cipher.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresSubjectKeys } from '../../src/infrastructure/postgres/persons/subject-keys.js';
import { emptying, engines } from '../support/databases.js';
import { rules, type Rule } from './subject-keys.contract.js';

type Stores = Parameters<Rule['check']>[0];

const master = randomBytes(32);
const emptied = emptying('subject_key');
const on = (database: Database, key = master) => new PostgresSubjectKeys(database, new KeyWrapping(key));
const adapters: Record<string, () => Stores | Promise<Stores>> = {
  memory: () => {
    const keys = new MemorySubjectKeys();
    return { keys, others: keys };
  },
  ...Object.fromEntries(
    Object.keys(engines).map((name) => [
      name,
      async () => {
        const database = await emptied(name);
        return { keys: on(database), others: on(database) };
      },
    ]),
  ),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

describe.each(Object.keys(engines))('What %s holds', (name) => {
  const rows = (database: Database) =>
    database.query<{ subject: string; wrapped: string | null }>({ name: '', text: 'select subject, wrapped from subject_key order by subject' });

  it('opens with the master key alone, and no key in another’s place', async () => {
    const database = await emptied(name);
    await on(database).obtain(['a', 'b']);
    await expect(on(database, randomBytes(32)).find(['a'])).rejects.toThrow();
    const [a] = await rows(database);
    await database.query({ name: '', text: `update subject_key set wrapped = $1 where subject = 'b'` }, [a!.wrapped]);
    await expect(on(database).find(['b'])).rejects.toThrow();
    expect((await on(database).find(['a'])).size).toBe(1);
  });

  it('is a tombstone without a key when it is destroyed', async () => {
    const database = await emptied(name);
    await on(database).obtain(['a', 'b']);
    await on(database).destroy('a');
    expect(await rows(database)).toEqual([{ subject: 'a', wrapped: null }, { subject: 'b', wrapped: expect.any(String) as unknown }]);
  });
});

// --- saboteurs ---------------------------------------------------------------------------------------------------------

type Patch = (honest: MemorySubjectKeys) => Partial<SubjectKeys>;
const sabotaged = (patch: Patch): Stores => {
  const honest = new MemorySubjectKeys();
  const whole = { obtain: honest.obtain.bind(honest), find: honest.find.bind(honest), destroy: honest.destroy.bind(honest) };
  const keys = Object.assign(Object.create(SubjectKeys.prototype as object) as SubjectKeys, whole, patch(honest));
  return { keys, others: keys };
};
const keyed = (change: (key: SubjectKey, subject: string) => Partial<SubjectKey>): Patch => (honest) => {
  const changed = async (found: Promise<ReadonlyMap<string, SubjectKey>>) =>
    new Map(
      [...(await found)].map(([subject, key]) => {
        const whole: SubjectKey = { seal: key.seal.bind(key), open: key.open.bind(key), digest: key.digest.bind(key) };
        return [subject, Object.assign(whole, change(key, subject))] as const;
      }),
    );
  return { obtain: (subjects) => changed(honest.obtain(subjects)), find: (subjects) => changed(honest.find(subjects)) };
};
const fresh = (subjects: readonly string[]) => Promise.resolve(new Map(subjects.map((subject) => [subject, new SubjectCipher(randomBytes(32))])));
const one = new SubjectCipher(randomBytes(32));
const place = '';

const saboteurs: readonly (readonly [name: string, caughtBy: string, patch: Patch])[] = [
  ['makes a new key every time', 'a subject has the same key every time, in every process', () => ({ obtain: fresh })],
  ['has one key for everybody', 'every subject has a key of its own', () => ({ obtain: (subjects) => Promise.resolve(new Map(subjects.map((subject) => [subject, one]))) })],
  ['looks first and makes later', 'a subject whom many meet at once, the first time, has one key', (honest) => {
    const made = new Map<string, SubjectKey>();
    return {
      obtain: async (subjects) => {
        const found = new Map([...made].filter(([subject]) => subjects.includes(subject)));
        await honest.find([]);
        for (const [subject, key] of await fresh(subjects.filter((subject) => !found.has(subject)))) {
          made.set(subject, key);
          found.set(subject, key);
        }
        return found;
      },
    };
  }],
  ['does not seal', 'what is sealed tells nothing, is never the same twice, and opens in its place only, unchanged', keyed(() => ({ seal: (text) => text, open: (text) => text }))],
  ['opens anywhere', 'what is sealed tells nothing, is never the same twice, and opens in its place only, unchanged', keyed((key) => ({ seal: (text) => key.seal(text, place), open: (sealed) => key.open(sealed, place) }))],
  ['has a digest that everybody can make', 'every subject has a key of its own', keyed(() => ({ digest: (text) => String(text.length) }))],
  ['has a digest of the length', 'a digest is the same for equal texts and no others', keyed((_, subject) => ({ digest: (text) => `${subject}${text.trim().length}` }))],
  ['makes a key when asked for one', 'to find makes none', (honest) => ({ find: (subjects) => honest.obtain(subjects) })],
  ['does not destroy', 'a key that is destroyed is gone at once, in every process, and is never made again; the others stay', () => ({ destroy: () => Promise.resolve() })],
  ['makes a destroyed key again', 'a key that is destroyed is gone at once, in every process, and is never made again; the others stay', (honest) => ({
    obtain: async (subjects) => new Map([...(await fresh(subjects)), ...(await honest.obtain(subjects))]),
  })],
  ['keeps no tombstone for what it has not met', 'a key can be destroyed before it was ever made', (honest) => ({
    destroy: async (subject) => ((await honest.find([subject])).size > 0 ? honest.destroy(subject) : undefined),
  })],
  ['obtains no more than a thousand', 'thousands of keys are obtained in one call', (honest) => ({ obtain: (subjects) => honest.obtain(subjects.slice(0, 1000)) })],
];

describe('the contract catches a store of keys that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = rules.find(({ name }) => name === caughtBy);
    if (!rule) throw new Error(`There is no rule ${caughtBy}`);
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });

  it('is honest: not', async () => {
    for (const rule of rules) await rule.check(sabotaged(() => ({})));
  });
});
