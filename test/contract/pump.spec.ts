import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Execute, type AnyExecute } from '../../src/application/commands/execute.js';
import type { Policy } from '../../src/application/policies/policy.js';
import { ViewRebuilding } from '../../src/application/ports/documents.js';
import { StoreUnavailable, type EventStore } from '../../src/application/ports/event-store.js';
import type { AnyProjection, Projection, Recorded } from '../../src/application/ports/projection.js';
import { projections } from '../../src/application/views/index.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { StoresHealth } from '../../src/infrastructure/operations/health.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import type { Lease, ViewStore } from '../../src/infrastructure/view-store.js';
import { Pump, type PumpOptions, type Reactions } from '../../src/infrastructure/workers/pump.js';
import { kulturskole } from '../domain/examples.js';
import { closing, onEngines, onServer, serverDatabaseUrl } from '../support/databases.js';
import { numbered } from '../support/generations.js';
import { bergen, everything, foldView, idOf, logOf, nesseby, plattform, thing, until, type GivenEvent } from '../support/views.js';

Logger.overrideLogger(false);

interface Place {
  readonly store: EventStore;
  readonly views: ViewStore;
  /** A second view store on the same data, as in another process. */
  readonly otherViews: ViewStore;
}

const onDatabase = (open: () => Promise<Database>) => {
  let database: Promise<Database> | undefined;
  return async (): Promise<Place> => {
    const opened = await (database ??= open());
    const tables = await opened.query<{ name: string }>({ name: '', text: `select tablename as name from pg_tables where tablename ~ '^view_'` });
    for (const { name } of tables) await opened.query({ name: '', text: `drop table ${name}` });
    await opened.query({ name: '', text: 'truncate view, event' });
    return {
      store: new PostgresEventStore(opened, { pollInterval: 5 }),
      views: new PostgresViewStore(opened),
      otherViews: new PostgresViewStore(opened),
    };
  };
};

const places: Record<string, () => Place | Promise<Place>> = {
  memory: () => {
    const views = new MemoryViewStore();
    return { store: new MemoryEventStore(), views, otherViews: views };
  },
  ...onEngines(onDatabase),
};

const running = new Set<Pump>();
async function start(
  store: EventStore,
  views: ViewStore,
  projections: readonly AnyProjection[],
  options: Partial<PumpOptions> = {},
  reactions?: Reactions,
): Promise<Pump> {
  const pump = new Pump(store, views, projections, { pageSize: 7, retryMs: 2, ...options }, reactions);
  running.add(pump);
  await pump.onApplicationBootstrap();
  return pump;
}
async function stop(pump: Pump): Promise<void> {
  await pump.onApplicationShutdown();
  running.delete(pump);
}
afterEach(async () => {
  for (const pump of running) await stop(pump);
});

/** Appends the events. Returns the whole log. */
async function append(store: EventStore, happened: readonly GivenEvent[]): Promise<void> {
  const events = logOf(happened).map((event) => ({ ...event, id: randomUUID() }));
  const outcomes = await store.appendMany(events.map((event) => ({ stream: event.stream, expected: 'any', events: [event] })));
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
}
async function read(store: EventStore): Promise<Recorded[]> {
  const log: Recorded[] = [];
  for await (const page of store.readAll()) log.push(...(page as Recorded[]));
  return log;
}
/** The health of the stores, with a search index that answers. */
async function healthOf(store: EventStore, views: ViewStore): Promise<StoresHealth> {
  const index = new MemorySearchIndex();
  await index.prepare(numbered(1));
  await index.serve(numbered(1));
  return new StoresHealth(store, views, index, new SystemClock());
}
/** Waits until the views have reached the log's head. */
const caughtUp = async (store: EventStore, views: ViewStore, projections: readonly AnyProjection[]) => {
  expect(await views.waitFor(projections, await store.head(), 10_000)).toBe(true);
};
/** All stored documents of a view, in the version that is served. */
const documentsOf = async (views: ViewStore, view: AnyProjection) =>
  new Map((await views.find(view, { limit: 10_000 })).documents.map((document) => [document.key, document]));

