import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { InnsynsloggSealing } from '../../src/application/proof/innsynslogg-sealing.js';
import { logLine } from '../../src/application/proof/log-line.js';
import { wholeLog } from '../../src/application/proof/proof-store.js';
import { Proofs } from '../../src/application/proof/proofs.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresProofStore } from '../../src/infrastructure/postgres/log/proof-store.js';
import { PostgresInnsynslogg } from '../../src/infrastructure/postgres/persons/innsynslogg.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { Sealer } from '../../src/infrastructure/workers/sealer.js';
import { main as verifyMain } from '../../src/interfaces/cli/verify.js';
import { database, engines, scratchFolder, type Engine } from '../support/engines.js';
import { published } from '../support/events.js';
import { compare, rate, rounds, withoutReference, type Result } from '../support/measure.js';

/** The length of the log, in events. */
const total = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const appendSize = 1_000;
const writers = 16;
/** The length of a burst of appends. The sealer's interval is half of it, so that it wakes in each. */
const burstMs = Number(process.env['BENCH_BURST_SECONDS'] ?? 60) * 1_000;
const proofsPerRound = 1_000;
const seed = Buffer.alloc(32, 7);

/** An empty log and its trees. */
async function opened(engine: Engine) {
  const { database: ours } = await database(engine);
  const [store, proof] = [new PostgresEventStore(ours, { upcasters: [] }), new PostgresProofStore(ours)];
  const sealing = new Sealing(store, proof, seed);
  return { database: ours, store, proof, sealing, proofs: new Proofs(store, proof, sealing) };
}
type Log = Awaited<ReturnType<typeof opened>>;

/** Appends events from several writers for some time. Resolves with the rate, in events a second. */
async function burst({ store }: Log): Promise<number> {
  const [size, started] = [appendSize / 10, performance.now()];
  let count = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let n = 0; performance.now() - started < burstMs; n++) {
        await store.appendMany(Array.from({ length: size }, (_, i) => published(n * size + i)));
        count += size;
      }
    }),
  );
  return (count * 1_000) / (performance.now() - started);
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

/**
 * Measures bursts of appends beside the sealer against bursts without it, and the time after a burst until the checkpoints of all trees
 * have its last event.
 */
export async function sealing(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const [ours, without] = [await opened(engine), await opened(engine)];
    const sealer = new Sealer(new PostgresViewStore(ours.database), ours.sealing, new InnsynsloggSealing(new PostgresInnsynslogg(ours.database), ours.proof), new SystemClock(), burstMs / 2);
    await sealer.onApplicationBootstrap();
    const [lags, held]: [number[], number[]] = [[], []];
    const beside = async () => {
      const speed = await burst(ours);
      const [ended, head] = [performance.now(), Number(await ours.store.head())];
      const turns = monitorEventLoopDelay({ resolution: 1 });
      turns.enable();
      while ((await ours.proof.last(wholeLog))?.size !== head || (await ours.proof.unsigned()).size > 0) await pause(100);
      turns.disable();
      lags.push((performance.now() - ended) / 1_000);
      held.push(turns.max / 1e6);
      return speed;
    };
    const of = `of ${burstMs / 1_000} s, ${engine}`;
    results.push(
      ...(await compare(`burst of appends beside the sealer, ${of}`, 'events/s', beside, { 'without sealing': () => burst(without) })),
      withoutReference(`longest time from the burst to its checkpoint, ${of}`, 's', Math.max(...lags)),
      withoutReference(`event loop held at most meanwhile, ${engine}`, 'ms', Math.max(...held)),
    );
    await sealer.onApplicationShutdown();
  }
  return results;
}
