import type { Clock } from '../../src/application/ports/clock.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import { SearchUnavailable } from '../../src/application/ports/search-index.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { InnsynsloggSealing } from '../../src/application/proof/innsynslogg-sealing.js';
import type { Sealing } from '../../src/application/proof/sealing.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { StoresHealth } from '../../src/infrastructure/operations/health.js';
import { Sealer } from '../../src/infrastructure/workers/sealer.js';
import { kari } from '../domain/examples.js';
import { numbered } from '../support/generations.js';
import { administered, logOf, nesseby } from '../support/views.js';

const events = logOf(administered(nesseby, kari));
const view = (version: number): AnyProjection => ({ name: 'ting', version, indexes: [], types: [], keys: () => [], apply: () => undefined });
/** Two minutes after the second event. */
const clock: Clock = { now: () => parseInstant(new Date(Date.parse(events.at(1)!.metadata.time) + 120_000).toISOString()) };
const failure = { position: 2n, eventId: 'e-2', message: 'nei' };

async function stores() {
  const [store, views] = [new MemoryEventStore(), new MemoryViewStore()];
  for (const event of events) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  const index = new MemorySearchIndex();
  await index.prepare(numbered(1));
  await index.serve(numbered(1));
  await views.prepare([view(1)]);
  const lease = await views.acquireLease();
  return { store, views, lease: lease!, index, health: new StoresHealth(store, views, index, clock) };
}

describe('Health', () => {
  it('tells where the log is, and how far each view is behind it', async () => {
    const { lease, health } = await stores();
    await lease.commit([{ view: view(1), from: 0n, to: 1n, set: [], remove: [] }]);
    expect(await health.report()).toEqual({
      status: 'oppe',
      sok: 'oppe',
      loggposisjon: '2',
      visninger: [{ navn: 'ting', versjon: 1, etterslep: 1, forsinkelse: 120, iBruk: true }],
    });
  });

  it('never tells that a view is ahead, although the log may have been asked first', async () => {
    const { lease, health } = await stores();
    await lease.commit([{ view: view(1), from: 0n, to: 5n, set: [], remove: [] }]);
    expect((await health.report()).visninger[0]!.etterslep).toBe(0);
  });

  it('is weakened by a version that has stopped, until a newer one serves', async () => {
    const { views, lease, health } = await stores();
    await lease.recordFailure(view(1), failure);
    const stopped = { navn: 'ting', versjon: 1, stoppet: 'posisjon 2, hendelse e-2: nei' };
    expect(await health.report()).toMatchObject({ status: 'svekket', visninger: [{ ...stopped, iBruk: true }] });
    await views.prepare([view(2)]);
    expect((await health.report()).status).toBe('svekket');
    await lease.serve(view(2));
    expect(await health.report()).toMatchObject({ status: 'oppe', visninger: [{ ...stopped, iBruk: false }, { versjon: 2, iBruk: true }] });
    await lease.recordFailure(view(2), failure);
    expect((await health.report()).status).toBe('svekket');
  });

  it('tells how far the log is sealed, and is weakened while nothing is signed', async () => {
    const { store, views, index } = await stores();
    let forsegling: { forseglet: number; etterslep: number; stoppet?: string } = { forseglet: 2, etterslep: 0 };
    const health = new StoresHealth(store, views, index, clock, undefined, undefined, { state: () => Promise.resolve(forsegling) });
    expect(await health.report()).toMatchObject({ status: 'oppe', forsegling });
    forsegling = { ...forsegling, stoppet: 'Loggen er kuttet.' };
    expect(await health.report()).toMatchObject({ status: 'svekket', forsegling });
  });

  it('is weakened, and not down, when the state of the sealing cannot be read', async () => {
    const { store, views, index } = await stores();
    const health = new StoresHealth(store, views, index, clock, undefined, undefined, { state: () => Promise.reject(new Error('EACCES')) });
    expect(await health.report()).toMatchObject({ status: 'svekket', forsegling: { stoppet: 'Tilstanden til forseglingen kan ikke leses.' }, visninger: [{ navn: 'ting' }] });
    expect(await health.ready()).toBe('oppe');
  });

  it('is ready while the log and the views answer, and asks nothing else for it', async () => {
    const { store, views, index } = await stores();
    const never = () => {
      throw new Error('asked');
    };
    index.search = never;
    const health = new StoresHealth(store, views, index, clock, undefined, undefined, { state: never });
    expect(await health.ready()).toBe('oppe');
    store.head = () => Promise.reject(new StoreUnavailable());
    expect(await health.ready()).toBe('nede');
  });

  it('reads the state of the sealing once for all who ask within some seconds', async () => {
    let reads = 0;
    const sealing = {
      signerOf: () => Promise.resolve({ name: 'logg' }),
      refusal: () => Promise.resolve(undefined),
      progress: () => Promise.resolve({ forseglet: ++reads, etterslep: 0 }),
    } as unknown as Sealing;
    const sealer = (intervalMs: number) => new Sealer(new MemoryViewStore(), sealing, {} as InnsynsloggSealing, clock, intervalMs);
    const lasting = sealer(60_000);
    expect(await Promise.all([lasting.state(), lasting.state()])).toEqual([{ forseglet: 1, etterslep: 0 }, { forseglet: 1, etterslep: 0 }]);
    expect(await lasting.state()).toEqual({ forseglet: 1, etterslep: 0 });
    const brief = sealer(0);
    expect([await brief.state(), await brief.state()]).toEqual([{ forseglet: 2, etterslep: 0 }, { forseglet: 3, etterslep: 0 }]);
  });

  it('is weakened while nothing can be searched', async () => {
    const { index, health } = await stores();
    index.searchMany = () => Promise.reject(new SearchUnavailable());
    expect(await health.report()).toMatchObject({ status: 'svekket', sok: 'nede', visninger: [{ iBruk: true }] });
  });

  it('is down, and does not reject, when a store does not answer', async () => {
    const down = { status: 'nede', visninger: [] };
    const { store, views } = await stores();
    store.head = () => Promise.reject(new StoreUnavailable());
    expect(await new StoresHealth(store, views, new MemorySearchIndex(), clock).report()).toEqual(down);
    views.checkpoints = () => {
      throw new Error('closed');
    };
    expect(await new StoresHealth(new MemoryEventStore(), views, new MemorySearchIndex(), clock).report()).toEqual(down);
  });
});
