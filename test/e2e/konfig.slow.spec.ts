import fc from 'fast-check';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { planFor, type Plan } from '../../src/application/konfigurasjon/plan.js';
import { applyPlan, standOf } from '../../src/interfaces/cli/apply-plan.js';
import { formatKonfigurasjon, Konfigurasjonsfil } from '../../src/interfaces/cli/konfigurasjonsfil.js';
import { ServiceClient } from '../../src/interfaces/cli/service-client.js';
import { TestApp, type Kommune } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { OpenKommune } from '../support/open-kommune.js';
import { files } from '../support/konfigurasjoner.js';

// An administrator sets her kommune up with a file: export, plan and apply, as the command and as what it is made of.

const app = await TestApp.start();
let folder: string;
let at: OpenKommune;
let kommune: Kommune;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konfig-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  kommune = app.kommune();
  at = await OpenKommune.open(app, kommune);
});

/** Runs the command with the token of a persona. */
const run = async (who: string, ...args: readonly string[]) => runCli('konfig', [...args, '--url', app.url], { KONFIG_TOKEN: await app.token(who) });
const admin = (...args: readonly string[]) => run(`administrator:${kommune.nummer}`, ...args);
const write = async (name: string, text: string) => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};
const heading = () => `organisasjon:\n  kommunenummer: "${kommune.nummer}"\n`;
const tjeneste = (tittel: string, more = '') => `  - tittel: "${tittel}"\n    lenke: "https://www.kommune.no/x"\n    rettetMot: PERSON\n${more}`;

