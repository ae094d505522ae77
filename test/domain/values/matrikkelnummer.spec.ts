import fc from 'fast-check';
import { parseKommunenummer } from '../../../src/domain/values/kommunenummer.js';
import { formatFiks, formatKey, parseMatrikkelnummer } from '../../../src/domain/values/matrikkelnummer.js';
import { refusal } from '../../support/given.js';

const nummer = (kommunenummer: string, gardsnummer: string, bruksnummer: string, festenummer = '0', seksjonsnummer = '0') => ({
  kommunenummer,
  gardsnummer,
  bruksnummer,
  festenummer,
  seksjonsnummer,
});

/** Every form of one property that schemas, registers and people use, with where it comes from. All are equal. */
const equal: readonly (readonly [text: string, source: string])[] = [
  ['4601-60/38/0/0', 'innsyn-index-api v2'],
  ['4601-60/38', 'seeiendom, i tekst'],
  ['4601-60/38/0', 'kort, med festenummer'],
  ['4601/60/38/0/0', 'seeiendom, i adressen'],
  ['4601-00060-0038-0000-0000', 'nøkkel med faste bredder'],
  ['4601-00060/0038/0000/000', 'faste bredder, med skråstreker'],
  ['4601-000060/000038', 'seks siffer, som fiks-innsyn-json-schema tar imot'],
  ['4601-60-38', 'filnavn'],
  ['4601-60-38-0-0', 'filnavn, med alle ledd'],
  [' 4601-60/38 ', 'limt inn'],
  ['4601 - 60 / 38', 'skrevet med luft'],
  ['4601–60/38', 'tankestrek fra et tekstprogram'],
  ['Knr: 4601 Gnr: 60 Bnr: 38 Fnr: 0 Snr: 0', 'grunnboken'],
  ['kommunenr 4601, gnr. 60, bnr. 38', 'brev'],
  ['KNR 4601 GNR 60 BNR 38', 'store bokstaver'],
];
/** The forms that need a known kommune. */
const short: readonly (readonly [text: string, source: string])[] = [
  ['60/38', 'matrikkelnummertekst hos Kartverket'],
  ['60/38/0/0', 'kort, med alle ledd'],
  ['gnr. 60, bnr. 38', 'brev'],
  ['gårdsnr. 60, bruksnr. 38', 'brev'],
];

