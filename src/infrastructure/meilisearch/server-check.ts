import { patience, type MissingEngine } from '../missing-engine.js';
import { MeilisearchClient, MeilisearchRefused } from './connection.js';
import { indexPrefix } from './settings.js';

/** Asks a server whether it refuses the key. One that does not answer is not missing, because the service runs without search. */
export async function missingMeilisearch(url: string, key: string | undefined): Promise<MissingEngine | undefined> {
  try {
    const server = new MeilisearchClient(url, key, { read: patience, write: patience, task: patience, poll: patience });
    await server.read((client) => client.getIndexes({ limit: 1 }));
    // The server looks at the key before the name, which no index can have, so nothing is made.
    await server.read((client) => client.createIndex(''));
    return undefined;
  } catch (error) {
    const refused = error instanceof Error && error.cause instanceof MeilisearchRefused ? error.cause : error;
    const keyless = refused instanceof MeilisearchRefused && /^(invalid_api_key|missing_authorization_header)$/.test(refused.code);
    return keyless ? { engine: 'Meilisearch', reason: `MEILISEARCH_KEY er feil, eller mangler rettigheter til indeksene ${indexPrefix}*`, mayCome: false } : undefined;
  }
}
