import { Logger } from '@nestjs/common';
import { readConfig } from '../../infrastructure/config.js';
import { requestRebuild, findDrift } from '../../infrastructure/operations/search-drift.js';
import { runCommandLine } from './command-line.js';
import { withStores } from './with-stores.js';

// `npm run -s search -- check [count]` compares the search index with the log, and looks at `count` documents (default 1000).
// `npm run -s search -- rebuild` has the service build a new index, while the present one serves. On the embedded database the
// service must be stopped for both.
Logger.overrideLogger(false);
await runCommandLine('search', (program) =>
  program
    .command(
      'check [antall]',
      'Sammenlign søkeindeksen med loggen',
      (command) => command.positional('antall', { type: 'number', default: 1000, describe: 'Hvor mange dokumenter som sammenlignes' }),
      ({ antall }) => check(antall),
    )
    .command('rebuild', 'Få tjenesten til å bygge en ny søkeindeks', {}, () =>
      withStores(readConfig(), async ({ views }) => {
        await requestRebuild(views);
        process.stdout.write('Tjenesten bygger en ny søkeindeks av hele loggen, nå eller når den starter. Den som er der, svarer og oppdateres til den nye er ferdig.\n');
      }),
    )
    .demandCommand(1, 'Oppgi en kommando.'),
);

async function check(antall: number): Promise<void> {
  if (!Number.isInteger(antall) || antall < 0 || antall > 9_999_999) throw new Error('antall må være et helt tall fra 0 til 9999999.');
  await withStores(readConfig(), async ({ views, events, keys, index }) => {
    const { expected, found, compared, ...differences } = await findDrift(events, keys, views, index, antall);
    process.stdout.write(`Skulle hatt ${expected} dokumenter, har ${found}. Sammenlignet ${compared}.\n`);
    const called = { missing: 'Mangler', different: 'Er annerledes', unwanted: 'Skulle vært borte' };
    for (const [kind, ids] of Object.entries(differences) as [keyof typeof called, readonly string[]][])
      if (ids.length > 0) process.stdout.write(`${called[kind]}: ${ids.length}, for eksempel ${ids.slice(0, 5).join(', ')}\n`);
    if (expected !== found || Object.values(differences).some((ids) => ids.length > 0)) process.exitCode = 2;
  });
}
