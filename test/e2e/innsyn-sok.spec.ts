import { v5 as uuidv5 } from 'uuid';
import { exposure } from '../../src/application/commands/exposure.js';
import { documentIdOf } from '../../src/application/innsyn/treff.js';
import type { SearchDocument } from '../../src/application/ports/search-index.js';
import { TestApp } from '../support/app.js';
import { firstGeneration } from '../support/generations.js';
import type { Client } from '../support/http.js';

// A citizen's search results, in the response format of KS Fiks' searches.

const app = await TestApp.start();
const [kommune, annen] = [app.kommune(), app.kommune()];
/** Owns 4601-164/1203 and a flat, and may act for 910753614, which owns 4601-166/20. */
const fnr = '12818510088';
const kari = app.as(`innbygger:${fnr}`);
const paNiva3 = app.as(`innbygger:${fnr}:3`);
const ola = app.as('innbygger:03867220088');
const havn = '910753614';
const sok = '/innsyn-sok/api/v1';
const idOf = (name: string) => uuidv5(name, 'a3c1b2d4-0000-4000-8000-000000000001');
const integrasjonId = idOf('integrasjon');
const nil = '00000000-0000-0000-0000-000000000000';

let mine: string;
let position = 1;
const written: string[] = [];
/**
 * Puts a document into the index. It is exposed for Kari unless `over` says otherwise. `over.forelderId` is a `dokumentId`.
 * @returns its `dokumentId`.
 */
async function indexed(meldingId: string, over: Partial<SearchDocument>): Promise<string> {
  const fiksOrgId = over.fiksOrgId ?? kommune.fiksOrgId;
  const id = `${fiksOrgId}_${integrasjonId}_${idOf(meldingId)}`;
  const document: SearchDocument = {
    id,
    type: 'mappe',
    fiksOrgId,
    integrasjonId,
    meldingId: idOf(meldingId),
    versjon: 'MAPPE_V1',
    eksponertFor: [mine],
    sikkerhetsniva: 3,
    dato: Date.parse('2026-03-01T10:00:00Z'),
    venter: 0,
    tittel: meldingId,
    tekst: '',
    metadata: { tittel: meldingId, type: 'SAK' },
    position: position++,
    ...over,
  };
  await app.index.write(firstGeneration, { put: [{ ...document, ...(over.forelderId !== undefined && { forelderId: documentIdOf(over.forelderId) }) }], remove: [] });
  written.push(id);
  return `${fiksOrgId}_${integrasjonId}_${document.type === 'post' ? 'forsendelse' : document.type}_${document.meldingId}`;
}

interface Treff {
  readonly dokumentId: string;
  readonly meldingMetadata: Readonly<Record<string, unknown>>;
}
interface Resultat {
  readonly antallTreff: number;
  readonly treff: readonly Treff[];
  readonly aggregeringer: unknown;
  readonly driftsmeldinger: readonly { readonly innhold: string }[];
}
const search = async <B = Resultat>(client: Client, path: string, filter?: object): Promise<B> => {
  const answer = await client.post<B>(`${sok}/${path}`, filter, { 'Log-Position': String(await app.events.head()) })();
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body;
};
const titles = ({ treff }: Pick<Resultat, 'treff'>) => treff.map(({ meldingMetadata }) => meldingMetadata['tittel']);

beforeAll(async () => {
  await kommune.open();
  await annen.open();
  mine = exposure.person((await app.person(`innbygger:${fnr}`)).id);
  await app.index.prepare(firstGeneration);
  await app.index.serve(firstGeneration);
});
afterEach(async () => {
  await app.index.write(firstGeneration, { put: [], remove: written.splice(0) });
});

describe('Et treff', () => {
  it('har feltene til KS Fiks, med metadata slik søket viser dem', async () => {
    const forelder = await indexed('forelder', {});
    const id = await indexed('garasje', {
      tittel: 'Søknad om garasje',
      sikkerhetsniva: 4,
      eksternRef: 'sak-7',
      korrelasjonId: 'k-7',
      forelderType: 'mappe',
      forelderId: forelder,
      mappeType: 'BYGGESAK',
      tilgjengeligTil: Date.parse('2030-01-01T00:00:00Z'),
      metadata: {
        type: 'BYGGESAK',
        tittel: 'Søknad om garasje',
        beskrivelse: null,
        korrelasjonId: 'k-7',
        minPart: { type: 'PERSON', rolle: 'Søker', id: fnr, navn: 'Kari', adresse: null },
        andreParter: [{ type: 'PERSON', rolle: 'Nabo', id: '03867220088', navn: 'Ola' }],
        lenker: [{ url: 'https://a.no', egendefinert: { utseende: 'KNAPP', bokmal: 'Svar', nordsamisk: null } }, { url: 'https://b.no', predefinert: { type: 'KLAGE' } }],
      },
    });
    const found = await search(kari, 'mappe/sok?term=garasje');
    expect(found.treff).toEqual([
      {
        meldingId: idOf('garasje'),
        dokumentId: id,
        sikkerhetsniva: 4,
        fiksOrganisasjon: { id: kommune.fiksOrgId, visningsnavn: kommune.navn, kommunenummer: kommune.nummer },
        sorteringDato: '2026-03-01T10:00:00.000Z',
        korrelasjonId: 'k-7',
        forelder: { type: 'mappe', dokumentId: forelder },
        eksternRef: 'sak-7',
        meldingMetadata: {
          type: 'mappe',
          versjon: 'mappeV1',
          internType: 'BYGGESAK',
          tittel: 'Søknad om garasje',
          minPart: { type: 'PERSON', rolle: 'Søker', navn: 'Kari' },
          andreParter: [{ type: 'PERSON', rolle: 'Nabo', navn: 'Ola' }],
          lenker: [{ url: 'https://a.no', egendefinert: { utseende: 'KNAPP', nb: 'Svar' } }, { url: 'https://b.no', predefinert: { type: 'KLAGE' } }],
        },
        score: expect.any(Number) as unknown,
        tilgjengeligTil: '2030-01-01T00:00:00.000Z',
      },
    ]);
  });

  it('som krever høyere innloggingsnivå, telles, men vises ikke', async () => {
    await indexed('lav', {});
    await indexed('høy', { sikkerhetsniva: 4 });
    expect(await search(kari, 'mappe/sok')).toMatchObject({ antallTreff: 2, treffMedHoyereInnloggingsniva: 0, harMeldingerMedHoyereSikkerhetsniva: false });
    const found = await search(paNiva3, 'mappe/sok');
    expect(found).toMatchObject({ antallTreff: 1, treffMedHoyereInnloggingsniva: 1, harMeldingerMedHoyereSikkerhetsniva: true });
    expect(titles(found)).toEqual(['lav']);
  });

  it('som er noen andres, er ikke et treff', async () => {
    await indexed('mitt', {});
    expect(await search(ola, 'mappe/sok')).toMatchObject({ antallTreff: 0, treffMedHoyereInnloggingsniva: 0, treff: [] });
    expect(titles(await search(kari, 'mappe/sok'))).toEqual(['mitt']);
  });
});

