import { Meilisearch } from 'meilisearch';
import { randomUUID } from 'node:crypto';
import { MeilisearchClient, deadlines, type Deadlines } from '../../src/infrastructure/meilisearch/connection.js';
import { MeilisearchSearchIndex } from '../../src/infrastructure/meilisearch/search-index.js';
import { keyPermissions } from '../../src/infrastructure/meilisearch/settings.js';
import { MeilisearchDouble } from './meilisearch/server.js';

/** The URL of a real Meilisearch server to run the contract on, if set. Tests touch only their own indexes there. */
export const realServer = process.env.MEILISEARCH_URL;
const realKey = process.env.MEILISEARCH_KEY;

const leftovers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const remove of leftovers.splice(0).reverse()) await remove();
});

/** Starts a Meilisearch double, which is closed when the spec file is done. */
export async function double(options?: Parameters<typeof MeilisearchDouble.start>[0]): Promise<MeilisearchDouble> {
  const started = await MeilisearchDouble.start(options);
  leftovers.push(() => started.close());
  return started;
}

/** Deadlines with fast polling, because the double finishes its tasks at once. */
const quick: Deadlines = { ...deadlines, read: 20_000, poll: 2 };

/** Two adapters to the same new, empty index on a double. Their key has the permissions of a production key. */
export async function onDouble() {
  const server = await double({ masterKey: 'hovednøkkel' });
  const { key } = server.key(keyPermissions.actions, keyPermissions.indexes);
  const make = (limits: Partial<Deadlines> = {}) => new MeilisearchSearchIndex(new MeilisearchClient(server.url, key, { ...quick, ...limits }));
  return { server, index: make(), other: make(), make };
}

/** Two adapters to the same new index on the real server. The index names are unique, and removed when the spec file is done. */
export function onRealServer() {
  const prefix = `innsyn_test-${randomUUID().slice(0, 8)}`;
  const client = new Meilisearch({ host: realServer!, ...(realKey !== undefined && { apiKey: realKey }) });
  leftovers.push(async () => {
    const { results } = await client.getRawIndexes({ limit: 1000 });
    for (const { uid } of results) if (uid.startsWith(`${prefix}_`)) await client.deleteIndex(uid).waitTask({ timeout: 120_000 });
  });
  const make = () => new MeilisearchSearchIndex(new MeilisearchClient(realServer!, realKey), prefix);
  return { index: make(), other: make() };
}
