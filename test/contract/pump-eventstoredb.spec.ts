import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { AnyProjection, Recorded } from '../../src/application/ports/projection.js';
import { projections } from '../../src/application/views/index.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstoredb/event-store.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { closing } from '../support/databases.js';
import { startDouble } from '../support/eventstoredb/stores.js';
import { bergen, everything, foldView, logOf, nesseby, until, type GivenEvent } from '../support/views.js';

Logger.overrideLogger(false);

async function open() {
  const double = await startDouble();
  const store = closing(new EventStoreDbEventStore(double.url, { timeout: 1_000 }));
  const operator = EventStoreDBClient.connectionString(double.url);
  closing({ close: () => operator.dispose() });
  const views = new MemoryViewStore();
  const start = async (pageSize = 7, kept: readonly AnyProjection[] = projections) => {
    const pump = new Pump(store, views, kept, { pageSize, retryMs: 2 });
    closing({ close: () => pump.onApplicationShutdown() });
    await pump.onApplicationBootstrap();
    return pump;
  };
  return { double, store, operator, views, start };
}
async function append(store: EventStore, happened: readonly GivenEvent[]): Promise<void> {
  for (const event of logOf(happened)) {
    const outcome = await store.append({ stream: event.stream, expected: 'any', events: [{ ...event, id: randomUUID() }] });
    expect(outcome.ok).toBe(true);
  }
}
/** Expects every view to have reached the log's head, and to equal a fold from the start. */
async function expectViews(store: EventStore, views: MemoryViewStore): Promise<void> {
  expect(await views.waitFor(projections, await store.head(), 20_000)).toBe(true);
  const log: Recorded[] = [];
  for await (const page of store.readAll()) log.push(...(page as Recorded[]));
  for (const view of projections) {
    const { documents } = await views.find(view, { limit: 10_000 });
    expect(new Map(documents.map((document) => [document.key, document]))).toEqual(foldView(view, log));
  }
}
const noise = () => Array.from({ length: 40 }, () => jsonEvent({ type: 'KommunalTjenesteCreated', data: {} }));

describe('The pump, from EventStoreDB', () => {
  it('keeps all views as a fold from zero would, among what others write', async () => {
    const { store, operator, views, start } = await open();
    await operator.appendToStream('kommunalTjeneste-annet', noise());
    await append(store, everything(nesseby).slice(0, 20));
    const first = await start();
    await operator.appendToStream('kommunalTjeneste-annet', noise());
    await expectViews(store, views);
    await append(store, everything(nesseby).slice(20));
    await expectViews(store, views);
    await first.onApplicationShutdown();
    await append(store, everything(bergen));
    await operator.appendToStream('kommunalTjeneste-annet', noise());
    await start(400);
    await expectViews(store, views);
  });

  it('goes on when it is started again after a view has stopped on an event, with every view', async () => {
    const { store, views, start } = await open();
    await append(store, everything(nesseby));
    const [first, ...others] = projections;
    let seen = 0;
    const failing: AnyProjection = {
      ...first!,
      apply: (event, documents) => {
        if (++seen === 2) throw new Error('nei');
        first!.apply(event, documents);
      },
    };
    const pump = await start(7, [failing, ...others]);
    await until('it has stopped', async () => (await views.checkpoints()).some(({ failure }) => failure));
    await pump.onApplicationShutdown();
    await append(store, everything(bergen));
    await start();
    await expectViews(store, views);
  });

  it('takes every event once while answers are lost, connections cut, and the server is away', async () => {
    const { double, store, views, start } = await open();
    await start();
    const happened = everything(nesseby);
    const half = happened.length >> 1;
    double.faults.appends({ kind: 'cut', written: true }, { kind: 'unavailable', written: false }, { kind: 'timeout', written: true });
    double.faults.subscriptions({ kind: 'cut', after: 3 }, { kind: 'twice' }, { kind: 'unavailable' });
    double.faults.reads({ kind: 'unavailable' }, { kind: 'cut', after: 0 });
    await append(store, happened.slice(0, half));
    await double.pause();
    await double.resume();
    await append(store, happened.slice(half));
    double.cut();
    await expectViews(store, views);
    expect(double.log.all.filter(({ type }) => !type.startsWith('$'))).toHaveLength(happened.length);
  });
});
