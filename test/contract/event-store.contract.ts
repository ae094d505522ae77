import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type AppendOutcome,
  type EventMetadata,
  type EventStore,
  type ExpectedRevision,
  maxPageCharacters,
  type NewEvent,
  type RecordedEvent,
  type StreamId,
  streamName,
} from '../../src/application/ports/event-store.js';
import { onServer } from '../support/databases.js';
import { assertSameList } from '../support/same-list.js';

/** A rule that every event store must meet. `check` gets an empty store and a timeout for its waits, in ms. */
export interface Rule {
  readonly name: string;
  /** Takes thousands of events. */
  readonly heavy?: true;
  check(store: EventStore, patience: number): Promise<void>;
}

const tenant = '7a0c6a2e-95a6-4b2f-8a52-0d4d6a7a3b11';
export const stream = (id = 'a', aggregate = 'tjeneste'): StreamId => ({ aggregate, tenant, id });
const metadata: EventMetadata = {
  commandId: '5b0d5c8e-6f3e-4b8e-9a55-0f8f6f1f2a10',
  commandDigest: 'd41d8cd9',
  correlationId: 'c-1',
  causationId: 'c-1',
  actor: 'administrator:42',
  onBehalfOf: 'kommune:4601',
  tenant,
  time: '2026-03-01T12:00:00.000Z',
  schemaVersion: 1,
};
const event = (type = 'Tested', data: object = {}): NewEvent => ({ id: randomUUID(), type, data, metadata });
export const events = (count: number, type?: string) => Array.from({ length: count }, (_, n) => event(type, { n }));
/** The outcome of a stored append: the revision after it, and its last event's number in the whole log, from 1. */
const appended = (revision: number, number: number) => ({ ok: true, revision: BigInt(revision), number });
const refused = (actual?: number) => ({ ok: false, actual: actual === undefined ? undefined : BigInt(actual) });

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const readAll = async (store: EventStore, options?: Parameters<EventStore['readAll']>[0]) =>
  (await collect(store.readAll(options))).flat();
const count = async (store: EventStore) => (await readAll(store)).length;
/** Replaces positions by numbers in the log, because each store chooses its own distance between positions. */
async function numbered(store: EventStore, outcomes: readonly AppendOutcome[]) {
  const positions = (await readAll(store)).map(({ position }) => position);
  return outcomes.map((outcome) => {
    if (!outcome.ok) return outcome;
    const { position, ...rest } = outcome;
    return { ...rest, number: positions.indexOf(position) + 1 };
  });
}
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
const append = async (store: EventStore, expected: ExpectedRevision, list: readonly NewEvent[], to = stream()) =>
  (await numbered(store, [await store.append({ stream: to, expected, events: list })]))[0]!;
const growing = (list: readonly RecordedEvent[]) =>
  list.every(({ position }, n) => position > (n === 0 ? 0n : list[n - 1]!.position));

