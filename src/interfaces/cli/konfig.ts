import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Endring } from '../../application/konfigurasjon/changes.js';
import { Konfigurasjon } from '../../application/konfigurasjon/konfigurasjon.js';
import { NotPlannable, planFor, type Plan } from '../../application/konfigurasjon/plan.js';
import { applyPlan, standOf, Stopped, type Applied, type NewPassword, type WithoutPassword } from './apply-plan.js';
import { runCommandLine } from './command-line.js';
import { formatKonfigurasjon, Konfigurasjonsfil, readListe, schemaAt } from './konfigurasjonsfil.js';
import { formatMoment } from './moment.js';
import { formatNumber, jsonOf, outputOptions, sinkOf } from './output.js';
import { Progress } from './progress.js';
import { ServiceClient, ServiceError, serviceOptions, type ServiceOptions } from './service-client.js';

// `npm run -s konfig -- <command>`: the configuration of an organisation as a file, over REST with a person's token. Exit codes: 0 done
// and no difference, 2 the plan has differences, 1 could not be done.

interface OutOptions {
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
}
interface FileOptions extends ServiceOptions {
  readonly fil: string;
  readonly org?: string | undefined;
}

const clientOf = (options: ServiceOptions) => new ServiceClient(options, 'KONFIG_TOKEN');
function refuse(code: string, message: string): never {
  throw new ServiceError(code, message);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return refuse('FIL_MANGLER', `Filen ${file} finnes ikke, eller kan ikke leses.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('FIL_IKKE_UTF8', `Filen ${file} er ikke UTF-8. I Excel heter det «CSV UTF-8».`);
  }
}

/** Writes to stdout, or to a file that only its owner may read. */
const write = (text: string, options: OutOptions): Promise<void> => pipeline(Readable.from([text]), sinkOf({ format: 'tabell', ...options }));

const titleOf = ({ navn, kommunenummer }: Plan['organisasjon']) => (kommunenummer === undefined ? navn : `${navn} (${kommunenummer})`);
const counted = (count: number, one: string, several: string) => `${count} ${count === 1 ? one : several}`;

/** Writes the configuration of an organisation as a file. */
async function exportFile(options: ServiceOptions & OutOptions & { readonly org: string; readonly withPersons?: boolean | undefined }): Promise<void> {
  const client = clientOf(options);
  const fiksOrgId = await client.organisation(options.org);
  const { konfigurasjon, posisjon, tidspunkt } = await standOf(client, fiksOrgId, options.withPersons === true);
  const { navn = '' } = konfigurasjon.organisasjon ?? {};
  await write(formatKonfigurasjon(konfigurasjon, { schema: schemaAt(options.url), heading: `${navn}, slik det var ${formatMoment(tidspunkt)} (til og med posisjon ${formatNumber(Number(posisjon))})` }), options);
}

/** The organisation that a file is for: the one that the option names, else the one in the file. */
async function organisationOf(client: ServiceClient, { organisasjon = {} }: Konfigurasjon, org: string | undefined): Promise<string> {
  const named = org ?? organisasjon.fiksOrgId ?? organisasjon.kommunenummer;
  return client.organisation(named ?? refuse('ORGANISASJON_MANGLER', 'Filen sier ikke hvilken organisasjon den gjelder. Oppgi den med --org.'));
}

/** Plans a file for one organisation. */
async function planned(client: ServiceClient, file: Konfigurasjonsfil, konfigurasjon: Konfigurasjon, org: string | undefined): Promise<Plan> {
  const stand = await standOf(client, await organisationOf(client, konfigurasjon, org), konfigurasjon.roller !== undefined);
  try {
    return planFor(stand, konfigurasjon);
  } catch (error) {
    throw error instanceof NotPlannable ? file.refusal(error.problems) : error;
  }
}

/** A plan as text: a line for each change, and what to know besides. */
function textOf({ organisasjon, posisjon, endringer, merknader }: Plan): string {
  const lineOf = ({ art, hva, kommandoer }: Endring) => {
    if (kommandoer.length === 0) return `  ! ${hva}: kan ikke gjøres med en fil`;
    return `  ${art} ${hva}${art === '-' ? '    slettes bare med --delete' : ''}`;
  };
  const changes = endringer.filter(({ kommandoer }) => kommandoer.length > 0).length;
  const lines = [...endringer.map(lineOf), ...merknader.map((one) => `  ! ${one}`)];
  return [`${titleOf(organisasjon)}, mot posisjon ${formatNumber(Number(posisjon))}`, ...lines, `${counted(changes, 'endring', 'endringer')}.`, ''].join('\n');
}

/** Tells what a file would change. Returns the exit code. */
async function plan(options: FileOptions & OutOptions & { readonly format: string }): Promise<number> {
  const file = new Konfigurasjonsfil(options.fil, readText(options.fil));
  const made = await planned(clientOf(options), file, file.read(), options.org);
  const json = jsonOf('plan', { org: options.org, fil: options.fil }, made, { logg: { posisjon: made.posisjon } });
  if (options.out !== undefined) await write(json, options);
  process.stdout.write(options.format === 'json' ? json : textOf(made));
  return made.endringer.length > 0 ? 2 : 0;
}

const Planfil = z.object({
  kommando: z.literal('plan'),
  versjon: z.literal(1),
  svar: z.object({
    organisasjon: z.object({ fiksOrgId: z.string(), navn: z.string(), kommunenummer: z.string().optional() }),
    posisjon: z.string().regex(/^\d+$/),
    revisjoner: z.record(z.string(), z.string()),
    konfigurasjon: Konfigurasjon,
    endringer: z.array(z.looseObject({ art: z.enum(['+', '~', '-']), ting: z.object({ seksjon: z.string(), id: z.string(), navn: z.string() }), felter: z.record(z.string(), z.unknown()) })),
    merknader: z.array(z.string()),
  }),
});

/** Reads a plan that `plan --out` has written. */
function readPlan(file: string): Plan {
  let json: unknown;
  try {
    json = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof ServiceError) throw error;
  }
  const { data } = Planfil.safeParse(json);
  return (data?.svar ?? refuse('UGYLDIG_PLAN', `${file} er ikke en plan som «konfig plan --out» har skrevet, eller den er endret.`)) as unknown as Plan;
}

/** The result of an apply in one organisation. */
interface Outcome {
  readonly organisasjon: string;
  /** The number of changes, counting one that was made in part. */
  readonly endret: number;
  readonly ikkeSlettet: number;
  /** The changes that no file can make. */
  readonly umulig: readonly string[];
  readonly utenPassord?: WithoutPassword;
  /** The plan's other sentences, such as that something is over and therefore left out. */
  readonly merknader?: readonly string[];
  readonly feil?: { readonly kode: string; readonly melding: string };
}
interface ApplyOptions extends FileOptions {
  readonly delete?: boolean | undefined;
  readonly for?: string | undefined;
  readonly format: string;
}

const outcomeOf = (organisasjon: string, { made, kept, impossible, withoutPassword }: Applied, merknader: Plan['merknader'] = []): Outcome => ({
  organisasjon,
  endret: made,
  ikkeSlettet: kept,
  umulig: impossible.map(({ hva }) => hva),
  ...(withoutPassword && { utenPassord: withoutPassword }),
  ...(merknader.length > 0 && { merknader }),
});
/** The outcome of an apply that failed, perhaps after some changes. */
const failureOf = (organisasjon: string, error: ServiceError): Outcome => ({
  ...outcomeOf(organisasjon, error instanceof Stopped ? error.applied : { made: 0, kept: 0, impossible: [] }),
  feil: { kode: error.code, melding: error.message },
});

function lineOf({ organisasjon, endret, ikkeSlettet, umulig, merknader = [], feil }: Outcome): string {
  if (feil) return `${organisasjon}: ${feil.kode} ${feil.melding}`;
  const parts = [
    endret === 0 ? 'uendret' : `${endret} endret`,
    ...(ikkeSlettet > 0 ? [`${counted(ikkeSlettet, 'sletting', 'slettinger')} ikke gjort: kjør med --delete`] : []),
    ...umulig.map((hva) => `${hva}: kan ikke gjøres med en fil`),
    ...merknader,
  ];
  return `${organisasjon}: ${parts.join(', ')}`;
}

/** The outcomes of forty kommuner, and how many of each kind. */
function summaryOf(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter(({ feil }) => feil).length;
  const updated = outcomes.filter(({ endret, feil }) => endret > 0 && !feil).length;
  const again = failed > 0 ? ` Kjør igjen for å prøve ${failed === 1 ? 'den' : 'dem'} som feilet.` : '';
  return `${outcomes.map((one) => `  ${lineOf(one)}\n`).join('')}${updated} oppdatert, ${outcomes.length - updated - failed} uendret, ${failed} feilet.${again}\n`;
}

/** Applies, and tells of the outcomes and of every new password at the end, whatever the end is. */
async function applying({ format, fil, org, for: list }: ApplyOptions, textOf: (outcomes: readonly Outcome[]) => string, work: (outcomes: Outcome[], passwords: NewPassword[], signal: AbortSignal) => Promise<void>): Promise<readonly Outcome[]> {
  const [outcomes, passwords]: [Outcome[], NewPassword[]] = [[], []];
  const tell = (): void => {
    if (format === 'json') {
      process.stdout.write(jsonOf('apply', { org, fil, for: list }, { utfall: outcomes, passord: passwords }));
      return;
    }
    process.stdout.write(textOf(outcomes));
    if (passwords.length > 0) process.stdout.write('\nNye passord. De vises bare nå:\n');
    for (const { organisasjon, integrasjon, integrasjonId, passord } of passwords) process.stdout.write(`  ${organisasjon} · ${integrasjon} · ${integrasjonId} · ${passord}\n`);
  };
  // The change that is under way is made to its end, with its password. Who cannot wait for that interrupts again.
  const stop = new AbortController();
  const interrupted = (): void => {
    if (stop.signal.aborted) {
      tell();
      process.exit(130);
    }
    stop.abort();
    process.stderr.write('Stopper når endringen som er i gang, er gjort …\n');
  };
  process.on('SIGINT', interrupted);
  try {
    await work(outcomes, passwords, stop.signal);
    return outcomes;
  } finally {
    process.off('SIGINT', interrupted);
    tell();
  }
}

/** Makes the changes of a plan, or of a file. */
async function apply(options: ApplyOptions): Promise<void> {
  const client = clientOf(options);
  const made = options.fil.endsWith('.json') ? readPlan(options.fil) : await planOfFile(client, options);
  if (options.org !== undefined && (await client.organisation(options.org)) !== made.organisasjon.fiksOrgId)
    refuse('ANNEN_ORGANISASJON', `Planen er for ${titleOf(made.organisasjon)}, ikke for ${options.org}.`);
  // The message of a failure goes to stderr.
  const textOf = (outcomes: readonly Outcome[]) => outcomes.filter(({ feil }) => !feil).map((one) => `${lineOf(one)}.\n`).join('');
  await applying(options, textOf, async (outcomes, passwords, signal) => {
    const organisasjon = titleOf(made.organisasjon);
    try {
      outcomes.push(outcomeOf(organisasjon, await applyPlan(client, made, { remove: options.delete === true, passwords, signal }), made.merknader));
    } catch (error) {
      if (error instanceof ServiceError) outcomes.push(failureOf(organisasjon, error));
      throw error;
    }
  });
}
function planOfFile(client: ServiceClient, { fil, org }: FileOptions): Promise<Plan> {
  const file = new Konfigurasjonsfil(fil, readText(fil));
  return planned(client, file, file.read(), org);
}

/** Applies a template to every organisation of a list. Goes on after a failure. Returns the exit code. */
async function applyToMany(options: ApplyOptions & { readonly for: string }): Promise<number> {
  if (options.org !== undefined) refuse('UGYLDIG_VALG', 'Bruk enten --org eller --for.');
  const client = clientOf(options);
  const [rows, file] = [readListe(options.for, readText(options.for)), new Konfigurasjonsfil(options.fil, readText(options.fil))];
  const progress = new Progress('Setter opp', rows.length, 'organisasjoner');
  const outcomes = await applying(options, summaryOf, async (done, passwords, signal) => {
    for (const [at, row] of rows.entries()) {
      if (signal.aborted) refuse('AVBRUTT', `Du avbrøt etter ${at} av ${rows.length} organisasjoner.`);
      const org = row['fiksOrgId'] || row['kommunenummer'] || '';
      try {
        const made = await planned(client, file, file.read(row), org);
        done.push(outcomeOf(`${row['kommunenummer'] ?? org} ${made.organisasjon.navn}`, await applyPlan(client, made, { remove: options.delete === true, passwords, signal }), made.merknader));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        done.push(failureOf(`${org} ${row['kommunenavn'] ?? ''}`.trim(), error));
      }
      progress.at(at + 1, at + 1);
    }
  }).finally(() => {
    progress.stop();
  });
  return outcomes.some(({ feil }) => feil) ? 1 : 0;
}

/** Makes a password for an integration, and prints it this once. */
async function password(options: ServiceOptions & { readonly integrasjon: string }): Promise<void> {
  const made = await clientOf(options).post<{ readonly passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${encodeURIComponent(options.integrasjon)}/lagPassord`);
  process.stdout.write(`${made!.passord}\n`);
  process.stderr.write('Passordet vises bare nå. Et tidligere passord virker ikke lenger.\n');
}

