import { TestApp, type Kommune } from '../support/app.js';
import type { Client } from '../support/http.js';

// What the configuration guide does not say about its own steps: the events, the refusals, the repetitions and the audit trail. In
// the guide's order, so each step depends on the previous ones. guide-sentences.spec has what the guide says.

interface Listed<T> {
  readonly antallTreff: number;
  readonly treff: readonly T[];
}
interface Melding {
  readonly id: string;
  readonly innhold: string;
  readonly status?: string;
}
interface Side {
  readonly driftsmeldinger: readonly Melding[];
  readonly tjenester: readonly { readonly id: string; readonly tittel: string; readonly favoritt: boolean }[];
  readonly lenker: readonly { readonly tittel: string; readonly lenke: string }[];
}
interface Integrasjon {
  readonly uuid: string;
  readonly tilknyttedeRessurser: readonly string[];
}

const app = await TestApp.start();
const kommune: Kommune = app.kommune();
const { fiksOrgId, nummer } = kommune;
const [admin, plattform, revisor] = [kommune.administrator, app.as('plattform'), kommune.revisor];
const ansatt = `innbygger:${app.fnr(`tjenesteadministrator:${nummer}:INNSYN`)}`;
const innbygger = app.as(`innbygger:${app.fnr('revisor:0301')}`);
const tjeneste = `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester`;
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const made: Record<string, string> = {};

/** The path and query of a URL of this service, for a client that knows only the ephemeral port. */
const here = (address: string): string => {
  const url = new URL(address);
  expect(url.origin).toBe('http://tjenesten.test');
  return url.pathname + url.search;
};
const authenticates = (id: string, passord: string, orgnr = '910753614') =>
  app.as(`virksomhet:${orgnr}`).get(`${integrasjoner}/autentisering`, { IntegrasjonId: id, IntegrasjonPassord: passord });

/** Starts the signing and opens the portal. Returns the targets of its two links. */
async function portal(client: Client, landing?: string): Promise<{ signer: string; avvis: string }> {
  const query = landing === undefined ? '' : `?landingssideUrl=${encodeURIComponent(landing)}`;
  const started = await app
    .when(client.post(`/avtale/api/v1/avtaler/signering/${fiksOrgId}/MIN_KOMMUNE${query}`))
    .then({ status: 302 }, { type: 'TjenestevedleggSigningStarted', data: { versjon: app.tjenestevedlegg.versjon } });
  return linksOn(started.headers['location']!);
}
/** The targets of the two links of the portal's page at the address. */
async function linksOn(address: string): Promise<{ signer: string; avvis: string }> {
  const page = await app.bearing().get(here(address))();
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  const [signer, avvis] = [...page.text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!.replaceAll('&#38;', '&'));
  return { signer: here(signer!), avvis: here(avvis!) };
}

