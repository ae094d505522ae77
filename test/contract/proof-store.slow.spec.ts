import assert, { AssertionError } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GrowingTree } from '../../src/application/proof/merkle-tree.js';
import { wholeLog, type Growth, type ProofStore } from '../../src/application/proof/proof-store.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { PostgresProofStore } from '../../src/infrastructure/postgres/log/proof-store.js';
import { onEngines } from '../support/databases.js';

const hashes = (count: number, byte = 1) => Buffer.alloc(32 * count, byte);
const growth = (tree: string, size: number, count: number, places: Growth['places'] = new Map()): Growth => ({ tree, size, tiles: [{ level: 0, index: 0, hashes: hashes(count) }], places });
const [bergen, oslo] = [randomUUID(), randomUUID()];

/** The rules of every `ProofStore`. `check` gets an empty store. */
const rules: readonly { readonly name: string; check(store: ProofStore): Promise<void> }[] = [
  {
    name: 'the log has one identity, and begins at position 0',
    async check(store) {
      const [first, second] = [await store.log(), await store.log()];
      assert.match(first.id, /^[0-9a-f-]{36}$/);
      assert.deepEqual(second, first);
      assert.equal(first.position, 0n);
    },
  },
  {
    name: 'trees grow together, from where they are and from nowhere else',
    async check(store) {
      await store.log();
      const places = new Map([[0, [{ number: 2, position: 20n }, { number: 3, position: 30n }]]]);
      assert.equal(await store.grow(0n, 30n, [growth(wholeLog, 3, 3), growth(bergen, 2, 2, places)]), true);
      assert.equal(await store.grow(0n, 40n, [growth(wholeLog, 9, 9)]), false);
      assert.equal((await store.log()).position, 30n);
      assert.deepEqual(await store.sizes([wholeLog, bergen, oslo]), new Map([[wholeLog, 3], [bergen, 2]]));
      assert.equal(await store.grow(30n, 50n, [growth(bergen, 3, 3, new Map([[0, [{ number: 5, position: 50n }]]]))]), true);
      assert.deepEqual(await store.places(bergen, 0, 10), [{ number: 2, position: 20n }, { number: 3, position: 30n }, { number: 5, position: 50n }]);
      assert.deepEqual(await store.places(bergen, 1, 1), [{ number: 3, position: 30n }]);
      assert.deepEqual([await store.places(oslo, 0, 10), await store.places(bergen, 10 ** 14, 10)], [[], []]);
      assert.deepEqual([await store.indexOf(bergen, 50n), await store.indexOf(bergen, 40n), await store.indexOf(oslo, 50n), await store.indexOf(bergen, 1n)], [2, undefined, undefined, undefined]);
    },
  },
  {
    name: 'tiles that grow page by page are those of a tree that grew at once',
    async check(store) {
      await store.log();
      const leaves = Array.from({ length: 700 }, (_, n) => Buffer.alloc(32, n % 251));
      const tree = new GrowingTree();
      for (const [n, [first, end]] of ([[0, 1], [1, 200], [200, 300], [300, 700]] as const).entries())
        assert.equal(await store.grow(BigInt(n), BigInt(n + 1), [{ tree: wholeLog, size: end, tiles: tree.append(leaves.slice(first, end)), places: new Map() }]), true);
      const whole = new GrowingTree().append(leaves);
      assert.deepEqual((await store.tiles(wholeLog, whole)).map((one) => Buffer.from(one).toString('hex')), whole.map((one) => one.hashes.toString('hex')));
    },
  },
  {
    name: 'a tree that is not over the log grows from its own size, and from no other',
    async check(store) {
      await store.log();
      assert.equal(await store.extend(1, growth('egen', 2, 1)), false);
      assert.equal(await store.extend(0, growth('egen', 2, 2)), true);
      assert.equal(await store.extend(0, growth('egen', 3, 3)), false);
      assert.equal(await store.extend(2, growth('egen', 3, 3)), true);
      assert.deepEqual([await store.sizes(['egen']), (await store.log()).position], [new Map([['egen', 3]]), 0n]);
      assert.equal((await store.tiles('egen', [{ level: 0, index: 0 }]))[0]!.length, 96);
    },
  },
  {
    name: 'tiles are read in the order asked for, each as it has grown',
    async check(store) {
      await store.log();
      const full = Array.from({ length: 256 }, (_, n) => ({ number: n + 1, position: BigInt(n + 1) }));
      const tiles = [{ level: 0, index: 0, hashes: hashes(256, 2) }, { level: 0, index: 1, hashes: hashes(1, 3) }, { level: 1, index: 0, hashes: hashes(1, 4) }];
      await store.grow(0n, 257n, [{ tree: bergen, size: 257, tiles, places: new Map([[0, full], [1, [{ number: 257, position: 257n }]]]) }]);
      await store.grow(257n, 258n, [{ tree: bergen, size: 258, tiles: [{ level: 0, index: 1, hashes: hashes(2, 5) }], places: new Map() }]);
      const found = await store.tiles(bergen, [{ level: 1, index: 0 }, { level: 0, index: 1 }, { level: 2, index: 0 }, { level: 0, index: 0 }]);
      assert.deepEqual(found.map((one) => [one.length / 32, one[0]]), [[1, 4], [2, 5], [0, undefined], [256, 2]]);
      assert.deepEqual(await store.places(bergen, 256, 5), [{ number: 257, position: 257n }]);
    },
  },
  {
    name: 'a checkpoint stays as it was first stored, and the last one up to a size is found',
    async check(store) {
      await store.log();
      await store.grow(0n, 9n, [growth(wholeLog, 9, 9), growth(oslo, 4, 4)]);
      assert.deepEqual(await store.unsigned(), new Map([[wholeLog, 9], [oslo, 4]]));
      for (const [size, note] of [[3, 'a'], [9, 'b'], [9, 'c']] as const) await store.save(wholeLog, { size, note });
      assert.deepEqual(await store.unsigned(), new Map([[oslo, 4]]));
      assert.deepEqual(await store.last(wholeLog), { size: 9, note: 'b' });
      assert.deepEqual(await store.last(wholeLog, 8), { size: 3, note: 'a' });
      assert.equal(await store.last(oslo), undefined);
      assert.deepEqual(await store.checkpoints(wholeLog, 0, 10), [{ size: 3, note: 'a' }, { size: 9, note: 'b' }]);
      assert.deepEqual(await store.checkpoints(wholeLog, 3, 10), [{ size: 9, note: 'b' }]);
      assert.deepEqual(await store.checkpoints(wholeLog, 0, 1), [{ size: 3, note: 'a' }]);
    },
  },
  {
    name: 'a new log begins at position 0 with empty trees, and the checkpoints of the one before stay',
    async check(store) {
      const { id } = await store.log();
      await store.grow(0n, 9n, [growth(wholeLog, 9, 9), growth(oslo, 4, 4)]);
      await store.save(wholeLog, { size: 9, note: 'a' });
      const next = await store.begin('Sikkerhetskopi lagt tilbake', '2027-03-14T09:00:00.000Z');
      assert.notEqual(next, id);
      assert.deepEqual(await store.log(), { id: next, position: 0n });
      assert.deepEqual([await store.sizes([wholeLog, oslo]), await store.signed(), await store.last(wholeLog), await store.unsigned()], [new Map(), [], undefined, new Map()]);
      assert.deepEqual((await store.tiles(wholeLog, [{ level: 0, index: 0 }])).map(({ length }) => length), [0]);
      assert.deepEqual(await store.ended(), [{ id, ended: '2027-03-14T09:00:00.000Z', reason: 'Sikkerhetskopi lagt tilbake' }]);
      assert.deepEqual(await store.last(wholeLog, undefined, id), { size: 9, note: 'a' });
      assert.equal(await store.grow(0n, 3n, [growth(wholeLog, 3, 3)]), true);
      await store.save(wholeLog, { size: 3, note: 'b' });
      assert.deepEqual([await store.last(wholeLog), await store.signed()], [{ size: 3, note: 'b' }, [wholeLog]]);
      await store.begin('Igjen', '2027-03-15T09:00:00.000Z');
      assert.deepEqual((await store.ended()).map((one) => [one.id, one.reason]), [[next, 'Igjen'], [id, 'Sikkerhetskopi lagt tilbake']]);
    },
  },
  {
    name: 'a checkpoint gets another signature, and the keys that sign no more are known, newest first',
    async check(store) {
      await store.log();
      for (const size of [3, 9]) await store.save(wholeLog, { size, note: 'a' });
      await store.cosign(wholeLog, { size: 9, note: 'ab' });
      assert.deepEqual(await store.checkpoints(wholeLog, 0, 9), [{ size: 3, note: 'a' }, { size: 9, note: 'ab' }]);
      for (const [key, time] of [['x', '2027-03-14T09:00:00.000Z'], ['y', '2027-03-15T09:00:00.000Z'], ['x', '2027-03-16T09:00:00.000Z']] as const) await store.retire(key, time);
      assert.deepEqual(await store.retired(), ['y', 'x']);
    },
  },
];

