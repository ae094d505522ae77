import { judgePortallenke } from '../../../src/domain/values/portallenke.js';

describe('Lenken til Min kommune på kommunens egen nettside', () => {
  it.each([
    'https://min.kommune.no',
    'https://min.kommune.no/',
    'HTTPS://Min.Kommune.no',
    'https://min.kommune.no:443/',
    ' https://min.kommune.no ',
    'https://min.kommune.no?',
    'https://min.kommune.no/#',
  ])('%j er riktig', (text) => {
    expect(judgePortallenke(text)).toMatchObject({ godkjent: true, kode: 'GODKJENT' });
  });

  it.each([
    ['https://idporten.difi.no/opensso/UI/Login?realm=/norge.no', 'INNLOGGINGSADRESSE', 'mens innloggingen pågår'],
    ['https://login.idporten.no/authorize?client_id=min-kommune', 'INNLOGGINGSADRESSE', 'mens innloggingen pågår'],
    ['http://min.kommune.no', 'LENKE_IKKE_HTTPS', 'begynne med https://'],
    ['min.kommune.no', 'UGYLDIG_LENKE', 'full nettadresse'],
    ['Min kommune', 'UGYLDIG_LENKE', 'mellomrom'],
    ['', 'UGYLDIG_LENKE', 'full nettadresse'],
    ['https://min.kommune.no@ond.test/', 'LENKE_MED_BRUKERNAVN', 'brukernavn'],
    ['https://min.fiks.test.ks.no/', 'TESTMILJO', 'testmiljøet'],
    ['https://www.stavanger.kommune.no/', 'IKKE_MIN_KOMMUNE', 'ikke til Min kommune'],
    ['https://minkommune.no/', 'IKKE_MIN_KOMMUNE', 'ikke til Min kommune'],
    ['https://min.kommune.no.ond.test/', 'IKKE_MIN_KOMMUNE', 'ikke til Min kommune'],
    ['https://min.kommune.no:8443/', 'IKKE_MIN_KOMMUNE', 'ikke til Min kommune'],
    ['https://min.kommune.no/post?session=1', 'UNDERSIDE', 'forsiden'],
    ['https://min.kommune.no/#/faktura', 'UNDERSIDE', 'forsiden'],
  ])('%j er feil: %s', (text, kode, forklaring) => {
    expect(judgePortallenke(text)).toEqual({ godkjent: false, kode, forklaring: expect.stringContaining(forklaring) as string });
  });
});
