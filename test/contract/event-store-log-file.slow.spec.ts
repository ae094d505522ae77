import { createHash, randomUUID } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Append, EventStore } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { exportLog, exportToFile, importLog, summaryOf } from '../../src/infrastructure/operations/log-file.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { embeddedDatabase, onEngines, temporaryFolder } from '../support/databases.js';
import { metadata, tenant } from '../support/events.js';
import { collect } from './event-store.contract.js';

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
const all = (from: EventStore) => collect(from.readAll({ pageSize: 10_000 }));

/** Like EventStoreDB, has gaps between positions, and need not keep the order of appends that are sent together. */
class OtherStore extends MemoryEventStore {
  override async appendMany(appends: readonly Append[]) {
    return (await super.appendMany(appends.toReversed())).toReversed();
  }
  override async *readAll({ after = 0n, ...options }: Parameters<EventStore['readAll']>[0] = {}) {
    for await (const page of super.readAll({ ...options, after: after / 1000n })) yield page.map((one) => ({ ...one, position: one.position * 1000n }));
  }
  override async *readStream(...options: Parameters<EventStore['readStream']>) {
    for await (const one of super.readStream(...options)) yield { ...one, position: one.position * 1000n };
  }
  override async head() {
    return (await super.head()) * 1000n;
  }
}

describe('the log as a file', () => {
  it('is a header, every event in order, and how many there were with the digest of their lines', async () => {
    const store = new MemoryEventStore();
    const one = event(1);
    await store.append({ stream: stream(0), expected: 'none', events: [one] });
    const lines = await exported(store);
    const sha256 = createHash('sha256').update(`${lines[1]}\n`).digest('hex');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      { format: 'min-kommune-logg', version: 2 },
      { position: 1, stream: `tjeneste-${tenant}_s0`, revision: 0, ...one },
      { events: 1, sha256 },
    ]);
    expect(await summaryOf(store)).toEqual({ events: 1, sha256 });
  });

  it.each<[string, () => EventStore | Promise<EventStore>]>([
    ['memory', () => new MemoryEventStore()],
    ...Object.entries(onEngines((open) => async () => new PostgresEventStore(await open()))),
    ['a store with other positions', () => new OtherStore()],
  ])('exported, imported into %s and exported again is the same, to the letter', async (_, open) => {
    const store = await filled();
    const lines = await exported(store);
    const target = await open();
    expect(await importLog(target, lines)).toEqual({ events: lines.length - 2, sha256: (await summaryOf(store)).sha256 });
    expect(await exported(target)).toEqual(lines);
    // A second import changes nothing.
    expect(await importLog(target, lines)).toEqual(await summaryOf(store));
    expect((await all(target)).flat()).toHaveLength(lines.length - 2);
  });

  it('of a log without events is that', async () => {
    const empty = new MemoryEventStore();
    expect(await importLog(empty, await exported(new MemoryEventStore()))).toMatchObject({ events: 0 });
  });

  it('is read and stored in pieces, never as a whole', async () => {
    const lines = await exported(await filled());
    const target = new MemoryEventStore();
    let [open, most] = [0, 0];
    const appendInOrder = target.appendInOrder.bind(target);
    target.appendInOrder = (appends) => {
      most = Math.max(most, open);
      open = 0;
      return appendInOrder(appends);
    };
    await importLog(target, (function* () {
      for (const line of lines) {
        open++;
        yield line;
      }
    })());
    expect(most).toBeLessThanOrEqual(501);
  });

  const edit = (line: string, change: object) => JSON.stringify({ ...(JSON.parse(line) as object), ...change });
  it.each<[string, (lines: string[]) => string[], string, string]>([
    ['an empty file', () => [], 'LOGGFIL_FORMAT', 'tom'],
    ['another kind of file', () => ['<xml/>'], 'LOGGFIL_FORMAT', 'ikke en eksportert logg'],
    ['a file without its header', (lines) => lines.slice(1), 'LOGGFIL_FORMAT', 'ikke en eksportert logg'],
    ['a newer version', ([header, ...rest]) => [edit(header!, { version: 3 }), ...rest], 'LOGGFIL_VERSJON', 'versjon 3'],
    ['a last line that is cut off', (lines) => [...lines.slice(0, 5), lines[5]!.slice(0, 40)], 'LOGGFIL_AVKUTTET', 'linje 6'],
    ['a file cut off between two lines', (lines) => lines.slice(0, 5), 'LOGGFIL_AVKUTTET', 'etter 4 hendelser'],
    ['a wrong count', (lines) => lines.with(-1, edit(lines.at(-1)!, { events: 7 })), 'LOGGFIL_AVKUTTET', '7 hendelser'],
    ['an event that somebody has changed', (lines) => lines.with(3, edit(lines[3]!, { type: 'Annet' })), 'LOGGFIL_SKADET', 'sjekksummen'],
    ['an end without a digest', (lines) => lines.with(-1, edit(lines.at(-1)!, { sha256: undefined })), 'LOGGFIL_SKADET', 'hendelse'],
    ['a line that is missing', (lines) => lines.toSpliced(3, 1), 'LOGGFIL_SKADET', 'posisjon 3'],
    ['a line that comes twice', (lines) => lines.toSpliced(3, 0, lines[3]!), 'LOGGFIL_SKADET', 'linje 5'],
    ['a revision that is missing within a stream’s run', (lines) => lines.with(3, edit(lines[3]!, { revision: 9 })), 'LOGGFIL_SKADET', 'revisjon 1'],
    ['a stream that is none', (lines) => lines.with(3, edit(lines[3]!, { stream: 'tull', revision: 0 })), 'LOGGFIL_SKADET', 'tull'],
    ['an event without an id', (lines) => lines.with(3, edit(lines[3]!, { id: undefined })), 'LOGGFIL_SKADET', 'linje 4'],
    ['something after the end', (lines) => [...lines, lines[1]!], 'LOGGFIL_SKADET', 'linje'],
  ])('%s is refused', async (_, change, code, words) => {
    const lines = await exported(await filled());
    const refused = importLog(new MemoryEventStore(), change(lines));
    await expect(refused).rejects.toMatchObject({ name: 'LogFileError', code });
    await expect(refused).rejects.toThrow(words);
  });

  it('a revision that the store has not come to is refused', async () => {
    const lines = await exported(await filled());
    const [header, first] = lines;
    const strange = edit(first!, { revision: 3 });
    const end = JSON.stringify({ events: 1, sha256: createHash('sha256').update(`${strange}\n`).digest('hex') });
    await expect(importLog(new MemoryEventStore(), [header!, strange, end])).rejects.toMatchObject({ code: 'LOGGFIL_SKADET' });
  });

  it('a number that would be rounded is refused, and nothing is imported', async () => {
    const [header, first] = await exported(await filled());
    const large = first!.replace('"data":{', '"data":{"id":9007199254740993,');
    const end = JSON.stringify({ events: 1, sha256: createHash('sha256').update(`${large}\n`).digest('hex') });
    const target = new MemoryEventStore();
    await expect(importLog(target, [header!, large, end])).rejects.toMatchObject({ code: 'LOGGFIL_SKADET' });
    expect((await all(target)).flat()).toEqual([]);
  });

  it('is not imported into another log, nor into one that has gone on', async () => {
    const [store, other] = [await filled(), await filled()];
    const lines = await exported(store);
    await expect(importLog(other, lines)).rejects.toMatchObject({ code: 'LOGG_ER_EN_ANNEN' });
    await store.append({ stream: stream(0), expected: 'any', events: [event(1)] });
    await expect(importLog(store, lines)).rejects.toMatchObject({ code: 'LOGG_ER_EN_ANNEN' });
  });

  it('a copy that is not equal to the file is told', async () => {
    const lines = await exported(await filled());
    const forgetful = new MemoryEventStore();
    const appendInOrder = forgetful.appendInOrder.bind(forgetful);
    forgetful.appendInOrder = (appends) => appendInOrder(appends.map((one) => ({ ...one, events: one.events.map((e) => ({ ...e, data: {} })) })));
    await expect(importLog(forgetful, lines)).rejects.toMatchObject({ code: 'LOGG_ER_ULIK' });
  });
});

