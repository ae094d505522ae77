import { readConfig } from '../../infrastructure/config.js';
import { rotateMasterKey } from '../../infrastructure/operations/key-rotation.js';
import { adoptNextKey, nextKey, openDatabase, personKey } from '../../stores.js';
import { runCommandLine } from './command-line.js';
import { Progress } from './progress.js';
import { withOpen } from './with-stores.js';

// `npm run -s keys -- rotate`: encrypts everything under a new person key, from PERSON_KEY to PERSON_KEY_NEW, or from the key
// in person.key to a new one. The service must be stopped. Run again after an interruption, the command goes on.
await runCommandLine('keys', (program) =>
  program.command('rotate', 'Bytt nøkkelen som personopplysningene er kryptert med', {}, rotate).demandCommand(1, 'Oppgi en kommando.'),
);

async function rotate(): Promise<void> {
  const config = readConfig();
  await withOpen(
    () => openDatabase(config),
    async (database) => {
      let progress: Progress | undefined;
      const rows = await rotateMasterKey(database, personKey(config), nextKey(config, 'person'), (done, total) => {
        progress ??= new Progress('Bytter nøkkel', total, 'rader');
        progress.at(done, done);
      }).finally(() => {
        progress?.stop();
      });
      adoptNextKey(config, 'person');
      const where = config.personKey === undefined ? 'Den nye nøkkelen står i person.key.' : 'Sett PERSON_KEY til den nye nøkkelen før tjenesten starter, og fjern PERSON_KEY_NEW.';
      process.stderr.write(`Nøkkelen er byttet, ${rows} rader. ${where}\n`);
    },
  );
}
