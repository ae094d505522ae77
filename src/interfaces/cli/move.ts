import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { readConfig, type Config } from '../../infrastructure/config.js';
import { exportLog, importLog } from '../../infrastructure/operations/log-file.js';
import { copyBesideTheLog } from '../../infrastructure/operations/side-tables.js';
import { personKey, type StoresInDatabase } from '../../stores.js';
import { Progress } from './progress.js';
import { withStores } from './with-stores.js';

// `npm run -s move -- --from gammel.env --to ny.env`: everything that cannot be made again goes from the stores of the one
// configuration to the stores of the other. Either may be settings (`--from DATA_DIR=./data`); one that is left out is the
// environment. The service is stopped meanwhile. What was interrupted goes on when it is run again.
try {
  const { values } = parseArgs({ options: { from: { type: 'string', multiple: true }, to: { type: 'string', multiple: true } } });
  if (!values.from && !values.to) throw new Error('Bruk: move --from <env-fil> [--to <env-fil>]. Den som utelates, er miljøet.');
  const [from, to] = [configOf(values.from), configOf(values.to)];
  takeKeyAlong(from, to);
  await withStores(from, (source) => withStores(to, (target) => move(source, target)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Settings that are named, or those in files; without any, the environment. */
function configOf(named: readonly string[] | undefined): Config {
  if (!named) return readConfig();
  const texts = named.map((one) => (/^[A-Z_]+=/.test(one) ? one : readFileSync(one, 'utf8')));
  return readConfig(parseEnv(texts.join('\n')));
}

/** Without the key, nobody would know any more who the persons are. */
function takeKeyAlong(from: Config, to: Config): void {
  const key = personKey(from);
  if (!personKey(to, key).equals(key))
    throw new Error(
      'PERSON_KEY_ER_EN_ANNEN: Det det flyttes til, har en annen nøkkel for personene enn det som flyttes. ' +
        'Sett PERSON_KEY der til den samme; den står i person.key i datamappen når den ikke er oppgitt.',
    );
}

/** Persons first, so that no event is of a person who is not there. */
async function move(source: StoresInDatabase, target: StoresInDatabase): Promise<void> {
  const { rows } = await copyBesideTheLog(source.database, target.database);
  process.stderr.write(`Flyttet og kontrollert: ${rows} rader om personer\n`);
  const progress = new Progress('Flytter loggen', Number(await source.events.head()));
  const lines = exportLog(source.events, (events, position) => {
    progress.at(Number(position), events);
  });
  const { events, sha256 } = await importLog(target.events, lines).finally(() => {
    progress.stop();
  });
  process.stderr.write(`Flyttet og kontrollert: ${events} hendelser, SHA-256 ${sha256}. Visningene bygges når tjenesten starter.\n`);
}
