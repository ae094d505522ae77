import formats from 'ajv-formats';
import { Ajv2019 } from 'ajv/dist/2019.js';
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meldingsfeil, senderversjoner } from '../../src/domain/meldingsformat/meldingsformat.js';
import type { Meldingsversjon } from '../../src/domain/values/meldingstype.js';

type Json = Readonly<Record<string, unknown>>;

const forelder = { meldingId: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', type: 'mappe' };
const lenke = { url: 'https://www.kommune.no/klage', egendefinert: { utseende: 'KNAPP', bokmal: 'Klag', nordsamisk: null } };
const adresse = { adresselinje1: 'Storgata 1', poststed: 'Ås', postnummer: null };
const part = { type: 'PERSON', rolle: 'Søker', id: '12818510088', navn: 'Kári', adresse, epost: 'k@example.no', telefonnummer: null, kontaktperson: 'Ola' };
const edialog = { predefinert: { type: 'SVAR' }, egendefinert: null, edialogId: 'e-1' };
const fil = { nedlastingslenke: 'https://fil.no/1', filnavn: 'skjema.pdf', mimeType: 'application/pdf', size: 1024 };
const milepel = { navn: 'Mottatt', startdato: '2026-11-01T00:00:00Z', sluttdato: null, beskrivelse: 'Kom inn' };

/** A message of each version, with every field of its schema. */
const whole: { readonly [V in Meldingsversjon]?: Json } = {
  MAPPE_V1: {
    type: 'BYGGESAK', tittel: 'Fartsdemping', mappeId: '14', systemId: null, saksaar: 2026, sakssekvensnummer: 14, beskrivelse: '', andreParter: [part, null],
    minPart: part, sistOppdatert: '2026-11-01T12:00:00+01:00', avsluttet: null, erAvsluttet: false, milepeler: [milepel], navaerendeMilepel: milepel,
    saksdato: '2026-10-01T00:00:00.000Z', saksansvarlig: 'Ola', lenker: [lenke, { url: 'https://a.no', predefinert: { type: 'KLAGE' } }],
    eiendommer: [{ matrikkel: { kommunenummer: '5636', gardsnummer: '60', bruksnummer: '38', festenummer: '0', seksjonsnummer: null, matrikkelId: 17 }, adresse }, null],
    edialogSkjemaer: [edialog],
  },
  JOURNALPOST_V1: {
    journalposttype: 'I', tittel: 'Søknad', mappeId: { mappeId: '14', systemId: null, saksaar: 2026, sakssekvensnummer: 1 }, journalpostnummer: 2, systemId: 's', registreringsId: 'r',
    journaldato: '2026-11-01T12:00:00Z', dokumentetsDato: null, svarUtForsendelseId: 'f', eksponertFor: [part], beskrivelse: null, lenker: [lenke], klagefrist: '2026-12-01T00:00:00Z',
    korrespondanseparter: [{ type: 'PERSON', id: null, navn: 'Kári', korrespondanseparttype: 'EA', adresse: { ...adresse, navn: 'Kári' }, epost: null, telefonnummer: '1', kontaktperson: null }, null],
    dokumenter: [{ filnavn: 'a.pdf', storrelse: 7, mimeType: 'application/pdf', tittel: 'A', lenke: 'https://fil.no', svarUtFilnummer: 1 }, null], edialogSkjemaer: [edialog],
    korrelasjonId: 'abc-123', forelder,
  },
  FAKTURA_V1: {
    tittel: 'SFO', fakturaDato: '2026-02-28', forfallDato: '2024-02-29', status: 'IKKE_BETALT', kanBetales: true, korrigert: null, sendtTilEkstern: false,
    eksternLenke: { tittel: 'Inkasso', url: 'https://i.no' }, beskrivelse: '', fakturaMottaker: 'Kári', betalesTil: 'Nesseby', belop: 50.8, innbetaltBelop: 0, gebyr: null, renter: 1,
    andreOmkostninger: 1, totalbelop: 1, utestaendeBelop: 1, kreditertBelop: -1, kontonummer: '521000539187', kid: '1843', fakturanummer: 'F-1', forsendelseskanal: 'EFAKTURA',
    faktura: { tittel: 'PDF', url: 'https://f.no' }, fakturahistorikk: [{ tittel: 'Gammel', url: 'https://g.no', fakturaDato: '2026-01-01' }, null], vedlegg: [{ tittel: 'V', url: 'https://v.no' }],
    lenker: [{ tittel: 'L', url: 'https://l.no' }, null], kontaktinformasjon: { navn: 'N', telefonnummer: '1', epost: 'e', fritekst: 'f', adresse: { ...adresse, land: 'Norge' } }, kontaktinformasjonInkasso: null,
    korrelasjonId: null, forelder: null,
  },
  INNSENDT_SKJEMA_V1: { tittel: '', mottaker: 'Etaten', avsender: 'Kári', innsendtdato: 1795442400000, skjemafil: fil, vedlegg: [fil], url: null, korrelasjonId: 'a', forelder },
  SKJEMAKLADD_V1: { tittel: 'Søknad', mottaker: null, avsender: '', endretDato: -1, url: 'https://k.no', korrelasjonId: 'a', forelder: { ...forelder, meldingId: `urn:uuid:${forelder.meldingId.toUpperCase()}` } },
};

const days = ['2024-02-29', '2024-01-31', '2000-02-29', '2026-02-28', '2026-01-31', '2026-04-30', '2026-12-31', '2026-01-01'];
const noDays = [
  '2026-02-29', '2100-02-29', '2026-02-30', '2026-04-31', '2026-01-32', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1', '12026-01-01', '2026-01-011', '', 'i dag', 20260101, ['2026-01-01'], null,
];
const moments = [
  '2026-11-23T12:00:00Z', '2026-11-23t12:00:00z', '2026-11-23 12:00:00Z', '2026-11-23T00:00:00Z', '2026-11-23T23:59:59.999Z', '2026-11-23T23:30:00Z', '2026-11-23T12:59:00Z', '2026-11-23T12:00:00.123456789+0100', '2026-11-23T12:00:00+01',
  '2026-11-23T12:00:00-23:59', '2026-11-23T12:00:00+23:59',
  // Leap seconds, at midnight in UTC.
  '2026-12-31T23:59:60Z', '2026-12-31T23:59:60.5Z', '2027-01-01T00:59:60+01:00', '2026-12-31T22:59:60-01:00', '2026-12-31T23:29:60-00:30', '2027-01-01T00:29:60+00:30',
];
const noMoments = [
  '2026-11-23T12:00:00', '2026-11-23T24:00:00Z', '2026-11-23T12:60:00Z', '2026-11-23T12:00:60Z', '2026-11-23T12:00:00+24:00', '2026-11-23T12:00:00+01:60', '2026-11-23T12:00Z', '2026-11-23', '2026-11-23T',
  'T12:00:00Z', '2026-02-29T12:00:00Z', '12026-11-23T12:00:00Z', '2026-11-23T112:00:00Z', '2026-11-23T12:00:00Za', '2026-11-23T12:00:00Z T12:00:00Z', 7, ['2026-11-23T12:00:00Z'],
  '2026-12-31T23:59:61Z', '2026-12-31T23:58:60Z', '2026-12-31T22:59:60Z', '2027-01-01T00:59:60-01:00', '2026-12-31T22:59:60+01:00', '2026-12-31T23:29:60+00:30', '2026-11-23T24:59:59Z',
];

/** Replacement values for a value anywhere in a message. */
const surprises: readonly unknown[] = [
  null, true, false, 0, -1, 1, 1.5, 10_000, 2 ** 31, 2 ** 63, -(2 ** 63), 2 ** 64, '', ' ', '\n\u00a0\t', 'a', 'æøå', '0', '007', '1234567', '5636', 'abc-1', 'a b', [], [null], {}, { a: 1 },
  'SAK', 'BYGGESAK', 'PERSON', 'ORGANISASJON', 'BETALT', 'SENDT_INKASSO', 'INKASSO', 'EBOKS', 'SVAR', 'KLAGE', 'KNAPP', 'EK', 'X', 'faktura', 'skjemakladd', 'post',
  ...days, ...noDays, ...moments, ...noMoments, '0000-01-01', '2026-11-23T1200:00Z\n',
  forelder.meldingId, forelder.meldingId.toUpperCase(), `urn:uuid:${forelder.meldingId}`, forelder.meldingId.slice(1), lenke, edialog, part, adresse, fil, milepel, forelder,
];

const files = { MAPPE_V1: 'mappe/mappe.v1', JOURNALPOST_V1: 'mappe/journalpost.v1', FAKTURA_V1: 'faktura.v1', INNSENDT_SKJEMA_V1: 'innsendt.skjema.v1', SKJEMAKLADD_V1: 'skjema.kladd.v1' } as const;

type Path = readonly (string | number)[];
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, Array.isArray(value) ? Number(name) : name]))];
}
type Change = { readonly kind: 'replace' | 'remove' | 'add'; readonly at: number; readonly value: unknown; readonly name: string };
/** The message with one change at one path. */
function changed(message: unknown, { kind, at, value, name }: Change): unknown {
  const copy = JSON.parse(JSON.stringify(message)) as unknown;
  const paths = pathsOf(copy);
  const path = paths[at % paths.length]!;
  if (path.length === 0) return kind === 'add' && typeof copy === 'object' ? { ...copy, [name]: value } : kind === 'replace' ? value : copy;
  const parent = path.slice(0, -1).reduce((inner, step) => (inner as Record<string | number, unknown>)[step], copy) as Record<string | number, unknown>;
  const last = path.at(-1)!;
  const target = parent[last];
  if (kind === 'replace') parent[last] = value;
  else if (kind === 'remove') Reflect.deleteProperty(parent, last);
  else if (typeof target === 'object' && target !== null && !Array.isArray(target)) (target as Record<string, unknown>)[name] = value;
  return JSON.parse(JSON.stringify(copy));
}
/** The first problem with the metadata; undefined when it is valid. */
const formatProblem = (versjon: Meldingsversjon, metadata: unknown): string | undefined =>
  meldingsfeil('m', versjon, metadata)[0]?.melding.replace(`Melding m (${versjon}): `, '').replace(/\.$/, '');

