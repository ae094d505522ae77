import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnyExecute } from '../../src/application/commands/execute.js';
import type { Policy } from '../../src/application/policies/policy.js';
import { ViewRebuilding } from '../../src/application/ports/documents.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { SearchUnavailable } from '../../src/application/ports/search-index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { kommunaleTjenester } from '../../src/application/views/kommunal-tjeneste.js';
import { exposure } from '../../src/application/commands/exposure.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstoredb/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { StoresHealth } from '../../src/infrastructure/operations/health.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { checkpointViewOf } from '../../src/infrastructure/search-generations.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { kommune, kulturskole } from '../domain/examples.js';
import { closing, embeddedDatabase } from '../support/databases.js';
import { startDouble } from '../support/eventstoredb/stores.js';
import { firstGeneration } from '../support/generations.js';
import { idOf, logOf, nesseby, thing, until } from '../support/views.js';

// What stands beside the log meets another log: a copy that an operator has put back, or one of another service.

const said: string[] = [];
const hear = (message: string) => said.push(message);
Logger.overrideLogger({ log: () => undefined, warn: hear, error: hear });
beforeEach(() => said.splice(0));

const created = (name: string) => thing('kommunalTjeneste', idOf(name))({ type: 'KommunalTjenesteCreated', data: kulturskole });
const ids = new Map<string, string>();
/** A log of tjenester. The same name is the same event in every log. */
async function logWith(...names: readonly string[]): Promise<MemoryEventStore> {
  const store = new MemoryEventStore();
  for (const name of names) {
    const [event] = logOf([created(name)]);
    const id = ids.get(name) ?? randomUUID();
    ids.set(name, id);
    await store.append({ stream: event!.stream, expected: 'none', events: [{ ...event!, id }] });
  }
  return store;
}

const workers: { onApplicationShutdown(): Promise<void> }[] = [];
const stop = async () => {
  for (const worker of workers.splice(0)) await worker.onApplicationShutdown();
};
afterEach(stop);

const today = ['a', 'b', 'c', 'd'];
/** Logs that stand beside what was made from today's. */
const others: readonly (readonly [string, readonly string[]])[] = [
  ['yesterday\'s copy', ['a', 'b']],
  ['yesterday\'s copy, which has gone on further', ['a', 'b', 'e', 'f', 'g']],
  ['an empty log', []],
  ['the log of another service', ['p', 'q', 'r', 's', 't']],
];
const streams = (names: readonly string[]) => names.map((name) => idOf(name)).sort();

