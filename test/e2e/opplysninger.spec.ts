import { randomUUID } from 'node:crypto';
import { kopiAsJson } from '../../src/interfaces/http/innlogging/opplysninger.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import type { Fodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { TestApp } from '../support/app.js';

// A citizen gets a copy of everything that is held about her, and of nobody else.

const app = await TestApp.start();
const orgnr = '910753614';
const [kari, ola] = [syntheticFnr('kari'), syntheticFnr('ola')];
const her = app.as(`innbygger:${kari}`);
const adresse = '/min-kommune/api/v1/meg/opplysninger';
const kommune = app.kommune();
const antall = 230;

interface Kopi {
  readonly laget: string;
  readonly meg: readonly Readonly<Record<string, unknown>>[];
  readonly tilganger: readonly Readonly<Record<string, unknown>>[];
  readonly meldinger: readonly { readonly fra: string; readonly meldingId: string; readonly type: string; readonly sikkerhetsniva: number; readonly innhold: { readonly tittel: string } }[];
  readonly innsynslogg: readonly Readonly<Record<string, unknown>>[];
  readonly hendelser: readonly Readonly<Record<string, unknown>>[];
  readonly lesinger: readonly Readonly<Record<string, unknown>>[];
  readonly innlogginger: readonly Readonly<Record<string, unknown>>[];
}
const kopi = async (client = her) => (await client.get<Kopi>(adresse)()).body;

const melding = (fnr: string, tittel: string, sikkerhetsniva = 3) => ({
  meldingId: randomUUID(),
  sikkerhetsniva,
  eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: fnr },
  fiksOrganisasjonId: kommune.fiksOrgId,
  versjon: 'MAPPE_V1',
  meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel })).toString('base64'),
});

