import { meldingDocument, tjenesteDocument } from '../../src/application/innsyn/search-documents.js';
import type { SearchDocument } from '../../src/application/ports/search-index.js';
import type { Konvolutt } from '../../src/domain/innsynsmelding.js';
import type { Meldingsversjon } from '../../src/domain/values/meldingstype.js';
import { kari, konto, kulturskole, mappe } from '../domain/examples.js';
import { bergen, idOf, nesseby, then } from '../support/views.js';

const id = { fiksOrgId: nesseby, integrasjonId: idOf('arkiv'), meldingId: idOf('a') };
const { forseglet: _sealed, eksternRef: _ref, tilgjengeligTil: _til, ...plain } = mappe;
const documentOf = (versjon: Meldingsversjon, metadata: object, konvolutt: Partial<Konvolutt> = {}): SearchDocument =>
  meldingDocument(id, { ...plain, versjon, ...konvolutt }, metadata, { time: then, position: 42n });
const at = (moment: string) => Date.parse(moment);

describe('The index’s document of a message', () => {
  it('has what it is found and filtered by', () => {
    const konvolutt = { sikkerhetsniva: 4, eksternRef: mappe.eksternRef!, tilgjengeligTil: mappe.tilgjengeligTil!, ...konto };
    const metadata = { type: 'SAK', tittel: 'Fartsdemping' };
    expect(documentOf('MAPPE_V1', metadata, konvolutt)).toStrictEqual({
      id: `${nesseby}_${idOf('arkiv')}_${idOf('a')}`,
      type: 'mappe',
      ...id,
      versjon: 'MAPPE_V1',
      eksponertFor: [`person:${kari}`],
      sikkerhetsniva: 4,
      kontoId: konto.kontoId,
      eksternRef: mappe.eksternRef,
      tilgjengeligTil: at('2027-01-01T00:00:00Z'),
      dato: at(then),
      venter: 0,
      tittel: 'Fartsdemping',
      tekst: '',
      mappeType: 'SAK',
      metadata,
      position: 42,
    });
  });

  it.each<[string, Konvolutt['eksponertFor'], string]>([
    ['a person', { type: 'FODSELSNUMMER', verdi: kari }, `person:${kari}`],
    ['a property', { type: 'MATRIKKELNUMMER', verdi: '5636-60/38/0/0' }, 'matrikkel:5636-60/38/0/0'],
    ['everybody', { type: 'OFFENTLIG' }, 'offentlig:mappe'],
  ])('is exposed for %s', (_, eksponertFor, exposed) => {
    expect(documentOf('MAPPE_V1', { type: 'SAK', tittel: 'a' }, { eksponertFor }).eksponertFor).toEqual([exposed]);
  });

  it.each<[Meldingsversjon, object, Partial<SearchDocument>]>([
    ['MAPPE_V1', { type: 'BYGGESAK', tittel: 'a', sistOppdatert: '2026-01-02T00:00:00Z', saksdato: '2026-01-01T00:00:00Z' }, { type: 'mappe', dato: at('2026-01-02'), mappeType: 'BYGGESAK' }],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', sistOppdatert: null, saksdato: '2026-01-01T00:00:00Z' }, { dato: at('2026-01-01') }],
    ['JOURNALPOST_V1', { tittel: 'a', journaldato: null, dokumentetsDato: '2026-01-01T00:00:00Z' }, { type: 'journalpost', dato: at('2026-01-01'), venter: 0 }],
    ['FAKTURA_V1', { tittel: 'a', fakturaDato: '2025-12-31', status: 'INKASSOVARSEL' }, { type: 'faktura', dato: at('2025-12-31'), venter: 1, status: 'INKASSOVARSEL', arstall: '2025' }],
    ['FAKTURA_V1', { tittel: 'a', fakturaDato: '2025-12-31', status: 'BETALT' }, { venter: 0 }],
    ['INNSENDT_SKJEMA_V1', { tittel: 'a', innsendtdato: 1000 }, { type: 'innsendtskjema', dato: 1000 }],
    ['SKJEMAKLADD_V1', { tittel: 'a', endretDato: -1 }, { type: 'skjemakladd', dato: -1 }],
    // As the message format allows a time, and JavaScript does not.
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', saksdato: '2020-01-01T12:00:00+01' }, { dato: at('2020-01-01T11:00:00Z') }],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', saksdato: '2016-12-31T23:59:60.5Z' }, { dato: at('2016-12-31T23:59:59.5Z') }],
    // A time in nanoseconds, and the highest number that KS Fiks accepts. Neither is a valid time.
    ['INNSENDT_SKJEMA_V1', { tittel: 'a', innsendtdato: 1.7e18 }, { dato: at(then) }],
    ['SKJEMAKLADD_V1', { tittel: 'a', endretDato: 2 ** 63 }, { dato: at(then) }],
    ['FORSENDELSE_V2', { tittel: 'a', sendtDato: '2026-01-01T00:00:00Z', lest: false }, { type: 'post', dato: at('2026-01-01'), venter: 1 }],
    ['FORSENDELSE_V2', { tittel: 'a', sendtDato: '2026-01-01T00:00:00Z', lest: true }, { venter: 0 }],
  ])('of %s %j', (versjon, metadata, document) => {
    expect(documentOf(versjon, metadata)).toMatchObject(document);
  });

  it.each<[Meldingsversjon, object, readonly string[]]>([
    ['MAPPE_V1', { type: 'SAK', tittel: 'T', beskrivelse: 'Beskrevet', saksaar: 2026, sakssekvensnummer: 14, andreParter: [{ navn: 'Ola' }, null], eiendommer: [{ adresse: { adresselinje1: 'Storgata 1' } }] }, ['Beskrevet', '2026/14', 'Ola', 'Storgata 1']],
    ['JOURNALPOST_V1', { tittel: 'T', dokumenter: [{ tittel: 'Tegning' }], korrespondanseparter: [{ navn: 'Ola' }] }, ['Tegning', 'Ola']],
    ['FAKTURA_V1', { tittel: 'T', betalesTil: 'Nesseby', kid: '1843', fakturanummer: 'F-1' }, ['Nesseby', '1843', 'F-1']],
    ['INNSENDT_SKJEMA_V1', { tittel: 'T', mottaker: 'Etaten', skjemafil: { filnavn: 'soknad.pdf' } }, ['Etaten', 'soknad.pdf']],
    ['SKJEMAKLADD_V1', { tittel: 'T', mottaker: 'Etaten' }, ['Etaten']],
    ['FORSENDELSE_V2', { tittel: 'T', avsender: 'Skolen', dokumenter: [{ tittel: 'Vedtak' }] }, ['Skolen', 'Vedtak']],
  ])('is searched in what it says: %s', (versjon, metadata, words) => {
    const { tittel, tekst } = documentOf(versjon, metadata);
    expect(tittel).toBe('T');
    for (const word of words) expect(tekst.split('\n')).toContain(word);
    expect(tekst).not.toMatch(/undefined|null|\[object/);
  });

  it('has a korrelasjonId that can be looked up, and none that no index would take', () => {
    const having = (korrelasjonId: string) => documentOf('MAPPE_V1', { type: 'SAK', tittel: 'T', korrelasjonId }).korrelasjonId;
    expect(having('k'.repeat(200))).toBe('k'.repeat(200));
    expect(having('k'.repeat(201))).toBeUndefined();
  });

  it('has no identity number of a party, nor of anybody in a text', () => {
    const numbers = ['12818510088', '53839015182', '28929930039'];
    const part = (id: string) => ({ type: 'PERSON', rolle: 'Søker', navn: `Kari (${id})`, id });
    for (const [versjon, metadata] of [
      ['MAPPE_V1', { type: 'SAK', tittel: 'Bolig til 12818510088', beskrivelse: 'For 538390 15182, og\u00a0289299-30039', minPart: part(numbers[0]!), andreParter: [part(numbers[1]!), null] }],
      ['JOURNALPOST_V1', { tittel: 'T', eksponertFor: [part(numbers[2]!)], korrespondanseparter: [{ ...part(numbers[0]!), korrespondanseparttype: 'EA' }], dokumenter: [{ tittel: 'Vedtak 53839015182', filnavn: '53839015182.pdf' }] }],
      ['FAKTURA_V1', { tittel: 'T', beskrivelse: 'Fnr:１２８１８５１００８８', kontaktinformasjon: { fritekst: 'Oppgi 28929930039.' } }],
      ['INNSENDT_SKJEMA_V1', { tittel: 'T', avsender: 'Kari, 12818510088', skjemafil: { filnavn: 'soknad_12818510088.pdf' } }],
      ['FORSENDELSE_V2', { tittel: 'Til 12818510088', mottakerAdresse: 'Kari Nordmann 12818510088' }],
    ] as const) {
      const document = JSON.stringify(documentOf(versjon, metadata)).normalize('NFKC');
      for (const number of numbers) expect(document.replace(/[ -]/g, '')).not.toContain(number);
      expect(document).toContain('[fødselsnummer]');
    }
    expect(documentOf('MAPPE_V1', { type: 'SAK', tittel: 'T', minPart: { navn: 'Kari', id: 'utenlandsk 123' } }).metadata).toEqual({ type: 'SAK', tittel: 'T', minPart: { navn: 'Kari' } });
  });

  it('keeps references, links and numbers for payment as they are, and other numbers', () => {
    const metadata = {
      tittel: 'Sak 12345678901, telefon 22 22 22 22, journal 128185100881',
      kid: '12818510088',
      kontonummer: '12818510088',
      lenker: [{ tittel: 'Betal', url: 'https://www.kommune.no/12818510088' }],
      korrelasjonId: '12818510088',
    };
    expect(documentOf('FAKTURA_V1', metadata)).toMatchObject({ metadata, tittel: metadata.tittel, korrelasjonId: '12818510088' });
  });

  it('lies under another of the same sender, and belongs together with others', () => {
    const forelder = { meldingId: `urn:uuid:${idOf('sak').toUpperCase()}`, type: 'mappe' };
    expect(documentOf('JOURNALPOST_V1', { tittel: 'a', forelder, korrelasjonId: 'k-1' })).toMatchObject({
      forelderType: 'mappe',
      forelderId: `${nesseby}_${idOf('arkiv')}_${idOf('sak')}`,
      korrelasjonId: 'k-1',
    });
    const none = documentOf('JOURNALPOST_V1', { tittel: 'a', forelder: null, korrelasjonId: null });
    for (const field of ['forelderType', 'forelderId', 'korrelasjonId']) expect(none).not.toHaveProperty(field);
  });

  it('names the properties that a mappe concerns, in the form of KS Fiks; those that cannot be are left out', () => {
    const matrikkel = { kommunenummer: '5636', gardsnummer: '060', bruksnummer: '38', festenummer: null };
    const eiendommer = [{ matrikkel }, { matrikkel: { ...matrikkel, seksjonsnummer: '2' } }, { matrikkel: { gardsnummer: '1' } }, { matrikkel: null }, null];
    expect(documentOf('MAPPE_V1', { type: 'SAK', tittel: 'a', eiendommer }).matrikkel).toEqual(['5636-60/38/0/0', '5636-60/38/0/2']);
    expect(documentOf('MAPPE_V1', { type: 'SAK', tittel: 'a', eiendommer: [null] })).not.toHaveProperty('matrikkel');
  });
});

describe('The index’s document of a kommunal tjeneste', () => {
  it('is for everybody who is logged in', () => {
    expect(tjenesteDocument(bergen, idOf('t'), kulturskole, { time: then, position: 7n })).toStrictEqual({
      id: `${bergen}_${idOf('t')}`,
      type: 'kommunaltjeneste',
      fiksOrgId: bergen,
      meldingId: idOf('t'),
      versjon: 'KOMMUNALTJENESTE_V1',
      eksponertFor: ['offentlig:kommunaltjeneste'],
      sikkerhetsniva: 0,
      dato: at(then),
      venter: 0,
      rettetMot: 'PERSON',
      tittel: 'Kulturskole',
      tekst: '',
      metadata: { tjenesteId: idOf('t'), ...kulturskole, kommuneFiksOrganisasjonId: bergen },
      position: 7,
    });
  });
});
