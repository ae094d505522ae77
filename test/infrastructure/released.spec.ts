import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AnyProjection, Recorded } from '../../src/application/ports/projection.js';
import { projections } from '../../src/application/views/index.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { exportLog, importLog } from '../../src/infrastructure/operations/log-file.js';
import { foldView } from '../support/views.js';

// Data of every release opens with every later one. So what has been released stays as it was: migrations, the documents of a
// version of a view, and the forms of the log file.

const folder = 'test/fixtures/released';
const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Leaves what the program has now. A release copies it to the fixtures (CHANGELOG.md). */
function leave(name: string, value: object): void {
  mkdirSync('build/released', { recursive: true });
  writeFileSync(`build/released/${name}`, `${JSON.stringify(value, null, 2)}\n`);
}

describe('A released migration', () => {
  /** The migrations by name, with a digest of their code. Comments and spaces do not count. The functions that they create are in them. */
  const source = readFileSync('src/infrastructure/postgres/migrations.ts', 'utf8');
  const functions = new Map([...source.matchAll(/^const (append\w+) = `([\s\S]*?)`;$/gm)].map(([, name, text]) => [name!, text!]));
  const code = (text: string) => text.replace(/^\s*\/\/.*$/gm, '').replace(/sql\.raw\((append\w+)\)/g, (_, name: string) => functions.get(name)!).replace(/\s+/g, ' ').trim();
  const present = Object.fromEntries([...source.matchAll(/^ {2}'(\d{4}_\w+)': async \(db\) => \{([\s\S]*?)^ {2}\},$/gm)].map(([, name, body]) => [name!, sha256(code(body!))]));

  it('keeps its name and its code', () => {
    leave('migrations.json', present);
    const released = read('migrations.json') as Record<string, string>;
    expect(Object.keys(released).length).toBeGreaterThan(19);
    expect(Object.fromEntries(Object.keys(released).map((name) => [name, present[name]]))).toEqual(released);
  });

  it('is found by its digest when a word of it changes', () => {
    expect(code('await sql`create  table a (b text)`; // why')).not.toBe(code('await sql`create table a (c text)`;'));
    expect(code('// why\n  await  x;')).toBe('await x;');
    expect([...functions.keys()]).toEqual(['appendEvents', 'appendFitting']);
  });
});

describe('A version of a view', () => {
  // The log is frozen in a file, so the generators of the specs may change.
  const log = (): readonly Recorded[] =>
    (read('log.json') as readonly (Omit<Recorded, 'revision' | 'position'> & { readonly revision: string; readonly position: string })[]).map(
      (event) => ({ ...event, revision: BigInt(event.revision), position: BigInt(event.position) }) as Recorded,
    );
  const documentsOf = (view: AnyProjection, events: readonly Recorded[]): unknown[] =>
    [...foldView(view, events)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { key, data, revision, position }]): unknown[] => [key, data, `${revision}`, `${position}`]);
  /** The documents after each event, because what the log begins it also ends: at its end most views are empty. */
  const folded = () =>
    Object.fromEntries(
      projections.map((view) => {
        const moments = log().map((_, n, events) => documentsOf(view, events.slice(0, n + 1)));
        return [view.name, { version: view.version, documents: moments.flat().length, sha256: sha256(JSON.stringify(moments)) }];
      }),
    );

  it('gives the same documents of the same log in every release. Others need a new version', () => {
    const released = read('views.json') as ReturnType<typeof folded>;
    const now = folded();
    leave('views.json', now);
    expect(Object.keys(released).length).toBeGreaterThan(10);
    expect(Object.entries(released).filter(([, { documents }]) => documents === 0)).toEqual([]);
    for (const [name, before] of Object.entries(released)) if (now[name]?.version === before.version) expect({ name, ...now[name] }).toEqual({ name, ...before });
  });
});

describe('A released form of the log file', () => {
  it.each([1, 2])('is read: version %d', async (version) => {
    const lines = readFileSync(`${folder}/logg-v${version}.ndjson`, 'utf8').trimEnd().split('\n');
    const store = new MemoryEventStore();
    expect((await importLog(store, lines)).events).toBe(lines.length - 2);
    const again: string[] = [];
    for await (const line of exportLog(store)) again.push(line);
    expect(again.slice(1, -1)).toEqual(lines.slice(1, -1));
    await expect(importLog(new MemoryEventStore(), lines.slice(0, -2))).rejects.toThrow('LOGGFIL_AVKUTTET');
    await expect(importLog(new MemoryEventStore(), [...lines.slice(0, -2), lines.at(-1)!])).rejects.toThrow('LOGGFIL_AVKUTTET');
  });
});
