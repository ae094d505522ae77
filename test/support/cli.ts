import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

type Settings = Readonly<Record<string, string>>;

/** The end of a program: its exit code (-1 after a signal), and all that it wrote. */
export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Starts a program of the command line, such as `konfig`, with no other environment than `env`. */
export const startCli = (program: string, args: readonly string[], env: Settings = {}): ChildProcess => startNode(fileURLToPath(new URL(`../../src/interfaces/cli/${program}.js`, import.meta.url)), args, env);

/** Runs a program of the command line, such as `konfig`, to its end. */
export const runCli = (program: string, args: readonly string[], env: Settings = {}): Promise<CliResult> => endOf(startCli(program, args, env));

/** Runs a file with Node, to its end. */
export const runNode = (file: string, args: readonly string[] = [], env: Settings = {}): Promise<CliResult> => endOf(startNode(file, args, env));

const startNode = (file: string, args: readonly string[], env: Settings): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', file, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

async function endOf(child: ChildProcess): Promise<CliResult> {
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close') as Promise<[number | null]>]);
  return { code: code ?? -1, out, err };
}
