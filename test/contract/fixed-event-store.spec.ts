import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import { FixedEventStore } from '../../src/infrastructure/memory/fixed-event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { metadata, tenant } from '../support/events.js';

// A log that does not change reads as the one in memory does, at positions of its own.

const gap = 10n;
const streams = ['a', 'b'].map((id) => ({ aggregate: 'tjeneste', tenant, id }));
const collected = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of all) found.push(one);
  return found;
};
const spread = (events: readonly RecordedEvent[]) => events.map((event) => ({ ...event, position: event.position * gap }));

it('reads streams, pages, places and the end as the log that it has the events of', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ stream: fc.constantFrom(...streams), type: fc.constantFrom('A', 'B') }), { maxLength: 12 }),
      fc.nat(14),
      fc.integer({ min: 1, max: 5 }),
      async (appended, after, pageSize) => {
        const memory: EventStore = new MemoryEventStore([]);
        for (const { stream, type } of appended) await memory.append({ stream, expected: 'any', events: [{ id: randomUUID(), type, data: {}, metadata }] });
        const events = (await collected(memory.readAll())).flat();
        const fixed = new FixedEventStore(spread(events).reverse());
        for (const filter of [{}, { types: ['A'] }, { aggregates: ['integration'] }]) {
          const pages = await collected(memory.readAll({ after: BigInt(after), filter, pageSize }));
          expect(await collected(fixed.readAll({ after: BigInt(after) * gap, filter, pageSize }))).toEqual(pages.map(spread));
          // Between two events.
          expect((await collected(fixed.readAll({ after: BigInt(after) * gap + 1n, filter }))).flat()).toEqual(spread(pages.flat()));
        }
        for (const stream of streams)
          for (const options of [{}, { limit: 2 }, { from: 1n }, { direction: 'backwards' }, { direction: 'backwards', from: 1n, limit: 1 }] as const)
            expect(await collected(fixed.readStream(stream, options))).toEqual(spread(await collected(memory.readStream(stream, options))));
        expect(await fixed.head()).toBe((await memory.head()) * gap);
        expect(await fixed.readAt(events.map(({ position }) => position * gap))).toEqual(spread(events));
        for (const { position } of events) {
          expect(await fixed.eventAt(position * gap)).toMatchObject({ position: position * gap });
          expect(await fixed.eventAt(position * gap + 1n)).toBeUndefined();
          await expect(fixed.readAt([position * gap + 1n])).rejects.toThrow(RangeError);
        }
      },
    ),
    { numRuns: 50 },
  ));

it('refuses appends, and waits for events that never come until it is told to stop', async () => {
  const fixed = new FixedEventStore([]);
  await expect(fixed.append({ stream: streams[0]!, expected: 'any', events: [{ id: randomUUID(), type: 'A', data: {}, metadata }] })).rejects.toThrow(RangeError);
  const stop = new AbortController();
  const waiting = fixed.waitForEvents(0n, stop.signal);
  stop.abort();
  await waiting;
  await fixed.waitForEvents(0n, stop.signal);
});
