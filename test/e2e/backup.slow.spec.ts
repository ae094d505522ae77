import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { until } from '../crash/until.js';
import { AppProcess } from '../support/app-process.js';
import { temporaryFolder } from '../support/databases.js';
import type { Client } from '../support/http.js';

// A backup is made while the service runs on its data folder and clients change things. Put back into an empty folder, it has
// everything that was acknowledged before it began.

const bergen = organisationNumbered('4601')!;
const fiksOrgId = fiksOrgIdOf(bergen);
const meldinger = `/min-kommune/api/v1/${fiksOrgId}/driftsmeldinger`;
const aktor = (persona('administrator:4601') as { readonly fnr: string }).fnr;
const tilganger = `/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`;

interface Ran {
  readonly code: number;
  readonly output: string;
}
/** Runs an operator's tool on a data folder. */
async function run(tool: string, folder: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}, input = ''): Promise<Ran> {
  const program = fileURLToPath(new URL(`../../src/interfaces/cli/${tool}.js`, import.meta.url));
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', DATA_DIR: folder, ...extra };
  const running = promisify(execFile)(process.execPath, ['--no-warnings', program, ...args], { env });
  running.child.stdin!.end(input);
  try {
    const { stdout, stderr } = await running;
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
    return { code, output: stdout + stderr };
  }
}

async function opened(app: AppProcess): Promise<Client> {
  const [plattform, admin] = [app.as('plattform'), app.as('administrator:4601')];
  const { navn, orgnr, nummer } = bergen;
  const avtale = { fiksOrgId, avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', signeringsdato: '2026-01-02' };
  for (const call of [
    plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId, type: 'KOMMUNE', navn, orgnr, kommunenr: nummer }),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'HOVEDAVTALE' }),
    plattform.post(tilganger, { aktor, privilegium: 'ADMIN' }),
    admin.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'MIN_KOMMUNE' }),
  ])
    expect((await call()).status).toBeLessThan(300);
  return admin;
}
const publish = async (admin: Client, innhold: string) => { expect((await admin.post(meldinger, { innhold, kategori: 'SAK', meldingType: 'FEIL' })()).status).toBeLessThan(300); };
const shown = async (admin: Client) => {
  const { body } = await admin.get<{ readonly treff?: readonly { readonly innhold: string }[] }>(`${meldinger}?antall=500`)();
  return (body.treff ?? []).map(({ innhold }) => innhold);
};
const tokenOf = (folder: string) => DevelopmentIssuer.open({ dataDir: folder }).issue(persona('plattform'));

it('is made beside the running service, is whole, comes back, and brings nobody back who was forgotten', async () => {
  const parent = await temporaryFolder();
  const [folder, copies, anew] = ['data', 'kopier', 'ny'].map((name) => join(parent, name)) as [string, string, string];
  const app = await AppProcess.start(folder);
  const admin = await opened(app);
  const before = Array.from({ length: 5 }, (_, n) => `før ${n}`);
  for (const innhold of before) await publish(admin, innhold);
  expect((await admin.post(tilganger, { aktor: '12818510088', privilegium: 'REVISOR' })()).status).toBeLessThan(300);
  await mkdir(copies);
  const service = { DRIFT_TOKEN: await tokenOf(folder) };

  const enough = new AbortController();
  const load = (async () => {
    for (let n = 0; !enough.signal.aborted; n++) await publish(admin, `under ${n}`);
  })();
  const made = await run('backup/backup', folder, [copies, '--url', app.url], service);
  enough.abort();
  await load;
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/lest tilbake: \d+ hendelser/) as string });
  const [name, ...others] = await readdir(copies);
  expect(others).toEqual([]);
  const copy = join(copies, name!);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  const text = await readFile(copy, 'utf8');
  expect(text).not.toContain(aktor);
  expect(text).not.toContain((await readFile(join(folder, 'person.key'), 'utf8')).trim());

  const check = await run('log', folder, ['check', '--url', app.url], service);
  expect(check).toMatchObject({ code: 0, output: expect.stringContaining('Organisasjoner uten administrator igjen: 0') as string });
  expect((await app.as('plattform').get<{ kontroll: object }>('/health')()).body.kontroll).toMatchObject({ personerSomMangler: 0, utenAdministrator: [] });
  expect((await app.as('administrator:4601').get('/min-kommune/api/v1/drift/sikkerhetskopi')()).status).toBe(404);

  // A citizen is forgotten after the backup.
  expect((await app.as('innbygger:12818510088').post('/min-kommune/api/v1/innbygger/glem')()).status).toBeLessThan(300);
  await app.end('SIGTERM');
  const glemt = join(folder, 'glemte.ndjson');
  // The command and the policy may both note it.
  expect(new Set((await readFile(glemt, 'utf8')).match(/[0-9a-f-]{36}/g)).size).toBe(1);

  // Nothing is touched by a check, nothing is put back with another key, and no damaged backup.
  expect(await run('backup/restore', anew, [copy, '--check'])).toMatchObject({ code: 0, output: expect.stringContaining('er hel') as string });
  expect(await run('backup/restore', anew, [copy])).toMatchObject({ code: 1, output: expect.stringContaining('KOPI_ANNEN_NOKKEL') as string });
  await writeFile(join(parent, 'skadet'), text.replace('før 1', 'før X'));
  await writeFile(join(parent, 'kuttet'), text.slice(0, text.length - 30));
  expect((await run('backup/restore', anew, [join(parent, 'skadet'), '--check'])).output).toContain('KOPI_SKADET');
  expect((await run('backup/restore', anew, [join(parent, 'kuttet'), '--check'])).output).toMatch(/KOPI_(AVKUTTET|SKADET)/);

  await mkdir(anew, { recursive: true });
  await copyFile(join(folder, 'person.key'), join(anew, 'person.key'));
  const warned = await run('backup/restore', anew, [copy]);
  expect(warned).toMatchObject({ code: 0, output: expect.stringContaining('ADVARSEL: Det er ingen fil med dem som er glemt') as string });
  const restored = await run('backup/restore', anew, [copy, '--forgotten', glemt]);
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('Glemt på nytt: 1 personer') as string });
  expect(await run('backup/restore', anew, [copy, '--forgotten', glemt])).toMatchObject({ code: 0, output: expect.stringContaining('Glemt på nytt: 0 personer') as string });

  const again = await AppProcess.start(anew);
  const now = again.as('administrator:4601');
  await until('the views are built', async () => (await shown(now)).length >= before.length);
  expect(await shown(now)).toEqual(expect.arrayContaining(before));
  const { body } = await again.as('plattform').get<{ status: string; kontroll?: object }>('/health')();
  expect(body).toMatchObject({ status: 'oppe' });
  await publish(now, 'etter');
  await again.end('SIGTERM');

  // The same backup made while the service stands still, of what came back.
  expect(await run('backup/backup', anew, [join(copies, 'stille.ndjson')])).toMatchObject({ code: 0 });
  expect((await run('backup/restore', anew, [copy])).output).toContain('LOGG_ER_EN_ANNEN');
});
