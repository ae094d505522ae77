import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { streamName, type Append, type AppendOutcome, type EventStore, type RecordedEvent } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { closing, onEngines, onServer, serverDatabaseUrl } from '../support/databases.js';
import { eventStoreDb, eventStoreUrl, onDouble, startDouble } from '../support/eventstoredb/stores.js';
import { collect, events, manyWriters, rules, stream } from './event-store.contract.js';

const patience = 20_000;

const onDatabase = (open: () => Promise<Database>) => {
  let database: Promise<Database> | undefined;
  return async () => {
    const opened = await (database ??= open());
    await opened.query({ name: 'empty', text: 'truncate event' });
    return new PostgresEventStore(opened, { pollInterval: 20 });
  };
};

/** An adapter under test, and the properties that differ between adapters. */
interface Adapter {
  readonly fresh: () => EventStore | Promise<EventStore>;
  /** Whether positions have gaps. Without gaps positions count events, so consecutive positions prove that none is missing. */
  readonly gaps: boolean;
}
const adapters: Record<string, Adapter> = {
  memory: { fresh: () => new MemoryEventStore(), gaps: false },
  ...onEngines((open) => ({ fresh: onDatabase(open), gaps: false })),
  'EventStoreDB, double': { fresh: onDouble(), gaps: true },
  ...(eventStoreUrl && { 'EventStoreDB, server': { fresh: () => eventStoreDb(eventStoreUrl!), gaps: true } }),
};

describe.each(Object.entries(adapters))('%s', (_, { fresh, gaps }) => {
  // A double answers over the network, so only the slow suite checks its rules with thousands of events.
  const asked = gaps && !onServer ? rules.filter(({ heavy }) => !heavy) : rules;
  it.each(asked.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh(), patience);
  });

  it(`positions have ${gaps ? 'gaps: they are addresses, not numbers' : 'no gaps'}`, async () => {
    const store = await fresh();
    await Promise.all(Array.from({ length: 16 }, (_, n) => store.append({ stream: stream(`s${n}`), expected: 'none', events: events(3) })));
    const positions: bigint[] = [];
    for await (const page of store.readAll()) positions.push(...page.map(({ position }) => position));
    const counted = positions.map((_, n) => BigInt(n + 1));
    if (gaps) expect(positions.every((position, n) => position > counted[n]!)).toBe(true);
    else expect(positions).toEqual(counted);
  });
});

it('EventStoreDB reads events that lie close in one call, and finds those that lie far apart', async () => {
  const double = await startDouble();
  const store = eventStoreDb(double.url);
  const all: RecordedEvent[] = [];
  for (let n = 0; n < 10; n++) await store.append({ stream: stream(`s${n}`), expected: 'none', events: events(30) });
  for await (const page of store.readAll()) all.push(...page);
  const asked = [...all.slice(0, 64), ...all.filter((_, n) => n >= 64 && n % 29 === 0)];
  const before = double.calls.read;
  expect(await store.readAt(asked.map(({ position }) => position))).toEqual(asked);
  expect(double.calls.read - before).toBeLessThanOrEqual(4 + 9);
});

if (onServer)
  describe('several processes on one server', () => {
    it('each with its own writers and readers: every reader sees every event once and in order', async () => {
      const url = await serverDatabaseUrl();
      const databases = Array.from({ length: 16 }, () => closing(new ServerDatabase(url, { connections: 2 })));
      await Promise.all(databases.map(migrate)); // as processes that start simultaneously
      const stores = databases.map((database) => new PostgresEventStore(database, { pollInterval: 5 }));
      await manyWriters(stores, stores.slice(0, 4), patience);
    });
  });

// --- saboteurs: stores that are wrong in one way each -----------------------------------------------------------------

type Read = NonNullable<Parameters<EventStore['readAll']>[0]>;
type ReadStream = Parameters<EventStore['readStream']>;

