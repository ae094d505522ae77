import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pg from 'pg';
import { driftsmeldinger } from '../../src/application/read-models/driftsmelding.js';
import { documentKey, type AnyProjection } from '../../src/application/projection.js';
import { parseStreamName, type RecordedEvent } from '../../src/application/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/event-store.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { Pump, pumpDefaults } from '../../src/infrastructure/pump.js';
import { database, engines, type Engine } from '../support/engines.js';
import { published } from '../support/events.js';
import { alone, compare, rate, type Result } from '../support/measure.js';

/** How many events are rebuilt from. */
const total = Number(process.env['BENCH_EVENTS'] ?? 200_000);
let version = 1;

/** Rebuilds of one view, against folding everything in memory and copying it in; and how the event loop fares meanwhile. */
export async function rebuild(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { database: ours, url } = await database(engine);
    const store = new PostgresEventStore(ours);
    await fill(store, total);
    const delays: number[] = [];
    const rebuilt = () => rate(total, () => keepUntilHead(engine, ours, store, delays));
    results.push(
      ...(await compare(`rebuild of ${total} events, ${engine}`, 'events/s', rebuilt, {
        'fold in memory, then COPY': () => rate(total, () => foldThenCopy(engine, ours, url)),
        'multi-row upsert loop': () => rate(total, () => upsertLoop(ours)),
      })),
    );
    delays.sort((a, b) => a - b);
    results.push(alone(`event loop delay p99 during rebuild, ${engine}`, 'ms', delays[Math.floor(delays.length / 2)]!));
  }
  return results;
}

/** Cost per event, from few events to many. */
export async function flat(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { database: ours } = await database(engine);
    const store = new PostgresEventStore(ours);
    let have = 0;
    for (const count of [20_000, total]) {
      await fill(store, count - have, have);
      have = count;
      results.push(...(await compare(`rebuild of ${count} events, ${engine}`, 'events/s', () => rate(count, () => keepUntilHead(engine, ours, store)), {})));
    }
  }
  return results;
}

async function fill(store: PostgresEventStore, count: number, from = 0): Promise<void> {
  for (let n = 0; n < count; n += 2000) {
    process.stderr.write(`\rfilling the log: ${from + n}`.padEnd(80));
    await store.appendMany(Array.from({ length: Math.min(2000, count - n) }, (_, i) => published(from + n + i)));
  }
}

async function keepUntilHead(engine: Engine, ours: Database, store: PostgresEventStore, delays?: number[]): Promise<void> {
  const views = new PostgresViewStore(ours);
  // A version that no run has had: built from zero, beside the others.
  const view: AnyProjection = { ...driftsmeldinger, version: ++version };
  const pump = new Pump(store, views, [view], engine === 'native' ? { ...pumpDefaults, pageSize: 2000 } : pumpDefaults);
  const head = await store.head();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await pump.onApplicationBootstrap();
  while ((await views.checkpoints()).find((one) => one.version === view.version)!.position < head)
    await new Promise((resolve) => setTimeout(resolve, 5));
  loop.disable();
  delays?.push(loop.percentile(99) / 1e6);
  await pump.onApplicationShutdown();
}

async function readPages(ours: Database, size: number, take: (events: RecordedEvent[]) => Promise<void>): Promise<void> {
  const statement = {
    name: 'bench_pages',
    text: 'select position, stream, revision, id, type, data, metadata from event where position > $1 order by position limit $2',
  };
  for (let after = 0n; ; ) {
    const rows = await ours.query<RecordedEvent & { stream: string }>(statement, [after, size]);
    if (rows.length === 0) return;
    await take(rows.map((row) => ({ ...row, stream: parseStreamName(row.stream) })));
    after = rows[rows.length - 1]!.position;
  }
}

const fold = (into: Map<string, { data: object; event: RecordedEvent }>, events: readonly RecordedEvent[]) => {
  for (const event of events) {
    const { tenant, id } = event.stream;
    into.set(documentKey(tenant, id), { data: { id, fiksOrgId: tenant, opprettet: event.metadata.time, ...event.data }, event });
  }
};

const table = 'key text collate "C" primary key, doc jsonb not null, revision bigint not null, position bigint not null';
const indexes = (name: string) => [
  `create index on ${name} (position)`,
  `create index on ${name} (((doc ->> 'fiksOrgId') collate "C"), ((doc ->> 'opprettet') collate "C"), position)`,
];

async function foldThenCopy(engine: Engine, ours: Database, url: string | undefined): Promise<void> {
  const name = `copied_${++version}`;
  const all = new Map<string, { data: object; event: RecordedEvent }>();
  await readPages(ours, 5000, (events) => {
    fold(all, events);
    return Promise.resolve();
  });
  const escape = (text: string) => text.replace(/[\\\t\n\r]/g, (sign) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[sign]!);
  function* lines() {
    for (const [key, { data, event }] of all) yield `${key}\t${escape(JSON.stringify(data))}\t${event.revision}\t${event.position}\n`;
  }
  await ours.query({ name: '', text: `create table ${name} (${table})` });
  if (engine === 'native') {
    const path = 'pg-copy-streams';
    const { from } = (await import(path)) as { from: (text: string) => pg.Submittable & NodeJS.WritableStream };
    const client = new pg.Client(url);
    await client.connect();
    await pipeline(Readable.from(lines()), client.query(from(`copy ${name} from stdin`)));
    await client.end();
  } else {
    // Without a socket there is no COPY through the adapter; large multi-row inserts are the nearest.
    const rows = [...all];
    for (let n = 0; n < rows.length; n += 5000) await insert(ours, name, rows.slice(n, n + 5000));
  }
  for (const index of indexes(name)) await ours.query({ name: '', text: index });
}

async function upsertLoop(ours: Database): Promise<void> {
  const name = `upserted_${++version}`;
  await ours.query({ name: '', text: `create table ${name} (${table})` });
  for (const index of indexes(name)) await ours.query({ name: '', text: index });
  await readPages(ours, 1000, async (events) => {
    const page = new Map<string, { data: object; event: RecordedEvent }>();
    fold(page, events);
    await insert(ours, name, [...page]);
  });
}

const insert = (ours: Database, name: string, rows: readonly [string, { data: object; event: RecordedEvent }][]) =>
  ours.query(
    {
      name: `bench_insert_${name}`,
      text: `insert into ${name} select * from unnest($1::text[], $2::jsonb[], $3::bigint[], $4::bigint[])
        on conflict (key) do update set doc = excluded.doc, revision = excluded.revision, position = excluded.position`,
    },
    [
      rows.map(([key]) => key),
      rows.map(([, { data }]) => JSON.stringify(data)),
      rows.map(([, { event }]) => event.revision.toString()),
      rows.map(([, { event }]) => event.position.toString()),
    ],
  );
