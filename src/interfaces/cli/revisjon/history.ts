import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseCheckpoint } from '../../../application/proof/signed-note.js';
import { formatMoment, parseMoment } from '../moment.js';
import { formatNumber, jsonOf, sinkOf, tableOf, type OutputOptions } from '../output.js';
import { ServiceError, type ServiceClient } from '../service-client.js';
import { withRecord, type RecordOptions } from './record.js';

/** The part of a line that a table shows. */
interface Linje {
  readonly posisjon: number;
  readonly tidspunkt: string;
  readonly hvem: { readonly navn: string };
  readonly hva: string;
}
interface HistoryOptions extends RecordOptions, OutputOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly who?: string | undefined;
  readonly what?: string | undefined;
  readonly action?: readonly string[] | undefined;
  readonly newest?: boolean | undefined;
}

/** The most lines that the service gives at a time. */
const linesPerPage = 500;
const acceptOf = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

/** Writes the audit trail of an organisation: who did what, to whom and what. */
export const history = (options: HistoryOptions): Promise<void> => withRecord(options, (client, org) => write(options, client, org));

async function write(options: HistoryOptions, client: ServiceClient, org: string): Promise<void> {
  const { format } = options;
  const query = queryOf(options);
  const path = `/min-kommune/api/v1/${org}/revisjon/hendelser?${new URLSearchParams([...query, ['antall', String(linesPerPage)]]).toString()}`;
  if (format === 'csv' || format === 'ndjson') {
    await pipeline(await client.stream(path, acceptOf[format]), sinkOf(options));
    return;
  }
  const lines: Linje[] = [];
  for await (const page of client.pages<readonly Linje[]>(path)) lines.push(...page);
  const logg = await checkpointOf(client, org);
  const spurt = Object.fromEntries([...new Set(query.map(([name]) => name))].map((name) => [name, valuesOf(query, name)]));
  const text =
    format === 'json'
      ? jsonOf('history', { org: options.org, mappe: options.fromFolder, ...spurt }, lines, { logg })
      : `${lines.length === 0 ? '' : tableOf(['posisjon', 'tidspunkt', 'hvem', 'hva'], lines.map((one) => [formatNumber(one.posisjon), formatMoment(one.tidspunkt), one.hvem.navn, one.hva]), ['posisjon'])}${summaryOf(lines, logg?.storrelse)}\n`;
  await pipeline(Readable.from([text]), sinkOf(options));
}

/** The parameters of the question to the service. */
function queryOf({ from, to, who, what, action = [], newest }: HistoryOptions): [string, string][] {
  const bound = (name: string, text: string): [string, string] => {
    const moment = parseMoment(text);
    return 'posisjon' in moment ? [`${name}Posisjon`, moment.posisjon] : [name, moment.tidspunkt];
  };
  return [
    ...(from === undefined ? [] : [bound('fra', from)]),
    ...(to === undefined ? [] : [bound('til', to)]),
    ...(who === undefined ? [] : [['hvem', who] satisfies [string, string]]),
    ...(what === undefined ? [] : [['gjelder', what] satisfies [string, string]]),
    ...action.map((one): [string, string] => ['hendelse', one]),
    ...(newest ? [['sortering', 'NYESTE_FORST'] satisfies [string, string]] : []),
  ];
}

function valuesOf(query: readonly (readonly [string, string])[], name: string): string | readonly string[] {
  const values = query.filter(([one]) => one === name).map(([, value]) => value);
  return values.length === 1 ? values[0]! : values;
}

/** The last checkpoint of the organisation's log; undefined when nothing is sealed yet. */
async function checkpointOf(client: ServiceClient, org: string): Promise<{ readonly origin: string; readonly storrelse: number; readonly rot: string } | undefined> {
  try {
    const { notat } = await client.json<{ readonly notat: string }>(`/min-kommune/api/v1/${org}/revisjon/kontrollpunkt`);
    const { origin, size, root } = parseCheckpoint(notat);
    return { origin, storrelse: size, rot: Buffer.from(root).toString('base64') };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'IKKE_FORSEGLET') return undefined;
    throw error;
  }
}

function summaryOf(lines: readonly Linje[], sealed: number | undefined): string {
  const checkpoint = sealed === undefined ? 'Loggen er ikke forseglet ennå.' : `Kontrollpunkt ${formatNumber(sealed)}.`;
  // The lines are in order, the oldest or the newest first.
  const [first = 0, last = 0] = [lines[0], lines.at(-1)].map((one) => one?.posisjon ?? 0).sort((a, b) => a - b);
  const places = lines.length === 0 ? '' : `, posisjon ${first === last ? formatNumber(first) : `${formatNumber(first)}–${formatNumber(last)}`}`;
  return `${formatNumber(lines.length)} ${lines.length === 1 ? 'linje' : 'linjer'}${places}. ${checkpoint}`;
}
