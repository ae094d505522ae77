import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openStores } from '../../app.module.js';
import { readConfig } from '../../infrastructure/config.js';
import { exportLog, importLog } from '../../infrastructure/log-file.js';

// `npm run -s log -- export > logg.ndjson` and `npm run -s log -- import logg.ndjson`, while the service is stopped
// (on the embedded database) or not (on a server).
const [what, file] = process.argv.slice(2);
try {
  if (what !== 'export' && !(what === 'import' && file)) throw new Error('Bruk: log export > <fil>, eller log import <fil>');
  const stores = await openStores(readConfig());
  try {
    if (what === 'export') {
      for await (const line of exportLog(stores.events))
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    } else {
      const lines = createInterface({ input: createReadStream(file!, 'utf8'), crlfDelay: Infinity });
      process.stderr.write(`Importerte ${await importLog(stores.events, lines)} hendelser.\n`);
    }
  } finally {
    await stores.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
