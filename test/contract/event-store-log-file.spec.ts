import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/application/event-store.js';
import { exportLog, importLog } from '../../src/infrastructure/log-file.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/event-store.js';
import { embeddedDatabase } from '../support/databases.js';
import { collect } from './event-store.contract.js';

const tenant = '7a0c6a2e-95a6-4b2f-8a52-0d4d6a7a3b11';
const metadata = {
  commandId: 'c',
  commandDigest: '',
  correlationId: '',
  causationId: '',
  actor: 'test:1',
  tenant,
  time: '2026-03-01T12:00:00.000Z',
  schemaVersion: 1,
};
const event = (n: number) => ({ id: randomUUID(), type: `Type${n % 3}`, data: { n, navn: 'Ås\n"\u0000"', liste: [{}] }, metadata });
const stream = (n: number) => ({ aggregate: ['tjeneste', 'driftsmelding'][n % 2]!, tenant, id: `s${n % 7}` });

async function filled(): Promise<EventStore> {
  const store = new MemoryEventStore();
  for (let n = 0; n < 500; n++) {
    await store.append({ stream: stream(n), expected: 'any', events: Array.from({ length: 1 + (n % 4) }, () => event(n)) });
  }
  return store;
}
const exported = async (store: EventStore) => collect(exportLog(store));

describe('the log as a file', () => {
  it('is a header, every event in order, and how many there were', async () => {
    const store = new MemoryEventStore();
    const one = event(1);
    await store.append({ stream: stream(0), expected: 'none', events: [one] });
    expect((await exported(store)).map((line) => JSON.parse(line) as object)).toEqual([
      { format: 'min-kommune-logg', version: 1 },
      { position: 1, stream: `tjeneste-${tenant}_s0`, revision: 0, ...one },
      { events: 1 },
    ]);
  });

  it('exported, imported and exported again is the same, to the letter', async () => {
    const store = await filled();
    const lines = await exported(store);
    const target = new PostgresEventStore(await embeddedDatabase());
    expect(await importLog(target, lines)).toBe(lines.length - 2);
    expect(await exported(target)).toEqual(lines);
    const all = (from: EventStore) => collect(from.readAll({ pageSize: 10_000 }));
    expect(await all(target)).toEqual(await all(store));
    const empty = new MemoryEventStore();
    expect(await importLog(empty, await exported(new MemoryEventStore()))).toBe(0);
  });

  const edit = (line: string, change: object) => JSON.stringify({ ...(JSON.parse(line) as object), ...change });
  it.each<[string, (lines: string[]) => string[], string, string]>([
    ['an empty file', () => [], 'LOGGFIL_FORMAT', 'tom'],
    ['another kind of file', () => ['<xml/>'], 'LOGGFIL_FORMAT', 'ikke en eksportert logg'],
    ['a file without its header', (lines) => lines.slice(1), 'LOGGFIL_FORMAT', 'ikke en eksportert logg'],
    ['a newer version', ([header, ...rest]) => [edit(header!, { version: 2 }), ...rest], 'LOGGFIL_VERSJON', 'versjon 2'],
    ['a last line that is cut off', (lines) => [...lines.slice(0, 5), lines[5]!.slice(0, 40)], 'LOGGFIL_AVKUTTET', 'linje 6'],
    ['a file cut off between two lines', (lines) => lines.slice(0, 5), 'LOGGFIL_AVKUTTET', 'etter 4 hendelser'],
    ['a wrong count', (lines) => [...lines.slice(0, -1), '{"events":7}'], 'LOGGFIL_AVKUTTET', '7 hendelser'],
    ['a line that is missing', (lines) => lines.toSpliced(3, 1), 'LOGGFIL_SKADET', 'posisjon 3'],
    ['a line that comes twice', (lines) => lines.toSpliced(3, 0, lines[3]!), 'LOGGFIL_SKADET', 'linje 5'],
    ['a revision that is missing', (lines) => lines.with(3, edit(lines[3]!, { revision: 9 })), 'LOGGFIL_SKADET', 'revisjon 1'],
    ['a stream that is none', (lines) => lines.with(3, edit(lines[3]!, { stream: 'tull', revision: 0 })), 'LOGGFIL_SKADET', 'tull'],
    ['an event without an id', (lines) => lines.with(3, edit(lines[3]!, { id: undefined })), 'LOGGFIL_SKADET', 'linje 4'],
    ['something after the end', (lines) => [...lines, lines[1]!], 'LOGGFIL_SKADET', 'linje'],
  ])('%s is refused', async (_, change, code, words) => {
    const lines = await exported(await filled());
    const refused = importLog(new MemoryEventStore(), change(lines));
    await expect(refused).rejects.toMatchObject({ name: 'LogFileError', code });
    await expect(refused).rejects.toThrow(words);
  });

  it('is not imported into a log that has events', async () => {
    const store = await filled();
    await expect(importLog(store, await exported(store))).rejects.toMatchObject({ code: 'LOGG_IKKE_TOM' });
  });
});