const saboteur = (name: string, methods: (store: MemoryEventStore) => Partial<EventStore>) => ({
  name,
  make: (): EventStore => {
    const honest = new MemoryEventStore();
    const patched = new MemoryEventStore();
    // Methods without a patch go to the honest store. In methods of the base class, `this` is the saboteur.
    for (const method of ['appendMany', 'readStream', 'readAll', 'readAt', 'head', 'waitForEvents'] as const) {
      patched[method] = honest[method].bind(honest) as never;
    }
    return Object.assign(patched, methods(honest));
  },
});
const changeAppends = (change: (append: Append) => Append) => (store: MemoryEventStore) => ({
  appendMany: (appends: readonly Append[]) => store.appendMany(appends.map(change)),
});
const changeOutcomes = (change: (outcome: AppendOutcome) => unknown) => (store: MemoryEventStore) => ({
  appendMany: async (appends: readonly Append[]) => (await store.appendMany(appends)).map(change) as AppendOutcome[],
});
const changeEvents = (change: (event: RecordedEvent) => unknown) => (store: MemoryEventStore) => ({
  readAll: async function* (options?: Read) {
    for await (const page of store.readAll(options)) yield page.map(change) as RecordedEvent[];
  },
});
const changePages =
  (change: (page: readonly RecordedEvent[], number: number) => readonly RecordedEvent[]) => (store: MemoryEventStore) => {
    let number = 0;
    return {
      readAll: async function* (options?: Read) {
        for await (const page of store.readAll(options)) {
          const changed = change(page, number++);
          if (changed.length > 0) yield changed;
        }
      },
    };
  };
const changeRead = (change: (options: Read) => Read) => (store: MemoryEventStore) => ({
  readAll: (options: Read = {}) => store.readAll(change(options)),
});
const changeReadStream = (change: (options: NonNullable<ReadStream[1]>) => NonNullable<ReadStream[1]>) => (store: MemoryEventStore) => ({
  readStream: (stream: ReadStream[0], options: ReadStream[1] = {}) => store.readStream(stream, change(options)),
});
/** Remembers the event ids of earlier appends. */
const withMemory =
  (repeat: (store: MemoryEventStore, append: Append) => Promise<AppendOutcome>, seenBy: (ids: readonly string[], seen: Set<string>) => boolean) =>
  (store: MemoryEventStore) => {
    const seen = new Set<string>();
    return {
      appendMany: async (appends: readonly Append[]) => {
        const outcomes: AppendOutcome[] = [];
        for (const append of appends) {
          const ids = append.events.map(({ id }) => `${append.stream.id} ${id}`);
          outcomes.push(ids.length > 0 && seenBy(ids, seen) ? await repeat(store, append) : await store.append(append));
          for (const id of ids) seen.add(id);
        }
        return outcomes;
      },
    };
  };
const all = (ids: readonly string[], seen: Set<string>) => ids.every((id) => seen.has(id));
const first = (ids: readonly string[], seen: Set<string>) => seen.has(ids[0]!);
const without = <T extends object>(options: T, left: keyof T) =>
  Object.fromEntries(Object.entries(options).filter(([key]) => key !== left)) as T;
const last = async (store: EventStore, stream: ReadStream[0]) =>
  (await collect(store.readStream(stream, { direction: 'backwards', limit: 1 })))[0];

