import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { leafHash } from '../../../application/proof/merkle-tree.js';
import { openNote, parseCheckpoint } from '../../../application/proof/signed-note.js';
import { formatMoment, parseMoment } from '../moment.js';
import { csvOf, formatNumber, jsonOf, sinkOf, tableOf, type OutputOptions } from '../output.js';
import { ServiceClient, ServiceError, type ServiceOptions } from '../service-client.js';
import { verifyInclusion } from '../verify.js';

interface Integrasjon {
  readonly id: string;
  readonly navn?: string;
}
interface Linje {
  readonly id: string;
  readonly tidspunkt: string;
  readonly innbygger: string;
  readonly integrasjon: Integrasjon;
  readonly sok: string;
  readonly resultat: string;
  readonly formal: string;
}
interface Monstre {
  readonly antall: number;
  readonly avkortet: boolean;
  readonly integrasjoner: readonly { readonly integrasjon: Integrasjon; readonly antall: number; readonly avslatt: number; readonly innbyggere: number; readonly utenforArbeidstid: number }[];
  readonly timer: readonly number[];
  readonly gjentakelser: readonly { readonly innbygger: string; readonly integrasjon: Integrasjon; readonly antall: number; readonly forste: string; readonly siste: string }[];
  readonly lesere: readonly { readonly leser: { readonly navn: string }; readonly antall: number }[];
}
interface PeriodOptions extends ServiceOptions {
  readonly org: string;
  readonly from: string;
  readonly to?: string | undefined;
}
interface LookupsOptions extends PeriodOptions, OutputOptions {
  readonly patterns?: boolean | undefined;
  readonly integration?: string | undefined;
  readonly citizen?: string | undefined;
  readonly result?: string | undefined;
}
interface ReviewOptions extends PeriodOptions {
  readonly to: string;
  readonly conclusion: string;
  /** Ids of lines, each with the finding after it. */
  readonly finding?: readonly string[] | undefined;
}

const csvColumns = ['tidspunkt', 'innbygger', 'integrasjon', 'integrasjonId', 'sok', 'resultat', 'formal', 'id'];
const nameOf = ({ id, navn }: Integrasjon): string => navn ?? `slettet (${id})`;

/** Writes the lookups about citizens in an organisation, or the patterns in them. */
export async function lookups(options: LookupsOptions): Promise<void> {
  const { format, integration, citizen, result } = options;
  const spurt = { ...periodOf(options), ...(integration !== undefined && { integrasjonId: integration }), ...(citizen !== undefined && { innbygger: citizen }), ...(result !== undefined && { resultat: result }) };
  const client = new ServiceClient(options);
  const org = await client.organisation(options.org);
  const path = (rest: string, more: Readonly<Record<string, string>> = {}) => `/min-kommune/api/v1/${org}/revisjon/innsynslogg${rest}?${new URLSearchParams({ ...spurt, ...more }).toString()}`;
  if (options.patterns) {
    if (format === 'csv' || format === 'ndjson') throw new ServiceError('UGYLDIG_FORMAT', 'Mønstrene finnes som tabell og json.');
    const monstre = await client.json<Monstre>(path('/monstre'));
    const text = format === 'json' ? jsonOf('lookups', { org: options.org, monstre: true, ...spurt }, monstre) : patternTables(monstre);
    await pipeline(Readable.from([text]), sinkOf(options));
    return;
  }
  const pages = client.pages<readonly Linje[]>(path('', { antall: '500' }));
  if (format === 'ndjson' || format === 'csv') {
    if (format === 'csv') await pipeline(Readable.from(each(pages, ({ integrasjon, ...linje }) => ({ ...linje, integrasjon: nameOf(integrasjon), integrasjonId: integrasjon.id }))), csvOf(csvColumns), sinkOf(options));
    else await pipeline(Readable.from(each(pages, (linje) => `${JSON.stringify(linje)}\n`)), sinkOf(options));
    return;
  }
  const lines: Linje[] = [];
  for await (const page of pages) lines.push(...page);
  const rows = lines.map((one) => [formatMoment(one.tidspunkt), nameOf(one.integrasjon), one.innbygger, one.sok, one.resultat, one.formal, one.id]);
  const table = rows.length === 0 ? '' : tableOf(['tidspunkt', 'integrasjon', 'innbygger', 'søk', 'resultat', 'formål', 'linje'], rows);
  const text = format === 'json' ? jsonOf('lookups', { org: options.org, ...spurt }, lines) : `${table}${formatNumber(lines.length)} oppslag.\n`;
  await pipeline(Readable.from([text]), sinkOf(options));
}

async function* each<T>(pages: AsyncIterable<readonly Linje[]>, written: (linje: Linje) => T): AsyncIterable<T> {
  for await (const page of pages) yield* page.map(written);
}

