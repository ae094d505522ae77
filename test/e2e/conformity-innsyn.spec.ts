import { randomUUID } from 'node:crypto';
import { svarUtKode } from '../../src/application/use-cases/take-in-forsendelser.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import { until } from '../crash/until.js';
import { TestApp } from '../support/app.js';
import type { Client } from '../support/http.js';
import { notCompared, publishedHere, publishedSchema, readPublished } from '../support/published.js';

// Answers of Innsyn, to a citizen who has messages of every type with all fields, follow the published schemas.

const [sokFile, indexFile, statsFile] = ['innsyn-sok-api-v1.extract.json', 'innsyn-index-api-v2.json', 'innsyn-stats-api-v1.extract.json'] as const;
const sok = '/innsyn-sok/api/v1';
const app = await TestApp.start();
const kommune = app.kommune();
const fnr = '12818510088';
const orgnr = '910753614';
const kari = app.as(`innbygger:${fnr}`);
const system = app.as(`virksomhet:${orgnr}`);

const adresse = { adresselinje1: 'Storgata 1', adresselinje2: null, poststed: 'Ås', postnummer: '1430', land: 'Norge' };
const part = { type: 'PERSON', rolle: 'Søker', id: fnr, navn: 'Kari', adresse, epost: 'k@example.no', telefonnummer: '1', kontaktperson: 'Ola' };
const lenker = [{ url: 'https://a.no', egendefinert: { utseende: null, bokmal: 'Klag', nordsamisk: 'Váiddit' } }, { url: 'https://b.no', predefinert: { type: 'KLAGE' } }];
const edialogSkjemaer = [{ predefinert: { type: 'SVAR' }, edialogId: 'e-1' }, { egendefinert: { bokmal: 'Svar' } }];
const milepel = { navn: 'Mottatt', startdato: '2026-11-01T00:00:00Z', sluttdato: null, beskrivelse: 'Kom inn' };
const fil = { nedlastingslenke: 'https://fil.no/1', filnavn: 'skjema.pdf', mimeType: 'application/pdf', size: 1024 };
const [mappeId, ...ids] = Array.from({ length: 6 }, () => randomUUID()) as [string, ...string[]];
const nummer = { mappeId: '14', systemId: 's', saksaar: 2026, sakssekvensnummer: 14 };
const matrikkel = { kommunenummer: '4601', gardsnummer: '164', bruksnummer: '1203', festenummer: '0', seksjonsnummer: null, matrikkelId: 17 };
const sent = {
  MAPPE_V1: {
    ...nummer, type: 'BYGGESAK', tittel: 'Garasje', beskrivelse: 'Om garasjen', andreParter: [part, null], minPart: part, sistOppdatert: '2026-11-01T12:00:00+01:00', avsluttet: '2026-11-02T12:00:00Z', erAvsluttet: true,
    milepeler: [milepel], navaerendeMilepel: milepel, saksdato: '2026-10-01T00:00:00.000Z', saksansvarlig: 'Ola', lenker, eiendommer: [{ matrikkel, adresse }, null], edialogSkjemaer,
  },
  JOURNALPOST_V1: {
    journalposttype: 'I', tittel: 'Søknad', mappeId: nummer, journalpostnummer: 2, systemId: 's', registreringsId: 'r', journaldato: '2026-11-01T12:00:00Z', dokumentetsDato: null, svarUtForsendelseId: 'f', eksponertFor: [part],
    beskrivelse: null, lenker, klagefrist: '2026-12-01T00:00:00Z', edialogSkjemaer, forelder: { meldingId: mappeId, type: 'mappe' },
    korrespondanseparter: [{ type: null, id: fnr, navn: 'Kari', korrespondanseparttype: 'EA', adresse: { ...adresse, navn: 'Kari' }, epost: 'e', telefonnummer: '1', kontaktperson: null }],
    dokumenter: [{ filnavn: 'a.pdf', storrelse: 7, mimeType: 'application/pdf', tittel: 'A', lenke: 'https://fil.no', svarUtFilnummer: 1 }],
  },
  FAKTURA_V1: {
    tittel: 'SFO', fakturaDato: '2026-02-28', forfallDato: '2026-03-28', status: 'SENDT_INKASSO', kanBetales: true, korrigert: null, sendtTilEkstern: false, eksternLenke: { tittel: 'I', url: 'https://i.no' }, beskrivelse: 'b',
    fakturaMottaker: 'Kari', betalesTil: 'Kommunen', belop: 50.8, innbetaltBelop: 0, gebyr: null, renter: 1, andreOmkostninger: 1, totalbelop: 1, utestaendeBelop: 1, kreditertBelop: -1, kontonummer: '521000539187', kid: '1843',
    fakturanummer: 'F-1', forsendelseskanal: 'EFAKTURA', faktura: { tittel: null, url: 'https://f.no' }, fakturahistorikk: [{ tittel: 'G', url: 'https://g.no', fakturaDato: null }, null], vedlegg: [{ tittel: 'V', url: 'https://v.no' }],
    lenker: [{ tittel: 'L', url: 'https://l.no' }, null], kontaktinformasjon: { navn: 'N', fritekst: 'f', adresse: { ...adresse, navn: 'N' } }, kontaktinformasjonInkasso: null, korrelasjonId: 'k-1',
  },
  INNSENDT_SKJEMA_V1: { tittel: 'Barnehage', mottaker: 'Etaten', avsender: 'Kari', innsendtdato: 1795442400000, skjemafil: fil, vedlegg: [fil], url: null, korrelasjonId: 'k-1' },
  SKJEMAKLADD_V1: { tittel: 'Søknad', mottaker: null, avsender: 'Kari', endretDato: 1795442400000, url: 'https://k.no', korrelasjonId: 'k-1' },
} as const;