const service = serviceOptions('KONFIG_TOKEN');
const org = { org: { type: 'string', describe: 'Kommunenummeret eller fiksOrgId-en, når filen ikke har den' } } as const;
const { out, force } = outputOptions;
const format = { choices: ['tabell', 'json'], default: 'tabell', describe: 'Formen på svaret' } as const;
const file = { type: 'string', demandOption: true } as const;

await runCommandLine('konfig', (program) =>
  program
    .usage('$0 <kommando>: oppsettet av Min kommune som fil')
    .command(
      'export <org>',
      'Skriv oppsettet til en organisasjon som YAML',
      (command) =>
        command
          .positional('org', { type: 'string', demandOption: true, describe: 'Kommunenummeret eller fiksOrgId-en' })
          .options({ ...service, out, force, 'with-persons': { type: 'boolean', describe: 'Ta med rollene, som referanser til personer' } } as const),
      async (options) => exportFile(options),
    )
    .command(
      'plan <fil>',
      'Vis hva en fil endrer. Gir 2 når den endrer noe',
      (command) =>
        command
          .positional('fil', { ...file, describe: 'En fil som export har skrevet, eller som ligner' })
          .options({ ...service, ...org, out: { ...out, describe: 'En ny fil for planen, som apply leser' }, force, format } as const),
      async (options) => {
        process.exitCode = await plan(options);
      },
    )
    .command(
      'apply <fil>',
      'Gjør det en plan eller en fil sier',
      (command) =>
        command
          .positional('fil', { ...file, describe: 'En plan (.json), eller en fil' })
          .options({
            ...service,
            ...org,
            delete: { type: 'boolean', describe: 'Ta også bort det filen ikke har' },
            for: { type: 'string', describe: 'En CSV-fil med en linje for hver organisasjon. ${navn} i filen er verdien i kolonnen' },
            format,
          } as const),
      async (options) => {
        if (options.for === undefined) await apply(options);
        else process.exitCode = await applyToMany({ ...options, for: options.for });
      },
    )
    .command(
      'password <integrasjon>',
      'Lag et nytt passord for en integrasjon',
      (command) => command.positional('integrasjon', { type: 'string', demandOption: true, describe: 'Id-en til integrasjonen' }).options(service),
      async (options) => password(options),
    )
    .demandCommand(1, 'Oppgi en kommando.'),
);
