import { hash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { isSignedBy, openNote, parseCheckpoint, Witness } from '../../application/proof/signed-note.js';
import { keyFile } from '../../infrastructure/crypto/key-file.js';
import { runCommandLine } from './command-line.js';
import { history } from './revisjon/history.js';
import { lookupProof, lookups, review } from './revisjon/lookups.js';
import { outputOptions } from './output.js';
import { withPastCommands } from './revisjon/past-commands.js';
import { recordOptions } from './revisjon/record.js';
import { ServiceClient, orgOptions as service, type OrgOptions } from './service-client.js';
import { main as verify, tilePath, verifyConsistency } from './verify.js';

// `npm run -s revisjon -- <command>`: the auditor's commands, over REST. Exit codes: 0 done and whole, 1 could not be done, 2 there are
// differences, 3 the record is not whole.

interface Kontrollpunkt {
  readonly storrelse: number;
  readonly notat: string;
}
interface Nokler {
  readonly nokkel: string;
  readonly tidligere: readonly string[];
  readonly avsluttedeLogger: readonly { readonly avsluttet: string; readonly grunn: string }[];
}

const concurrentTiles = 8;
const pathOf = (fiksOrgId: string, rest: string): string => `/min-kommune/api/v1/${fiksOrgId}/revisjon/${rest}`;

/** Writes a file that only its owner may read. Never overwrites one. */
const write = (path: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
};

const readme = (org: string): string => `Dette er loggen til organisasjonen ${org}, slik den er lagret, med bevis for at den er hel.

Kontroller den med Node 20.19 eller nyere, uten nett:

    node verify.mjs . --also <mappe med kontrollpunkter du har tatt vare på>

HEL (0) betyr at ingen har endret, fjernet eller lagt til noe fram til kontrollpunktet. IKKE HEL (3) sier hva som er galt, og hvor.
andre.ndjson har hendelsene i andre organisasjoner som forteller hva de globale integrasjonene heter. De har ikke bevis her.
Se organisasjonen slik den var, uten tjenesten, med «revisjon state --from-folder <mappen>»: slik også med access, diff, page, history
og replay. Der er en posisjon feltet position på linjen, som er hendelsens nummer i hele loggen, og personer er referanser.

Nøkkelen i nokler kommer fra tjenesten. Sammenlign den med nøkkelen du har fått på en annen måte, og oppgi den med --key.
Den som driver tjenesten, kan skrive hele loggen om og signere den på nytt. Det vises bare for den som har tatt vare på et eldre
kontrollpunkt: oppgi det med --also.
`;

/** Downloads the organisation's log with its proof into a new folder. */
async function exportLog(options: OrgOptions & { readonly out: string }): Promise<void> {
  const client = new ServiceClient(options);
  const org = await client.organisation(options.org);
  if (existsSync(options.out)) throw new Error(`${options.out} finnes fra før. Velg en ny mappe.`);
  const draft = `${resolve(options.out)}.${process.pid}`;
  const last = await client.json<Kontrollpunkt>(pathOf(org, 'kontrollpunkt'));
  const { nokkel, tidligere } = await client.json<Nokler>(pathOf(org, 'nokkel'));
  write(join(draft, 'kontrollpunkt'), last.notat);
  write(join(draft, 'nokler'), [nokkel, ...tidligere].map((one) => `${one}\n`).join(''));
  for (let after = 0; ; ) {
    const some = await client.json<readonly Kontrollpunkt[]>(pathOf(org, `kontrollpunkter?etter=${after}`));
    for (const { storrelse, notat } of some) write(join(draft, 'kontrollpunkter', String(storrelse)), notat);
    if (some.length === 0) break;
    after = some.at(-1)!.storrelse;
  }
  for (const [path, file] of [['logg', 'logg.ndjson'], ['logg/andre', 'andre.ndjson']] as const)
    await pipeline(await client.stream(pathOf(org, path)), createWriteStream(join(draft, file), { mode: 0o600 }));
  await pLimit(concurrentTiles).map(Array.from({ length: Math.ceil(last.storrelse / 256) }), async (_, index) => {
    const width = Math.min(256, last.storrelse - index * 256);
    const { hasher } = await client.json<{ hasher: string }>(pathOf(org, `fliser/0/${index}?bredde=${width}`));
    write(join(draft, tilePath(0, index, width)), Buffer.from(hasher, 'base64'));
  });
  write(join(draft, 'lesmeg.txt'), readme(options.org));
  write(join(draft, 'verify.mjs'), readFileSync(fileURLToPath(new URL('verify.js', import.meta.url)), 'utf8').replace(/\n\/\/# sourceMappingURL.*\n?$/, '\n'));
  renameSync(draft, options.out);
  process.stderr.write(`${options.out}: ${last.storrelse} forseglede hendelser. Kontroller dem med «node ${join(options.out, 'verify.mjs')} ${options.out}».\n`);
}

async function checkpoint(options: OrgOptions): Promise<void> {
  const client = new ServiceClient(options);
  process.stdout.write((await client.json<Kontrollpunkt>(pathOf(await client.organisation(options.org), 'kontrollpunkt'))).notat);
}

async function proof(options: OrgOptions & { readonly position: string; readonly out?: string | undefined }): Promise<void> {
  const client = new ServiceClient(options);
  const { bevis } = await client.json<{ bevis: string }>(pathOf(await client.organisation(options.org), `bevis?posisjon=${encodeURIComponent(options.position)}`));
  if (options.out === undefined) process.stdout.write(bevis);
  else write(options.out, bevis);
}

/** The memory of a witness. */
interface Seen {
  readonly nokkel: string;
  readonly notat: string;
}

const originOf = (nokkel: string): string => nokkel.split('+')[0]!;

/**
 * The key of the log, when the witness trusts `known`: the same, or the present one when a checkpoint is signed with both. Throws when
 * the present one is another.
 */
async function successorOf(known: string, { nokkel, tidligere }: Nokler, read: (rest: string) => Promise<unknown>): Promise<string> {
  if (known === nokkel) return known;
  if (tidligere.includes(known))
    for (let after = 0; ; ) {
      const some = (await read(`kontrollpunkter?etter=${after}`)) as readonly Kontrollpunkt[];
      if (some.some(({ notat }) => isSignedBy(notat, known) && isSignedBy(notat, nokkel))) return nokkel;
      if (some.length === 0) break;
      after = some.at(-1)!.storrelse;
    }
  throw new Error(`Tjenesten signerer med en annen nøkkel enn vitnet stoler på: ${nokkel}. Få den bekreftet på en annen måte, og begynn på nytt med en annen fil.`);
}

/** Checks that the log goes on from the checkpoint that was seen last, keeps the new one, and cosigns it. Returns the exit code. */
async function witness(options: OrgOptions & { readonly state: string; readonly key: string; readonly name: string }): Promise<number> {
  const client = new ServiceClient(options);
  const org = await client.organisation(options.org);
  const seen = existsSync(options.state) ? (JSON.parse(readFileSync(options.state, 'utf8')) as Seen) : undefined;
  const present = await client.json<Nokler>(pathOf(org, 'nokkel'));
  const { notat } = await client.json<Kontrollpunkt>(pathOf(org, 'kontrollpunkt'));
  if (seen && originOf(seen.nokkel) !== originOf(present.nokkel)) {
    const [ended] = present.avsluttedeLogger;
    process.stdout.write(`IKKE HEL: loggen som vitnet har sett, er avsluttet${ended ? ` ${ended.avsluttet}: ${ended.grunn}` : ''} (NY_LOGG). Ta vare på ${options.state}, og begynn på nytt med en annen fil.\n`);
    return 3;
  }
  const nokkel = seen ? await successorOf(seen.nokkel, present, (rest) => client.json(pathOf(org, rest))) : present.nokkel;
  const later = parseCheckpoint(openNote(notat, nokkel));
  if (seen) {
    const earlier = parseCheckpoint(openNote(seen.notat, seen.nokkel));
    const hashes = earlier.size > later.size ? [] : (await client.json<{ hasher: readonly string[] }>(pathOf(org, `konsistens?fra=${earlier.size}&til=${later.size}`))).hasher;
    const isWhole = verifyConsistency(earlier, later, hashes.map((one) => Buffer.from(one, 'base64')), (bytes) => hash('sha256', bytes, 'buffer'));
    if (!isWhole) {
      process.stdout.write(`IKKE HEL: kontrollpunktet for ${later.size} hendelser går ikke videre fra det for ${earlier.size} som vitnet har sett (TO_HODER). Ta vare på begge.\n`);
      write(`${options.state}.${hash('sha256', notat).slice(0, 8)}`, notat);
      return 3;
    }
  } else process.stderr.write(`Vitnet ser loggen for første gang, og stoler på nøkkelen ${nokkel}\n`);
  const cosigner = new Witness(options.name, keyFile(dirname(options.key), options.key.split('/').at(-1)!));
  const cosigned = cosigner.cosign(notat, Math.floor(Date.now() / 1000));
  const draft = `${options.state}.ny`;
  writeFileSync(draft, JSON.stringify({ nokkel, notat } satisfies Seen), { mode: 0o600, flush: true });
  renameSync(draft, options.state);
  process.stdout.write(cosigned);
  process.stderr.write(`Sett og signert: ${later.size} hendelser. Vitnets nøkkel er ${cosigner.verifierKey}\n`);
  return 0;
}

const period = {
  from: { type: 'string', describe: 'Starten: 2027-03-14, «2027-03-14 10:05», ISO 8601 eller posisjon:4711' },
  to: { type: 'string', describe: 'Slutten, ikke medregnet' },
} as const;

const time = { describe: 'Starten: 2027-03-14, «2027-03-14 10:05» eller ISO 8601' } as const;

await runCommandLine('revisjon', (program) =>
  withPastCommands(program)
    .usage('$0 <kommando>: les revisjonssporet, se tilbake, og kontroller loggen til en organisasjon')
    .command(
      'history',
      'Vis hvem som gjorde hva, med hvem og hva',
      {
        ...recordOptions,
        ...period,
        who: { type: 'string', describe: 'Den som handlet, eller den det var på vegne av: navn eller referanse' },
        what: { type: 'string', describe: 'Tingen eller personen det gjelder: navn eller id' },
        action: { type: 'string', array: true, describe: 'Typer hendelse, for eksempel AccessGranted' },
        newest: { type: 'boolean', describe: 'De nyeste først' },
        ...outputOptions,
      } as const,
      async (options) => history(options),
    )
    .command(
      'lookups',
      'Vis søkene og oppslagene om innbyggere, eller mønstrene i dem',
      {
        ...service,
        from: { ...period.from, ...time, demandOption: true },
        to: period.to,
        patterns: { type: 'boolean', describe: 'Volum, timer på døgnet, avslag og innbyggere som går igjen' },
        integration: { type: 'string', describe: 'Id-en til en integrasjon' },
        citizen: { type: 'string', describe: 'Referansen til en innbygger' },
        result: { choices: ['OK', 'TOMT', 'AVSLATT'], describe: 'Resultatet' },
        ...outputOptions,
      } as const,
      async (options) => lookups(options),
    )
    .command(
      'review',
      'Registrer en gjennomgang av innsynsloggen',
      {
        ...service,
        from: { ...period.from, ...time, demandOption: true },
        to: { ...period.to, demandOption: true },
        conclusion: { type: 'string', demandOption: true, describe: 'Konklusjonen, uten personopplysninger' },
        finding: { type: 'string', array: true, describe: 'Et funn: id-en til linjen og teksten. Kan gjentas' },
      } as const,
      async (options) => review(options),
    )
    .command(
      'lookup-proof',
      'Kontroller at en linje i innsynsloggen er uendret siden den ble forseglet',
      { ...service, line: { type: 'string', demandOption: true, describe: 'Id-en til linjen' }, key: { type: 'string', describe: 'En nøkkel du stoler på. Uten den brukes tjenestens' } } as const,
      async (options) => {
        process.exitCode = await lookupProof(options);
      },
    )
    .command('export', 'Last ned loggen til en organisasjon, med bevis', { ...service, out: { type: 'string', demandOption: true, describe: 'En ny mappe' } } as const, async (options) => exportLog(options))
    .command('verify <mappe>', 'Kontroller en nedlastet logg', (command) => command.positional('mappe', { type: 'string', demandOption: true }).option('also', { type: 'string', array: true, describe: 'Mapper med kontrollpunkter du har tatt vare på' }).option('key', { type: 'string', array: true, describe: 'Nøkler du stoler på' }), async ({ mappe, also = [], key = [] }) => {
      process.exitCode = await verify([mappe, ...also.flatMap((one) => ['--also', one]), ...key.flatMap((one) => ['--key', one])]);
    })
    .command('checkpoint', 'Skriv ut det siste kontrollpunktet', service, async (options) => checkpoint(options))
    .command('proof', 'Hent beviset for at en hendelse står i loggen', { ...service, position: { type: 'string', demandOption: true, describe: 'Posisjonen til hendelsen: Log-Position i svaret på endringen' }, out: { type: 'string', describe: 'En ny fil. Uten den skrives beviset ut' } } as const, async (options) => proof(options))
    .command('witness', 'Kontroller at loggen går videre fra sist, og signer kontrollpunktet som vitne', { ...service, state: { type: 'string', demandOption: true, describe: 'Filen der vitnet husker hva det har sett' }, key: { type: 'string', demandOption: true, describe: 'Filen med vitnets nøkkel. Lages første gang' }, name: { type: 'string', demandOption: true, describe: 'Navnet på vitnet, uten mellomrom' } } as const, async (options) => {
      process.exitCode = await witness(options);
    })
    .demandCommand(1, 'Oppgi en kommando.'),
);
