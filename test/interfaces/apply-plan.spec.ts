import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Konfigurasjon } from '../../src/application/konfigurasjon/konfigurasjon.js';
import { planFor, type Plan } from '../../src/application/konfigurasjon/plan.js';
import { applyPlan, standOf, Stopped, type NewPassword } from '../../src/interfaces/cli/apply-plan.js';
import { ServiceClient } from '../../src/interfaces/cli/service-client.js';
import { TestApp, type Kommune } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { FaultyService, type Fault } from '../support/faulty-service.js';

// A plan is applied over a network with faults, while others change the same things.

const app = await TestApp.start();
let service: FaultyService;
let folder: string;
let kommune: Kommune;
let client: ServiceClient;
beforeAll(async () => {
  service = await FaultyService.before(app.url);
  folder = await mkdtemp(join(tmpdir(), 'apply-'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  service.fault = () => undefined;
  service.requests.length = 0;
  kommune = app.kommune();
  await kommune.open();
  await writeFile(join(folder, 'token'), await app.token(`administrator:${kommune.nummer}`));
  client = new ServiceClient({ url: service.url, tokenFile: join(folder, 'token') }, 'KONFIG_TOKEN');
});

/** The requests that match have the faults, in order. */
const faults = (pattern: RegExp, ...wanted: readonly Fault[]) => {
  const left = [...wanted];
  service.fault = (method, path) => (pattern.test(`${method} ${path}`) ? left.shift() : undefined);
};
const reading = /konfigurasjonsfil/;
const planOf = async (file: object): Promise<Plan> => {
  const wanted = Konfigurasjon.parse(file);
  return planFor(await standOf(client, kommune.fiksOrgId, wanted.roller !== undefined), wanted);
};
const apply = async (plan: Plan, passwords: NewPassword[] = []) => applyPlan(client, plan, { remove: true, passwords });
const stopOf = (applying: Promise<unknown>): Promise<Stopped> =>
  applying.then(
    () => Promise.reject(new Error('It did not stop.')),
    (error: unknown) => (error instanceof Stopped ? error : Promise.reject(error as Error)),
  );
const happened = async (mark: bigint) => (await app.since(mark)).map(({ type }) => type);
const arkiv = { navn: 'Arkiv', autorisertOrgnr: '910753614' };
const lenke = { tittel: 'Kart', mal: 'https://www.kommune.no/kart' };

describe('An answer that is cut off', () => {
  it('is asked for again, a few times', async () => {
    faults(reading, 'cut', 'lost');
    expect((await standOf(client, kommune.fiksOrgId, false)).konfigurasjon.organisasjon!.navn).toBe(kommune.navn);
    expect(service.requests).toHaveLength(3);
    faults(reading, 'cut', 'cut', 'cut');
    await expect(standOf(client, kommune.fiksOrgId, false)).rejects.toMatchObject({ code: 'INGEN_FORBINDELSE', message: `Tjenesten på ${service.url} svarer ikke.` });
  });

  it('is no change made twice', async () => {
    const plan = await planOf({ eiendomslenker: [lenke] });
    const mark = await app.events.head();
    faults(/POST .*eiendomslenker/, 'cut');
    expect(await apply(plan)).toMatchObject({ made: 1 });
    expect(await happened(mark)).toEqual(['EiendomslenkeCreated']);
  });

  it('is a refusal of a long answer, which is not asked for again', async () => {
    await app.sealed(kommune.fiksOrgId);
    faults(/logg$/, 'cut');
    const read = async () => {
      for await (const piece of await client.stream(kommune.own('revisjon/logg'))) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'INGEN_FORBINDELSE', message: expect.stringContaining('ble brutt av') as string });
  });
});

describe('The password of a new integration', () => {
  it('that cannot be made is told of, with the number of changes, and the command that makes one', async () => {
    const plan = await planOf({ integrasjoner: [{ ...arkiv, lagring: 'FAGSYSTEM' }], eiendomslenker: [lenke] });
    const { id } = plan.endringer[0]!.ting;
    faults(/lagPassord/, 'refused', 'refused');
    const { message, applied } = await stopOf(apply(plan));
    expect(message).toBe(
      `${kommune.navn}: stoppet ved integrasjon «Arkiv». Noe gikk galt. 1 av 2 endringer er gjort, den siste bare delvis. ` +
        `Integrasjonen «Arkiv» finnes nå, men du har ikke fått passordet. Lag et med «konfig password ${id}». Lag en ny plan for resten.`,
    );
    expect(applied).toEqual({ made: 1, kept: 0, impossible: [], withoutPassword: { integrasjon: 'Arkiv', integrasjonId: id } });
    const file = join(folder, 'fil.yaml');
    await writeFile(file, `organisasjon: {kommunenummer: "${kommune.nummer}"}\nintegrasjoner:\n  - {navn: "Arkiv", autorisertOrgnr: "910753614"}\n  - {navn: "Sak", autorisertOrgnr: "910753614"}\n`);
    const { code, out } = await runCli('konfig', ['apply', file, '--format', 'json', '--url', service.url, '--token-file', join(folder, 'token')]);
    expect([code, JSON.parse(out)]).toMatchObject([1, { svar: { utfall: [{ endret: 1, utenPassord: { integrasjon: 'Sak' }, feil: { kode: 'INTERN_FEIL' } }], passord: [] } }]);
    const made = await runCli('konfig', ['password', id, '--url', service.url, '--token-file', join(folder, 'token')]);
    expect(made).toMatchObject({ code: 0, err: 'Passordet vises bare nå. Et tidligere passord virker ikke lenger.\n' });
    const login = app.bearing(app.token('virksomhet:910753614'), { IntegrasjonId: id, IntegrasjonPassord: made.out.trim() });
    await app.when(login.get('/konfigurasjon/api/v1/integrasjoner/autentisering')).then({ status: 200, body: true });
  });

  it('is made anew when the answer with it was lost, because nobody has seen it', async () => {
    const [plan, passwords] = [await planOf({ integrasjoner: [arkiv] }), [] as NewPassword[]];
    faults(/lagPassord/, 'lost');
    expect(await apply(plan, passwords)).toMatchObject({ made: 1 });
    const login = app.bearing(app.token('virksomhet:910753614'), { IntegrasjonId: passwords[0]!.integrasjonId, IntegrasjonPassord: passwords[0]!.passord });
    await app.when(login.get('/konfigurasjon/api/v1/integrasjoner/autentisering')).then({ status: 200, body: true });
  });

  it('is left alone when somebody else has been shown it', async () => {
    const plan = await planOf({ integrasjoner: [arkiv] });
    const mark = await app.events.head();
    faults(/lagPassord/, 'made before');
    expect(await stopOf(apply(plan))).toMatchObject({ code: 'PASSORD_ALLEREDE_VIST', applied: { made: 1 } });
    expect(await happened(mark)).toEqual(['IntegrationCreated', 'IntegrationPasswordGenerated']);
  });
});

describe('A plan', () => {
  it('is applied also when the service does not show the changes in time', async () => {
    const plan = await planOf({ eiendomslenker: [lenke] });
    faults(reading, undefined, 'behind', 'behind', 'behind');
    expect(await apply(plan)).toMatchObject({ made: 1 });
    expect(service.requests.filter((one) => reading.test(one))).toHaveLength(5);
  });

  it('stops between two changes when it is interrupted', async () => {
    const plan = await planOf({ integrasjoner: [arkiv], eiendomslenker: [lenke] });
    const [stop, passwords] = [new AbortController(), [] as NewPassword[]];
    service.fault = (_, path) => {
      if (path.endsWith('/integrasjoner')) stop.abort();
      return undefined;
    };
    const { code, applied } = await stopOf(applyPlan(client, plan, { remove: true, passwords, signal: stop.signal }));
    expect([code, applied.made, passwords.length]).toEqual(['AVBRUTT', 1, 1]);
  });

  it('is sent anew in another run, so that the service decides on it again', async () => {
    const plan = await planOf({ eiendomslenker: [lenke] });
    await apply(plan);
    await kommune.administrator.delete(kommune.own(`eiendomslenker/${plan.endringer[0]!.ting.id}`))();
    expect(await stopOf(apply(plan))).toMatchObject({ code: 'EIENDOMSLENKE_FINNES', applied: { made: 0 } });
  });

  it('changes several roles, and sets up several services', async () => {
    const roller = (await standOf(client, kommune.fiksOrgId, true)).konfigurasjon.roller!;
    const { id } = await app.person('administrator:5001');
    const plan = await planOf({ tjeneste: { konfigurert: ['INNSYN', 'MINE_EIENDOMMER'] }, roller: { ...roller, administratorer: [...roller.administratorer!, id], tjenesteadministratorer: { INNSYN: [], KOMMUNALE_TJENESTER: [id] } } });
    expect(await apply(plan)).toMatchObject({ made: plan.endringer.length });
    expect(plan.endringer.length).toBeGreaterThan(4);
    expect((await planOf(plan.konfigurasjon)).endringer).toEqual([]);
  });

  it('sets, moves and takes away last days, and nothing besides', async () => {
    const stand = () => standOf(client, kommune.fiksOrgId, true);
    await apply(await planOf({ integrasjoner: [{ ...arkiv, tilganger: ['INNSYN.SOK', 'INNSYN.INDEX.MAPPE'], utlop: { 'INNSYN.SOK': '2027-06-30' } }] }));
    const { integrasjoner: [made] = [], roller } = (await stand()).konfigurasjon;
    expect(made!.utlop).toEqual({ 'INNSYN.SOK': '2027-06-30' });
    const { id } = await app.person('administrator:5001');
    const revisor = roller!.revisorer![0]!;
    const days = { integrasjoner: [{ ...made!, utlop: { 'INNSYN.INDEX.MAPPE': '2027-12-31' } }], roller: { ...roller!, administratorer: [...roller!.administratorer!, id], utlop: { administratorer: { [id]: '2027-01-31' }, revisorer: { [revisor]: '2027-02-28' } } } };
    const plan = await planOf(days);
    const mark = await app.events.head();
    expect(await apply(plan)).toMatchObject({ made: 4 });
    expect((await happened(mark)).sort()).toEqual(['AccessGranted', 'AccessGranted', 'AdministratorAppointed', 'RevisorAppointed']);
    expect((await stand()).konfigurasjon).toMatchObject({ integrasjoner: [{ tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'], utlop: { 'INNSYN.INDEX.MAPPE': '2027-12-31' } }], roller: { utlop: { administratorer: { [id]: '2027-01-31' }, revisorer: { [revisor]: '2027-02-28' } } } });
    expect((await planOf(days)).endringer).toEqual([]);
    // A file that says nothing of last days leaves them as they are.
    expect((await planOf({ integrasjoner: [{ ...arkiv, tilganger: ['INNSYN.SOK', 'INNSYN.INDEX.MAPPE'] }] })).endringer).toEqual([]);
  });

  it('is refused when somebody has changed a role since, and given it again', async () => {
    const { revisorer: [revisor] = [] } = (await standOf(client, kommune.fiksOrgId, true)).konfigurasjon.roller!;
    const plan = await planOf({ roller: { revisorer: [] } });
    const path = kommune.tilganger(kommune.fiksOrgId);
    await kommune.administrator.delete(`${path}?aktor=${revisor}&privilegium=REVISOR`)();
    await kommune.administrator.post(path, { aktor: revisor, privilegium: 'REVISOR' })();
    const mark = await app.events.head();
    await expect(apply(plan)).rejects.toMatchObject({ code: 'ENDRET_SIDEN_PLANEN' });
    expect(await happened(mark)).toEqual([]);
  });
});
