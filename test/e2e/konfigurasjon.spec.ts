import { TestApp } from '../support/app.js';
import { pagesOf } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';

// Konfigurasjon and Autorisasjon as KS Fiks publishes them, for a vendor and for an administrator.

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { fiksOrgId, integrasjoner } = at;
const admin = kommune.administrator;

interface Sett {
  readonly tilknyttet: readonly string[];
  readonly tilganger: readonly { readonly privilegium: string }[];
}
const sett = async (id: string) => {
  const { body } = await admin.get<Sett>(at.own(`integrasjoner/${id}`))();
  return { tilknyttet: body.tilknyttet, tilganger: body.tilganger.map(({ privilegium }) => privilegium) };
};
const medTilganger = (id: string, ressurs: string, ...privilegier: readonly string[]) =>
  `${integrasjoner}/${id}/tilknyttede-ressurser/${ressurs}/tilganger${privilegier.map((one, n) => `${n === 0 ? '?' : '&'}privilegier=${one}`).join('')}`;

describe('legge til og gi tilganger i én forespørsel', () => {
  it('en egen integrasjon får tilgangene, og mister alt i én forespørsel', async () => {
    const id = await at.integrasjon();
    const path = medTilganger(id, at.innsyn, 'INNSYN.INDEX.MAPPE', 'INNSYN.SOK');
    await app.when(admin.put(path)).then({ status: 204 }, { type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'] } });
    await app.when(admin.put(path)).then({ status: 204 });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.INDEX.FAKTURA'))).then({ status: 204 }, { type: 'AccessGranted' });
    expect(await sett(id)).toEqual({ tilknyttet: ['INNSYN'], tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK', 'INNSYN.INDEX.FAKTURA'] });
    await app.when(admin.delete(medTilganger(id, at.innsyn))).then({ status: 204 }, { type: 'IntegrationDetached' });
    expect(await sett(id)).toEqual({ tilknyttet: [], tilganger: [] });
  });

  it('en tilgang som ikke passer, stopper hele forespørselen', async () => {
    const id = await at.integrasjon();
    await app
      .when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.SOK', 'MATRIKKEL.QUERY')))
      .then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_UNDERTJENESTE' } });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'TULL'))).then({ status: 400, body: { errorCode: 'UKJENT_PRIVILEGIUM' } });
    await app.when(admin.put(medTilganger(id, fiksOrgId))).then({ status: 409, body: { errorCode: 'IKKE_EN_UNDERTJENESTE' } });
  });

  it('en global integrasjon får det den ber om, også igjen, og bare der den hører hjemme', async () => {
    const { globalIntegrasjon: id } = at;
    await app.when(admin.put(medTilganger(id, at.innsyn))).then({ status: 204 }, { type: 'IntegrationAttached', data: { tilganger: ['INNSYN.SOK'] } });
    await admin.delete(at.tilgang(at.innsyn, id, 'INNSYN.SOK'))();
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.SOK'))).then({ status: 204 }, { type: 'AccessGranted', data: { privilegium: 'INNSYN.SOK' } });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.INDEX.MAPPE'))).then({ status: 409, body: { errorCode: 'TILGANG_IKKE_FORESPURT' } });
    for (const more of ['', '/tilganger'])
      await app
        .when(admin.put(`${integrasjoner}/${id}/tilknyttede-ressurser/${kommune.ressurs('KOMMUNALE_TJENESTER')}${more}`))
        .then({ status: 409, body: { errorCode: 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE', message: 'Integrasjonen er laget for Innsyn, og kan ikke legges til under en annen undertjeneste.' } });
    expect(await sett(id)).toEqual({ tilknyttet: ['INNSYN'], tilganger: ['INNSYN.SOK'] });
    await admin.delete(medTilganger(id, at.innsyn))();
  });
});

describe('ressurser og tilganger', () => {
  const sporre = '/autorisasjon-query/api/v1/autorisasjon';
  const endre = '/autorisasjon-update/api/v1/ressurs';
  const minKommune = kommune.ressurs('MIN_KOMMUNE');
  const organisasjon = { id: fiksOrgId, type: 'ORGANISASJON', navn: kommune.navn };
  const over = [organisasjon, { id: minKommune, type: 'MIN_KOMMUNE', navn: 'Min kommune' }];
  const innsyn = { id: at.innsyn, type: 'INNSYN', navn: 'Innsyn' };

  it('en ressurs, de under den, og om den er nederst', async () => {
    await app.when(admin.get(`${sporre}/ressurser/${at.innsyn}`)).then({ status: 200, body: { ...innsyn, path: over } });
    const { body: barn } = await admin.get<object[]>(`${sporre}/${minKommune}/barn`)();
    expect(barn).toHaveLength(3);
    await app.when(admin.get(`${sporre}/${minKommune}/barn?type=INNSYN`)).then({ status: 200, body: [{ ...innsyn, path: over }] });
    await app.when(admin.get(`${sporre}/${minKommune}/isLeaf`)).then({ status: 200, body: false });
    await app.when(admin.get(`${sporre}/${at.innsyn}/isLeaf`)).then({ status: 200, body: true });
    await app.when(admin.get(`${sporre}/ressurser?type=INNSYN`)).then({ status: 200, body: [{ ...innsyn, path: over }] });
    await app.when(app.as('virksomhet:910753614').get(`${sporre}/ressurser`)).then({ status: 200, body: [] });
  });

  it('en tjenesteadministrator ser ressursen sin og dem over, en administrator ser alle', async () => {
    const synlige = async (who: typeof admin, query = '') => (await who.get<{ ressurser: { type: string }[] }>(`${sporre}/synlige${query}`)()).body.ressurser.map(({ type }) => type).sort();
    const inn = kommune.tjenesteadministrator('INNSYN');
    expect(await synlige(inn)).toEqual(['INNSYN', 'MIN_KOMMUNE', 'ORGANISASJON']);
    expect(await synlige(inn, `?parent=${minKommune}&ressursType=INNSYN`)).toEqual(['INNSYN']);
    expect(await synlige(admin)).toEqual(['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER', 'MIN_KOMMUNE', 'ORGANISASJON']);
    expect(await synlige(admin, '?privilegier=REVISOR')).toEqual([]);
    expect(await synlige(app.as('innbygger:12818510088'))).toEqual([]);
  });

  it('lister kommer i sider, og Link sier hvor neste side er', async () => {
    const lists = [[admin, `${sporre}/autorisasjoner`], [admin, `${sporre}/ressurser`], [admin, `${sporre}/synlige`], [admin, `${sporre}/ressurser/${fiksOrgId}/tilganger`], [app.as('plattform'), '/konfigurasjon/api/v1/organisasjoner/synlige'],
      ...[at.own('tilgjengelige-integrasjoner'), `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/integrasjoner`, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/integrasjoner/INNSYN`].map((path) => [admin, path] as const)] as const;
    for (const _ of [1, 2]) await admin.put(medTilganger(await at.integrasjon(), at.innsyn))();
    await app.kommune().registered();
    type List = readonly object[] | { readonly ressurser: readonly object[] };
    const items = (body: List) => ('ressurser' in body ? body.ressurser : body);
    for (const [who, path] of lists) {
      const [whole, ...none] = await pagesOf<List>(who, path);
      expect(none).toEqual([]);
      const all = items(whole!.body);
      const pages = await pagesOf<List>(who, `${path}?antall=1`);
      expect(all.length).toBeGreaterThan(1);
      expect(pages.length).toBe(all.length);
      expect(pages.flatMap(({ body }) => items(body))).toEqual(all);
    }
    await app.when(admin.get(`${sporre}/autorisasjoner?fortsettFra=tull`)).then({ status: 400, body: { errorCode: 'UGYLDIG_FELT' } });
  });

  it('flere tilganger i én forespørsel, alle eller ingen, og hvor mange som har dem', async () => {
    const [en, to] = [await at.integrasjon(), await at.integrasjon()];
    const sok = (aktor: string) => ({ aktor, privilegium: 'INNSYN.SOK' });
    const bulk = (requests: readonly object[]) => admin.post<{ tilgangerGitt: object[] }>(`${endre}/bulk/${at.innsyn}/tilganger`, { requests });
    await app.when(bulk([sok(en), { aktor: to, privilegium: 'MATRIKKEL.QUERY' }])).then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_UNDERTJENESTE' } });
    const { status, body } = await bulk([sok(en), sok(to), { aktor: at.someFnr, privilegium: 'ADMIN' }])();
    expect([status, body.tilgangerGitt]).toMatchObject([200, [{ ...sok(en), ressurs: at.innsyn }, sok(to), { aktor: at.someFnr, privilegium: 'ADMIN' }]]);
    const oversikt = (privilegium: string, ekskluderAktorer: readonly string[] = []) =>
      admin.post(`${sporre}/ressurser/oversikt`, { ressurser: [at.innsyn], privilegium, ressursType: 'INNSYN', ekskluderAktorer });
    const tall = { ressurs: at.innsyn, antallEksterneBrukere: 0, antallEksterneGrupper: 0 };
    await app.when(oversikt('INNSYN.SOK')).then({ status: 200, body: { type: 'INNSYN', ressurser: [{ ...tall, antallPersoner: 0, antallIntegrasjoner: 2, antallTotalt: 2 }] } });
    await app.when(oversikt('INNSYN.SOK', [en])).then({ status: 200, body: { ressurser: [{ antallTotalt: 1 }] } });
    await app.when(oversikt('ADMIN')).then({ status: 200, body: { ressurser: [{ antallPersoner: 2, antallIntegrasjoner: 0 }] } });
  });

  it('ingen blir både administrator og revisor i én forespørsel', async () => {
    const [en, to] = ['ADMIN', 'REVISOR'].map((privilegium) => ({ aktor: '12818510088', privilegium }));
    const begge = admin.post(`${endre}/bulk/${fiksOrgId}/tilganger`, { requests: [en, to] });
    await app.when(begge).then({ status: 409, body: { errorCode: 'REVISOR_IKKE_UAVHENGIG' } });
  });

  it('en ressurs kan ikke opprettes, flyttes eller få nytt navn, og svaret sier hvorfor', async () => {
    const avvist = { status: 409, body: { errorCode: 'RESSURS_FOLGER_TJENESTEN' } };
    await app.when(admin.post(endre, { forelderRessurs: fiksOrgId, type: 'INNSYN', navn: 'Innsyn 2' })).then(avvist);
    await app.when(admin.patch(`${endre}/${at.innsyn}`, { navn: 'Innsyn 2' })).then(avvist);
    await app.when(admin.patch(`${endre}/${at.innsyn}/flytt`, { nyForeldreRessurs: fiksOrgId })).then(avvist);
  });
});

it('«Tilgjengelige integrasjoner» kan begrenses til dem som kan legges til under en undertjeneste', async () => {
  const egen = await at.integrasjon();
  const tilgjengelige = async (undertjeneste: string) => (await admin.get<{ uuid: string }[]>(at.own(`tilgjengelige-integrasjoner?undertjeneste=${undertjeneste}`))()).body.map(({ uuid }) => uuid);
  expect(await tilgjengelige('INNSYN')).toEqual(expect.arrayContaining([egen, at.globalIntegrasjon]));
  expect(await tilgjengelige('KOMMUNALE_TJENESTER')).toContain(egen);
  expect(await tilgjengelige('KOMMUNALE_TJENESTER')).not.toContain(at.globalIntegrasjon);
  await at.tilknyttet(at.innsyn, egen);
  expect(await tilgjengelige('INNSYN')).not.toContain(egen);
  await app.when(admin.get(at.own('tilgjengelige-integrasjoner?undertjeneste=TULL'))).then({ status: 422 });
});

it('en integrasjon leser om seg selv, tilgangene sine og hvor dokumentene skal ligge', async () => {
  const id = await at.integrasjon();
  await at.grant(at.innsyn, id, 'INNSYN.INDEX.MAPPE');
  await admin.put(at.own(`integrasjoner/${id}/dokumentlagring`), { lagring: 'FAGSYSTEM' })();
  const { passord } = (await admin.post<{ passord: string }>(`${integrasjoner}/${id}/lagPassord`)()).body;
  const through = (IntegrasjonPassord: string, IntegrasjonId = id) => app.bearing(app.token(`virksomhet:${at.integrasjonBody.autorisertOrgnr}`), { IntegrasjonId, IntegrasjonPassord });
  const selv = through(passord);
  await app.when(selv.get(`${integrasjoner}/${id}`)).then({ status: 200, body: { uuid: id, tilknyttedeRessurser: [at.innsyn] } });
  const valg = '/min-kommune/api/v1/integrasjon/valg';
  const tilganger = [{ privilegium: 'INNSYN.INDEX.MAPPE', undertjeneste: 'INNSYN' }];
  await app.when(selv.get(valg)).then({ status: 200, body: { antallTreff: 1, treff: [{ fiksOrgId, organisasjonsnavn: kommune.navn, tilknyttet: ['INNSYN'], tilganger, lagring: 'FAGSYSTEM' }] } });
  for (const path of [`${integrasjoner}/${id}`, valg]) await app.when(through('feil').get(path)).then({ status: 401 });
  await app.when(selv.get(`${integrasjoner}/${await at.integrasjon()}`)).then({ status: 404 });

  const { globalIntegrasjon } = at;
  await at.attach();
  const annet = (await app.as('plattform').post<{ passord: string }>(`${integrasjoner}/${globalIntegrasjon}/lagPassord`)()).body.passord;
  const { body } = await through(annet, globalIntegrasjon).get<{ antallTreff: number; treff: readonly { fiksOrgId: string }[] }>(valg)();
  expect(body.treff.map((one) => one.fiksOrgId)).toContain(fiksOrgId);
  expect((await through(annet, globalIntegrasjon).get<{ treff: readonly object[] }>(`${valg}?antall=1&fra=1`)()).body.treff).toHaveLength(body.antallTreff - 1);
});

describe('organisasjoner', () => {
  const organisasjoner = '/konfigurasjon/api/v1/organisasjoner';
  const virksomhet = app.as('virksomhet:910753614');

  it('en leverandør finner organisasjoner etter id og kommunenummer', async () => {
    const org = { uuid: fiksOrgId, navn: kommune.navn, type: 'KOMMUNE', kommunenr: kommune.nummer, harHovedavtale: true };
    for (const query of [`orgId=${fiksOrgId}`, `kommunenr=${kommune.nummer}`, `orgId=${fiksOrgId}&kommunenr=${kommune.nummer}&kommunenr=9999`])
      await app.when(virksomhet.get(`${organisasjoner}?${query}`)).then({ status: 200, body: [org] });
    await app.when(virksomhet.post(organisasjoner, { ids: [fiksOrgId], kommunenr: [] })).then({ status: 200, body: [org] });
    for (const none of [virksomhet.get(organisasjoner), virksomhet.post(organisasjoner, { ids: [] })])
      await app.when(none).then({ status: 400, body: { errorCode: 'ORGANISASJON_MANGLER' } });
  });

  it('det viktigste om organisasjoner, etter kommunenummer eller id', async () => {
    const info = { uuid: fiksOrgId, type: 'KOMMUNE', kommunenr: kommune.nummer, orgNr: kommune.orgnr, konfigurert: false };
    await app.when(virksomhet.get(`${organisasjoner}/info?kommunenr=${kommune.nummer}`)).then({ status: 200, body: [info] });
    await app.when(virksomhet.get(`${organisasjoner}/info/${fiksOrgId}`)).then({ status: 200, body: info });
    await app.when(virksomhet.get(`${organisasjoner}/info/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10`)).then({ status: 404 });
  });

  it('en tjeneste forteller om tjenestevedlegget er signert', async () => {
    await app.when(admin.get(at.tjeneste('MIN_KOMMUNE'))).then({ status: 200, body: { signeringStatus: 'SIGNERT', sentralisertBrukerstyringAktiv: false } });
    await app.when(admin.get(at.tjeneste('INNSYN'))).then({ status: 200, body: { signeringStatus: 'TRENGER_IKKE_SIGNERE' } });
  });

  it('en integrasjon kan være uten beskrivelse', async () => {
    const body = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Sak', autorisertOrgnr: '910753614' };
    const { body: made } = await app.when(admin.post<object>(integrasjoner, body)).then({ status: 200, body }, { type: 'IntegrationCreated' });
    expect(made).not.toHaveProperty('beskrivelse');
  });
});
