import { Meilisearch } from 'meilisearch';
import { randomUUID } from 'node:crypto';
import { deadlines, MeilisearchClient } from '../../src/infrastructure/meilisearch/connection.js';
import { MeilisearchSearchIndex } from '../../src/infrastructure/meilisearch/search-index.js';
import { atEnd } from './engines.js';

/**
 * The URL of a Meilisearch server to measure as well, unless BENCH_ENGINE names another engine. Its key is MEILISEARCH_KEY. The
 * indexes made there are removed at the end.
 */
export const server = (process.env['BENCH_ENGINE'] ?? 'Meilisearch') === 'Meilisearch' ? process.env['MEILISEARCH_URL'] : undefined;
const key = process.env['MEILISEARCH_KEY'];

/** The time that the tasks of a whole archive may take, in ms. */
const patience = 3_600_000;

/** Our search index on the server, without generations yet. */
export function searchIndex(): MeilisearchSearchIndex {
  const prefix = newName();
  atEnd(() => removeIndexes(prefix));
  return new MeilisearchSearchIndex(new MeilisearchClient(server!, key, { ...deadlines, task: patience }), prefix);
}

/** A new index on the server with Meilisearch's own settings. */
export async function bareIndex() {
  const uid = newName();
  const client = clientOf();
  atEnd(() => removeIndexes(uid));
  await client.createIndex(uid, { primaryKey: 'id' }).waitTask({ timeout: patience });
  const index = client.index(uid);
  let last: { readonly taskUid: number } | undefined;
  return {
    /** Hands documents over. */
    add: async (documents: readonly object[]) => {
      last = await index.addDocuments([...documents]);
    },
    /** Waits until all that is handed over is searchable. */
    done: async () => {
      if (last) await client.tasks.waitForTask(last.taskUid, { timeout: patience });
    },
    search: async (q: string): Promise<readonly string[]> => (await index.search<{ id: string }>(q, { limit: 10, matchingStrategy: 'all' })).hits.map(({ id }) => id),
  };
}

const newName = () => `innsyn_bench-${randomUUID().slice(0, 8)}`;
const clientOf = () => new Meilisearch({ host: server!, ...(key !== undefined && { apiKey: key }), requestInit: { headers: { 'Accept-Encoding': 'identity' } } });

async function removeIndexes(prefix: string): Promise<void> {
  const client = clientOf();
  const { results } = await client.getRawIndexes({ limit: 1000 });
  for (const { uid } of results) if (uid.startsWith(prefix)) await client.deleteIndex(uid).waitTask({ timeout: patience });
}