/** Records a review of the lookups. Prints the position of the record. */
export async function review(options: ReviewOptions): Promise<void> {
  const { finding = [], conclusion } = options;
  if (finding.length % 2 !== 0) throw new ServiceError('UGYLDIG_FUNN', 'Oppgi hvert funn som id-en til linjen og teksten: --finding <linje> "…".');
  const funn = Array.from({ length: finding.length / 2 }, (_, n) => ({ linje: finding[2 * n], tekst: finding[2 * n + 1] }));
  const client = new ServiceClient(options);
  const org = await client.organisation(options.org);
  const made = await client.post<{ readonly id: string; readonly posisjon: number }>(`/min-kommune/api/v1/${org}/revisjon/gjennomganger`, { ...periodOf(options), konklusjon: conclusion, funn });
  process.stdout.write(`Gjennomgangen ${made ? `${made.id} er registrert, posisjon ${formatNumber(made.posisjon)}` : 'er registrert, men vises ikke ennå'}, med ${funn.length} funn.\n`);
}

/** Checks that a line of the innsynslogg is as it was sealed, and prints the line. Returns the exit code. */
export async function lookupProof(options: ServiceOptions & { readonly org: string; readonly line: string; readonly key?: string | undefined }): Promise<number> {
  const client = new ServiceClient(options);
  const org = await client.organisation(options.org);
  const path = `/min-kommune/api/v1/${org}/revisjon/innsynslogg`;
  const { linje, salt, organisasjonssalt, bevis } = await client.json<{ readonly linje: string; readonly salt: string; readonly organisasjonssalt?: string; readonly bevis: string }>(`${path}/${encodeURIComponent(options.line)}/bevis`);
  const key = options.key ?? (await client.json<{ readonly nokkel: string }>(`${path}/kontrollpunkt`)).nokkel;
  const end = bevis.indexOf('\n\n');
  const [, index = '', ...hashes] = bevis.slice(0, end).split('\n');
  const { size, root } = parseCheckpoint(openNote(bevis.slice(end + 2), key));
  const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
  const leaf = leafHash(Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(linje)]));
  const { organisasjoner } = JSON.parse(linje) as { readonly organisasjoner?: readonly string[] };
  const isOurs = organisasjonssalt === undefined || organisasjoner?.includes(hash('sha256', Buffer.concat([Buffer.from(organisasjonssalt, 'base64'), Buffer.from(org)]), 'hex'));
  const isWhole = isOurs && verifyInclusion({ index: Number(index.slice('index '.length)), size, root, leafHash: leaf, proof: hashes.map((one) => Buffer.from(one, 'base64')) }, sha256);
  process.stdout.write(`${linje}\n`);
  process.stderr.write(isWhole ? `HEL. Linjen er uendret siden den ble forseglet (kontrollpunkt ${formatNumber(size)}).\n` : 'IKKE HEL: linjen er ikke den som ble forseglet (ENDRET).\n');
  return isWhole ? 0 : 3;
}

/** The period of the options. Without an end, it is until now. */
function periodOf({ from, to }: { readonly from: string; readonly to?: string | undefined }): { readonly fra: string; readonly til: string } {
  const timeOf = (text: string): string => {
    const moment = parseMoment(text);
    if ('posisjon' in moment) throw new ServiceError('UGYLDIG_TIDSPUNKT', 'Innsynsloggen har ingen posisjoner. Oppgi et tidspunkt.');
    return moment.tidspunkt;
  };
  return { fra: timeOf(from), til: to === undefined ? new Date().toISOString() : timeOf(to) };
}

function patternTables({ antall, avkortet, integrasjoner, timer, gjentakelser, lesere }: Monstre): string {
  const n = formatNumber;
  const use = integrasjoner.map((one) => [nameOf(one.integrasjon), n(one.antall), n(one.innbyggere), n(one.avslatt), n(one.utenforArbeidstid)]);
  const again = gjentakelser.map((one) => [one.innbygger, nameOf(one.integrasjon), n(one.antall), formatMoment(one.forste), formatMoment(one.siste)]);
  const hours = timer.flatMap((number, hour) => (number === 0 ? [] : [[`${String(hour).padStart(2, '0')}–${String((hour + 1) % 24).padStart(2, '0')}`, n(number)]]));
  const numbers = ['oppslag', 'innbyggere', 'avslått', 'utenfor arbeidstid', 'ganger', 'lesinger'];
  const sections: readonly (readonly [string, readonly string[], readonly (readonly string[])[]])[] = [
    ['Volum', ['integrasjon', 'oppslag', 'innbyggere', 'avslått', 'utenfor arbeidstid'], use],
    ['Timer på døgnet', ['klokken', 'oppslag'], hours],
    ['Lesere av revisjonssporet og innsynsloggen', ['leser', 'lesinger'], lesere.map((one) => [one.leser.navn, n(one.antall)])],
    ['Innbyggere som går igjen', ['innbygger', 'integrasjon', 'ganger', 'første', 'siste'], again],
  ];
  const told = sections.map(([title, headings, rows]) => `${title}\n${rows.length === 0 ? '  ingen\n' : tableOf(headings, rows, numbers)}`);
  return `${told.join('\n')}\n${n(antall)} oppslag.${avkortet ? ' Perioden har flere: bare de nyeste er regnet med.' : ''}\n`;
}