describe('what was interrupted', () => {
  it('goes on with an import after what has come', async () => {
    const lines = await exported(await filled());
    const target = new PostgresEventStore(await embeddedDatabase());
    for (const cut of [100, 600, 601, 1000]) {
      const until = lines.slice(0, cut);
      await expect(importLog(target, until)).rejects.toMatchObject({ code: 'LOGGFIL_AVKUTTET' });
    }
    const before = await target.head();
    expect(before).toBeGreaterThan(0n);
    expect(await importLog(target, lines)).toMatchObject({ events: lines.length - 2 });
    expect(await exported(target)).toEqual(lines);
  });

  it.each<[string, (size: number) => number]>([
    ['at once', () => 0],
    ['in the header', () => 20],
    ['in the middle', (size) => Math.floor(size / 2)],
    ['before the last line was whole', (size) => size - 3],
    ['never', (size) => size],
  ])('goes on with an export that ended %s, from stores that count in their own way', async (_, cut) => {
    const lines = await exported(await filled());
    for (const store of [new MemoryEventStore(), new OtherStore()]) {
      await importLog(store, lines);
      const file = join(await temporaryFolder(), 'logg.ndjson');
      const summary = await exportToFile(store, file);
      const whole = await readFile(file, 'utf8');
      expect(whole).toBe(`${lines.join('\n')}\n`);
      await truncate(file, cut(Buffer.byteLength(whole)));
      expect(await exportToFile(store, file)).toEqual(summary);
      expect(await readFile(file, 'utf8')).toBe(whole);
    }
  });

  it('goes on in the file of an earlier export when the log has gone on', async () => {
    const file = join(await temporaryFolder(), 'logg.ndjson');
    const store = await filled();
    const before = await exportToFile(store, file);
    await store.append({ stream: stream(1), expected: 'any', events: [event(1)] });
    expect(await exportToFile(store, file)).toMatchObject({ events: before.events + 1 });
    expect(await readFile(file, 'utf8')).toBe((await exported(store)).map((line) => `${line}\n`).join(''));
    await expect(exportToFile(new MemoryEventStore(), file)).rejects.toMatchObject({ code: 'LOGG_ER_EN_ANNEN' });
  });

  it('leaves a file as it is that is something else', async () => {
    const file = join(await temporaryFolder(), 'noe');
    await writeFile(file, '{"kty":"EC"}');
    await expect(exportToFile(await filled(), file)).rejects.toMatchObject({ code: 'LOGGFIL_FORMAT' });
    expect(await readFile(file, 'utf8')).toBe('{"kty":"EC"}');
  });

  it('is not gone on with in a file of another log, or one that is something else', async () => {
    const store = await filled();
    const file = join(await temporaryFolder(), 'logg.ndjson');
    await exportToFile(await filled(), file);
    await truncate(file, 10_000);
    await expect(exportToFile(store, file)).rejects.toMatchObject({ code: 'LOGG_ER_EN_ANNEN' });
    await writeFile(file, 'noe annet\n');
    await expect(exportToFile(store, file)).rejects.toMatchObject({ code: 'LOGGFIL_FORMAT' });
    expect(await readFile(file, 'utf8')).toBe('noe annet\n');
  });
});
