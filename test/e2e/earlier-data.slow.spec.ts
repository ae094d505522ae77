import { join } from 'node:path';
import { until } from '../crash/until.js';
import { AppProcess } from '../support/app-process.js';
import { runCli } from '../support/cli.js';
import { temporaryFolder } from '../support/databases.js';
import { lasting, recordedFolders, recordingOf, unpack, type Exchange } from '../support/recorded-folder.js';

// The data folder of every earlier release opens and gives the answers of that release. The answers come from the views and
// the search index that it left, and then from those rebuilt from its log.

/** Runs an operator's tool. */
const run = (tool: 'log' | 'move', folder: string, ...args: readonly string[]) => runCli(tool, args, { DATA_DIR: folder });

interface Health {
  readonly status: string;
  readonly loggposisjon: string;
  readonly visninger: readonly { readonly navn: string; readonly etterslep: number; readonly stoppet?: string }[];
}
const health = async (app: AppProcess) => (await app.as('plattform').get<Health>('/health')()).body;

/** Starts the service. Resolves when the views and the search index have caught up with the log. */
async function start(folder: string): Promise<AppProcess> {
  const app = await AppProcess.start(folder);
  await until('the views have followed the log', async () => {
    const { status, visninger } = await health(app);
    for (const { navn, stoppet } of visninger) if (stoppet !== undefined) throw new Error(`${navn} has stopped: ${stoppet}`);
    return status === 'oppe' && visninger.every(({ etterslep }) => etterslep === 0);
  });
  return app;
}

/** Tilganger in an order of their own. Since the release 2026-11 they come by their keys, so that pages skip nobody. */
const inOrder = (path: string, body: unknown): unknown => {
  const keyOf = ({ ressurs, aktor, privilegium }: Readonly<Record<string, unknown>>) => JSON.stringify([ressurs, aktor, privilegium]);
  return path.startsWith('/autorisasjon-query/') && Array.isArray(body) ? [...(body as Readonly<Record<string, unknown>>[])].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : body;
};

/** Expects the recorded answers. Objects may have more fields than at that time. */
async function expectAnswers(app: AppProcess, exchanges: readonly Exchange[]): Promise<void> {
  for (const { who, method, path, headers, body, answer } of exchanges) {
    const got = await app.as(who).call(method, path, body, headers)();
    expect({ who, path, status: got.status, body: inOrder(path, lasting(got.body)) }).toMatchObject({ who, path, ...answer, body: inOrder(path, answer.body) });
  }
}

const names = await recordedFolders();
it('there are folders of earlier releases', () => {
  expect(names).toContain('2026-11');
});

describe.each(names)('The data folder %s', (name) => {
  it('has the log that it had, answers as before, knows what it has done, and can be made anew', async () => {
    const { log, questions, repeats } = await recordingOf(name);
    const summary = `${log.events} hendelser, SHA-256 ${log.sha256}`;
    const [parent, folder] = [await temporaryFolder()].flatMap((one) => [one, join(one, 'data')]) as [string, string];
    await unpack(name, folder);
    expect(await run('log', folder, 'export', join(parent, 'logg.ndjson'))).toMatchObject({ code: 0, err: expect.stringContaining(`Eksportert: ${summary}`) as string });

    const app = await start(folder);
    await expectAnswers(app, questions);
    const { loggposisjon } = await health(app);
    await expectAnswers(app, repeats);
    expect((await health(app)).loggposisjon).toBe(loggposisjon);
    await app.end('SIGTERM');

    // A move copies the persons, their keys and the log. The views and the search index are rebuilt from them.
    const anew = join(parent, 'anew');
    expect(await run('move', folder, '--to', `DATA_DIR=${anew}`)).toMatchObject({ code: 0, err: expect.stringContaining(summary) as string });
    const moved = await start(anew);
    await expectAnswers(moved, questions);
    await expectAnswers(moved, repeats);
    await moved.end('SIGTERM');
  });
});