describe('Store meldinger som ble indeksert før det var en grense', () => {
  const metadata = {
    type: 'BYGGESAK',
    tittel: 'Stor sak',
    beskrivelse: 'x'.repeat(2_000_000),
    saksansvarlig: 'Kari',
    lenker: [{ url: 'https://a.no', predefinert: { type: 'SVAR' } }],
    navaerendeMilepel: { navn: 'Mottatt', startdato: '2026-01-01T00:00:00Z' },
  };

  it('gjør ikke svaret stort: de første vises hele, og resten i kortform med feltene til KS Fiks', async () => {
    for (let n = 0; n < 6; n++) await indexed(`stor ${n}`, { metadata: { ...metadata, tittel: `Stor sak ${n}` } });
    const small = await indexed('liten', { dato: Date.parse('2020-01-01T10:00:00Z') });
    const { text, body } = await kari.post<Resultat>(`${sok}/mappe/sok`)();
    expect(text.length).toBeLessThan(5_100_000);
    const shown = body.treff.map(({ meldingMetadata }) => String(meldingMetadata['beskrivelse']).length);
    expect(shown.slice(0, 6)).toEqual([2_000_000, 2_000_000, 300, 300, 300, 300]);
    const { beskrivelse, ...more } = body.treff[5]!.meldingMetadata;
    expect(beskrivelse).toBe(`${'x'.repeat(299)}…`);
    expect(more).toMatchObject({ type: 'mappe', internType: 'BYGGESAK', tittel: expect.stringMatching(/^Stor sak \d$/) as string, saksansvarlig: 'Kari', lenker: [], navaerendeMilepel: { navn: 'Mottatt' } });
    expect(body.treff[6]).toMatchObject({ dokumentId: small, meldingMetadata: { tittel: 'liten' } });
  });

  it('kan leses hele med et oppslag, også når barna er store', async () => {
    const large = { ...metadata, beskrivelse: 'x'.repeat(6_000_000) };
    const id = await indexed('enorm', { metadata: large });
    for (const n of [1, 2]) await indexed(`barn ${n}`, { forelderType: 'mappe', forelderId: id, metadata: large });
    const { body } = await kari.get<{ hit: Treff }>(`${sok}/oppslag/dokument?dokumentId=${id}&type=mappe`)();
    expect(body.hit.meldingMetadata).toMatchObject({ beskrivelse: large.beskrivelse, lenker: metadata.lenker });
    const { status, body: family } = await kari.get<{ forelder: Treff; barn: Treff[] }>(`${sok}/oppslag/forelder?forelderId=${id}&forelderType=mappe`)();
    expect([status, status === 200 ? undefined : family]).toEqual([200, undefined]);
    expect([family.forelder, ...family.barn].map(({ meldingMetadata }) => String(meldingMetadata['beskrivelse']).length)).toEqual([6_000_000, 300, 300]);
  });
});

