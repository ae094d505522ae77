import { Logger } from '@nestjs/common';
import { openStores } from '../../app.module.js';
import { readConfig } from '../../infrastructure/config.js';
import { feedAgain, findDrift } from '../../infrastructure/search-drift.js';

// `npm run -s search -- check [how many]` compares the search index with the log; `npm run -s search -- rebuild` lets the
// next start read the whole log into it again. On the embedded database the service must be stopped; a rebuild needs it stopped
// in any case.
const [what, howMany = '1000'] = process.argv.slice(2);
try {
  if ((what !== 'check' && what !== 'rebuild') || !/^\d{1,7}$/.test(howMany)) throw new Error('Bruk: search check [antall], eller search rebuild');
  Logger.overrideLogger(false);
  const stores = await openStores(readConfig());
  try {
    if (what === 'rebuild') {
      await feedAgain(stores.views);
      process.stdout.write('Ved neste start leses hele loggen inn i søkeindeksen på nytt. Den svarer imens.\n');
    } else {
      const { expected, found, compared, ...differences } = await findDrift(stores.events, stores.keys, stores.views, stores.index, Number(howMany));
      process.stdout.write(`Skulle hatt ${expected} dokumenter, har ${found}. Sammenlignet ${compared}.\n`);
      const called = { missing: 'Mangler', different: 'Er annerledes', unwanted: 'Skulle vært borte' };
      for (const [kind, ids] of Object.entries(differences) as [keyof typeof called, readonly string[]][])
        if (ids.length > 0) process.stdout.write(`${called[kind]}: ${ids.length}, for eksempel ${ids.slice(0, 5).join(', ')}\n`);
      if (expected !== found || Object.values(differences).some((ids) => ids.length > 0)) process.exitCode = 2;
    }
  } finally {
    await stores.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
