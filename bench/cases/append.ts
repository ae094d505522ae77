import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { streamName, type Append } from '../../src/application/ports/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstoredb/event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { atEnd, database, engines, eventStoreUrl, nativeUrl } from '../support/engines.js';
import { event, published } from '../support/events.js';
import { compare, rate, type Measured, type Result } from '../support/measure.js';

/** The part of emmett's event store that this case calls. Typed here because the package is installed in bench/ only. */
interface Emmett {
  appendToStream(name: string, events: readonly object[], options: object): Promise<unknown>;
  close(): Promise<void>;
}
const connectEmmett = async (url: string): Promise<Emmett> => {
  const path = '@event-driven-io/emmett-postgresql';
  const { getPostgreSQLEventStore } = (await import(path)) as { getPostgreSQLEventStore: (url: string) => Emmett };
  return getPostgreSQLEventStore(url);
};

const bareTable = `create table if not exists bare (
  position bigint generated always as identity primary key, stream text not null, revision bigint not null,
  id uuid not null, type text not null, data json not null, metadata json not null, unique (stream, revision))`;
const bareInsert = {
  name: 'bare',
  text: 'insert into bare (stream, revision, id, type, data, metadata) values ($1, $2, $3, $4, $5, $6)',
};
const bareRow = ({ stream, events: [first] }: Append) => [
  streamName(stream),
  0,
  first!.id,
  first!.type,
  JSON.stringify(first!.data),
  JSON.stringify(first!.metadata),
];

/** Calls `work` with the numbers from 0 to `count` - 1, on `writers` concurrent loops. */
async function runConcurrently(writers: number, count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

/**
 * Measures appends of single events, from 1 and 16 writers, against bare INSERTs and emmett. Measures appends of 100 events
 * against emmett. Emmett runs on the native engine only.
 */
export async function append(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { database: ours } = await database(engine);
    const store = new PostgresEventStore(ours);
    const bare = await bareOn(engine, ours);
    const emmett = engine === 'native' ? await connectEmmett(await nativeUrl()) : undefined;
    for (const writers of [1, 16]) {
      const count = writers === 1 ? 2000 : 8000;
      const measured = (work: (n: number) => Promise<unknown>): Measured => () => rate(count, () => runConcurrently(writers, count, work));
      results.push(
        ...(await compare(`append, ${writers} writer${writers > 1 ? 's' : ''}, ${engine}`, 'events/s', measured((n) => store.append(published(n))), {
          'bare INSERT': measured((n) => bare(bareRow(published(n)))),
          ...(emmett && { emmett: measured((n) => emmettAppend(emmett, published(n))) }),
        })),
      );
    }
    const batches = 100;
    const batch = (n: number): Append => {
      const one = published(n);
      return { ...one, events: Array.from({ length: 100 }, () => event(n, one.stream.tenant)) };
    };
    const measured = (work: (append: Append) => Promise<unknown>): Measured => () =>
      rate(batches * 100, () => runConcurrently(1, batches, (n) => work(batch(n))));
    results.push(
      ...(await compare(`append, 100 at a time, ${engine}`, 'events/s', measured((one) => store.append(one)), {
        ...(emmett && { emmett: measured((one) => emmettAppend(emmett, one)) }),
      })),
    );
    await emmett?.close();
  }
  if (eventStoreUrl !== undefined) results.push(...(await onEventStoreDb(eventStoreUrl)));
  return results;
}

/** Measures appends of single events to EventStoreDB, from 1, 16 and 64 writers, against the client's own batch call. */
async function onEventStoreDb(url: string): Promise<Result[]> {
  const store = new EventStoreDbEventStore(url, { namespace: `bench-${randomUUID()}.` });
  const client = EventStoreDBClient.connectionString(url);
  atEnd(() => Promise.all([store.close(), client.dispose()]));
  const clientAppend = ({ stream, events }: Append) =>
    client.appendToStream(
      `bench-${randomUUID()}.${streamName(stream)}`,
      events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data: data as Record<string, unknown>, metadata: { ...metadata } })),
      { expectedRevision: NO_STREAM, requiresLeader: true },
    );
  const results: Result[] = [];
  for (const writers of [1, 16, 64]) {
    const count = writers === 1 ? 1000 : 8000;
    const measured = (work: (append: Append) => Promise<unknown>): Measured => () => rate(count, () => runConcurrently(writers, count, (n) => work(published(n))));
    const name = `append, ${writers} writer${writers > 1 ? 's' : ''}, EventStoreDB`;
    results.push(...(await compare(name, 'events/s', measured((one) => store.append(one)), { 'client, batch call': measured(clientAppend) })));
  }
  return results;
}

const emmettAppend = (emmett: Emmett, { stream, events }: Append) =>
  emmett.appendToStream(
    streamName(stream),
    events.map(({ type, data, metadata }) => ({ type, data, metadata })),
    { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
  );

async function bareOn(engine: 'native' | 'embedded', ours: Database): Promise<(row: unknown[]) => Promise<unknown>> {
  if (engine === 'embedded') {
    await ours.query({ name: '', text: bareTable });
    return (row) => ours.change(bareInsert, row);
  }
  const pool = new pg.Pool({ connectionString: await nativeUrl(), max: 16 });
  await pool.query(bareTable);
  return (values) => pool.query({ ...bareInsert, values });
}