describe('Et søk', () => {
  it('forteller om hele resultatet: organisasjoner, periode, og driftsmeldingene som vises nå', async () => {
    await indexed('a', { dato: Date.parse('2024-05-01T00:00:00Z') });
    await indexed('b', { dato: Date.parse('2026-05-01T00:00:00Z') });
    await indexed('c', { fiksOrgId: annen.fiksOrgId, dato: Date.parse('2025-05-01T00:00:00Z') });
    for (const [innhold, kategori, more] of [
      ['Saker er forsinket', 'SAK', {}],
      ['Fakturaer er forsinket', 'FAKTURA', {}],
      ['Var i går', 'SAK', { sluttDato: '2026-11-22T00:00:00Z' }],
    ] as const)
      await kommune.administrator.post(kommune.own('driftsmeldinger'), { innhold, kategori, meldingType: 'ADVARSEL', ...more })();
    const found = await search(kari, 'mappe/sok?antall=1&sortering=DATO_ASC');
    expect(titles(found)).toEqual(['a']);
    expect(found).toMatchObject({
      antallTreff: 3,
      forespurtFra: 0,
      forespurtAntall: 1,
      aggregeringer: {
        fiksOrganisasjon: [
          { fiksOrg: { id: kommune.fiksOrgId, visningsnavn: kommune.navn }, antallTreff: 2 },
          { fiksOrg: { id: annen.fiksOrgId, visningsnavn: annen.navn }, antallTreff: 1 },
        ],
        dateRange: { fraDato: '2024-05-01T00:00:00.000Z', tilDato: '2026-05-01T00:00:00.000Z' },
      },
    });
    expect(found.driftsmeldinger).toEqual([expect.objectContaining({ innhold: 'Saker er forsinket', kategori: 'SAK', meldingType: 'ADVARSEL', fiksOrgId: kommune.fiksOrgId })]);
    expect((await search(kari, 'mappe/sok', { fiksOrganisasjon: [annen.fiksOrgId] })).driftsmeldinger).toEqual([]);
    const empty = await search(kari, 'mappe/sok?term=finnesikke');
    expect(empty.antallTreff).toBe(0);
    expect(empty.aggregeringer).toEqual({ fiksOrganisasjon: [], flereFiksOrganisasjoner: 0, dateRange: {} });
  });

  it('viser driftsmeldinger fra kommunene det er filtrert på, ellers fra dem som har noe som gjelder henne selv', async () => {
    for (const one of [kommune, annen])
      await one.administrator.post(one.own('driftsmeldinger'), { innhold: `Stengt i ${one.navn}`, kategori: 'FORSENDELSE', meldingType: 'FEIL' })();
    const told = async (...asked: Parameters<typeof search>) => (await search(...asked)).driftsmeldinger.map(({ innhold }) => innhold);
    const brev = { type: 'post', versjon: 'FORSENDELSE_V2' } as const;
    await indexed('offentlig', { ...brev, fiksOrgId: annen.fiksOrgId, eksponertFor: [exposure.offentligType('post')] });
    await indexed('sak', { fiksOrgId: annen.fiksOrgId });
    expect(await told(kari, 'post/sok')).toEqual([]);
    await indexed('brev', { ...brev, tittel: 'Vedtak' });
    expect(await told(kari, 'post/sok')).toEqual([`Stengt i ${kommune.navn}`]);
    expect(await told(kari, 'post/sok?term=finnesikke')).toEqual([`Stengt i ${kommune.navn}`]);
    expect(await told(ola, 'post/sok')).toEqual([]);
    for (const client of [kari, ola]) expect(await told(client, 'post/sok', { fiksOrganisasjon: [annen.fiksOrgId] })).toEqual([`Stengt i ${annen.navn}`]);
  });

  it('teller organisasjonene med flest treff, så mange det bes om, og sier hvor mange flere det er', async () => {
    for (let n = 0; n < 60; n++) await indexed(`sak ${n}`, { fiksOrgId: idOf(`organisasjon ${n}`) });
    for (const navn of ['a', 'b']) await indexed(navn, {});
    const counts = async (path: string) => {
      const { fiksOrganisasjon, flereFiksOrganisasjoner } = (await search(kari, path)).aggregeringer as { fiksOrganisasjon: { fiksOrg: { id: string } }[]; flereFiksOrganisasjoner: number };
      return [fiksOrganisasjon.length, flereFiksOrganisasjoner, fiksOrganisasjon[0]?.fiksOrg.id];
    };
    expect(await counts('mappe/sok?antall=1')).toEqual([50, 11, kommune.fiksOrgId]);
    expect(await counts('mappe/sok?antall=1&antallOrganisasjoner=1')).toEqual([1, 60, kommune.fiksOrgId]);
    expect(await counts('mappe/sok?antall=1&antallOrganisasjoner=0')).toEqual([0, 61, undefined]);
    expect(await counts('mappe/sok?antall=1&antallOrganisasjoner=1000')).toEqual([61, 0, kommune.fiksOrgId]);
  });

  it('blar, og sorterer etter dato', async () => {
    for (const day of ['01', '02', '03']) await indexed(`dag ${day}`, { dato: Date.parse(`2026-04-${day}T00:00:00Z`) });
    expect(titles(await search(kari, 'mappe/sok?sortering=DATO_DESC&antall=2'))).toEqual(['dag 03', 'dag 02']);
    expect(titles(await search(kari, 'mappe/sok?sortering=DATO_DESC&antall=2&fra=2'))).toEqual(['dag 01']);
    expect(titles(await search(kari, 'mappe/sok?sortering=DATO_ASC&antall=1&fra=1'))).toEqual(['dag 02']);
  });

  it.each<[what: string, filter: object, found: readonly string[]]>([
    ['organisasjon', { fiksOrganisasjon: [annen.fiksOrgId] }, ['annen']],
    ['flere organisasjoner', { fiksOrganisasjon: [annen.fiksOrgId, kommune.fiksOrgId] }, ['annen', 'byggesak', 'sak']],
    ['ingen organisasjon', { fiksOrganisasjon: [] }, ['annen', 'byggesak', 'sak']],
    ['mappetype', { mappeType: 'BYGGESAK' }, ['byggesak']],
    ['eiendom', { matrikkelenhetDokumentId: 'matrikkelenhet_4601-00164-1203-0000-0000' }, ['byggesak']],
    ['fra og med en dag, norsk tid', { fraDato: '2026-06-02' }, ['byggesak']],
    ['til og med en dag, norsk tid', { tilDato: '2026-06-01' }, ['annen', 'sak']],
    ['en dag', { fraDato: '2026-06-01', tilDato: '2026-06-01' }, ['sak']],
  ])('kan begrenses på %s', async (_, filter, found) => {
    await indexed('sak', { mappeType: 'SAK', dato: Date.parse('2026-06-01T21:59:59Z') });
    await indexed('byggesak', { mappeType: 'BYGGESAK', matrikkel: ['4601-164/1203/0/0'], dato: Date.parse('2026-06-01T22:00:00Z') });
    await indexed('annen', { fiksOrgId: annen.fiksOrgId, dato: Date.parse('2026-05-31T00:00:00Z') });
    expect(titles(await search(kari, 'mappe/sok', filter)).sort()).toEqual(found);
  });

  it('etter fakturaer teller status og årstall, og kan begrenses på dem', async () => {
    const faktura = (navn: string, status: string, arstall: string) =>
      indexed(navn, { type: 'faktura', versjon: 'FAKTURA_V1', status, arstall, metadata: { tittel: navn, status, belop: 100 } });
    await faktura('betalt', 'BETALT', '2025');
    await faktura('ubetalt', 'IKKE_BETALT', '2026');
    await faktura('inkasso', 'SENDT_INKASSO', '2026');
    const all = await search(kari, 'faktura/sok');
    expect(all.aggregeringer).toEqual({
      fiksOrganisasjon: [{ fiksOrg: expect.objectContaining({ id: kommune.fiksOrgId }) as unknown, antallTreff: 3 }],
      flereFiksOrganisasjoner: 0,
      fakturastatus: ['BETALT', 'IKKE_BETALT', 'SENDT_INKASSO'].map((status) => ({ status, antallTreff: 1 })),
      arstall: [{ arstall: '2026', antallTreff: 2 }, { arstall: '2025', antallTreff: 1 }],
    });
    expect(all.treff[0]!.meldingMetadata).toMatchObject({ type: 'faktura', versjon: 'fakturaV1', belop: 100 });
    expect(titles(await search(kari, 'faktura/sok', { status: ['IKKE_BETALT', 'BETALT'] })).sort()).toEqual(['betalt', 'ubetalt']);
    expect(titles(await search(kari, 'faktura/sok', { status: ['INKASSO'] }))).toEqual(['inkasso']);
    expect(titles(await search(kari, 'faktura/sok', { arstall: ['2025'] }))).toEqual(['betalt']);
  });

  it('etter skjemaer gir hver type for seg', async () => {
    await indexed('innsendt', { type: 'innsendtskjema', versjon: 'INNSENDT_SKJEMA_V1', metadata: { tittel: 'innsendt', innsendtdato: Date.parse('2026-02-03T04:05:06Z') } });
    await indexed('kladd', { type: 'skjemakladd', versjon: 'SKJEMAKLADD_V1', dato: 0, metadata: { tittel: 'kladd', endretDato: Date.parse('2026-02-03T04:05:06Z') } });
    const found = await search<{ innsendtSkjema: Resultat; skjemakladd: Resultat }>(kari, 'skjema/sok');
    expect(Object.keys(found)).toEqual(['innsendtSkjema', 'skjemakladd', 'driftsmeldinger']);
    expect(found.innsendtSkjema).toMatchObject({ antallTreff: 1, treffMedHoyereInnloggingsniva: 0, harMeldingerMedHoyereSikkerhetsniva: false, aggregeringer: { fiksOrganisasjon: [{ antallTreff: 1 }] } });
    expect(found.innsendtSkjema.treff[0]!.meldingMetadata).toEqual({ type: 'innsendtskjema', versjon: 'innsendtskjemaV1', tittel: 'innsendt', innsendtdato: '2026-02-03T04:05:06.000Z' });
    expect(found.skjemakladd.treff[0]!.meldingMetadata).toEqual({ type: 'skjemakladd', versjon: 'skjemakladdV1', tittel: 'kladd', endretdato: '2026-02-03T04:05:06.000Z' });
  });

  it('viser et skjema med datoen det er sortert etter, når tallet ikke er et tidspunkt', async () => {
    await indexed('skjema', { type: 'innsendtskjema', versjon: 'INNSENDT_SKJEMA_V1', metadata: { tittel: 'skjema', innsendtdato: 1.7e18 } });
    const { innsendtSkjema: { treff } } = await search<{ innsendtSkjema: Resultat }>(kari, 'skjema/sok');
    expect(treff.map(({ meldingMetadata }) => meldingMetadata)).toEqual([{ type: 'innsendtskjema', versjon: 'innsendtskjemaV1', tittel: 'skjema', innsendtdato: '2026-03-01T10:00:00.000Z' }]);
  });

  it('etter journalposter er i én mappe, og kan begrenses på type', async () => {
    const mappe = await indexed('mappe', {});
    const metadata = { tittel: 'brev', journaldato: '2026-01-01T00:00:00Z', korrespondanseparter: [{ korrespondanseparttype: 'EA', navn: 'Ola', id: '03867220088', epost: 'o@o.no' }] };
    await indexed('brev', { type: 'journalpost', versjon: 'JOURNALPOST_V1', forelderType: 'mappe', forelderId: mappe, metadata });
    await indexed('annet', { type: 'journalpost', versjon: 'JOURNALPOST_V1' });
    const [org, integrasjon, , melding] = mappe.split('_') as [string, string, string, string];
    for (const id of [mappe, `${org}_${integrasjon}_mappeV1_${melding}`, `${org}_${integrasjon}_${melding}`]) {
      const found = await search(kari, `journalpost/sok?forelderDokumentId=${id}`);
      expect(found.treff.map(({ meldingMetadata }) => meldingMetadata)).toEqual([
        { type: 'journalpost', versjon: 'journalpostV1', tittel: 'brev', dato: '2026-01-01T00:00:00Z', korrespondanseparter: [{ korrespondanseparttype: 'EA', navn: 'Ola' }] },
      ]);
    }
    await indexed('svar', { type: 'journalpost', versjon: 'JOURNALPOST_V1', forelderType: 'mappe', forelderId: mappe, mappeType: 'U', metadata: { tittel: 'svar', journalposttype: 'U' } });
    expect(titles(await search(kari, `journalpost/sok?forelderDokumentId=${mappe}`, { journalposttype: ['U', 'I'] }))).toEqual(['svar']);
    expect(titles(await search(kari, `journalpost/sok?forelderDokumentId=${mappe}`)).sort()).toEqual(['brev', 'svar']);
  });

  it('etter byggesaker viser mappene av den typen i den eldre formen', async () => {
    await indexed('sak', { mappeType: 'SAK' });
    const metadata = {
      type: 'BYGGESAK', tittel: 'Garasje', mappeId: '2026/7', saksaar: 2026, sakssekvensnummer: 7, saksansvarlig: 'Per', navaerendeMilepel: { navn: 'Mottatt', startdato: '2026-01-01T00:00:00Z' },
      eiendommer: [{ matrikkel: { kommunenummer: '4601', gardsnummer: '164', bruksnummer: '1203' }, adresse: { adresselinje1: 'Storgata 1', postnummer: '5003', poststed: 'Bergen' } }],
    };
    const mappe = await indexed('byggesak', { mappeType: 'BYGGESAK', metadata });
    const { treff: [hit], ...rest } = await search(kari, 'byggesak/sok');
    expect(rest).toMatchObject({ antallTreff: 1, aggregeringer: { fiksOrganisasjon: [{ antallTreff: 1 }] } });
    expect(hit!.meldingMetadata).toEqual({
      type: 'byggesak', versjon: 'byggesakV1', tittel: 'Garasje', mappeId: '2026/7', sakstatus: 'Mottatt', saksdato: '2026-03-01T10:00:00.000Z', saksansvarlig: 'Per', adresse: 'Storgata 1, 5003 Bergen',
      saksnummer: { saksnummerSaksaar: '2026', saksnummerSakssekvensnummer: '7' },
      matrikkelnummer: { kommunenummer: '4601', gardsnummer: '164', bruksnummer: '1203', festenummer: '0', seksjonsnummer: '0' }, dokumenter: [],
    });
    expect(hit!.dokumentId).toBe(mappe.replace('_mappe_', '_byggesak_'));
    const { body } = await kari.get<{ hit: Treff }>(`${sok}/oppslag/dokument?dokumentId=${hit!.dokumentId}&type=byggesak`)();
    expect(body.hit).toEqual({ ...hit, score: expect.any(Number) as unknown });
    expect(await search(kari, 'byggesak/sok?akseptertMeldingVersjon=mappeV1')).toMatchObject({ antallTreff: 0, treff: [] });
    expect(await search(kari, 'byggesak/sok?akseptertMeldingVersjon=byggesakV1')).toMatchObject({ antallTreff: 1 });
  });

  it('på den gamle adressen gir alle typer i én liste, eiendommene til sist, og teller typene', async () => {
    await indexed('sak', { mappeType: 'SAK' });
    await indexed('brev', { type: 'post', versjon: 'FORSENDELSE_V2', dato: Date.parse('2026-02-01T10:00:00Z') });
    interface Liste extends Resultat {
      readonly aggregeringer: { readonly type: readonly { type: string; antallTreff: number; antallTreffKategori: number; valgt: boolean }[]; readonly fiksOrganisasjon: readonly object[]; readonly dateRange: object };
    }
    const typesOf = ({ treff }: Liste) => treff.map(({ meldingMetadata }) => meldingMetadata['type']);
    const all = await search<Liste>(kari, 'sok?sortering=DATO_DESC&antall=4');
    expect([typesOf(all), all.antallTreff]).toEqual([['mappe', 'forsendelse', 'matrikkelenhet', 'matrikkelenhet'], 5]);
    expect(typesOf(await search<Liste>(kari, 'sok?sortering=DATO_DESC&antall=4&fra=4'))).toEqual(['matrikkelenhet']);
    expect(all.aggregeringer.dateRange).toEqual({ fraDato: '2026-02-01T10:00:00.000Z', tilDato: '2026-03-01T10:00:00.000Z' });
    const letters = await search<Liste>(kari, 'sok', { typer: ['forsendelse'], fiksOrganisasjon: [kommune.fiksOrgId] });
    expect(typesOf(letters)).toEqual(['forsendelse']);
    expect(letters.aggregeringer.fiksOrganisasjon).toEqual([{ id: kommune.fiksOrgId, visningsnavn: kommune.navn, antallTreff: 1, valgt: true }]);
    expect(letters.aggregeringer.type.map(({ type, antallTreff, antallTreffKategori, valgt }) => [type, antallTreff, antallTreffKategori, valgt]).sort()).toEqual([['forsendelse', 1, 1, true], ['mappe', 0, 1, false]]);
    expect(typesOf(await search<Liste>(kari, 'sok', { fraDato: '2026-02-02' }))).toEqual(['mappe']);
    expect(typesOf(await search<Liste>(kari, 'sok', { typer: ['matrikkelenhet'] }))).toHaveLength(3);
  });

  it('etter post viser bare det som kommer fra kontoer som er slått på, med en gang', async () => {
    const { body } = await kommune.administrator.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${kommune.fiksOrgId}`)();
    const kontoId = body.kontoer[0]!.id;
    await indexed('brev', { type: 'post', versjon: 'FORSENDELSE_V2', kontoId, metadata: { tittel: 'brev' } });
    const shows = async (synlig: boolean) => { expect((await kommune.administrator.put(kommune.own(`svarut-kontoer/${kontoId}`), { synlig })()).status).toBe(200); };
    expect(await search(kari, 'post/sok')).toMatchObject({ antallTreff: 0, treffMedHoyereInnloggingsniva: 0, aggregeringer: { fiksOrganisasjon: [] } });
    await shows(true);
    expect(titles(await search(kari, 'post/sok'))).toEqual(['brev']);
    await shows(false);
    expect(titles(await search(kari, 'post/sok'))).toEqual([]);
  });

  it('nedgraderer til den høyeste versjonen klienten kan lese, og holder tilbake det den ikke kan lese', async () => {
    const metadata = {
      tittel: 'brev',
      mottakerAdresse: 'Kari, Åsveien 1, 5003 Bergen',
      returAdresse: 'Kommunen, 5020 Bergen',
      lenker: [{ url: 'https://a.no', urlTekst: 'Se her' }],
      dokumenter: [{ tittel: 'Vedtak', size: 7, nedlastingLenke: 'https://a.no/1', mimeType: 'application/pdf' }],
    };
    await indexed('brev', { type: 'post', versjon: 'FORSENDELSE_V2', metadata });
    const v2 = {
      ...{ type: 'forsendelse', versjon: 'forsendelseV2', ...metadata },
      mottakerAdresse: { navn: 'Kari', addresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' },
      returAdresse: { navn: 'Kommunen', postnummer: '5020', poststed: 'Bergen' },
    };
    const v1 = {
      type: 'forsendelse',
      versjon: 'forsendelseV1',
      tittel: 'brev',
      mottaker: 'Kari, Åsveien 1, 5003 Bergen',
      eksternLenke: 'https://a.no',
      eksternLenkeTekst: 'Se her',
      dokumenter: [{ tittel: 'Vedtak', size: 7, nedlastingslenke: 'https://a.no/1' }],
    };
    const shown = async (query: string) => (await search(kari, `post/sok${query}`)).treff.map(({ meldingMetadata }) => meldingMetadata);
    const accepted = (...versions: string[]) => `?${versions.map((one) => `akseptertMeldingVersjon=${one}`).join('&')}`;
    expect(await shown('')).toEqual([v2]);
    expect(await shown(accepted('forsendelseV1', 'forsendelseV2', 'mappeV1'))).toEqual([v2]);
    expect(await shown(accepted('forsendelseV1'))).toEqual([v1]);
    expect(await search(kari, `post/sok${accepted('mappeV1')}`)).toMatchObject({ antallTreff: 0, treff: [], aggregeringer: { fiksOrganisasjon: [] } });
  });

  it('på vegne av en virksomhet gir det som er virksomhetens', async () => {
    await indexed('mitt', {});
    await indexed('havnas', { eksponertFor: [exposure.organisasjon(havn)] });
    await indexed('eiendommens', { eksponertFor: [exposure.matrikkel('4601-166/20/0/0')] });
    await indexed('alles', { eksponertFor: [exposure.offentligType('mappe')] });
    expect(titles(await search(kari, 'mappe/sok')).sort()).toEqual(['alles', 'eiendommens', 'mitt']);
    expect(titles(await search(kari, `mappe/sok?onBehalfOf=${havn}`)).sort()).toEqual(['alles', 'eiendommens', 'havnas']);
    expect(titles(await search(kari, `sok?onBehalfOf=${havn}`, { typer: ['mappe'] })).sort()).toEqual(['alles', 'eiendommens', 'havnas']);
    expect((await ola.post(`${sok}/sok?onBehalfOf=${havn}`)()).status).toBe(403);
    const { status, body } = await ola.post(`${sok}/mappe/sok?onBehalfOf=${havn}`)();
    expect([status, body]).toMatchObject([403, { status: 403, errorCode: 'KAN_IKKE_REPRESENTERE', path: `${sok}/mappe/sok` }]);
  });

  it('etter kommunale tjenester gir dem som er rettet mot den som spør, og teller kommunene', async () => {
    const tjeneste = (navn: string, fiksOrgId: string, rettetMot: string) =>
      indexed(navn, { type: 'kommunaltjeneste', versjon: 'KOMMUNALTJENESTE_V1', fiksOrgId, rettetMot, sikkerhetsniva: 0, eksponertFor: [exposure.offentligType('kommunaltjeneste')], metadata: { tittel: navn, lenke: 'https://a.no' } });
    await tjeneste('kulturskole', kommune.fiksOrgId, 'PERSON');
    await tjeneste('skjenkebevilling', kommune.fiksOrgId, 'ORGANISASJON');
    await tjeneste('båtplass', annen.fiksOrgId, 'PERSON_OG_ORGANISASJON');
    const all = await search(ola, 'kommunaltjeneste/sok');
    expect(titles(all).sort()).toEqual(['båtplass', 'kulturskole']);
    expect(all.treff.map(({ meldingMetadata }) => meldingMetadata)).toContainEqual({
      type: 'kommunaltjeneste', versjon: 'kommunaltjenesteV1', tittel: 'båtplass', lenke: 'https://a.no', kommuneVisningsnavn: annen.navn,
    });
    const { kommune: kommuner, flereKommuner } = all.aggregeringer as { kommune: unknown[]; flereKommuner: number };
    expect([kommuner.length, flereKommuner]).toEqual([2, 0]);
    const [{ aggregeringer: fewer }, { driftsmeldinger }] = [await search(ola, 'kommunaltjeneste/sok?antallOrganisasjoner=1'), all];
    expect(fewer).toMatchObject({ kommune: [{}], flereKommuner: 1 });
    expect(driftsmeldinger).toEqual([]);
    expect(kommuner).toContainEqual({ kommune: { kommuneFiksOrgId: annen.fiksOrgId, visningsnavn: annen.navn }, antallTreff: 1 });
    expect(titles(await search(kari, `kommunaltjeneste/sok?onBehalfOf=${havn}`)).sort()).toEqual(['båtplass', 'skjenkebevilling']);
    expect(titles(await search(ola, 'kommunaltjeneste/sok', { rettetMot: 'ORGANISASJON' })).sort()).toEqual(['båtplass', 'skjenkebevilling']);
    expect(titles(await search(ola, 'kommunaltjeneste/sok', { inkluderteKommuneFiksOrgId: [annen.fiksOrgId] }))).toEqual(['båtplass']);
    expect(titles(await search(ola, 'kommunaltjeneste/sok', { ekskluderteKommuneFiksOrgId: [annen.fiksOrgId] }))).toEqual(['kulturskole']);
  });
});


describe('Et søk med Log-Position', () => {
  it('ser det som sto i loggen da', async () => {
    const made = await kommune.administrator.post<{ id: string }>(kommune.own('kommunale-tjenester'), { tittel: 'Badstue', lenke: 'https://www.kommune.no/badstue', rettetMot: 'PERSON' })();
    const found = await search(ola, 'kommunaltjeneste/sok?term=badstuer');
    expect(found.treff.map(({ meldingMetadata }) => meldingMetadata)).toEqual([
      { type: 'kommunaltjeneste', versjon: 'kommunaltjenesteV1', tjenesteId: made.body.id, tittel: 'Badstue', lenke: 'https://www.kommune.no/badstue', rettetMot: 'PERSON', kommuneFiksOrganisasjonId: kommune.fiksOrgId, kommuneVisningsnavn: kommune.navn },
    ]);
    await kommune.administrator.delete(kommune.own(`kommunale-tjenester/${made.body.id}`))();
    expect(await search(ola, 'kommunaltjeneste/sok?term=badstuer')).toMatchObject({ antallTreff: 0 });
    const { status, body } = await ola.post(`${sok}/mappe/sok`, undefined, { 'Log-Position': 'i dag' })();
    expect([status, body]).toMatchObject([400, { errorCode: 'UGYLDIG_LOG_POSITION' }]);
  });
});

describe('Eiendomssøket', () => {
  const eiendommer = (client: Client, query = '', filter?: object) => search(client, `eiendom/sok${query}`, filter);
  const addresses = ({ treff }: Resultat) => treff.map(({ meldingMetadata }) => (meldingMetadata['adresser'] as string[])[0]);

  it('finner egne eiendommer og dem virksomheten hennes eier, og ingen andres', async () => {
    expect(addresses(await eiendommer(kari))).toEqual(['Eksempelgaten 1', 'Prøveveien 12 H0201', 'Kaien 3']);
    expect(addresses(await eiendommer(ola))).toEqual(['Prøveveien 12 H0201', 'Hyttestien 4']);
    expect(addresses(await eiendommer(kari, `?onBehalfOf=${havn}`))).toEqual(['Kaien 3']);
    expect(addresses(await eiendommer(kari, '?term=PRØVE'))).toEqual(['Prøveveien 12 H0201']);
    // As an address is written, and as the title of a hit with two of them is.
    expect(addresses(await eiendommer(kari, `?term=${encodeURIComponent('Eksempelgaten 1, 4601')}`))).toEqual(['Eksempelgaten 1']);
    expect(addresses(await eiendommer(kari, `?term=${encodeURIComponent('Prøveveien 12 H0201, Prøveveien 14 H0201')}`))).toEqual(['Prøveveien 12 H0201']);
    expect(addresses(await eiendommer(kari, '?term=164/1203'))).toEqual(['Eksempelgaten 1']);
    expect(addresses(await eiendommer(kari, '?fra=1&antall=1'))).toEqual(['Prøveveien 12 H0201']);
    expect(addresses(await eiendommer(kari, '', { kommunenummer: '4601' }))).toEqual(['Eksempelgaten 1', 'Kaien 3']);
    expect(addresses(await eiendommer(kari, '?akseptertMeldingVersjon=mappeV1'))).toEqual([]);
  });

  it('viser eiendommen slik KS Fiks gjør, også når kommunen ikke er registrert', async () => {
    const { treff, ...rest } = await eiendommer(kari, '?antall=1');
    expect(rest).toEqual({ antallTreff: 3, treffMedHoyereInnloggingsniva: 0, harMeldingerMedHoyereSikkerhetsniva: false, forespurtFra: 0, forespurtAntall: 1, driftsmeldinger: [] });
    expect(treff).toEqual([
      {
        meldingId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        dokumentId: `${nil}_${nil}_matrikkelenhet_4601-00164-1203-0000-0000`,
        sikkerhetsniva: 3,
        fiksOrganisasjon: { id: nil, visningsnavn: 'Kommune 4601', kommunenummer: '4601' },
        meldingMetadata: {
          type: 'matrikkelenhet',
          versjon: 'matrikkelenhetV1',
          matrikkelnummer: { kommunenummer: '4601', gardsnummer: '164', bruksnummer: '1203', festenummer: '0', seksjonsnummer: '0' },
          matrikkelenhetId: 101640001203,
          adresser: ['Eksempelgaten 1'],
          kommuneNavn: 'Kommune 4601',
          kommunenummer: '4601',
          lenker: [],
        },
        score: 1,
      },
    ]);
  });
});

describe('Søket i alt', () => {
  it('gir grupper, med kommunens egne tjenester for seg når den er oppgitt', async () => {
    await indexed('byggesak', { mappeType: 'BYGGESAK' });
    await indexed('sak', { mappeType: 'SAK' });
    await indexed('brev', { type: 'post', versjon: 'FORSENDELSE_V2', sikkerhetsniva: 4 });
    await indexed('skjema', { type: 'innsendtskjema', versjon: 'INNSENDT_SKJEMA_V1' });
    await indexed('kladd', { type: 'skjemakladd', versjon: 'SKJEMAKLADD_V1' });
    await indexed('regning', { type: 'faktura', versjon: 'FAKTURA_V1' });
    for (const { fiksOrgId, navn } of [kommune, annen])
      await indexed(`tjeneste ${navn}`, { type: 'kommunaltjeneste', versjon: 'KOMMUNALTJENESTE_V1', fiksOrgId, rettetMot: 'PERSON', sikkerhetsniva: 0, eksponertFor: [exposure.offentligType('kommunaltjeneste')] });
    const found = await search<Record<string, Resultat>>(paNiva3, `multi/sok?kommune=${annen.fiksOrgId}`);
    expect(Object.fromEntries(Object.entries(found).map(([name, group]) => [name, titles(group)]))).toEqual({
      byggesak: ['byggesak'],
      eiendom: [undefined, undefined, undefined],
      tjenesteMinKommune: [`tjeneste ${annen.navn}`],
      tjenesteAndreKommuner: [`tjeneste ${kommune.navn}`],
      tjenesteAlleKommuner: expect.arrayContaining([`tjeneste ${annen.navn}`, `tjeneste ${kommune.navn}`]) as unknown,
      post: [],
      innsendtSkjema: ['skjema'],
      kladd: ['kladd'],
      faktura: ['regning'],
    });
    expect(found['byggesak']!.treff[0]!.meldingMetadata).toMatchObject({ type: 'byggesak', versjon: 'byggesakV1' });
    expect(found['post']).toEqual({ antallTreff: 0, treffMedHoyereInnloggingsniva: 1, treff: [] });
    const without = await search<Record<string, Resultat>>(kari, 'multi/sok?antall=1');
    expect(Object.keys(without).sort()).toEqual(['byggesak', 'eiendom', 'faktura', 'innsendtSkjema', 'kladd', 'post', 'tjenesteAlleKommuner']);
    expect(without['tjenesteAlleKommuner']).toMatchObject({ antallTreff: 2, treff: [expect.anything()] });
  });
});

describe('Det som er nytt siden sist', () => {
  it('er det som er datert etter forrige besøk, og gjelder innbyggeren selv', async () => {
    await indexed('gammelt', { dato: Date.parse('2026-11-23T11:00:00Z') });
    await indexed('alles', { eksponertFor: [exposure.offentligType('mappe')], dato: Date.parse('2026-11-23T12:20:00Z') });
    const told = async () => {
      const { treff, ...rest } = await search<{ treff: { tittel: string }[] }>(kari, 'multi/sist-innlogget-sok');
      return [treff.map(({ tittel }) => tittel), rest];
    };
    expect(await told()).toEqual([['gammelt'], { antallTreff: 1, treffMedHoyereInnloggingsniva: 0 }]);
    app.clock.set('2026-11-23T13:00:00Z');
    await indexed('nytt', { type: 'post', versjon: 'FORSENDELSE_V2', sikkerhetsniva: 4, dato: Date.parse('2026-11-23T12:30:00Z'), metadata: { tittel: 'nytt', avsender: 'Bergen – Postmottak' } });
    expect(await told()).toEqual([['nytt'], { antallTreff: 1, treffMedHoyereInnloggingsniva: 0, sistInnlogget: '2026-11-23T12:00:00.000Z' }]);
    const { treff: [nytt], ...above } = await search(paNiva3, 'multi/sist-innlogget-sok');
    expect([nytt, above]).toEqual([undefined, { antallTreff: 0, treffMedHoyereInnloggingsniva: 1, sistInnlogget: '2026-11-23T12:00:00.000Z' }]);
    const { treff } = await search(kari, 'multi/sist-innlogget-sok');
    expect(treff).toEqual([{ versjon: 'forsendelseV2', tittel: 'nytt', dato: '2026-11-23T12:30:00.000Z', fiksOrganisasjonKommunenummer: kommune.nummer, avsender: 'Bergen – Postmottak' }]);
    app.clock.set('2026-11-23T12:00:00Z');
  });
});

describe('Oppslag', () => {
  const look = async (client: Client, path: string) => {
    const { status, body } = await client.get<Record<string, unknown>>(`${sok}/oppslag/${path}`)();
    expect(status).toBe(200);
    return body;
  };
  const hidden = { lookupErrorCode: 'IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT' };
  const insufficient = { lookupErrorCode: 'INNLOGGINGSNIVA_UTILSTREKKELIG' };

  it('av et dokument gir det, eller hvorfor ikke', async () => {
    const id = await indexed('mitt', {});
    const high = await indexed('høyt', { sikkerhetsniva: 4 });
    expect(await look(kari, `dokument?dokumentId=${id}&type=mappe`)).toEqual({ hit: expect.objectContaining({ dokumentId: id }) as unknown });
    expect(await look(kari, `dokument?dokumentId=${id}&type=faktura`)).toEqual(hidden);
    for (const missing of [`${kommune.fiksOrgId}_${integrasjonId}_mappe_${idOf('finnes ikke')}`, 'tull', 'matrikkelenhet_4601-00001-0001-0000-0000'])
      expect(await look(kari, `dokument?dokumentId=${missing}&type=mappe`)).toEqual(hidden);
    expect(await look(ola, `dokument?dokumentId=${id}&type=mappe`)).toEqual(hidden);
    expect(await look(app.as('innbygger:03867220088:3'), `dokument?dokumentId=${high}&type=mappe`)).toEqual(hidden);
    expect(await look(paNiva3, `dokument?dokumentId=${high}&type=mappe`)).toEqual(insufficient);
    for (const eiendom of ['matrikkelenhet_4601-00164-1203-0000-0000', `${nil}_${nil}_matrikkelenhet_4601-00164-1203-0000-0000`]) {
      expect(await look(kari, `dokument?dokumentId=${eiendom}&type=matrikkelenhet`)).toMatchObject({ hit: { meldingMetadata: { kommunenummer: '4601' } } });
      expect(await look(ola, `dokument?dokumentId=${eiendom}&type=matrikkelenhet`)).toEqual(hidden);
    }
  });

  it('av en korrelasjon gir dem som hører sammen', async () => {
    await indexed('en', { korrelasjonId: 'k-1' });
    await indexed('to', { korrelasjonId: 'k-1', sikkerhetsniva: 4 });
    await indexed('tre', { korrelasjonId: 'k-2' });
    const both = (await look(kari, 'korrelasjon?korrelasjonId=k-1')) as unknown as { barn: Treff[] };
    expect([titles({ treff: both.barn }).sort(), both]).toMatchObject([['en', 'to'], { barnOverInnloggingsniva: 0 }]);
    expect(await look(paNiva3, 'korrelasjon?korrelasjonId=k-1')).toMatchObject({ barn: [{ meldingId: idOf('en') }], barnOverInnloggingsniva: 1 });
    expect(await look(ola, 'korrelasjon?korrelasjonId=k-1')).toEqual({ barn: [], flereBarn: 0, barnOverInnloggingsniva: 0 });
    expect(await look(kari, 'korrelasjon?korrelasjonId=k-3')).toEqual({ barn: [], flereBarn: 0, barnOverInnloggingsniva: 0 });
  });

  it('av en forelder gir den og barna, hver etter sin tilgang', async () => {
    const mappe = await indexed('mappe', { sikkerhetsniva: 4 });
    await indexed('brev', { type: 'journalpost', versjon: 'JOURNALPOST_V1', forelderType: 'mappe', forelderId: mappe });
    await indexed('hemmelig', { type: 'journalpost', versjon: 'JOURNALPOST_V1', forelderType: 'mappe', forelderId: mappe, sikkerhetsniva: 4 });
    const path = `forelder?forelderId=${mappe}&forelderType=mappe`;
    const whole = (await look(kari, path)) as unknown as { forelder: Treff; barn: Treff[] };
    expect([whole.forelder.dokumentId, whole.barn.length]).toEqual([mappe, 2]);
    expect(await look(paNiva3, path)).toEqual({
      ingenForelderKode: 'INNLOGGINGSNIVA_UTILSTREKKELIG',
      barn: [expect.objectContaining({ meldingId: idOf('brev') })],
      flereBarn: 0,
      barnPaHoyereInnloggingniva: 1,
    });
    expect(await look(ola, path)).toEqual({ ingenForelderKode: hidden.lookupErrorCode, barn: [], flereBarn: 0, barnPaHoyereInnloggingniva: 0 });
  });
});

describe('Det som ikke lar seg spørre om', () => {
  it.each<[path: string, filter: object | undefined, code: string]>([
    ['mappe/sok?fra=10000', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok?antall=0', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok?antall=501', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok?sortering=TILFELDIG', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok?akseptertMeldingVersjon=alle', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok?onBehalfOf=123456789', undefined, 'UGYLDIG_ORGANISASJONSNUMMER'],
    ['journalpost/sok', undefined, 'UGYLDIG_FELT'],
    ['mappe/sok', { mappeType: 'ESKE' }, 'UGYLDIG_FELT'],
    ['mappe/sok', { fraDato: '2026-02-30' }, 'UGYLDIG_DATO'],
    ['mappe/sok', { matrikkelenhetDokumentId: 'tull' }, 'UGYLDIG_MATRIKKELNUMMER'],
    ['mappe/sok', { fiksOrganisasjon: ['alle'] }, 'UGYLDIG_UUID'],
    ['faktura/sok', { status: ['BORTE'] }, 'UGYLDIG_FELT'],
    ['faktura/sok', { fraDato: '2026-02-01' }, 'UKJENT_FELT'],
    ['eiendom/sok', { kommunenummer: '46' }, 'UGYLDIG_KOMMUNENUMMER'],
    ['multi/sok?kommune=Bergen', undefined, 'UGYLDIG_UUID'],
  ])('%s %j gir %s', async (path, filter, errorCode) => {
    const { status, body } = await kari.post(`${sok}/${path}`, filter)();
    expect([status, body]).toMatchObject([400, { errorCode, path: `${sok}/${path.split('?')[0]}` }]);
  });

  it('svarer som om det ikke sto der, når KS Fiks ikke kjenner parameteren', async () => {
    await indexed('sak', {});
    expect(titles(await search(kari, 'mappe/sok?sok=alt'))).toEqual(['sak']);
    expect(await search(kari, 'post/sok?sortering=TILFELDIG')).toMatchObject({ antallTreff: 0 });
  });

  it('er for innbyggere, også dem som administrerer en kommune', async () => {
    expect(await app.as('plattform').post(`${sok}/mappe/sok`)()).toMatchObject({ status: 403, body: { errorCode: 'KUN_FOR_INNBYGGERE' } });
    expect(await app.bearing().post(`${sok}/mappe/sok`)()).toMatchObject({ status: 401 });
    await indexed('innbyggerens', {});
    expect(await search(kommune.administrator, 'mappe/sok')).toMatchObject({ antallTreff: 0 });
  });
});
