import type { Opplysningsdel } from '../../../application/innlogging/opplysninger.js';

/** A copy of what is held about a person. */
interface Kopi {
  readonly laget: string;
  readonly deler: readonly Opplysningsdel[];
}

/** The copy as JSON: a list for each part. */
export async function* kopiAsJson({ laget, deler }: Kopi): AsyncIterable<string> {
  yield `{\n"laget": ${JSON.stringify(laget)}`;
  for (const { navn, poster } of deler) {
    yield `,\n${JSON.stringify(navn)}: [`;
    let separator = '\n';
    for await (const post of poster()) {
      yield `${separator}${JSON.stringify(post)}`;
      separator = ',\n';
    }
    yield '\n]';
  }
  yield '\n}\n';
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Words that a field's name does not say, because it has no letters outside of ASCII. */
const labels: Readonly<Record<string, string>> = {
  avDeg: 'Gjort av deg',
  belop: 'Beløp',
  fodselsnummer: 'Fødselsnummer',
  formal: 'Formål',
  gardsnummer: 'Gårdsnummer',
  innbetaltBelop: 'Innbetalt beløp',
  kreditertBelop: 'Kreditert beløp',
  navaerendeMilepel: 'Nåværende milepæl',
  milepeler: 'Milepæler',
  paVegneAv: 'På vegne av',
  saksaar: 'Saksår',
  sikkerhetsniva: 'Sikkerhetsnivå',
  sistGjennomgatt: 'Sist gjennomgått',
  omrade: 'Område',
  sisteBesok: 'Siste besøk',
  sok: 'Søk',
  totalbelop: 'Totalbeløp',
  utestaendeBelop: 'Utestående beløp',
};

/** The name of a field as words: `tilgjengeligTil` is «Tilgjengelig til». */
function labelOf(name: string): string {
  const spaced = name.replace(/(?<=[a-zæøå\d])[A-ZÆØÅ]/g, (letter) => ` ${letter.toLowerCase()}`);
  return labels[name] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const inNorway = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Oslo' });
const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.some((one) => typeof one === 'object') ? `<ol>${value.map((one) => `<li>${shown(one)}</li>`).join('')}</ol>` : escape(value.join(', '));
  if (typeof value === 'object') return `<dl>${Object.entries(value).map(([name, one]) => `<dt>${escape(labelOf(name))}</dt><dd>${shown(one)}</dd>`).join('')}</dl>`;
  if (typeof value === 'boolean') return value ? 'ja' : 'nei';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return escape(instant.test(text) ? inNorway.format(new Date(text)) : text);
}

const style = 'body{font:1.05rem/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}section>ol{padding-left:1.5rem}section>ol>li{border-top:1px solid #ccc;padding:.5rem 0}dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.1rem 1rem;margin:0}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}';

/** The copy as a page that can be read, printed and kept. It loads nothing. */
export async function* kopiAsHtml({ laget, deler }: Kopi): AsyncIterable<string> {
  yield `<!doctype html>
<html lang="nb">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Opplysninger om deg i Min kommune</title>
<style>${style}</style>
<main>
<h1>Opplysninger om deg i Min kommune</h1>
<p>Dette er det tjenesten har lagret om deg i databasen sin ${escape(inNorway.format(new Date(laget)))}. Driftsloggene og sikkerhetskopiene er ikke med. Linjer om deg som andre systemer har skrevet i revisjonssporet til en organisasjon, får du hos organisasjonen.</p>
`;
  for (const { tittel, poster } of deler) {
    yield `<section>\n<h2>${escape(tittel)}</h2>\n<ol>\n`;
    let any = false;
    for await (const post of poster()) {
      any = true;
      yield `<li>${shown(post)}</li>\n`;
    }
    yield any ? '</ol>\n</section>\n' : '</ol>\n<p>Ingenting.</p>\n</section>\n';
  }
  yield '</main>\n</html>\n';
}
