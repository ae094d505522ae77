import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { openLogFolder, type LogFolder } from '../../src/interfaces/cli/revisjon/log-folder.js';
import { TestApp } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { Client } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';

// An auditor looks back in a log that she has downloaded, without the service.

const app = await TestApp.start();
const kommune = app.kommune();
const { administrator, revisor } = kommune;
const path = (rest: string) => kommune.own(`revisjon/${rest}`);
const at = (time: string) => `2026-11-23T${time}:00.000Z`;

let folder: string;
let bevis: string;
let opened: LogFolder;
let offline: Client;
/** The position of the last event. */
let position: number;
const run = (...args: readonly string[]) => runCli('revisjon', args);

/** At 13:00 the kommune is set up, and at 14:00 some of that is taken back. The log is downloaded then. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logg-'));
  bevis = join(folder, 'bevis');
  app.clock.set(at('13:00'));
  const open = await OpenKommune.open(app, kommune);
  const integrasjon = await open.integrasjon();
  await open.grant(open.innsyn, integrasjon, 'INNSYN.INDEX.FAKTURA');
  await open.attach();
  // JSON leaves this separator as it is, and it ends no line.
  await administrator.post(kommune.own('driftsmeldinger'), { innhold: 'Nede til\u2028klokken to', kategori: 'FORSENDELSE', meldingType: 'FEIL' })();
  const tjeneste = await open.kommunalTjeneste();
  app.clock.set(at('14:00'));
  await administrator.delete(open.tilgang(open.innsyn, integrasjon, 'INNSYN.INDEX.FAKTURA'))();
  await administrator.put(`${tjeneste}/stjerne`)();
  await app.sealed(kommune.fiksOrgId);
  const token = join(folder, 'token');
  await writeFile(token, await app.token(`revisor:${kommune.nummer}`));
  expect(await run('export', '--url', app.url, '--token-file', token, '--org', kommune.nummer, '--out', bevis)).toMatchObject({ code: 0 });
  opened = await openLogFolder(bevis);
  offline = new Client(opened.url, () => Promise.resolve({ Authorization: `Bearer ${opened.token}` }));
  position = (await revisor.get<{ posisjon: number }[]>(path('hendelser?sortering=NYESTE_FORST'))()).body[0]!.posisjon;
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

/** An answer without the accounts that SvarUt has today, which a log does not have. */
const withoutAccounts = (text: string) => text.replace(/"svarUtKontoer":\[[^\]]*\]/, '');
/** A text with the names of persons in place of their references. */
async function named(text: string): Promise<string> {
  const ids = [...text.matchAll(/(?<=person )[0-9a-f-]{36}/g)].map(([id]) => id as PersonId);
  const persons = await app.persons.reveal(ids);
  return ids.reduce((told, id) => told.replaceAll(`person ${id}`, persons.get(id)?.navn ?? '?'), text);
}

describe('A downloaded log answers as the service does', () => {
  const then = encodeURIComponent(at('13:30'));
  const [from, to] = [then, encodeURIComponent(at('14:00'))];
  it.each([
    `tilstand?per=${then}`,
    `tilstand?per=${to}`,
    `tilganger?per=${then}`,
    'tilganger?privilegium=INNSYN.SOK&per=posisjon:',
    `side/FORSENDELSE?per=${then}`,
    `side/FORSIDE?per=${to}`,
    `endringer?fra=${from}&til=${to}&opphevede=true`,
    `endringer?fra=${from}&til=${to}&antall=1`,
    'gjennomspilling',
    'hendelser?antall=500',
    'hendelser?gjelder=Kulturskole&sortering=NYESTE_FORST',
    'kontrollpunkt',
  ])('%s', async (about) => {
    const rest = about.endsWith(':') ? `${about}${position}` : about;
    const [service, answer] = await Promise.all([revisor.get(path(rest))(), offline.get(path(rest))()]);
    expect(service.status).toBe(200);
    expect([answer.status, withoutAccounts(await named(answer.text))]).toEqual([200, withoutAccounts(service.text)]);
    expect(answer.headers['link']).toBe(service.headers['link']);
  });

  it.each(['tilstand?per=posisjon:999999', 'tilstand?per=2020-01-01T00:00:00Z', 'side/BAKSIDE', 'tilstand?naar=1'])('with the same refusal: %s', async (rest) => {
    const [service, answer] = await Promise.all([revisor, offline].map((one) => one.get<{ kode: string; feil: object }>(path(rest))()));
    const { status, body } = answer!;
    expect([status, body.kode, body.feil]).toEqual([service!.status, service!.body.kode, service!.body.feil]);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('The commands', () => {
  it('take a folder in place of the service, and say first that it is whole', async () => {
    const { code, out, err } = await run('access', '--from-folder', bevis, '--what', 'INNSYN.INDEX.FAKTURA', '--at', '2026-11-23 14:30');
    expect([code, out, err]).toEqual([0, expect.stringMatching(/Kan lagre fakturaer i Innsyn .*23\.11\.2026 14:00:00 \+01:00 .*person [0-9a-f-]{36}/), expect.stringMatching(/^HEL\. [^\n]*\nLoggen slutter [^\n]*\n$/)]);
    const json = await run('state', '--from-folder', bevis, '--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({ spurt: { mappe: bevis }, svar: { per: { tidspunkt: at('14:00') }, konfigurasjon: { kommunaleTjenester: [{ favoritt: true }] } } });
  });

  it.each<[what: string, args: readonly string[], code: number, said: string]>([
    ['look no further than the log', ['state', '--at', '2027-01-01'], 1, 'Loggen slutter 23.11.2026 15:00:00 +01:00, og klokken står der.\n--at: Tidspunktet er i fremtiden.'],
    ['have one organisation in a folder', ['state', '--org', '4601'], 1, 'org'],
  ])('%s', async (_, args, code, said) => {
    const result = await run(...args, '--from-folder', bevis);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringContaining(said)]);
  });

  it('answer nothing from a log that somebody has touched', async () => {
    const touched = join(folder, 'endret');
    await cp(bevis, touched, { recursive: true });
    const log = join(touched, 'logg.ndjson');
    await writeFile(log, (await readFile(log, 'utf8')).replace('"Kulturskole"', '"Musikkskole"'));
    const { code, out, err } = await run('state', '--from-folder', touched);
    expect([code, out, err]).toEqual([3, '', expect.stringMatching(/^IKKE HEL: hendelse \d+ er endret \(ENDRET\)/)]);
    expect(await run('history', '--from-folder', join(folder, 'finnes-ikke'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('kan ikke leses') as string });
  });

  it('open the folder to nobody else on the machine', async () => {
    expect((await new Client(opened.url, () => Promise.resolve({ Authorization: 'Bearer x' })).get(path('tilstand'))()).status).toBe(401);
  });

  it('ask for an organisation or a folder', async () => {
    expect(await run('state')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--from-folder') as string });
  });
});
