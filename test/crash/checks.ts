import { Logger } from '@nestjs/common';
import { type EventStore, type RecordedEvent, streamName } from '../../src/application/ports/event-store.js';
import { projections } from '../../src/application/views/index.js';
import { revisjon, type RevisjonView } from '../../src/application/views/revisjon.js';
import { configuration } from '../../src/domain/index.js';
import { exportLog } from '../../src/infrastructure/operations/log-file.js';
import { findDrift, type Drift } from '../../src/infrastructure/operations/search-drift.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import type { StoresInDatabase } from '../../src/stores.js';
import type { Entry } from './journal.js';
import { until } from './until.js';

/**
 * Checks the stores of a stopped service against the clients' journal. Resolves with one text per broken promise.
 * @param byClients whether a client has sent the command of an event. Others set the service up.
 */
export async function faultsIn(stores: StoresInDatabase, entries: readonly Entry[], byClients: (event: RecordedEvent) => boolean) {
  Logger.overrideLogger(false);
  const { database, events: store, keys, views, index, engines } = stores;
  const log: RecordedEvent[] = [];
  for await (const page of store.readAll()) log.push(...page);
  const commands = commandFaults(log.filter(byClients), entries);
  const faults = [
    ...gaps(log, engines?.logg === 'EventStoreDB'),
    ...(await exportFaults(store, log)),
    ...commands.faults,
    ...(await viewFaults(database, store, log)),
    ...searchFaults(await findDrift(store, keys, views, index, 10_000)),
  ];
  return { events: log.length, lost: commands.lost, repeated: commands.repeated, faults };
}

/** The search index must have the documents that the log and the keys yield, and no others. */
const searchFaults = ({ expected, found, missing, different, unwanted }: Drift): string[] =>
  expected === found && missing.length + different.length + unwanted.length === 0
    ? []
    : [`the search index has ${found} documents for ${expected}: ${missing.length} missing, ${different.length} different, ${unwanted.length} unwanted`];

/** Positions and revisions must have no gaps, and event ids must be unique. With `addresses`, positions need only grow. */
function gaps(log: readonly RecordedEvent[], addresses: boolean): string[] {
  const faults: string[] = [];
  const revisions = new Map<string, bigint>();
  const ids = new Set<string>();
  for (const [index, { position, stream, revision, id }] of log.entries()) {
    const name = streamName(stream);
    const before = log[index - 1]?.position ?? 0n;
    if (addresses ? position <= before : position !== before + 1n) faults.push(`position ${position} comes after ${before}`);
    const next = (revisions.get(name) ?? -1n) + 1n;
    if (revision !== next) faults.push(`revision ${revision} of ${name} stands where ${next} should`);
    revisions.set(name, next);
    if (ids.has(id)) faults.push(`event ${id} is there twice`);
    ids.add(id);
  }
  return faults;
}

/** The export of `npm run log -- export` must have the events of the log, in order. */
async function exportFaults(store: EventStore, log: readonly RecordedEvent[]): Promise<string[]> {
  const lines: unknown[] = [];
  for await (const line of exportLog(store)) lines.push(JSON.parse(line));
  const exported = lines.slice(1, -1).map((line) => (line as RecordedEvent).id);
  const total = (lines.at(-1) as { events?: number }).events;
  if (total === log.length && exported.join() === log.map(({ id }) => id).join()) return [];
  return [`the export has ${exported.length} events and says ${total}; the log has ${log.length}`];
}

/**
 * An acknowledged command must be stored once, at the acknowledged position and revision. A refused command must not be stored.
 * A command with unknown outcome must be stored at most once.
 */
