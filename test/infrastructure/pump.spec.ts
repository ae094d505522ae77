import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as after } from 'node:timers/promises';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import type { Policy } from '../../src/application/policies/policy.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { AnyProjection, Projection, Recorded } from '../../src/application/ports/projection.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { LeaseLost, type Lease, type ViewChange } from '../../src/infrastructure/view-store.js';
import { Pump, type PumpOptions, type Reactions } from '../../src/infrastructure/workers/pump.js';
import { kulturskole } from '../domain/examples.js';
import { idOf, logOf, thing, until, type GivenEvent } from '../support/views.js';

// The pump's side effects: its log lines, pauses, reads and shutdown. test/contract/pump.spec.ts covers the correctness of
// the views.

const hour = 3_600_000;

/** The log lines for operators: level and text. `speakers` are the loggers that wrote them. */
const said: [string, string][] = [];
const speakers = new Set<unknown>();
const hear = (level: string) => (message: string, ...more: readonly unknown[]) => {
  said.push([level, message]);
  speakers.add(more.at(-1));
};
Logger.overrideLogger({ log: hear('log'), warn: hear('warn'), error: hear('error') });

const created = thing('kommunalTjeneste', idOf('kulturskole'))({ type: 'KommunalTjenesteCreated', data: kulturskole });
/** An event of a message. A fagsystem brings thousands of them. */
const ofMessage = thing('innsynsmelding', idOf('brev'))({ type: 'MeldingDeleted', data: { grunn: 'AVSENDER' } });

/** A log that records the reads. */
class Log extends MemoryEventStore {
  readonly reads: { readonly after: bigint | undefined; readonly pageSize: number | undefined }[] = [];

  override async *readAll(options?: Parameters<EventStore['readAll']>[0]) {
    this.reads.push({ after: options?.after, pageSize: options?.pageSize });
    yield* super.readAll(options);
  }

  async happens(count: number, what: GivenEvent = created): Promise<void> {
    const events = logOf(Array.from({ length: count }, () => what));
    for (const { stream, ...event } of events) await this.append({ stream, expected: 'any', events: [{ ...event, id: randomUUID() }] });
  }
}

/** Views whose leases are patched, and that count attempts to acquire one. */
class Views extends MemoryViewStore {
  asked = 0;
  change: (lease: Lease) => Partial<Lease> = () => ({});

  override async acquireLease(right?: string): Promise<Lease | undefined> {
    this.asked++;
    const lease = await super.acquireLease(right);
    return lease && { ...lease, ...this.change(lease) };
  }

  async caughtUp(view: AnyProjection, log: Log): Promise<void> {
    expect(await this.waitFor([view], await log.head(), 10_000)).toBe(true);
  }
}

interface Seen {
  readonly seen: readonly string[];
}
/** The positions of all events, in order, in one document. */
const seen = (changes: Partial<Projection<Seen>> = {}): Projection<Seen> => ({
  name: 'seen',
  version: 1,
  indexes: [],
  types: ['KommunalTjenesteCreated'],
  keys: () => ['all'],
  apply: ({ position }, documents) => {
    documents.set('all', { seen: [...(documents.get('all')?.seen ?? []), `${position}`] });
  },
  ...changes,
});
const failing = (at: bigint): Projection<Seen> =>
  seen({
    apply: (event, documents) => {
      if (event.position === at) throw new Error('nei');
      seen().apply(event, documents);
    },
  });

const running = new Set<Pump>();
async function start(log: Log, views: Views, projections: readonly AnyProjection[], options: Partial<PumpOptions> = {}, reactions?: Reactions): Promise<Pump> {
  const pump = new Pump(log, views, projections, { pageSize: 2, retryMs: 1, ...options }, reactions);
  running.add(pump);
  await pump.onApplicationBootstrap();
  return pump;
}
afterEach(async () => {
  for (const pump of running) await pump.onApplicationShutdown();
  running.clear();
  said.length = 0;
  speakers.clear();
});

/** A promise, and the function that resolves it. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** Waits until all immediate work, and all work after the pump's `retryMs`, is done. Relies on the order of timers. */
async function manyTurns(): Promise<void> {
  for (let time = 0; time < 10; time++) {
    await after(1);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  }
}
const stopped = (views: Views) => until('the view has stopped', async () => (await views.checkpoints()).some(({ failure }) => failure));

