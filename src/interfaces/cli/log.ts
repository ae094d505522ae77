import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setImmediate as macrotask } from 'node:timers/promises';
import { faultsOf, LogCheck, type LogCheckReport } from '../../application/proof/log-check.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { HealthReport } from '../../application/ports/health.js';
import { SystemClock } from '../../infrastructure/clock.js';
import { readConfig } from '../../infrastructure/config.js';
import { exportLog, exportToFile, importLog, type LogSummary } from '../../infrastructure/operations/log-file.js';
import { foreignTo } from '../../infrastructure/workers/foreign-checkpoints.js';
import { isInUse } from './backup/files.js';
import { runCommandLine } from './command-line.js';
import { editedLinesOf } from './lines.js';
import { Progress } from './progress.js';
import { orgOption, ServiceClient, serviceOptions, type OrgOptions, type ServiceOptions } from './service-client.js';
import { withStores } from './with-stores.js';

const service = serviceOptions('DRIFT_TOKEN');

// `npm run -s log -- check` compares the log with the registers beside it. `appoint` gives an organisation an administrator again.
// `npm run -s log -- export logg.ndjson` (or `export > logg.ndjson`) and `npm run -s log -- import logg.ndjson`. The service must be
// stopped on the embedded database, and may run on a server. Run again after an interruption, import and export to a file go on.
await runCommandLine('log', (program) =>
  program
    .command(
      'export [fil]',
      'Skriv loggen til en fil, en hendelse per linje. Uten fil skrives den ut',
      (command) => command.positional('fil', { type: 'string', describe: 'Filen. Finnes den fra før, fortsetter eksporten i den' }),
      ({ fil }) => withStores(readConfig(), ({ stored }) => exportFrom(stored, fil)),
    )
    .command(
      'import <fil>',
      'Les loggen inn fra en fil, og kontroller den',
      (command) => command.positional('fil', { type: 'string', demandOption: true, describe: 'En fil fra log export' }),
      ({ fil }) =>
        withStores(readConfig(), async ({ stored }) => {
          tell('Importert og kontrollert', await importFrom(fil, stored));
        }),
    )
    .command(
      'check',
      'Kontroller at databasen passer til loggen, og at visningene er av den',
      { ...service, url: { ...service.url, describe: 'Adressen til tjenesten, når den har datamappen åpen' } } as const,
      (options) => check(options),
    )
    .command(
      'appoint',
      'Gi en organisasjon en administrator igjen, som plattformen. Fødselsnummeret leses fra stdin',
      { ...service, ...orgOption } as const,
      (options) => appoint(options),
    )
    .demandCommand(1, 'Oppgi en kommando.'),
);

/** Exit code 2: there are faults. */
async function check(service: ServiceOptions): Promise<void> {
  const { report, views } = await checked(service);
  const { personerSomMangler, personerUtenReferanse, glemteSomFinnes, noklerSomMangler, utenAdministrator } = report;
  process.stdout.write(
    [
      `Personer i loggen som mangler i registeret: ${personerSomMangler}`,
      `Personer i registeret som loggen ikke viser til: ${personerUtenReferanse}`,
      `Glemte personer som ennå står i registeret: ${glemteSomFinnes}`,
      `Mottakere av meldinger uten nøkkel: ${noklerSomMangler}`,
      `Organisasjoner uten administrator igjen: ${utenAdministrator.length}`,
      ...utenAdministrator.map((id) => `  ${id}`),
      ...views.map((line) => `Er ikke av denne loggen: ${line}`),
    ].join('\n') + '\n',
  );
  const faults = faultsOf(report);
  if (faults !== undefined) process.stderr.write(`${faults}.\n`);
  if (utenAdministrator.length > 0) process.stderr.write('Plattformen gir en organisasjon en administrator igjen med «npm run -s log -- appoint».\n');
  if (faults !== undefined || views.length > 0) process.exitCode = 2;
}

/** The report, and the views that are not of this log, with why. */
async function checked(service: ServiceOptions): Promise<{ readonly report: Omit<LogCheckReport, 'hendelser'>; readonly views: readonly string[] }> {
  try {
    return await withStores(readConfig(), async ({ events, persons, keys, views }) => {
      const foreign = await foreignTo(events, await views.checkpoints());
      const report = await new LogCheck(events, persons, keys, new SystemClock()).check(macrotask);
      return { report, views: foreign.map(({ checkpoint: { name, version }, rebuild }) => `${name} versjon ${version} (${rebuild.reason}). Bygges på nytt når tjenesten starter`) };
    });
  } catch (error) {
    if (!isInUse(error)) throw error;
    const client = new ServiceClient(service, 'DRIFT_TOKEN');
    const report = await client.json<Omit<LogCheckReport, 'hendelser'>>('/min-kommune/api/v1/drift/kontroll');
    const { visninger = [] } = await client.json<Partial<HealthReport>>('/health');
    return { report, views: visninger.flatMap(({ navn, versjon, bygges, etterslep }) => (bygges ? [`${navn} versjon ${versjon} (${bygges.grunn}). Bygges på nytt siden ${bygges.siden}, ${etterslep} posisjoner igjen`] : [])) };
  }
}

/** A fødselsnummer is never an argument, because other users of the machine see those. The audit trail shows that the platform did it. */
async function appoint({ org, ...options }: OrgOptions): Promise<void> {
  const client = new ServiceClient(options, 'DRIFT_TOKEN');
  const fiksOrgId = await client.organisation(org);
  if (process.stdin.isTTY) process.stderr.write('Fødselsnummeret til administratoren: ');
  const [fnr = ''] = await firstLines(process.stdin);
  if (!/^\d{11}$/.test(fnr.trim())) throw new Error('Oppgi et fødselsnummer med elleve siffer på stdin.');
  await client.post(`/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`, { aktor: fnr.trim(), privilegium: 'ADMIN' });
  process.stderr.write('Organisasjonen har en administrator igjen. Revisjonssporet viser at plattformen ga tilgangen.\n');
}

async function firstLines(input: NodeJS.ReadableStream): Promise<readonly string[]> {
  for await (const line of createInterface({ input })) return [line];
  return [];
}

async function exportFrom(events: EventStore, path: string | undefined): Promise<void> {
  const progress = new Progress('Eksporterer', Number(await events.head()));
  const at = (count: number, position: bigint) => {
    progress.at(Number(position), count);
  };
  try {
    if (path !== undefined) {
      const summary = await exportToFile(events, path, at);
      progress.stop();
      tell('Eksportert', summary);
      return;
    }
    for await (const line of exportLog(events, at)) if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  } finally {
    progress.stop();
  }
}

async function importFrom(path: string, events: EventStore): Promise<LogSummary> {
  const progress = new Progress('Importerer', (await stat(path)).size);
  const lines = async function* () {
    let [bytes, count] = [0, 0];
    for await (const line of editedLinesOf(createReadStream(path) as AsyncIterable<Buffer>)) {
      yield line;
      progress.at((bytes += Buffer.byteLength(line) + 1), count++);
    }
  };
  return importLog(events, lines()).finally(() => {
    progress.stop();
  });
}

function tell(done: string, { events, sha256 }: LogSummary): void {
  process.stderr.write(`${done}: ${events} hendelser, SHA-256 ${sha256}\n`);
}
