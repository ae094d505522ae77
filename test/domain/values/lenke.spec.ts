import fc from 'fast-check';
import { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { parseLenke } from '../../../src/domain/values/lenke.js';
import { refusal } from '../../support/given.js';

describe('Lenke', () => {
  it.each([
    'https://min.kommune.no',
    'https://www.nesseby.kommune.no/drift?uke=47#nytt',
    'HTTPS://WWW.KOMMUNE.NO/',
    'https://karasjok.kommune.no:8443/kárášjohka',
    'https://blåbær.no/',
    'https://idporten.no/',
    'https://idporten.difi.no/hjelp',
    'https://idporten.difi.no/hjelp/opensso',
    'https://www.kommune.no/opensso',
    'https://www.kommune.no/videre?til=https://kari@kommune.no',
    `https://kommune.no/${'a'.repeat(1981)}`,
  ])('%s godtas, og beholdes som den er skrevet', (text) => {
    expect(parseLenke(text)).toBe(text);
  });

  it.each(['http://kommune.no', 'ftp://kommune.no', 'javascript:alert(1)', 'data:text/html,x', 'mailto:post@kommune.no', 'h2:kommune.no'])(
    '«%s» er ikke https',
    (text) => {
      expect(() => parseLenke(text)).toThrow(refusal('invalid', 'LENKE_IKKE_HTTPS'));
    },
  );

  it.each([
    '',
    'kommune.no',
    'kommune.no/side:to',
    '//kommune.no',
    'https:kommune.no',
    'https:/kommune.no',
    'https:///kommune.no',
    'https://',
    'https://?x',
    'https://localhost/',
    'https://localhost./',
    'https://.no',
    'https://[::1]/',
    'https://kommune.no:99999/',
    'https://kommune.no /side',
    ' https://kommune.no',
    'https://kommune.no\n',
    'https://kommune.no/a\tb',
    'https://kommune.no/a\u0000b',
    'https://kommune.no/a\u00a0b',
    'https://kommune.no/a\u200bb',
    'https://kommune.no/\u202etxt.exe',
    'https://kommune.no\\@ond.no/',
    'https://kommune.no/\ud800',
  ])('%j er ikke en lenke', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'UGYLDIG_LENKE'));
  });

  it('lenken kan ha 2000 tegn, ikke flere', () => {
    const prefix = 'https://kommune.no/';
    expect(parseLenke(prefix + 'a'.repeat(2000 - prefix.length))).toHaveLength(2000);
    expect(() => parseLenke(prefix + 'a'.repeat(2001 - prefix.length))).toThrow(refusal('invalid', 'LENKE_FOR_LANG'));
  });

  it.each(['https://kari@kommune.no', 'https://kari:hemmelig@kommune.no', 'https://@kommune.no', 'https://:@kommune.no/'])(
    '%s har brukernavn eller passord',
    (text) => {
      expect(() => parseLenke(text)).toThrow(refusal('invalid', 'LENKE_MED_BRUKERNAVN'));
    },
  );

  it.each([
    'https://idporten.difi.no/opensso/UI/Login?realm=/norge.no',
    'https://idporten.difi.no/opensso',
    'http://idporten.difi.no/opensso/UI/Login',
    'https://IDPORTEN.difi.NO/OpenSSO/UI/Login',
    'https://idporten.difi.no:443/opensso',
    'https://idporten.difi.no:8443/opensso',
    'https://idporten.difi.no./opensso',
    'https://idporten.difi.no//opensso',
    'https://idporten.difi.no/./opensso',
    'https://idporten.difi.no/a/../opensso',
    'https://idporten.difi.no/%6Fpensso',
    'https://idporten.difi.no/o%70ensso',
    'https://idporten%2Edifi.no/opensso',
    'https://kari@idporten.difi.no/opensso',
  ])('innloggingsadressen %s avvises med råd om hva som skal brukes', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'GAMMEL_INNLOGGINGSADRESSE', 'Adressen gjelder bare mens innloggingen pågår. Bruk https://min.kommune.no '));
  });

  it('alle vanlige nettadresser med https godtas', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true, withFragments: true }), (text) => {
        expect(parseLenke(text)).toBe(text);
      }),
    );
  });

  it('uansett tekst: enten en https-adresse med vertsnavn, eller en avvisning', () => {
    const pieces = fc.constantFrom('https://', 'http:', '/', '\\', '@', ':', '?', '#', '.', 'kommune.no', 'ond', '[', ']', '%', ' ', '\t', '0', '{', 'å');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(pieces).map((parts) => parts.join(''))), (text) => {
        try {
          const url = new URL(parseLenke(text));
          expect(url.protocol).toBe('https:');
          expect(url.username + url.password).toBe('');
          expect(url.hostname).toContain('.');
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