const names = ['mer', '__proto__', 'type', 'predefinert', 'egendefinert', 'bokmal', 'nynorsk', 'tittel', 'id', 'adresse', 'toString'];
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  at: fc.nat(500),
  value: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...surprises) }, { weight: 1, arbitrary: fc.jsonValue() }),
  name: fc.constantFrom(...names),
});

describe('Metadataene til en melding', () => {
  it.each(senderversjoner)('kan ha alle feltene som er kjent: %s', (versjon) => {
    expect(formatProblem(versjon, whole[versjon])).toBeUndefined();
  });

  const broken: readonly (readonly [Meldingsversjon, unknown, string])[] = [
    ['MAPPE_V1', null, 'metadata må være et objekt'],
    ['MAPPE_V1', [], 'metadata må være et objekt'],
    ['MAPPE_V1', { tittel: 'a' }, 'type mangler'],
    ['MAPPE_V1', { type: 'SAK' }, 'tittel mangler'],
    ['MAPPE_V1', { type: 'KLAGESAK', tittel: 'a' }, 'type må være BYGGESAK eller SAK'],
    ['MAPPE_V1', { type: 'SAK', tittel: ' \n' }, 'tittel må være en tekst som ikke er tom'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', mer: 1 }, 'mer er et ukjent felt'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', saksaar: 10_000 }, 'saksaar må være et helt tall fra 0 til 9999'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', sistOppdatert: '2026-11-23T12:00:00' }, 'sistOppdatert må være et tidspunkt med tidssone, for eksempel 2026-11-23T12:00:00+01:00'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', erAvsluttet: 'ja' }, 'erAvsluttet må være true eller false'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', milepeler: {} }, 'milepeler må være en liste'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', lenker: [lenke, { url: 'https://x.no' }] }, 'lenker[1] må ha nøyaktig ett av feltene predefinert og egendefinert'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', lenker: [{ ...lenke, predefinert: { type: 'SVAR' } }] }, 'lenker[0] må ha nøyaktig ett av feltene predefinert og egendefinert'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', lenker: [{ url: 'https://x.no', egendefinert: { bokmal: null } }] }, 'lenker[0].egendefinert må ha minst ett av feltene bokmal, nynorsk, engelsk, nordsamisk'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', lenker: [null] }, 'lenker[0] må være et objekt'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', eiendommer: [{ matrikkel: { kommunenummer: '301' } }] }, 'eiendommer[0].matrikkel.kommunenummer må ha fire siffer'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', eiendommer: [{ matrikkel: { gardsnummer: 'x' } }] }, 'eiendommer[0].matrikkel.gardsnummer må ha 1 til 6 siffer'],
    ['JOURNALPOST_V1', { tittel: 'a', journalposttype: 'Z' }, 'journalposttype må være I, U, N, X eller S'],
    ['JOURNALPOST_V1', { tittel: 'a', dokumenter: [{ filnavn: 'a', mimeType: 'b', tittel: 'c', svarUtFilnummer: 0 }] }, 'dokumenter[0].svarUtFilnummer må være et helt tall fra 1 til 2147483647'],
    ['JOURNALPOST_V1', { tittel: 'a', korrespondanseparter: [{ navn: 'a' }] }, 'korrespondanseparter[0].korrespondanseparttype mangler'],
    ['JOURNALPOST_V1', { tittel: 'a', korrelasjonId: 'a_b' }, 'korrelasjonId kan bare ha bokstavene a–z, tall og bindestrek'],
    ['JOURNALPOST_V1', { tittel: 'a', forelder: { meldingId: 'x', type: 'mappe' } }, 'forelder.meldingId må være en UUID'],
    ['FAKTURA_V1', { ...whole.FAKTURA_V1, fakturaDato: '2026-02-29' }, 'fakturaDato må være en dato på formen 2026-11-23'],
    ['FAKTURA_V1', { ...whole.FAKTURA_V1, belop: '50' }, 'belop må være et tall'],
    ['FAKTURA_V1', { ...whole.FAKTURA_V1, kid: '12 34' }, 'kid kan bare ha sifre'],
    ['FAKTURA_V1', { ...whole.FAKTURA_V1, status: 'INKASSO' }, 'status må være BETALT, IKKE_BETALT, INKASSOVARSEL eller SENDT_INKASSO'],
    ['INNSENDT_SKJEMA_V1', { ...whole.INNSENDT_SKJEMA_V1, innsendtdato: '2026-11-23' }, 'innsendtdato må være et helt tall'],
    ['INNSENDT_SKJEMA_V1', { ...whole.INNSENDT_SKJEMA_V1, skjemafil: { ...fil, size: 1.5 } }, 'skjemafil.size må være et helt tall'],
    ['SKJEMAKLADD_V1', { ...whole.SKJEMAKLADD_V1, mottaker: 7 }, 'mottaker må være en tekst'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', lenker: [{ ...lenke, url: 'javascript:alert(1)' }] }, 'lenker[0].url er ikke en lenke som kan brukes. Lenken må begynne med https://'],
    ['MAPPE_V1', { type: 'SAK', tittel: '\u3164' }, 'tittel må være en tekst som ikke er tom'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'Sak\u202e' }, 'tittel kan ikke ha linjeskift, tabulator eller usynlige styretegn. Tegn nummer 4 er U+202E'],
    ['MAPPE_V1', { type: 'SAK', tittel: 'a', beskrivelse: 'a\u0000' }, 'beskrivelse kan ikke ha usynlige styretegn. Tegn nummer 2 er U+0000'],
  ];
  it.each(broken.map(([versjon, metadata, problem]) => [versjon, problem, metadata] as const))('%s: %s', (versjon, problem, metadata) => {
    expect(formatProblem(versjon, metadata)).toBe(problem);
  });

  /** Whether a message is accepted with `value` in the field at `path`. */
  const takes = (versjon: keyof typeof files, path: string, value: unknown): boolean => {
    const message = JSON.parse(JSON.stringify(whole[versjon])) as Record<string, unknown>;
    const names = path.split('.');
    const parent = names.slice(0, -1).reduce((inner, name) => inner[name] as Record<string, unknown>, message);
    expect(parent).toHaveProperty([names.at(-1)!]);
    parent[names.at(-1)!] = value;
    return formatProblem(versjon, message) === undefined;
  };

  it.each<[keyof typeof files, string, readonly unknown[], readonly unknown[]]>([
    ['FAKTURA_V1', 'fakturaDato', days, noDays],
    ['MAPPE_V1', 'milepeler.0.startdato', moments, [...noMoments, null]],
    ['MAPPE_V1', 'eiendommer.0.matrikkel.gardsnummer', ['0', '123456', null], ['1234567', '', 'a1', '1a', 12]],
    ['MAPPE_V1', 'eiendommer.0.matrikkel.kommunenummer', ['0301', null], ['03011', '30301', '301', 'a301']],
    ['MAPPE_V1', 'sakssekvensnummer', [0, 2 ** 31 - 1], [-1, 2 ** 31, 0.5, '1']],
    ['MAPPE_V1', 'eiendommer.0.matrikkel.matrikkelId', [0, -1, 2 ** 63, -(2 ** 63)], [2 ** 64, -(2 ** 64), 0.5, '1']],
    ['MAPPE_V1', 'minPart.type', ['PERSON', 'ORGANISASJON'], ['', 'KOMMUNE', null]],
    ['MAPPE_V1', 'lenker.0.egendefinert.utseende', ['KNAPP', 'LENKE', null], ['', 'BILDE']],
    ['MAPPE_V1', 'lenker.1.predefinert.type', ['SVAR', 'KLAGE'], ['', 'ANKE', null]],
    ['JOURNALPOST_V1', 'journalposttype', ['I', 'U', 'N', 'X', 'S', null], ['', 'i']],
    ['JOURNALPOST_V1', 'korrespondanseparter.0.korrespondanseparttype', ['EA', 'EM', 'EK', 'IA', 'IM', 'IK'], ['', 'IE', null]],
    ['JOURNALPOST_V1', 'korrespondanseparter.0.type', ['PERSON', 'ORGANISASJON', null], ['']],
    ['JOURNALPOST_V1', 'forelder.type', ['faktura', 'mappe', 'journalpost', 'innsendtskjema', 'skjemakladd'], ['', 'post', null]],
    ['JOURNALPOST_V1', 'forelder.meldingId', [forelder.meldingId, forelder.meldingId.toUpperCase(), `urn:uuid:${forelder.meldingId}`], [`a${forelder.meldingId}`, `${forelder.meldingId}0`, 7]],
    ['JOURNALPOST_V1', 'korrelasjonId', ['a', 'A-0', null], ['', 'a b', 'a_b', 'æ', 7]],
    ['FAKTURA_V1', 'status', ['BETALT', 'IKKE_BETALT', 'INKASSOVARSEL', 'SENDT_INKASSO'], ['', null]],
    ['FAKTURA_V1', 'forsendelseskanal', ['AVTALEGIRO', 'EFAKTURA', 'POST', 'EPOST', 'DIGIPOST', 'EBOKS', null], ['', 'FAKS']],
    ['FAKTURA_V1', 'kid', ['0', '123', null], ['', '12a', 'a12', 12]],
    ['FAKTURA_V1', 'belop', [0, -1.5, 1e9], ['1', null, true]],
  ])('%s tar imot det som skal kunne stå i %s, og ikke annet', (versjon, path, taken, refused) => {
    expect(taken.filter((value) => !takes(versjon, path, value))).toEqual([]);
    expect(refused.filter((value) => takes(versjon, path, value))).toEqual([]);
  });

  const unsafe = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'http://a.no', '//a.no', '/sti', 'https://127.0.0.1/', 'https://ｋommune.no/', 'https://a.no\u0000', 7];
  it.each<[keyof typeof files, string]>([
    ['MAPPE_V1', 'lenker.0.url'],
    ['JOURNALPOST_V1', 'lenker.0.url'],
    ['JOURNALPOST_V1', 'dokumenter.0.lenke'],
    ['FAKTURA_V1', 'eksternLenke.url'],
    ['FAKTURA_V1', 'faktura.url'],
    ['FAKTURA_V1', 'fakturahistorikk.0.url'],
    ['FAKTURA_V1', 'vedlegg.0.url'],
    ['FAKTURA_V1', 'lenker.0.url'],
    ['INNSENDT_SKJEMA_V1', 'skjemafil.nedlastingslenke'],
    ['INNSENDT_SKJEMA_V1', 'vedlegg.0.nedlastingslenke'],
    ['INNSENDT_SKJEMA_V1', 'url'],
    ['SKJEMAKLADD_V1', 'url'],
  ])('%s: %s følger regelen for lenker', (versjon, path) => {
    expect(unsafe.filter((value) => takes(versjon, path, value))).toEqual([]);
    expect(takes(versjon, path, 'https://www.bærum.kommune.no/sak?id=1')).toBe(true);
  });

  it('ingen tekst, uansett hvor den står, kan ha styretegn eller snu leseretningen', () => {
    const at = (versjon: keyof typeof files) =>
      pathsOf(whole[versjon]).filter((path) => typeof path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], whole[versjon]) === 'string');
    for (const versjon of Object.keys(files) as (keyof typeof files)[])
      for (const path of at(versjon))
        for (const sign of ['\u0000', '\u001b', '\u202e', '\u2067', '\u200f', '\u200b', '\ufeff', '\ud800', '\u2028', '\ue000'])
          expect([versjon, path, sign, takes(versjon, path.join('.'), `a${sign}b`)]).toEqual([versjon, path, sign, false]);
  });

  it('bare beskrivelser og fritekst kan ha flere linjer', () => {
    const lines = 'Først\r\n\tså\nslutt';
    for (const [versjon, path] of [['MAPPE_V1', 'beskrivelse'], ['MAPPE_V1', 'milepeler.0.beskrivelse'], ['JOURNALPOST_V1', 'beskrivelse'], ['FAKTURA_V1', 'beskrivelse'], ['FAKTURA_V1', 'kontaktinformasjon.fritekst']] as const)
      expect([path, takes(versjon, path, lines)]).toEqual([path, true]);
    for (const [versjon, path] of [['MAPPE_V1', 'tittel'], ['MAPPE_V1', 'minPart.navn'], ['JOURNALPOST_V1', 'dokumenter.0.tittel'], ['SKJEMAKLADD_V1', 'tittel']] as const)
      expect([path, takes(versjon, path, lines)]).toEqual([path, false]);
  });

  it.each<[keyof typeof files, string]>([
    ['JOURNALPOST_V1', 'dokumenter.0.lenke'],
    ['INNSENDT_SKJEMA_V1', 'url'],
  ])('%s: %s kan være tom, som i skjemaet', (versjon, path) => {
    expect(takes(versjon, path, '')).toBe(true);
  });

  it('kan ikke ha tall uten slutt, som JSON ikke har', () => {
    for (const belop of [Infinity, NaN]) expect(formatProblem('FAKTURA_V1', { ...whole.FAKTURA_V1, belop })).toBe('belop må være et tall');
  });

  it('som ikke er et objekt, mangler ikke felt: de er noe annet', () => {
    expect(formatProblem('MAPPE_V1', 'type, tittel')).toBe('metadata må være et objekt');
  });

  it('et ukjent felt nevnes, men ikke i sin fulle lengde', () => {
    expect(formatProblem('MAPPE_V1', { ...whole.MAPPE_V1, ['x'.repeat(50)]: 1 })).toBe(`${'x'.repeat(40)} er et ukjent felt`);
  });

  it('det SvarUt sender, lager tjenesten selv', () => {
    expect(formatProblem('FORSENDELSE_V2', {})).toBeUndefined();
  });

  it('gir alle feilene, med felt og meldingens id, uten å gjenta det som sto der', () => {
    const wrong = { type: 'Kári', saksaar: -1, lenker: [{ url: 'http://kari.no' }], mer: 'Kári' };
    expect(meldingsfeil('m-1', 'MAPPE_V1', { ...wrong, tittel: 'a' })).toContainEqual({
      felt: 'meldingMetadata.type',
      kode: 'UGYLDIG_MELDING',
      melding: 'Melding m-1 (MAPPE_V1): type må være BYGGESAK eller SAK.',
    });
    const found = meldingsfeil('m-1', 'MAPPE_V1', wrong);
    expect(found.map(({ felt }) => felt.replace('meldingMetadata.', ''))).toEqual(['tittel', 'type', 'saksaar', 'lenker.0.url', 'lenker.0', 'mer']);
    expect(JSON.stringify(found)).not.toMatch(/kári|kari/i);
    expect(meldingsfeil('m-1', 'MAPPE_V1', 7)).toMatchObject([{ felt: 'meldingMetadata' }]);
  });

  it('gir høyst 50 feil', () => {
    const lenker = Array.from({ length: 60 }, () => null);
    expect(meldingsfeil('m-1', 'MAPPE_V1', { type: 'SAK', tittel: 'a', lenker })).toHaveLength(50);
  });
});

