import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { atEnd, freePort, nativeUrl, scratchFolder, type Engine } from './engines.js';
import { successful } from './requests.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** The service, running as a child process. */
export interface Service {
  readonly address: string;
  /** The time from process start to the first answered request, in ms. */
  readonly started: number;
  /** The resident memory, in MB. */
  memory(): number;
  token(who: string): Promise<string>;
  /** Whether every view serves and has caught up with the log. */
  followed(): Promise<boolean>;
  /** Waits until the examples are in the log and the views. */
  examples(): Promise<void>;
  stop(): Promise<void>;
}

export interface Storage {
  readonly engine: Engine;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** The EventStoreDB server that has the log. The log is in the database without it. */
  readonly eventStoreUrl?: string;
}

/** New, empty storage for the service: a data folder and, on the native engine, a database. */
export async function newStorage(engine: Engine): Promise<Storage> {
  return { engine, dataDir: scratchFolder('service'), ...(engine === 'native' && { databaseUrl: await nativeUrl() }) };
}

export async function service({ dataDir, databaseUrl, eventStoreUrl }: Storage, settings: Readonly<Record<string, string>> = {}): Promise<Service> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [main], {
    // The load comes from one address with one token, faster than any client may send.
    env: {
      ...{ ...process.env, EVENTSTORE_URL: eventStoreUrl },
      REQUEST_LIMIT: '0',
      ...settings,
      PORT: String(port),
      DATA_DIR: dataDir,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    },
    stdio: 'ignore',
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  atEnd(stop);
  await waitUntilAnswering(`${address}/health/ready`, child);
  const started = performance.now() - began;
  return {
    address,
    started,
    memory: () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid!}/status`, 'utf8'))![1]) / 1024),
    followed: () => followed(address, dataDir),
    examples: async () => {
      const headers = { Authorization: `Bearer ${await tokenFor(dataDir, 'plattform')}` };
      // The examples are made after the start. The driftsmelding on this page is the last of them.
      const page = `${address}/min-kommune/api/v1/innbygger/${fiksOrgIdOf(organisationNumbered('0301')!)}/sider/FAKTURA`;
      const made = async () => {
        // The kommune of the page is unknown until it is registered.
        const answer = await fetch(page, { headers });
        return answer.ok && ((await answer.json()) as { driftsmeldinger: unknown[] }).driftsmeldinger.length > 0;
      };
      while (!(await made()) || !(await followed(address, dataDir))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    token: (who) => tokenFor(dataDir, who),
    stop,
  };
}

const tokenFor = (dataDir: string, who: string) => DevelopmentIssuer.open({ dataDir }).issue(persona(who));

async function followed(address: string, dataDir: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${await tokenFor(dataDir, 'plattform')}` };
  const report = await successful(fetch(`${address}/health`, { headers }));
  const { visninger } = (await report.json()) as { visninger: { navn: string; iBruk: boolean; etterslep: number }[] };
  // The newest version of a view comes last in the report. The versions that it replaces stand still.
  const views = new Map(visninger.map((one) => [one.navn, one]));
  return [...views.values()].every(({ iBruk, etterslep }) => iBruk && etterslep === 0);
}

/** Waits until `url` answers 2xx. Throws after five minutes, or when the process has ended. */
export async function waitUntilAnswering(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 300_000;
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