/** The number of stars given to services. The count reveals an event that is applied twice or never. */
interface Stars {
  readonly stars: number;
  readonly seen: readonly string[];
}
const stars = (changes: Partial<Projection<Stars>> = {}): Projection<Stars> => ({
  name: 'stars',
  version: 1,
  indexes: [],
  types: ['KommunalTjenesteCreated', 'KommunalTjenesteStarred', 'KommunalTjenesteUnstarred'],
  keys: ({ stream }) => [stream.tenant],
  apply: (event, pages) => {
    const { stars, seen } = pages.get(event.stream.tenant) ?? { stars: 0, seen: [] };
    const starred = event.type === 'KommunalTjenesteStarred' ? 1 : 0;
    pages.set(event.stream.tenant, { stars: stars + starred, seen: [...seen, `${event.position}`] });
  },
  ...changes,
});
const service = (name = 'kulturskole', tenant = nesseby) => thing('kommunalTjeneste', idOf(name), tenant);
const created = () => service()({ type: 'KommunalTjenesteCreated', data: kulturskole });
const starred = (tenant = nesseby) => service('kulturskole', tenant)({ type: 'KommunalTjenesteStarred', data: {} });
const unstarred = () => service()({ type: 'KommunalTjenesteUnstarred', data: {} });
const manyStars = (count: number) => [created(), ...Array.from({ length: count }, (_, n) => starred(n % 3 === 0 ? bergen : nesseby))];

/** A policy that sends a command, with the event's position as its id, for every star. */
const reacting = (before: (event: Recorded) => Promise<unknown> = () => Promise.resolve()): Policy => ({
  name: 'starWatcher',
  types: ['KommunalTjenesteStarred'],
  react: async (event) => {
    await before(event);
    const request = { actor: plattform, commandId: `${event.position}`, correlationId: 'c' };
    return [new Execute('kommunalTjeneste', nesseby, event.stream.id, { type: 'RemoveKommunalTjeneste', data: {} }, request)];
  },
});
/** The policy's checkpoint, as a view. */
const policyView = { ...stars(), name: 'starWatcher' };

/** The same store with some of its methods replaced. */
function replacing<T extends object>(store: T, methods: readonly (keyof T)[], patch: Partial<T>): T {
  const bound = methods.map((name) => [name, (store[name] as () => unknown).bind(store)] as const);
  const whole = Object.fromEntries(bound) as Partial<T>;
  return Object.assign(Object.create(Object.getPrototypeOf(store) as object) as T, whole, patch);
}
/** A view store whose leases are patched. */
const withLeases = (views: ViewStore, change: (lease: Lease) => Partial<Lease>): ViewStore =>
  replacing(views, ['prepare', 'checkpoints', 'get', 'find', 'position', 'waitFor'], {
    acquireLease: async () => {
      const lease = await views.acquireLease();
      return lease && { ...lease, ...change(lease) };
    },
  });
/** An event store that runs `before` ahead of each read of the whole log. */
const withReads = (store: EventStore, before: (after: bigint) => unknown): EventStore =>
  replacing(store, ['appendMany', 'readStream', 'readAt', 'head', 'waitForEvents'], {
    readAll: async function* (options) {
      await before(options?.after ?? 0n);
      yield* store.readAll(options);
    },
  });

