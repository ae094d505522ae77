import assert from 'node:assert/strict';
import { ViewRebuilding, type Document, type DocumentQuery, type Selection } from '../../src/application/ports/documents.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { projection } from '../../src/application/views/projection.js';
import { LeaseLost, type Lease, type ViewChange, type ViewStore } from '../../src/infrastructure/view-store.js';
import { assertSameList } from '../support/same-list.js';

/** A rule that every view store must meet. `store` is empty; `other` reaches the same store as another process would. */
export interface Rule {
  readonly name: string;
  check(stores: { readonly store: ViewStore; readonly other: ViewStore }): Promise<void>;
}

export interface Thing {
  readonly navn?: string | null;
  readonly gruppe?: string;
  readonly tekst?: string;
  readonly aktiv?: boolean;
  readonly dato?: string;
  readonly innhold?: unknown;
  readonly merker?: readonly string[];
}
const view = (name: string, version = 1): Projection<Thing> => ({
  ...projection<Thing>({ name, version, keys: () => [], on: {} }),
  indexes: [['gruppe'], ['gruppe', 'navn']],
});
const things = view('thing');
const newThings = view('thing', 2);
const others = view('otherThing');

const document = (key: string, data: Thing = {}, position = 1n, revision = 0n): Document<Thing> => ({ key, data, revision, position });
const change = (of: Projection<Thing>, from: bigint, to: bigint, set: readonly Document<Thing>[] = [], remove: readonly string[] = []): ViewChange => ({
  view: of,
  from,
  to,
  set,
  remove,
});

async function withLease<T>(store: ViewStore, work: (lease: Lease) => Promise<T>): Promise<T> {
  const lease = await store.acquireLease();
  assert.ok(lease, 'nobody holds the lease');
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}
/** Commits documents to a view whose checkpoint is at 0. */
const keep = (store: ViewStore, documents: readonly Document<Thing>[], of = things) =>
  withLease(store, (lease) => lease.commit([change(of, 0n, 100n, documents)]));
const organisation = async (store: ViewStore, { name, version } = things) =>
  (await store.checkpoints()).find((one) => one.name === name && one.version === version);
/** The keys of the documents found, in order. */
const found = async (store: ViewStore, search: DocumentQuery<Thing>, of = things) =>
  (await store.find(of, search)).documents.map(({ key }) => key).join(' ');
const inOrder = (list: readonly Checkpoint[]) =>
  [...list].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
type Checkpoint = Awaited<ReturnType<ViewStore['checkpoints']>>[number];