/** Waits for a promise. Rejects with `what` in the message after `patience` ms. */
async function within<T>(patience: number, what: string, coming: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Waited ${patience} ms in vain for ${what}`));
    }, patience);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Collects the first `count` events of a subscription. */
async function follow(
  store: EventStore,
  count: number,
  patience: number,
  options: Omit<Parameters<EventStore['subscribe']>[0], 'signal'> = {},
): Promise<RecordedEvent[]> {
  const stop = new AbortController();
  const seen: RecordedEvent[] = [];
  const reading = (async () => {
    for await (const page of store.subscribe({ ...options, signal: stop.signal })) {
      seen.push(...page);
      if (seen.length >= count) break;
    }
    return seen;
  })();
  try {
    return await within(patience, `${count} events`, reading);
  } finally {
    stop.abort();
  }
}

export const rules: readonly Rule[] = [
  {
    name: 'an appended event is read back as it was, with stream, revision and position',
    async check(store) {
      const stored = [event('First', { navn: 'Ås' }), event('Second', { tall: [1, 2] })];
      assert.deepEqual(await append(store, 'none', stored), appended(1, 2));
      const log = await readAll(store);
      assert.ok(growing(log));
      const expected = stored.map((one, n) => ({ ...one, stream: stream(), revision: BigInt(n), position: log[n]?.position }));
      assert.deepEqual(log, expected);
      assert.deepEqual(await collect(store.readStream(stream())), expected);
    },
  },
  {
    name: 'data comes back exactly: any text, numbers, nesting, order of keys',
    async check(store) {
      const data = {
        z: 'Ænes Čáhcesuolu "sitat" \\ / \u0000 \u001f \ud800 𝄞 {} , NULL',
        a: { tom: '', null: null, ja: true, dypt: [[[{ ned: [] }]]] },
        tall: [0, -1, 1.5, 1e21, 1e-7, Number.MAX_SAFE_INTEGER],
        stor: 'x'.repeat(500_000),
      };
      await append(store, 'none', [event('Tested', data)]);
      const [read] = await collect(store.readStream(stream()));
      assert.equal(JSON.stringify(read!.data), JSON.stringify(data));
      assert.deepEqual(read!.metadata, metadata);
    },
  },
  {
    name: 'what a caller does to its own objects changes nothing in the log',
    async check(store) {
      const data = { navn: 'Bergen' };
      await append(store, 'none', [event('Tested', data)]);
      data.navn = 'endret';
      const [first] = await readAll(store);
      (first!.data as typeof data).navn = 'endret';
      const [second] = await collect(store.readStream(stream()));
      assert.deepEqual(second!.data, { navn: 'Bergen' });
    },
  },
  ...(
    [
      ['any', 0, true],
      ['none', 0, true],
      ['exists', 0, false],
      [0n, 0, false],
      [3n, 0, false],
      ['any', 2, true],
      ['none', 2, false],
      ['exists', 2, true],
      [0n, 2, false],
      [1n, 2, true],
      [2n, 2, false],
    ] as const
  ).map(
    ([expected, before, accepted]): Rule => ({
      name: `expecting ${expected} of a stream with ${before} events is ${accepted ? 'accepted' : 'refused, and stores nothing'}`,
      async check(store) {
        if (before > 0) await append(store, 'none', events(before));
        await append(store, 'none', events(1), stream('other'));
        const outcome = await append(store, expected, events(2));
        if (accepted) {
          assert.deepEqual(outcome, appended(before + 1, before + 3));
        } else {
          assert.deepEqual(outcome, refused(before === 0 ? undefined : before - 1));
        }
        const now = before + (accepted ? 2 : 0);
        assert.equal((await collect(store.readStream(stream()))).length, now);
        assert.equal(await count(store), now + 1);
      },
    }),
  ),
  ...(['none', 0n, 'any', 'exists'] as const).map(
    (expected): Rule => ({
      name: `the same events appended again, expecting ${expected}, give the first outcome and store nothing`,
      async check(store) {
        const before = expected === 'none' ? 0 : 1;
        if (before > 0) await append(store, 'none', events(1));
        const list = events(3);
        const first = appended(before + 2, before + 3);
        assert.deepEqual(await append(store, expected, list), first);
        assert.deepEqual(await append(store, expected, list), first, 'at once');
        await append(store, 'exists', events(2));
        assert.deepEqual(await append(store, expected, list), first, 'after later events');
        const again = await Promise.all([1, 2, 3].map(() => store.append({ stream: stream(), expected, events: list })));
        assert.deepEqual(await numbered(store, again), [first, first, first], 'three at a time');
        assert.equal(await count(store), before + 5);
      },
    }),
  ),
  ...(['none', 0n, 'any', 'exists'] as const).map(
    (expected): Rule => ({
      name: `events that repeat only in part, expecting ${expected}, are refused`,
      async check(store) {
        const before = expected === 'none' ? 0 : 1;
        if (before > 0) await append(store, 'none', events(1));
        const [one, two, three] = events(3) as [NewEvent, NewEvent, NewEvent];
        await append(store, expected, [one, two, three]);
        const actual = refused(before + 2);
        assert.deepEqual(await append(store, expected, [one, event(), three]), actual, 'another in the middle');
        assert.deepEqual(await append(store, expected, [one, two, event()]), actual, 'another at the end');
        assert.deepEqual(await append(store, expected, [one, three, two]), actual, 'another order');
        assert.deepEqual(await append(store, expected, [one, two, three, event()]), actual, 'one more');
        assert.equal(await count(store), before + 3);
      },
    }),
  ),
  {
    name: 'the beginning of an append counts as a repeat of just that',
    async check(store) {
      const list = events(3);
      await append(store, 'none', list);
      assert.deepEqual(await append(store, 'none', list.slice(0, 2)), appended(1, 2));
      assert.deepEqual(await append(store, 'any', list.slice(0, 1)), appended(0, 1));
      assert.equal(await count(store), 3);
    },
  },
  {
    name: 'the same id in another stream is no repeat',
    async check(store) {
      const list = events(2);
      await append(store, 'none', list);
      assert.deepEqual(await append(store, 'any', list, stream('b')), appended(1, 4));
      assert.deepEqual(await append(store, 'none', list, stream('c')), appended(1, 6));
      assert.deepEqual(ids(await collect(store.readStream(stream('b')))), ids(list));
    },
  },
  {
    name: 'an append in upper case ids is the same append',
    async check(store) {
      const [one] = events(1) as [NewEvent];
      await append(store, 'none', [one]);
      assert.deepEqual(await append(store, 'none', [{ ...one, id: one.id.toUpperCase() }]), appended(0, 1));
    },
  },
  {
    name: 'each of many appends in one call has its own outcome, in order',
    async check(store) {
      await append(store, 'none', events(1), stream('taken'));
      const [two, one] = [events(2), events(1)];
      const outcomes = await store.appendMany([
        { stream: stream('a'), expected: 'none', events: two },
        { stream: stream('taken'), expected: 'none', events: events(2) },
        { stream: stream('b'), expected: 'exists', events: events(1) },
        { stream: stream('c'), expected: 'any', events: one },
      ]);
      assert.deepEqual(outcomes.slice(1, 3), [refused(0), refused()]);
      const log = await readAll(store);
      assert.equal(log.length, 4);
      const at = (id: string | undefined) => log.find((stored) => stored.id === id)?.position;
      assert.deepEqual([outcomes[0], outcomes[3]], [{ ok: true, revision: 1n, position: at(two[1]?.id) }, { ok: true, revision: 0n, position: at(one[0]?.id) }]);
      assert.deepEqual(await store.appendMany([]), []);
    },
  },
  {
    name: 'appends to one stream in one call follow one another',
    async check(store) {
      const list = events(2);
      const outcomes = await store.appendMany([
        { stream: stream(), expected: 'none', events: list },
        { stream: stream(), expected: 1n, events: events(1) },
        { stream: stream(), expected: 'none', events: events(1) },
        { stream: stream(), expected: 'none', events: list },
        { stream: stream(), expected: 'any', events: list },
        { stream: stream(), expected: 'exists', events: events(1) },
      ]);
      const first = appended(1, 2);
      assert.deepEqual(await numbered(store, outcomes), [first, appended(2, 3), refused(2), first, first, appended(3, 4)]);
    },
  },
  {
    name: 'many appends in one call may be very many',
    heavy: true,
    async check(store) {
      const many = Array.from({ length: 2_100 }, (_, n) => ({
        stream: stream(`s${n % 50}`),
        expected: 'any' as const,
        events: events(1),
      }));
      const outcomes = await store.appendMany(many);
      const log = await readAll(store);
      assert.ok(growing(log));
      const stored = new Map(log.map(({ id, revision, position }) => [id, { ok: true, revision, position }]));
      assertSameList(outcomes, many.map(({ events }) => stored.get(events[0]!.id)), 'the outcomes');
      for (let n = 0; n < 50; n++) assert.deepEqual(ids(await collect(store.readStream(stream(`s${n}`)))), ids(many.filter((_, m) => m % 50 === n).flatMap((one) => one.events)));
    },
  },
  {
    name: 'an append without events, or with what no store could keep, is a RangeError and stores nothing',
    async check(store) {
      const bad = [
        { stream: stream(), expected: 'any' as const, events: [] },
        { stream: stream(), expected: 'any' as const, events: [{ ...event(), id: 'not-a-uuid' }] },
        { stream: stream(), expected: 'any' as const, events: [event(''), event()] },
        { stream: stream(), expected: 'any' as const, events: [event('With\u0000zero')] },
        { stream: { ...stream(), tenant: 'not-a-uuid' }, expected: 'any' as const, events: events(1) },
        { stream: stream('x'.repeat(1_000)), expected: 'any' as const, events: events(1) },
        { stream: stream('a\u0000b'), expected: 'any' as const, events: events(1) },
        { stream: { ...stream(), aggregate: 'a-b' }, expected: 'any' as const, events: events(1) },
      ];
      for (const one of bad) await assert.rejects(async () => store.append(one), { name: 'RangeError' });
      assert.equal(await count(store), 0);
    },
  },
  {
    name: 'a bad append spoils nothing for those that are appended at the same time',
    async check(store) {
      const outcomes = await Promise.allSettled(
        [event(), { ...event(), id: 'not-a-uuid' }, event()].map((one, n) =>
          store.append({ stream: stream(`s${n}`), expected: 'none', events: [one] }),
        ),
      );
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.equal(await count(store), 2);
    },
  },
  {
    name: 'a stream is read forwards and backwards, from a revision, up to a limit',
    async check(store) {
      await append(store, 'none', events(5), stream('other'));
      await append(store, 'none', events(10));
      const revisions = async (options?: Parameters<EventStore['readStream']>[1]) =>
        (await collect(store.readStream(stream(), options))).map(({ revision }) => Number(revision));
      assert.deepEqual(await revisions(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.deepEqual(await revisions({ from: 7n }), [7, 8, 9]);
      assert.deepEqual(await revisions({ from: 3n, limit: 2 }), [3, 4]);
      assert.deepEqual(await revisions({ from: 10n }), []);
      assert.deepEqual(await revisions({ limit: 0 }), []);
      assert.deepEqual(await revisions({ direction: 'backwards' }), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      assert.deepEqual(await revisions({ direction: 'backwards', from: 2n }), [2, 1, 0]);
      assert.deepEqual(await revisions({ direction: 'backwards', limit: 3 }), [9, 8, 7]);
      assert.deepEqual(await revisions({ direction: 'backwards', from: 99n, limit: 1 }), [9]);
    },
  },
  {
    name: 'a stream that does not exist has no events',
    async check(store) {
      assert.deepEqual(await collect(store.readStream(stream('none'))), []);
      assert.deepEqual(await collect(store.readStream(stream('none'), { direction: 'backwards' })), []);
      assert.deepEqual(await collect(store.readAll()), []);
    },
  },
  {
    name: 'many streams are read in one call: each whole or from a revision, and in order, those without events left out',
    async check(store) {
      const many = Array.from({ length: 40 }, (_, n) => stream(`s${n}`));
      for (const round of [1, 2, 3])
        await store.appendMany(many.slice(0, 30).map((one, n) => ({ stream: one, expected: 'any', events: events(n === 7 ? 300 : 1, `Round${round}`) })));
      await append(store, 'none', events(1), stream('s1', 'integration'));
      const found = await store.readStreams([...many, many[3]!].toReversed());
      assert.deepEqual([...found.keys()].sort(), many.slice(0, 30).map(streamName).sort());
      for (const one of many.slice(0, 30)) assert.deepEqual(found.get(streamName(one)), await collect(store.readStream(one)));
      const some = [...many.slice(0, 20).map((one, n) => ({ ...one, from: BigInt(n % 5) })), ...many.slice(35)];
      for (const asked of [some, some.slice(5, 9)]) {
        const later = await store.readStreams(asked);
        for (const { from, ...one } of asked as readonly (StreamId & { from?: bigint })[]) {
          const events = await collect(store.readStream(one, from === undefined ? {} : { from }));
          assert.deepEqual(later.get(streamName(one)), events.length > 0 ? events : undefined);
        }
      }
      assert.equal((await store.readStreams([])).size, 0);
      assert.equal((await store.readStreams([stream('nobody')])).size, 0);
    },
  },
  {
    name: 'the head is the position of the last event, and 0 for an empty log',
    async check(store) {
      assert.equal(await store.head(), 0n);
      await append(store, 'none', events(3));
      await append(store, 'none', events(3), stream('b'));
      assert.equal(await store.head(), (await readAll(store)).at(-1)?.position);
    },
  },
  {
    name: 'a long stream is read whole, both ways',
    async check(store) {
      const list = events(1_250);
      await append(store, 'none', list);
      assert.deepEqual(ids(await collect(store.readStream(stream()))), ids(list));
      assert.deepEqual(ids(await collect(store.readStream(stream(), { direction: 'backwards' }))), ids(list).reverse());
      assert.equal((await collect(store.readStream(stream(), { limit: 1_001 }))).length, 1_001);
    },
  },
  {
    name: 'a stream whose name begins with another stream’s name is another stream',
    async check(store) {
      await append(store, 'none', events(1), stream('a'));
      await append(store, 'none', events(1), stream('ab_%'));
      await append(store, 'none', events(1), stream('a', 'tjenesteA'));
      assert.equal((await collect(store.readStream(stream('a')))).length, 1);
      assert.equal((await readAll(store, { filter: { aggregates: ['tjeneste'] } })).length, 2);
    },
  },
  {
    name: 'the whole log is read in the order of positions, after a position, in pages that are full but for the last',
    async check(store) {
      await store.appendMany(
        Array.from({ length: 7 }, (_, n) => ({ stream: stream(`s${n % 3}`), expected: 'any' as const, events: events(100) })),
      );
      const pages = await collect(store.readAll({ pageSize: 300 }));
      assert.deepEqual(pages.map(({ length }) => length), [300, 300, 100]);
      const log = pages.flat();
      assert.ok(growing(log));
      assert.deepEqual((await collect(store.readAll())).map(({ length }) => length), [500, 200]);
      assert.deepEqual(ids(await readAll(store, { after: log[697]!.position })), ids(log.slice(698)));
      assert.deepEqual(await collect(store.readAll({ after: log[699]!.position })), []);
      assert.deepEqual(await collect(store.readAll({ after: log[699]!.position + 9_999n })), []);
    },
  },
  {
    name: 'a page ends when it is heavy, and the next one goes on from there, with a filter and without',
    heavy: true,
    async check(store) {
      // Random data, which no store can compress, of nearly a megabyte per event.
      const heavy = (type: string): NewEvent => ({ ...event(type), data: { text: randomBytes(700_000).toString('base64') } });
      const list = Array.from({ length: 24 }, (_, n) => heavy(n % 6 === 1 ? 'Other' : 'Wanted'));
      for (const one of list) await store.append({ stream: stream(), expected: 'any', events: [one] });
      for (const types of [[], ['Wanted']]) {
        const pages = await collect(store.readAll({ filter: { types } }));
        const weights = pages.map((page) => page.reduce((sum, { data }) => sum + (data as { text: string }).text.length, 0));
        assert.deepEqual(ids(pages.flat()), ids(list.filter(({ type }) => types.length === 0 || types.includes(type))));
        assert.ok(pages.length > 1 && weights.every((weight) => weight < maxPageCharacters * 1.5), `Pages of ${weights.join(', ')} characters`);
      }
    },
  },
  {
    name: 'a filter keeps the events of its aggregates and types, and an empty one keeps all',
    async check(store) {
      await append(store, 'none', [event('A'), event('B'), event('A')], stream('1', 'tjeneste'));
      await append(store, 'none', [event('A'), event('C')], stream('1', 'integration'));
      await append(store, 'none', [event('B')], stream('1', 'driftsmelding'));
      const log = ids(await readAll(store));
      const positions = async (filter: { aggregates?: string[]; types?: string[] }) =>
        (await readAll(store, { filter })).map(({ id }) => log.indexOf(id) + 1);
      assert.deepEqual(await positions({ types: ['A'] }), [1, 3, 4]);
      assert.deepEqual(await positions({ aggregates: ['integration', 'driftsmelding'] }), [4, 5, 6]);
      assert.deepEqual(await positions({ aggregates: ['tjeneste'], types: ['B', 'C'] }), [2]);
      assert.deepEqual(await positions({ aggregates: ['finnesIkke'] }), []);
      assert.deepEqual(await positions({ aggregates: [], types: [] }), [1, 2, 3, 4, 5, 6]);
      assert.deepEqual(await positions({}), [1, 2, 3, 4, 5, 6]);
    },
  },
  {
    name: 'a filter that drops nearly everything finds the rest, in pages that are never empty or too large',
    heavy: true,
    async check(store) {
      const list = Array.from({ length: 7_000 }, (_, n) => event(n % 500 === 499 ? 'Rare' : 'Common'));
      // Use several appends, because a store may limit the size of one.
      for (let n = 0; n < 7_000; n += 1_000) await store.append({ stream: stream(), expected: 'any', events: list.slice(n, n + 1_000) });
      const rare = await collect(store.readAll({ filter: { types: ['Rare'] }, pageSize: 5 }));
      assert.deepEqual(ids(rare.flat()), ids(list.filter(({ type }) => type === 'Rare')));
      assert.ok(rare.every(({ length }) => length > 0 && length <= 5));
      const common = await collect(store.readAll({ filter: { types: ['Common'] }, pageSize: 700 }));
      assert.deepEqual(ids(common.flat()), ids(list.filter(({ type }) => type === 'Common')));
      assert.ok(common.every(({ length }) => length > 0 && length <= 700));
    },
  },
  {
    name: 'waiting ends when there are events after the position, and not before',
    async check(store, patience) {
      const stop = new AbortController();
      let over = false;
      const waiting = store.waitForEvents(0n, stop.signal).then(() => (over = true));
      await store.head();
      await new Promise(setImmediate);
      assert.equal(over, false, 'an empty log has nothing to wait up for');
      await append(store, 'none', events(2));
      await within(patience, 'the first event', waiting);
      const [first, last] = await readAll(store);
      await within(patience, 'what is there already', store.waitForEvents(first!.position, stop.signal));
      over = false;
      const next = store.waitForEvents(last!.position, stop.signal).then(() => (over = true));
      await store.head();
      await new Promise(setImmediate);
      assert.equal(over, false, 'nothing after the head yet');
      await append(store, 'exists', events(1));
      await within(patience, 'the next event', next);
    },
  },
  {
    name: 'waiting ends when the signal aborts',
    async check(store, patience) {
      const stop = new AbortController();
      const waiting = [store.waitForEvents(0n, stop.signal), store.waitForEvents(0n, stop.signal)];
      stop.abort();
      await within(patience, 'the abort', Promise.all(waiting));
      await within(patience, 'a signal that has aborted already', store.waitForEvents(0n, stop.signal));
    },
  },
  {
    name: 'a subscription gives what was, and what comes, each once and in order',
    async check(store, patience) {
      await append(store, 'none', events(3));
      const following = follow(store, 8, patience);
      for (let n = 0; n < 5; n++) await append(store, 'exists', events(1));
      const seen = await following;
      assert.deepEqual(seen, await readAll(store));
      const later = follow(store, 2, patience, { after: seen[7]!.position });
      await append(store, 'exists', events(2));
      assert.deepEqual(ids(await later), ids((await readAll(store)).slice(8)));
    },
  },
  {
    name: 'a filtered subscription goes on past what the filter drops',
    async check(store, patience) {
      const following = follow(store, 3, patience, { filter: { types: ['Wanted'] }, pageSize: 2 });
      for (let n = 0; n < 3; n++) await append(store, 'any', [event('Other'), event('Wanted'), event('Other')]);
      assert.deepEqual(ids(await following), ids((await readAll(store)).filter(({ type }) => type === 'Wanted')));
    },
  },
  {
    name: 'a subscription ends when the signal aborts',
    async check(store, patience) {
      await append(store, 'none', events(3));
      const stop = new AbortController();
      const seen: RecordedEvent[] = [];
      const reading = (async () => {
        for await (const page of store.subscribe({ signal: stop.signal, pageSize: 1 })) {
          seen.push(...page);
          if (seen.length === 3) setImmediate(() => { stop.abort(); });
        }
      })();
      await within(patience, 'the end of the subscription', reading);
      assert.equal(seen.length, 3);
    },
  },
  {
    name: 'of many who expect the same revision exactly one succeeds',
    async check(store) {
      for (let round = 0; round < 5; round++) {
        const expected = round === 0 ? 'none' : BigInt(round - 1);
        const outcomes = await Promise.all(
          Array.from({ length: 16 }, () => store.append({ stream: stream(), expected, events: events(1) })),
        );
        assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
        assert.deepEqual(
          outcomes.filter(({ ok }) => !ok),
          Array.from({ length: 15 }, () => refused(round)),
        );
      }
      assert.equal(await count(store), 5);
    },
  },
  {
    name: 'what is appended in order stands in order, whichever streams it is in, and stands there once when it is repeated',
    async check(store) {
      const appends = Array.from({ length: 60 }, (_, n) => ({
        stream: stream(`s${n % 7}`, n % 2 ? 'tjeneste' : 'driftsmelding'),
        expected: 'any' as const,
        events: events(1 + (n % 3)),
      }));
      await store.appendInOrder(appends.slice(0, 20));
      for (const outcomes of [await store.appendInOrder(appends), await store.appendInOrder(appends)]) assert.ok(outcomes.every(({ ok }) => ok));
      const all = await readAll(store);
      assert.deepEqual(ids(all), appends.flatMap((one) => ids(one.events)));
      assert.ok(growing(all));
      const refusal = await store.appendInOrder([{ stream: stream('s9'), expected: 5n, events: events(1) }]);
      assert.deepEqual(refusal, [refused()]);
      assert.deepEqual(await store.appendInOrder([]), []);
    },
  },
  {
    name: 'events are read at their positions, in the order of the log',
    async check(store) {
      for (let n = 0; n < 6; n++) await store.append({ stream: stream(`s${n % 2}`), expected: 'any', events: [event('Tested', { n, text: 'x'.repeat(n === 4 ? 30_000 : 1) })] });
      await store.append({ stream: stream('three'), expected: 'none', events: events(3) });
      const all = await readAll(store);
      const asked = [1, 3, 4, 7].map((n) => all[n]!);
      assert.deepEqual(await store.readAt(asked.map(({ position }) => position)), asked);
      assert.deepEqual(await store.readAt([]), []);
    },
  },
  {
    name: 'while many write, every reader of the log sees every event once and in order',
    check: (store, patience) => manyWriters([store], [store], patience),
  },
];

/** Checks 16 writers against 4 readers. Writers append to their own streams and a common one; readers follow from the start. */
export async function manyWriters(writers: readonly EventStore[], readers: readonly EventStore[], patience: number): Promise<void> {
  const each = onServer ? 25 : 8;
  const writing = 16;
  const total = writing * each * 3;
  const following = Array.from({ length: 4 }, (_, n) => follow(readers[n % readers.length]!, total, patience, { pageSize: 7 + n }));
  const stored = await Promise.all(
    Array.from({ length: writing }, async (_, writer) => {
      const store = writers[writer % writers.length]!;
      const mine: string[] = [];
      for (let n = 0; n < each; n++) {
        const own = events(2);
        const common = events(1);
        const outcomes = [
          await store.append({ stream: stream(`own${writer}`), expected: n === 0 ? 'none' : BigInt(n * 2 - 1), events: own }),
          await store.append({ stream: stream('common'), expected: 'any', events: common }),
        ];
        assert.ok(outcomes.every(({ ok }) => ok));
        mine.push(...ids(own), ...ids(common));
      }
      return mine;
    }),
  );
  const everything = stored.flat().sort();
  for (const seen of await Promise.all(following)) {
    assert.ok(growing(seen));
    assert.deepEqual(ids(seen).sort(), everything);
    const last = new Map<string, bigint>();
    for (const { stream: { id }, revision } of seen) {
      assert.equal(revision, (last.get(id) ?? -1n) + 1n, `revisions of ${id}`);
      last.set(id, revision);
    }
  }
}
