import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig, type Config } from '../../infrastructure/config.js';
import { ForgottenFile } from '../../infrastructure/operations/forgotten-file.js';
import { exportLog, importLog } from '../../infrastructure/operations/log-file.js';
import { copySideTables } from '../../infrastructure/operations/side-tables.js';
import { forgottenFile, personKey, sealKey, type StoresInDatabase } from '../../stores.js';
import { runCommandLine } from './command-line.js';
import { Progress } from './progress.js';
import { withStores } from './with-stores.js';

// `npm run -s move -- --from gammel.env --to ny.env`: copies everything that cannot be rebuilt, from the stores of one
// configuration to those of another. Each option takes an env file or a setting (`--from DATA_DIR=./data`), and may be repeated.
// An omitted option means the environment. The service must be stopped. Run again after an interruption, the command goes on.
await runCommandLine('move', (program) =>
  program.command(
    '$0',
    'Flytt alt som ikke kan bygges på nytt, fra ett oppsett til et annet',
    {
      from: { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'Fra: en env-fil, eller en innstilling (DATA_DIR=./data). Uten den brukes miljøet' },
      to: { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'Til, på samme måte' },
    },
    async (options) => {
      if (!options.from && !options.to) throw new Error('Oppgi --from eller --to. Den som utelates, er miljøet.');
      const [from, to] = [configOf(options.from), configOf(options.to)];
      takeKeysAlong(from, to);
      if (resolve(forgottenFile(from)) !== resolve(forgottenFile(to))) await new ForgottenFile(forgottenFile(to)).addAll(new ForgottenFile(forgottenFile(from)));
      await withStores(from, (source) => withStores(to, (target) => move(source, target)));
    },
  ),
);

/** Reads the configuration from settings (`NAME=value`) and env files, or from the environment when `named` is undefined. */
function configOf(named: readonly string[] | undefined): Config {
  if (!named) return readConfig();
  const texts = named.map((one) => (/^[A-Z_]+=/.test(one) ? one : readFileSync(one, 'utf8')));
  return readConfig(parseEnv(texts.join('\n')));
}

/** Gives the target the source's keys, or throws when it has others. The persons would be unreadable, and the checkpoints another's. */
function takeKeysAlong(from: Config, to: Config): void {
  const key = personKey(from);
  if (!personKey(to, key).equals(key))
    throw new Error(
      'PERSON_KEY_ER_EN_ANNEN: Det det flyttes til, har en annen nøkkel for personene enn det som flyttes. ' +
        'Sett PERSON_KEY der til den samme; den står i person.key i datamappen når den ikke er oppgitt.',
    );
  const seal = sealKey(from);
  if (!sealKey(to, seal).equals(seal))
    throw new Error(
      'SEAL_KEY_ER_EN_ANNEN: Det det flyttes til, har en annen nøkkel for kontrollpunktene enn det som flyttes. ' +
        'Sett SEAL_KEY der til den samme; den står i forsegling.key i datamappen når den ikke er oppgitt.',
    );
}

/** Copies the persons before the log, so that every event's person exists in the target. */
async function move(source: StoresInDatabase, target: StoresInDatabase): Promise<void> {
  const { rows } = await copySideTables(source.database, target.database);
  process.stderr.write(`Flyttet og kontrollert: ${rows} rader om personer\n`);
  const progress = new Progress('Flytter loggen', Number(await source.stored.head()));
  const lines = exportLog(source.stored, (events, position) => {
    progress.at(Number(position), events);
  });
  const { events, sha256 } = await importLog(target.stored, lines).finally(() => {
    progress.stop();
  });
  process.stderr.write(`Flyttet og kontrollert: ${events} hendelser, SHA-256 ${sha256}. Visningene bygges når tjenesten starter.\n`);
}
