import { randomUUID } from 'node:crypto';
import { exposure } from '../../src/application/commands/exposure.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { TestApp, type Kommune } from '../support/app.js';
import { firstGeneration } from '../support/generations.js';

// A kommune's own Min side searches for a citizen, who can read that it did.

const app = await TestApp.start();
const [kommune, annen] = [app.kommune(), app.kommune()];
const fnr = '12818510088';
const orgnr = '910753614';
const kari = app.as(`innbygger:${fnr}@${orgnr}`);
const ola = app.as(`innbygger:03867220088@${orgnr}`);
const sok = '/innsyn-sok/api/v1';
const logg = '/min-kommune/api/v1/innbygger/innsynslogg';

interface Headers extends Record<string, string> {
  readonly IntegrasjonId: string;
  readonly IntegrasjonPassord: string;
}
/** An integration of the kommune with a password, and perhaps the tilgang to search. */
async function integrasjon(of: Kommune, navn: string, tilganger: readonly string[]): Promise<Headers> {
  const admin = of.administrator;
  const body = { fiksOrganisasjonUuid: of.fiksOrgId, navn, beskrivelse: 'Vår Min side', autorisertOrgnr: orgnr };
  const { uuid } = (await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', body)()).body;
  const { passord } = (await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${uuid}/lagPassord`)()).body;
  for (const privilegium of tilganger)
    expect((await admin.post(of.tilganger(of.ressurs('INNSYN')), { aktor: uuid, privilegium })()).status).toBe(200);
  return { IntegrasjonId: uuid, IntegrasjonPassord: passord };
}

interface Linje {
  readonly tidspunkt: string;
  readonly resultat: string;
  readonly sok: string;
  readonly formal: string;
}
const lines = async (client = kari, query = '') => (await client.get<{ antallTreff: number; treff: Linje[] }>(`${logg}${query}`)()).body;

let minSide: Headers;
let uten: Headers;
beforeAll(async () => {
  await kommune.open();
  await annen.open();
  const person = exposure.person((await app.person(`innbygger:${fnr}`)).id);
  await app.index.prepare(firstGeneration);
  await app.index.serve(firstGeneration);
  const put = [kommune, annen].map(({ fiksOrgId, navn }, n) => ({
    id: `${fiksOrgId}_x_${n}`, type: 'mappe', fiksOrgId, meldingId: randomUUID(), versjon: 'MAPPE_V1', eksponertFor: [person], sikkerhetsniva: 3,
    dato: 1, venter: 0, tittel: navn, tekst: '', metadata: { tittel: navn, type: 'SAK' }, position: 1,
  } as const));
  await app.index.write(firstGeneration, { put, remove: [] });
  minSide = await integrasjon(kommune, 'Min side', ['INNSYN.SOK']);
  uten = await integrasjon(kommune, 'Sakssystem', ['INNSYN.INDEX.MAPPE']);
});

/** Advances between searches, because lines are sorted by time. */
let minute = 0;
const search = (client: typeof kari, headers: Record<string, string>, path = 'mappe/sok', filter?: object) =>
  client.post<{ antallTreff: number; treff: { fiksOrganisasjon: { id: string } }[] }>(`${sok}/${path}`, filter, headers)();
const later = () => {
  app.clock.set(new Date(Date.UTC(2026, 11, 1, 0, minute++)).toISOString());
};
beforeEach(later);

describe('Søk på vegne av en innbygger', () => {
  it('gir det innbyggeren kan lese og organisasjonen eier', async () => {
    const direct = await search(app.as(`innbygger:${fnr}`), {});
    expect(direct.body.antallTreff).toBe(2);
    const through = await search(kari, minSide);
    expect(through.body).toMatchObject({ antallTreff: 1, treff: [{ fiksOrganisasjon: { id: kommune.fiksOrgId } }] });
    expect((await search(kari, minSide, 'mappe/sok', { fiksOrganisasjon: [annen.fiksOrgId] })).body.antallTreff).toBe(0);
    expect((await search(ola, minSide)).body.antallTreff).toBe(0);
  });

  it('står i loggen hennes, uten hva det ble søkt etter', async () => {
    const before = (await lines()).antallTreff;
    later();
    const { headers } = await search(kari, { ...minSide, 'X-Request-Id': 'foresporsel-1', 'Innsyn-Formal': 'Klagesak; forvaltningsloven § 18' }, 'mappe/sok?term=hemmelighet');
    expect(headers['x-request-id']).toBe('foresporsel-1');
    const { antallTreff, treff } = await lines();
    expect(antallTreff).toBe(before + 1);
    expect(treff[0]).toEqual({
      tidspunkt: app.clock.now(),
      integrasjon: { id: minSide.IntegrasjonId, navn: 'Min side' },
      organisasjoner: [{ id: kommune.fiksOrgId, visningsnavn: kommune.navn }],
      antallOrganisasjoner: 1,
      sok: 'mappe',
      formal: 'Klagesak; forvaltningsloven § 18',
      resultat: 'TOMT',
      requestId: 'foresporsel-1',
    });
    expect(JSON.stringify(treff)).not.toContain('hemmelighet');
  });

  it.each<[path: string, get: boolean, name: string]>([
    ['mappe/sok', false, 'mappe'],
    ['journalpost/sok?forelderDokumentId=x', false, 'journalpost'],
    ['byggesak/sok', false, 'byggesak'],
    ['post/sok', false, 'post'],
    ['faktura/sok', false, 'faktura'],
    ['skjema/sok', false, 'skjema'],
    ['eiendom/sok', false, 'eiendom'],
    ['kommunaltjeneste/sok', false, 'kommunaltjeneste'],
    ['multi/sok', false, 'multi'],
    ['multi/sist-innlogget-sok', false, 'sist-innlogget'],
    ['sok', false, 'alt'],
    ['oppslag/dokument?dokumentId=x&type=mappe', true, 'oppslag/dokument'],
    ['oppslag/korrelasjon?korrelasjonId=x', true, 'oppslag/korrelasjon'],
    ['oppslag/forelder?forelderId=x&forelderType=mappe', true, 'oppslag/forelder'],
  ])('logges for %s', async (path, get, name) => {
    const before = (await lines()).antallTreff;
    const { status } = get ? await kari.get(`${sok}/${path}`, minSide)() : await search(kari, minSide, path);
    expect(status).toBe(200);
    const { antallTreff, treff } = await lines();
    expect([antallTreff, treff[0]]).toMatchObject([before + 1, { sok: name }]);
    expect(treff[0]!.formal).toMatch(/personvernforordningen/);
  });

  it('logges også for en innbygger vi ikke kjente, og leses bare av henne, de nyeste først, i sider', async () => {
    const liv = app.as(`innbygger:28929930039@${orgnr}`);
    expect(await app.knows('28929930039')).toBe(false);
    expect(await lines(liv)).toMatchObject({ antallTreff: 0, treff: [] });
    for (const past of ['01', '03', '02']) {
      app.clock.set(`2026-11-27T10:${past}:00Z`);
      await search(liv, minSide);
    }
    const times = async (query: string) => (await lines(liv, query)).treff.map(({ tidspunkt }) => tidspunkt.slice(14, 16));
    expect(await times('')).toEqual(['03', '02', '01']);
    expect(await times('?antall=1&fra=1')).toEqual(['02']);
    expect((await lines(ola)).treff.every(({ tidspunkt }) => !tidspunkt.includes('T10:0'))).toBe(true);
    expect(await app.as('plattform').get(logg)()).toMatchObject({ status: 200, body: { antallTreff: 0 } });
  });

  it('uten tilgangen avslås, og det også står i loggen', async () => {
    const before = (await lines()).antallTreff;
    expect(await search(kari, uten)).toMatchObject({ status: 403, body: { errorCode: 'MANGLER_TILGANG' } });
    later();
    expect(await search(kari, minSide, 'mappe/sok?onBehalfOf=311234560')).toMatchObject({ status: 403, body: { errorCode: 'KAN_IKKE_REPRESENTERE' } });
    const { antallTreff, treff } = await lines();
    expect([antallTreff, ...treff.slice(0, 2)]).toMatchObject([before + 2, { resultat: 'AVSLATT', onBehalfOf: '311234560' }, { resultat: 'AVSLATT', integrasjon: { navn: 'Sakssystem' }, organisasjoner: [] }]);
  });

  it('med tilgang i flere organisasjoner gir det alle disse eier, til tilgangen tas tilbake', async () => {
    const [felles, navn] = [await integrasjon(kommune, 'Felles Min side', ['INNSYN.SOK']), 'INNSYN.SOK'];
    const grant = { aktor: felles.IntegrasjonId, privilegium: navn };
    expect((await search(kari, felles)).body.antallTreff).toBe(1);
    const revoke = kommune.tilganger(kommune.ressurs('INNSYN'));
    expect((await kommune.administrator.delete(`${revoke}?aktor=${grant.aktor}&privilegium=${grant.privilegium}`)()).status).toBe(204);
    expect(await search(kari, felles)).toMatchObject({ status: 403 });
  });

  it('for hele landet nevner ti organisasjoner, og sier hvor mange det var', async () => {
    const siv = 'innbygger:28929930039';
    const fiksOrgIder = Array.from({ length: 357 }, () => randomUUID());
    const { id: innbygger } = await app.person(siv);
    await app.innsynslogg.write({ id: randomUUID() as never, innbygger, tidspunkt: app.clock.now(), integrasjonId: minSide.IntegrasjonId, fiksOrgIder, sok: 'mappe', formal: 'Innsyn', resultat: 'OK', requestId: 'landet' });
    const { body } = await app.as(siv).get<{ treff: { organisasjoner: { id: string }[] }[] }>(logg)();
    expect(body.treff[0]).toMatchObject({ requestId: 'landet', antallOrganisasjoner: 357 });
    expect(body.treff[0]!.organisasjoner.map(({ id }) => id)).toEqual(fiksOrgIder.slice(0, 10));
  });

  it.each<[what: string, headers: () => Record<string, string>, client?: typeof kari]>([
    ['et token fra en annen virksomhet', () => minSide, app.as(`innbygger:${fnr}@971032146`)],
    ['et token uten virksomhet', () => minSide, app.as(`innbygger:${fnr}`)],
    ['feil passord', () => ({ ...minSide, IntegrasjonPassord: 'feil' })],
    ['passordet til en annen', () => ({ ...minSide, IntegrasjonPassord: uten.IntegrasjonPassord })],
    ['ukjent id', () => ({ ...minSide, IntegrasjonId: randomUUID() })],
    ['id som ikke er en', () => ({ ...minSide, IntegrasjonId: 'tull' })],
    ['bare id', () => ({ IntegrasjonId: minSide.IntegrasjonId })],
    ['bare passord', () => ({ IntegrasjonPassord: minSide.IntegrasjonPassord })],
  ])('med %s avslås uten å si hva som er feil, og uten å vise noe', async (_, headers, client = kari) => {
    const before = (await lines()).antallTreff;
    const { status, body, text } = await search(client, headers());
    expect([status, body]).toMatchObject([401, { errorCode: 'IKKE_AUTENTISERT' }]);
    expect(text).toContain('Autentisering feilet for integrasjon med id');
    expect((await lines()).antallTreff).toBe(before);
  });

  it.each(['', 'x'.repeat(201), 'Gjelder 12818510088', 'Sak 123456', 'Sak １２３４５６'])('med formålet «%s» avslås: det kan ikke ha personopplysninger', async (formal) => {
    const { status, body } = await search(kari, { ...minSide, 'Innsyn-Formal': Buffer.from(formal).toString('latin1') });
    expect([status, body]).toMatchObject([400, { errorCode: 'UGYLDIG_FORMAL' }]);
  });

  // A header leaves Node as Latin-1 in a request without a body, and as UTF-8 in one with a body.
  it.each([['Latin-1', undefined], ['UTF-8', {}]])('viser formålet slik det ble skrevet, sendt som %s', async (_, filter) => {
    const formal = 'Søknad på vegne av Åse; lov § 18';
    await search(kari, { ...minSide, 'Innsyn-Formal': formal }, 'mappe/sok', filter);
    expect((await lines()).treff[0]).toMatchObject({ formal, tidspunkt: app.clock.now() });
  });

  it('er glemt når innbyggeren er glemt', async () => {
    const liv = app.as(`innbygger:28929930039@${orgnr}`);
    await search(liv, minSide);
    const { id } = await app.person('innbygger:28929930039');
    const kept = async () => (await app.innsynslogg.list(id, { fra: 0, antall: 1 })).antall;
    expect(await kept()).toBeGreaterThan(0);
    const others = (await lines()).antallTreff;
    expect((await liv.post('/min-kommune/api/v1/innbygger/glem')()).status).toBeLessThan(300);
    expect(await kept()).toBe(0);
    expect((await lines(liv)).antallTreff).toBe(0);
    expect((await lines()).antallTreff).toBe(others);
  });

  it('gir ikke noe svar når det ikke kan logges', async () => {
    const write = app.innsynslogg.write.bind(app.innsynslogg);
    app.innsynslogg.write = () => Promise.reject(new StoreUnavailable());
    const { status, text } = await search(kari, minSide);
    app.innsynslogg.write = write;
    expect(status).toBe(503);
    expect(text).not.toContain(kommune.navn);
  });
});
