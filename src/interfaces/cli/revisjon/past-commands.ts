import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Argv } from 'yargs';
import type { Konfigurasjon } from '../../../application/konfigurasjon/konfigurasjon.js';
import { formatKonfigurasjon, schemaAt } from '../konfigurasjonsfil.js';
import { formatMoment, parseMoment } from '../moment.js';
import { formatNumber, jsonOf, outputOptions, sinkOf, tableOf, type OutputOptions } from '../output.js';
import { linesOf } from '../lines.js';
import { Progress } from '../progress.js';
import { ServiceError, type ServiceClient } from '../service-client.js';
import { recordOptions, withRecord, type RecordOptions } from './record.js';

// The auditor's commands about the past. Exit codes: 0 done and no difference, 1 could not be done, 2 done and there are differences, 3 the
// downloaded log is not whole.

interface PastOptions extends RecordOptions, Omit<OutputOptions, 'format'> {
  readonly format: 'tabell' | 'json';
}
interface AtOptions extends PastOptions {
  readonly at?: string | undefined;
}
interface Tidspunkt {
  readonly tidspunkt: string;
  readonly posisjon: number;
  readonly senereDatert?: number;
}
interface Hendelse {
  readonly posisjon: number;
  readonly tidspunkt: string;
  readonly hendelse: string;
  readonly hvem: string;
  readonly paVegneAv?: string;
}

const common = { ...recordOptions, ...outputOptions, format: { ...outputOptions.format, choices: ['tabell', 'json'], default: 'tabell' } } as const;
const at = { at: { type: 'string', describe: 'Tidspunktet, som «2027-03-14 10:05», eller posisjon:4711. Uten det gjelder svaret nå' } } as const;

/** The outcome of a command: the exit code, and the answer as text and as JSON. */
interface Found {
  readonly code: 0 | 2;
  readonly text: string;
  readonly svar: unknown;
}

/** Runs a command and writes its answer. */
async function answer(kommando: string, options: PastOptions, spurt: object, find: (client: ServiceClient, base: string) => Promise<Found>): Promise<void> {
  const { code, text, svar } = await withRecord(options, (client, org) => find(client, `/min-kommune/api/v1/${org}/revisjon/`));
  const written = options.format === 'json' ? jsonOf(kommando, { org: options.org, mappe: options.fromFolder, ...spurt }, svar) : text;
  await pipeline(Readable.from([written]), sinkOf(options));
  process.exitCode = code;
}

/** A moment as the service takes it. */
function momentIn(text: string): string {
  const moment = parseMoment(text);
  return 'posisjon' in moment ? `posisjon:${moment.posisjon}` : moment.tidspunkt;
}
const perOf = ({ at: asked }: AtOptions): Record<string, string> => (asked === undefined ? {} : { per: momentIn(asked) });
const query = (parameters: Readonly<Record<string, string>>): string => new URLSearchParams(parameters).toString();
const datedLater = ({ senereDatert = 0 }: Tidspunkt): string => (senereDatert === 0 ? '' : `${formatNumber(senereDatert)} ${senereDatert === 1 ? 'hendelse' : 'hendelser'} er datert senere, fordi klokken var stilt tilbake`);
const seenAt = (per: Tidspunkt): string => `${formatMoment(per.tidspunkt)} (til og med posisjon ${formatNumber(per.posisjon)})${datedLater(per) && `. ${datedLater(per)}`}`;

const state = (options: AtOptions): Promise<void> =>
  answer('state', options, { at: options.at }, async (client, base) => {
    const svar = await client.json<{ per: Tidspunkt; konfigurasjon: Konfigurasjon }>(`${base}tilstand?${query(perOf(options))}`);
    const heading = `${svar.konfigurasjon.organisasjon?.navn ?? options.org ?? options.fromFolder}, slik det var ${seenAt(svar.per)}`;
    return { code: 0, svar, text: formatKonfigurasjon(svar.konfigurasjon, { schema: schemaAt(options.url), heading }) };
  });