describe('avtaler', () => {
  it('plattformen registrerer kommunen', async () => {
    const body = { fiksOrgId, type: 'KOMMUNE', navn: kommune.navn, orgnr: kommune.orgnr, kommunenr: nummer };
    await app
      .when(plattform.post('/min-kommune/api/v1/organisasjoner', body))
      .then(
        { status: 201, body: { fiksOrgId, navn: kommune.navn, kommunenr: nummer, tattIBruk: [] } },
        { type: 'OrganisasjonRegistered', data: { navn: kommune.navn, orgnr: kommune.orgnr, kommunenr: nummer } },
      );
  });

  it('kan ikke tas i bruk uten administrator og hovedavtale', async () => {
    await app.when(admin.post(`${tjeneste}/MIN_KOMMUNE/initialiser`)).then({ status: 404, body: { errorCode: 'IKKE_FUNNET' } });
    const aktor = app.fnr(`administrator:${nummer}`);
    await app
      .when(plattform.post(kommune.tilganger(fiksOrgId), { aktor, privilegium: 'ADMIN' }))
      .then({ status: 200, body: { aktor, privilegium: 'ADMIN', ressurs: fiksOrgId } }, { type: 'AdministratorAppointed' });
    await app
      .when(admin.post(`${tjeneste}/MIN_KOMMUNE/initialiser`))
      .then({ status: 409, body: { errorCode: 'HOVEDAVTALE_MANGLER' } });
  });

  it('plattformen registrerer hovedavtalen', async () => {
    const body = {
      avtaleUuid: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10',
      tjenestekode: 'HOVEDAVTALE',
      fiksOrgId,
      signeringsdato: '2024-01-01',
    };
    const { body: recorded } = await app
      .when(plattform.post<{ uuid: string }>('/avtale/api/v1/avtaler', body))
      .then(
        { status: 200, body: { tjenestekode: 'HOVEDAVTALE', fiksOrgId, fiksOrgNavn: kommune.navn, signeringsdato: '2024-01-01' } },
        { type: 'HovedavtaleRecorded', data: { signeringsdato: '2024-01-01', avtaleUuid: body.avtaleUuid } },
      );
    const path = `/avtale/api/v1/avtaler/${recorded.uuid}`;
    await app.when(admin.get(path)).then({ status: 200, body: { uuid: recorded.uuid, ...body } });
    await app.when(app.as('administrator:0301').get(path)).then({ status: 404, body: { errorCode: 'IKKE_FUNNET' } });
  });

  it('administratoren ser kommunen, og tar Min kommune i bruk', async () => {
    await app
      .when(admin.get('/konfigurasjon/api/v1/organisasjoner/synlige'))
      .then({ status: 200, body: [{ uuid: fiksOrgId, navn: kommune.navn, type: 'KOMMUNE', konfigurert: false }] });
    await app
      .when(admin.post(`${tjeneste}/MIN_KOMMUNE/initialiser`))
      .then({ status: 200, body: { ressursId: kommune.ressurs('MIN_KOMMUNE') } }, { type: 'TjenesteAdopted' });
    await app.when(admin.get(tjeneste)).then({
      status: 200,
      body: [
        { kode: 'MIN_KOMMUNE', initialisert: true, konfigurert: false },
        { kode: 'INNSYN', initialisert: false },
        { kode: 'KOMMUNALE_TJENESTER', initialisert: false },
        { kode: 'MINE_EIENDOMMER', initialisert: false },
      ],
    });
  });

  it('ingenting under undertjenestene kan gjøres før tjenestevedlegget er signert', async () => {
    const refused = (errorCode: string) => ({ status: 409, body: { errorCode } });
    const id = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10';
    const [konto] = (await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${fiksOrgId}`)()).body.kontoer;
    const own = [
      admin.post(kommune.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' }),
      admin.put(kommune.own(`driftsmeldinger/${id}`), { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' }),
      admin.put(kommune.own(`driftsmeldinger/${id}/periode`), {}),
      admin.delete(kommune.own(`driftsmeldinger/${id}`)),
      admin.post(kommune.own('kommunale-tjenester'), { tittel: 'Skole', lenke: 'https://a.no', rettetMot: 'PERSON' }),
      admin.patch(kommune.own(`kommunale-tjenester/${id}`), { tittel: 'Skole' }),
      admin.put(kommune.own(`kommunale-tjenester/${id}/stjerne`)),
      admin.delete(kommune.own(`kommunale-tjenester/${id}`)),
      admin.post(kommune.own('eiendomslenker'), { tittel: 'Gebyr', mal: 'https://a.no' }),
      admin.patch(kommune.own(`eiendomslenker/${id}`), { tittel: 'Gebyr' }),
      admin.delete(kommune.own(`eiendomslenker/${id}`)),
      admin.put(kommune.own(`svarut-kontoer/${konto!.id}`), { synlig: true }),
      admin.put(kommune.own(`integrasjoner/${id}/dokumentlagring`), { lagring: 'FAGSYSTEM' }),
    ];
    for (const call of own) await app.when(call).then({ status: 409, body: { kode: 'TJENESTEVEDLEGG_IKKE_SIGNERT' } });
    const innsyn = kommune.ressurs('INNSYN');
    const fiks = [
      admin.post(integrasjoner, { fiksOrganisasjonUuid: fiksOrgId, navn: 'Sak', beskrivelse: 'Sak', autorisertOrgnr: '910753614' }),
      admin.post(kommune.tilganger(innsyn), { aktor: app.fnr('administrator:0301'), privilegium: 'ADMIN' }),
      admin.post(kommune.tilganger(innsyn), { aktor: id, privilegium: 'INNSYN.SOK' }),
      admin.post(`${tjeneste}/INNSYN/konfigurer`),
    ];
    for (const call of fiks) await app.when(call).then(refused('TJENESTEVEDLEGG_IKKE_SIGNERT'));
    await app.when(admin.post(`${tjeneste}/INNSYN/initialiser`)).then(refused('APNES_VED_SIGNERING'));
  });

  it('en landingsside utenfor tjenesten blir avvist', async () => {
    const start = `/avtale/api/v1/avtaler/signering/${fiksOrgId}/MIN_KOMMUNE?landingssideUrl=`;
    for (const url of ['https://ond.test/', 'javascript:alert(1)', '//ond.test', 'https://forvaltning.test.ond.test/', 'http://forvaltning.test/'])
      await app.when(admin.post(start + encodeURIComponent(url))).then({ status: 400, body: { errorCode: 'UGYLDIG_LANDINGSSIDE' } });
  });

  it('administratoren avviser å signere, og ingenting åpnes', async () => {
    const { signer, avvis } = await portal(admin, 'https://forvaltning.test/ferdig?a=1');
    const rejected = { status: 302, headers: { location: 'https://forvaltning.test/ferdig?a=1&signering=AVVIST' } };
    await app.when(app.bearing().get(avvis)).then(rejected, { type: 'TjenestevedleggRejected' });
    // The browser goes back and signs after all. The landing page is told that the signing was rejected.
    await app.when(app.bearing().get(signer)).then(rejected);
    const { body: avtaler } = await admin.get<object[]>(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`)();
    expect(avtaler).toMatchObject([{ tjenestekode: 'HOVEDAVTALE', signeringsdato: '2024-01-01' }]);
    await app.when(admin.get(`${tjeneste}/INNSYN`)).then({ status: 200, body: { initialisert: false } });
  });

  it('en status som noen har funnet på, gjør ingenting', async () => {
    const { signer, avvis } = await portal(admin);
    const status = (address: string) => new URL(address, 'http://tjenesten.test').searchParams.get('status')!;
    const forged = ['SIGNERT', 'SIGNERT.', `SIGNERT.${status(avvis).split('.')[1]}`, `${status(signer)}A`, status(signer).toLowerCase()];
    for (const one of forged) {
      const url = new URL(signer, 'http://tjenesten.test');
      url.searchParams.set('status', one);
      await app
        .when(app.bearing().get(url.pathname + url.search))
        .then({ status: 302, headers: { location: 'http://tjenesten.test/?signering=VENTER' } });
    }
    // A sealed token of one signing is invalid for another.
    const another = new URL((await portal(admin)).signer, 'http://tjenesten.test');
    another.searchParams.set('status', status(signer));
    await app.when(app.bearing().get(another.pathname + another.search)).then({ status: 302 });
    // A signing is invalid once a newer one has replaced it.
    await app.when(app.bearing().get(signer)).then({ status: 404, body: { errorCode: 'SIGNERING_IKKE_FUNNET' } });
  });

  it('administratoren signerer, og undertjenestene åpnes', async () => {
    const { signer, avvis } = await portal(admin, 'https://forvaltning.test/');
    const signed = { status: 302, headers: { location: 'https://forvaltning.test/?signering=SIGNERT' } };
    await app.when(app.bearing().get(signer)).then(signed, { type: 'TjenestevedleggSigned', data: { versjon: '1.0', signeringsdato: '2026-11-23' } });
    await app.when(app.bearing().get(signer)).then(signed);
    await app.when(app.bearing().get(avvis)).then(signed);
    await app.when(admin.get(tjeneste)).then({
      status: 200,
      body: [{ initialisert: true }, { initialisert: true }, { initialisert: true }, { initialisert: true }],
    });
    const navn = `Syntetisk Administrator ${kommune.navn}`;
    const [avtale] = (await admin.get<{ uuid: string }[]>(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`)()).body;
    await app.when(admin.get(`/avtale/api/v1/avtaler/${avtale!.uuid}`)).then({
      status: 200,
      body: { tjenestekode: 'MIN_KOMMUNE', signertVersjon: '1.0', gjeldendeVersjon: '1.0', signertAv: navn, signeringsdato: '2026-11-23' },
    });
    await app
      .when(admin.post(`/avtale/api/v1/avtaler/signering/${fiksOrgId}/MIN_KOMMUNE`))
      .then({ status: 409, body: { errorCode: 'TJENESTEVEDLEGG_ALLEREDE_SIGNERT' } });
  });

  it('kommer en nyere versjon av tjenestevedlegget, må det signeres på nytt. En klient som følger 302, leser adressen i svaret', async () => {
    const page = kommune.own('konfigurasjon');
    await app.when(admin.get(page)).then({ status: 200, body: { avtale: { apen: true, maSigneres: false, signertVersjon: '1.0' } } });
    app.tjenestevedlegg.versjon = '2.0';
    await app
      .when(admin.get(page))
      .then({ status: 200, body: { avtale: { apen: true, maSigneres: true, signertVersjon: '1.0', gjeldendeVersjon: '2.0' } } });
    const start = (landing: string) => admin.post<{ url: string }>(kommune.own(`signeringer?landingssideUrl=${encodeURIComponent(landing)}`));
    await app.when(start('https://ond.test/')).then({ status: 422, body: { kode: 'UGYLDIG_LANDINGSSIDE', feil: [{ felt: 'landingssideUrl' }] } });
    const { body: started } = await app.when(start('https://forvaltning.test/')).then({ status: 201 }, { type: 'TjenestevedleggSigningStarted', data: { versjon: '2.0' } });
    const { signer } = await linksOn(started.url);
    const signed = { status: 302, headers: { location: 'https://forvaltning.test/?signering=SIGNERT' } };
    await app.when(app.bearing().get(signer)).then(signed, { type: 'TjenestevedleggSigned', data: { versjon: '2.0' } });
    await app.when(admin.get(page)).then({ status: 200, body: { avtale: { maSigneres: false, signertVersjon: '2.0' } } });
  });

  it('et tjenestevedlegg som er signert på papir, registreres av plattformen', async () => {
    const other = app.kommune();
    await other.adopted();
    const { body: tjenester } = await plattform.get<{ tjeneste: { avtaleUuid: string } }[]>(`/avtale/api/v1/avtaler/kunder/${other.fiksOrgId}/tjenester`)();
    const body = { avtaleUuid: tjenester[0]!.tjeneste.avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId: other.fiksOrgId, signeringsdato: '2026-01-02' };
    await app
      .when(plattform.post('/avtale/api/v1/avtaler', { ...body, avtaleUuid: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10' }))
      .then({ status: 400, body: { errorCode: 'UKJENT_AVTALE' } });
    const send = plattform.post('/avtale/api/v1/avtaler', body, { 'Idempotency-Key': 'papir', 'If-Match': '"0"' });
    const answer = { status: 200, body: { tjenestekode: 'MIN_KOMMUNE', signertVersjon: '2.0', signeringsdato: '2026-01-02' } };
    await app.when(send).then(answer, { type: 'TjenestevedleggSigningStarted' }, { type: 'TjenestevedleggSigned', data: { signeringsdato: '2026-01-02' } });
    await app.when(send).then(answer);
  });
});

describe('oppsett', () => {
  it('administratoren utnevner tjenesteadministratorer, og den siste administratoren kan ikke fjernes', async () => {
    const aktor = app.fnr(`tjenesteadministrator:${nummer}:INNSYN`);
    const innsyn = kommune.ressurs('INNSYN');
    await app
      .when(admin.post(kommune.tilganger(innsyn), { aktor, privilegium: 'ADMIN' }))
      .then({ status: 200 }, { type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN' } });
    await app
      .when(admin.get(`/autorisasjon-query/api/v1/autorisasjon/ressurser/${innsyn}/tilganger`))
      .then({ status: 200, body: [{ aktor, privilegium: 'ADMIN', ressurs: innsyn }] });
    await app
      .when(app.as(ansatt).get('/konfigurasjon/api/v1/organisasjoner/synlige'))
      .then({ status: 200, body: [{ uuid: fiksOrgId }] });
    await app
      .when(admin.delete(`${kommune.tilganger(fiksOrgId)}?aktor=${(await app.person(`administrator:${nummer}`)).id}&privilegium=ADMIN`))
      .then({ status: 409, body: { errorCode: 'SISTE_ADMINISTRATOR' } });
  });

  it('administratoren utnevner en revisor, som ikke har noen annen rolle', async () => {
    const aktor = app.fnr(`revisor:${nummer}`);
    await app.when(revisor.get(kommune.own('konfigurasjon'))).then({ status: 404 });
    await app.when(admin.post(kommune.tilganger(fiksOrgId), { aktor, privilegium: 'REVISOR' })).then({ status: 200 }, { type: 'RevisorAppointed' });
    await app.when(revisor.get(kommune.own('konfigurasjon'))).then({ status: 200, body: { revisorer: [{ navn: `Syntetisk Revisor ${kommune.navn}` }] } });
    await app
      .when(admin.post(kommune.tilganger(fiksOrgId), { aktor: app.fnr(`administrator:${nummer}`), privilegium: 'REVISOR' }))
      .then({ status: 409, body: { errorCode: 'REVISOR_IKKE_UAVHENGIG' } });
  });

  it('en integrasjon opprettes, endres i feltene som er gitt, og får passord én gang', async () => {
    const body = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Indeksering: Mappe', beskrivelse: 'Sakssystemet, til Mine saker', autorisertOrgnr: '910753614' };
    const { body: created } = await app
      .when(admin.post<Integrasjon>(integrasjoner, body))
      .then({ status: 200, body: { ...body, global: false, fiksOrganisasjonNavn: kommune.navn, tilknyttedeRessurser: [] } }, { type: 'IntegrationCreated', data: { navn: 'Indeksering: Mappe' } });
    made['integrasjon'] = created.uuid;
    const path = `${integrasjoner}/${created.uuid}`;
    await app
      .when(admin.patch(path, { navn: 'Indeksering: Mappe og journalpost' }))
      .then(
        { status: 200, body: { ...body, navn: 'Indeksering: Mappe og journalpost' } },
        { type: 'IntegrationChanged', data: { navn: 'Indeksering: Mappe og journalpost' } },
      );

    const key = { 'Idempotency-Key': 'passord-1' };
    const first = await app
      .when(admin.post<{ passord: string }>(`${path}/lagPassord`, undefined, key))
      .then({ status: 200 }, { type: 'IntegrationPasswordGenerated' });
    expect(first.body.passord).toMatch(/^[\w-]{43}$/);
    await app.when(authenticates(created.uuid, first.body.passord)).then({ status: 200, body: true });
    await app
      .when(admin.post(`${path}/lagPassord`, undefined, key))
      .then({ status: 409, body: { errorCode: 'PASSORD_ALLEREDE_VIST' } });
    await app.when(authenticates(created.uuid, first.body.passord)).then({ status: 200, body: true });

    const second = await app.when(admin.post<{ passord: string }>(`${path}/lagPassord`)).then({ status: 200 }, { type: 'IntegrationPasswordGenerated' });
    await app.when(authenticates(created.uuid, second.body.passord)).then({ status: 200, body: true });
    // The old password no longer works, and the answer does not reveal the reason.
    const refused = { status: 200, body: false };
    await app.when(authenticates(created.uuid, first.body.passord)).then(refused);
    await app.when(authenticates(created.uuid, '')).then(refused);
    await app.when(authenticates('3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', second.body.passord)).then(refused);
    await app.when(authenticates(created.uuid, second.body.passord, '971032146')).then(refused);
    made['passord'] = second.body.passord;
    made['passord-1'] = first.body.passord;
  });

  it('to like forespørsler om passord samtidig gir ett passord, og det virker', async () => {
    const path = `${integrasjoner}/${made['integrasjon']!}/lagPassord`;
    const call = admin.post<{ passord: string }>(path, undefined, { 'Idempotency-Key': 'samtidig' });
    const mark = await app.events.head();
    app.events.meet(3);
    const answers = await Promise.all([call(), call(), call()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await app.since(mark)).toHaveLength(1);
    const { passord } = answers.find(({ status }) => status === 200)!.body;
    await app.when(authenticates(made['integrasjon']!, passord)).then({ status: 200, body: true });
    made['passord'] = passord;
  });

  it('integrasjonen får tilganger som passer, og ikke andre', async () => {
    const aktor = made['integrasjon']!;
    const [innsyn, eiendom] = [kommune.ressurs('INNSYN'), kommune.ressurs('MINE_EIENDOMMER')];
    const grant = (ressurs: string, privilegium: string) => admin.post(kommune.tilganger(ressurs), { aktor, privilegium });
    await app
      .when(grant(innsyn, 'INNSYN.INDEX.MAPPE'))
      .then({ status: 200, body: { aktor, privilegium: 'INNSYN.INDEX.MAPPE', ressurs: innsyn } }, { type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', tilganger: [] } }, { type: 'AccessGranted', data: { privilegium: 'INNSYN.INDEX.MAPPE', undertjeneste: 'INNSYN' } });
    await app.when(grant(innsyn, 'INNSYN.INDEX.MAPPE')).then({ status: 200 });
    await app.when(grant(eiendom, 'MATRIKKEL.QUERY')).then({ status: 200 }, { type: 'IntegrationAttached' }, { type: 'AccessGranted' });
    await app.when(grant(eiendom, 'INNSYN.SOK')).then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_UNDERTJENESTE' } });
    await app.when(grant(innsyn, 'ADMIN')).then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_AKTOR' } });
    await app.when(grant(fiksOrgId, 'INNSYN.SOK')).then({ status: 409, body: { errorCode: 'IKKE_EN_UNDERTJENESTE' } });
    await app.when(grant(innsyn, 'ALT.MULIG')).then({ status: 400, body: { errorCode: 'UKJENT_PRIVILEGIUM' } });
    await app
      .when(admin.post(kommune.tilganger(innsyn), { aktor: app.fnr(`administrator:${nummer}`), privilegium: 'INNSYN.SOK' }))
      .then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_AKTOR' } });
    await app
      .when(admin.delete(`${kommune.tilganger(eiendom)}?aktor=${aktor}&privilegium=MATRIKKEL.QUERY`))
      .then({ status: 204 }, { type: 'AccessRevoked', data: { privilegium: 'MATRIKKEL.QUERY' } });
    await app
      .when(admin.get(`/autorisasjon-query/api/v1/autorisasjon/ressurser/${innsyn}/tilganger?aktor=${aktor}`))
      .then({ status: 200, body: [{ aktor, privilegium: 'INNSYN.INDEX.MAPPE' }] });
  });

  it('en global integrasjon er tilgjengelig, legges til med tilgangene sine, og tas bort igjen', async () => {
    const leverandor = '0c5f4b1e-0d6e-4a6b-8a55-2c6b0a7a1f01';
    const registrering = { fiksOrgId: leverandor, type: 'LEVERANDOR', navn: 'KS', orgnr: '971032146' };
    await app.when(plattform.post('/min-kommune/api/v1/organisasjoner', registrering)).then({ status: 201 }, { type: 'OrganisasjonRegistered' });
    const global = { kode: 'SVARUT', forespurtePrivilegier: ['INNSYN.INDEX.MAPPE', 'MATRIKKEL.QUERY'], tags: ['INNSYN'] };
    const body = { fiksOrganisasjonUuid: leverandor, navn: 'SvarUt', beskrivelse: 'Post fra kommunen', autorisertOrgnr: '971032146', global };
    const { body: svarUt } = await app
      .when(plattform.post<Integrasjon>(integrasjoner, body))
      .then({ status: 200, body: { kode: 'SVARUT', global: true } }, { type: 'IntegrationCreated' });
    made['svarUt'] = svarUt.uuid;

    const available = kommune.own('tilgjengelige-integrasjoner');
    const found = await admin.get<Integrasjon[]>(available)();
    expect(found.body.map(({ uuid }) => uuid).sort()).toEqual([made['integrasjon'], svarUt.uuid].sort());
    const tagged = await admin.get<Integrasjon[]>(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/integrasjoner/INNSYN`)();
    expect(tagged.body.map(({ uuid }) => uuid).sort()).toEqual([made['integrasjon'], svarUt.uuid].sort());

    const attached = `${integrasjoner}/${svarUt.uuid}/tilknyttede-ressurser/${kommune.ressurs('INNSYN')}`;
    await app
      .when(admin.put(attached))
      .then({ status: 204 }, { type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.MAPPE'] } });
    await app.when(admin.put(attached)).then({ status: 204 });
    await app
      .when(admin.get(kommune.own(`integrasjoner/${svarUt.uuid}`)))
      .then({ status: 200, body: { global: true, tilknyttet: ['INNSYN'], tilganger: [{ privilegium: 'INNSYN.INDEX.MAPPE' }] } });

    // Later changes by the owner take effect, although the kommune's attachment is older than they are.
    const { body: passord } = await app
      .when(plattform.post<{ passord: string }>(`${integrasjoner}/${svarUt.uuid}/lagPassord`))
      .then({ status: 200 }, { type: 'IntegrationPasswordGenerated' });
    await app.when(authenticates(svarUt.uuid, passord.passord, '971032146')).then({ status: 200, body: true });
    await app
      .when(plattform.patch(`${integrasjoner}/${svarUt.uuid}`, { beskrivelse: 'Post fra kommunen, i Innsyn' }))
      .then({ status: 200, body: { beskrivelse: 'Post fra kommunen, i Innsyn' } }, { type: 'IntegrationChanged' });
    await app
      .when(admin.get(kommune.own(`integrasjoner/${svarUt.uuid}`)))
      .then({ status: 200, body: { beskrivelse: 'Post fra kommunen, i Innsyn', tilknyttet: ['INNSYN'] } });
    await app
      .when(admin.patch(`${integrasjoner}/${svarUt.uuid}`, { navn: 'Vår' }))
      .then({ status: 404, body: { errorCode: 'IKKE_FUNNET' } });

    await app.when(admin.delete(attached)).then({ status: 204 }, { type: 'IntegrationDetached' });
    await app
      .when(admin.get(kommune.own(`integrasjoner/${svarUt.uuid}`)))
      .then({ status: 200, body: { tilknyttet: [], tilganger: [] } });
    await app.when(admin.put(attached)).then({ status: 204 }, { type: 'IntegrationAttached' });
  });

  it('dokumentlagringen velges for en integrasjon', async () => {
    const path = kommune.own(`integrasjoner/${made['integrasjon']!}`);
    const before = await app.when(admin.get(path)).then({ status: 200 });
    expect(before.body).not.toHaveProperty('lagring');
    await app
      .when(admin.put(`${path}/dokumentlagring`, { lagring: 'DOKUMENTLAGER' }))
      .then({ status: 200, body: { lagring: 'DOKUMENTLAGER' } }, { type: 'DocumentStorageChosen', data: { lagring: 'DOKUMENTLAGER' } });
    await app
      .when(admin.put(`${path}/dokumentlagring`, { lagring: 'FAGSYSTEM' }))
      .then({ status: 200, body: { lagring: 'FAGSYSTEM' } }, { type: 'DocumentStorageChosen' });
  });

  it('post fra en SvarUt-konto gjøres synlig, uansett om kontoen kan sende', async () => {
    const list = await app
      .when(admin.get<{ kontoer: { konto: { id: string; aktivert: boolean } }[] }>(kommune.own('svarut-kontoer')))
      .then({ status: 200, body: { antall: 3, kontoer: [{ synlig: false }, { synlig: false }, { synlig: false }] } });
    const inactive = list.body.kontoer.find(({ konto }) => !konto.aktivert)!.konto.id;
    const path = kommune.own(`svarut-kontoer/${inactive}`);
    const shown = await app
      .when(admin.put<typeof list.body>(path, { synlig: true }))
      .then({ status: 200 }, { type: 'SvarUtAccountEnabled', data: { kontoId: inactive } });
    expect(shown.body.kontoer.find(({ konto }) => konto.id === inactive)).toMatchObject({ synlig: true, konto: { aktivert: false } });
    await app.when(admin.put(path, { synlig: false })).then({ status: 200 }, { type: 'SvarUtAccountDisabled' });
    await app.when(admin.put(path, { synlig: true })).then({ status: 200 }, { type: 'SvarUtAccountEnabled' });
    await app.when(admin.get(`/svarut-konfigurasjon/api/v1/kontoer/${inactive}`)).then({ status: 200, body: { id: inactive, fiksOrgId, aktivert: false } });
  });

  it('kommunale tjenester opprettes, endres, stjernemerkes og slettes', async () => {
    const create = async (tittel: string, rettetMot: string) => {
      const body = { tittel, lenke: 'https://www.kommune.no/tjeneste', rettetMot };
      const { body: tjenesten } = await app
        .when(admin.post<{ id: string }>(kommune.own('kommunale-tjenester'), body))
        .then({ status: 201, body: { ...body, favoritt: false } }, { type: 'KommunalTjenesteCreated', data: body });
      return kommune.own(`kommunale-tjenester/${tjenesten.id}`);
    };
    await create('Ærlighet', 'PERSON');
    const skole = await create('Kulturskole', 'PERSON');
    await create('Skjenkebevilling', 'ORGANISASJON');
    await create('Barnehage', 'PERSON_OG_ORGANISASJON');
    const borte = await create('Borte', 'PERSON');
    await app.when(admin.put(`${skole}/stjerne`)).then({ status: 200, body: { favoritt: true } }, { type: 'KommunalTjenesteStarred' });
    await app.when(admin.put(`${skole}/stjerne`)).then({ status: 200, body: { favoritt: true } });
    await app.when(admin.delete(`${skole}/stjerne`)).then({ status: 200, body: { favoritt: false } }, { type: 'KommunalTjenesteUnstarred' });
    await app.when(admin.put(`${skole}/stjerne`)).then({ status: 200 }, { type: 'KommunalTjenesteStarred' });
    await app
      .when(admin.patch(skole, { tittel: 'Ytre kulturskole' }))
      .then({ status: 200, body: { tittel: 'Ytre kulturskole', favoritt: true } }, { type: 'KommunalTjenesteChanged', data: { tittel: 'Ytre kulturskole' } });
    await app.when(admin.delete(borte)).then({ status: 204 }, { type: 'KommunalTjenesteRemoved' });
    await app.when(admin.get(borte)).then({ status: 404 });
    const { body } = await admin.get<Listed<object>>(kommune.own('kommunale-tjenester'))();
    expect(body.antallTreff).toBe(4);
  });

  it('eiendomslenker forhåndsvises og opprettes', async () => {
    const mal = 'https://www.kommune.no/{kommunenummer}/{gardsnummer}/{bruksnummer}?feste={festenummer}&enhet={matrikkelenhetId}';
    const preview = { mal, matrikkelnummer: `${nummer}-60/38`, matrikkelenhetId: '12345678' };
    await app
      .when(admin.post(kommune.own('eiendomslenker/forhandsvisning'), preview))
      .then({ status: 200, body: { lenke: `https://www.kommune.no/${nummer}/60/38?feste=0&enhet=12345678` } });
    const create = (tittel: string, template: string) =>
      app
        .when(admin.post<{ id: string }>(kommune.own('eiendomslenker'), { tittel, mal: template }))
        .then({ status: 201, body: { tittel, mal: template } }, { type: 'EiendomslenkeCreated', data: { tittel, mal: template } });
    await create('Gebyrer', 'https://www.kommune.no/gebyrer');
    await create('Saker', 'https://www.kommune.no/saker/{gardsnummer}/{bruksnummer}/{festenummer}');
    await create('Kart', mal);
    const { body: gammel } = await create('Gammel', 'https://www.kommune.no/gammel');
    const path = kommune.own(`eiendomslenker/${gammel.id}`);
    await app.when(admin.patch(path, { tittel: 'Eldre' })).then({ status: 200, body: { tittel: 'Eldre', mal: 'https://www.kommune.no/gammel' } }, { type: 'EiendomslenkeChanged' });
    await app.when(admin.delete(path)).then({ status: 204 }, { type: 'EiendomslenkeRemoved' });
  });

  it('driftsmeldinger publiseres, endres, trekkes tilbake, og brukes igjen med ny periode', async () => {
    const publish = (body: object) =>
      app
        .when(admin.post<Melding>(kommune.own('driftsmeldinger'), body))
        .then({ status: 201, body: { fiksOrgId } }, { type: 'DriftsmeldingPublished' });
    const { body: planlagt } = await publish({
      innhold: 'Fakturaer vises ikke i natt',
      kategori: 'FAKTURA',
      meldingType: 'INFORMASJON',
      startDato: '2026-11-24T00:00:00+01:00',
      sluttDato: '2026-11-24T06:00:00+01:00',
      url: 'https://www.kommune.no/drift',
      urlTekst: 'Les mer',
    });
    expect(planlagt).toMatchObject({ startDato: '2026-11-23T23:00:00.000Z', sluttDato: '2026-11-24T05:00:00.000Z' });
    await publish({ innhold: 'Alt er nede', kategori: 'FAKTURA', meldingType: 'FEIL', sluttDato: '2026-11-25T00:00:00Z' });
    const { body: alltid } = await publish({ innhold: 'Gamle fakturaer er i nettbanken', kategori: 'FAKTURA', meldingType: 'INFORMASJON' });
    const { body: trukket } = await publish({ innhold: 'Feil melding', kategori: 'SAK', meldingType: 'FEIL' });
    const path = (id: string) => kommune.own(`driftsmeldinger/${id}`);
    await app.when(admin.delete(path(trukket.id))).then({ status: 204 }, { type: 'DriftsmeldingWithdrawn' });
    await app.when(admin.delete(path(trukket.id))).then({ status: 204 });
    await app.when(admin.get(path(trukket.id))).then({ status: 200, body: { status: 'TIDLIGERE', trukketTilbake: true } });
    const endret = { innhold: 'Gamle fakturaer finner du i nettbanken', kategori: 'FAKTURA', meldingType: 'ADVARSEL' };
    await app.when(admin.put(path(alltid.id), endret)).then({ status: 200, body: endret }, { type: 'DriftsmeldingChanged', data: endret });
  });

  it('oppsettet sies ferdig', async () => {
    await app
      .when(admin.post(`${tjeneste}/MIN_KOMMUNE/konfigurer`))
      .then({ status: 200, body: { kode: 'MIN_KOMMUNE', konfigurert: true } }, { type: 'TjenesteConfigured', data: { kode: 'MIN_KOMMUNE' } });
    await app.when(admin.get('/konfigurasjon/api/v1/organisasjoner/synlige')).then({ status: 200, body: [{ konfigurert: true }] });
  });
});

describe('innbyggeren', () => {
  const side = (navn: string, query = '') => innbygger.get<Side>(`/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/${navn}${query}`);
  const meldinger = async () => (await side('FAKTURA')()).body.driftsmeldinger.map(({ innhold }) => innhold);

  it('ser de stjernemerkede tjenestene først, så i alfabetisk orden, og bare dem som er for seg', async () => {
    const titler = async (query?: string) => (await side('FORSIDE', query)()).body.tjenester.map(({ tittel }) => tittel);
    expect(await titler()).toEqual(['Ytre kulturskole', 'Barnehage', 'Ærlighet']);
    expect(await titler('?opptrerSom=ORGANISASJON')).toEqual(['Barnehage', 'Skjenkebevilling']);
    expect((await side('SAK')()).body.tjenester).toEqual([]);
  });

  it('ser driftsmeldingene som gjelder nå, de mest alvorlige først', async () => {
    app.clock.set('2026-11-23T22:59:59.999Z');
    expect(await meldinger()).toEqual(['Alt er nede', 'Gamle fakturaer finner du i nettbanken']);
    app.clock.set('2026-11-23T23:00:00Z');
    expect(await meldinger()).toEqual(['Alt er nede', 'Gamle fakturaer finner du i nettbanken', 'Fakturaer vises ikke i natt']);
    app.clock.set('2026-11-24T05:00:00Z');
    expect(await meldinger()).toEqual(['Alt er nede', 'Gamle fakturaer finner du i nettbanken']);
    app.clock.set('2026-11-25T00:00:00Z');
    expect(await meldinger()).toEqual(['Gamle fakturaer finner du i nettbanken']);
    const { body } = await admin.get<Listed<Melding>>(kommune.own('driftsmeldinger'))();
    expect(Object.fromEntries(body.treff.map(({ innhold, status }) => [innhold, status]))).toEqual({
      'Fakturaer vises ikke i natt': 'TIDLIGERE',
      'Alt er nede': 'TIDLIGERE',
      'Gamle fakturaer finner du i nettbanken': 'SYNLIG',
      'Feil melding': 'TIDLIGERE',
    });
    expect((await side('SAK')()).body.driftsmeldinger).toEqual([]);
  });

  it('ser kommunens lenker på eiendommene sine, utfylt og kodet', async () => {
    const lenker = async (query: string) => (await side('EIENDOM', query)()).body.lenker.map(({ tittel, lenke }) => [tittel, lenke]);
    expect(await lenker('')).toEqual([['Gebyrer', 'https://www.kommune.no/gebyrer']]);
    expect(await lenker(`?matrikkelnummer=${nummer}-60/38/1`)).toEqual([
      ['Gebyrer', 'https://www.kommune.no/gebyrer'],
      ['Saker', 'https://www.kommune.no/saker/60/38/1'],
    ]);
    expect(await lenker(`?matrikkelnummer=${nummer}-60/38&matrikkelenhetId=77`)).toContainEqual(
      ['Kart', `https://www.kommune.no/${nummer}/60/38?feste=0&enhet=77`],
    );
    expect(await lenker('?matrikkelnummer=0301-60/38')).toEqual([]);
  });
});

describe('oversikt og etterprøving', () => {
  it('alle kommuner vises med det de har tatt i bruk, i norsk orden', async () => {
    const [adopted, registered] = [app.kommune(), app.kommune()];
    const { body } = await app
      .given(adopted.adopted, registered.registered)
      .when(innbygger.get<Listed<{ fiksOrgId: string; navn: string; tattIBruk: string[] }>>('/min-kommune/api/v1/organisasjoner?type=KOMMUNE'))
      .then({ status: 200, body: { antallTreff: 4 } });
    const of = (id: string) => body.treff.find((one) => one.fiksOrgId === id)?.tattIBruk;
    expect(of(fiksOrgId)).toEqual(['MIN_KOMMUNE', 'INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER']);
    expect(of(adopted.fiksOrgId)).toEqual(['MIN_KOMMUNE']);
    expect(of(registered.fiksOrgId)).toEqual([]);
    const names = body.treff.map(({ navn }) => navn);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'nb')));
  });

  it('en tilgang arves nedover, og bare nedover', async () => {
    const spor = (aktor: string, privilegium: string, ressurs: string) =>
      admin.get(`/autorisasjon-query/api/v1/autorisasjon/isAutorisert?aktor=${aktor}&privilegium=${privilegium}&ressurs=${ressurs}`);
    const is = async (...asked: Parameters<typeof spor>) => (await app.when(spor(...asked)).then({ status: 200 })).text;
    const [chief, sub] = [(await app.person(`administrator:${nummer}`)).id, (await app.person(`tjenesteadministrator:${nummer}:INNSYN`)).id];
    const stranger = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10';
    const [innsyn, eiendom, minKommune] = [kommune.ressurs('INNSYN'), kommune.ressurs('MINE_EIENDOMMER'), kommune.ressurs('MIN_KOMMUNE')];
    expect(await is(chief, 'ADMIN', fiksOrgId)).toBe('true');
    expect(await is(chief, 'ADMIN', innsyn)).toBe('true');
    expect(await is(sub, 'ADMIN', innsyn)).toBe('true');
    expect(await is(sub, 'ADMIN', eiendom)).toBe('false');
    expect(await is(sub, 'ADMIN', minKommune)).toBe('false');
    expect(await is(made['integrasjon']!, 'INNSYN.INDEX.MAPPE', innsyn)).toBe('true');
    expect(await is(made['integrasjon']!, 'INNSYN.INDEX.MAPPE', minKommune)).toBe('false');
    expect(await is(made['integrasjon']!, 'INNSYN.SOK', innsyn)).toBe('false');
    expect(await is(stranger, 'ADMIN', innsyn)).toBe('false');

    const all = `/autorisasjon-query/api/v1/autorisasjon/autorisasjoner?forelderRessurs=${fiksOrgId}`;
    await app.when(admin.get(`${all}&aktor=${chief}&type=INNSYN`)).then({
      status: 200,
      body: [
        {
          aktor: app.fnr(`administrator:${nummer}`),
          aktorId: chief,
          privilegium: 'ADMIN',
          privilegiumNiva: 0,
          ressurs: innsyn,
          ressursNiva: 2,
          path: [{ type: 'ORGANISASJON' }, { type: 'MIN_KOMMUNE' }],
        },
      ],
    });
    const count = async (query: string) => (await admin.get<object[]>(all + query)()).body.length;
    expect(await count(`&aktor=${chief}`)).toBe(5);
    expect(await count(`&aktor=${chief}&arvPrivilegier=false`)).toBe(1);
    expect(await count(`&aktor=${chief}&maksDybde=1`)).toBe(2);
    expect(await count('&privilegium=INNSYN.INDEX.MAPPE')).toBe(2);
    expect(await count(`&aktor=${stranger}`)).toBe(0);
  });

  it('katalogen over tilganger sier hvem som kan ha hver av dem', async () => {
    const catalogue = async (type: string) => (await innbygger.get<{ privilegier: object[] }>(`/konfigurasjon/api/v1/privilegier/${type}`)()).body.privilegier;
    const forInnsyn = await catalogue('INNSYN');
    expect(forInnsyn).toContainEqual(expect.objectContaining({ navn: 'INNSYN.INDEX.MAPPE', ressursType: 'INNSYN', aktorer: ['INTEGRASJON'] }));
    expect(forInnsyn).toContainEqual(expect.objectContaining({ navn: 'ADMIN', aktorer: ['PERSON'] }));
    expect(forInnsyn).not.toContainEqual(expect.objectContaining({ navn: 'REVISOR' }));
    expect(await catalogue('ORGANISASJON')).toMatchObject([{ navn: 'ADMIN' }, { navn: 'REVISOR', visningsnavn: 'Revisor', ressursType: 'ORGANISASJON', aktorer: ['PERSON'] }]);
    await app.when(innbygger.get('/konfigurasjon/api/v1/privilegier/UKJENT')).then({ status: 404 });
  });

  interface Spor extends Listed<{ handling: string; principalNavn: string; payload: string; tidspunkt: number; requestId: string; tjeneste: string; onBehalfOf?: string }> {
    readonly aggregeringer: Readonly<Record<'fiksOrg' | 'tjeneste' | 'underRessurs', readonly { id?: string; visningsnavn: string; antall: number; valgt: boolean }[]>>;
  }
  const sok = (query = '', client = revisor) => client.get<Spor>(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}${query}`);

  it('revisjonssporet sier hvem, når, hva, før og etter, og hvilken forespørsel', async () => {
    app.clock.set('2026-12-01T08:00:00Z');
    const { body: created } = await admin.post<{ id: string }>(
      kommune.own('kommunale-tjenester'),
      { tittel: 'Gammel tittel', lenke: 'https://www.kommune.no/gammel', rettetMot: 'PERSON' },
      { 'X-Request-Id': 'sporet-1' },
    )();
    const path = kommune.own(`kommunale-tjenester/${created.id}`);
    await app
      .when(admin.patch(path, { tittel: 'Ny tittel' }, { 'X-Request-Id': 'sporet-2' }))
      .then({ status: 200, headers: { 'x-request-id': 'sporet-2' } }, { type: 'KommunalTjenesteChanged' });
    await admin.delete(path, { 'X-Request-Id': 'sporet-3' })();

    const { body } = await app.when(sok('&requestIder=sporet-2')).then({ status: 200, body: { antallTreff: 1 } });
    const [line] = body.treff;
    expect(line).toMatchObject({
      tidspunkt: Date.parse('2026-12-01T08:00:00Z'),
      principalNavn: `Syntetisk Administrator ${kommune.navn}`,
      fiksOrg: fiksOrgId,
      tjeneste: 'KOMMUNALE_TJENESTER',
      underRessurs: kommune.ressurs('KOMMUNALE_TJENESTER'),
      handling: 'Endret kommunal tjeneste',
      requestId: 'sporet-2',
    });
    expect(JSON.parse(line!.payload)).toMatchObject({
      hendelse: 'KommunalTjenesteChanged',
      gjelder: { type: 'kommunalTjeneste', id: created.id },
      for: { tittel: 'Gammel tittel' },
      etter: { tittel: 'Ny tittel' },
    });
    const [deleted] = (await sok('&requestIder=sporet-3')()).body.treff;
    expect(JSON.parse(deleted!.payload)).toMatchObject({ for: { tittel: 'Ny tittel', lenke: 'https://www.kommune.no/gammel' } });
    expect((await sok('&requestIder=sporet-1&requestIder=sporet-3')()).body.antallTreff).toBe(2);
  });

  it('revisjonssporet har fasetter, søk, tidsrom, orden og sider', async () => {
    const { body: all } = await app.when(sok('&antall=500')).then({ status: 200 });
    expect(all.aggregeringer.fiksOrg).toEqual([{ id: fiksOrgId, visningsnavn: kommune.navn, antall: all.antallTreff, valgt: true }]);
    const services = new Map(all.aggregeringer.tjeneste.map(({ visningsnavn, antall }) => [visningsnavn, antall]));
    expect([...services.values()].reduce((a, b) => a + b)).toBe(all.antallTreff);
    const meldinger = (await sok('&tjenester=INNSYN')()).body;
    expect(meldinger.antallTreff).toBe(services.get('Innsyn'));
    const [innsyn] = meldinger.aggregeringer.tjeneste;
    expect(innsyn).toEqual({ id: kommune.ressurs('INNSYN'), visningsnavn: 'Innsyn', antall: meldinger.antallTreff, valgt: true });
    expect((await sok(`&tjenester=${innsyn!.id}&antall=0`)()).body).toMatchObject({ antallTreff: meldinger.antallTreff, treff: [] });
    expect((await sok(`&underRessurser=${kommune.ressurs('INNSYN')}`)()).body.antallTreff).toBe(services.get('Innsyn'));
    expect((await sok('&term=kulturskole ytre')()).body.treff.map(({ handling }) => handling)).toEqual(['Endret kommunal tjeneste']);
    expect((await sok('&term=finnesikke')()).body.antallTreff).toBe(0);

    const times = all.treff.map(({ tidspunkt }) => tidspunkt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const oldest = (await sok('&sortering=DATO_ASC&antall=1')()).body;
    expect(oldest.treff).toMatchObject([{ handling: 'Registrerte organisasjonen', principalNavn: 'Plattformen' }]);
    const split = Date.parse('2026-12-01T00:00:00Z');
    const [before, after] = [(await sok(`&tilDato=${split}`)()).body, (await sok(`&fraDato=${split}`)()).body];
    expect(before.antallTreff + after.antallTreff).toBe(all.antallTreff);
    expect(after.treff.every(({ tidspunkt }) => tidspunkt >= split)).toBe(true);
    expect((await sok('&tilDato=99999999999999')()).body.antallTreff).toBe(all.antallTreff);

    const pages = [];
    for (let fra = 0; fra < all.antallTreff; fra += 7) pages.push(...(await sok(`&antall=7&fra=${fra}`)()).body.treff);
    expect(pages).toEqual(all.treff);
    const { body: others } = await app.when(sok('&organisasjonsNummer=910753614')).then({ status: 200 });
    expect(others.antallTreff).toBe(0);
  });

  it('fødselsnumre og passord finnes ikke i loggen eller i revisjonssporet', async () => {
    const kept = JSON.stringify(await app.since(0n), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const shown = (await sok('&antall=500')()).text;
    const numbers = ['administrator', 'revisor'].map((role) => app.fnr(`${role}:${nummer}`));
    numbers.push(app.fnr(`tjenesteadministrator:${nummer}:INNSYN`), app.fnr('revisor:0301'), app.fnr('administrator:0301'));
    for (const text of [kept, shown]) {
      for (const fnr of numbers) expect(text).not.toContain(fnr);
      expect(text).not.toMatch(/(?<![\w.-])\d{11}(?![\w.-])/);
      expect(text).not.toContain(made['passord']!);
      expect(text).not.toContain(made['passord-1']!);
      expect(text).toContain('IntegrationPasswordGenerated');
    }
    expect(kept).toContain('passordHash');
    expect(shown).not.toContain('passordHash');
    const { text } = await admin.get(kommune.own('konfigurasjon'))();
    expect(text).toContain(made['integrasjon']!);
    expect(text).not.toContain('passordHash');
  });

  it('slettes integrasjonen, slutter passordet og tilgangene å gjelde', async () => {
    const id = made['integrasjon']!;
    await app.when(admin.delete(`${integrasjoner}/${id}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
    await app.when(authenticates(id, made['passord']!)).then({ status: 200, body: false });
    await app.when(admin.get(`${integrasjoner}/${id}`)).then({ status: 404 });
    await app
      .when(admin.get(`/autorisasjon-query/api/v1/autorisasjon/isAutorisert?aktor=${id}&privilegium=INNSYN.INDEX.MAPPE&ressurs=${kommune.ressurs('INNSYN')}`))
      .then({ status: 200, body: false });
  });
});
