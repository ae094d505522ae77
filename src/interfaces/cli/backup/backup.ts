import { existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../../../infrastructure/config.js';
import { checkBackup } from '../../../infrastructure/operations/backup.js';
import { runCommandLine } from '../command-line.js';
import { Progress } from '../progress.js';
import { ServiceClient } from '../service-client.js';
import { withStores } from '../with-stores.js';
import { editedLinesOf } from '../lines.js';
import { isInUse, linesOf, summaryLine } from './files.js';

interface Options {
  readonly sted: string;
  readonly url: string;
  readonly tokenFile?: string | undefined;
}

// `npm run -s backup -- kopier` makes a backup of everything that cannot be built again, while the service runs or stands still.
// The running service alone can open an embedded database, so the command asks it, with the platform's token.
await runCommandLine('backup', (program) =>
  program.command(
    '$0 <sted>',
    'Ta en sikkerhetskopi av alt som ikke kan bygges på nytt',
    (command) =>
      command
        .positional('sted', { type: 'string', demandOption: true, describe: 'En mappe, som får en ny fil, eller navnet på en ny fil' })
        .options({
          url: { type: 'string', default: 'http://localhost:3000', describe: 'Adressen til tjenesten, når den har datamappen åpen' },
          'token-file': { type: 'string', describe: 'En fil med plattformens token. Uten den brukes DRIFT_TOKEN' },
        }),
    (options) => backup(options),
  ),
);

async function backup({ sted, ...service }: Options): Promise<void> {
  const path = existsSync(sted) && statSync(sted).isDirectory() ? join(sted, `min-kommune-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.ndjson`) : sted;
  if (existsSync(path)) throw new Error(`${path} finnes fra før. En sikkerhetskopi blir aldri skrevet over.`);
  try {
    await withStores(readConfig(), async ({ backups, stored }) => {
      const head = await stored.head();
      if (head === 0n) throw new Error('Loggen er tom, så det er ingenting å kopiere. Kjør kommandoen med de samme innstillingene som tjenesten (DATA_DIR eller DATABASE_URL).');
      await write(path, backups.lines(), Number(head));
    });
  } catch (error) {
    if (!isInUse(error)) throw error;
    const stream = await new ServiceClient(service, 'DRIFT_TOKEN').stream('/min-kommune/api/v1/drift/sikkerhetskopi', 'application/x-ndjson');
    await write(path, editedLinesOf(stream), 0);
  }
  const { summary } = await checkBackup(linesOf(path));
  process.stderr.write(`Kopiert til ${path} og lest tilbake: ${summaryLine(summary)}\n`);
  process.stderr.write('PERSON_KEY (person.key) og SEAL_KEY (forsegling.key) er ikke med. Ta vare på dem et annet sted.\n');
}

/** Writes to a file beside it, which gets the name when it is whole and on the disk. */
async function write(path: string, lines: AsyncIterable<string>, events: number): Promise<void> {
  const part = `${path}.del`;
  const progress = new Progress('Kopierer', events, 'linjer');
  const file = await open(part, 'w', 0o600);
  try {
    let [count, waiting] = [0, [] as string[]];
    const flush = async () => {
      await file.appendFile(waiting.join(''));
      waiting = [];
      progress.at(Math.min(count, events), count);
    };
    for await (const line of lines) {
      count++;
      if (waiting.push(`${line}\n`) === 500) await flush();
    }
    await flush();
    await file.sync();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    progress.stop();
    await file.close();
  }
  await checkBackup(linesOf(part)).catch(async (error: unknown) => {
    await rm(part, { force: true });
    throw error;
  });
  await rename(part, path);
}
