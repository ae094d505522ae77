import assert from 'node:assert/strict';
import type { SubjectKey, SubjectKeys } from '../../src/application/ports/subject-keys.js';

/**
 * A rule that every store of subject keys must meet. `keys` is empty; `others` reaches the same store as another
 * process would.
 */
export interface Rule {
  readonly name: string;
  check(stores: { readonly keys: SubjectKeys; readonly others: SubjectKeys }): Promise<void>;
}

const [kari, ola, ås] = ['person:b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c01', 'person:b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c02', 'matrikkel:3021-60/38/0/0'] as const;
const text = 'Barnevernssak – Čuolbma, æøå';

async function only(keys: SubjectKeys, subject: string): Promise<SubjectKey> {
  const key = (await keys.obtain([subject])).get(subject);
  assert.ok(key);
  return key;
}

export const rules: readonly Rule[] = [
  {
    name: 'a subject has the same key every time, in every process',
    async check({ keys, others }) {
      const key = await only(keys, kari);
      const sealed = key.seal(text, 'here');
      for (const store of [keys, others, keys]) {
        const again = await only(store, kari);
        assert.equal(again.digest(text), key.digest(text));
        assert.equal(again.open(sealed, 'here'), text);
        assert.equal((await store.find([kari])).get(kari)?.open(sealed, 'here'), text);
      }
    },
  },
  {
    name: 'every subject has a key of its own',
    async check({ keys }) {
      const all = await keys.obtain([kari, ola, ås, kari]);
      assert.deepEqual([...all.keys()].sort(), [kari, ola, ås].sort());
      const sealed = all.get(kari)!.seal(text, 'here');
      for (const other of [ola, ås]) {
        assert.throws(() => all.get(other)!.open(sealed, 'here'));
        assert.notEqual(all.get(other)!.digest(text), all.get(kari)!.digest(text));
      }
    },
  },
  {
    name: 'a subject whom many meet at once, the first time, has one key',
    async check({ keys, others }) {
      const found = await Promise.all([keys, others, keys, others].map((store) => store.obtain([ola, kari])));
      const digests = found.map((all) => [all.get(kari)?.digest(text), all.get(ola)?.digest(text)].join());
      assert.equal(new Set(digests).size, 1);
      assert.equal((await only(keys, kari)).digest(text), found[0]!.get(kari)!.digest(text));
    },
  },
  {
    name: 'what is sealed tells nothing, is never the same twice, and opens in its place only, unchanged',
    async check({ keys }) {
      const key = await only(keys, kari);
      const [one, two] = [key.seal(text, 'here'), key.seal(text, 'here')];
      assert.notEqual(one, two);
      for (const sealed of [one, two]) {
        assert.equal(key.open(sealed, 'here'), text);
        assert.throws(() => key.open(sealed, 'there'));
        assert.ok(![sealed, Buffer.from(sealed, 'base64url').toString()].some((shown) => shown.includes('Barnevern')));
        const bytes = Buffer.from(sealed, 'base64url');
        for (const at of [0, 15, bytes.length - 1]) {
          const changed = Buffer.from(bytes);
          changed[at]! ^= 1;
          assert.throws(() => key.open(changed.toString('base64url'), 'here'));
        }
      }
      assert.equal(key.open(key.seal('', 'here'), 'here'), '');
    },
  },
  {
    name: 'a digest is the same for equal texts and no others',
    async check({ keys }) {
      const key = await only(keys, kari);
      assert.equal(key.digest(text), key.digest(text));
      assert.notEqual(key.digest(text), key.digest(`${text} `));
      assert.ok(!key.digest(text).includes('Barnevern'));
    },
  },
  {
    name: 'to find makes none',
    async check({ keys }) {
      await only(keys, ola);
      for (const _ of [1, 2]) assert.deepEqual([...(await keys.find([kari, ola])).keys()], [ola]);
      assert.equal((await keys.find([])).size, 0);
      assert.equal((await keys.obtain([])).size, 0);
    },
  },
  {
    name: 'a key that is destroyed is gone at once, in every process, and is never made again; the others stay',
    async check({ keys, others }) {
      const sealed = (await keys.obtain([kari, ola])).get(ola)!.seal(text, 'here');
      await others.obtain([kari, ola]);
      await keys.destroy(kari);
      await others.destroy(kari);
      for (const store of [keys, others]) {
        for (const found of [await store.find([kari, ola]), await store.obtain([kari, ola]), await store.obtain([kari, ola, ås])]) {
          assert.ok(!found.has(kari));
          assert.equal(found.get(ola)?.open(sealed, 'here'), text);
        }
      }
    },
  },
  {
    name: 'a key can be destroyed before it was ever made',
    async check({ keys, others }) {
      await keys.destroy(kari);
      assert.equal((await others.obtain([kari])).size, 0);
    },
  },
  {
    name: 'thousands of keys are obtained in one call',
    async check({ keys, others }) {
      const many = Array.from({ length: 2500 }, (_, n) => `person:${n}`);
      await keys.destroy(many[1700]!);
      const made = await keys.obtain(many);
      const found = await others.find(many);
      assert.equal(made.size, 2499);
      assert.ok([...made].every(([subject, key]) => found.get(subject)?.digest(text) === key.digest(text)));
    },
  },
];