describe('The file of a kommune', () => {
  it('is written, changed, planned and applied', async () => {
    await at.kommunalTjeneste();
    const link = await at.eiendomslenke();
    const file = join(folder, `${kommune.nummer}.yaml`);
    expect(await admin('export', kommune.nummer, '--out', file)).toMatchObject({ code: 0, out: '' });
    expect((await stat(file)).mode & 0o077).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(new RegExp(`^# yaml-language-server: \\$schema=${app.url}/min-kommune/api/v1/konfigurasjonsfil/skjema\n# ${kommune.navn}, slik det var `));
    expect(await admin('plan', file)).toMatchObject({ code: 0, out: expect.stringMatching(/^.+ \(\d{4}\), mot posisjon [\d ]+\n0 endringer\.\n$/) as string });

    const changed = text.replace('rettetMot: "PERSON"', 'rettetMot: "ORGANISASJON"').replace(/eiendomslenker:\n( {2}.*\n)+/, 'eiendomslenker: []\n');
    await writeFile(file, changed.replace('driftsmeldinger: []', 'driftsmeldinger:\n  - innhold: "Nede"\n    kategori: SAK\n    meldingType: FEIL'));
    const planned = await admin('plan', file, '--out', join(folder, 'plan.json'));
    expect(planned.code).toBe(2);
    expect(planned.out).toContain('  ~ kommunal tjeneste «Kulturskole»: målgruppe PERSON → ORGANISASJON\n');
    expect(planned.out).toMatch(/ {2}- eiendomslenke «[^»]+» {4}slettes bare med --delete\n {2}\+ driftsmelding «Nede»\n3 endringer\.\n$/);

    expect(await admin('apply', join(folder, 'plan.json'))).toEqual({ code: 0, out: `${kommune.navn} (${kommune.nummer}): 2 endret, 1 sletting ikke gjort: kjør med --delete.\n`, err: '' });
    await app.when(kommune.administrator.get(link)).then({ status: 200 });
    expect(await admin('apply', file, '--delete')).toMatchObject({ code: 0, out: `${kommune.navn} (${kommune.nummer}): 1 endret.\n` });
    await app.when(kommune.administrator.get(link)).then({ status: 404 });
    expect(await admin('plan', file)).toMatchObject({ code: 0 });
    // Whatever is done is not done again.
    expect(await admin('apply', join(folder, 'plan.json'), '--delete')).toMatchObject({ code: 0, out: expect.stringContaining('uendret') as string });
  });

  it('has no passwords and no persons, and shows a new password once', async () => {
    const file = await write('ny.yaml', `${heading()}integrasjoner:\n  - navn: "Arkiv"\n    autorisertOrgnr: "910753614"\n    tilganger: ["INNSYN.INDEX.MAPPE"]\n`);
    const applied = await admin('apply', file);
    const [, id, passord] = /^ {2}.+ · Arkiv · ([0-9a-f-]{36}) · (\S+)$/m.exec(applied.out) ?? [];
    expect([applied.code, passord]).toEqual([0, expect.any(String)]);
    await app.when(app.bearing(app.token('virksomhet:910753614'), { IntegrasjonId: id!, IntegrasjonPassord: passord! }).get('/konfigurasjon/api/v1/integrasjoner/autentisering')).then({ status: 200, body: true });
    const { out } = await admin('export', kommune.nummer);
    expect(out).toContain('tilganger: ["INNSYN.INDEX.MAPPE"]');
    expect(out).not.toMatch(/passord|roller/i);
    expect((await admin('export', kommune.nummer, '--with-persons')).out).toMatch(/roller:\n {2}administratorer: \["[0-9a-f-]{36}"\]\n/);
    const { code, out: again } = await admin('apply', file, '--format', 'json');
    expect([code, JSON.parse(again)]).toEqual([0, { kommando: 'apply', versjon: 1, spurt: { fil: file }, svar: { utfall: [{ organisasjon: `${kommune.navn} (${kommune.nummer})`, endret: 0, ikkeSlettet: 0, umulig: [] }], passord: [] } }]);
  });

  it('changes roles by reference', async () => {
    const file = join(folder, 'roller.yaml');
    await admin('export', kommune.nummer, '--with-persons', '--out', file);
    const text = await readFile(file, 'utf8');
    expect(await admin('plan', file)).toMatchObject({ code: 0 });
    const [, revisor] = /revisorer: \["([0-9a-f-]{36})"\]/.exec(text) ?? [];
    await writeFile(file, text.replace(/revisorer: .*/, 'revisorer: []'));
    expect(await admin('apply', file, '--delete')).toMatchObject({ code: 0, out: expect.stringContaining('1 endret') as string });
    await app.when(kommune.revisor.get(kommune.own('konfigurasjonsfil'))).then({ status: 404 });
    await writeFile(file, text);
    expect(await admin('apply', file)).toMatchObject({ code: 0, out: expect.stringContaining('1 endret') as string });
    await app.when(kommune.revisor.get<{ konfigurasjon: object }>(kommune.own('konfigurasjonsfil?personer=true'))).then({ status: 200, body: { konfigurasjon: { roller: { revisorer: [revisor] } } } });
  });

  it('is valid by its schema, which names every section and refuses others', async () => {
    await at.kommunalTjeneste();
    const { body: schema } = await app.bearing().get<object>('/min-kommune/api/v1/konfigurasjonsfil/skjema')();
    const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const { body } = await kommune.administrator.get<{ konfigurasjon: object }>(kommune.own('konfigurasjonsfil?personer=true'))();
    expect([valid(body.konfigurasjon), valid.errors]).toEqual([true, null]);
    expect(Object.keys((schema as { properties: object }).properties)).toEqual(Object.keys(body.konfigurasjon));
    expect(valid({ ...body.konfigurasjon, annet: [] })).toBe(false);
  });

  it('of a kommune that is not open says that somebody must sign', async () => {
    kommune = app.kommune();
    await kommune.registered();
    const file = await write('ny.yaml', `${heading()}tjeneste:\n  tattIBruk: true\n  signert: true\nkommunaleTjenester:\n${tjeneste('Kulturskole')}`);
    const { code, out } = await admin('plan', file);
    expect([code, out.split('\n').slice(1)]).toEqual([2, [
      '  ~ Min kommune tatt i bruk: nei → ja',
      '  ! tjenestevedlegget signert: nei → ja: kan ikke gjøres med en fil',
      '  + kommunal tjeneste «Kulturskole»',
      '2 endringer.',
      '',
    ]]);
    const other = await write('uten.yaml', `${heading()}kommunaleTjenester:\n${tjeneste('Kulturskole')}`);
    expect((await admin('plan', other)).out).toContain('  ! tjenestevedlegget er ikke signert: må gjøres av en administrator\n1 endring.\n');
    const applied = await admin('apply', file);
    expect([applied.code, applied.err]).toEqual([1, `${kommune.navn}: stoppet ved kommunal tjeneste «Kulturskole». Tjenestevedlegget må være signert før undertjenesten kan settes opp. 1 av 2 endringer er gjort. Lag en ny plan for resten.\n`]);
  });
});

