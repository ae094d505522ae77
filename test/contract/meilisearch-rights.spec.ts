import { missingMeilisearch } from '../../src/infrastructure/meilisearch/server-check.js';
import { ensureServiceKey } from '../../src/infrastructure/meilisearch/service-key.js';
import { keyPermissions } from '../../src/infrastructure/meilisearch/settings.js';
import { MeilisearchDouble } from '../support/meilisearch/server.js';

// The start of the service accepts the key that `search-key` makes, and refuses one that lacks a right to write.

const masterKey = 'hovednøkkelen i testen';
const headers = { Authorization: `Bearer ${masterKey}`, 'Content-Type': 'application/json' };
let server: MeilisearchDouble;
beforeAll(async () => {
  server = await MeilisearchDouble.start({ masterKey });
});
afterAll(() => server.close());

const read = async <T>(path: string): Promise<T> => (await (await fetch(`${server.url}${path}`, { headers })).json()) as T;
const keyWith = async (actions: readonly string[], indexes: readonly string[] = keyPermissions.indexes) => {
  const made = await fetch(`${server.url}/keys`, { method: 'POST', headers, body: JSON.stringify({ actions, indexes, expiresAt: null }) });
  return ((await made.json()) as { key: string }).key;
};

it('the key that search-key makes is accepted, and the check makes nothing on the server', async () => {
  await ensureServiceKey(server.url, masterKey);
  const [{ key }] = (await read<{ results: { key: string }[] }>('/keys')).results as [{ key: string }];
  expect(await missingMeilisearch(server.url, key)).toBeUndefined();
  expect(await missingMeilisearch(server.url, masterKey)).toBeUndefined();
  expect([await read('/tasks'), await read('/indexes')]).toMatchObject([{ results: [] }, { results: [] }]);
});

it.each(['documents.add', 'documents.delete', 'settings.update', 'indexes.delete', 'indexes.get'])('a key without %s is refused', async (action) => {
  const key = await keyWith(keyPermissions.actions.filter((one) => one !== action));
  expect(await missingMeilisearch(server.url, key)).toMatchObject({ engine: 'Meilisearch', mayCome: false });
});

it('a key for other indexes is refused', async () => {
  expect(await missingMeilisearch(server.url, await keyWith(keyPermissions.actions, ['andre_*']))).toMatchObject({ engine: 'Meilisearch', mayCome: false });
});

it('a server that does not answer is not missing', async () => {
  expect(await missingMeilisearch('http://127.0.0.1:9', masterKey)).toBeUndefined();
});