/** Polls until the condition holds. Fails after 5 seconds. */
async function soon(so: () => Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await so())) {
    assert.ok(performance.now() - began < 5000, 'it is not so after a while');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const named: readonly Document<Thing>[] = [
  document('a', { navn: 'Bergen', gruppe: 'by', aktiv: true, dato: '2026-01-01T00:00:00.000Z', merker: ['x', 'y'] }, 5n),
  document('b', { navn: 'bergen', gruppe: 'by', aktiv: false, dato: '2026-01-02T00:00:00.000Z', merker: ['y', 'z z'] }, 4n),
  document('c', { navn: 'Ål', gruppe: 'bygd', dato: '2026-01-02T00:00:00.001Z', merker: [] }, 3n),
  document('d', { navn: 'Zahl', gruppe: 'bygd', aktiv: true }, 2n),
  document('e', { navn: null, gruppe: 'Bygd' }, 1n),
  document('f', { navn: 'Bergen' }, 1n),
];

/** Examples of a description, a query, and the keys it finds among `named`, in order. */
const searches: readonly (readonly [string, DocumentQuery<Thing>, string])[] = [
  ['everything by position, ties by key', {}, 'e f d c b a'],
  ['everything by position, last first', { descending: true }, 'a b c d f e'],
  ['a field equal to a text', { where: { gruppe: 'by' } }, 'b a'],
  ['a field equal to a text, to the letter', { where: { gruppe: 'BY' } }, ''],
  ['a field that is not a text', { where: { aktiv: 'true' } }, 'd a'],
  ['one of several texts', { where: { gruppe: ['by', 'Bygd'] } }, 'e b a'],
  ['one of no texts', { where: { gruppe: [] } }, ''],
  ['from, inclusive', { where: { dato: { from: '2026-01-02T00:00:00.000Z' } } }, 'c b'],
  ['until, exclusive', { where: { dato: { until: '2026-01-02T00:00:00.000Z' } } }, 'a'],
  ['from and until', { where: { dato: { from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.001Z' } } }, 'b a'],
  ['a list that has a text', { where: { merker: { hasAny: ['y'] } } }, 'b a'],
  ['a list that has one of several texts, whole', { where: { merker: { hasAny: ['x', 'z', 'Y'] } } }, 'a'],
  ['a list that has one of no texts', { where: { merker: { hasAny: [] } } }, ''],
  ['after a position', { positions: { after: 3n } }, 'b a'],
  ['before a position, last first', { positions: { before: 3n }, descending: true }, 'd f e'],
  ['between positions, of those that meet a condition', { where: { gruppe: 'bygd' }, positions: { after: 1n, before: 3n } }, 'd'],
  ['several conditions, all of which must hold', { where: { gruppe: 'by', navn: 'Bergen' } }, 'a'],
  ['by a field, character by character, those without it last', { orderBy: 'navn' }, 'a f d b c e'],
  ['by a field backwards, those without it last all the same', { orderBy: 'navn', descending: true }, 'c b d f a e'],
  ['the first of them', { orderBy: 'navn', limit: 2 }, 'a f'],
  ['the next of them', { orderBy: 'navn', limit: 2, offset: 2 }, 'd b'],
  ['what is beyond the end', { offset: 6 }, ''],
  ['what cannot be there, and looks like SQL', { where: { gruppe: "by' or true --" } }, ''],
];

/** Examples of a text, words, and whether the text contains all the words. */
const texts: readonly (readonly [string, string, boolean])[] = [
  ['Ny integrasjon i Ås', 'integrasjon', true],
  ['Ny integrasjon i Ås', 'INTEGRA', true],
  ['Ny integrasjon i Ås', 'ås ny', true],
  ['Ny integrasjon i Ås', '  ny   ås  ', true],
  ['Ny integrasjon i Ås', 'ny bergen', false],
  ['Ny integrasjon i Ås', '', true],
  ['ÆRLIG ØST ÅPEN', 'ærlig øst åpen', true],
  ['ærlig øst åpen', 'ÆRLIG ØST ÅPEN', true],
  ['UNJÁRGA ČÁHCESUOLU ĐŊŦ', 'unjárga čáhcesuolu đŋŧ', true],
  ['Ås', 'as', false],
  ['100 % dekning', '%', true],
  ['100 prosent', '%', false],
  ['a_b', '_', true],
  ['acb', 'a_b', false],
  ['C:\\temp', '\\', true],
  ['C:/temp', '\\', false],
  ["O'Hara {a}", "o'hara {a}", true],
];

export const rules: readonly Rule[] = [
  {
    name: 'a new view stands at 0, serves, and has no documents',
    async check({ store }) {
      await store.prepare([things, others]);
      const fresh = { version: 1, position: 0n, serving: true };
      assert.deepEqual(inOrder(await store.checkpoints()), [{ name: 'otherThing', ...fresh }, { name: 'thing', ...fresh }]);
      assert.deepEqual(await store.find(things, {}), { documents: [], total: 0 });
      assert.equal(await store.get(things, 'a'), undefined);
      assert.equal(await store.position(things), 0n);
    },
  },
  {
    name: 'a view that nobody has prepared cannot be asked',
    async check({ store }) {
      await store.prepare([others]);
      await assert.rejects(async () => store.get(things, 'a'));
      await assert.rejects(async () => store.find(things, {}));
      await assert.rejects(async () => store.all(things));
      await assert.rejects(async () => store.facet(things, {}, 'gruppe'));
    },
  },
  {
    name: 'prepare can be repeated, also by several at a time, and touches nothing',
    async check({ store, other }) {
      await Promise.all([store, other, store, other].map((one) => one.prepare([things, others])));
      await keep(store, named);
      const before = inOrder(await store.checkpoints());
      await Promise.all([store, other, store, other].map((one) => one.prepare([things, others])));
      assert.deepEqual(inOrder(await store.checkpoints()), before);
      assert.equal(before.length, 2);
      assert.equal((await store.find(things, {})).total, named.length);
    },
  },
  {
    name: 'a checkpoint keeps the id of the event there, and what is discarded is empty and not served until it is built',
    async check({ store, other }) {
      const [first, last] = ['6d2f6a4e-7e0c-4f5e-9a43-6f0f4f3f1a01', '6d2f6a4e-7e0c-4f5e-9a43-6f0f4f3f1a02'];
      await store.prepare([things, others]);
      await keep(store, named, others);
      await withLease(store, async (lease) => {
        await lease.commit([{ ...change(things, 0n, 7n, named), eventId: first }]);
        const foreign = (await organisation(store))!;
        assert.equal(foreign.eventId, first);
        await lease.commit([{ ...change(things, 7n, 8n), eventId: last }]);
        const rebuild = { since: '2026-11-30T12:00:00.000Z', reason: 'loggen er en annen' };
        assert.equal(await other.discard(foreign, rebuild), false);
        assert.equal((await organisation(store))?.position, 8n, 'a checkpoint that has moved is left');
        assert.equal(await other.discard((await organisation(store))!, rebuild), true);
        assert.deepEqual(await organisation(store), { name: 'thing', version: 1, position: 0n, serving: false, rebuild });
        await assert.rejects(async () => other.find(things, {}), ViewRebuilding);
        await soon(async () => (await found(store, {}).catch((error: unknown) => error)) instanceof ViewRebuilding);
        assert.equal(await other.waitFor([things], 0n, 1), false);
        assert.equal(await found(other, {}, others), 'e f d c b a', 'other views are left');
        await lease.commit([{ ...change(things, 0n, 2n, [document('g')]), eventId: first }]);
        await store.prepare([things]);
        await assert.rejects(async () => other.find(things, {}), ViewRebuilding);
        await lease.serve(things);
        assert.deepEqual(await organisation(store), { name: 'thing', version: 1, position: 2n, eventId: first, serving: true });
      });
      assert.equal(await found(store, {}), 'g');
      await soon(async () => (await found(other, {}).catch(() => '')) === 'g');
    },
  },
  {
    name: 'a commit writes documents and moves the checkpoint',
    async check({ store, other }) {
      await store.prepare([things]);
      const written = document('a', { navn: 'Ås' }, 7n, 3n);
      await withLease(store, (lease) => lease.commit([change(things, 0n, 7n, [written])]));
      for (const one of [store, other]) {
        assert.deepEqual(await one.get(things, 'a'), written);
        assert.deepEqual(await one.find(things, {}), { documents: [written], total: 1 });
        assert.equal(await one.position(things), 7n);
      }
      assert.equal((await organisation(store))?.position, 7n);
    },
  },
  {
    name: 'a commit replaces and removes documents, and leaves the others alone',
    async check({ store }) {
      await store.prepare([things]);
      const [one, two, three] = ['a', 'b', 'c'].map((key) => document(key)) as [Document<Thing>, Document<Thing>, Document<Thing>];
      const two2 = document('b', { navn: 'ny' }, 2n, 1n);
      await withLease(store, async (lease) => {
        await lease.commit([change(things, 0n, 1n, [one, two, three])]);
        await lease.commit([change(things, 1n, 2n, [two2], ['c', 'unknown'])]);
      });
      assert.deepEqual((await store.find(things, {})).documents, [one, two2]);
      assert.equal(await store.get(things, 'c'), undefined);
    },
  },
  {
    name: 'a commit from another position than the checkpoint is refused as LeaseLost and writes nothing at all',
    async check({ store }) {
      await store.prepare([things, others]);
      await withLease(store, async (lease) => {
        await lease.commit([change(things, 0n, 5n, [document('a')])]);
        for (const from of [0n, 4n, 6n]) {
          const commit = async () =>
            lease.commit([change(others, 0n, 9n, [document('b')]), change(things, from, 9n, [document('c')], ['a'])]);
          await assert.rejects(commit, LeaseLost);
        }
      });
      assert.equal(await found(store, {}), 'a');
      assert.equal(await found(store, {}, others), '');
      assert.deepEqual([await store.position(things), await store.position(others)], [5n, 0n]);
    },
  },
  {
    name: 'a document that is said to be new is written; one that is there already is refused, with all that comes with it',
    async check({ store }) {
      await store.prepare([things, others]);
      await withLease(store, async (lease) => {
        await lease.commit([{ ...change(things, 0n, 1n, [document('a'), document('b')]), added: new Set(['a']) }]);
        const again = change(things, 1n, 2n, [document('a', { navn: 'ny' }), document('c')]);
        await assert.rejects(() => lease.commit([change(others, 0n, 2n, [document('x')]), { ...again, added: new Set(['a', 'c']) }]));
        await lease.commit([{ ...again, added: new Set(['c']) }]);
      });
      const { documents } = await store.find(things, {});
      assert.deepEqual(documents, [document('a', { navn: 'ny' }), document('b'), document('c')]);
      assert.deepEqual([await store.position(things), await store.position(others), await found(store, {}, others)], [2n, 0n, '']);
    },
  },
  {
    name: 'commits that are asked for at once are done in order, and none after one that was refused',
    async check({ store }) {
      await store.prepare([things]);
      await withLease(store, async (lease) => {
        const pages = [1n, 2n, 3n].map((to) => change(things, to - 1n, to, [document('a', { navn: `${to}` }, to)]));
        const written = await Promise.allSettled(pages.map((page) => lease.commit([page])));
        assert.deepEqual(written.map(({ status }) => status), pages.map(() => 'fulfilled'));
        assert.deepEqual((await store.get(things, 'a'))?.data, { navn: '3' });
        const refused = { ...change(things, 3n, 4n, [document('a')]), added: new Set(['a']) };
        const outcomes = await Promise.allSettled([lease.commit([refused]), lease.commit([change(things, 4n, 5n, [document('b')])])]);
        assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'rejected']);
      });
      assert.equal(await store.position(things), 3n);
      assert.equal(await found(store, {}), 'a');
    },
  },
  {
    name: 'a commit to a view that nobody has prepared writes nothing at all',
    async check({ store }) {
      await store.prepare([things]);
      await withLease(store, async (lease) => {
        await assert.rejects(async () => lease.commit([change(things, 0n, 1n, [document('a')]), change(others, 0n, 1n, [document('a')])]));
      });
      assert.equal(await found(store, {}), '');
      assert.equal(await store.position(things), 0n);
    },
  },
  {
    name: 'a commit may be without documents, or without views',
    async check({ store }) {
      await store.prepare([things]);
      await withLease(store, async (lease) => {
        await lease.commit([change(things, 0n, 8n)]);
        await lease.commit([]);
      });
      assert.equal(await store.position(things), 8n);
    },
  },
  {
    name: 'a commit may be of thousands of documents',
    async check({ store }) {
      await store.prepare([things]);
      const many = Array.from({ length: 5000 }, (_, n) => document(`k${n}`, { navn: `navn ${n}` }, BigInt(n)));
      await keep(store, many);
      const keys = many.map(({ key }) => key);
      const loaded = await withLease(store, (lease) => lease.load(things, keys));
      assertSameList(keys.map((key) => loaded.get(key)), many, 'all documents of a commit');
      assert.equal((await store.find(things, {})).total, 5000);
      await withLease(store, (lease) => lease.commit([change(things, 100n, 101n, [], keys.slice(1))]));
      assert.equal(await found(store, {}), 'k0');
    },
  },
  {
    name: 'documents come back as they were',
    async check({ store }) {
      await store.prepare([things]);
      const data = {
        navn: `Čáhcesuolu "sitat" 'enkelt' \\ / \n\t 𝄞 {} , NULL`,
        innhold: { tom: '', null: null, nei: false, dypt: [[[{ ned: [] }]]], tall: [0, -1, 1.5, 1e-7, Number.MAX_SAFE_INTEGER] },
        tekst: 'x'.repeat(300_000),
      };
      const written = document(`nøkkel/'"\\{},/𝄞`, data, 2n ** 62n, 2n ** 61n);
      await keep(store, [written]);
      assert.deepEqual(await store.get(things, written.key), written);
    },
  },
  {
    name: 'what others do to their objects changes nothing in the store',
    async check({ store }) {
      await store.prepare([things]);
      const mine = { navn: 'Ås' };
      await keep(store, [document('a', mine)]);
      mine.navn = 'endret';
      const read = [
        (await store.get(things, 'a'))!,
        (await store.find(things, {})).documents[0]!,
        (await withLease(store, (lease) => lease.load(things, ['a']))).get('a')!,
      ];
      for (const one of read) {
        assert.deepEqual(one.data, { navn: 'Ås' });
        Object.assign(one.data, { navn: 'endret' });
      }
      assert.deepEqual((await store.get(things, 'a'))?.data, { navn: 'Ås' });
    },
  },
  {
    name: 'load gives the documents that are there, of the view that is asked for',
    async check({ store }) {
      await store.prepare([things, others]);
      await keep(store, [document('a'), document('b')]);
      await keep(store, [document('a', { navn: 'en annen' })], others);
      await withLease(store, async (lease) => {
        assert.deepEqual(await lease.load(things, ['b', 'unknown', 'a']), new Map([document('b'), document('a')].map((one) => [one.key, one])));
        assert.deepEqual((await lease.load(others, ['a'])).get('a')?.data, { navn: 'en annen' });
        assert.equal((await lease.load(things, [])).size, 0);
      });
    },
  },
  {
    name: 'a new version is built beside the old one, which serves meanwhile',
    async check({ store, other }) {
      await store.prepare([things]);
      const old = document('a', { navn: 'gammel' });
      await keep(store, [old]);
      await store.prepare([newThings]);
      const kept = { name: 'thing', version: 1, position: 100n, serving: true };
      const built = { name: 'thing', version: 2, position: 0n, serving: false };
      assert.deepEqual(inOrder(await store.checkpoints()), [kept, built]);

      await withLease(store, async (lease) => {
        assert.equal((await lease.load(newThings, ['a'])).size, 0);
        await lease.commit([change(newThings, 0n, 50n, [document('a', { navn: 'ny' }), document('b')])]);
        assert.deepEqual((await lease.load(newThings, ['a'])).get('a')?.data, { navn: 'ny' });
        assert.deepEqual((await lease.load(things, ['a'])).get('a')?.data, { navn: 'gammel' });
      });
      for (const asked of [things, newThings]) {
        for (const one of [store, other]) {
          assert.deepEqual(await one.get(asked, 'a'), old);
          assert.equal((await one.find(asked, {})).total, 1);
          assert.equal(await one.position(asked), 100n);
        }
      }
      assert.deepEqual(inOrder(await store.checkpoints()), [kept, { ...built, position: 50n }]);
    },
  },
  {
    name: 'a new version that is served answers all questions, and the old one is thrown away by the next start',
    async check({ store, other }) {
      await store.prepare([things]);
      await keep(store, [document('a', { gruppe: 'gammel' })]);
      await store.prepare([newThings]);
      await keep(store, [document('a', { gruppe: 'ny' }), document('b', { gruppe: 'ny' })], newThings);
      await withLease(store, (lease) => lease.serve(newThings));
      const served = { name: 'thing', version: 2, position: 100n, serving: true };
      assert.deepEqual(inOrder(await store.checkpoints()), [{ name: 'thing', version: 1, position: 100n, serving: false }, served]);
      for (const asked of [things, newThings]) {
        assert.deepEqual((await store.get(asked, 'a'))?.data, { gruppe: 'ny' });
        assert.equal((await store.find(asked, {})).total, 2);
        assert.deepEqual(await store.facet(asked, {}, 'gruppe'), [{ verdi: 'ny', antall: 2 }]);
      }
      await other.prepare([newThings]);
      assert.deepEqual(await store.checkpoints(), [served]);
      assert.equal((await store.find(newThings, {})).total, 2);
    },
  },
  {
    name: 'a program that goes back to an older version builds it anew, while the newer one serves',
    async check({ store }) {
      await store.prepare([things]);
      await keep(store, [document('a', { navn: 'gammel' })]);
      await store.prepare([newThings]);
      await withLease(store, (lease) => lease.serve(newThings));
      await store.prepare([things]);
      assert.deepEqual(inOrder(await store.checkpoints()), [
        { name: 'thing', version: 1, position: 0n, serving: false },
        { name: 'thing', version: 2, position: 0n, serving: true },
      ]);
      await withLease(store, async (lease) => {
        assert.equal((await lease.load(things, ['a'])).size, 0);
        await lease.commit([change(things, 0n, 1n, [document('b')])]);
        await lease.serve(things);
      });
      assert.equal(await found(store, {}), 'b');
    },
  },
  {
    name: 'finds what it is asked for',
    async check({ store }) {
      await store.prepare([things]);
      await keep(store, named);
      for (const [what, search, keys] of searches) {
        assert.equal(await found(store, search), keys, what);
        const { total } = await store.find(things, search);
        const all = await store.find(things, { ...search, offset: 0, limit: 1000 });
        assert.equal(total, all.documents.length, `how many there are: ${what}`);
        const uncounted = await store.find(things, { ...search, offset: 1, limit: 1, skipCount: true });
        const page = await store.find(things, { ...search, offset: 1, limit: 1 });
        assert.deepEqual(uncounted.documents, page.documents, `uncounted: ${what}`);
        assert.equal(uncounted.total, 1 + page.documents.length, `so many at least: ${what}`);
        const { offset: _offset, limit: _limit, ...selection } = search;
        assert.deepEqual(await store.all(things, selection), all.documents, `all of them: ${what}`);
      }
    },
  },
  {
    name: 'all documents of a selection come, however many, in its order',
    async check({ store }) {
      await store.prepare([things]);
      assert.deepEqual(await store.all(things), []);
      const many = Array.from({ length: 10_001 }, (_, n) => document(`k${String(n).padStart(5, '0')}`, { gruppe: n % 3 === 0 ? 'by' : 'bygd' }, BigInt(n % 7)));
      await keep(store, many);
      const byKey = async (selection: Selection<Thing>) => (await store.all(things, selection)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
      assertSameList(await byKey({}), many, 'all documents');
      assertSameList(await byKey({ where: { gruppe: 'by' } }), many.filter(({ data }) => data.gruppe === 'by'), 'all of a selection');
      const ordered = (await store.all(things, { orderBy: 'gruppe', descending: true })).map(({ key }) => key);
      const keysOf = (gruppe: string) => many.filter(({ data }) => data.gruppe === gruppe).map(({ key }) => key).reverse();
      assertSameList(ordered, [...keysOf('bygd'), ...keysOf('by')], 'all in order');
    },
  },
  {
    name: 'finds words in a text, whatever their case, and takes every character for itself',
    async check({ store }) {
      await store.prepare([things]);
      const documents = [...new Set(texts.map(([tekst]) => tekst))].map((tekst, n) => document(String(n), { tekst }));
      await keep(store, [...documents, document('without')]);
      for (const [tekst, words, hit] of texts) {
        const { documents: hits, total } = await store.find(things, { contains: { field: 'tekst', words }, limit: 100 });
        assert.equal(hits.some(({ data }) => data.tekst === tekst), hit, `«${words}» in «${tekst}»`);
        assert.equal(total, hits.length);
        if (words.trim()) assert.ok(!hits.some(({ key }) => key === 'without'));
        const { documents: both } = await store.find(things, { where: { tekst }, contains: { field: 'tekst', words } });
        assert.equal(both.length, hit ? 1 : 0);
      }
    },
  },
  {
    name: 'pages hold 50 unless told otherwise, never overlap, and all tell the total',
    async check({ store }) {
      await store.prepare([things]);
      const many = Array.from({ length: 120 }, (_, n) => document(`k${String(n).padStart(3, '0')}`, { gruppe: `${n % 3}`, navn: 'lik' }, BigInt(n % 7)));
      await keep(store, many);
      assert.equal((await store.find(things, {})).documents.length, 50);
      for (const search of [{}, { orderBy: 'gruppe' }, { orderBy: 'navn', descending: true }] as const) {
        const seen: string[] = [];
        for (let offset = 0; offset < 130; offset += 10) {
          const { documents, total } = await store.find(things, { ...search, offset, limit: 10 });
          assert.equal(total, 120);
          seen.push(...documents.map(({ key }) => key));
        }
        const { documents: all } = await store.find(things, { ...search, limit: 200 });
        assert.deepEqual(seen, all.map(({ key }) => key));
        assert.deepEqual([...seen].sort(), many.map(({ key }) => key));
      }
      assert.deepEqual(await store.find(things, { limit: 0 }), { documents: [], total: 120 });
    },
  },
  {
    name: 'a facet counts the values of a field in what is searched for, most first',
    async check({ store }) {
      await store.prepare([things]);
      await keep(store, [...named, document('g', { gruppe: 'Abc', navn: 'Bergen' }), document('h', { gruppe: 'by' })]);
      const facet = async (search: Parameters<ViewStore['facet']>[1], field: keyof Thing) =>
        (await store.facet(things, search, field as never)).map(({ verdi, antall }) => `${verdi}:${antall}`).join(' ');
      assert.equal(await facet({}, 'gruppe'), 'by:3 bygd:2 Abc:1 Bygd:1');
      assert.equal(await facet({}, 'aktiv'), 'true:2 false:1');
      assert.equal(await facet({ where: { navn: 'Bergen' } }, 'gruppe'), 'Abc:1 by:1');
      assert.equal(await facet({ contains: { field: 'navn', words: 'BERG' } as never }, 'gruppe'), 'by:2 Abc:1');
      assert.equal(await facet({ where: { navn: 'ingen' } }, 'gruppe'), '');
    },
  },
  {
    name: 'a wait for a position that is reached is over at once',
    async check({ store }) {
      await store.prepare([things, others]);
      await withLease(store, (lease) => lease.commit([change(things, 0n, 5n), change(others, 0n, 7n)]));
      assert.equal(await store.waitFor([things], 5n, 0), true);
      assert.equal(await store.waitFor([things, others], 4n, 60_000), true);
      assert.equal(await store.waitFor([], 99n, 60_000), true);
    },
  },
  {
    name: 'a wait for a position that is not reached in time says so',
    async check({ store }) {
      await store.prepare([things, others]);
      await withLease(store, (lease) => lease.commit([change(things, 0n, 5n)]));
      assert.equal(await store.waitFor([things], 6n, 0), false);
      const began = performance.now();
      assert.equal(await store.waitFor([things, others], 5n, 40), false);
      assert.ok(performance.now() - began > 35, 'it waited');
    },
  },
  {
    name: 'a wait is over as soon as all views have come there, whichever process brings them',
    async check({ store, other }) {
      await store.prepare([things, others]);
      const began = performance.now();
      const waiting = Promise.all([store.waitFor([things, others], 5n, 10_000), other.waitFor([things], 5n, 10_000)]);
      await withLease(store, async (lease) => {
        await lease.commit([change(things, 0n, 4n)]);
        await lease.commit([change(things, 4n, 5n)]);
        await lease.commit([change(others, 0n, 6n)]);
      });
      assert.deepEqual(await waiting, [true, true]);
      assert.ok(performance.now() - began < 5000, 'long before the time is out');
    },
  },
  {
    name: 'a wait is for the version that serves',
    async check({ store }) {
      await store.prepare([things]);
      await store.prepare([newThings]);
      const began = performance.now();
      const waiting = store.waitFor([newThings], 5n, 10_000);
      await withLease(store, async (lease) => {
        await lease.commit([change(newThings, 0n, 5n)]);
        assert.equal(await store.waitFor([newThings], 5n, 0), false);
        await lease.serve(newThings);
      });
      assert.equal(await waiting, true);
      assert.ok(performance.now() - began < 5000, 'long before the time is out');
      assert.equal(await store.waitFor([things], 5n, 0), true);
    },
  },
  {
    name: 'who follows a view knows at once what this process has done to it, and to which documents',
    async check({ store }) {
      await store.prepare([things]);
      await keep(store, named);
      const { epoch } = await store.freshness(things);
      await withLease(store, async (lease) => {
        await lease.commit([change(things, 100n, 101n, [document('a', { navn: 'ny' }, 101n)], ['b'])]);
        const followed = await store.freshness(things);
        assert.equal(followed.position, 101n);
        assert.deepEqual(['a', 'b', 'c', 'unknown'].map((key) => followed.changedSince(key, epoch)), [true, true, false, false]);
        const later = followed.epoch;
        assert.deepEqual(['a', 'b', 'c'].map((key) => followed.changedSince(key, later)), [false, false, false]);
        await lease.commit([change(things, 101n, 102n)]);
        assert.equal((await store.freshness(things)).position, 102n);
        assert.equal((await store.freshness(things)).changedSince('a', later), false);
      });
    },
  },
  {
    name: 'who follows a view soon knows what another process has done to it',
    async check({ store, other }) {
      await store.prepare([things]);
      const { epoch } = await other.freshness(things);
      await keep(store, named);
      await soon(async () => (await other.freshness(things)).position === 100n);
      assert.equal((await other.freshness(things)).changedSince('a', epoch), true);
    },
  },
  {
    name: 'for who follows a view, another version has other documents',
    async check({ store, other }) {
      await store.prepare([things]);
      await keep(store, named);
      await store.prepare([newThings]);
      const moments = [(await store.freshness(things)).epoch, (await other.freshness(things)).epoch] as const;
      await withLease(store, async (lease) => {
        await lease.commit([change(newThings, 0n, 100n, [document('a')])]);
        assert.equal((await store.freshness(things)).changedSince('a', moments[0]), false);
        await lease.serve(newThings);
      });
      assert.equal((await store.freshness(things)).changedSince('unknown', moments[0]), true);
      await soon(async () => (await other.freshness(things)).changedSince('unknown', moments[1]));
    },
  },
  {
    name: 'a failure is recorded with the version it is of, and cleared',
    async check({ store, other }) {
      await store.prepare([things]);
      await keep(store, named);
      await store.prepare([newThings, others]);
      const failure = { position: 2n ** 62n, eventId: '0b9f2b1e-8f60-4a0f-8f65-4a4a0c2f3f10', message: `Å, "nei" \\ 'så'\n` };
      await withLease(store, (lease) => lease.recordFailure(newThings, failure));
      assert.deepEqual(await organisation(other, newThings), { name: 'thing', version: 2, position: 0n, serving: false, failure });
      assert.deepEqual(await organisation(other), { name: 'thing', version: 1, position: 100n, serving: true });
      assert.equal((await organisation(other, others))?.failure, undefined);
      await withLease(store, async (lease) => {
        await lease.commit([change(newThings, 0n, 1n)]);
        assert.deepEqual((await organisation(store, newThings))?.failure, failure);
        await lease.recordFailure(newThings);
      });
      assert.deepEqual(await organisation(other, newThings), { name: 'thing', version: 2, position: 1n, serving: false });
    },
  },
  {
    name: 'one at a time has the lease, until it is released',
    async check({ store, other }) {
      await store.prepare([things]);
      const all = await Promise.all([store, other, store, other].map((one) => one.acquireLease()));
      const [first, ...more] = all.filter((lease) => lease !== undefined);
      assert.ok(first);
      assert.equal(more.length, 0);
      assert.equal(first.lost.aborted, false);
      assert.equal(await other.acquireLease(), undefined);
      await first.release();
      await withLease(other, async (lease) => {
        assert.equal(await store.acquireLease(), undefined);
        await lease.commit([change(things, 0n, 1n)]);
      });
      await withLease(store, (lease) => lease.commit([change(things, 1n, 2n)]));
      assert.equal(await store.position(things), 2n);
    },
  },
  {
    name: 'what is kept under another name has a lease of its own',
    async check({ store, other }) {
      await store.prepare([things]);
      await withLease(store, async () => {
        const search = (await other.acquireLease('search'))!;
        assert.ok(search);
        assert.equal(await store.acquireLease('search'), undefined);
        assert.equal(await other.acquireLease(), undefined);
        await search.release();
        assert.equal(await other.acquireLease(), undefined);
      });
      await withLease(other, (lease) => lease.commit([change(things, 0n, 1n)]));
    },
  },
  {
    name: 'who has released the lease can write nothing more, and takes it from nobody',
    async check({ store, other }) {
      await store.prepare([things]);
      const former = (await store.acquireLease())!;
      await former.release();
      await assert.rejects(async () => former.commit([change(things, 0n, 1n, [document('a')])]));
      await withLease(other, async (lease) => {
        await former.release();
        assert.equal(lease.lost.aborted, false);
        assert.equal(await store.acquireLease(), undefined);
        await assert.rejects(async () => former.commit([change(things, 0n, 1n, [document('a')])]));
        await assert.rejects(async () => former.serve(newThings));
        await assert.rejects(async () => former.recordFailure(things, { position: 1n, eventId: 'e', message: 'm' }));
        await lease.commit([change(things, 0n, 2n)]);
      });
      assert.equal(former.lost.aborted, true);
      assert.equal(await found(store, {}), '');
      assert.deepEqual(await organisation(store), { name: 'thing', version: 1, position: 2n, serving: true });
    },
  },
];
