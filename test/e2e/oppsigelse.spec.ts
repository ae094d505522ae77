import { innsynssok } from '../../src/application/views/innsynssok.js';
import { DocumentedAnswers } from '../support/answers.js';
import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';
import { notCompared, publishedHere, publishedSchema } from '../support/published.js';
import { until } from '../support/views.js';

// A kommune terminates its tjenestevedlegg. The clock closes the undertjenester on the day, everywhere at once, and a new
// agreement opens them again with everything that was there.

const app = await TestApp.start();
const dokumentet = await DocumentedAnswers.of(app);
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { administrator: admin } = kommune;
const plattform = app.as('plattform');
const kari = '12818510088';
const orgnr = at.integrasjonBody.autorisertOrgnr as string;

const id = await at.integrasjon();
await at.grant(at.innsyn, id, 'INNSYN.INDEX.MAPPE');
await at.grant(at.innsyn, id, 'INNSYN.SOK');
await at.grant(at.mineEiendommer, id, 'MATRIKKEL.QUERY');
const { passord } = (await admin.post<{ passord: string }>(`${at.integrasjoner}/${id}/lagPassord`)()).body;
const through = (who: string) => app.bearing(app.token(who), { IntegrasjonId: id, IntegrasjonPassord: passord, 'x-request-id': 'r' });
const fagsystem = through(`virksomhet:${orgnr}`);
const minSide = through(`innbygger:${kari}@${orgnr}`);
const melding = {
  meldingId: '7d4e1c1b-1d8c-4a2e-8a39-5f5d4a2f1e09',
  sikkerhetsniva: 3,
  eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: kari },
  fiksOrganisasjonId: at.fiksOrgId,
  versjon: 'MAPPE_V1',
  meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Fartsdemping' })).toString('base64'),
};
const indekser = () => fagsystem.put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding] });
await at.kommunalTjeneste();
await at.driftsmelding();
await at.eiendomslenke();
await indekser()();
await app.followed(innsynssok);

const nummer = { kommunenummer: kommune.nummer, gardsnummer: '1', bruksnummer: '1', festenummer: '0', seksjonsnummer: '0' };

/** The pages, searches, indexing and lookups in the matrikkel, as a citizen and a vendor meet them. */
async function motes() {
  const side = async (navn: string) => {
    const { body } = await app.as(`innbygger:${kari}`).get<Record<'driftsmeldinger' | 'tjenester' | 'lenker', unknown[]>>(`/min-kommune/api/v1/innbygger/${at.fiksOrgId}/sider/${navn}`)();
    return body.driftsmeldinger.length + body.tjenester.length + body.lenker.length;
  };
  const treff = await app.as(`innbygger:${kari}`).post<{ antallTreff: number }>('/innsyn-sok/api/v1/mappe/sok', {})();
  const { body: sok } = await app.as(`innbygger:${kari}`).post<{ token: string }>('/innsyn-sok/api/v1/token')();
  const { body: klient } = await app.bearing(sok.token).post<{ hits: unknown[] }>('/sok/indexes/innsyn/search', {})();
  const via = await minSide.post('/innsyn-sok/api/v1/mappe/sok', {})();
  const indeksert = await indekser()();
  const eiere = await fagsystem.post(`/matrikkel-eier/api/v1/${at.fiksOrgId}/finn-eiere`, [nummer])();
  expect(dokumentet.faults('post', '/matrikkel-eier/api/v1/{fiksOrgId}/finn-eiere', eiere)).toEqual([]);
  expect(dokumentet.faults('put', '/innsyn-index/api/v2/indexRequest', indeksert)).toEqual([]);
  const lager = await admin.put(at.own(`integrasjoner/${id}/dokumentlagring`), { lagring: 'FAGSYSTEM' })();
  const { body: tjeneste } = await admin.get<{ initialisert: boolean; signeringStatus: string }>(at.tjeneste('MIN_KOMMUNE'))();
  return {
    forside: await side('FORSIDE'),
    faktura: await side('SAK'),
    treff: treff.body.antallTreff,
    klient: klient.hits.length,
    via: via.status,
    indeksert: indeksert.status,
    eiere: eiere.status,
    lager: lager.status,
    status: tjeneste.signeringStatus,
  };
}
const apent = await motes();

const dato = '2026-11-23';
const oppsigelse = { sisteFaktureringsdato: dato, nedkoblingsdato: '2026-12-01', registreringsdato: dato, navnBehandler: 'Ola Nordmann', navnBestiller: 'Kari Nordmann', merknad: 'Slår seg sammen' };
const mine = async () => (await admin.get<{ uuid: string; avtaleUuid: string; oppsigelse?: object }[]>(`${at.avtaler}/kunder/${at.fiksOrgId}`)()).body[0]!;

/** Whether the key exists that the texts of the first agreement's termination are encrypted under. */
const subject = `avtale:${at.fiksOrgId}_${(await mine()).uuid}`;
const hasKey = async () => (await app.keys.find([subject])).has(subject);

