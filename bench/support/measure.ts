import { mkdir, writeFile } from 'node:fs/promises';

/** One line of the report: our figure and the reference's, measured in the same run. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly referenceName: string;
  readonly reference: number;
  /** More is better: ours by the reference for a rate, the reference by ours for a latency. 0 without a reference. */
  readonly ratio: number;
}

/** Runs one measurement. Resolves with a rate (events/s, requests/s …), more being better. */
export type Measured = () => Promise<number>;

export const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
};

/**
 * Measures ours and the references in turn for `rounds` rounds, so that a noisy neighbour disturbs all alike. Resolves with
 * one line of medians per reference, or one line without a reference.
 */
export async function compare(name: string, unit: string, ours: Measured, references: Readonly<Record<string, Measured>>): Promise<Result[]> {
  const all = { ours, ...references };
  const seen: Record<string, number[]> = {};
  for (let round = 1; round <= rounds; round++) {
    for (const [who, measured] of Object.entries(all)) {
      process.stderr.write(`\r${name}: round ${round} of ${rounds}, ${who}`.padEnd(80));
      (seen[who] ??= []).push(await measured());
    }
  }
  process.stderr.write(`\r${''.padEnd(80)}\r`);
  const mine = median(seen['ours']!);
  const results = Object.keys(references).map((referenceName): Result => {
    const reference = median(seen[referenceName]!);
    return { name, unit, ours: round(mine), referenceName, reference: round(reference), ratio: Number((mine / reference).toFixed(2)) };
  });
  return results.length > 0 ? results : [withoutReference(name, unit, mine)];
}

/** A line without a reference. */
export const withoutReference = (name: string, unit: string, ours: number): Result => ({ name, unit, ours: round(ours), referenceName: '–', reference: 0, ratio: 0 });

const round = (value: number) => Number(value.toPrecision(4));

/** Runs `work`, which handles `count` items. Resolves with the items per second. */
export async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1000) / (performance.now() - started);
}

/**
 * Runs both until they end. Each is told by `ended` when the other has ended or failed. Throws the first error, when neither
 * runs any more.
 */
export async function beside<T>(background: (ended: () => boolean) => Promise<unknown>, work: (ended: () => boolean) => Promise<T>): Promise<T> {
  let end = false;
  const run = async <R>(one: (ended: () => boolean) => Promise<R>): Promise<R> => {
    try {
      return await one(() => end);
    } finally {
      end = true;
    }
  };
  const [working, behind] = [run(work), run(background)];
  try {
    const [result] = await Promise.all([working, behind]);
    return result;
  } finally {
    await Promise.allSettled([working, behind]);
  }
}

/** Prints the results as one table, and writes them to `bench/out/latest.json`. */
export async function report(results: readonly Result[]): Promise<void> {
  const rows = results.map(({ name, unit, ours, referenceName, reference, ratio }) => [
    name,
    `${ours} ${unit}`,
    referenceName,
    reference ? `${reference}` : '',
    ratio ? ratio.toFixed(2) : '',
  ]);
  const head = ['', 'ours', 'reference', 'its', 'ratio'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [head, ...rows])
    process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()}\n`);
  await mkdir('bench/out', { recursive: true });
  await writeFile('bench/out/latest.json', `${JSON.stringify(results, null, 2)}\n`);
}
