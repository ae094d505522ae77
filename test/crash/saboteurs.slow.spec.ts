import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import { projections } from '../../src/application/views/index.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import type { Lease } from '../../src/infrastructure/view-store.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { dataFolder, embeddedDatabase } from '../support/databases.js';
import { everything, logOf } from '../support/views.js';
import { viewFaults } from './checks.js';
import { checkpointsIn, documentsIn } from './halves.js';
import { matchesTheModel } from './log-model.js';
import { appendSome, idsIn, lostInPowerCut } from './power-cut.js';
import { oneOutcomeAKey } from './repeats.js';
import { until } from './until.js';

// Removes the safeguards of the promises one at a time. Each check passes with the safeguard in place and fails without it. (The
// contract suites have saboteurs of their own, for every rule of a port.)

Logger.overrideLogger(false);

/** The object with some of its methods replaced. */
const patched = <T extends object>(honest: T, methods: Partial<T>): T =>
  new Proxy(honest, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

// --- the flush ------------------------------------------------------------------------------------------------------

describe('without the flush', () => {
  it('what is answered is lost with the power, and not otherwise', async () => {
    expect(await lostInPowerCut()).toEqual([]);
    expect(await lostInPowerCut({ flush: () => undefined })).not.toEqual([]);
  });

  it('at the commit of an append, too', async () => {
    const lazy = (honest: Database) => {
      const query: Database['query'] = (statement, values) => honest.transaction((tx) => tx.query(statement, values) as never, { durable: false });
      return patched(honest, { query, change: (statement, values) => query(statement, values).then(() => 1) });
    };
    expect(await lostInPowerCut({ database: lazy })).not.toEqual([]);
  });
});

// --- the folder's lock ----------------------------------------------------------------------------------------------

/** Opens one folder twice, as two processes would, and appends through both. Resolves with the acknowledged ids that are lost. */
async function lostByTwo(between: (folder: string) => Promise<void>): Promise<string[]> {
  const folder = await dataFolder();
  const one = await EmbeddedDatabase.open(folder);
  await migrate(one);
  await one.query({ name: 'checkpoint', text: 'checkpoint' });
  await between(folder);
  const two = await EmbeddedDatabase.open(folder).catch(() => undefined);
  const answered: string[] = [];
  for (const database of [one, two, one]) if (database) answered.push(...(await appendSome(new PostgresEventStore(database), 8)));
  await two?.close().catch(() => undefined);
  await one.close().catch(() => undefined);
  const there = await idsIn(folder).catch((): string[] => []);
  return answered.filter((id) => !there.includes(id));
}

it('without the lock of the folder two processes spoil one another’s log; with it the second is refused', async () => {
  expect(await lostByTwo(() => Promise.resolve())).toEqual([]);
  expect(await lostByTwo((folder) => rm(join(folder, 'lock')))).not.toEqual([]);
});

// --- the revision check, the idempotency check ----------------------------------------------------------------------

/** Ignores the expected revision of every append. */
const withoutRevisionCheck = (honest: EventStore): EventStore =>
  patched(honest, {
    append: (one) => honest.append({ ...one, expected: 'any' }),
    appendMany: (appends) => honest.appendMany(appends.map((one) => ({ ...one, expected: 'any' }))),
  });

/** Replaces event ids in appends and command ids in read streams, so that no repeat is recognised. */
function withoutIdempotencyCheck(honest: EventStore): EventStore {
  const forgetful = <E extends { readonly events: readonly { readonly id: string }[] }>(one: E): E => ({
    ...one,
    events: one.events.map((event) => ({ ...event, id: randomUUID() })),
  });
  return patched(honest, {
    append: (one) => honest.append(forgetful(one)),
    appendMany: (appends) => honest.appendMany(appends.map(forgetful)),
    readStream: async function* (...options) {
      for await (const event of honest.readStream(...options))
        yield { ...event, metadata: { ...event.metadata, commandId: randomUUID() } } satisfies RecordedEvent;
    },
  });
}

describe.each([
  ['revision', withoutRevisionCheck],
  ['idempotency', withoutIdempotencyCheck],
])('a store without the %s check', (_, sabotage) => {
  it('has outcomes that the model does not explain', async () => {
    const checked = matchesTheModel(sabotage(new MemoryEventStore()), 200);
    await expect(checked).rejects.toMatchObject({ cause: { name: 'AssertionError' } });
  });

  it('lets one key have several outcomes', async () => {
    const checked = oneOutcomeAKey(sabotage(new MemoryEventStore()), 200);
    await expect(checked).rejects.toMatchObject({ cause: { name: 'AssertionError' } });
  });
});

// --- the checkpoint's transaction -----------------------------------------------------------------------------------

type Commit = (lease: Lease) => Lease['commit'];

/** Runs the pump in small pages while `commit` is cut off now and then. Resolves with the faults of the views. */
async function faultsAfterCuts(commit: Commit): Promise<string[]> {
  const database = await embeddedDatabase();
  const store = new PostgresEventStore(database, { pollInterval: 5 });
  for (const event of logOf(everything())) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  const views = new PostgresViewStore(database);
  const pump = new Pump(
    store,
    patched(views, { acquireLease: async () => {
      const lease = await views.acquireLease();
      return lease && { ...lease, commit: commit(lease) };
    } }),
    projections,
    { pageSize: 4, retryMs: 1 },
  );
  await pump.onApplicationBootstrap();
  const head = await store.head();
  await until('every view has come to the end, or stopped', async () =>
    (await views.checkpoints()).every(({ position, failure }) => position === head || failure !== undefined),
  );
  await pump.onApplicationShutdown();
  const log: RecordedEvent[] = [];
  for await (const page of store.readAll()) log.push(...page);
  return viewFaults(database, store, log);
}

let commits = 0;
const cut = () => {
  // An end to it, because two lanes can fall into a step in which the same commit is always the one that is cut off.
  if (commits++ % 3 === 1 && commits < 100) throw new Error('cut off');
};

describe('the views of a pump whose commits are cut off', () => {
  beforeEach(() => (commits = 0));

  it('equal their rebuilds as long as a commit is one transaction', async () => {
    const whole: Commit = (lease) => async (changes) => {
      cut();
      await lease.commit(changes);
      cut();
    };
    expect(await faultsAfterCuts(whole)).toEqual([]);
  });

  it.each<[string, Commit]>([
    ['the documents are written before the checkpoint', (lease) => async (changes) => {
      await lease.commit(documentsIn(changes));
      cut();
      await lease.commit(checkpointsIn(changes));
    }],
    ['the checkpoint is written before the documents', (lease) => async (changes) => {
      await lease.commit(checkpointsIn(changes));
      cut();
      await lease.commit(changes.map((one) => ({ ...one, from: one.to })));
    }],
  ])('differ from them when %s, without a transaction around both', async (_, commit) => {
    expect((await faultsAfterCuts(commit)).join()).toMatch(/differs from its rebuild|has stopped/);
  });
});