const saboteurs = [
  saboteur('does nothing', () => ({
    appendMany: (appends) => Promise.resolve(appends.map(() => ({ ok: true, revision: 0n, position: 1n }))),
  })),
  saboteur('ignores the expected revision', changeAppends((append) => ({ ...append, expected: 'any' }))),
  saboteur('takes exists for any', changeAppends((append) => (append.expected === 'exists' ? { ...append, expected: 'any' } : append))),
  saboteur('takes none for any', changeAppends((append) => (append.expected === 'none' ? { ...append, expected: 'any' } : append))),
  saboteur('stores what it says it refused', (store) => ({
    appendMany: (appends) =>
      Promise.all(
        appends.map(async (append) => {
          const outcome = await store.append(append);
          if (!outcome.ok) await store.append({ ...append, expected: 'any' });
          return outcome;
        }),
      ),
  })),
  saboteur(
    'forgets idempotency: stores a repeat again',
    withMemory(
      (store, { stream, events }) =>
        store.append({ stream, expected: 'any', events: events.map((event) => ({ ...event, id: randomUUID() })) }),
      all,
    ),
  ),
  saboteur('refuses a repeat', withMemory(() => Promise.resolve({ ok: false, actual: 0n }), all)),
  saboteur(
    'answers a repeat with how things are now',
    withMemory(async (store, append) => {
      const outcome = await store.append(append);
      const { revision, position } = (await last(store, append.stream))!;
      return outcome.ok ? { ok: true, revision, position } : outcome;
    }, all),
  ),
  saboteur(
    'knows a repeat by its first event only',
    withMemory(async (store, append) => {
      const outcome = await store.append(append);
      return outcome.ok ? outcome : store.append({ ...append, events: append.events.slice(0, 1) });
    }, first),
  ),
  saboteur('takes an id in another stream for a repeat', (store) => {
    const seen = new Map<string, AppendOutcome>();
    return {
      appendMany: async (appends) =>
        Promise.all(
          appends.map(async (append) => {
            const key = append.events.map(({ id }) => id).join();
            const outcome = seen.get(key) ?? (await store.append(append));
            seen.set(key, outcome);
            return outcome;
          }),
        ),
    };
  }),
  saboteur('drops the last event of an append', (store) => ({
    appendMany: (appends) => store.appendMany(appends.map((one) => ({ ...one, events: one.events.length > 1 ? one.events.slice(0, -1) : one.events }))),
  })),
  saboteur('drops every other append of a call', (store) => ({
    appendMany: async (appends) => {
      const [outcome] = await store.appendMany(appends.filter((_, n) => n % 2 === 0));
      return appends.map(() => outcome!);
    },
  })),
  saboteur('stores the events of an append in reverse', changeAppends((append) => ({ ...append, events: append.events.toReversed() }))),
  saboteur('answers many appends in another order', (store) => ({
    appendMany: async (appends) => (await store.appendMany(appends)).toReversed(),
  })),
  saboteur('stops at the first append that is refused', (store) => ({
    appendMany: async (appends) => {
      const outcomes: AppendOutcome[] = [];
      let stopped = false;
      for (const append of appends) {
        const outcome: AppendOutcome = stopped ? { ok: false, actual: undefined } : await store.append(append);
        stopped ||= !outcome.ok;
        outcomes.push(outcome);
      }
      return outcomes;
    },
  })),
  saboteur('does not see an earlier append to the stream in the same call', (store) => ({
    appendMany: async (appends) => {
      const touched = new Set<string>();
      const outcomes: AppendOutcome[] = [];
      for (const append of appends) {
        const blind = touched.has(append.stream.id);
        const outcome: AppendOutcome = blind ? { ok: false, actual: undefined } : await store.append(append);
        touched.add(append.stream.id);
        outcomes.push(outcome);
      }
      return outcomes;
    },
  })),
  saboteur('looks at the revision first and writes later', (store) => ({
    appendMany: async (appends) => {
      const outcomes: AppendOutcome[] = [];
      for (const append of appends) {
        const { stream, expected } = append;
        const current = await last(store, stream);
        await nextTurn();
        const fits = expected === 'none' ? !current : typeof expected === 'bigint' && current?.revision === expected;
        outcomes.push(await store.append(fits ? { ...append, expected: 'any' } : append));
      }
      return outcomes;
    },
  })),
  saboteur('accepts an append without events', (store) => ({
    appendMany: async (appends) => (appends.some(({ events }) => events.length === 0) ? [] : store.appendMany(appends)),
  })),
  saboteur('lets a bad append spoil the others', (store) => {
    let spoilt = false;
    return {
      appendMany: async (appends) => {
        spoilt ||= appends.some(({ events }) => events.some(({ id }) => id.length !== 36));
        if (spoilt) throw new RangeError('spoilt');
        return store.appendMany(appends);
      },
    };
  }),
  saboteur('counts revisions from 1', changeOutcomes((outcome) => (outcome.ok ? { ...outcome, revision: outcome.revision + 1n } : outcome))),
  saboteur('answers with the position of the first event', (store) => ({
    appendMany: async (appends) =>
      (await store.appendMany(appends)).map((outcome, n) =>
        outcome.ok ? { ...outcome, position: outcome.position - BigInt(appends[n]!.events.length - 1) } : outcome,
      ),
  })),
  saboteur('does not tell the actual revision', changeOutcomes((outcome) => (outcome.ok ? outcome : { ok: false, actual: undefined }))),
  saboteur('tells -1 for no events', changeOutcomes((outcome) => (outcome.ok ? outcome : { ok: false, actual: outcome.actual ?? -1n }))),
  saboteur('gives positions as numbers', changeEvents((event) => ({ ...event, position: Number(event.position) }))),
  saboteur('gives the wrong positions', changeEvents((event) => ({ ...event, position: event.position + 1n }))),
  saboteur('gives the wrong revisions', changeEvents((event) => ({ ...event, revision: event.position }))),
  saboteur('loses the metadata', changeEvents((event) => ({ ...event, metadata: { ...event.metadata, onBehalfOf: undefined } }))),
  saboteur('loses what a text cannot hold', changeAppends((append) => ({
    ...append,
    events: append.events.map((event) => ({
      ...event,
      data: JSON.parse(JSON.stringify(event.data).replaceAll('\\u0000', '')) as object,
    })),
  }))),
  saboteur('hands out the log itself', (store) => {
    const kept = new Map<string, RecordedEvent>();
    const same = (event: RecordedEvent) => kept.get(event.id) ?? (kept.set(event.id, event), event);
    return {
      ...changeEvents(same)(store),
      readStream: async function* (...options: ReadStream) {
        for await (const event of store.readStream(...options)) yield same(event);
      },
    };
  }),
  saboteur('keeps the caller’s objects', (store) => {
    const kept = new Map<string, object>();
    return {
      appendMany: (appends) => {
        for (const { events } of appends) for (const { id, data } of events) kept.set(id, data);
        return store.appendMany(appends);
      },
      readStream: async function* (...options: ReadStream) {
        for await (const event of store.readStream(...options)) yield { ...event, data: kept.get(event.id) ?? event.data };
      },
    };
  }),
  saboteur('reads the events after the positions', (store) => ({ readAt: (positions) => store.readAt(positions.slice(1)) })),
  saboteur('reads the log backwards', changePages((page) => page.toReversed())),
  saboteur('skips a page', changePages((page, number) => (number % 5 === 4 ? [] : page))),
  saboteur('skips the last event of a page', changePages((page) => (page.length > 1 ? page.slice(0, -1) : page))),
  saboteur('gives an event twice', changePages((page) => [...page, page[0]!])),
  saboteur('gives empty pages', (store) => ({
    readAll: async function* (options?: Read) {
      yield [];
      yield* store.readAll(options);
    },
  })),
  saboteur('ignores the page size', changeRead((options) => without(options, 'pageSize'))),
  saboteur('ignores where to read from', changeRead((options) => without(options, 'after'))),
  saboteur('reads from the position itself, not after it', changeRead((options) => (options.after ? { ...options, after: options.after - 1n } : options))),
  saboteur('ignores the filter', changeRead((options) => without(options, 'filter'))),
  saboteur('ignores the types of a filter', changeRead(({ filter, ...rest }) => ({ ...rest, filter: { aggregates: filter?.aggregates ?? [] } }))),
  saboteur('ignores the aggregates of a filter', changeRead(({ filter, ...rest }) => ({ ...rest, filter: { types: filter?.types ?? [] } }))),
  saboteur('looks for filtered events no further than a page', (store) => ({
    readAll: async function* (options: Read = {}) {
      for await (const page of store.readAll(without(options, 'filter'))) {
        const { types, aggregates } = options.filter ?? {};
        const kept = page.filter(
          ({ type, stream }) =>
            (!types?.length || types.includes(type)) && (!aggregates?.length || aggregates.includes(stream.aggregate)),
        );
        if (kept.length === 0) return;
        yield kept;
      }
    },
  })),
  saboteur('reads backwards as forwards', changeReadStream((options) => without(options, 'direction'))),
  saboteur('ignores the limit', changeReadStream((options) => without(options, 'limit'))),
  saboteur('ignores the revision to read from', changeReadStream((options) => without(options, 'from'))),
  saboteur('reads no more than a page of a stream', changeReadStream((options) => ({ ...options, limit: Math.min(options.limit ?? 500, 500) }))),
  saboteur('mixes streams with like names', (store) => ({
    readStream: async function* (stream) {
      for await (const page of store.readAll()) for (const event of page) if (event.stream.id.startsWith(stream.id)) yield event;
    },
  })),
  saboteur('appends in its own order', (store) => ({
    appendInOrder: async (appends) => (await store.appendMany(appends.toReversed())).toReversed(),
  })),
  saboteur('says that it has appended', () => ({
    appendInOrder: (appends) => Promise.resolve(appends.map((_, n) => ({ ok: true, revision: 0n, position: BigInt(n) }))),
  })),
  saboteur('reads the first of many streams only', (store) => ({ readStreams: (streams) => store.readStreams(streams.slice(0, 1)) })),
  saboteur('answers for streams that have no events', (store) => ({
    readStreams: async (streams) => new Map([...streams.map((one) => [streamName(one), []] as const), ...(await store.readStreams(streams))]),
  })),
  saboteur('reads the last event of each of many streams', (store) => ({
    readStreams: async (streams) => new Map([...(await store.readStreams(streams))].map(([name, all]) => [name, all.slice(-1)])),
  })),
  saboteur('reads many streams backwards', (store) => ({
    readStreams: async (streams) => new Map([...(await store.readStreams(streams))].map(([name, all]) => [name, all.toReversed()])),
  })),
  saboteur('reads many streams from their beginning', (store) => ({
    readStreams: (streams) => store.readStreams(streams.map(({ aggregate, tenant, id }) => ({ aggregate, tenant, id }))),
  })),
  saboteur('has a head that lags', (store) => ({ head: async () => (await store.head()) - 1n })),
  saboteur('never wakes who waits', () => ({
    waitForEvents: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => { resolve(); });
      }),
  })),
  saboteur('wakes who waits too early', () => ({ waitForEvents: async () => { await nextTurn(); } })),
  saboteur('does not hear the abort', (store) => ({ waitForEvents: (after) => store.waitForEvents(after, new AbortController().signal) })),
  saboteur('subscribes to the past only', (store) => ({ subscribe: (options) => store.readAll(options) })),
  saboteur('subscribes to the future only', (store) => ({
    subscribe: async function* ({ signal, ...options }) {
      let after = await store.head();
      while (!signal.aborted) {
        await store.waitForEvents(after, signal);
        for await (const page of store.readAll({ ...options, after })) {
          yield page;
          after = page.at(-1)!.position;
        }
      }
    },
  })),
  saboteur('loses what comes between reading and waiting', (store) => ({
    subscribe: async function* ({ signal, ...options }) {
      let after = options.after ?? 0n;
      while (!signal.aborted) {
        yield* store.readAll({ ...options, after });
        await nextTurn();
        after = await store.head();
        await store.waitForEvents(after, signal);
      }
    },
  })),
  saboteur('shows a higher position before a lower one', (store) => {
    let reads = 0;
    return changePages((page) => (reads++ % 3 === 1 && page.length > 1 ? page.toSpliced(-2, 1) : page))(store);
  }),
];

const lightFirst = [...rules.filter(({ heavy }) => !heavy), ...rules.filter(({ heavy }) => heavy)];

describe('the contract catches a store that', () => {
  it.each(saboteurs.map(({ name, make }) => [name, make] as const))('%s', async (_, make) => {
    const caughtBy: string[] = [];
    for (const rule of lightFirst) {
      try {
        await rule.check(make(), 250);
      } catch {
        caughtBy.push(rule.name);
        break;
      }
    }
    expect(caughtBy).not.toEqual([]);
  });

  it('is honest: not', async () => {
    for (const rule of rules) await rule.check(saboteur('nothing wrong', () => ({})).make(), patience);
  });
});