describe.each(others)('Beside %s', (_, names) => {
  it('a view shows what the log has, and nothing else, and tells why while it is built', async () => {
    const views = new MemoryViewStore();
    const start = async (store: MemoryEventStore) => {
      const pump = new Pump(store, views, [kommunaleTjenester], { pageSize: 2, retryMs: 1 });
      workers.push(pump);
      await pump.onApplicationBootstrap();
    };
    await start(await logWith(...today));
    await until('the view is built', async () => (await views.position(kommunaleTjenester)) === 4n);
    await stop();

    const store = await logWith(...names);
    const holder = (await views.acquireLease())!; // another process, so this one only compares
    await start(store);
    expect(() => views.all(kommunaleTjenester)).toThrow(ViewRebuilding);
    const health = new StoresHealth(store, views, await servedIndex(), new SystemClock());
    expect(await health.report()).toMatchObject({ status: 'svekket', visninger: [{ navn: 'kommunalTjeneste', iBruk: false, bygges: { grunn: expect.stringContaining('posisjon 4') as string } }] });
    expect(said.join()).toContain('kommunalTjeneste versjon');
    await holder.release();
    await until('it serves', async () => (await shown(views).catch(() => [])).length === names.length && (await views.checkpoints()).every(({ serving }) => serving));
    expect((await views.all(kommunaleTjenester)).map(({ data }) => data.id).sort()).toEqual(streams(names));
    expect(await health.report()).toMatchObject({ status: 'oppe' });
  });

  it('the search finds what the log has, and nothing else', async () => {
    const [views, index, keys] = [new MemoryViewStore(), new MemorySearchIndex(), new MemorySubjectKeys()];
    const start = async (store: MemoryEventStore) => {
      const feed = new SearchFeed(store, views, keys, index, { pageSize: 2, pagesAhead: 2, retryMs: 1, longestMs: 5, lookMs: 5 });
      workers.push(feed);
      await feed.onApplicationBootstrap();
    };
    const found = async () => (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 50 })).total;
    await start(await logWith(...today));
    await until('all are found', () => found().then((total) => total === 4, () => false));
    await stop();
    const holder = (await views.acquireLease(innsynssok.name))!;
    await start(await logWith(...names));
    await expect(found()).rejects.toThrow(SearchUnavailable);
    await holder.release();
    await until('it serves', () => found().then((total) => total === names.length, () => false));
  });

  it('the search finds what another process has built anew meanwhile', async () => {
    const [views, index, keys] = [new MemoryViewStore(), new MemorySearchIndex(), new MemorySubjectKeys()];
    const start = async (store: MemoryEventStore, kept: MemoryViewStore, searched: MemorySearchIndex) => {
      const feed = new SearchFeed(store, kept, keys, searched, { pageSize: 2, pagesAhead: 2, retryMs: 1, longestMs: 5, lookMs: 5 });
      workers.push(feed);
      await feed.onApplicationBootstrap();
    };
    const found = async () => (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 50 })).total;
    const all = (count: number) => until('all are found', () => found().then((total) => total === count, () => false));
    await start(await logWith(...today), views, index);
    await all(4);
    await stop();
    const store = await logWith(...names);
    // Before the first that this process does about what it has found, the other does all of it.
    let other: Promise<void> | undefined;
    const first = () =>
      (other ??= (async () => {
        await start(store, views, index);
        await all(names.length);
      })());
    const [slowViews, slowIndex] = [Object.create(views) as MemoryViewStore, Object.create(index) as MemorySearchIndex];
    slowViews.discard = async (...given) => {
      await first();
      return views.discard(...given);
    };
    slowIndex.clear = async (generation) => {
      await first();
      await index.clear(generation);
    };
    await start(store, slowViews, slowIndex);
    expect(await found()).toBe(names.length);
  });

  it('a policy sends what this log asks for, with the ids that it had', async () => {
    const views = new MemoryViewStore();
    const sent: string[] = [];
    const policy: Policy = { name: 'tell', types: ['KommunalTjenesteCreated'], react: ({ id }) => Promise.resolve([{ id } as unknown as AnyExecute]) };
    const start = async (store: MemoryEventStore) => {
      const pump = new Pump(store, views, [kommunaleTjenester], { pageSize: 2, retryMs: 1 }, { policies: [policy], send: (command) => Promise.resolve(sent.push((command as unknown as { id: string }).id)) });
      workers.push(pump);
      await pump.onApplicationBootstrap();
    };
    await start(await logWith(...today));
    await until('all are told', () => sent.length === 4);
    await stop();
    sent.splice(0);
    await start(await logWith(...names));
    await until('the policy has caught up', async () => (await views.checkpoints()).every(({ serving, position }) => serving && position === BigInt(names.length)));
    expect(sent).toEqual(names.map((name) => ids.get(name)));
  });
});

const shown = async (views: MemoryViewStore) => views.all(kommunaleTjenester);

async function servedIndex(): Promise<MemorySearchIndex> {
  const index = new MemorySearchIndex();
  await index.prepare({ version: 1, round: 0 });
  await index.serve({ version: 1, round: 0 });
  return index;
}

