import { readConfig } from '../../infrastructure/config.js';
import { ensureServiceKey } from '../../infrastructure/meilisearch/service-key.js';

// Creates the service's own key in Meilisearch. Here MEILISEARCH_KEY is the master key, which the service itself never has.
try {
  const { meilisearchUrl, meilisearchKey } = readConfig();
  if (meilisearchUrl === undefined || meilisearchKey === undefined) throw new Error('Sett MEILISEARCH_URL, og MEILISEARCH_KEY til hovednøkkelen.');
  await ensureServiceKey(meilisearchUrl, meilisearchKey);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
