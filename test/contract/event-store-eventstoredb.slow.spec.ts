import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { type Append, type EventStore, type RecordedEvent, StoreUnavailable, streamName } from '../../src/application/ports/event-store.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstoredb/event-store.js';
import { closing } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';
import type { AppendFault } from '../support/eventstoredb/faults.js';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { startDouble } from '../support/eventstoredb/stores.js';
import { collect } from './event-store.contract.js';

const event = (data: object = {}, type = 'Tested') => ({ id: randomUUID(), type, data, metadata });
const stream = (id = 'a') => ({ aggregate: 'tjeneste', tenant, id });
const append = (expected: Append['expected'] = 'none', events = [event(), event()]): Append => ({ stream: stream(), expected, events });
const all = async (store: EventStore, after = 0n) => (await collect(store.readAll({ after }))).flat();
const patience = 20_000;

/** A store on a double, with a short timeout. */
async function open(options: Parameters<typeof startDouble>[0] = {}, timeout = 5_000) {
  const double = await startDouble(options);
  const store = closing(new EventStoreDbEventStore(double.url, { timeout }));
  const operator = EventStoreDBClient.connectionString(double.url);
  closing({ close: () => operator.dispose() });
  return { double, store, operator };
}

/** Follows the log until `count` events have come. Resumes after a lost connection, as the pump does. */
async function follow(store: EventStore, count: number): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = [];
  const signal = AbortSignal.timeout(patience);
  while (seen.length < count && !signal.aborted) {
    try {
      for await (const page of store.subscribe({ after: seen.at(-1)?.position ?? 0n, signal, pageSize: 3 })) {
        seen.push(...page);
        if (seen.length >= count) break;
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
  return seen;
}

describe('An append to EventStoreDB', () => {
  const faults: readonly (readonly [string, AppendFault])[] = (['cut', 'silence', 'unavailable', 'timeout'] as const).flatMap((kind) =>
    [true, false].map((written) => [`${kind}, ${written ? 'written' : 'not written'}`, { kind, written }] as const),
  );

  it.each(faults)('whose answer is lost is settled, and stored once: %s', async (_, fault) => {
    for (const expected of ['none', 'any'] as const) {
      const { double, store } = await open({}, 400);
      const one = append(expected);
      double.faults.appends(fault);
      const outcome = await store.append(one);
      expect(outcome).toMatchObject({ ok: true, revision: 1n });
      expect((await all(store)).map(({ id }) => id)).toEqual(one.events.map(({ id }) => id));
      expect(await store.append(one)).toEqual(outcome);
    }
  });

  it('is given up when there is never an answer, and can be appended again', async () => {
    const { double, store } = await open({}, 100);
    const one = append();
    double.faults.appends(...Array.from({ length: 4 }, (): AppendFault => ({ kind: 'silence', written: true })));
    await expect(store.append(one)).rejects.toThrow(StoreUnavailable);
    expect(await store.append(one)).toMatchObject({ ok: true, revision: 1n });
    expect(await all(store)).toHaveLength(2);
  });

  it('goes to the leader when the one asked is not', async () => {
    const leader = await startDouble();
    const { double, store } = await open({ log: leader.log });
    double.faults.appends({ kind: 'not leader', port: leader.port });
    expect(await store.append(append())).toMatchObject({ ok: true, revision: 1n });
    expect(leader.calls.batched).toBe(1);
  });

  it('finds the new leader when the old one hangs, before the connection to it is given up', async () => {
    const cluster = await EventStoreDbDouble.startCluster(3);
    for (const node of cluster.nodes) closing(node);
    const store = closing(new EventStoreDbEventStore(cluster.url, { timeout: 2_000 }));
    expect(await store.append({ ...append(), stream: stream('before') })).toMatchObject({ ok: true });
    cluster.leader.faults.silent = true;
    const begun = Array.from({ length: 20 }, (_, n) => store.append({ ...append(), stream: stream(`during-${n}`) }));
    const election = setTimeout(() => (cluster.leader = cluster.nodes[1]!), 2_500); // after the first attempt has gone unanswered
    const settled = Promise.all(begun);
    expect((await settled).every(({ ok }) => ok)).toBe(true);
    clearTimeout(election);
    expect(await store.append({ ...append(), stream: stream('after') })).toMatchObject({ ok: true });
    expect(await all(store)).toHaveLength(44);
    expect(cluster.nodes[0]!.calls.batched).toBeLessThan(70); // no repeat goes to it once there is another leader
  });

  it('without an answer ends no other read as if it were complete', async () => {
    const { double, store } = await open({}, 1_000);
    const one = append('none', Array.from({ length: 40 }, () => event()));
    await store.append(one);
    // The read and the append go through one client. The append is given up first, which cancels the read.
    double.faults.appends({ kind: 'silence', written: false });
    const appending = store.append({ ...append(), stream: stream('b') });
    while (double.calls.batched < 2) await new Promise(setImmediate);
    double.faults.reads({ kind: 'silence' });
    const reading = collect(store.readStream(stream()));
    expect((await reading).map(({ id }) => id)).toEqual(one.events.map(({ id }) => id));
    expect(await appending).toMatchObject({ ok: true });
  });

  it('goes side by side with those to other streams, and after those before it to its own', async () => {
    const { double, store } = await open();
    const appends = [0, 1, 2].flatMap((turn) => Array.from({ length: 80 }, (_, n): Append => ({ stream: stream(`s${n}`), expected: turn === 0 ? 'none' : turn === 1 ? 0n : 'any', events: [event()] })));
    double.faults.gather(64); // answers none until 64 have arrived, the most that may be in flight
    expect((await store.appendMany(appends)).map((outcome) => outcome.ok && outcome.revision)).toEqual(appends.map((_, n) => BigInt(Math.floor(n / 80))));
    for (let n = 0; n < 80; n++) {
      const stored = (await collect(store.readStream(stream(`s${n}`)))).map(({ id }) => id);
      expect(stored).toEqual([0, 80, 160].map((turn) => appends[turn + n]!.events[0]!.id));
    }
  });

  it('that fails is not followed by the next one to its stream; the call repeated settles all', async () => {
    const { double, store } = await open({}, 100);
    const [first, second] = [append(), append(1n)];
    double.faults.appends(...Array.from({ length: 4 }, (): AppendFault => ({ kind: 'silence', written: false })));
    await expect(store.appendMany([first, second])).rejects.toThrow(StoreUnavailable);
    expect(await all(store)).toEqual([]);
    expect((await store.appendMany([first, second, { ...append(), stream: stream('b') }])).every(({ ok }) => ok)).toBe(true);
    expect(await all(store)).toHaveLength(6);
  });

  it('is not disturbed by the failure of another connection of the same process', async () => {
    const other = await open({}, 300);
    const { store, double } = await open();
    const waiting = Promise.all(Array.from({ length: 20 }, (_, n) => store.append({ ...append(), stream: stream(`s${n}`) })));
    other.double.faults.appends({ kind: 'silence', written: false });
    const failing = expect(other.store.append(append())).rejects.toThrow(StoreUnavailable);
    await other.double.close();
    await failing;
    expect((await waiting).every(({ ok }) => ok)).toBe(true);
    expect(double.calls).toMatchObject({ append: 0, batchAppend: 1, batched: 20 });
  });

  it('is refused before it is sent when it is too large, to the byte', async () => {
    const { double, store } = await open();
    const filled = (length: number) => [event({ x: 'x'.repeat(length) })];
    const size = (events: ReturnType<typeof filled>) => events.reduce((sum, { type, ...one }) => sum + JSON.stringify(one.data).length + JSON.stringify(one.metadata).length + 2 * type.length, 0);
    const spare = 1_048_576 - size(filled(0));
    await expect(store.append(append('none', filled(spare + 1)))).rejects.toThrow(RangeError);
    expect(double.calls.batched).toBe(0);
    expect(await store.append(append('none', filled(spare)))).toMatchObject({ ok: true });
  });

  it('to a stream that was deleted goes on with its numbers; what must exist does not', async () => {
    const { store, operator } = await open();
    const name = streamName(stream());
    await store.append(append('any'));
    await operator.deleteStream(name);
    expect(await collect(store.readStream(stream()))).toEqual([]);
    expect(await store.append(append('exists'))).toEqual({ ok: false, actual: undefined });
    expect(await store.append(append('none'))).toMatchObject({ ok: true, revision: 3n });
    expect((await collect(store.readStream(stream()))).map(({ revision }) => revision)).toEqual([2n, 3n]);
    expect(await store.append(append('any'))).toMatchObject({ ok: true, revision: 5n });
  });

  it('to a stream that was deleted for ever can never be stored, whatever it expects', async () => {
    const { store, operator } = await open();
    await store.append(append());
    await operator.tombstoneStream(streamName(stream()));
    for (const expected of ['none', 'any', 1n] as const) await expect(store.append(append(expected))).rejects.toThrow(RangeError);
    expect(await store.append(append('exists'))).toEqual({ ok: false, actual: undefined });
    expect(await collect(store.readStream(stream()))).toEqual([]);
  });

  it('to a stream whose events are all hidden finds its end', async () => {
    const { store, operator } = await open();
    await store.append(append());
    await operator.setStreamMetadata(streamName(stream()), { truncateBefore: 2 });
    expect(await store.append(append('any'))).toMatchObject({ ok: true, revision: 3n });
  });

  it('is known again after the server has forgotten it, in another process too', async () => {
    const { double, store } = await open({ cacheBytes: 1_000 });
    const one = append('any');
    const outcome = await store.append(one);
    for (let n = 0; n < 5; n++) await store.append(append('any'));
    expect(await closing(new EventStoreDbEventStore(double.url)).append(one)).toEqual(outcome);
  });
});

describe('A reader of EventStoreDB', () => {
  it.each([
    ['cut', { kind: 'cut', after: 4 }],
    ['cut at once', { kind: 'cut', after: 0 }],
    ['unavailable', { kind: 'unavailable' }],
    ['delivered twice', { kind: 'twice' }],
    ['silent', { kind: 'silence' }],
  ] as const)('gets every event once and in order from a subscription that is %s', async (_, fault) => {
    const { double, store } = await open({}, 300);
    await store.append(append('none', Array.from({ length: 10 }, (_, n) => event({ n }))));
    double.faults.subscriptions(fault);
    const history = await all(store);
    expect(history.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })));

    const following = follow(store, 40);
    double.faults.subscriptions(fault, fault);
    for (let n = 10; n < 40; n += 2) {
      await store.append(append('any', [event({ n }), event({ n: n + 1 })]));
      if (n % 10 === 0) double.faults.subscriptions(fault);
      if (n === 20) double.cut();
    }
    expect((await following).map(({ data }) => data)).toEqual(Array.from({ length: 40 }, (_, n) => ({ n })));
  });

  it('goes on when the server has been away, and says meanwhile that it is', async () => {
    const { double, store } = await open({}, 300);
    await store.append(append());
    const following = follow(store, 4);
    await double.pause();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    await expect(all(store)).rejects.toThrow(StoreUnavailable);
    await double.resume();
    await store.append(append(1n));
    expect(await following).toHaveLength(4);
  });

  it('sees none of what the server and others write, and is not held up by it', async () => {
    const { double, store, operator } = await open();
    const noise = (n: number) => operator.appendToStream(`annet-${n}`, Array.from({ length: 700 }, () => jsonEvent({ type: 'Tested', data: {} })));
    await noise(1);
    expect(await store.head()).toBe(0n);
    await store.append(append());
    await operator.tombstoneStream(streamName(stream()));
    await noise(2);
    await operator.setStreamMetadata(streamName(stream('b')), { maxCount: 5 });
    const [, last] = await all(store);
    expect(last!.type).toBe('Tested');
    expect(await store.head()).toBe(last!.position);
    const following = follow(store, 4);
    await noise(3);
    await store.append({ ...append(), stream: stream('b') });
    expect((await following).map(({ stream: { id } }) => id)).toEqual(['a', 'a', 'b', 'b']);
    expect(double.log.all.length).toBeGreaterThan(2_000);
  });

  it('does not look through again what earlier processes found nothing in', async () => {
    const { double, store, operator } = await open();
    await store.append(append());
    for (let n = 0; n < 5; n++) await operator.appendToStream(`annet-${n}`, Array.from({ length: 1_000 }, () => jsonEvent({ type: 'X', data: {} })));
    const head = await store.head();
    const saved = () => double.log.all.find(({ type }) => type === 'LogChecked');
    while (!saved()) await new Promise(setImmediate);
    const later = closing(new EventStoreDbEventStore(double.url));
    const before = double.calls.read;
    expect(await later.head()).toBe(head);
    expect(double.calls.read - before).toBeLessThan(5); // the checkpoint, the event that it names, and the newest events
  });

  it('sees every event once and in order while two processes write to one stream, also from 23.10', async () => {
    const { double, store } = await open({ version: '23.10' });
    const other = closing(new EventStoreDbEventStore(double.url));
    const following = Promise.all([follow(store, 60), follow(other, 60)]);
    const sent = Array.from({ length: 60 }, () => event());
    const outcomes = await Promise.all(sent.map((one, n) => (n % 2 === 0 ? store : other).append(append('any', [one]))));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    for (const seen of await following) {
      expect(seen.map(({ revision }) => Number(revision))).toEqual(sent.map((_, n) => n));
      expect(seen.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
    }
  });

  it('is told which event in a stream of ours somebody else has put there', async () => {
    const { store, operator } = await open();
    const foreign = jsonEvent({ type: 'Tested', data: {} });
    await operator.appendToStream(streamName(stream()), foreign);
    await expect(all(store)).rejects.toThrow(foreign.id);
  });
});