describe('An index that is older than the database', () => {
  it('is not searched until it has what it lacks', async () => {
    const store = await logWith(...today);
    const [views, keys, older, newer] = [new MemoryViewStore(), new MemorySubjectKeys(), new MemorySearchIndex(), new MemorySearchIndex()];
    const start = async (log: MemoryEventStore, index: MemorySearchIndex, kept: MemoryViewStore) => {
      const feed = new SearchFeed(log, kept, keys, index, { pageSize: 2, pagesAhead: 2, retryMs: 1, longestMs: 5, lookMs: 5 });
      workers.push(feed);
      await feed.onApplicationBootstrap();
    };
    const found = async (index: MemorySearchIndex) => (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 50 })).total;
    await start(await logWith('a', 'b'), older, new MemoryViewStore());
    await start(store, newer, views);
    await until('both are built', async () => (await found(older).catch(() => 0)) === 2 && (await found(newer).catch(() => 0)) === 4);
    await stop();
    const holder = (await views.acquireLease(innsynssok.name))!;
    await start(store, older, views);
    await expect(found(older)).rejects.toThrow(SearchUnavailable);
    expect(said.join()).toContain('søkeindeksen er eldre enn databasen');
    await holder.release();
    await until('it serves', () => found(older).then((total) => total === 4, () => false));
  });
});

describe('An index under a running service', () => {
  const found = async (index: MemorySearchIndex) => (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 50 })).total;
  const all = (index: MemorySearchIndex) => until('all are found', () => found(index).then((total) => total === 4, () => false));
  async function started(store: MemoryEventStore, views: MemoryViewStore, index: MemorySearchIndex): Promise<void> {
    const feed = new SearchFeed(store, views, new MemorySubjectKeys(), index, { pageSize: 2, pagesAhead: 2, retryMs: 1, longestMs: 5, lookMs: 5 });
    workers.push(feed);
    await feed.onApplicationBootstrap();
  }
  async function filled(names: readonly string[]) {
    const [store, views, index] = [await logWith(...names), new MemoryViewStore(), new MemorySearchIndex()];
    await started(store, views, index);
    await until('it is built', () => found(index).then((total) => total === names.length, () => false));
    return { index, views, store };
  }
  /** The index after it was emptied and a page with these was written. */
  async function onePageOf(names: readonly string[]) {
    const { index } = await filled(names);
    await index.mark(firstGeneration, undefined);
    return index;
  }

  it.each([
    ['put back to an older copy', () => filled(['a', 'b']).then(({ index }) => index), 'søkeindeksen er eldre enn databasen'],
    ['replaced by an empty one', () => Promise.resolve(new MemorySearchIndex()), 'søkeindeksen har ikke lenger det som var tatt inn'],
    ['emptied while a page was on its way to it', () => onePageOf(['d']), 'søkeindeksen har ikke lenger det som var tatt inn'],
  ])('is filled again when it is %s, and health tells why', async (_, other, reason) => {
    const copy = await other();
    await stop();
    const { index, views } = await filled(today);
    const discard = jest.spyOn(views, 'discard');
    Object.assign(index, copy);
    await until('it is known', () => said.join().includes('Søkeindeksen er en annen enn den som det ble skrevet til'));
    await all(index);
    expect(discard.mock.calls.map(([, rebuild]) => rebuild.reason)).toEqual([expect.stringContaining(reason)]);
  });

  it('is not built anew when a program has built it that kept neither ids nor places', async () => {
    const { index, views, store } = await filled(today);
    await stop();
    const lease = (await views.acquireLease(innsynssok.name))!;
    await lease.commit([{ view: checkpointViewOf(firstGeneration), from: 4n, to: 4n, set: [], remove: [] }]);
    await lease.release();
    await index.mark(firstGeneration, undefined);
    const write = jest.spyOn(index, 'write');
    await started(store, views, index);
    await until('its place is known', async () => (await index.place(firstGeneration))?.position === 4n);
    // The checkpoint moves over an event that makes no document, and gets an id.
    const [event] = logOf([thing('organisasjon', nesseby)({ type: 'OrganisasjonRegistered', data: kommune })]);
    await store.append({ stream: event!.stream, expected: 'none', events: [event!] });
    await until('it has followed the log', async () => (await views.checkpoints()).every(({ position, eventId }) => position === 5n && eventId === event!.id));
    await stop();
    await started(store, views, index);
    await nextTurn();
    expect([await found(index), said]).toEqual([4, []]);
    expect(write).not.toHaveBeenCalled();
  });
});