interface Endringer {
  readonly fra: Tidspunkt;
  readonly til: Tidspunkt;
  readonly antall: number;
  readonly endringer: readonly { readonly art: string; readonly setning: string; readonly hendelser: readonly Hendelse[] }[];
  readonly opphevet: number;
  readonly opphevede?: readonly Hendelse[];
}
/** The pages as one answer. Throws `ServiceError` when they are not of one period. */
async function wholeOf(pages: AsyncIterable<Endringer>): Promise<Endringer> {
  let whole: Endringer | undefined;
  for await (const page of pages) {
    if (whole && (whole.til.posisjon !== page.til.posisjon || whole.antall !== page.antall)) throw new ServiceError('ENDRET_UNDERVEIS', 'Loggen fikk en hendelse i perioden mens svaret ble hentet. Kjør kommandoen igjen.');
    whole = whole ? { ...whole, endringer: [...whole.endringer, ...page.endringer], ...(whole.opphevede && { opphevede: [...whole.opphevede, ...(page.opphevede ?? [])] }) } : page;
  }
  return whole!;
}
const who = ({ hvem, paVegneAv }: Hendelse): string => (paVegneAv === undefined ? hvem : `${hvem} for ${paVegneAv}`);

const diff = (options: PastOptions & { readonly from: string; readonly to?: string | undefined; readonly all: boolean }): Promise<void> =>
  answer('diff', options, { from: options.from, to: options.to }, async (client, base) => {
    const asked = { fra: momentIn(options.from), ...(options.to !== undefined && { til: momentIn(options.to) }), ...(options.all && { opphevede: 'true' }), antall: '500' };
    const svar = await wholeOf(client.pages<Endringer>(`${base}endringer?${query(asked)}`));
    const { antall, endringer, opphevet, opphevede } = svar;
    const clock = ([['Starten', svar.fra], ['Slutten', svar.til]] as const).map(([end, per]) => datedLater(per) && ` ${end}: ${datedLater(per)}.`).join('');
    const rows = endringer.map(({ art, setning, hendelser: [last, ...others] }) => [
      art,
      setning,
      last ? `${who(last)}${others.length > 0 ? ` (og ${others.length} til)` : ''}` : 'klokken',
      last ? formatMoment(last.tidspunkt) : '',
      last ? formatNumber(last.posisjon) : '',
    ]);
    const cancelled = opphevet === 0 ? '' : ` ${formatNumber(opphevet)} ${opphevet === 1 ? 'hendelse' : 'hendelser'} ga ingen forskjell${opphevede ? '.' : ' (vis med --all).'}`;
    const sum = `${antall === 0 ? 'Ingen forskjeller' : antall === 1 ? '1 forskjell' : `${formatNumber(antall)} forskjeller`}.${cancelled}${clock}\n`;
    const rest = opphevede?.length ? tableOf(['', 'ingen forskjell', 'hvem', 'når', 'posisjon'], opphevede.map((one) => ['', one.hendelse, who(one), formatMoment(one.tidspunkt), formatNumber(one.posisjon)])) : '';
    return { code: antall === 0 ? 0 : 2, svar, text: `${rows.length > 0 ? tableOf(['', 'hva', 'hvem', 'når', 'posisjon'], rows, ['posisjon']) : ''}${rest}${sum}` };
  });

interface Tilganger {
  readonly per: Tidspunkt;
  readonly antallTreff: number;
  readonly treff: readonly { navn: string; aktorType: string; tilgang: string; ressursNavn: string; fra: string; til?: string; gittAv: string; posisjon: number }[];
}

