import { Meilisearch, MeilisearchApiError, type Key } from 'meilisearch';
import { createHmac } from 'node:crypto';
import { keyPermissions } from './settings.js';

const uid = '8f6a1f0e-4a53-4c1e-9d0b-6f6f1c7d2a10';

/** The value of the service's key. Meilisearch derives it from the master key in the same way. */
export const serviceKey = (masterKey: string): string => createHmac('sha256', masterKey).update(uid).digest('hex');

/** Creates the service's key on the server, with exactly the permissions in `keyPermissions`. Replaces a key with others. */
export async function ensureServiceKey(host: string, masterKey: string): Promise<void> {
  const client = new Meilisearch({ host, apiKey: masterKey, timeout: 10_000 });
  const found = await client.getKey(uid).catch(absent);
  const permissions = { actions: [...keyPermissions.actions], indexes: [...keyPermissions.indexes] };
  if (found && sameMembers(found.actions, permissions.actions) && sameMembers(found.indexes, permissions.indexes)) return;
  // Meilisearch cannot change the permissions of a key. A key with the same uid gets the same value again.
  if (found) await client.deleteKey(uid);
  await client.createKey({ uid, name: 'min-kommune-konfigurasjon', ...permissions, expiresAt: null });
}

function absent(error: unknown): Key | undefined {
  if (error instanceof MeilisearchApiError && error.cause?.code === 'api_key_not_found') return undefined;
  throw error;
}

const sameMembers = (one: readonly string[], other: readonly string[]): boolean => one.toSorted().join() === other.toSorted().join();