describe('Exit code 1 and a clear message are the answer to', () => {
  const place = (line: number, column: number, message: string) => (file: string) => `${file}:${line}:${column}: ${message}\n`;
  it.each<[what: string, text: string, err: (file: string) => string]>([
    ['a name that is there twice', `kommunaleTjenester:\n${tjeneste('Kulturskole')}${tjeneste('Kulturskole')}`, place(5, 5, 'To kommunale tjenester heter «Kulturskole». Gi dem ulike navn, eller oppgi id-en på begge.')],
    ['a field that is there twice', 'eiendomslenker:\n  - tittel: "A"\n    tittel: "B"\n    mal: "https://a.no"\n', place(3, 5, 'Feltet står to ganger.')],
    ['an anchor', 'eiendomslenker: &a []\n', place(1, 20, 'En fil kan ikke ha ankere (&). Skriv verdien på nytt der den brukes.')],
    ['a number without quotes', 'organisasjon:\n  kommunenummer: 0301\n', place(2, 18, 'kommunenummer må stå i anførselstegn: "0301".')],
    ['an unknown field', 'eiendomslenker:\n  - tittel: "A"\n    url: "https://a.no"\n    mal: "https://a.no"\n', place(3, 5, 'Ukjent felt «url».')],
    ['a file that does not say whose it is', 'eiendomslenker: []\n', () => 'Filen sier ikke hvilken organisasjon den gjelder. Oppgi den med --org.\n'],
    ['a kommune that is not there', 'organisasjon: {kommunenummer: "9999"}\n', () => 'Fant ingen organisasjon med kommunenummer 9999.\n'],
  ])('%s', async (_, text, stderr) => {
    const file = await write('feil.yaml', text);
    expect(await admin('plan', file)).toEqual({ code: 1, out: '', err: stderr(file) });
  });

  it('a file that is not UTF-8, as Excel writes CSV', async () => {
    const file = join(folder, 'windows.yaml');
    await writeFile(file, Buffer.from(`${heading()}eiendomslenker:\n  - tittel: "Bærum"\n    mal: "https://a.no"\n`, 'latin1'));
    expect(await admin('plan', file)).toEqual({ code: 1, out: '', err: `Filen ${file} er ikke UTF-8. I Excel heter det «CSV UTF-8».\n` });
  });

  it('the file of another organisation, a plan of another, and a plan that is none', async () => {
    const file = await write('min.yaml', `${heading()}eiendomslenker:\n  - tittel: "A"\n    mal: "https://a.no"\n`);
    const other = app.kommune();
    await other.open();
    expect(await run(`administrator:${other.nummer}`, 'plan', file, '--org', other.nummer)).toEqual({ code: 1, out: '', err: `${file}:2:18: Filen gjelder en annen organisasjon enn ${other.navn} (${other.nummer}).\n` });
    const plan = join(folder, 'min.json');
    expect(await admin('plan', file, '--out', plan)).toMatchObject({ code: 2 });
    expect(await admin('plan', file, '--out', plan)).toMatchObject({ code: 1, err: expect.stringContaining('finnes fra før') as string });
    expect(await admin('apply', plan, '--org', other.nummer)).toEqual({ code: 1, out: '', err: `Planen er for ${kommune.navn} (${kommune.nummer}), ikke for ${other.nummer}.\n` });
    expect(await run(`administrator:${other.nummer}`, 'apply', plan)).toMatchObject({ code: 1, err: 'Fant ikke det du ba om, eller du har ikke tilgang til det.\n' });
    const none = await write('ikke.json', '{"kommando":"plan"}');
    expect(await admin('apply', none)).toMatchObject({ code: 1, err: `${none} er ikke en plan som «konfig plan --out» har skrevet, eller den er endret.\n` });
    expect(await admin('apply', join(folder, 'finnes-ikke.yaml'))).toMatchObject({ code: 1, err: expect.stringContaining('finnes ikke') as string });
  });

  it('a plan when somebody has changed since: it names what, and changes nothing', async () => {
    const path = await at.kommunalTjeneste();
    const file = await write('flyttet.yaml', `${heading()}kommunaleTjenester:\n${tjeneste('Kulturskole')}${tjeneste('Barnehage')}`);
    const plan = join(folder, 'flyttet.json');
    expect(await admin('plan', file, '--out', plan)).toMatchObject({ code: 2 });
    await kommune.administrator.patch(path, { rettetMot: 'PERSON_OG_ORGANISASJON' })();
    const mark = await app.events.head();
    const { code, err } = await admin('apply', plan);
    expect([code, err]).toEqual([1, expect.stringMatching(/har endret seg siden planen \(posisjon [\d ]+\): kommunal tjeneste «Kulturskole». Lag en ny plan\.\n$/)]);
    expect(await app.since(mark)).toEqual([]);
  });

  it('somebody who may read but not change, and as JSON', async () => {
    const file = await write('revisor.yaml', `${heading()}eiendomslenker:\n  - tittel: "A"\n    mal: "https://a.no"\n`);
    const revisor = `revisor:${kommune.nummer}`;
    const { code, out } = await run(revisor, 'plan', file, '--format', 'json');
    const answer = JSON.parse(out) as { kommando: string; versjon: number; svar: Plan };
    expect([code, answer.kommando, answer.versjon, answer.svar.endringer.map(({ art, hva }) => `${art} ${hva}`)]).toEqual([2, 'plan', 1, ['+ eiendomslenke «A»']]);
    expect(await run(revisor, 'apply', file)).toMatchObject({ code: 1, err: expect.stringContaining('Du har ikke tilgang til å gjøre dette. 0 av 1 endringer er gjort.') as string });
    expect(JSON.parse((await run(revisor, 'plan', join(folder, 'x.yaml'), '--format', 'json')).err)).toEqual({ feil: { kode: 'FIL_MANGLER', melding: expect.stringContaining('x.yaml finnes ikke') as string } });
  });
});

