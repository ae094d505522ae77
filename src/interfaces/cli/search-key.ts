import { readConfig } from '../../infrastructure/config.js';
import { ensureServiceKey } from '../../infrastructure/meilisearch/service-key.js';
import { runCommandLine } from './command-line.js';

// Creates the service's own key in Meilisearch. Here MEILISEARCH_KEY is the master key, which the service itself never has.
await runCommandLine('search-key', (program) =>
  program.command('$0', 'Lag tjenestens egen nøkkel i Meilisearch', {}, async () => {
    const { meilisearchUrl, meilisearchKey } = readConfig();
    if (meilisearchUrl === undefined || meilisearchKey === undefined) throw new Error('Sett MEILISEARCH_URL, og MEILISEARCH_KEY til hovednøkkelen.');
    await ensureServiceKey(meilisearchUrl, meilisearchKey);
  }),
);
