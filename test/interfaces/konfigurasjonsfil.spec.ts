import { FileRefused, formatKonfigurasjon, Konfigurasjonsfil, readListe } from '../../src/interfaces/cli/konfigurasjonsfil.js';

const tjeneste = (tittel: string) => `  - tittel: "${tittel}"\n    lenke: "https://www.kommune.no/x"\n    rettetMot: PERSON\n`;
const read = (text: string, variables?: Record<string, string>) => new Konfigurasjonsfil('f', text).read(variables);
const refusal = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof FileRefused) return error.message;
    throw error;
  }
  return '';
};

describe('A configuration file', () => {
  it.each<[what: string, text: string, message: string]>([
    ['a name that is there twice', `kommunaleTjenester:\n${tjeneste('Kulturskole')}${tjeneste('Kulturskole')}`, 'f:5:5: To kommunale tjenester heter «Kulturskole». Gi dem ulike navn, eller oppgi id-en på begge.'],
    ['an id that is there twice', `eiendomslenker:\n  - id: "3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10"\n    tittel: "A"\n    mal: "https://a.no"\n  - id: "3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10"\n    tittel: "B"\n    mal: "https://a.no"\n`, 'f:5:5: To eiendomslenker har id-en 3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10.'],
    ['a field that is there twice', 'eiendomslenker:\n  - tittel: "A"\n    tittel: "B"\n    mal: "https://a.no"\n', 'f:3:5: Feltet står to ganger.'],
    ['an anchor', 'eiendomslenker: &a []\n', 'f:1:20: En fil kan ikke ha ankere (&). Skriv verdien på nytt der den brukes.'],
    ['an alias bomb', `a: &a ["x","x","x","x","x","x","x","x","x"]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`, 'f:2:8: En fil kan ikke ha aliaser (*). Skriv verdien på nytt.'],
    ['a number without quotes', 'organisasjon:\n  kommunenummer: 0301\n', 'f:2:18: kommunenummer må stå i anførselstegn: "0301".'],
    ['an organisasjonsnummer without quotes', 'integrasjoner:\n  - navn: "A"\n    autorisertOrgnr: 910753614\n', 'f:3:22: autorisertOrgnr må stå i anførselstegn: "910753614".'],
    ['an unknown field', 'eiendomslenker:\n  - tittel: "A"\n    url: "https://a.no"\n    mal: "https://a.no"\n', 'f:3:5: Ukjent felt «url».'],
    ['an unknown section', 'tjenester: []\n', 'f:1:1: Ukjent felt «tjenester».'],
    ['a field that is missing', 'eiendomslenker:\n  - tittel: "A"\n', 'f:2:5: Feltet «mal» mangler.'],
    ['a section without a value', 'eiendomslenker:\n', 'f:1:16: eiendomslenker mangler verdi. Skriv [] for ingen, eller ta bort linjen.'],
    ['a link that is not https', 'eiendomslenker:\n  - tittel: "A"\n    mal: "http://a.no"\n', 'f:3:10: Lenken må begynne med https://.'],
    ['a period that ends before it begins', 'driftsmeldinger:\n  - innhold: "A"\n    kategori: SAK\n    meldingType: FEIL\n    startDato: 2026-12-02T00:00:00Z\n    sluttDato: 2026-12-01T00:00:00Z\n', 'f:6:16: Sluttdato må være etter startdato.'],
    ['a severity that is none', 'driftsmeldinger:\n  - innhold: "A"\n    kategori: SAK\n    meldingType: "KRISE"\n', 'f:4:18: meldingType: '],
    ['a variable without a list', `kommunaleTjenester:\n${tjeneste('Skole i ${kommunenavn}')}`, 'f:2:13: ${kommunenavn} har ingen verdi. Oppgi en CSV-fil med --for.'],
    ['an integration without its organisasjonsnummer', 'integrasjoner:\n  - navn: "A"\n', 'f:2:5: Oppgi organisasjonsnummeret til den som bruker integrasjonen (autorisertOrgnr), eller «global: true» for en integrasjon fra en annen organisasjon.'],
    ['a last day of a tilgang that it does not give', 'integrasjoner:\n  - navn: "A"\n    autorisertOrgnr: "910753614"\n    tilganger: ["INNSYN.SOK"]\n    utlop:\n      INNSYN.INDEX.MAPPE: "2027-06-30"\n', 'f:6:27: Integrasjonen har ikke tilgangen «Kan lagre mapper og journalposter i Innsyn», så den kan ikke ha en utløpsdato. Ta den med i tilganger også.'],
    ['a last day of what is no tilgang', 'integrasjoner:\n  - navn: "A"\n    autorisertOrgnr: "910753614"\n    tilganger: []\n    utlop: {ADMIN: "2027-06-30"}\n', 'f:5:13: Ukjent felt «ADMIN».'],
    ['a last day that does not exist', 'integrasjoner:\n  - navn: "A"\n    autorisertOrgnr: "910753614"\n    tilganger: ["INNSYN.SOK"]\n    utlop:\n      INNSYN.SOK: "2027-02-30"\n', 'f:6:19: Datoen finnes ikke. Skriv den som år-måned-dag, for eksempel 2026-11-23.'],
    ['last days without a value', 'integrasjoner:\n  - navn: "A"\n    autorisertOrgnr: "910753614"\n    utlop:\n', 'f:4:11: utlop mangler verdi. Skriv {} for ingen, eller ta bort linjen.'],
    ['a last day of a person without the role', 'roller:\n  revisorer: []\n  utlop:\n    revisorer:\n      3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10: "2027-06-30"\n', 'f:5:45: Personen har ikke rollen, så den kan ikke ha en utløpsdato. Ta med personen i rollen også.'],
    ['a last day of what is no person', 'roller:\n  revisorer: []\n  utlop:\n    revisorer: {kari: "2027-06-30"}\n', 'f:4:17: Id-en må være en UUID, for eksempel'],
    ['a tag', 'eiendomslenker: !a []\n', 'f:1:17: En fil kan ikke ha tagger (!).'],
    ['several documents', 'eiendomslenker: []\n---\neiendomslenker: []\n', 'f:2:1: Filen har flere dokumenter (---). Bruk en fil for hvert.'],
    ['text without quotes at its end', 'eiendomslenker: "\n', 'f:2:1: Det mangler et tegn her'],
    ['an empty file', '', 'f:1:1: Filen er tom, eller er ikke en konfigurasjon.'],
    ['a list', '- a\n', 'f:1:1: Filen er tom, eller er ikke en konfigurasjon.'],
  ])('is refused, with line and column, for %s', (_, text, message) => {
    expect(refusal(text).split('\n')).toContainEqual(expect.stringContaining(message));
  });

  it('tells of all faults in the order of the lines, but not of more than twenty', () => {
    expect(refusal('eiendomslenker:\n  - tittel: "A"\n    mal: "x"\n  - tittel: "B"\n    mal: 1\n')).toBe('f:5:10: mal må stå i anførselstegn: "1".');
    expect(refusal(`eiendomslenker:\n${'  - mal: "http://a.no"\n'.repeat(15)}`).split('\n').map((line) => line.split(':')[1])).toEqual([...Array.from({ length: 10 }, (_, n) => [`${n + 2}`, `${n + 2}`]).flat(), undefined]);
  });

  it('takes variables from a row, and a dollar and a bracket literally when they are doubled', () => {
    expect(read(`kommunaleTjenester:\n${tjeneste('${type} i ${sted} – $${sted}')}`, { type: 'Skole', sted: 'Ørsta: "her"' }).kommunaleTjenester![0]!.tittel).toBe('Skole i Ørsta: "her" – ${sted}');
  });

  it('is the same file when it is written again', () => {
    const text = `kommunaleTjenester:\n${tjeneste('A')}integrasjoner: []\n`;
    const written = formatKonfigurasjon(read(text), { schema: 'https://kommune.no/skjema', heading: 'Bergen' });
    expect(written).toBe('# yaml-language-server: $schema=https://kommune.no/skjema\n# Bergen\nintegrasjoner: []\nkommunaleTjenester:\n  - tittel: "A"\n    lenke: "https://www.kommune.no/x"\n    rettetMot: "PERSON"\n');
  });
});

describe('A list of organisations', () => {
  it.each([
    ['semicolons', '\uFEFFkommunenummer;sted\n4601;Bergen, Norge\n1103;"Stavanger; Norge"\n'],
    ['commas', 'kommunenummer,sted\r\n4601,"Bergen, Norge"\r\n1103,Stavanger; Norge\r\n'],
  ])('has the delimiter of its headings: %s', (_, text) => {
    expect(readListe('f', text)).toEqual([{ kommunenummer: '4601', sted: 'Bergen, Norge' }, { kommunenummer: '1103', sted: 'Stavanger; Norge' }]);
  });

  it.each([
    ['navn\nBergen\n', 'f må ha en kolonne som heter kommunenummer eller fiksOrgId.'],
    ['kommunenummer\n', 'f har ingen linjer under overskriftene.'],
    ['kommunenummer;navn\n4601;Bergen;x\n', 'f er ikke en CSV-fil med like mange felt på hver linje.'],
  ])('is refused: %j', (text, message) => {
    expect(() => readListe('f', text)).toThrow(message);
  });
});