function commandFaults(log: readonly RecordedEvent[], entries: readonly Entry[]) {
  const faults: string[] = [];
  let [lost, repeated] = [0, 0];
  const byKey = new Map<string, RecordedEvent[]>();
  const keyOf = new Map<string, string>();
  for (const event of log) {
    const { correlationId, commandId } = event.metadata;
    byKey.set(correlationId, [...(byKey.get(correlationId) ?? []), event]);
    if ((keyOf.get(commandId) ?? correlationId) !== correlationId) faults.push(`command id ${commandId} belongs to two commands`);
    keyOf.set(commandId, correlationId);
  }
  for (const { key, stream, shared, outcome, revision = -1n, position } of entries) {
    const events = byKey.get(key) ?? [];
    byKey.delete(key);
    if (outcome === 'acknowledged' && events.length === 0) lost++;
    if (events.length > 1) repeated++;
    const stored = events.map((event) => `${event.position} in ${streamName(event.stream)} at ${event.revision}`);
    if (outcome === 'acknowledged') {
      const said = `${position} in ${stream} at ${shared && events[0] && events[0].revision < revision ? events[0].revision : revision}`;
      if (stored.join() !== said) faults.push(`${key} was acknowledged as ${said}, and the log has [${stored.join(', ')}]`);
    } else if (stored.length > (outcome === 'refused' ? 0 : 1)) {
      faults.push(`${key} (${outcome}) is in the log as [${stored.join(', ')}]`);
    }
  }
  for (const key of byKey.keys()) faults.push(`nobody sent ${key}, but it is in the log`);
  return { lost, repeated, faults };
}

/** Every view must equal its rebuild, byte for byte. The audit trail must have every event of the configuration. */
export async function viewFaults(database: Database, store: EventStore, log: readonly RecordedEvent[]): Promise<string[]> {
  const faults: string[] = [];
  const viewStore = new PostgresViewStore(database);
  const head = await store.head();
  for (const { name, position, failure } of await viewStore.checkpoints()) {
    if (failure) faults.push(`the view ${name} has stopped at ${failure.position}: ${failure.message}`);
    if (position !== head) faults.push(`the view ${name} stands at ${position}, the log at ${head}`);
  }
  const kept = await contents(database);
  // A new version is built in tables of its own, from the first event on.
  const rebuilt = projections.map((view) => ({ ...view, version: view.version + 1000 }));
  const pump = new Pump(store, viewStore, rebuilt);
  await pump.onApplicationBootstrap();
  await until('the views are rebuilt', async () => {
    const checkpoints = await viewStore.checkpoints();
    return rebuilt.every((view) => checkpoints.some(({ name, version, serving, position }) => name === view.name && version === view.version && serving && position === head));
  });
  await pump.onApplicationShutdown();
  const fresh = await contents(database);
  for (const { name, version } of projections) {
    const [old, now] = [kept.get(table(name, version)) ?? [], fresh.get(table(name, version + 1000)) ?? []];
    if (old.join('\n') === now.join('\n')) continue;
    const first = old.find((line, n) => line !== now[n]) ?? now[old.length];
    faults.push(`the view ${name} differs from its rebuild: ${first?.slice(0, 300)} (${old.length} documents, ${now.length} rebuilt)`);
  }
  const lines = (kept.get(table(revisjon.name, revisjon.version)) ?? []).flatMap((line) => {
    const { slag, hendelseId } = JSON.parse(line.slice(line.indexOf('{'))) as RevisjonView;
    return slag === 'linje' ? [hendelseId] : [];
  });
  const configured = log.filter(({ stream }) => stream.aggregate in configuration);
  if (lines.sort().join() !== configured.map(({ id }) => id).sort().join())
    faults.push(`the audit trail has ${lines.length} lines for ${configured.length} events`);
  return faults;
}

const table = (name: string, version: number) => `view_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${version}`;

/** The documents of all views as text, by table, in the order of their keys. */
export async function contents(database: Database): Promise<Map<string, string[]>> {
  const tables = await database.query<{ name: string }>({ name: '', text: `select tablename as name from pg_tables where tablename ~ '^view_'` });
  const all = new Map<string, string[]>();
  for (const { name } of tables) {
    const rows = await database.query<{ line: string }>({
      name: '',
      text: `select concat_ws(' ', key, revision, position, doc::text) as line from ${name} order by key`,
    });
    all.set(name, rows.map(({ line }) => line));
  }
  return all;
}
