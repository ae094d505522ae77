import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { patience, until } from './until.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const running = new Set<ChildProcess>();
/** When this process must end at once. */
export const killAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

/** A program that is loaded into the service before it starts, and what it is told. */
export type Preload = 'faults' | 'sabotage-idempotency' | 'sabotage-checkpoint' | 'sabotage-lock';

interface HealthReport {
  readonly status: string;
  readonly loggposisjon?: string;
  readonly visninger: readonly { readonly etterslep: number }[];
}

/** The real service as a process of its own, which is killed, and started again in the same place. */
export class Service {
  #child: ChildProcess | undefined;
  #ready = pending<string>();
  #said: string[] = [];
  #over = false;

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly preload?: Preload,
  ) {}

  /** Starts the process, which is not ready at once. */
  launch(): void {
    if (this.#over) throw new Error('The service is not to be started any more');
    const preloads = this.preload ? ['--import', new URL(`./${this.preload}.js`, import.meta.url).href] : [];
    const child = spawn(process.execPath, ['--no-warnings', '--enable-source-maps', ...preloads, main], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'test', EXAMPLES: 'false', PORT: '0', NO_COLOR: '1', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#said = [];
    running.add(child);
    const hear = (line: string) => {
      this.#said.push(line);
      if (this.#said.length > 40) this.#said.shift();
      const [, url] = /Klar på (http:\/\/[\w.:]+)/.exec(line) ?? [];
      if (url && this.#child === child) this.#ready.resolve(url);
    };
    createInterface(child.stdout!).on('line', hear);
    createInterface(child.stderr!).on('line', hear);
    child.once('exit', (code, signal) => {
      running.delete(child);
      if (this.#child === child) this.#ready.reject(this.#ended(code ?? signal));
    });
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    this.launch();
    await this.address();
  }

  /** Where it answers, as soon as it does. */
  async address(): Promise<string> {
    const child = this.#child;
    if (child && child.exitCode !== null) throw this.#ended(child.exitCode);
    return this.#ready.promise;
  }

  /** Whether it runs and has been ready. */
  get answers(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null && this.#ready.settled();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, as an operator does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    if (!this.#said.some((line) => line.includes('Lukket'))) throw this.#ended('without closing its stores');
  }

  /** It is killed, and not started again. */
  async end(): Promise<void> {
    this.#over = true;
    await this.kill();
  }

  /** Tells the preloaded program something. */
  tell(message: object): void {
    this.#child?.send(message);
  }

  /** Waits until it can take requests, or nobody waits any more. */
  async healthy(over?: AbortSignal): Promise<void> {
    await until('the service is healthy', async () => over?.aborted === true || (await this.#health()) !== undefined);
  }

  /** Waits until every view has taken in the whole log. */
  async caughtUp(): Promise<void> {
    await until('the views have caught up', async () => {
      const report = await this.#health();
      return report?.status === 'oppe' && report.visninger.every(({ etterslep }) => etterslep === 0);
    });
  }

  /** Waits until every view has taken in what the log has now; how long that took, in ms. */
  async right(): Promise<number> {
    const began = performance.now();
    const end = Number(await this.position());
    await until('the views are right', async () => {
      const report = await this.#health();
      const head = Number(report?.loggposisjon);
      return report?.visninger.every(({ etterslep }) => head - etterslep >= end) ?? false;
    });
    return performance.now() - began;
  }

  /** Where the log ends. */
  async position(): Promise<string | undefined> {
    return (await this.#health())?.loggposisjon;
  }

  async #health(): Promise<HealthReport | undefined> {
    try {
      const answer = await fetch(`${await this.address()}/health/ready`, { signal: AbortSignal.timeout(10_000) });
      return answer.ok ? ((await answer.json()) as HealthReport) : undefined;
    } catch (error) {
      if (error instanceof ServiceEnded) throw error;
      return undefined;
    }
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    // Who waits for one that was killed before it was ready waits for the next one.
    if (this.#ready.settled()) this.#ready = pending();
    if (!child) return;
    if (child.exitCode === null && child.signalCode === null) {
      // "close" comes when it has ended and all that it said has been heard.
      const gone = once(child, 'close', { signal: AbortSignal.timeout(patience) });
      child.kill(signal);
      await gone;
    }
  }

  #ended(how: number | string | null): ServiceEnded {
    return new ServiceEnded(`The service ended by itself (${how}):\n${this.#said.join('\n')}`);
  }
}

export class ServiceEnded extends Error {}

/** A promise that others settle. */
function pending<T>() {
  let settled = false;
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no])).finally(() => (settled = true));
  promise.catch(() => undefined); // there may be nobody who waits for it
  return { promise, resolve, reject, settled: () => settled };
}