describe('The pump by itself', () => {
  it('says once that a new version has been built, and nothing as long as all is well', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(9);
    views.change = () => ({ recordFailure: () => Promise.reject(new Error('Nothing has failed')) });
    const other = seen({ name: 'other' });
    const first = await start(log, views, [seen(), other]);
    await views.caughtUp(seen(), log);
    await views.caughtUp(other, log);
    await first.onApplicationShutdown();
    expect(said).toEqual([]);

    await start(log, views, [other, seen({ version: 2 })]);
    await until('the new version serves', async () => (await views.checkpoints()).some(({ version, serving }) => version === 2 && serving));
    for (let time = 0; time < 3; time++) {
      await log.happens(3);
      await views.caughtUp(seen(), log);
      await views.caughtUp(other, log);
    }
    expect(said).toEqual([['log', 'Visningen seen versjon 2 er bygget og tatt i bruk']]);
    expect([...speakers]).toEqual(['Pump']);
  });

  it('rests when there is nothing to read, and not before', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(6);
    let resting = 0;
    log.waitForEvents = (position, signal) => {
      resting++;
      return MemoryEventStore.prototype.waitForEvents.call(log, position, signal);
    };
    await start(log, views, [seen()]);
    await until('it rests', () => resting === 1);
    const reads = log.reads.length;
    await manyTurns();
    expect(log.reads).toHaveLength(reads);
    await log.happens(1);
    await views.caughtUp(seen(), log);
    await until('it rests again', () => resting === 2);
  });

  it('says which view has stopped, where and why, and rests when none is left', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    const changes: ViewChange[] = [];
    views.change = (lease) => ({
      commit: (all) => {
        changes.push(...all);
        return lease.commit(all);
      },
    });
    await start(log, views, [failing(3n)]);
    await stopped(views);
    await log.happens(5);
    await manyTurns();
    const [{ failure } = {}] = await views.checkpoints();
    expect(said).toEqual([['error', `seen stoppet på hendelse ${failure?.eventId} (posisjon 3): nei`]]);
    expect(views.asked).toBe(1);
    expect(changes.map(({ from, to }) => [from, to])).toEqual([[0n, 2n]]);
  });

  it('takes in what came before an event whose keys it cannot tell', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    const keys = ({ position }: Recorded) => {
      if (position === 4n) throw new Error('nei');
      return ['all'];
    };
    await start(log, views, [seen({ keys })], { pageSize: 5 });
    await stopped(views);
    expect(await views.waitFor([seen()], 3n, 10_000)).toBe(true);
    expect((await views.get(seen(), 'all'))?.data).toEqual({ seen: ['1', '2', '3'] });
    expect((await views.checkpoints())[0]).toMatchObject({ position: 3n, failure: { position: 4n, message: 'nei' } });
  });

  it('lets a view read what it has just written, and nothing that it has just removed', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(3);
    const view = seen({
      apply: (event, documents) => {
        seen().apply(event, documents);
        seen().apply(event, documents);
        if (event.position === 2n) documents.remove('all');
        seen().apply(event, documents);
      },
    });
    await start(log, views, [view]);
    await views.caughtUp(view, log);
    expect((await views.get(view, 'all'))?.data).toEqual({ seen: ['2', '3', '3', '3'] });
  });

  it.each([
    ['warn', 'Visningene holdes av en annen prosess', new LeaseLost()],
    ['error', 'Visningene kunne ikke oppdateres; prøver igjen', new Error('databasen er borte')],
  ])('says with a %s: %s', async (level, message, error) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    let commits = 0;
    views.change = (lease) => ({ commit: (changes) => (++commits === 2 ? Promise.reject(error) : lease.commit(changes)) });
    await start(log, views, [seen()]);
    await views.caughtUp(seen(), log);
    expect(said).toEqual([[level, message]]);
  });

  it('goes on when the right that it gives back is lost already', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    views.change = (lease) => ({
      commit: (changes) => (views.asked === 1 ? Promise.reject(new LeaseLost()) : lease.commit(changes)),
      release: () => lease.release().then(() => Promise.reject(new Error('borte'))),
    });
    await start(log, views, [seen()]);
    await views.caughtUp(seen(), log);
    expect(said).toEqual([
      ['warn', 'Visningene holdes av en annen prosess'],
      ['warn', 'Låsen var alt borte: Error: borte'],
    ]);
  });

  it('asks for the right as seldom as it is told to, while another process has it', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    const lease = await views.acquireLease();
    await start(log, views, [seen()], { retryMs: hour });
    await manyTurns();
    expect(views.asked).toBe(2);
    expect(await views.position(seen())).toBe(0n);
    expect(said).toEqual([]);
    await lease!.release();
  });

  it.each<[string, (views: Views, log: Log) => Promise<AnyProjection>, (views: Views, log: Log) => Promise<unknown>]>([
    ['for events', () => Promise.resolve(seen()), (views, log) => views.caughtUp(seen(), log)],
    ['for the right', async (views) => {
      await views.acquireLease();
      return seen();
    }, (views) => until('it has asked', () => views.asked === 2)],
    ['for better code', () => Promise.resolve(failing(3n)), stopped],
    ['after a fault', (views) => {
      views.change = () => ({ commit: () => Promise.reject(new Error('databasen er borte')) });
      return Promise.resolve(seen());
    }, () => until('it has met the fault', () => said.length > 0)],
  ])('stops at once when it waits %s', async (_, arrange, waits) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    const pump = await start(log, views, [await arrange(views, log)], { retryMs: hour });
    await waits(views, log);
    await manyTurns();
    await expect(pump.onApplicationShutdown()).resolves.toBeUndefined(); // resolves before the test times out, not after an hour
  });

  it('reads each page once, and nothing while nothing happens', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(6);
    await start(log, views, [seen()]);
    await views.caughtUp(seen(), log);
    await manyTurns();
    expect(log.reads).toEqual([0n, 2n, 4n, 6n].map((after) => ({ after, pageSize: 2 })));
  });

  it('needs no options', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    const pump = new Pump(log, views, [seen()]);
    running.add(pump);
    await pump.onApplicationBootstrap();
    await views.caughtUp(seen(), log);
  });

  /** A policy that records the positions it is given, and fails at one event. */
  const watching = (asked: bigint[], failsAt?: bigint): Reactions => {
    const policy: Policy = {
      name: 'watcher',
      types: ['KommunalTjenesteCreated'],
      react: ({ position }) => {
        asked.push(position);
        return position === failsAt ? Promise.reject(new Error('nei')) : Promise.resolve([]);
      },
    };
    return { policies: [policy], send: () => Promise.resolve() };
  };

  it.each<[string, (failed: AnyProjection, sound: AnyProjection) => AnyProjection[]]>([
    ['first', (failed, sound) => [failed, sound]],
    ['last', (failed, sound) => [sound, failed]],
  ])('asks a policy only about what the view furthest behind has taken in, though that one comes %s', async (_, order) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    const asked: bigint[] = [];
    const sound = seen({ name: 'sound' });
    await start(log, views, order(failing(3n), sound), {}, watching(asked));
    await stopped(views);
    await views.caughtUp(sound, log);
    await manyTurns();
    expect(asked).toEqual([1n, 2n]);
  });

  it('tells a policy of no event before the views have it', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(4);
    const { open, opened } = gate();
    let writing = false;
    views.change = (lease) => ({
      commit: (changes) => {
        writing = true;
        return opened.then(() => lease.commit(changes));
      },
    });
    const asked: bigint[] = [];
    await start(log, views, [seen()], {}, watching(asked));
    await until('the first page is being written', () => writing);
    await manyTurns();
    expect(asked).toEqual([]);
    open();
    await until('the policy has been asked about all', () => asked.length === 4);
  });

  it('tells a policy of what happens after it has caught up', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(2);
    const asked: bigint[] = [];
    await start(log, views, [seen()], {}, watching(asked));
    await until('the policy has been asked about the first', () => asked.length === 2);
    for (const last of [4n, 5n]) {
      await log.happens(Number(last) - asked.length);
      await until('the policy has been asked about the next', () => asked.at(-1) === last);
    }
    expect(asked).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  it('tells a policy of nothing while a version of a view is written and not yet served', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(3);
    const first = await start(log, views, [seen()]);
    await views.caughtUp(seen(), log);
    await first.onApplicationShutdown();
    const { open, opened } = gate();
    views.change = (lease) => ({ serve: (view) => (view.name === 'seen' ? opened.then(() => lease.serve(view)) : lease.serve(view)) });
    const asked: bigint[] = [];
    await start(log, views, [letters(), seen({ version: 2 })], {}, watching(asked));
    await until('the new version is written', async () => (await views.checkpoints()).some(({ name, version, position }) => name === 'seen' && version === 2 && position === 3n));
    await manyTurns();
    expect(asked).toEqual([]);
    open();
    await until('the policy has been asked about all', () => asked.length === 3);
  });

  it.each([
    ['goes on when others were writing to the same thing', 'SAMTIDIGE_ENDRINGER', false],
    ['stops a policy at a refusal that does not pass', 'FINNES_IKKE', true],
  ])('%s', async (_, code, stops) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    let asked = 0;
    const policy: Policy = { ...watching([]).policies[0]!, react: () => (++asked === 1 ? Promise.reject(new DomainError('conflict', code, 'Avvist.')) : Promise.resolve([])) };
    await start(log, views, [seen()], {}, { policies: [policy], send: () => Promise.resolve() });
    if (stops) await stopped(views);
    else await until('the policy is asked again', () => asked === 2);
    await manyTurns();
    expect(asked).toBe(stops ? 1 : 2);
  });

  it('reads no more than two pages ahead of what is written, however far behind it is', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(9);
    const { open, opened } = gate();
    views.change = (lease) => ({ commit: (changes) => opened.then(() => lease.commit(changes)) });
    await start(log, views, [seen()]);
    await until('it has read', () => log.reads.length > 0);
    await manyTurns();
    expect(log.reads.length).toBeLessThanOrEqual(3);
    open();
    await views.caughtUp(seen(), log);
    expect((await views.get(seen(), 'all'))?.data).toEqual({ seen: Array.from({ length: 9 }, (_, n) => `${n + 1}`) });
  });

  it('tells which documents are new to the view, also when the page before, which is still being written, has them', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(6);
    const news: string[][] = [];
    views.change = (lease) => ({ commit: (changes) => (news.push([...changes[0]!.added!].sort()), lease.commit(changes)) });
    // Two events share a document with the ones before them, and every fourth removes it.
    const view = seen({
      keys: ({ position }) => ['all', `${(position + 1n) / 4n}`],
      apply: ({ position }, documents) => {
        documents.set('all', { seen: [] });
        if (position === 4n) documents.remove('1');
        else documents.set(`${(position + 1n) / 4n}`, { seen: [] });
      },
    });
    await start(log, views, [view]);
    await views.caughtUp(view, log);
    // 1 and 2 make 0; 3 makes 1 and 4 removes it; 5 makes it again and 6 changes it.
    expect(news).toEqual([['0', 'all'], [], ['1']]);
  });

  it('writes the last page, that is not full, without waiting for what comes after it', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    const { open, opened } = gate();
    log.readAll = async function* (options) {
      if (options?.after) await opened;
      yield* MemoryEventStore.prototype.readAll.call(log, options);
    };
    await start(log, views, [seen()]);
    await views.caughtUp(seen(), log);
    open();
  });

  it('waits for documents that are being written before it folds over them, also when the page after them came late', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    await log.happens(1, ofMessage); // so that the page of the first event is not the end of the log
    const [written, late] = [gate(), gate()];
    log.readAll = async function* (options) {
      if (options?.after === 1n) await late.opened;
      yield* MemoryEventStore.prototype.readAll.call(log, options);
    };
    views.change = (lease) => ({ commit: (changes) => written.opened.then(() => lease.commit(changes)) });
    await start(log, views, [seen()]);
    await manyTurns();
    await log.happens(2);
    late.open();
    await manyTurns();
    written.open();
    await views.caughtUp(seen(), log);
    expect((await views.get(seen(), 'all'))?.data).toEqual({ seen: ['1', '3', '4'] });
  });

  it('gives the right back when what it was writing is written, also after a fault', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5);
    const { open, opened } = gate();
    let written = false;
    const released: boolean[] = [];
    views.change = (lease) => ({
      commit: async (changes) => {
        await opened;
        await lease.commit(changes);
        written = true;
      },
      release: () => {
        released.push(written);
        return lease.release();
      },
    });
    let asked = 0;
    log.head = () => (++asked === 3 ? Promise.reject(new Error('databasen er borte')) : MemoryEventStore.prototype.head.call(log));
    await start(log, views, [seen()]);
    await until('the fault is met', () => asked === 3);
    await manyTurns();
    open();
    await until('the right is given back', () => released.length > 0);
    expect(released[0]).toBe(true);
    await views.caughtUp(seen(), log);
  });

  it('asks a policy that has stopped for nothing more', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(3);
    const asked: bigint[] = [];
    await start(log, views, [seen()], {}, watching(asked, 2n));
    await stopped(views);
    await log.happens(3);
    await views.caughtUp(seen(), log);
    await manyTurns();
    expect(asked).toEqual([1n, 2n]);
    expect(await views.position({ ...seen(), name: 'watcher' })).toBe(0n);
  });

  // The views of configuration and those of messages take the log side by side.
  const letters = (changes: Partial<Projection<Seen>> = {}) => seen({ name: 'letters', types: ['MeldingDeleted'], ...changes });
  const concerns = (view: AnyProjection) => (changes: readonly ViewChange[]) => changes.some((change) => change.view.name === view.name);
  /** Runs `before` ahead of each commit of the view of messages. */
  const holding = (before: () => Promise<unknown>) => (lease: Lease) => ({
    commit: async (changes: readonly ViewChange[]) => {
      if (concerns(letters())(changes)) await before();
      await lease.commit(changes);
    },
  });
  /** The changes of each commit. */
  const recording = (views: Views) => {
    const commits: (readonly ViewChange[])[] = [];
    views.change = (lease) => ({ commit: (changes) => (commits.push(changes), lease.commit(changes)) });
    return commits;
  };

  it('keeps the views of configuration up to date while 5,000 messages wait', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.appendMany(logOf(Array.from({ length: 5000 }, () => ofMessage)).map(({ stream, ...event }) => ({ stream, expected: 'any', events: [{ ...event, id: randomUUID() }] })));
    const { open, opened } = gate();
    views.change = holding(() => opened);
    await start(log, views, [letters(), seen()], { pageSize: 700 });
    for (let n = 0; n < 3; n++) {
      await log.happens(1);
      await views.caughtUp(seen(), log);
    }
    expect((await views.get(seen(), 'all'))?.data).toEqual({ seen: ['5001', '5002', '5003'] });
    expect(await views.position(letters())).toBe(0n);
    open();
    await views.caughtUp(letters(), log);
    expect((await views.get(letters(), 'all'))?.data.seen).toHaveLength(5000);
  });

  it.each<[string, GivenEvent, bigint[][], bigint[][]]>([
    ['messages', ofMessage, [[0n, 5n]], [[0n, 2n], [2n, 4n], [4n, 5n]]],
    ['configuration', created, [[0n, 2n], [2n, 4n], [4n, 5n]], [[0n, 5n]]],
  ])('moves a view past all events of others at once, when there are only %s', async (_, what, ofSeen, ofLetters) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(5, what);
    const commits = recording(views);
    const pump = await start(log, views, [seen(), letters()]);
    await views.caughtUp(seen(), log);
    await views.caughtUp(letters(), log);
    await manyTurns();
    await pump.onApplicationShutdown();
    const moves = (view: AnyProjection) => commits.flat().filter((change) => change.view.name === view.name).map(({ from, to }) => [from, to]);
    expect([moves(seen()), moves(letters())]).toEqual([ofSeen, ofLetters]);
    expect(log.reads.length).toBeLessThanOrEqual(6);
  });

  it('moves a view no further than the log was when it was read to its end', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(3, ofMessage);
    let reads = 0;
    log.readAll = async function* (options) {
      yield* MemoryEventStore.prototype.readAll.call(log, options);
      // An event of the view, that the read has missed.
      if (++reads === 1) await log.happens(1);
    };
    await start(log, views, [seen()]);
    expect(await views.waitFor([seen()], 4n, 10_000)).toBe(true);
    expect((await views.get(seen(), 'all'))?.data).toEqual({ seen: ['4'] });
  });

  it('lets a page of configuration go before each page of messages, also when both come at once', async () => {
    const [log, views] = [new Log(), new Views()];
    const commits = recording(views);
    await start(log, views, [letters(), seen()]);
    await log.happens(1);
    await views.caughtUp(letters(), log);
    await manyTurns();
    commits.length = 0;
    await log.appendMany(logOf([ofMessage, created, ofMessage, created]).map(({ stream, ...event }) => ({ stream, expected: 'any', events: [{ ...event, id: randomUUID() }] })));
    for (const view of [seen(), letters()]) await views.caughtUp(view, log);
    expect(commits[0]![0]!.view.name).toBe('seen');
  });

  it('takes in a page of messages for each page of configuration, and waits for it', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(8);
    await log.happens(8, ofMessage);
    const { open, opened } = gate();
    let pages = 0;
    views.change = (lease) => ({
      commit: async (changes) => {
        if (concerns(letters())(changes)) pages++;
        else await opened;
        await lease.commit(changes);
      },
    });
    await start(log, views, [letters(), seen()]);
    await manyTurns();
    expect(pages).toBe(1);
    open();
    for (const view of [seen(), letters()]) await views.caughtUp(view, log);
  });

  it('tells a policy of nothing that a view of messages may still lack', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(2, ofMessage);
    await log.happens(2);
    const { open, opened } = gate();
    views.change = holding(() => opened);
    const asked: bigint[] = [];
    await start(log, views, [seen(), letters()], {}, watching(asked));
    await views.caughtUp(seen(), log);
    await manyTurns();
    expect(asked).toEqual([]);
    open();
    await until('the policy has been asked about all', () => asked.length === 2);
    expect(asked).toEqual([3n, 4n]);
  });

  it.each([[[{ ...failing(2n), name: 'letters', types: letters().types }, seen()]], [[failing(1n), letters()]]])('goes on with the other views when all of one kind have stopped', async ([failed, sound]) => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(1);
    await log.happens(1, ofMessage);
    const asked: bigint[] = [];
    await start(log, views, [failed!, sound!], {}, watching(asked));
    await stopped(views);
    for (let n = 0; n < 2; n++) {
      await log.happens(3, n === 0 ? ofMessage : created);
      await views.caughtUp(sound!, log);
    }
    const [reached] = (await views.checkpoints()).filter(({ failure }) => failure);
    await manyTurns();
    expect(asked).toEqual([1n].filter((position) => position <= reached!.position));
  });

  it('ends all its work before it gives the right back, when one part of it has failed', async () => {
    const [log, views] = [new Log(), new Views()];
    await log.happens(3, ofMessage);
    await log.happens(3);
    const { open, opened } = gate();
    const happened: string[] = [];
    views.change = (lease) => ({
      commit: async (changes) => {
        if (views.asked > 1) return lease.commit(changes);
        if (concerns(letters())(changes)) throw new Error('databasen er borte');
        await opened;
        await lease.commit(changes);
        happened.push('written');
      },
      release: () => (happened.push('released'), lease.release()),
    });
    await start(log, views, [seen(), letters()]);
    await manyTurns();
    expect(happened).toEqual([]);
    open();
    await views.caughtUp(letters(), log);
    await views.caughtUp(seen(), log);
    expect(happened[0]).toBe('written');
    expect(said).toEqual([['error', 'Visningene kunne ikke oppdateres; prøver igjen']]);
    for (const [view, all] of [[seen(), ['4', '5', '6']], [letters(), ['1', '2', '3']]] as const) expect((await views.get(view, 'all'))?.data).toEqual({ seen: all });
  });

  it('gives a view of both kinds all their events, in order', async () => {
    const [log, views] = [new Log(), new Views()];
    for (let n = 0; n < 3; n++) {
      await log.happens(1, ofMessage);
      await log.happens(2);
    }
    const both = seen({ name: 'both', types: ['KommunalTjenesteCreated', 'MeldingDeleted'] });
    await start(log, views, [seen(), both, letters()]);
    for (const view of [seen(), both, letters()]) await views.caughtUp(view, log);
    expect((await views.get(both, 'all'))?.data.seen).toEqual(Array.from({ length: 9 }, (_, n) => `${n + 1}`));
    expect((await views.get(letters(), 'all'))?.data.seen).toEqual(['1', '4', '7']);
  });
});
