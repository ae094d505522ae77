import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HealthReport } from '../../src/application/ports/health.js';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { timeLimitMs, until } from './until.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const running = new Set<ChildProcess>();
/** Kills all running services, for an exit of this process. */
export const killAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

/** A module of this folder that is preloaded into the service (`--import`). */
export type Preload = 'faults' | 'sabotage-idempotency' | 'sabotage-checkpoint' | 'sabotage-lock' | 'sabotage-recognition' | 'earlier-release';


/** The real service as a child process that can be killed and started again on the same storage. */
export class Service {
  #child: ChildProcess | undefined;
  #ready = pending<string>();
  #said: string[] = [];
  #over = false;

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private preload?: Preload,
  ) {}

  /** Starts the process without waiting for it. */
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

  /** Starts the process, and waits until it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.address();
  }

  /** Starts the process of this program, without what was preloaded, and waits until it is ready. */
  async update(): Promise<void> {
    this.preload = undefined;
    await this.start();
  }

  /** The URL of the service, once it is ready. Throws `ServiceEnded` when the process has ended by itself. */
  async address(): Promise<string> {
    const child = this.#child;
    if (child && child.exitCode !== null) throw this.#ended(child.exitCode);
    return this.#ready.promise;
  }

  /** Whether the process runs and has been ready. */
  get answers(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null && this.#ready.settled();
  }

  /** Kills the process with SIGKILL. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops the process with SIGTERM, as an operator does. Throws when it does not close its stores. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    if (!this.#said.some((line) => line.includes('Lukket'))) throw this.#ended('without closing its stores');
  }

  /** Kills the process for good. `launch` throws from now on. */
  async end(): Promise<void> {
    this.#over = true;
    await this.kill();
  }

  /** Whether the present process has said something like this in its last lines. */
  hasSaid(text: RegExp): boolean {
    return this.#said.some((line) => text.test(line));
  }

  /** Sends a message to the preloaded module. */
  tell(message: object): void {
    this.#child?.send(message);
  }

  /** Waits until the service is healthy, or `over` aborts. */
  async healthy(over?: AbortSignal): Promise<void> {
    await until('the service is healthy', async () => over?.aborted === true || (await this.health()) !== undefined);
  }

  /** Waits until every view has caught up with the log. */
  async caughtUp(): Promise<void> {
    await until('the views have caught up', async () => {
      const report = await this.health();
      return report?.status === 'oppe' && report.visninger.every(({ etterslep }) => etterslep === 0);
    });
  }

  /** Waits until every view has reached the present end of the log. Resolves with the time that it took, in ms. */
  async right(): Promise<number> {
    const began = performance.now();
    const end = Number(await this.position());
    await until('the views are right', async () => {
      const report = await this.health();
      const head = Number(report?.loggposisjon);
      return report?.visninger.every(({ etterslep }) => head - etterslep >= end) ?? false;
    });
    return performance.now() - began;
  }

  /** The position of the log's last event. Undefined when the service is not healthy. */
  async position(): Promise<string | undefined> {
    return (await this.health())?.loggposisjon;
  }

  /** The health that the platform is told; undefined when the service does not answer, or is `nede`. */
  async health(): Promise<HealthReport | undefined> {
    try {
      const address = await this.address();
      // The service has made the key of its data folder before it has an address.
      const token = await DevelopmentIssuer.open({ dataDir: this.env['DATA_DIR']! }).issue(persona('plattform'));
      const answer = await fetch(`${address}/health`, { headers: { Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) });
      return answer.ok ? ((await answer.json()) as HealthReport) : undefined;
    } catch (error) {
      if (error instanceof ServiceEnded) throw error;
      return undefined;
    }
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    // Callers that wait for a process that is killed before it is ready go on waiting for the next one.
    if (this.#ready.settled()) this.#ready = pending();
    if (!child) return;
    if (child.exitCode === null && child.signalCode === null) {
      // `close` comes when the process has ended and all its output has been read.
      const gone = once(child, 'close', { signal: AbortSignal.timeout(timeLimitMs) });
      child.kill(signal);
      await gone;
    }
  }

  #ended(how: number | string | null): ServiceEnded {
    return new ServiceEnded(`The service ended by itself (${how}):\n${this.#said.join('\n')}`);
  }
}

export class ServiceEnded extends Error {}

/** A promise with its resolvers. */
function pending<T>() {
  let settled = false;
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no])).finally(() => (settled = true));
  promise.catch(() => undefined); // it may be rejected while nothing awaits it
  return { promise, resolve, reject, settled: () => settled };
}