let headers: Readonly<Record<string, string>> = {};
const meldinger = () =>
  Object.entries(sent).map(([versjon, metadata], n) => ({
    meldingId: n === 0 ? mappeId : ids[n],
    sikkerhetsniva: versjon === 'SKJEMAKLADD_V1' ? 4 : 3,
    eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: fnr },
    fiksOrganisasjonId: kommune.fiksOrgId,
    versjon,
    eksternRef: 'Sak 14',
    tilgjengeligTil: '2027-01-01T00:00:00Z',
    meldingMetadata: Buffer.from(JSON.stringify(metadata)).toString('base64'),
  }));
const index = (body: object) => system.put<Record<string, unknown>>('/innsyn-index/api/v2/indexRequest', body, headers)();
/** Expects that the answer has the status, and that its body follows the published schema. */
async function conforms(file: string, method: 'get' | 'post' | 'put' | 'delete', path: string, call: () => Promise<{ readonly status: number; readonly body: unknown }>, status = 200): Promise<unknown> {
  const answer = await call();
  expect([path, answer.status, ...(publishedSchema(file, method, path, status)?.(answer.body) ?? ['has no schema'])]).toEqual([path, status]);
  return answer.body;
}
interface Treff {
  readonly dokumentId: string;
  readonly meldingMetadata: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  const ks = randomUUID();
  const plattform = { kind: 'plattform', id: 'test' } as const;
  const ksOrgnr = parseOrganisasjonsnummer('971032146');
  await app.send(plattform, 'organisasjon', ks, ks, { type: 'RegisterOrganisasjon', data: { type: 'LEVERANDOR', navn: parseOrganisasjonsnavn('KS'), orgnr: ksOrgnr } });
  await app.send(plattform, 'integration', ks, randomUUID(), {
    type: 'CreateIntegration',
    data: { navn: parseIntegrasjonsnavn('SvarUt'), beskrivelse: parseIntegrasjonsbeskrivelse('Gjør post synlig i Innsyn.'), autorisertOrgnr: ksOrgnr, global: { kode: svarUtKode, forespurtePrivilegier: [], tags: ['INNSYN'] } },
  });
  await kommune.open();
  const admin = kommune.administrator;
  const { body: made } = await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr })();
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.SKJEMA']) await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: made.uuid, privilegium })();
  const { body } = await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}/lagPassord`)();
  headers = { IntegrasjonId: made.uuid, IntegrasjonPassord: body.passord };
  expect(await index({ meldinger: meldinger() })).toMatchObject({ status: 200 });
  await admin.post(kommune.own('kommunale-tjenester'), { tittel: 'Badstue', lenke: 'https://www.kommune.no/badstue', rettetMot: 'PERSON' })();
  for (const kategori of ['SAK', 'FORSENDELSE', 'FAKTURA', 'SKJEMA', 'EIENDOM']) {
    const driftsmelding = { innhold: 'Stengt', kategori, meldingType: 'FEIL', url: 'https://www.kommune.no/drift', urlTekst: 'Les mer', startDato: '2026-11-01T00:00:00Z', sluttDato: '2026-12-01T00:00:00Z' };
    expect((await admin.post(kommune.own('driftsmeldinger'), driftsmelding)()).status).toBeLessThan(300);
  }
  const { body: konto } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${kommune.fiksOrgId}`)();
  const kontoId = konto.kontoer[0]!.id;
  await admin.put(kommune.own(`svarut-kontoer/${kontoId}`), { synlig: true })();
  app.svarUt.send({
    id: randomUUID(), kontoId, tittel: 'Vedtak', dato: '2026-11-20T10:00:00Z', korrelasjonsid: 'k-1', dokumenter: [{ filnavn: 'vedtak.pdf', mimeType: 'application/pdf', storrelse: 10 }],
    mottaker: { navn: 'Kari', digitalId: fnr, adresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' }, lenker: [{ url: 'https://www.kommune.no/klage', tekst: 'Klag' }],
  });
  await until('the letter is there', async () => {
    const { body: found } = await kari.post<{ antallTreff: number }>(`${sok}/post/sok`, {})();
    return found.antallTreff === 1;
  });
});

