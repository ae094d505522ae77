import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { parseLenke } from '../../../src/domain/values/lenke.js';
import { parseDriftsmeldingstekst, parseFunntekst, parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseKonklusjon, parseLenketekst, parseTittel } from '../../../src/domain/values/text.js';
import { ApiError } from '../../../src/interfaces/web/api/error.js';
import { nb } from '../../../src/interfaces/web/texts/nb.js';
import { feil } from '../../../src/interfaces/web/texts/nn-feil.js';

// The service answers in bokmål. A page in nynorsk has its own sentence for each code that it can meet.

/** The codes that no page meets, because no page sends what they answer. */
const notOnPages: Readonly<Record<string, readonly string[]>> = {
  'headers and bodies that the client of the pages makes itself': [
    'IDEMPOTENSNOKKEL_BRUKT', 'UGYLDIG_IDEMPOTENCY_KEY', 'UGYLDIG_IF_MATCH', 'UGYLDIG_LAST_EVENT_ID', 'UGYLDIG_LOG_POSITION', 'UKJENT_LOG_POSITION',
    'FOR_DYP', 'FOR_LANG_ADRESSE', 'FOR_STORT_HODE', 'FOR_STORT_TALL', 'IKKE_UTF8', 'UGYLDIG_HTTP', 'UGYLDIG_INNHOLDSTYPE', 'UGYLDIG_METODE',
    'UGYLDIG_TEGNSETT', 'UKJENT_ADRESSE', 'UKJENT_FELT', 'UKJENT_PARAMETER', 'UGYLDIG_LANDINGSSIDE',
  ],
  "operations for vendors' systems": [
    'FOR_STOR_MELDING', 'UGYLDIG_MELDING', 'UGYLDIG_MELDINGMETADATA', 'UGYLDIG_FORMAL', 'UGYLDIG_EKSTERNREF', 'SOKETOKEN_ER_INNBYGGERENS', 'SVARUT_IKKE_REGISTRERT',
  ],
  'operations for the platform and for clients of KS Fiks': [
    'APNES_VED_SIGNERING', 'AVTALE_KAN_IKKE_FLYTTES', 'FEIL_RESSURSTYPE', 'FORELDERRESSURS_MANGLER', 'KOMMUNENUMMER_IKKE_TILLATT', 'KOMMUNENUMMER_MANGLER',
    'ORGANISASJON_FINNES', 'ORGANISASJON_MANGLER', 'ORGANISASJON_REGISTRERES_AV_PLATTFORMEN', 'PERSON_KJENNES_FRA_INNLOGGINGEN', 'RESSURS_FOLGER_TJENESTEN',
    'SENTRALISERT_BRUKERSTYRING_FINNES_IKKE', 'TYPETILGANG_FINNES_IKKE', 'UKJENT_AVTALE', 'UGYLDIG_ORGANISASJONSNAVN', 'VERDI_I_BRUK',
  ],
  'files and commands of the operator, and replays': ['KOPI_FORMAT', 'LOGGFIL_FORMAT', 'UGYLDIG_VERDI', 'BLIR_ANNERLEDES', 'ENDRER_INGENTING', 'KAN_IKKE_LESES'],
  'proofs, which the verifier reads': ['UGYLDIG_STORRELSE'],
  'no error': ['GODKJENT'],
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((one) => (one.isFile() && one.name.endsWith('.ts') ? [join(one.parentPath, one.name)] : []));
const inService = /^src\/(domain|application|infrastructure|interfaces\/http)\//;
const outside = /\/development\//;

/** The codes of all refusals and errors of the service, found where they are written. */
const codes = new Set(
  filesBelow('src')
    .filter((file) => inService.test(file) && !outside.test(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const written = [/(?:refuse|new DomainError)\(\s*'\w+',\s*'([A-Z_\d]+)'/g, /\b(?:kode|code): '([A-Z_\d]+)'/g, /super\('\w+', '([A-Z_\d]+)'/g, /\b\d{3}: \['([A-Z_\d]+)'/g];
      return written.flatMap((form) => [...text.matchAll(form)].map(([, code]) => code!));
    })
    .concat([...readFileSync('src/domain/values/text.ts', 'utf8').matchAll(/= text\('(\w+)'/g)].map(([, name]) => `UGYLDIG_${name!.toUpperCase()}`)),
);
const excused = new Set(Object.values(notOnPages).flat());

describe('The sentences about errors in nynorsk', () => {
  it('are there for every code that a page can meet', () => {
    expect(codes.size).toBeGreaterThan(120);
    expect([...codes].filter((code) => feil[code] === undefined && !excused.has(code)).sort()).toEqual([]);
  });

  it('are for codes that exist, and excuse none that does not', () => {
    // Two unions of codes are written as types: why a login is refused, and why a look-up finds nothing.
    const elsewhere = ['FOR_MANGE_FORSOK', 'FOR_MANGE_FORESPORSLER', 'IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT'];
    expect([...Object.keys(feil), ...excused].filter((code) => !codes.has(code) && !elsewhere.includes(code))).toEqual([]);
    expect(Object.keys(feil).filter((code) => excused.has(code))).toEqual([]);
  });

  it('have no word that only bokmål has', () => {
    const bokmal = /(?<!-)\b(ikke|jeg|hun|henne|noen|noe|hva|hvem|hvor|fra (?:en|et)\b|en|et|være|gjøre|mer|mye|fordi det|begynne|lenke[nr]?|bare|tilganger|allerede|finnes|kommer)\b/i;
    expect(Object.values(feil).filter((sentence) => bokmal.test(sentence))).toEqual([]);
    expect(Object.values(feil).filter((sentence) => !/^[A-ZÆØÅ].*\.$/.test(sentence))).toEqual([]);
  });

  it.each<[string, (text: string) => unknown]>([
    ['tittel', parseTittel],
    ['lenketekst', parseLenketekst],
    ['meldingstekst', parseDriftsmeldingstekst],
    ['navn', parseIntegrasjonsnavn],
    ['beskrivelse', parseIntegrasjonsbeskrivelse],
    ['konklusjon', parseKonklusjon],
    ['funn', parseFunntekst],
    ['lenke', (text) => parseLenke(`https://kommune.no/${text}`)],
  ])('name the limit that the service has: %s', (_, parse) => {
    let refused: unknown;
    try {
      parse('x'.repeat(5000));
    } catch (error) {
      refused = error;
    }
    const { code, detail } = refused as DomainError;
    const [, limit] = /høyst (\d+) tegn/.exec(detail) ?? [];
    expect(feil[code]).toMatch(new RegExp(`\\b${limit} teikn`));
  });
});

describe('An error in the language of the pages', () => {
  const error = ApiError.of(422, { kode: 'UGYLDIG_FORESPORSEL', detail: 'Forespørselen har 2 feil.', errorId: 'e1', feil: [{ felt: 'tittel', kode: 'UGYLDIG_TITTEL', melding: 'Tittelen mangler.' }, { felt: 'x', kode: 'NY_KODE', melding: 'Noe nytt.' }] });

  it('has the sentences of nynorsk, and that of the service where there is none', () => {
    const shown = error.in(feil);
    expect([shown.message, shown.of('tittel'), shown.of('x')]).toEqual(['Det er feil i eitt eller fleire felt.', feil['UGYLDIG_TITTEL'], 'Noe nytt.']);
    expect([shown.status, shown.kode, shown.errorId, shown.kind]).toEqual([422, 'UGYLDIG_FORESPORSEL', 'e1', 'refused']);
  });

  it('has the words of the service in bokmål', () => {
    expect(error.in(nb.feil)).toEqual(error);
  });
});
