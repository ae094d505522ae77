import { randomUUID } from 'node:crypto';
import { copyFileSync, fsyncSync, mkdirSync, readlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Append } from '../../src/application/ports/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { copyFolder, dataFolder, temporaryFolder } from '../support/databases.js';

const tenant = '7a0c6a2e-95a6-4b2f-8a52-0d4d6a7a3b11';

/** An append of one event to a new stream. */
export function someAppend(): Append {
  const id = randomUUID();
  const ids = { commandId: id, commandDigest: '', correlationId: id, causationId: id };
  const metadata = { ...ids, actor: 'test:1', tenant, time: '2026-03-01T12:00:00.000Z', schemaVersion: 1 };
  return { stream: { aggregate: 'tjeneste', tenant, id }, expected: 'none', events: [{ id, type: 'Tested', data: {}, metadata }] };
}

/** Appends `count` events, four at a time. Resolves with the ids of the acknowledged ones. */
export async function appendSome(store: PostgresEventStore, count = 20): Promise<string[]> {
  const answered: string[] = [];
  for (let n = 0; n < count; n += 4) {
    const appends = Array.from({ length: 4 }, someAppend);
    const outcomes = await Promise.all(appends.map((one) => store.append(one)));
    outcomes.forEach(({ ok }, index) => ok && answered.push(appends[index]!.events[0]!.id));
  }
  return answered;
}

/** The event ids in the log of a data folder. */
export async function idsIn(folder: string): Promise<string[]> {
  const database = await EmbeddedDatabase.open(folder);
  try {
    const ids: string[] = [];
    for await (const page of new PostgresEventStore(database).readAll()) ids.push(...page.map(({ id }) => id));
    return ids;
  } finally {
    await database.close();
  }
}

/**
 * Appends to a folder on a simulated disk that loses its write cache in a power cut. The disk has each file as of its last
 * flush. Resolves with the ids of acknowledged events that are lost.
 */
export async function lostInPowerCut(
  sabotage: { readonly flush?: (fd: number) => void; readonly database?: (honest: Database) => Database } = {},
): Promise<string[]> {
  const folder = await dataFolder();
  const disk = join(await temporaryFolder(), 'disk');
  await copyFolder(folder, disk);
  const flush = (fd: number) => {
    fsyncSync(fd);
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    const place = join(disk, relative(folder, path));
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, place);
  };
  const database = await EmbeddedDatabase.open(folder, { flush: sabotage.flush ?? flush });
  const afterwards = join(await temporaryFolder(), 'afterwards');
  let answered: string[];
  try {
    await migrate(database);
    answered = await appendSome(new PostgresEventStore(sabotage.database?.(database) ?? database));
    await copyFolder(disk, afterwards); // the power cut
  } finally {
    await database.close();
  }
  const there = await idsIn(afterwards).catch((): string[] => []);
  return answered.filter((id) => !there.includes(id));
}
