import { Logger } from '@nestjs/common';
import { readConfig } from '../../infrastructure/config.js';
import { requestRebuild, findDrift } from '../../infrastructure/operations/search-drift.js';
import { withStores } from './with-stores.js';

// `npm run -s search -- check [count]` compares the search index with the log, and looks at `count` documents (default 1000).
// `npm run -s search -- rebuild` has the service build a new index, while the present one serves. On the embedded database the
// service must be stopped for both.
const [what, howMany = '1000'] = process.argv.slice(2);
try {
  if ((what !== 'check' && what !== 'rebuild') || !/^\d{1,7}$/.test(howMany)) throw new Error('Bruk: search check [antall], eller search rebuild');
  Logger.overrideLogger(false);
  await withStores(readConfig(), async ({ views, events, keys, index }) => {
    if (what === 'rebuild') {
      await requestRebuild(views);
      process.stdout.write('Tjenesten bygger en ny søkeindeks av hele loggen, nå eller når den starter. Den som er der, svarer og oppdateres til den nye er ferdig.\n');
      return;
    }
    const { expected, found, compared, ...differences } = await findDrift(events, keys, views, index, Number(howMany));
    process.stdout.write(`Skulle hatt ${expected} dokumenter, har ${found}. Sammenlignet ${compared}.\n`);
    const called = { missing: 'Mangler', different: 'Er annerledes', unwanted: 'Skulle vært borte' };
    for (const [kind, ids] of Object.entries(differences) as [keyof typeof called, readonly string[]][])
      if (ids.length > 0) process.stdout.write(`${called[kind]}: ${ids.length}, for eksempel ${ids.slice(0, 5).join(', ')}\n`);
    if (expected !== found || Object.values(differences).some((ids) => ids.length > 0)) process.exitCode = 2;
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
