import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import type { LogSummary } from '../../src/infrastructure/operations/log-file.js';

// Data folders from earlier releases, each with recorded answers of that release. See test/fixtures/data-folders/README.md.

/** The path relative to the project root, which is npm's working directory. */
export const dataFolders = 'test/fixtures/data-folders';

/** A request, and its answer from the release that created the folder. */
export interface Exchange {
  /** A persona, such as `administrator:4601`. */
  readonly who: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly answer: { readonly status: number; readonly body: unknown };
}
/** The recording that belongs to a data folder. */
export interface Recording {
  readonly log: LogSummary;
  /** Queries, which are answered from the views and the search index. */
  readonly questions: readonly Exchange[];
  /** Commands that the release has executed. Repeating them must append no events. */
  readonly repeats: readonly Exchange[];
}

/** The names of the recorded folders, the oldest first. */
export async function recordedFolders(): Promise<string[]> {
  return (await readdir(dataFolders)).flatMap((file) => /^(.*)\.tar\.br$/.exec(file)?.[1] ?? []).sort();
}

export async function recordingOf(name: string): Promise<Recording> {
  return JSON.parse(await readFile(`${dataFolders}/${name}.json`, 'utf8')) as Recording;
}

/** The largest window, because the three databases in a PostgreSQL folder have equal catalogues, which are then stored once. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };

export async function pack(folder: string, name: string): Promise<void> {
  const tar = spawn('tar', ['-c', '-f', '-', '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(tar, 'close');
  await pipeline(tar.stdout, createBrotliCompress({ params }), createWriteStream(`${dataFolders}/${name}.tar.br`));
  await succeeded(ended);
}

/** Unpacks a recorded folder into a new folder. */
export async function unpack(name: string, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const tar = spawn('tar', ['-x', '-o', '-f', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(tar, 'close');
  // tar may close its input at the end marker, before the last zeros are written. Its exit code tells whether the archive was whole.
  await Promise.allSettled([pipeline(createReadStream(`${dataFolders}/${name}.tar.br`), createBrotliDecompress(), tar.stdin)]);
  await succeeded(ended);
}

async function succeeded(ended: Promise<unknown[]>): Promise<void> {
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar ended with ${String(code)}`);
}

/** Fields that may differ between releases: a score depends on the ranking, and the others are unique per error. */
const passing = new Set(['score', 'errorId', 'timestamp']);
/** An answer without the fields that may differ. */
export function lasting(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (passing.has(key) ? undefined : value))) as unknown;
}
