import fc from 'fast-check';
import { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { refusal } from '../../support/given.js';
import {
  parseDriftsmeldingstekst,
  parseFunntekst,
  parseIntegrasjonsbeskrivelse,
  parseIntegrasjonsnavn,
  parseKonklusjon,
  parseLenketekst,
  parseOrganisasjonsnavn,
  parseTittel,
  readablePart,
  unreadableProblem,
} from '../../../src/domain/values/text.js';

const texts = [
  { parse: parseOrganisasjonsnavn, felt: 'Organisasjonsnavnet', code: 'UGYLDIG_ORGANISASJONSNAVN', min: 2, max: 200 },
  { parse: parseIntegrasjonsnavn, felt: 'Navnet på integrasjonen', code: 'UGYLDIG_INTEGRASJONSNAVN', min: 1, max: 200 },
  { parse: parseIntegrasjonsbeskrivelse, felt: 'Beskrivelsen av integrasjonen', code: 'UGYLDIG_INTEGRASJONSBESKRIVELSE', min: 1, max: 1000 },
  { parse: parseDriftsmeldingstekst, felt: 'Meldingsteksten', code: 'UGYLDIG_DRIFTSMELDINGSTEKST', min: 1, max: 300 },
  { parse: parseLenketekst, felt: 'Lenketeksten', code: 'UGYLDIG_LENKETEKST', min: 1, max: 200 },
  { parse: parseTittel, felt: 'Tittelen', code: 'UGYLDIG_TITTEL', min: 1, max: 200 },
  { parse: parseKonklusjon, felt: 'Konklusjonen', code: 'UGYLDIG_KONKLUSJON', min: 1, max: 2000 },
  { parse: parseFunntekst, felt: 'Teksten om funnet', code: 'UGYLDIG_FUNNTEKST', min: 1, max: 1000 },
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

  it.each(['', '   ', '\n\t', '\u00a0', '\u200b', '\u200d\u2060', '\u3164', '\u115f\u1160', '\uffa0', '\u2800 \u2800', '\u0301', ' \u0301\u20dd', '\u00ad', '\ufe0f', '\u3000', '\ue000', '\u{e0041}'])('kan ikke være tom: %j', (text) => {
    expect(() => parse(text)).toThrow(refusal('invalid', code, `${felt} mangler.`));
  });

  it.each(['a\u0000b', 'a\u0007b', 'a\u001bb', 'a\u007fb', 'a\u009fb', 'a\u2028b', 'a\u202eb', 'a\u2066b', 'ab\ud83c', 'a\tb',
    'a\u0085b', 'a\u061cb', 'a\u200eb', 'a\u200fb', 'a\u202ab', 'a\u2069b', 'a\u200bb', 'a\u200cb', 'a\u200db', 'a\u2060b', 'a\ufeffb', 'a\ufe0fb', 'a\u180eb', 'a\u3164b',
    'a\u2029b', 'a\ue000b', 'a\u0378b', 'a\uffffb', 'a\ufff9b', 'a\u{e0061}b', 'a\u{10ffff}b'])(
    'kan ikke ha styretegn: %j',
    (text) => {
      expect(() => parse(text)).toThrow(refusal('invalid', code));
      expect(() => parse(text)).toThrow('usynlige styretegn');
    },
  );

  it.each(['12818510088', '53839015182', '038672 20088', '038672-20088', 'nr.12818510088', '１２８１８５１００８８'])('kan ikke ha et fødselsnummer: %s', (nummer) => {
    for (const sentence of [nummer, `Gjelder ${nummer}.`])
      expect(() => parse(sentence)).toThrow(refusal('invalid', code, `${felt} kan ikke ha et fødselsnummer, fordi det aldri kan slettes.`));
    expect(parse('Ring 12818510089')).toBe('Ring 12818510089');
  });

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

describe('Skrivemåtene til et navn', () => {
  it.each([
    ['Unjárga - Nesseby', 'SSB Klass 131'],
    ['Unja\u0301rga - Nesseby', 'løse aksenter, som filnavn på macOS'],
    ['  Unjárga - Nesseby\r\n', 'limt inn'],
    ['\u00a0Unjárga - Nesseby\u00a0', 'limt inn fra en nettside'],
  ])('%j er Unjárga - Nesseby: %s', (text) => {
    expect(parseOrganisasjonsnavn(text)).toBe('Unjárga - Nesseby');
    expect(parseIntegrasjonsnavn(text)).toBe('Unjárga - Nesseby');
  });

  it.each([
    ['BERGEN KOMMUNE', 'Enhetsregisteret, med store bokstaver'],
    ['Herøy (Møre og Romsdal)', 'to kommuner med samme navn'],
    ['Porsanger - Porsáŋgu - Porsanki', 'Kartverket, med tre språk'],
    ['Unjárga – Nesseby', 'tankestrek'],
    ["Kari's & Olas AS!?", 'tegn som KS Fiks tar imot i organisasjonsnavn'],
    ['Indeksering: Mappe (arkiv/sak)', 'veiledningen, som KS Fiks’ mønster ikke tar imot'],
    ['Åse_2026.v1,2-a', 'tegn som KS Fiks tar imot i integrasjonsnavn'],
  ])('«%s» beholdes som det er skrevet: %s', (text) => {
    expect(parseOrganisasjonsnavn(text)).toBe(text);
    expect(parseIntegrasjonsnavn(text)).toBe(text);
  });
});

describe('Særregler for tekst', () => {
  it.each(['👨‍👩‍👧‍👦', '👩🏽‍❤️‍👨🏻', '🏳️‍🌈 Pride', '1️⃣ Åpent', 'Sel\u00adskap', 'می‌خواهم', 'Kafé – «åpent» … 50 %', 'Á\u030a\u0323', 'Tromsø 🇳🇴 ✔️', '漢字', 'שלום', 'नमस्ते'])(
    'en tittel kan være «%s»',
    (tittel) => {
      expect(parseTittel(tittel)).toBe(tittel.normalize('NFC'));
    },
  );

  it('avvisningen sier hvilket tegn som ikke kan stå der', () => {
    expect(() => parseTittel('🏔 Stengt\u202e')).toThrow('Tittelen kan ikke ha linjeskift, tabulator eller usynlige styretegn. Tegn nummer 9 er U+202E.');
    expect(() => parseIntegrasjonsbeskrivelse('Hvem\n\u0000')).toThrow('Tegn nummer 6 er U+0000.');
  });

  it('det lesbare av en tekst er en linje uten usynlige tegn; resten er som det var', () => {
    expect(readablePart('Vedtak\u202e\u0000 om\r\n\tplass\ud800 👨‍👩‍👧 Sel\u00adskap')).toBe('Vedtak om plass 👨‍👩‍👧 Sel\u00adskap');
    expect(readablePart('  Uendret  tekst ')).toBe('  Uendret  tekst ');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unreadableProblem(readablePart(text))).toBeUndefined();
      }),
    );
  });

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
