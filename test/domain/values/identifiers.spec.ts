import fc from 'fast-check';
import { parseEksternRef } from '../../../src/domain/values/ekstern-ref.js';
import { parseFodselsnummer } from '../../../src/domain/values/fodselsnummer.js';
import { parseKommunenummer, parseKommunenummerToday } from '../../../src/domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../../src/domain/values/organisasjonsnummer.js';
import { parseUuid } from '../../../src/domain/values/uuid.js';
import { refusal } from '../../support/given.js';

// Synthetic test data. No real person has these numbers.
const tnr = ['12818510088', '03867220088', '28929930039'];
const dnrOgTnr = '53839015182';
const orgnr = ['910753614', '311234560', '210987657'];

const withDigit = (text: string, at: number, digit: number) => `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;

/** Every number that differs from a valid one in one digit. */
const oneDigitOff = (valid: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...valid), fc.nat(), fc.integer({ min: 1, max: 9 }))
    .map(([text, position, step]) => withDigit(text, position % text.length, (Number(text[position % text.length]) + step) % 10));

/** Adds the check digits. Undefined when no valid ones exist. Synthetic numbers have month + 80. */
function tnrOf(first9: string): string | undefined {
  const digits = Array.from(first9, Number);
  const check = (weights: readonly number[]) =>
    (11 - (weights.reduce((sum, weight, i) => sum + weight * digits[i]!, 0) % 11)) % 11;
  digits.push(check([3, 7, 6, 1, 8, 9, 4, 5, 2]));
  digits.push(check([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]));
  return digits.includes(10) ? undefined : digits.join('');
}

describe('Organisasjonsnummer', () => {
  it.each(orgnr)('%s er gyldig', (text) => {
    expect(parseOrganisasjonsnummer(text)).toBe(text);
  });

  it.each([
    ['910 753 614', 'Brønnøysundregistrene, på skjermen'],
    ['910\u00a0753\u00a0614', 'limt inn fra en nettside'],
    ['910.753.614', 'brev'],
    [' 910753614\n', 'limt inn'],
    ['NO910753614MVA', 'faktura'],
    ['NO 910 753 614 MVA', 'faktura'],
    ['910 753 614 mva', 'brev'],
    ['0192:910753614', 'Maskinporten (ISO 6523)'],
  ])('«%s» er 910753614: %s', (text) => {
    expect(parseOrganisasjonsnummer(text)).toBe('910753614');
  });

  it.each(['123456789', '910753615', '91075361', '9107536140', '91 07 53 61 4', '91075361a', '', 'SE910753614', '0088:910753614', '９１０７５３６１４'])(
    '«%s» er ugyldig',
    (text) => {
      expect(() => parseOrganisasjonsnummer(text)).toThrow(refusal('invalid', 'UGYLDIG_ORGANISASJONSNUMMER'));
    },
  );

  it('et nummer der kontrollsifferet måtte vært ti, finnes ikke', () => {
    for (let last = 0; last <= 9; last++)
      expect(() => parseOrganisasjonsnummer(`90100000${last}`)).toThrow(refusal('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret er feil: kontrollsifferet'));
  });

  it('ett galt siffer blir alltid oppdaget', () => {
    fc.assert(
      fc.property(oneDigitOff(orgnr), (text) => {
        expect(() => parseOrganisasjonsnummer(text)).toThrow(refusal('invalid', 'UGYLDIG_ORGANISASJONSNUMMER', 'Organisasjonsnummeret er feil: kontrollsifferet'));
      }),
    );
  });
});

describe('Fødselsnummer', () => {
  const godta = { syntetiske: true };

  it.each([...tnr, dnrOgTnr])('det syntetiske nummeret %s godtas bare når det er bedt om', (text) => {
    expect(parseFodselsnummer(text, godta)).toBe(text);
    expect(() => parseFodselsnummer(text)).toThrow(refusal('invalid', 'FODSELSNUMMER_IKKE_TILLATT'));
  });

  it('et vanlig fødselsnummer og et d-nummer godtas', () => {
    // Computed from a date and the individual numbers from 000, so that no real number is written in the code.
    const fnr = firstValid((n) => `010100${String(n).padStart(3, '0')}`);
    const dnr = firstValid((n) => `410100${String(n).padStart(3, '0')}`);
    expect(parseFodselsnummer(fnr)).toBe(fnr);
    expect(parseFodselsnummer(dnr)).toBe(dnr);
  });

  it('et hjelpenummer godtas aldri', () => {
    const hnr = firstValid((n) => `014100${String(n).padStart(3, '0')}`);
    expect(() => parseFodselsnummer(hnr)).toThrow(refusal('invalid', 'FODSELSNUMMER_IKKE_TILLATT'));
    expect(() => parseFodselsnummer(hnr, godta)).toThrow(refusal('invalid', 'FODSELSNUMMER_IKKE_TILLATT'));
  });

  it.each(['', '1281851008', '128185100880', '128185 10088', '12818510088 ', '00000000000', '32818510088', 'abcdefghijk'])(
    '«%s» er ugyldig',
    (text) => {
      expect(() => parseFodselsnummer(text, godta)).toThrow(refusal('invalid', 'UGYLDIG_FODSELSNUMMER'));
    },
  );

  it('meldingen gjentar aldri nummeret', () => {
    for (const text of ['12818510089', tnr[0]!]) {
      try {
        parseFodselsnummer(text);
      } catch (error) {
        expect(JSON.stringify(error) + String(error)).not.toContain(text);
      }
    }
    expect.assertions(2);
  });

  it('ett galt siffer blir alltid oppdaget', () => {
    const first9 = fc
      .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 81, max: 92 }), fc.nat(99), fc.nat(999))
      .map(([day, month, year, individ]) =>
        [String(day).padStart(2, '0'), month, String(year).padStart(2, '0'), String(individ).padStart(3, '0')].join(''),
      );
    fc.assert(
      fc.property(first9, fc.nat(10), fc.integer({ min: 1, max: 9 }), (start, at, step) => {
        const valid = tnrOf(start);
        fc.pre(valid !== undefined);
        expect(parseFodselsnummer(valid, godta)).toBe(valid);
        const wrong = withDigit(valid, at, (Number(valid[at]) + step) % 10);
        expect(() => parseFodselsnummer(wrong, godta)).toThrow(refusal('invalid', 'UGYLDIG_FODSELSNUMMER'));
      }),
    );
  });

  function firstValid(first9: (n: number) => string): string {
    for (let n = 0; ; n++) {
      const number = tnrOf(first9(n));
      if (number !== undefined) return number;
    }
  }
});

describe('Kommunenummer', () => {
  it.each(['0301', '5636'])('%s er gyldig, og nullen foran beholdes', (text) => {
    expect(parseKommunenummer(text)).toBe(text);
  });

  it.each([
    ['0301', '0301', 'SSB Klass 131, og Kartverket'],
    [' 0301 ', '0301', 'limt inn'],
  ])('«%s» er %s: %s', (text, expected) => {
    expect(parseKommunenummer(text)).toBe(expected);
    expect(parseKommunenummerToday(text)).toBe(expected);
  });

  it.each([
    ['4601', '4601', 'i dag'],
    ['3024', '3201', 'fra 2020 til 2023'],
    ['5437', '5610', 'fra 2020 til 2023'],
  ])('%s er %s i dag: %s', (text, today) => {
    expect(parseKommunenummerToday(text)).toBe(today);
  });

  it.each(['1201', '1507', '0219', '9999', '4600'])('%s er ingen kommune i dag', (text) => {
    expect(() => parseKommunenummerToday(text)).toThrow(refusal('invalid', 'UTGATT_KOMMUNENUMMER', `Ingen kommune har kommunenummer ${text} i dag.`));
  });

  it.each([
    ['301', 'et regneark som har fjernet nullen'],
    ['03010', 'et postnummer eller en grunnkrets'],
    ['K-0301', 'SSB Statistikkbanken'],
    ['', 'ingenting'],
    ['03 1', 'en feil'],
    ['030a', 'en feil'],
    ['٠٣٠١', 'andre siffer'],
  ])('«%s» er ugyldig: %s', (text) => {
    expect(() => parseKommunenummer(text)).toThrow(refusal('invalid', 'UGYLDIG_KOMMUNENUMMER'));
  });
});

describe('eksternRef', () => {
  it.each(['Sak 2026/14', 'a', 'ÆØÅ_æøå.,/-0', 'x'.repeat(500)])('«%s» er gyldig', (text) => {
    expect(parseEksternRef(text)).toBe(text);
  });

  it.each(['', 'a\n', 'a:b', '«a»', 'Sak #14', '#14', 'é'])('«%s» er ugyldig', (text) => {
    expect(() => parseEksternRef(text)).toThrow(refusal('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan bare ha bokstaver'));
  });

  it('kan ikke være lengre enn 500 tegn', () => {
    expect(() => parseEksternRef('x'.repeat(501))).toThrow(refusal('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan ha høyst 500 tegn.'));
  });

  it.each(['12818510088', 'Sak 12818510088', '128185 10088/2026'])('«%s» kan ikke ha et fødselsnummer', (text) => {
    expect(() => parseEksternRef(text)).toThrow(refusal('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan ikke ha et fødselsnummer, fordi det aldri kan slettes.'));
  });
});

describe('UUID', () => {
  it('skrives alltid med små bokstaver', () => {
    expect(parseUuid('3F1C2A9E-7B64-4D0F-9A51-0C8E5D2B7F10')).toBe('3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10');
  });

  it('alle UUID-er kan leses', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(parseUuid(uuid)).toBe(uuid);
        expect(parseUuid(uuid.toUpperCase())).toBe(uuid);
      }),
    );
  });

  it.each(['', '3f1c2a9e7b644d0f9a510c8e5d2b7f10', 'urn:uuid:3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', '{3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10}', '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f1g', '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10/..'])(
    '«%s» er ugyldig',
    (text) => {
      expect(() => parseUuid(text)).toThrow(refusal('invalid', 'UGYLDIG_UUID'));
    },
  );
});
