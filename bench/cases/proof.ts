import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logLine } from '../../src/application/proof/log-line.js';
import { wholeLog } from '../../src/application/proof/proof-store.js';
import { Proofs } from '../../src/application/proof/proofs.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresProofStore } from '../../src/infrastructure/postgres/log/proof-store.js';
import { main as verifyMain } from '../../src/interfaces/cli/verify.js';
import { database, engines, scratchFolder, type Engine } from '../support/engines.js';
import { published } from '../support/events.js';
import { beside, compare, rate, rounds, withoutReference, type Result } from '../support/measure.js';

/** The length of the log, in events. */
const total = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const appendSize = 1_000;
const writers = 16;
const proofsPerRound = 1_000;
const seed = Buffer.alloc(32, 7);

/** An empty log and its trees. */
async function opened(engine: Engine) {
  const { database: ours } = await database(engine);
  const [store, proof] = [new PostgresEventStore(ours, { upcasters: [] }), new PostgresProofStore(ours)];
  const sealing = new Sealing(store, proof, seed);
  return { store, proof, sealing, proofs: new Proofs(store, proof, sealing) };
}
type Log = Awaited<ReturnType<typeof opened>>;

/** Appends events from several writers at the same time. */
async function appended({ store }: Log, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (next < count) {
        const size = Math.min(appendSize / 10, count - next);
        const first = next;
        next += size;
        await store.appendMany(Array.from({ length: size }, (_, n) => published(first + n)));
      }
    }),
  );
}

/** Fills and seals a log, and measures the catch-up of the trees. */
async function sealed(engine: Engine): Promise<{ readonly log: Log; readonly caughtUp: Result }> {
  const log = await opened(engine);
  for (let n = 0; n < total; n += appendSize) {
    process.stderr.write(`\rfilling the log: ${n} of ${total}`.padEnd(80));
    await log.store.appendMany(Array.from({ length: Math.min(appendSize, total - n) }, (_, i) => published(n + i)));
  }
  const speed = await rate(total, async () => {
    await log.sealing.takeIn();
  });
  await log.sealing.sign();
  return { log, caughtUp: withoutReference(`catch-up of the trees over ${total} events, ${engine}`, 'events/s', speed) };
}

/** Measures the check of an exported log by `verify.mjs`, against a hash of each line and against one hash of the file. */
export async function verify(): Promise<Result[]> {
  const [engine] = engines;
  const { log } = await sealed(engine!);
  const folder = scratchFolder('export');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'logg.ndjson');
  const file = await open(path, 'w');
  let number = 0;
  for await (const page of log.store.readAll()) await file.write(page.map((event) => `${logLine(event, ++number)}\n`).join(''));
  await file.close();
  await writeFile(join(folder, 'kontrollpunkt'), (await log.proofs.checkpoint(wholeLog)).note);
  await writeFile(join(folder, 'nokler'), `${(await log.proofs.verifierKeys(wholeLog)).join('\n')}\n`);
  const checked = async () => {
    if ((await verifyMain([folder])) !== 0) throw new Error('The log is not whole');
  };
  const eachLine = async () => {
    let rest = Buffer.alloc(0);
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes = Buffer.concat([rest, part as Buffer]);
      let from = 0;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
        hash('sha256', bytes.subarray(from, at), 'buffer');
        from = at + 1;
      }
      rest = bytes.subarray(from);
    }
  };
  const oneStream = async () => {
    const sum = createHash('sha256');
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(part as Buffer);
    sum.digest();
  };
  return compare(`verify of ${total} events`, 'events/s', () => rate(total, checked), {
    'crypto.hash of each line': () => rate(total, eachLine),
    'one SHA-256 of the file': () => rate(total, oneStream),
  });
}

/** Measures proofs of single events of one organisation among many, with the trees cold, and the catch-up of the trees. */
export async function proof(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { log, caughtUp } = await sealed(engine);
    const times: number[] = [];
    for (let n = 0; n < rounds * proofsPerRound; n++) {
      const index = Math.floor(Math.random() * total);
      const started = performance.now();
      await log.proofs.proofAt(wholeLog, index);
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.floor(times.length * part)]!;
    results.push(caughtUp, withoutReference(`proof of one among ${total} events p50, ${engine}`, 'ms', at(0.5)), withoutReference(`proof of one among ${total} events p99, ${engine}`, 'ms', at(0.99)));
  }
  return results;
}

/** Measures appends while the sealer takes in as many events as are appended, against appends without it. */
export async function sealing(): Promise<Result[]> {
  const results: Result[] = [];
  const count = Math.max(appendSize, total / 20);
  for (const engine of engines) {
    const [with_, without] = [await opened(engine), await opened(engine)];
    await appended(with_, count);
    const alongside = () => rate(count, () => beside(() => with_.sealing.takeIn(undefined, () => new Promise((resolve) => setImmediate(resolve))), () => appended(with_, count)));
    results.push(...(await compare(`append of ${count} events beside the sealing of as many, ${engine}`, 'events/s', alongside, { 'without sealing': () => rate(count, () => appended(without, count)) })));
  }
  return results;
}