describe('Matrikkelnummer', () => {
  it.each(equal)('«%s» er 4601-60/38: %s', (text) => {
    expect(parseMatrikkelnummer(text)).toEqual(nummer('4601', '60', '38'));
  });

  it.each(short)('«%s» er 4601-60/38 i en kjent kommune: %s', (text) => {
    expect(parseMatrikkelnummer(text, { kommunenummer: parseKommunenummer('4601') })).toEqual(nummer('4601', '60', '38'));
    expect(() => parseMatrikkelnummer(text)).toThrow(refusal('invalid', 'UGYLDIG_MATRIKKELNUMMER', 'Kommunenummeret mangler'));
  });

  it.each([
    ['0301-207/54/0/12', nummer('0301', '207', '54', '0', '12'), 'en eierseksjon'],
    ['0301-207/54/7', nummer('0301', '207', '54', '7'), 'en festegrunn'],
    ['0301-00207-0054-0000-0012', nummer('0301', '207', '54', '0', '12'), 'en eierseksjon, som nøkkel'],
    ['gnr 207 bnr 54 snr 12', nummer('0301', '207', '54', '0', '12'), 'en eierseksjon, med ord'],
    ['1103-99999/9999/9999/999', nummer('1103', '99999', '9999', '9999', '999'), 'det største'],
    ['3807-60/38', nummer('4003', '60', '38'), 'kommunenummeret fra 2020 til 2023 er dagens'],
    ['5441-60/38', nummer('5628', '60', '38'), 'kommunenummeret fra 2020 til 2023 er dagens'],
  ])('«%s» er %j: %s', (text, expected) => {
    expect(parseMatrikkelnummer(text, { kommunenummer: parseKommunenummer('0301') })).toEqual(expected);
  });

  it('et nummer med kommune gjelder foran kommunen som er kjent', () => {
    expect(parseMatrikkelnummer('0301-60/38', { kommunenummer: parseKommunenummer('4601') })).toEqual(nummer('0301', '60', '38'));
  });

  it('nøkkelen har faste bredder, og kan leses igjen', () => {
    expect(formatKey(parseMatrikkelnummer('4601-60/38/0/12'))).toBe('4601-00060-0038-0000-0012');
    for (const text of ['4601-60/38/0/12', '1103-99999/9999/9999/999', '0301-1/1'])
      expect(parseMatrikkelnummer(formatKey(parseMatrikkelnummer(text)))).toEqual(parseMatrikkelnummer(text));
  });

  it.each(['301-207/54', '-207/54', '03010-207/54'])('«%s»: kommunenummeret må ha fire siffer', (text) => {
    expect(() => parseMatrikkelnummer(text)).toThrow(refusal('invalid', 'UGYLDIG_KOMMUNENUMMER'));
  });

  it.each([
    ['1201-60/38', 'Bergen til 2019'],
    ['1507-60/38', 'Ålesund til 2023, som ble delt'],
    ['2634-155/298/803/176', 'eksempelet til KS Fiks, som ikke finnes'],
    ['4600-60/38', 'et fylke'],
  ])('«%s» avvises med bønn om dagens nummer: %s', (text) => {
    const detail = `Ingen kommune har kommunenummer ${text.slice(0, 4)} i dag. Bruk nummeret som kommunen har i dag`;
    expect(() => parseMatrikkelnummer(text)).toThrow(refusal('invalid', 'UTGATT_KOMMUNENUMMER', detail));
  });

  it.each([
    ['4601-60', 'Skriv matrikkelnummeret'],
    ['', 'Skriv matrikkelnummeret'],
    ['4601-60/38/', 'Skriv matrikkelnummeret'],
    ['4601-60/38/0/0/0', 'Skriv matrikkelnummeret'],
    ['4601 60/38', 'Skriv matrikkelnummeret'],
    ['4601-6 0/38', 'Skriv matrikkelnummeret'],
    ['4601-60/-38', 'Skriv matrikkelnummeret'],
    ['4601-60.5/38', 'Skriv matrikkelnummeret'],
    ['13807-00060-0038-0000-0000', 'Skriv matrikkelnummeret'],
    ['bnr 38 gnr 60', 'Skriv matrikkelnummeret'],
    ['4601-0/38', 'Gårdsnummeret kan ikke være 0'],
    ['4601-60/0', 'Bruksnummeret kan ikke være 0'],
    ['4601-00000-0038-0000-0000', 'Gårdsnummeret kan ikke være 0'],
    ['4601-100000/38', 'Gårdsnummeret kan ha høyst 5 siffer'],
    ['4601-60/10000', 'Bruksnummeret kan ha høyst 4 siffer'],
    ['4601-60/38/10000', 'Festenummeret kan ha høyst 4 siffer'],
    ['4601-60/38/0/1000', 'Seksjonsnummeret kan ha høyst 3 siffer'],
    ['4601-00060-0038-0000-1000', 'Seksjonsnummeret kan ha høyst 3 siffer'],
  ])('«%s» er ugyldig: %s', (text, detail) => {
    expect(() => parseMatrikkelnummer(text)).toThrow(refusal('invalid', 'UGYLDIG_MATRIKKELNUMMER', detail));
  });

  it('det som skrives ut, leses likt inn igjen, i begge formene', () => {
    const kommunenummer = fc.constantFrom('0301', '1103', '4601', '5636');
    const part = (max: number, min = 0) => fc.integer({ min, max }).map(String);
    const parts = fc.tuple(kommunenummer, part(99999, 1), part(9999, 1), part(9999), part(999));
    fc.assert(
      fc.property(parts, ([knr, gnr, bnr, fnr, snr]) => {
        const fiks = `${knr}-${gnr}/${bnr}/${fnr}/${snr}`;
        const parsed = parseMatrikkelnummer(fiks);
        expect(parsed).toEqual(nummer(knr, gnr, bnr, fnr, snr));
        expect(formatFiks(parsed)).toBe(fiks);
        const padded = [knr, gnr.padStart(5, '0'), bnr.padStart(4, '0'), fnr.padStart(4, '0'), snr.padStart(4, '0')];
        expect(parseMatrikkelnummer(padded.join('-'))).toEqual(parsed);
      }),
    );
  });
});