describe('A closed store', () => {
  it('waits for no answer that was given up and came after all', async () => {
    const { double, store } = await open();
    await store.append(append('none', Array.from({ length: 40 }, () => event())));
    const hurried = new EventStoreDbEventStore(double.url, { timeout: 20 });
    const busy = setInterval(() => {
      for (const end = performance.now() + 25; performance.now() < end; );
    }, 10);
    // The answer may still arrive in time on a fast machine, so the outcome is ignored.
    await collect(hurried.readStream(stream())).catch(() => undefined);
    clearInterval(busy);
    await hurried.close();
  });
});

describe('A connection string', () => {
  it.each([
    'esdb://bruker:hemmelig@host:2113?tlsVerifyCert=false',
    'esdb://bruker:hemmelig@host:2113?throwOnAppendFailure=false',
    'esdb://bruker:hemmelig@host:port',
    'esdb://bruker:hemmelig@host:2113?tlsCAFile=/finnes/ikke',
    'https://bruker:hemmelig@host',
  ])('that cannot be used is refused without being shown: %s', (url) => {
    let told: unknown;
    try {
      new EventStoreDbEventStore(url);
    } catch (error) {
      told = error;
    }
    expect(told).toBeInstanceOf(Error);
    expect(JSON.stringify(told, Object.getOwnPropertyNames(told))).not.toMatch(/hemmelig|bruker/);
  });
});