describe('A template', () => {
  it('is applied to every kommune of a list, goes on after a failure, and is applied again to those that failed', async () => {
    const [second, closed] = [app.kommune(), app.kommune()];
    await second.open();
    await closed.registered();
    const { id: personId } = await app.person(`administrator:${kommune.nummer}`);
    await app.send({ kind: 'plattform', id: 'test' }, 'organisasjon', second.fiksOrgId, second.fiksOrgId, { type: 'AppointAdministrator', data: { personId } });
    const template = await write('mal.yaml', `kommunaleTjenester:\n${tjeneste('Skole i ${kommunenavn}')}`);
    const list = await write('kommuner.csv', `\uFEFFkommunenummer;kommunenavn\n${[kommune, closed, second].map(({ nummer, navn }) => `${nummer};"${navn}"\n`).join('')}`);
    const first = await admin('apply', template, '--for', list);
    expect(first).toEqual({
      code: 1,
      out: `  ${kommune.nummer} ${kommune.navn}: 1 endret\n  ${closed.nummer} ${closed.navn}: IKKE_FUNNET Fant ikke det du ba om, eller du har ikke tilgang til det.\n  ${second.nummer} ${second.navn}: 1 endret\n2 oppdatert, 0 uendret, 1 feilet. Kjør igjen for å prøve den som feilet.\n`,
      err: '',
    });
    await closed.open();
    await app.send({ kind: 'plattform', id: 'test' }, 'organisasjon', closed.fiksOrgId, closed.fiksOrgId, { type: 'AppointAdministrator', data: { personId } });
    expect(await admin('apply', template, '--for', list)).toMatchObject({ code: 0, out: expect.stringContaining('1 oppdatert, 2 uendret, 0 feilet.\n') as string });
    await app.when(second.administrator.get(second.own('kommunale-tjenester'))).then({ status: 200, body: { treff: [{ tittel: `Skole i ${second.navn}` }] } });
  });

  it('tells of a number that a spreadsheet has shortened, and of a column that is missing', async () => {
    const template = await write('mal.yaml', `kommunaleTjenester:\n${tjeneste('Skole i ${sted}')}`);
    const { code, out } = await admin('apply', template, '--for', await write('kort.csv', 'kommunenummer,navn\n301,Oslo\n'));
    expect([code, out]).toEqual([1, expect.stringContaining('${sted} har ingen verdi. CSV-filen har ingen slik kolonne.')]);
    const plain = await write('mal.yaml', 'eiendomslenker: []\n');
    expect((await admin('apply', plain, '--for', join(folder, 'kort.csv'))).out).toContain('301: UGYLDIG_ORGANISASJON «301» er verken et kommunenummer med fire siffer eller en fiksOrgId.');
  });
});

describe('Any configuration', () => {
  it('that is applied to a kommune is there, leaves nothing to plan, and is exported as it was', async () => {
    const token = await write('token', await app.token(`administrator:${kommune.nummer}`));
    const client = new ServiceClient({ url: app.url, tokenFile: token }, 'KONFIG_TOKEN');
    await fc.assert(
      fc.asyncProperty(files, async (file) => {
        const plan = planFor(await standOf(client, kommune.fiksOrgId, false), file);
        await applyPlan(client, plan, { remove: true, passwords: [] });
        const stand = await standOf(client, kommune.fiksOrgId, false);
        expect(planFor(stand, file).endringer).toEqual([]);
        const back = new Konfigurasjonsfil('f', formatKonfigurasjon(stand.konfigurasjon, { schema: 's', heading: 'h' })).read();
        expect(planFor(stand, back).endringer).toEqual([]);
        expect(stand.konfigurasjon.kommunaleTjenester).toHaveLength(file.kommunaleTjenester!.length);
        expect(stand.konfigurasjon.driftsmeldinger).toHaveLength(file.driftsmeldinger!.length);
      }),
      { numRuns: 8 },
    );
  });
});
