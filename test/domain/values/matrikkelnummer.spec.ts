import fc from 'fast-check';
import { parseKommunenummer } from '../../../src/domain/values/kommunenummer.js';
import { formatFiks, formatKey, parseMatrikkelnummer } from '../../../src/domain/values/matrikkelnummer.js';

const nummer = (kommunenummer: string, gardsnummer: string, bruksnummer: string, festenummer = '0', seksjonsnummer = '0') => ({
  kommunenummer,
  gardsnummer,
  bruksnummer,
  festenummer,
  seksjonsnummer,
});

describe('Matrikkelnummer', () => {
  it.each([
    ['3807-60/38', nummer('3807', '60', '38'), '3807-60/38/0/0'],
    ['2634-155/298/803/176', nummer('2634', '155', '298', '803', '176'), '2634-155/298/803/176'],
    ['0301-207/54/0/12', nummer('0301', '207', '54', '0', '12'), '0301-207/54/0/12'],
    ['0301-207/54/7', nummer('0301', '207', '54', '7'), '0301-207/54/7/0'],
    ['3807-00060/0038/0000/000', nummer('3807', '60', '38'), '3807-60/38/0/0'],
    ['0301-00207-0054-0000-0012', nummer('0301', '207', '54', '0', '12'), '0301-207/54/0/12'],
    ['9999-99999/9999/9999/999', nummer('9999', '99999', '9999', '9999', '999'), '9999-99999/9999/9999/999'],
  ])('%s kan leses', (text, expected, fiks) => {
    expect(parseMatrikkelnummer(text)).toEqual(expected);
    expect(formatFiks(parseMatrikkelnummer(text))).toBe(fiks);
  });

  it('nøkkelen har faste bredder, og kan leses igjen', () => {
    expect(formatKey(parseMatrikkelnummer('3807-60/38/0/12'))).toBe('3807-00060-0038-0000-0012');
    for (const text of ['3807-60/38/0/12', '9999-99999/9999/9999/999', '0301-1/1'])
      expect(parseMatrikkelnummer(formatKey(parseMatrikkelnummer(text)))).toEqual(parseMatrikkelnummer(text));
  });

  it('den korte formen leses når kommunen er kjent', () => {
    const i = { kommunenummer: parseKommunenummer('3807') };
    expect(parseMatrikkelnummer('60/38', i)).toEqual(nummer('3807', '60', '38'));
    expect(parseMatrikkelnummer('60/38/0/5', i)).toEqual(nummer('3807', '60', '38', '0', '5'));
    expect(parseMatrikkelnummer('0301-60/38', i)).toEqual(nummer('0301', '60', '38'));
    expect(() => parseMatrikkelnummer('60/38')).toThrow('Kommunenummeret mangler');
  });

  it('kommunenummeret må ha fire siffer', () => {
    expect(() => parseMatrikkelnummer('301-207/54')).toThrow('UGYLDIG_KOMMUNENUMMER');
    expect(() => parseMatrikkelnummer('-207/54')).toThrow('UGYLDIG_KOMMUNENUMMER');
    expect(() => parseMatrikkelnummer('03010-207/54')).toThrow('UGYLDIG_KOMMUNENUMMER');
  });

  it.each([
    ['3807-60', 'Skriv matrikkelnummeret'],
    ['', 'Skriv matrikkelnummeret'],
    ['3807-60/38/', 'Skriv matrikkelnummeret'],
    ['3807-60/38/0/0/0', 'Skriv matrikkelnummeret'],
    ['3807 60/38', 'Skriv matrikkelnummeret'],
    ['3807-60/-38', 'Skriv matrikkelnummeret'],
    [' 3807-60/38', 'Skriv matrikkelnummeret'],
    ['3807-0/38', 'Gårdsnummeret kan ikke være 0'],
    ['3807-60/0', 'Bruksnummeret kan ikke være 0'],
    ['3807-00000-0038-0000-0000', 'Gårdsnummeret kan ikke være 0'],
    ['3807-100000/38', 'Gårdsnummeret kan ha høyst 5 siffer'],
    ['3807-60/10000', 'Bruksnummeret kan ha høyst 4 siffer'],
    ['3807-60/38/10000', 'Festenummeret kan ha høyst 4 siffer'],
    ['3807-60/38/0/1000', 'Seksjonsnummeret kan ha høyst 3 siffer'],
    ['3807-00060-0038-0000-1000', 'Skriv matrikkelnummeret'],
  ])('«%s» er ugyldig: %s', (text, detail) => {
    expect(() => parseMatrikkelnummer(text)).toThrow(`UGYLDIG_MATRIKKELNUMMER: ${detail}`);
  });

  it('det som skrives ut, leses likt inn igjen, i begge formene', () => {
    const kommunenummer = fc.nat(9999).map((n) => String(n).padStart(4, '0'));
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