const compared = publishedHere ? describe : describe.skip;
const mappe = () => `${kommune.fiksOrgId}_${headers['IntegrasjonId']}_mappe_${mappeId}`;

// Without a test that runs, Jest calls no hook, and the app stays open.
it('The citizen whose answers are compared has messages of every type', async () => {
  const { status, body } = await kari.post<{ antallTreff: number }>(`${sok}/sok`, {})();
  expect(status).toBe(200);
  expect(body.antallTreff).toBeGreaterThan(Object.keys(sent).length);
});

compared(`Every answer of innsyn-sok${notCompared}`, () => {
  /** The searches, with a query that finds something, one that finds nothing, and one that is refused. */
  const searches: Readonly<Record<string, readonly [query: () => string, filter: object | undefined, wrong: string, nothing?: object]>> = {
    'mappe/sok': [() => 'sortering=DATO_ASC', { mappeType: 'BYGGESAK' }, 'fra=10000', { mappeType: 'SAK' }],
    'journalpost/sok': [() => `forelderDokumentId=${mappe()}`, { journalposttype: ['I'] }, 'term=a', { journalposttype: ['X'] }],
    'faktura/sok': [() => 'sortering=DATO_DESC', { status: ['INKASSO'], arstall: ['2026'] }, 'antall=501', { arstall: ['2020'] }],
    'post/sok': [() => 'antall=1', { fraDato: '2026-11-01', tilDato: '2026-11-30' }, 'fra=-1', { tilDato: '2020-01-01' }],
    'skjema/sok': [() => '', {}, 'onBehalfOf=1', { tilDato: '2020-01-01' }],
    'eiendom/sok': [() => '', { kommunenummer: '4601' }, 'antall=0', { kommunenummer: '0301' }],
    'kommunaltjeneste/sok': [() => 'term=badstue', { rettetMot: 'PERSON' }, 'antall=a', { rettetMot: 'ORGANISASJON' }],
    'byggesak/sok': [() => '', {}, 'sortering=A', { tilDato: '2020-01-01' }],
    'multi/sok': [() => '', undefined, 'kommune=Bergen'],
    'multi/sist-innlogget-sok': [() => 'antall=500', undefined, 'antall=501'],
    sok: [() => 'antall=500', { typer: ['mappe', 'faktura', 'matrikkelenhet', 'forsendelse', 'innsendtskjema', 'skjemakladd', 'journalpost', 'kommunaltjeneste'] }, 'sortering=A', { tilDato: '2020-01-01' }],
  };
  it.each(Object.entries(searches))('%s, found, not found and refused', async (name, [query, filter, wrong, nothing]) => {
    const path = `${sok}/${name}`;
    const found = (await conforms(sokFile, 'post', path, kari.post(`${path}?${query()}`, filter))) as Record<string, unknown>;
    const groups = 'treff' in found ? [found] : Object.values(found).filter((group): group is Record<string, unknown> => typeof group === 'object' && !Array.isArray(group));
    for (const group of groups) expect([name, group['treff']]).not.toEqual([name, []]);
    if (nothing) {
      const none = JSON.stringify(await conforms(sokFile, 'post', path, kari.post(`${path}?${query()}`, nothing)));
      expect(none).not.toContain('"meldingId"');
      if (!['kommunaltjeneste/sok', 'eiendom/sok', 'sok'].includes(name)) expect(none).toContain('Stengt');
    }
    for (const [client, asked, status] of [[kari, wrong, 400], [app.bearing(), query(), 401], [app.as('plattform'), query(), 403]] as const)
      await conforms(sokFile, 'post', path, client.post(`${path}?${asked}`, filter), status);
  });

  it('covers every operation of the document', () => {
    const { paths } = readPublished(sokFile) as { paths: Record<string, Record<string, unknown>> };
    const asked = [...Object.keys(searches).map((name) => `post ${sok}/${name}`), ...['dokument', 'forelder', 'korrelasjon'].map((name) => `get ${sok}/oppslag/${name}`)];
    expect(asked.sort()).toEqual(Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)).sort());
  });

  it('of a search for everything with a kommune', async () => {
    const body = await conforms(sokFile, 'post', `${sok}/multi/sok`, kari.post(`${sok}/multi/sok?kommune=${kommune.fiksOrgId}`));
    expect(body).toMatchObject({ tjenesteMinKommune: { antallTreff: 1 }, tjenesteAndreKommuner: { antallTreff: 0 } });
  });

  it('of the oldest version of a letter', async () => {
    const body = (await conforms(sokFile, 'post', `${sok}/post/sok`, kari.post(`${sok}/post/sok?akseptertMeldingVersjon=forsendelseV1`))) as { treff: Treff[] };
    expect(body.treff.map(({ meldingMetadata }) => meldingMetadata)).toEqual([expect.objectContaining({ versjon: 'forsendelseV1', mottaker: 'Kari, Åsveien 1, 5003 Bergen' })]);
  });

  it('of a lookup, for each hit of a search, and of its refusals', async () => {
    const lookups = (client: Client, { dokumentId, type }: { readonly dokumentId: string; readonly type: string }) => ({
      dokument: client.get(`${sok}/oppslag/dokument?dokumentId=${dokumentId}&type=${type}`),
      forelder: client.get(`${sok}/oppslag/forelder?forelderId=${dokumentId}&forelderType=${type}`),
      korrelasjon: client.get(`${sok}/oppslag/korrelasjon?korrelasjonId=k-1`),
    });
    const { body } = await kari.post<{ treff: Treff[] }>(`${sok}/sok?antall=500`)();
    const byggesak = await kari.post<{ treff: Treff[] }>(`${sok}/byggesak/sok`)();
    const all = [...body.treff, ...byggesak.body.treff];
    expect(new Set(all.map(({ meldingMetadata }) => meldingMetadata['type'])).size).toBe(9);
    for (const { dokumentId, meldingMetadata } of all) {
      const type = meldingMetadata['type'] as string;
      expect(dokumentId).toMatch(/^[0-9a-f-]{36}_[0-9a-f-]{36}_[a-z]+_[0-9a-f-]+$/);
      const { dokument, forelder, korrelasjon } = lookups(kari, { dokumentId, type });
      expect(await conforms(sokFile, 'get', `${sok}/oppslag/dokument`, dokument)).toMatchObject({ hit: { dokumentId, meldingMetadata } });
      expect(await conforms(sokFile, 'get', `${sok}/oppslag/forelder`, forelder)).toMatchObject({ forelder: { dokumentId }, barn: type === 'mappe' || type === 'byggesak' ? [{ forelder: { type: 'mappe', dokumentId: mappe() } }] : [] });
      expect(await conforms(sokFile, 'get', `${sok}/oppslag/korrelasjon`, korrelasjon)).toMatchObject({ barn: [{}, {}, {}, {}], barnOverInnloggingsniva: 0 });
    }
    const kladd = all.find(({ meldingMetadata }) => meldingMetadata['type'] === 'skjemakladd')!;
    for (const [client, id, code] of [[app.as(`innbygger:${fnr}:3`), kladd.dokumentId, 'INNLOGGINGSNIVA_UTILSTREKKELIG'], [kari, 'x', 'IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT']] as const) {
      const { dokument, forelder } = lookups(client, { dokumentId: id, type: 'skjemakladd' });
      expect(await conforms(sokFile, 'get', `${sok}/oppslag/dokument`, dokument)).toEqual({ lookupErrorCode: code });
      expect(await conforms(sokFile, 'get', `${sok}/oppslag/forelder`, forelder)).toMatchObject({ ingenForelderKode: code, barn: [] });
    }
    for (const name of ['dokument', 'forelder', 'korrelasjon'] as const) {
      await conforms(sokFile, 'get', `${sok}/oppslag/${name}`, kari.get(`${sok}/oppslag/${name}`), 400);
      await conforms(sokFile, 'get', `${sok}/oppslag/${name}`, lookups(app.bearing(), { dokumentId: 'x', type: 'mappe' })[name], 401);
    }
  });

  it('tells a citizen no number of a party', async () => {
    const { text } = await kari.post(`${sok}/sok?antall=500`)();
    expect(text).not.toContain(fnr);
    expect(text).not.toContain('null');
  });
});

