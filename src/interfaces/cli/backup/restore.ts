import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig, settingsFingerprint, type Config } from '../../../infrastructure/config.js';
import { BackupError, checkBackup, restoreBackup, type BackupHeader } from '../../../infrastructure/operations/backup.js';
import { forgetAgain } from '../../../infrastructure/operations/forget-again.js';
import { ForgottenFile } from '../../../infrastructure/operations/forgotten-file.js';
import { fingerprintOf } from '../../../infrastructure/postgres/persons/master-key.js';
import { forgottenFile, personKey } from '../../../stores.js';
import { runCommandLine } from '../command-line.js';
import { withStores } from '../with-stores.js';
import { linesOf, summaryLine } from './files.js';

interface Options {
  readonly fil: string;
  readonly check: boolean;
  readonly forgotten?: string | undefined;
}

// `npm run -s restore -- kopi.ndjson` puts a backup back into an empty place, and `--check` only reads it. The service must be
// stopped. Run again after an interruption, it goes on.
await runCommandLine('restore', (program) =>
  program.command(
    '$0 <fil>',
    'Legg en sikkerhetskopi tilbake på et tomt sted',
    (command) =>
      command
        .positional('fil', { type: 'string', demandOption: true, describe: 'Filen fra backup' })
        .options({
          check: { type: 'boolean', default: false, describe: 'Les kopien og kontroller den, og rør ingenting' },
          forgotten: { type: 'string', describe: 'Filen med dem som er glemt, fra tjenesten som kopien er av (GLEMT_FIL)' },
        }),
    (options) => restore(options),
  ),
);

async function restore({ fil, check, forgotten }: Options): Promise<void> {
  const { header, summary } = await checkBackup(linesOf(fil));
  process.stderr.write(`Kopien fra ${header.laget} er hel: ${summaryLine(summary)}\n`);
  if (check) return;
  const config = readConfig();
  requireSameKey(header, config);
  if (header.innstillinger !== settingsFingerprint(config)) process.stderr.write('Innstillingene er ikke de samme som da kopien ble tatt. Se over hvor lenge opplysninger lagres, og grensene.\n');
  const path = forgotten ?? forgottenFile(config);
  const list = new ForgottenFile(path);
  const ids = await list.all();
  if (forgotten !== undefined && ids === undefined) throw new Error(`Filen ${forgotten} med dem som er glemt, finnes ikke.`);
  await withStores(config, async (stores) => {
    const log = await restoreBackup(() => linesOf(fil), summary, stores.stored, stores.database);
    process.stderr.write(`Lagt tilbake og kontrollert: ${log.events} hendelser, SHA-256 ${log.sha256}. Visningene bygges når tjenesten starter.\n`);
    if (ids === undefined) {
      process.stderr.write(`ADVARSEL: Det er ingen fil med dem som er glemt (${path}). De som er glemt etter ${header.laget}, er tilbake. Finn filen og kjør kommandoen igjen med --forgotten før tjenesten startes. Etterpå må de glemmes én for én.\n`);
      return;
    }
    const brought = await forgetAgain(stores, ids, new Date().toISOString(), config.revisjonsnavnDager);
    // The next restore asks the file of this place, which may be an older backup's.
    if (resolve(path) !== resolve(forgottenFile(config))) await new ForgottenFile(forgottenFile(config)).addAll(list);
    process.stderr.write(`Glemt på nytt: ${brought} personer som kopien hadde med seg, av ${ids.size} i ${path}.\n`);
  });
}

/** Throws before anything is opened, because an empty database is bound to the first key that opens it. */
function requireSameKey({ nokkel }: BackupHeader, config: Config): void {
  const missing = config.personKey === undefined && !existsSync(join(config.dataDir, 'person.key'));
  if (missing || fingerprintOf(personKey(config)) !== nokkel)
    throw new BackupError('KOPI_ANNEN_NOKKEL', 'Personene i kopien er kryptert med en annen nøkkel. Sett PERSON_KEY til den som kopien ble tatt med, eller legg person.key i datamappen.');
}