describe('PostgreSQL under a running service', () => {
  it('is known to have another log, also when that has gone on, and by a process that only answers', async () => {
    const database = await embeddedDatabase();
    const [store, other] = [new PostgresEventStore(database), new PostgresEventStore(database)];
    const append = async (name: string) => {
      const [event] = logOf([created(name)]);
      await other.append({ stream: event!.stream, expected: 'none', events: [{ ...event!, id: randomUUID() }] });
    };
    for (const name of ['a', 'b', 'c']) await append(name);
    const views = new MemoryViewStore();
    expect(await views.acquireLease()).toBeDefined();
    const pump = new Pump(store, views, [kommunaleTjenester], { pageSize: 2, retryMs: 1 });
    workers.push(pump);
    await pump.onApplicationBootstrap();
    const asked = jest.spyOn(store, 'head');
    await until('it has seen the end', () => asked.mock.calls.length > 1);
    expect(store.replaced.aborted).toBe(false);
    await database.transaction(async (tx) => {
      await tx.query({ name: '', text: 'delete from event where position > 1' });
      await tx.query({ name: '', text: `insert into event (position, stream, revision, id, type, data, metadata) select n, 'x-' || n, 0, gen_random_uuid(), 'X', '{}', '{}' from generate_series(2, 5) n` });
    });
    if (!store.replaced.aborted) await once(store.replaced, 'abort');
  });
});

describe('EventStoreDB under a running service', () => {
  const append = (to: EventStoreDbEventStore, name: string) => {
    const [event] = logOf([created(name)]);
    return to.append({ stream: event!.stream, expected: 'none', events: [{ ...event!, id: randomUUID() }] });
  };

  it.each([['is put back to an older copy', 0], ['is put back, and goes on', 3]])('is known as another log when it %s', async (_, more) => {
    const double = await startDouble();
    const store = closing(new EventStoreDbEventStore(double.url, { timeout: 1_000 }));
    await append(store, 'a');
    const before = [...double.log.all];
    const following = new AbortController();
    // As a worker does, which begins again when the server is away.
    const follow = async () => {
      while (!following.signal.aborted)
        try {
          for await (const _ of store.subscribe({ signal: following.signal })) continue;
        } catch {
          await nextTurn();
        }
    };
    const waiting = follow();
    await append(store, 'b');
    await append(store, 'c');
    expect(store.replaced.aborted).toBe(false);
    double.cut();
    await append(store, 'd');
    expect(store.replaced.aborted).toBe(false);

    await double.pause();
    double.log.putBack(before);
    await double.resume();
    const other = closing(new EventStoreDbEventStore(double.url, { timeout: 1_000 }));
    for (let n = 0; n < more; n++) await append(other, `ny ${n}`);
    if (!store.replaced.aborted) await once(store.replaced, 'abort');
    following.abort();
    await waiting;
  });

  async function shortened() {
    const double = await startDouble();
    const store = closing(new EventStoreDbEventStore(double.url, { timeout: 1_000 }));
    await append(store, 'a');
    const before = [...double.log.all];
    await append(store, 'b');
    return { double, store, before };
  }

  it('is known as another log, and read no further, when an append that waited is the first in it', async () => {
    const { double, store, before } = await shortened();
    const read: string[] = [];
    const reading = (async () => {
      for await (const page of store.subscribe({ signal: store.replaced })) read.push(...page.map(({ stream }) => stream.id));
    })().catch(() => undefined);
    await until('it is followed', () => read.length === 2);
    await double.pause();
    const waiting = ['c', 'd', 'e'].map((name) => append(store, name));
    double.log.putBack(before);
    await double.resume();
    // Equal records, so that one begins where the last of the old log did. Whoever sees it first ends the connection of the others.
    await Promise.allSettled(waiting);
    if (!store.replaced.aborted) await once(store.replaced, 'abort');
    await reading;
    expect(read).toEqual([idOf('a'), idOf('b')]);
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
  });

  it('is known as another log when its end lies further away, by the first who asks', async () => {
    const { double, store, before } = await shortened();
    await double.pause();
    double.log.putBack(before);
    await double.resume();
    const other = closing(new EventStoreDbEventStore(double.url, { timeout: 1_000 }));
    for (const name of ['c', 'd', 'e']) await append(other, name);
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    expect(store.replaced.aborted).toBe(true);
  });
});
