import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { parseStreamName, type RecordedEvent } from '../../src/application/ports/event-store.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import { driftsmeldinger } from '../../src/application/views/driftsmelding.js';
import { documentKey } from '../../src/application/views/projection.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { Pump, pumpDefaults, pumpOnServer } from '../../src/infrastructure/workers/pump.js';
import { database, engines, type Engine } from '../support/engines.js';
import { published } from '../support/events.js';
import { withoutReference, compare, rate, type Result } from '../support/measure.js';

/** The length of the log, in events. */
const total = Number(process.env['BENCH_EVENTS'] ?? 200_000);
let version = 1;

/** Measures a rebuild of one view against a fold in memory followed by COPY, and the delay of the event loop meanwhile. */
export async function rebuild(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { ours, store, url } = await filled(engine, total);
    const delays: number[] = [];
    const rebuilt = () => rate(total, () => keepUntilHead(engine, ours, store, replacing(), delays));
    results.push(
      ...(await compare(`rebuild of ${total} events, ${engine}`, 'events/s', rebuilt, {
        'fold in memory, then COPY': () => rate(total, () => foldThenCopy(engine, ours, url)),
      })),
    );
    delays.sort((a, b) => a - b);
    results.push(withoutReference(`event loop delay p99 during rebuild, ${engine}`, 'ms', delays[Math.floor(delays.length / 2)]!));
    // The baseline, because on a busy machine an idle event loop is delayed as well.
    results.push(withoutReference('event loop delay p99 while nothing is done', 'ms', await idleDelay()));
  }
  return results;
}

/**
 * Measures a serving view, with its indexes in place, that follows the log. The reference is a bare loop that folds pages and
 * upserts their rows.
 */
export async function catchUp(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { ours, store } = await filled(engine, total);
    results.push(
      ...(await compare(`live catch-up of ${total} events, ${engine}`, 'events/s', () => rate(total, () => keepUntilHead(engine, ours, store, serving())), {
        'multi-row upsert loop': () => rate(total, () => upsertLoop(ours)),
      })),
    );
  }
  return results;
}

/** Measures a rebuild from a long log against one from a short log. The ratio is 1 when each event costs the same. */
export async function flat(): Promise<Result[]> {
  const results: Result[] = [];
  const few = 20_000;
  for (const engine of engines) {
    const [small, large] = [await filled(engine, few), await filled(engine, total)];
    const speed = (count: number, { ours, store } = large) => rate(count, () => keepUntilHead(engine, ours, store));
    results.push(
      ...(await compare(`rebuild of ${total} events, ${engine}`, 'events/s', () => speed(total), { [`of ${few} events`]: () => speed(few, small) })),
    );
  }
  return results;
}

/** A log of `count` events, and the first version of the view, which serves. */
async function filled(engine: Engine, count: number) {
  const { database: ours, url } = await database(engine);
  const store = new PostgresEventStore(ours);
  await new PostgresViewStore(ours).prepare([driftsmeldinger]);
  await fill(store, count);
  return { ours, store, url };
}

async function fill(store: PostgresEventStore, count: number): Promise<void> {
  for (let n = 0; n < count; n += 2000) {
    process.stderr.write(`\rfilling the log: ${n} of ${count}`.padEnd(80));
    await store.appendMany(Array.from({ length: Math.min(2000, count - n) }, (_, i) => published(n + i)));
  }
}

/** A new version of the view. It is built from position 0 beside the serving one, and gets its indexes last. */
const replacing = (): AnyProjection => ({ ...driftsmeldinger, version: ++version });
/** A view with a new name. Its first version serves from the first event on. */
const serving = (): AnyProjection => ({ ...driftsmeldinger, name: `driftsmelding${'x'.repeat(++version)}` });

async function keepUntilHead(engine: Engine, ours: Database, store: PostgresEventStore, view = replacing(), delays?: number[]): Promise<void> {
  const views = new PostgresViewStore(ours);
  const pump = new Pump(store, views, [view], engine === 'native' ? pumpOnServer : pumpDefaults);
  const head = await store.head();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await pump.onApplicationBootstrap();
  while ((await views.checkpoints()).find((one) => one.name === view.name && one.version === view.version)!.position < head)
    await new Promise((resolve) => setTimeout(resolve, 5));
  loop.disable();
  delays?.push(loop.percentile(99) / 1e6);
  await pump.onApplicationShutdown();
}

async function idleDelay(): Promise<number> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  loop.disable();
  return loop.percentile(99) / 1e6;
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
    // The embedded adapter has no socket, so it has no COPY. Large multi-row inserts come closest.
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
