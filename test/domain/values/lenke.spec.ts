import fc from 'fast-check';
import { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { lenkeProblem, parseLenke } from '../../../src/domain/values/lenke.js';
import { refusal } from '../../support/given.js';

describe('Lenke', () => {
  it.each([
    'https://min.kommune.no',
    'https://www.nesseby.kommune.no/drift?uke=47#nytt',
    'HTTPS://WWW.KOMMUNE.NO/',
    'https://karasjok.kommune.no:8443/kárášjohka',
    'https://blåbær.no/',
    'https://BLÅBÆR.no/',
    'https://www.bærum.kommune.no/side',
    'https://www.xn--brum-voa.kommune.no/',
    'https://www.kárášjohka.kommune.no/',
    'https://www.xn--krjohka-hwab49j.kommune.no/',
    'https://www.unjárga-nesseby.no/đŋŧžš',
    'https://xn--blbr-roah.no/',
    'https://2026.no/',
    'https://a-b.c-d.no:8443/',
    'https://www.kommune.no/％２Ｅ',
    'https://idporten.no/',
    'https://www.idporten.no/login',
    'https://login.idporten.no.kommune.no/',
    'https://www.kommune.no/?til=https://login.idporten.no',
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
    'https://kommune.no/a\u200eb',
    'https://kommune.no/a\u00adb',
    'https://kommune.no/a\u3164b',
    'https://kommune.no/a\ue000b',
    'https://kommune.no./',
    'https://kommune..no/',
    'https://-kommune.no/',
    'https://kommune-.no/',
    'https://kom_mune.no/',
    'https://kommune%2eno/',
    'https://%6bommune.no/',
  ])('%j er ikke en lenke', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'UGYLDIG_LENKE'));
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001:8443/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[2001:db8::1]:8443/',
  ])('%s er en IP-adresse, uansett skrivemåte', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'UGYLDIG_LENKE', 'Lenken må ha et domenenavn, ikke en IP-adresse.'));
  });

  it.each([
    ['full bredde', 'https://ｂergen.kommune.no/'],
    ['kinesisk punktum', 'https://bergen。kommune.no/'],
    ['punktum i full bredde', 'https://bergen．kommune．no/'],
    ['halvbredt punktum', 'https://bergen｡no/'],
    ['kyrillisk е', 'https://b\u0435rgen.kommune.no/'],
    ['bare kyrillisk', 'https://\u0430\u0440\u0440\u04cf\u0435.com/'],
    ['kyrillisk i Punycode', 'https://xn--80ak6aa92e.com/'],
    ['gresk omikron', 'https://k\u03bfmmune.no/'],
    ['gresk omikron i Punycode', 'https://xn--kmmune-jye.no/'],
    ['kelvintegnet', 'https://\u212aommune.no/'],
    ['lang s', 'https://o\u017flo.no/'],
    ['tyrkisk i uten prikk', 'https://\u0131ntranett.kommune.no/'],
    ['emoji', 'https://💩.no/'],
    ['løs ring over', 'https://bla\u030abær.no/'],
    ['ligatur', 'https://ﬁnans.no/'],
    ['opphøyd tall', 'https://kommune².no/'],
    ['kinesisk', 'https://例え.jp/'],
  ])('et domenenavn som kan ligne et annet: %s', (_, text) => {
    expect(() => parseLenke(text)).toThrow(
      refusal('invalid', 'UGYLDIG_LENKE', 'Domenenavnet i lenken kan bare ha norske og samiske bokstaver, tall, punktum og bindestrek.'),
    );
  });

  it('æ, ø og å godtas også når koden har gått seg varm', () => {
    const answers = Array.from({ length: 50_000 }, () => lenkeProblem('https://blåbær.no/'));
    expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
  });

  it('et domenenavn godtas i Punycode når det godtas med bokstaver, og bare da', () => {
    const letter = fc.constantFrom('a', 'b', 'ø', 'æ', 'å', 'á', 'š', 'ŋ', 'ž', 'ö', 'ç', 'ñ', '7', 'е', 'ο', 'ı', 'ł', '漢');
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 20 }), (name) => {
        const written = `https://a${name}.no/`;
        const ascii = new URL(written).href;
        const accepts = (text: string) => lenkeProblem(text) === undefined;
        expect([written, accepts(ascii)]).toEqual([written, accepts(written)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('lenken kan ha 2000 tegn, ikke flere', () => {
    const prefix = 'https://kommune.no/';
    expect(parseLenke(prefix + 'a'.repeat(2000 - prefix.length))).toHaveLength(2000);
    expect(() => parseLenke(prefix + 'a'.repeat(2001 - prefix.length))).toThrow(refusal('invalid', 'LENKE_FOR_LANG'));
  });

  it.each(['https://kommune.no/?fnr=12818510088', 'https://kommune.no/12818510088/sak', 'https://kommune.no/#12818510088'])('en kommune kan ikke ha fødselsnummeret i %s', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'LENKE_MED_FODSELSNUMMER', 'Lenken kan ikke ha et fødselsnummer, fordi det aldri kan slettes.'));
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
    'https://login.idporten.no',
    'https://login.idporten.no/authorize?client_id=min-kommune&scope=openid',
    'https://login.idporten.no/authorize/selector',
    'http://LOGIN.idporten.no:8443/',
    'https://login.idporten.no./authorize',
    'https://login.test.idporten.no/authorize',
    'https://oidc.difi.no/idporten-oidc-provider/authorize',
  ])('innloggingsadressen %s avvises med råd om hva som skal brukes', (text) => {
    expect(() => parseLenke(text)).toThrow(refusal('invalid', 'INNLOGGINGSADRESSE', 'Adressen gjelder bare mens innloggingen pågår. Bruk https://min.kommune.no '));
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
