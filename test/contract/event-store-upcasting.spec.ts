import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Upcaster } from '../../src/infrastructure/codec.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { onEngines } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';
import { collect } from './event-store.contract.js';

const upcasters: readonly Upcaster[] = [
  { type: 'Renamed', before: 2, to: 'Named', lift: (data) => data },
  { type: 'Named', before: 3, lift: ({ navn }: { navn?: string }) => ({ tittel: navn }) },
  { type: 'Named', before: 4, to: 'Titled', lift: (data) => ({ ...data, språk: 'nb' }) },
];

const event = (type: string, data: object, schemaVersion: number) => ({
  id: randomUUID(),
  type,
  data,
  metadata: { ...metadata, schemaVersion },
});

const adapters: Record<string, () => Promise<EventStore>> = {
  memory: () => Promise.resolve(new MemoryEventStore(upcasters)),
  ...onEngines((open) => async () => new PostgresEventStore(await open(), { upcasters })),
};

describe.each(Object.entries(adapters))('%s', (_, make) => {
  it('lifts old events to what they are called and hold now, wherever they are read', async () => {
    const store = await make();
    const stream = { aggregate: 'tjeneste', tenant, id: 'a' };
    await store.append({
      stream,
      expected: 'none',
      events: [
        event('Renamed', { navn: 'a' }, 1),
        event('Named', { navn: 'b' }, 2),
        event('Named', { tittel: 'c' }, 3),
        event('Titled', { tittel: 'd', språk: 'se' }, 4),
        event('Other', { navn: 'e' }, 1),
      ],
    });
    const now = [
      ['Titled', { tittel: 'a', språk: 'nb' }, 4],
      ['Titled', { tittel: 'b', språk: 'nb' }, 4],
      ['Titled', { tittel: 'c', språk: 'nb' }, 4],
      ['Titled', { tittel: 'd', språk: 'se' }, 4],
      ['Other', { navn: 'e' }, 1],
    ];
    const told = (list: Awaited<ReturnType<typeof read>>) => list.map(({ type, data, metadata }) => [type, data, metadata.schemaVersion]);
    const read = async (types?: string[]) => (await collect(store.readAll(types && { filter: { types } }))).flat();
    expect(told(await collect(store.readStream(stream)))).toEqual(now);
    expect(told(await read())).toEqual(now);
    expect(told(await read(['Titled']))).toEqual(now.slice(0, 4));
    expect(told(await read(['Other']))).toEqual(now.slice(4));
  });
});