const adapters: Readonly<Record<string, () => Promise<ProofStore>>> = {
  memory: () => Promise.resolve(new MemoryProofStore()),
  ...onEngines((open) => async () => new PostgresProofStore(await open())),
};

describe.each(Object.entries(adapters))('%s', (_, open) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => rule.check(await open()));
});

// --- saboteurs --------------------------------------------------------------------------------------------------------

const saboteurs: readonly (readonly [name: string, patch: (store: ProofStore) => void])[] = [
  ['grows from anywhere', (store) => { const grow = store.grow.bind(store); store.grow = async (_, to, growths) => grow((await store.log()).position, to, growths); }],
  ['replaces a checkpoint', (store) => { const kept = new Map<string, string>(); const last = store.last.bind(store); const save = store.save.bind(store); store.save = (tree, one) => { kept.set(`${tree}/${one.size}`, one.note); return save(tree, one); }; store.last = async (tree, size) => { const found = await last(tree, size); return found && { ...found, note: kept.get(`${tree}/${found.size}`)! }; }; }],
  ['forgets the places of a tile that grows', (store) => { const places = store.places.bind(store); store.places = async (tree, first, count) => (await places(tree, first, count)).slice(-1); }],
  ['answers tiles in an order of its own', (store) => { const tiles = store.tiles.bind(store); store.tiles = async (tree, asked) => [...(await tiles(tree, asked))].reverse(); }],
  ['keeps the trees of the log before', (store) => { store.sizes = () => Promise.resolve(new Map([[wholeLog, 9]])); }],
  ['forgets the checkpoints of the log before', (store) => { const last = store.last.bind(store); store.last = (tree, size) => last(tree, size); }],
  ['signs nothing twice', (store) => { store.cosign = () => Promise.resolve(); }],
  ['is another log each time', (store) => { const log = store.log.bind(store); store.log = async () => ({ ...(await log()), id: randomUUID() }); }],
];

describe('the contract catches a store that', () => {
  it.each(saboteurs)('%s', async (_, patch) => {
    const caught: string[] = [];
    for (const rule of rules) {
      const store = new MemoryProofStore();
      patch(store);
      await rule.check(store).catch((error: unknown) => {
        if (!(error instanceof AssertionError)) throw error;
        caught.push(rule.name);
      });
    }
    expect(caught).not.toEqual([]);
  });
});