const folder = join(process.cwd(), '../shared/data/fiks-innsyn-json-schema/schema');
const here = existsSync(folder);
const notHere = here ? '' : ` – IKKE SAMMENLIGNET: ${folder} finnes ikke her`;

describe('De publiserte skjemaene', () => {
  const ajv = new Ajv2019({ strict: false, allErrors: false });
  (formats as unknown as (to: Ajv2019) => void)(ajv);
  if (here)
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')))
      ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object);

  (here ? it : it.skip).each(Object.entries(files) as [keyof typeof files, string][])(`dømmer som reglene våre: %s${notHere}`, (versjon, file) => {
    const validate = ajv.getSchema(`https://api.fiks.ks.no/innsyn/schema/domain/${file}.json`)!;
    const verdicts = { valid: 0, broken: 0 };
    // The two rules that the schemas do not have: links and invisible characters.
    const isOurs = /er ikke en lenke som kan brukes|usynlige styretegn/;
    const judge = (message: unknown) => {
      const theirs = validate(message) as boolean;
      const problem = formatProblem(versjon, message);
      if (theirs && problem !== undefined && isOurs.test(problem)) return;
      if (theirs !== (problem === undefined)) throw new Error(`${problem ?? 'gyldig'}, men skjemaet sier ${theirs}: ${JSON.stringify(message)}`);
      verdicts[theirs ? 'valid' : 'broken']++;
    };
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        judge(changes.reduce<unknown>(changed, whole[versjon]));
      }),
      { numRuns: 2000 },
    );
    // Removes the value at every path, and replaces it with every surprise, one at a time.
    for (const [at] of pathsOf(whole[versjon]).entries()) {
      judge(changed(whole[versjon], { kind: 'remove', at, value: undefined, name: '' }));
      for (const value of surprises) judge(changed(whole[versjon], { kind: 'replace', at, value, name: '' }));
    }
    expect(Math.min(verdicts.valid, verdicts.broken)).toBeGreaterThan(300);
  });
});