compared(`Every answer of innsyn-stats${notCompared}`, () => {
  const under = '/innsyn-stats/api/v1/{fiksOrgId}';
  const at = (path: string) => path.replace('{fiksOrgId}', kommune.fiksOrgId).replace('{integrasjonId}', headers['IntegrasjonId']!);
  const arkiv = () => ({ id: headers['IntegrasjonId'], navn: 'Arkiv' });
  const revoke = () => kommune.administrator.delete(`${kommune.tilganger(kommune.ressurs('INNSYN'))}?aktor=${arkiv().id}&privilegium=INNSYN.INDEX.FAKTURA`)();

  it('counts the messages of each integration, and of an integration its own', async () => {
    const admin = kommune.administrator;
    const path = `${under}/stats`;
    const { eierStats } = (await conforms(statsFile, 'get', path, admin.get(at(path)))) as { eierStats: { integrasjon: object; meldingstype: string; docCount: number }[] };
    expect(eierStats.map(({ integrasjon, meldingstype, docCount }) => [meldingstype, docCount, integrasjon]).sort()).toEqual([
      ...['fakturaV1'].map((type) => [type, 1, arkiv()]), ['forsendelseV2', 1, expect.objectContaining({ navn: 'SvarUt' })],
      ...['innsendtskjemaV1', 'journalpostV1', 'mappeV1', 'skjemakladdV1'].map((type) => [type, 1, arkiv()]),
    ]);
    expect(await conforms(statsFile, 'get', path, system.get(at(path), headers))).toEqual({ eierStats: eierStats.filter(({ meldingstype }) => meldingstype !== 'forsendelseV2') });
    await revoke();
    const meldinger = await conforms(statsFile, 'get', `${path}/meldinger`, admin.get(at(`${path}/meldinger?integrasjonId=${arkiv().id}`)));
    expect(meldinger).toMatchObject({ eierStats: [{ integrasjon: arkiv(), meldinger: [{ meldingstype: 'fakturaV1', docCount: 1, harIntegrasjonTilgang: false }, { harIntegrasjonTilgang: true }, {}, {}, {}] }] });
    expect(await conforms(statsFile, 'get', `${path}/meldinger`, system.get(at(`${path}/meldinger`), headers))).toEqual(meldinger);
    await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: arkiv().id, privilegium: 'INNSYN.INDEX.FAKTURA' })();
  });

  it('lists the ids of a version with their latest change, page by page', async () => {
    const more = Array.from({ length: 4 }, () => ({ ...meldinger()[0]!, meldingId: randomUUID() }));
    expect(await index({ meldinger: more })).toMatchObject({ status: 200 });
    const all = [mappeId, ...more.map(({ meldingId }) => meldingId)].sort();
    for (const [path, client, sent] of [[`${under}/id/meldinger/{versjon}`, kommune.administrator, {}], [`${under}/{integrasjonId}/id/meldinger/{versjon}`, kommune.tjenesteadministrator('INNSYN'), {}], [`${under}/id/meldinger/{versjon}`, system, headers]] as const) {
      const found: string[] = [];
      let next: string | undefined = '?antall=2';
      for (let pages = 0; next !== undefined && pages < 4; pages++) {
        const answer = await client.get<{ meldinger: { id: string; sistEndret: string }[] }>(at(path).replace('{versjon}', 'mappeV1') + next, sent)();
        await conforms(statsFile, 'get', path, () => Promise.resolve(answer));
        for (const { id, sistEndret } of answer.body.meldinger) {
          expect(sistEndret).toBe('2026-11-23T12:00:00.000Z');
          found.push(id);
        }
        next = /<(.*)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
      }
      expect(found).toEqual(all);
    }
    expect(await conforms(statsFile, 'get', `${under}/id/meldinger/{versjon}`, kommune.administrator.get(at(`${under}/id/meldinger/byggesakV1`)))).toMatchObject({ versjon: 'byggesakV1', meldinger: [] });
    const after = `?fortsettFra=00000000-0000-0000-0000-000000000000_${mappeId}`;
    const own = (await conforms(statsFile, 'get', `${under}/id/meldinger/{versjon}`, system.get(at(`${under}/id/meldinger/mappeV1`) + after, headers))) as { meldinger: unknown[] };
    expect(own.meldinger).toHaveLength(all.length);
    expect(await conforms(statsFile, 'get', `${under}/id/meldinger/{versjon}`, system.get(at(`${under}/id/meldinger/forsendelseV2`) + after, headers))).toMatchObject({ meldinger: [] });
  });

  it.each(['stats', 'stats/meldinger', 'id/meldinger/mappeV1', '{integrasjonId}/id/meldinger/mappeV1'])('%s, refused', async (name) => {
    const path = `${under}/${name.replace('mappeV1', '{versjon}')}`;
    const where = at(`${under}/${name}`);
    await conforms(statsFile, 'get', path, app.bearing().get(where), 401);
    await conforms(statsFile, 'get', path, system.get(where, { ...headers, IntegrasjonPassord: 'feil' }), 401);
    for (const client of [kari, system]) await conforms(statsFile, 'get', path, client.get(where), 404);
    await conforms(statsFile, 'get', path, kommune.administrator.get(name.includes('mappeV1') ? where.replace('mappeV1', 'tull') : `${where}?integrasjonId=tull`), 400);
    const another = name.startsWith('stats') ? `${where}?integrasjonId=${randomUUID()}` : where.replace(`${arkiv().id}/`, `${randomUUID()}/`);
    if (another !== where) await conforms(statsFile, 'get', path, system.get(another, headers), 403);
  });
});

