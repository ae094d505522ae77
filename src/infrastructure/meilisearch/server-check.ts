import type { Meilisearch } from 'meilisearch';
import { patience, type MissingEngine } from '../missing-engine.js';
import { MeilisearchClient, MeilisearchRefused } from './connection.js';
import { indexPrefix } from './settings.js';

/**
 * A name that no index can have, although the key's indexes begin so. A server looks at the key before the name in the path, so a request
 * with it tells whether the key allows the action, and makes nothing.
 */
const noIndex = `${indexPrefix}_!`;
/** A request for each permission that the service needs to write. What makes an index has its name in the body, which is looked at first. */
const probes: readonly ((client: Meilisearch) => PromiseLike<unknown>)[] = [
  (client) => client.getIndexes({ limit: 1 }),
  (client) => client.index(noIndex).addDocuments([]),
  (client) => client.index(noIndex).deleteDocuments([]),
  (client) => client.index(noIndex).updateSettings({}),
  (client) => client.deleteIndex(noIndex),
];

/** Asks a server whether it refuses the key. One that does not answer is not missing, because the service runs without search. */
export async function missingMeilisearch(url: string, key: string | undefined): Promise<MissingEngine | undefined> {
  const server = new MeilisearchClient(url, key, { read: patience, write: patience, task: patience, poll: patience });
  for (const probe of probes)
    try {
      await server.read(async (client) => probe(client));
    } catch (error) {
      const refused = error instanceof Error && error.cause instanceof MeilisearchRefused ? error.cause : error;
      if (!(refused instanceof MeilisearchRefused)) return undefined;
      if (/^(invalid_api_key|missing_authorization_header)$/.test(refused.code))
        return { engine: 'Meilisearch', reason: `MEILISEARCH_KEY er feil, eller mangler rettigheter til indeksene ${indexPrefix}*`, mayCome: false };
    }
  return undefined;
}