const access = (options: AtOptions & { readonly what?: string | undefined; readonly who?: string | undefined }): Promise<void> =>
  answer('access', options, { at: options.at, what: options.what, who: options.who }, async (client, base) => {
    const { what, who: aktor } = options;
    const asked = { ...perOf(options), ...(what !== undefined && { privilegium: what }), ...(aktor !== undefined && { aktor }) };
    let found: Tilganger | undefined;
    for await (const page of client.pages<Tilganger>(`${base}tilganger?${query(asked)}`)) found = found ? { ...found, treff: [...found.treff, ...page.treff] } : page;
    const svar = found!;
    const rows = svar.treff.map((one) => [`${one.navn} (${one.aktorType.toLowerCase()})`, one.tilgang, one.ressursNavn, formatMoment(one.fra), one.til === undefined ? '–' : formatMoment(one.til), one.gittAv, formatNumber(one.posisjon)]);
    return { code: 0, svar, text: `# ${seenAt(svar.per)}\n${tableOf(['hvem', 'tilgang', 'på', 'fra', 'til', 'gitt av', 'posisjon'], rows, ['posisjon'])}` };
  });

interface Side {
  readonly per: Tidspunkt;
  readonly navn: string;
  readonly side: string;
  readonly driftsmeldinger: readonly { meldingType: string; innhold: string; url?: string; urlTekst?: string }[];
  readonly tjenester: readonly { tittel: string; lenke: string; favoritt: boolean }[];
  readonly lenker: readonly { tittel: string; lenke: string }[];
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
/** A link of the page. Only web addresses can be followed, because older links were checked less. */
const linkOf = (text: string, url: string): string => (/^https?:\/\//i.test(url) ? `<a href="${escape(url)}">${escape(text)}</a>` : `${escape(text)} (${escape(url)})`);
const sectionOf = (title: string, items: readonly string[]): string => (items.length === 0 ? '' : `<h2>${title}</h2>\n<ul>\n${items.map((one) => `<li>${one}</li>`).join('\n')}\n</ul>\n`);

/** The page as a document that stands alone, also on paper. */
function htmlOf({ per, navn, side, driftsmeldinger, tjenester, lenker }: Side): string {
  const heading = `${escape(side)} i ${escape(navn)}`;
  const content = [
    sectionOf('Driftsmeldinger', driftsmeldinger.map(({ meldingType, innhold, url, urlTekst }) => `<strong>${escape(meldingType)}</strong> ${escape(innhold)}${url === undefined ? '' : ` ${linkOf(urlTekst ?? url, url)}`}`)),
    sectionOf('Tjenester', tjenester.map(({ tittel, lenke, favoritt }) => `${linkOf(tittel, lenke)}${favoritt ? ' <span title="Stjernemerket">★</span>' : ''}`)),
    sectionOf('Lenker', lenker.map(({ tittel, lenke }) => linkOf(tittel, lenke))),
  ].join('');
  return `<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
.per { border-inline-start: .3rem solid #14417b; padding-inline-start: 1rem; }
a { color: #14417b; overflow-wrap: anywhere; }
@media print { a::after { content: " (" attr(href) ")"; font-size: .85em; } h2, li { break-inside: avoid; } }
</style>
</head>
<body>
<h1>${heading}</h1>
<p class="per">Slik siden var ${seenAt(per)}.</p>
${content === '' ? '<p>Siden var tom.</p>\n' : content}</body>
</html>
`;
}

const page = (options: AtOptions & { readonly side: string; readonly som: string; readonly eiendom?: string | undefined; readonly html?: string | undefined }): Promise<void> =>
  answer('page', options, { at: options.at, side: options.side }, async (client, base) => {
    const asked = { ...perOf(options), opptrerSom: options.som, ...(options.eiendom !== undefined && { matrikkelnummer: options.eiendom }) };
    const svar = await client.json<Side>(`${base}side/${encodeURIComponent(options.side)}?${query(asked)}`);
    const lines = [
      `# ${svar.side} i ${svar.navn}, slik siden var ${seenAt(svar.per)}`,
      ...svar.driftsmeldinger.map(({ meldingType, innhold, url, urlTekst }) => `[${meldingType}] ${innhold}${url === undefined ? '' : ` (${urlTekst ?? ''}: ${url})`}`),
      ...svar.tjenester.map(({ tittel, lenke, favoritt }) => `${favoritt ? '★ ' : ''}${tittel}: ${lenke}`),
      ...svar.lenker.map(({ tittel, lenke }) => `${tittel}: ${lenke}`),
    ];
    if (options.html !== undefined) await pipeline(Readable.from([htmlOf(svar)]), sinkOf({ ...options, out: options.html }));
    return { code: 0, svar, text: `${(lines.length === 1 ? [...lines, 'Siden var tom.'] : lines).join('\n')}\n` };
  });

interface Resultat {
  readonly posisjon: number;
  readonly hendelser: number;
  readonly like: number;
  readonly avvik: number;
  readonly utenKommando: number;
}
interface Avvik extends Omit<Hendelse, 'hvem'> {
  readonly gjelder: { readonly type: string; readonly id: string };
  readonly kode: string;
  readonly melding: string;
}
type Step = { readonly avvik: Avvik } | { readonly spilt: number; readonly av: number } | { readonly resultat: Resultat };

const replay = (options: PastOptions): Promise<void> =>
  answer('replay', options, {}, async (client, base) => {
    const pieces = await client.stream(`${base}gjennomspilling`);
    const avvik: Avvik[] = [];
    let [progress, resultat]: [Progress | undefined, Resultat | undefined] = [undefined, undefined];
    try {
      for await (const line of linesOf(pieces)) {
        const step = JSON.parse(line) as Step;
        if ('avvik' in step) avvik.push(step.avvik);
        else if ('resultat' in step) resultat = step.resultat;
        else (progress ??= new Progress('Spiller av etter dagens regler', step.av)).at(step.spilt, step.spilt);
      }
    } finally {
      progress?.stop();
    }
    if (!resultat) throw new ServiceError('AVBRUTT', 'Avspillingen ble avbrutt. Kjør kommandoen igjen.');
    const rows = avvik.map(({ posisjon, hendelse, kode, melding }) => [formatNumber(posisjon), hendelse, `${melding} (${kode})`]);
    const sum = `${formatNumber(resultat.avvik)} avvik, ${formatNumber(resultat.like)} like, ${formatNumber(resultat.utenKommando)} uten kommando å prøve.\n`;
    return { code: resultat.avvik > 0 ? 2 : 0, svar: { avvik, resultat }, text: `${rows.length > 0 ? tableOf(['posisjon', 'hendelse', 'i dag'], rows, ['posisjon']) : ''}${sum}` };
  });

/** Adds the commands about the past. */
export const withPastCommands = (cli: Argv) =>
  cli
    .command('state', 'Vis alt som var konfigurert på et tidspunkt', { ...common, ...at } as const, state)
    .command(
      'diff',
      'Vis forskjellene mellom to tidspunkter, med hvem og når. Avslutter med 2 når det er noen',
      {
        ...common,
        from: { type: 'string', demandOption: true, describe: 'Starten på perioden' },
        to: { type: 'string', describe: 'Slutten på perioden. Uten den er det nå' },
        all: { type: 'boolean', default: false, describe: 'Vis også hendelsene som ikke ga noen forskjell' },
      } as const,
      diff,
    )
    .command(
      'access',
      'Vis hvem som hadde hvilke tilganger på et tidspunkt, og hvem som ga dem',
      { ...common, ...at, what: { type: 'string', describe: 'Bare denne tilgangen, som INNSYN.SOK' }, who: { type: 'string', describe: 'Bare id-en til denne personen eller integrasjonen' } } as const,
      access,
    )
    .command(
      'page <side>',
      'Vis en side slik en innbygger så den på et tidspunkt',
      {
        ...common,
        ...at,
        side: { type: 'string', demandOption: true, describe: 'Siden, som FORSIDE eller FORSENDELSE' },
        som: { choices: ['PERSON', 'ORGANISASJON'], default: 'PERSON', describe: 'Hvem innbyggeren opptrer som' },
        eiendom: { type: 'string', describe: 'Matrikkelnummeret, for lenkene på en eiendom' },
        html: { type: 'string', describe: 'En ny fil med siden som HTML, til å lese og skrive ut' },
      } as const,
      page,
    )
    .command('replay', 'Spill av hendelsene etter dagens regler. Avslutter med 2 når noe ville blitt avvist eller annerledes', common, replay);