describe.each(Object.entries(places))('The pump, %s', (_, fresh) => {
  it.each([1, 5, 400])('keeps all views, %d events at a time, as a fold from zero would', async (pageSize) => {
    const { store, views } = await fresh();
    await append(store, everything(nesseby).slice(0, 20));
    await start(store, views, projections, { pageSize });
    await caughtUp(store, views, projections);
    await append(store, [...everything(bergen), ...everything(nesseby).slice(20), ...everything('33333333-3333-4333-8333-333333333333').slice(0, -5)]);
    await caughtUp(store, views, projections);
    const log = await read(store);
    for (const view of projections) expect(await documentsOf(views, view)).toEqual(foldView(view, log));
    expect((await documentsOf(views, projections[0]!)).size).toBe(3);
  });

  it.each([
    ['before it is written', (lease: Lease) => () => lease.commit([]).then(() => Promise.reject(new Error('crashed')))],
    ['after it is written', (lease: Lease) => (changes: Parameters<Lease['commit']>[0]) => lease.commit(changes).then(() => Promise.reject(new Error('crashed')))],
  ])('takes every event exactly once when a commit fails %s', async (_, failing) => {
    const { store, views } = await fresh();
    await append(store, manyStars(60));
    let commits = 0;
    const faulty = withLeases(views, (lease) => ({
      commit: (changes) => (++commits % 3 === 2 ? failing(lease)(changes) : lease.commit(changes)),
    }));
    const view = stars();
    await start(store, faulty, [view]);
    await caughtUp(store, views, [view]);
    expect(await documentsOf(views, view)).toEqual(foldView(view, await read(store)));
    expect(commits).toBeGreaterThan(5);
  });

  it('asks for what the next page touches before it writes a page, and folds that page meanwhile', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(27)); // four pages of seven
    let [asked, written] = [0, 0];
    const eager = withLeases(views, (lease) => ({
      load: (view, keys) => {
        asked++;
        return lease.load(view, keys);
      },
      commit: async (changes) => {
        const next = Math.min(++written + 1, 4);
        await until('the next page has been asked for', () => asked >= next);
        await lease.commit(changes);
      },
    }));
    const view = stars();
    await start(store, eager, [view]);
    await caughtUp(store, views, [view]);
    expect([asked, written]).toEqual([4, 4]);
    expect(await documentsOf(views, view)).toEqual(foldView(view, await read(store)));
  });

  it('serves a version, and tells a policy of an event, when that is written and not before', async () => {
    const { store, views } = await fresh();
    await append(store, [...manyStars(19), unstarred()]); // three pages of seven
    const end = await store.head();
    await stop(await start(store, views, [stars()]));
    let written = 0n;
    const done: (readonly [string, bigint])[] = [];
    const slow = withLeases(views, (lease) => ({
      commit: async (changes) => {
        for (let turn = 0; turn < 50; turn++) await nextTurn();
        await lease.commit(changes);
        for (const { view, to } of changes) if (view.name === 'stars') written = to;
      },
      serve: async (view) => {
        done.push(['served', written]);
        await lease.serve(view);
      },
    }));
    const policy: Policy = { ...reacting(() => Promise.resolve(done.push(['told', written]))), types: ['KommunalTjenesteUnstarred'] };
    await start(store, slow, [stars({ version: 2 })], {}, { policies: [policy], send: () => Promise.resolve() });
    await caughtUp(store, views, [policyView]);
    expect(done).toEqual([['served', end], ['told', end]]);
  });

  it('goes on from its checkpoint when it is started again', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(20));
    const view = stars();
    const first = await start(store, views, [view]);
    await caughtUp(store, views, [view]);
    await stop(first);
    const head = await store.head();
    await append(store, [starred(), starred()]);
    const reads: bigint[] = [];
    await start(withReads(store, (after) => reads.push(after)), views, [view]);
    await caughtUp(store, views, [view]);
    expect(reads[0]).toBe(head);
    expect(await documentsOf(views, view)).toEqual(foldView(view, await read(store)));
  });

  it('takes in everything up to a stop, and nothing after it', async () => {
    const { store, views } = await fresh();
    const view = stars();
    const pump = await start(store, views, [view]);
    await append(store, manyStars(5));
    await caughtUp(store, views, [view]);
    await stop(pump);
    const reached = await views.position(view);
    await append(store, [starred()]);
    const lease = await views.acquireLease();
    expect(lease).toBeDefined();
    await lease!.release();
    expect(await views.position(view)).toBe(reached);
  });

  it('stops a view on an event that it cannot take, and that view alone; health says which and where', async () => {
    const { store, views } = await fresh();
    await append(store, [created(), starred(), starred(), unstarred(), starred()]);
    const at = (await read(store)).find(({ type }) => type === 'KommunalTjenesteUnstarred')!;
    const view = stars({
      apply: (event, pages) => {
        if (event.type === 'KommunalTjenesteUnstarred') throw new Error('Kan ikke ta bort stjernen');
        stars().apply(event, pages);
      },
    });
    const sound = { ...stars(), name: 'soundStars' };
    await start(store, views, [view, sound], { pageSize: 400 });
    const health = await healthOf(store, views);
    await until('the view has stopped', async () => (await health.report()).status === 'svekket');
    await append(store, [starred()]);
    await caughtUp(store, views, [sound]);

    const log = await read(store);
    expect(await documentsOf(views, view)).toEqual(foldView(stars(), log.filter(({ position }) => position < at.position)));
    expect(await documentsOf(views, sound)).toEqual(foldView(stars(), log));
    expect(await health.report()).toEqual({
      status: 'svekket',
      sok: 'oppe',
      loggposisjon: `${await store.head()}`,
      visninger: expect.arrayContaining([
        {
          navn: 'stars',
          versjon: 1,
          etterslep: 3,
          forsinkelse: expect.any(Number) as number,
          iBruk: true,
          stoppet: `posisjon ${at.position}, hendelse ${at.id}: Kan ikke ta bort stjernen`,
        },
        { navn: 'soundStars', versjon: 1, etterslep: 0, forsinkelse: 0, iBruk: true },
      ]) as unknown,
    });
  });

  it('tries the event again when it is started with corrected code, and skips nothing', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(10));
    const wrong = stars({
      keys: () => {
        throw new Error('no keys');
      },
    });
    const first = await start(store, views, [wrong]);
    const health = await healthOf(store, views);
    await until('the view has stopped', async () => (await health.report()).status === 'svekket');
    await stop(first);
    const again = await start(store, views, [wrong]);
    await until('the view has stopped again', async () => (await health.report()).status === 'svekket');
    await stop(again);
    await start(store, views, [stars()]);
    await caughtUp(store, views, [stars()]);
    expect(await documentsOf(views, stars())).toEqual(foldView(stars(), await read(store)));
    expect((await health.report()).status).toBe('oppe');
  });

  it('stops a view that writes a document it has not named', async () => {
    const { store, views } = await fresh();
    await append(store, [created()]);
    await start(store, views, [
      stars({
        apply: (_, pages) => {
          pages.set('stray', { stars: 1, seen: [] });
        },
      }),
    ]);
    await until('the view has stopped', async () => (await views.checkpoints())[0]?.failure !== undefined);
    const [{ failure } = {}] = await views.checkpoints();
    expect(failure).toMatchObject({ position: (await read(store))[0]!.position, message: expect.stringContaining('stray') as unknown });
    expect((await documentsOf(views, stars())).size).toBe(0);
  });

  it('builds a new version beside the old one, which serves until the new one has caught up', async () => {
    const { store, views, otherViews } = await fresh();
    await append(store, manyStars(30));
    const old = stars();
    const first = await start(store, views, [old]);
    await caughtUp(store, views, [old]);
    await stop(first);
    const before = await documentsOf(views, old);

    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let commits = 0;
    const gated = withLeases(views, (lease) => ({
      commit: async (changes) => {
        await lease.commit(changes);
        if (++commits === 2) await gate;
      },
    }));
    const raised = stars({ version: 2, apply: (event, pages) => { pages.set(event.stream.tenant, { stars: -1, seen: [`${event.position}`] }); } });
    await start(store, gated, [raised]);
    await until('half of it is built', () => commits === 2);
    expect((await views.checkpoints()).map(({ version, position, serving }) => [version, position, serving]).sort()).toEqual([
      [1, 31n, true],
      [2, 14n, false],
    ]);
    expect(await documentsOf(views, raised)).toEqual(before);

    open();
    await until('the new version serves', async () => (await views.checkpoints()).some(({ version, serving }) => version === 2 && serving));
    for (const one of [views, otherViews]) {
      await until('the new version answers', async () => (await one.get(raised, nesseby))?.data.stars === -1);
      expect(await documentsOf(one, raised)).toEqual(foldView(raised, await read(store)));
    }
    await append(store, [starred()]);
    await caughtUp(store, views, [raised]);
    expect(await documentsOf(views, raised)).toEqual(foldView(raised, await read(store)));
  });

  it('lets a new version take over, and tells policies, also when events never stop coming', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(10));
    const first = await start(store, views, [stars()]);
    await caughtUp(store, views, [stars()]);
    await stop(first);
    let busy = true;
    // Another writer is always quicker, so the log has grown whenever the pump has read it.
    const growing = async () => {
      if (busy) await append(store, [starred()]);
    };
    const crowded = withReads(store, growing);
    const crowdedViews = withLeases(views, (lease) => ({
      commit: async (changes) => {
        await lease.commit(changes);
        await growing();
      },
    }));
    const raised = stars({ version: 2 });
    const told: bigint[] = [];
    const policy = reacting(({ position }) => Promise.resolve(void told.push(position)));
    const reactions = { policies: [policy], send: () => Promise.resolve() };
    await start(crowded, crowdedViews, [raised, { ...stars(), name: 'otherStars' }], {}, reactions);
    await until('the new version serves', async () => (await views.checkpoints()).some(({ version, serving }) => version === 2 && serving));
    await until('the policy is told', () => told.length > 10);
    busy = false;
    await caughtUp(store, views, [raised]);
    expect(await documentsOf(views, raised)).toEqual(foldView(raised, await read(store)));
  });

  it('says so when a new version cannot be built, although the old one serves', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(3));
    const first = await start(store, views, [stars()]);
    await caughtUp(store, views, [stars()]);
    await stop(first);
    const second = await start(store, views, [stars({ version: 2, apply: () => { throw new Error('Versjon 2 er feil'); } })]);
    const health = await healthOf(store, views);
    await until('the new version has stopped', async () => (await views.checkpoints()).some(({ failure }) => failure));
    expect((await health.report()).status).toBe('svekket');
    await stop(second);
    await start(store, views, [stars({ version: 3 })]);
    await until('a corrected one serves', async () => (await views.checkpoints()).some(({ version, serving }) => version === 3 && serving));
    expect((await health.report()).status).toBe('oppe');
  });

  it('runs in one process at a time, and another takes over when that one stops', async () => {
    const { store, views, otherViews } = await fresh();
    const commits = [0, 0];
    const counted = (one: ViewStore, n: 0 | 1) =>
      withLeases(one, (lease) => ({
        commit: (changes) => {
          commits[n]!++;
          return lease.commit(changes);
        },
      }));
    const view = stars();
    const first = await start(store, counted(views, 0), [view]);
    await append(store, manyStars(5));
    await caughtUp(store, views, [view]);
    await start(store, counted(otherViews, 1), [view]);
    await append(store, manyStars(40));
    await caughtUp(store, views, [view]);
    expect(commits[0]).toBeGreaterThan(0);
    expect(commits[1]).toBe(0);

    await stop(first);
    const [of0] = commits;
    await append(store, manyStars(40));
    await caughtUp(store, otherViews, [view]);
    expect(commits[0]).toBe(of0);
    expect(commits[1]).toBeGreaterThan(0);
    expect(await documentsOf(otherViews, view)).toEqual(foldView(view, await read(store)));
  });

  it('lets go when it has lost the right while nothing happens, and goes on when it has it again', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(3));
    const leases: AbortController[] = [];
    const losing = withLeases(views, () => {
      const lost = new AbortController();
      leases.push(lost);
      return { lost: lost.signal };
    });
    const view = stars();
    await start(store, losing, [view]);
    await caughtUp(store, views, [view]);
    leases[0]!.abort();
    await until('it has the right again', () => leases.length === 2);
    await append(store, manyStars(3));
    await caughtUp(store, views, [view]);
    expect(await documentsOf(views, view)).toEqual(foldView(view, await read(store)));
  });

  it('tells a policy of every event that it is for, in order, when the views have taken it in, and sends what follows', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(20));
    const view = stars();
    const told: string[] = [];
    const lagging: bigint[] = [];
    const sent: AnyExecute[] = [];
    const policy = reacting(async ({ position }) => {
      if ((await views.position(view)) < position) lagging.push(position);
      told.push(`${position}`);
    });
    const first = await start(store, views, [view], {}, { policies: [policy], send: (command) => Promise.resolve(sent.push(command)) });
    await append(store, [unstarred(), ...manyStars(20)]);
    await caughtUp(store, views, [policyView]);
    const expected = (await read(store)).filter(({ type }) => type === 'KommunalTjenesteStarred').map(({ position }) => `${position}`);
    expect(told).toEqual(expected);
    expect(lagging).toEqual([]);
    expect(sent.map(({ request }) => request.commandId)).toEqual(expected);

    await stop(first);
    await append(store, [starred(), unstarred()]);
    await start(store, views, [view], {}, { policies: [policy], send: (command) => Promise.resolve(sent.push(command)) });
    await caughtUp(store, views, [policyView]);
    expect(told).toHaveLength(expected.length + 1);
  });

  it.each([
    new StoreUnavailable(),
    new ViewRebuilding('stars'),
    new DomainError('conflict', 'SAMTIDIGE_ENDRINGER', 'Mange endrer dette samtidig.'),
  ])('tells a policy again when what it sent failed for a while: %s', async (passing) => {
    const { store, views } = await fresh();
    await append(store, manyStars(10));
    let failures = 0;
    const sent: string[] = [];
    const send = ({ request }: AnyExecute) => {
      if (sent.length === 5 && failures++ < 3) return Promise.reject(passing);
      return Promise.resolve(sent.push(request.commandId));
    };
    await start(store, views, [stars()], {}, { policies: [reacting()], send });
    await caughtUp(store, views, [stars(), policyView]);
    const expected = (await read(store)).filter(({ type }) => type === 'KommunalTjenesteStarred').map(({ position }) => `${position}`);
    expect([...new Set(sent)]).toEqual(expected);
    expect(failures).toBeGreaterThan(3);
  });

  it('stops a policy that fails, skips nothing, and goes on with the views', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(10));
    const refused = (await read(store))[6]!;
    const sent: string[] = [];
    const reactions = (send: Reactions['send']) => ({ policies: [reacting()], send });
    const first = await start(store, views, [stars()], {}, reactions(({ request: { commandId } }) => {
      if (commandId === `${refused.position}`) return Promise.reject(new Error('Avslått'));
      return Promise.resolve(sent.push(commandId));
    }));
    const health = await healthOf(store, views);
    await until('the policy has stopped', async () => (await health.report()).status === 'svekket');
    await append(store, manyStars(5));
    await caughtUp(store, views, [stars()]);
    expect((await health.report()).visninger).toContainEqual(
      expect.objectContaining({ navn: 'starWatcher', stoppet: `posisjon ${refused.position}, hendelse ${refused.id}: Avslått` }),
    );
    expect(sent.at(-1)).toBe(`${refused.position - 1n}`);
    await stop(first);
    await start(store, views, [stars()], {}, reactions(({ request }) => Promise.resolve(sent.push(request.commandId))));
    await caughtUp(store, views, [policyView]);
    const expected = (await read(store)).filter(({ type }) => type === 'KommunalTjenesteStarred').map(({ position }) => `${position}`);
    expect([...new Set(sent)]).toEqual(expected);
  });

  it('does not tell a policy of what a stopped view has not taken in', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(4));
    const at = (await read(store))[3]!;
    const failing = stars({
      name: 'failingStars',
      apply: ({ position }) => {
        if (position === at.position) throw new Error('nei');
      },
    });
    const told: bigint[] = [];
    const reactions = { policies: [reacting(({ position }) => Promise.resolve(void told.push(position)))], send: () => Promise.resolve() };
    const first = await start(store, views, [stars(), failing], {}, reactions);
    await append(store, manyStars(20));
    await caughtUp(store, views, [stars()]);
    await until('the policy has come so far', async () => (await views.position(policyView)) === at.position - 1n);
    await stop(first);
    expect(told.every((position) => position < at.position)).toBe(true);
    await start(store, views, [stars(), { ...failing, apply: () => undefined }], {}, reactions);
    await caughtUp(store, views, [policyView]);
    expect(told).toEqual((await read(store)).filter(({ type }) => type === 'KommunalTjenesteStarred').map(({ position }) => position));
  });

  it('keeps a view of configuration up to date while messages wait, and moves it past them', async () => {
    const { store, views } = await fresh();
    const message = thing('innsynsmelding', idOf('brev'))({ type: 'MeldingDeleted', data: { grunn: 'AVSENDER' } });
    const letters = stars({ name: 'letters', types: ['MeldingDeleted'] });
    await append(store, [created(), ...Array.from({ length: 300 }, () => message)]);
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held = withLeases(views, (lease) => ({
      commit: async (changes) => {
        if (changes.some(({ view }) => view.name === 'letters')) await gate;
        await lease.commit(changes);
      },
    }));
    await start(store, held, [letters, stars()]);
    await caughtUp(store, views, [stars()]);
    await append(store, [starred(), message]);
    await caughtUp(store, views, [stars()]);
    expect(await views.position(letters)).toBe(0n);
    open();
    await caughtUp(store, views, [letters]);
    for (const view of [letters, stars()]) expect(await documentsOf(views, view)).toEqual(foldView(view, await read(store)));
  });

  it('lets the process do other things while it rebuilds', async () => {
    const { store, views } = await fresh();
    await append(store, manyStars(1500));
    const view = stars({ apply: (event, pages) => { pages.set(event.stream.tenant, { stars: Number(event.position), seen: [] }); } });
    let commits = 0;
    const turns: number[] = [];
    let turn = 0;
    const done = new AbortController();
    const counter = (async () => {
      while (!done.signal.aborted) {
        turn++;
        await nextTurn();
      }
    })();
    const counted = withLeases(views, (lease) => ({
      commit: (changes) => {
        commits++;
        turns.push(turn);
        return lease.commit(changes);
      },
    }));
    await start(store, counted, [view], { pageSize: 50 });
    await caughtUp(store, views, [view]);
    done.abort();
    await counter;
    expect(commits).toBeGreaterThanOrEqual(30);
    expect(new Set(turns).size).toBe(turns.length);
  });
});

if (onServer)
  describe('The pump, on a server', () => {
    it('takes every event exactly once when its connections are cut', async () => {
      const url = await serverDatabaseUrl();
      const [database, admin] = [closing(new ServerDatabase(url)), closing(new ServerDatabase(url, { connections: 1 }))];
      await migrate(admin);
      const [store, views] = [new PostgresEventStore(admin), new PostgresViewStore(database)];
      await append(store, manyStars(400));
      const view = stars();
      await start(new PostgresEventStore(database, { pollInterval: 5 }), views, [view]);
      for (let position = 50n; position < 400n; position += 100n) {
        await until(`position ${position}`, async () => (await new PostgresViewStore(admin).position(view)) >= position);
        await admin.query({
          name: '',
          text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        });
      }
      await caughtUp(store, new PostgresViewStore(admin), [view]);
      expect(await documentsOf(new PostgresViewStore(admin), view)).toEqual(foldView(view, await read(store)));
    });
  });
