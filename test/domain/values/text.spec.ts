import fc from 'fast-check';
import { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { refusal } from '../../support/given.js';
import {
  parseDriftsmeldingstekst,
  parseIntegrasjonsbeskrivelse,
  parseIntegrasjonsnavn,
  parseLenketekst,
  parseOrganisasjonsnavn,
  parseTittel,
} from '../../../src/domain/values/text.js';

const texts = [
  { parse: parseOrganisasjonsnavn, felt: 'Organisasjonsnavnet', code: 'UGYLDIG_ORGANISASJONSNAVN', min: 2, max: 200 },
  { parse: parseIntegrasjonsnavn, felt: 'Navnet på integrasjonen', code: 'UGYLDIG_INTEGRASJONSNAVN', min: 1, max: 200 },
  { parse: parseIntegrasjonsbeskrivelse, felt: 'Beskrivelsen av integrasjonen', code: 'UGYLDIG_INTEGRASJONSBESKRIVELSE', min: 1, max: 1000 },
  { parse: parseDriftsmeldingstekst, felt: 'Meldingsteksten', code: 'UGYLDIG_DRIFTSMELDINGSTEKST', min: 1, max: 300 },
  { parse: parseLenketekst, felt: 'Lenketeksten', code: 'UGYLDIG_LENKETEKST', min: 1, max: 200 },
  { parse: parseTittel, felt: 'Tittelen', code: 'UGYLDIG_TITTEL', min: 1, max: 200 },
];

describe.each(texts)('$felt', ({ parse, felt, code, min, max }) => {
  it(`kan ha fra ${min} til ${max} tegn, uansett skrift`, () => {
    for (const letter of ['a', 'š', 'ŋ', '漢', '🏔']) {
      expect(parse(letter.repeat(min))).toBe(letter.repeat(min));
      expect(parse(letter.repeat(max))).toBe(letter.repeat(max));
    }
  });

  it('kan ikke være for lang, og meldingen sier hvor grensen går', () => {
    expect(() => parse('å'.repeat(max + 1))).toThrow(refusal('invalid', code, `${felt} kan ha høyst ${max} tegn, men har ${max + 1}.`));
  });

  it.each(['', '   ', '\n\t', '\u00a0', '\u200b', '\u200d\u2060'])('kan ikke være tom: %j', (text) => {
    expect(() => parse(text)).toThrow(refusal('invalid', code, `${felt} mangler.`));
  });

  it.each(['a\u0000b', 'a\u0007b', 'a\u001bb', 'a\u007fb', 'a\u009fb', 'a\u2028b', 'a\u202eb', 'a\u2066b', 'ab\ud83c', 'a\tb'])(
    'kan ikke ha styretegn: %j',
    (text) => {
      expect(() => parse(text)).toThrow(refusal('invalid', code));
      expect(() => parse(text)).toThrow('usynlige styretegn');
    },
  );

  it('får mellomrom i endene fjernet og bokstaver satt sammen (NFC)', () => {
    expect(parse('  Ka\u030arasjok \n')).toBe('Kårasjok');
  });

  it('er uendret når den leses igjen; alt annet er en avvisning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        try {
          const parsed = parse(text);
          expect(parse(parsed)).toBe(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    );
  });
});

describe('Særregler for tekst', () => {
  it('organisasjonsnavnet må ha minst to tegn', () => {
    expect(() => parseOrganisasjonsnavn('A')).toThrow('Organisasjonsnavnet må ha minst 2 tegn.');
  });

  it.each(['Indeksering: Mappe', 'Kárášjoga gielda (čállinprográmma)', 'Đŋŧžš', 'Deatnu/Tana – felles, v2.0'])(
    'en integrasjon kan hete «%s»',
    (navn) => {
      expect(parseIntegrasjonsnavn(navn)).toBe(navn);
    },
  );

  it('bare beskrivelsen av en integrasjon kan ha flere linjer', () => {
    expect(parseIntegrasjonsbeskrivelse('Hvem\r\nHvorfor\rNår\n')).toBe('Hvem\nHvorfor\nNår');
    expect(() => parseIntegrasjonsbeskrivelse('Hvem\tHvorfor')).toThrow('Beskrivelsen av integrasjonen kan ikke ha usynlige styretegn.');
    for (const parse of [parseIntegrasjonsnavn, parseDriftsmeldingstekst, parseTittel, parseLenketekst])
      expect(() => parse('Hvem\nHvorfor')).toThrow('kan ikke ha linjeskift');
  });
});
