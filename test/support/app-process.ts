import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { Client } from './http.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const fullDisk = new URL('app-full-disk.js', import.meta.url).href;
const living = new Set<ChildProcess>();
afterAll(() => {
  for (const child of living) child.kill('SIGKILL');
});

/** The end of a process: its exit code or signal, and its whole output. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}
type Settings = Readonly<Record<string, string>>;
const ready = /Klar på (http:\/\/\S+)/;

/** The service in a process of its own, on a data folder, as an operator starts it. */
export class AppProcess {
  readonly #ended: Promise<Ended>;
  #output = '';
  #started = false;
  url = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    says: RegExp,
  ) {
    living.add(child);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        const found = says.exec(this.#output);
        if (!found || this.#started) return;
        this.#started = true;
        this.url = found[1] ?? '';
        child.emit('klar');
      });
    }
    this.#ended = once(child, 'close').then(([code, signal]) => {
      living.delete(child);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, output: this.#output };
    });
  }

  private static spawn(folder: string, settings: Settings, says = ready): AppProcess {
    const child = spawn(process.execPath, [...(settings['FULL_DISK'] ? ['--import', fullDisk] : []), main], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'test', NO_COLOR: '1', PORT: '0', DATA_DIR: folder, EXAMPLES: 'false', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new AppProcess(child, folder, says);
  }

  /** Starts the service and waits until its output matches `says`, by default that it is ready. */
  static async start(folder: string, settings: Settings = {}, says = ready): Promise<AppProcess> {
    const app = AppProcess.spawn(folder, settings, says);
    const early = await Promise.race([once(app.child, 'klar').then(() => undefined), app.#ended]);
    if (early) throw new Error(`It ended (${early.code ?? early.signal}) instead of starting:\n${early.output}`);
    return app;
  }

  /** Starts a service that must refuse to start, and waits until it has ended. */
  static refused(folder: string, settings: Settings = {}): Promise<Ended> {
    return AppProcess.spawn(folder, settings).#ended;
  }

  /** The output of the process so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Sends a signal and waits until the process has ended. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.#ended;
  }

  as(who: string): Client {
    const token = DevelopmentIssuer.open({ dataDir: this.folder }).issue(persona(who));
    return new Client(this.url, async () => ({ Authorization: `Bearer ${await token}` }));
  }
}