describe('fra dagen tjenestevedlegget er sagt opp', () => {
  it('er det åpne åpent til dagen er kommet', async () => {
    expect(apent).toMatchObject({ via: 200, indeksert: 200, eiere: 200, lager: 200, status: 'SIGNERT' });
    expect([apent.forside, apent.treff, apent.klient]).toEqual([1, 1, 2]);
    const { uuid: avtaleSignertUuid } = await mine();
    const once = { 'Idempotency-Key': 'oppsigelse' };
    const { body } = await app
      .when(admin.post(`${at.avtaler}/oppsigelse`, { avtaleSignertUuid, ...oppsigelse }, once))
      .then({ status: 204 }, { type: 'TjenestevedleggTerminated', data: { nedkoblingsdato: '2026-12-01' } });
    expect(body).toEqual({});
    await app.when(admin.post(`${at.avtaler}/oppsigelse`, { avtaleSignertUuid, ...oppsigelse }, once)).then({ status: 204 });
    expect(await mine()).toMatchObject({ oppsigelse: { avtaleSignertUuid, ...oppsigelse } });
    expect(await hasKey()).toBe(true);
    // The names of those who ordered it are not in the log.
    const events = JSON.stringify(await app.since(0n), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(events).not.toContain('Nordmann');
    app.clock.set('2026-11-30T22:59:59Z');
    expect(await motes()).toEqual(apent);
  });

  it('er alt stengt, men det som tar bort tilganger, går gjennom', async () => {
    app.clock.set('2026-11-30T23:00:00Z');
    const stengt = await motes();
    expect(stengt).toEqual({ forside: 0, faktura: 0, treff: 0, klient: 0, via: 403, indeksert: 409, eiere: 409, lager: 409, status: 'USIGNERT' });
    await app.when(admin.post(at.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'FORSENDELSE', meldingType: 'FEIL' })).then({ status: 409, body: { kode: 'TJENESTEVEDLEGG_OPPSAGT' } });
    await app.when(admin.put(`${at.integrasjoner}/${id}/tilknyttede-ressurser/${at.innsyn}`)).then({ status: 409, body: { errorCode: 'TJENESTEVEDLEGG_OPPSAGT' } });
    await app.when(admin.delete(at.tilgang(at.mineEiendommer, id, 'MATRIKKEL.QUERY'))).then({ status: 204 }, { type: 'AccessRevoked' });
    await app.when(admin.post(`${at.avtaler}/oppsigelse`, { avtaleSignertUuid: (await mine()).uuid, ...oppsigelse, nedkoblingsdato: '2027-01-01' })).then({ status: 409, body: { errorCode: 'AVTALE_OPPHORT' } });
    const { body: kunder } = await admin.get<{ id: string }[]>(`${at.avtaler}/kunder/tjenester/MIN_KOMMUNE`)();
    expect(kunder.map((one) => one.id)).not.toContain(at.fiksOrgId);
  });

  it('åpner en ny avtale det som var der', async () => {
    const { avtaleUuid } = await mine();
    await app.when(plattform.post(at.avtaler, { avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId: at.fiksOrgId })).then({ status: 200 }, { type: 'TjenestevedleggSigningStarted' }, { type: 'TjenestevedleggSigned' });
    expect(await mine()).not.toHaveProperty('oppsigelse');
    // Nobody can read the texts of the old agreement any more, not even in a copy of the log.
    await until('the key of the old agreement is destroyed', async () => !(await hasKey()));
    expect(await motes()).toEqual({ ...apent, eiere: 403 });
  });
});

it('plattformen retter datoen til en avtale, og sletter en som ble registrert ved en feil', async () => {
  const { uuid, avtaleUuid } = await mine();
  const avtale = { avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId: at.fiksOrgId };
  await app.when(plattform.put(`${at.avtaler}/${uuid}`, { ...avtale, signeringsdato: '2026-11-02' })).then({ status: 200, body: { uuid, signeringsdato: '2026-11-02' } }, { type: 'TjenestevedleggDateCorrected' });
  await app.when(plattform.put(`${at.avtaler}/${uuid}`, avtale)).then({ status: 200, body: { signeringsdato: '2026-11-02' } });
  await app.when(plattform.put(`${at.avtaler}/${uuid}`, { ...avtale, tjenestekode: 'SVARUT' })).then({ status: 409, body: { errorCode: 'AVTALE_KAN_IKKE_FLYTTES', errorJson: expect.stringContaining('"felt":"tjenestekode"') as string } });
  await app.when(plattform.delete(`${at.avtaler}/${uuid}`)).then({ status: 204 }, { type: 'TjenestevedleggDeleted' });
  expect(await motes()).toMatchObject({ forside: 0, treff: 0, klient: 0, via: 403, indeksert: 409, status: 'USIGNERT' });
  await app.when(plattform.delete(`${at.avtaler}/${uuid}`)).then({ status: 404 });
});

(publishedHere ? it : it.skip)(`kundene av hver avtale er som KS' dokument sier${notCompared}`, async () => {
  const annen = app.kommune();
  await annen.open();
  for (const path of ['/kunder', '/kunder/tjenester/{tjenestekode}', '/kunder/tjenester/{tjenestekode}/avtaler'])
    for (const kode of ['MIN_KOMMUNE', 'HOVEDAVTALE', 'TULL']) {
      const { status, body } = await app.as(`virksomhet:${orgnr}`).get(`${at.avtaler}${path.replace('{tjenestekode}', kode)}`)();
      expect(status).toBe(path !== '/kunder' && kode === 'TULL' ? 404 : 200);
      expect(publishedSchema('avtale-api-v1.extract.json', 'get', `/avtale/api/v1/avtaler${path}`, status)!(body)).toEqual([]);
      if (status === 200) expect(JSON.stringify(body)).toContain(annen.fiksOrgId);
    }
});
