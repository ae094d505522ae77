import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { EventStore } from '../../application/ports/event-store.js';
import { readConfig } from '../../infrastructure/config.js';
import { exportLog, exportToFile, importLog, type LogSummary } from '../../infrastructure/operations/log-file.js';
import { runCommandLine } from './command-line.js';
import { Progress } from './progress.js';
import { withStores } from './with-stores.js';

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
    .demandCommand(1, 'Oppgi en kommando.'),
);

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
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
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