compared(`Every answer of innsyn-index${notCompared}`, () => {
  const [put, byId, all] = ['/innsyn-index/api/v2/indexRequest', '/innsyn-index/api/v1/delete/slettByMeldingId', '/innsyn-index/api/v1/delete/slett'];
  it('stored, refused, deleted', async () => {
    await conforms(indexFile, 'put', put, () => index({ meldinger: meldinger() }));
    await conforms(indexFile, 'put', put, () => index({ meldinger: [] }), 400);
    const [one] = meldinger();
    await conforms(indexFile, 'put', put, () => index({ meldinger: [{ ...one, fiksOrganisasjonId: randomUUID() }] }), 403);
    await conforms(indexFile, 'put', put, () => index({ meldinger: Array.from({ length: 5001 }, () => 1) }), 422);
    const { meldingId } = one!;
    await conforms(indexFile, 'post', byId, system.post(byId, { meldinger: [{ fiksOrgId: kommune.fiksOrgId, meldingType: 'mappe', meldingId }] }, headers));
    await conforms(indexFile, 'post', byId, system.post(byId, { meldinger: [{ fiksOrgId: kommune.fiksOrgId, meldingId }] }, headers), 400);
    await conforms(indexFile, 'delete', all, system.delete(`${all}?fiksOrganisasjonId=${kommune.fiksOrgId}`, headers), 202);
    await conforms(indexFile, 'delete', all, system.delete(all, headers), 400);
    await conforms(indexFile, 'delete', all, system.delete(`${all}?fiksOrganisasjonId=${kommune.fiksOrgId}`), 401);
  });
});
