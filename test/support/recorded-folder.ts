import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import type { LogSummary } from '../../src/infrastructure/operations/log-file.js';

// Data folders that earlier releases made, each with what that release answered: see test/fixtures/data-folders/README.md.

/** Relative to the project, where npm runs everything. */
export const dataFolders = 'test/fixtures/data-folders';

/** A request, and the answer of the release that made the folder. */
export interface Exchange {
  /** A persona, such as `administrator:4601`. */
  readonly who: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly answer: { readonly status: number; readonly body: unknown };
}
/** What is known of a folder. */
export interface Recording {
  readonly log: LogSummary;
  /** Answered from the views and the search. */
  readonly questions: readonly Exchange[];
  /** Commands that the release has carried out already: sent again they make no event. */
  readonly repeats: readonly Exchange[];
}

/** The names of the recorded folders, the oldest first. */
export async function recordedFolders(): Promise<string[]> {
  return (await readdir(dataFolders)).flatMap((file) => /^(.*)\.tar\.br$/.exec(file)?.[1] ?? []).sort();
}

export async function recordingOf(name: string): Promise<Recording> {
  return JSON.parse(await readFile(`${dataFolders}/${name}.json`, 'utf8')) as Recording;
}

/** The three databases in a PostgreSQL folder hold the same catalogue: a window that reaches from one to the next stores it once. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };

export async function pack(folder: string, name: string): Promise<void> {
  const tar = spawn('tar', ['-c', '-f', '-', '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(tar, 'close');
  await pipeline(tar.stdout, createBrotliCompress({ params }), createWriteStream(`${dataFolders}/${name}.tar.br`));
  await succeeded(ended);
}

/** Unpacks into a new folder. */
export async function unpack(name: string, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const tar = spawn('tar', ['-x', '-o', '-f', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(tar, 'close');
  await pipeline(createReadStream(`${dataFolders}/${name}.tar.br`), createBrotliDecompress(), tar.stdin);
  await succeeded(ended);
}

async function succeeded(ended: Promise<unknown[]>): Promise<void> {
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar ended with ${String(code)}`);
}

/** A score changes with the ranking; the others tell one error from the next. */
const passing = new Set(['score', 'errorId', 'timestamp']);
/** An answer without what need not be the same again. */
export function lasting(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (passing.has(key) ? undefined : value))) as unknown;
}
