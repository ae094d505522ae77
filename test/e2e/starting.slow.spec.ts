import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { until } from '../crash/until.js';
import { AppProcess } from '../support/app-process.js';
import { closing, dataFolder, serverDatabaseUrl } from '../support/databases.js';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { MeilisearchDouble } from '../support/meilisearch/server.js';

// The service as an operator starts it, with engines that are away, or that refuse it.

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
/** Status and body of a GET; undefined when nobody answers. */
const answerOf = async (url: string) => {
  const answer = await fetch(url).catch(() => undefined);
  return answer && { status: answer.status, body: (await answer.json()) as object };
};

it('waits for an engine that is away, says so once, is not ready meanwhile, and goes on when it comes', async () => {
  const log = closing(await EventStoreDbDouble.start());
  await log.pause();
  const port = await freePort();
  const app = await AppProcess.start(await dataFolder(), { EVENTSTORE_URL: log.url, PORT: String(port), EXAMPLES: 'true' }, /Venter på EventStoreDB, som svarer ikke/);
  const address = `http://127.0.0.1:${port}`;
  await until('it answers while it waits', async () => (await answerOf(`${address}/health/ready`)) !== undefined);
  expect(await answerOf(`${address}/health/live`)).toEqual({ status: 200, body: { status: 'oppe' } });
  expect(await answerOf(`${address}/health/ready`)).toEqual({ status: 503, body: { status: 'nede' } });
  expect(await answerOf(`${address}/min-kommune/api/v1/meg`)).toMatchObject({ status: 503, body: { kode: 'TJENESTEN_VENTER' } });
  await log.resume();
  await until('it is ready', async () => (await answerOf(`${address}/health/ready`))?.status === 200);
  await until('the examples are there', async () => (await answerOf(`${address}/api/openapi.json`))?.status === 200);
  const { output } = await app.end('SIGTERM');
  expect(output.match(/Venter på/g)).toHaveLength(1);
  expect(output.match(/EventStoreDB svarer igjen/g)).toHaveLength(1);
  expect(output).not.toMatch(/^ +at /m);
});

/** A database whose role `uten_rett` may log in, and may create nothing. */
async function withoutRights(): Promise<string> {
  const url = await serverDatabaseUrl();
  const client = new pg.Client(url);
  await client.connect();
  await client.query('drop role if exists uten_rett').catch(() => undefined);
  await client.query('create role uten_rett login').catch(() => undefined);
  await client.query('revoke create on schema public from public');
  await client.end();
  return Object.assign(new URL(url), { username: 'uten_rett' }).href;
}
const elsewhere = async (path: string) => Object.assign(new URL(await serverDatabaseUrl()), { pathname: path }).href;

it.each([
  ['a database that is none', async () => ({ DATABASE_URL: await elsewhere('/finnes_ikke') }), 'PostgreSQL: databasen i DATABASE_URL finnes ikke.'],
  ['a user without rights', async () => ({ DATABASE_URL: await withoutRights() }), 'PostgreSQL: brukeren i DATABASE_URL mangler rettigheter i databasen.'],
  [
    'a key that Meilisearch does not know',
    async () => ({ MEILISEARCH_URL: closing(await MeilisearchDouble.start({ masterKey: 'hovednøkkelen i testen' })).url, MEILISEARCH_KEY: 'en nøkkel som er ukjent' }),
    'Meilisearch: MEILISEARCH_KEY er feil, eller mangler rettigheter til indeksene innsyn*.',
  ],
])('ends with one sentence for %s', async (_, settings, sentence) => {
  const { code, output } = await AppProcess.refused(await dataFolder(), await settings());
  expect({ code, lines: output.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  expect(output).toContain(sentence);
});