let integrasjon: Record<string, string>;
beforeAll(async () => {
  await kommune.open();
  const admin = kommune.administrator;
  const { uuid } = (await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Vår Min side', beskrivelse: 'x', autorisertOrgnr: orgnr })()).body;
  const { passord } = (await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${uuid}/lagPassord`)()).body;
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK']) await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: uuid, privilegium })();
  integrasjon = { IntegrasjonId: uuid, IntegrasjonPassord: passord };
  const many = Array.from({ length: antall - 2 }, (_, n) => melding(kari, `Sak ${n}`));
  const meldinger = [...many, melding(kari, '<script>alert(1)</script> & «mer»'), melding(kari, 'Hemmelig sak', 4), melding(ola, 'Olas sak')];
  expect((await app.as(`virksomhet:${orgnr}`).put('/innsyn-index/api/v2/indexRequest', { meldinger }, integrasjon)()).status).toBe(200);
  await app.as(`innbygger:${kari}@${orgnr}`).post('/innsyn-sok/api/v1/mappe/sok?fra=0&antall=1', {}, { ...integrasjon, 'Innsyn-Formal': 'Vise Kari sakene hennes' })();
  await app.as(`innbygger:${ola}@${orgnr}`).post('/innsyn-sok/api/v1/mappe/sok?fra=0&antall=1', {}, { ...integrasjon, 'Innsyn-Formal': 'Vise Ola sakene hans' })();
  const { id } = await app.person(`innbygger:${kari}`);
  expect((await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: id, privilegium: 'ADMIN' })()).status).toBe(200);
  expect((await her.put('/min-kommune/api/v1/meg/kommune', { kommunenummer: kommune.nummer })()).status).toBe(204);
});

it('has her number, her name and her choice', async () => {
  const { laget, meg } = await kopi();
  expect(laget).toBe('2026-11-23T12:00:00.000Z');
  expect(meg).toEqual([{ referanse: (await app.person(`innbygger:${kari}`)).id, fodselsnummer: kari, navn: 'Syntetisk Innbygger', valgtKommune: kommune.nummer }]);
});

it('has every message to her with its content, of every level, however many they are, and none of another', async () => {
  const { meldinger } = await kopi();
  expect(meldinger).toHaveLength(antall);
  expect(new Set(meldinger.map(({ meldingId }) => meldingId)).size).toBe(antall);
  expect(meldinger.map(({ innhold }) => innhold.tittel)).toEqual(expect.arrayContaining(['Sak 0', `Sak ${antall - 3}`, 'Hemmelig sak']));
  expect(meldinger[0]).toMatchObject({ type: 'MAPPE_V1', sikkerhetsniva: 3 });
  expect(JSON.stringify(meldinger)).not.toContain('Olas sak');
});

it('has her roles, those who have searched for her, and what was done with her roles', async () => {
  const { tilganger, innsynslogg, hendelser } = await kopi();
  expect(tilganger).toMatchObject([{ rolle: 'ADMIN', undertjeneste: 'INNSYN', gitt: expect.any(String) as unknown }]);
  expect(innsynslogg).toMatchObject([{ integrasjon: 'Vår Min side', sok: 'mappe', formal: 'Vise Kari sakene hennes' }]);
  expect(hendelser).toMatchObject([{ handling: 'La til tjenesteadministrator', avDeg: false }]);
});

it('has what she has done in her role, each once', async () => {
  expect((await her.post(kommune.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' })()).status).toBe(201);
  expect((await kopi()).hendelser.filter(({ avDeg }) => avDeg === true)).toMatchObject([{ handling: 'Publiserte driftsmelding' }]);
});

it('has what she has read in the record, her visits, and her log-ins without their names at the issuer', async () => {
  const administrator = `administrator:${kommune.nummer}`;
  const admin = app.as(administrator);
  expect((await admin.get(kommune.own('revisjon/hendelser'))()).status).toBe(200);
  const { id } = await app.person(administrator);
  const fnr = app.fnr(administrator) as Fodselsnummer;
  const now = app.clock.now();
  await app.persons.visit(fnr, now);
  await app.sessions.start({ person: { id, fnr, innloggingsniva: 4 }, porten: 'ansattporten', issuer: 'https://ansattporten.no', sid: 'hemmelig-sid' }, now);
  const { meg, lesinger, innlogginger } = await kopi(admin);
  expect(meg).toMatchObject([{ sisteBesok: [now] }]);
  expect(lesinger).toMatchObject([{ tidspunkt: now, organisasjon: kommune.navn, omrade: 'HENDELSER' }]);
  expect(innlogginger).toEqual([{ porten: 'ansattporten', innlogget: now, sistBrukt: now }]);
});

it('is a page that can be read when a browser asks, with nothing in it that runs', async () => {
  const { status, headers, text } = await her.get(adresse, { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })();
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['cache-control']).toBe('no-store');
  for (const said of ['Opplysninger om deg i Min kommune', 'Hemmelig sak', 'Sikkerhetsnivå', 'Vise Kari sakene hennes', kari, '&#60;script&#62;']) expect(text).toContain(said);
  expect(text).not.toContain('<script');
});

it('is a file for others who ask, and says that the form follows Accept', async () => {
  const { headers } = await her.get(adresse)();
  expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'content-disposition': 'attachment; filename="opplysninger.json"' });
  expect(headers['vary']).toContain('Accept');
});

it.each([
  ['herself on level 3', `innbygger:${kari}:3`, 403],
  ['the platform', 'plattform', 404],
  ['a system', `virksomhet:${orgnr}`, 404],
])('is not for %s', async (_, who, status) => {
  expect(await app.as(who).get(adresse)()).toMatchObject({ status });
});

it('is not for a kommune’s administrator, who gets her own', async () => {
  const { meg, meldinger } = await kopi(kommune.administrator);
  expect(JSON.stringify(meg)).not.toContain(kari);
  expect(meldinger).toEqual([]);
});

it('of somebody whom nobody has given anything has herself alone', async () => {
  const fnr = syntheticFnr('ukjent');
  expect(await kopi(app.as(`innbygger:${fnr}`))).toMatchObject({ meg: [{ fodselsnummer: fnr }], tilganger: [], meldinger: [], innsynslogg: [], hendelser: [] });
});

it('is empty when she has been forgotten', async () => {
  await app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', { fnr: kari })();
  expect(await kopi()).toMatchObject({ tilganger: [], meldinger: [], innsynslogg: [], hendelser: [] });
});

it('reads no further than the client does', async () => {
  let read = 0;
  async function* poster(): AsyncIterable<object> {
    for (;;) yield Promise.resolve({ nummer: read++ });
  }
  const written = kopiAsJson({ laget: '2026-11-23T12:00:00.000Z', deler: [{ navn: 'meldinger', tittel: 'Meldinger', poster }] })[Symbol.asyncIterator]();
  for (let n = 0; n < 10; n++) await written.next();
  expect(read).toBeLessThan(12);
});
