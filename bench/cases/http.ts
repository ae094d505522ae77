import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { projections } from '../../src/application/views/index.js';
import { atEnd, engines, freePort } from '../support/engines.js';
import { load, type Load } from '../support/load.js';
import { fillAndCatchUp, relabelAsOlder } from '../support/log.js';
import { withoutReference, compare, type Result } from '../support/measure.js';
import { bergen, successful } from '../support/requests.js';
import { waitUntilAnswering, newStorage, service, type Service } from '../support/service.js';

const pagePath = `/min-kommune/api/v1/innbygger/${bergen}/sider/FORSIDE`;

async function pageOf(ours: Service): Promise<Load> {
  const headers = { Authorization: `Bearer ${await ours.token('innbygger:12818510088')}` };
  return { address: ours.address, request: { path: pagePath, headers } };
}

/** Measures a citizen's page against a bare Fastify handler that sends the same bytes. */
export async function http(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const ours = await service(await newStorage(engine), { EXAMPLES: 'true' });
    await ours.examples();
    const page = await pageOf(ours);
    const { headers } = page.request as { headers: Record<string, string> };
    const bytes = Buffer.from(await (await successful(fetch(`${ours.address}${pagePath}`, { headers }))).arrayBuffer());
    const port = await freePort();
    const script = fileURLToPath(new URL('../support/bare-fastify.js', import.meta.url));
    const bare = spawn(process.execPath, [script, String(port), bytes.toString('base64')], { stdio: 'ignore' });
    atEnd(() => bare.kill());
    // The same request with the same headers, so that both cost the load generator the same.
    const reference: Load = { ...page, address: `http://127.0.0.1:${port}` };
    await waitUntilAnswering(reference.address, bare);
    const rate = async (one: Load) => (await load(one)).requestsPerSecond;
    // Warm-up.
    await load({ ...page, seconds: 1 });
    await load({ ...reference, seconds: 1 });
    results.push(
      ...(await compare(`citizen's page, ${engine}`, 'requests/s', () => rate(page), {
        'bare Fastify': () => rate(reference),
      })),
    );
    bare.kill();
    await ours.stop();
  }
  return results;
}

/**
 * Measures the citizen's page for 64 clients before and during a rebuild of the largest view, beside the serving version.
 * Throws when the rebuild ends before the load.
 */
export async function busy(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const where = await newStorage(engine);
    await fillAndCatchUp(where, Number(process.env['BENCH_EVENTS'] ?? 100_000));
    const clients = { clients: 64, seconds: 3 };
    const quiet = await service(where, { EXAMPLES: 'false' });
    const before = await load({ ...(await pageOf(quiet)), ...clients });
    await quiet.stop();
    await relabelAsOlder(where, projections.find(({ name }) => name === 'revisjon')!);
    const ours = await service(where, { EXAMPLES: 'false' });
    const during = await load({ ...(await pageOf(ours)), ...clients });
    if (await ours.followed()) throw new Error('The view was built before the load was over: give more events in BENCH_EVENTS');
    results.push(
      withoutReference(`citizen's page, 64 clients, p99, ${engine}`, 'ms', before.p99),
      withoutReference(`citizen's page, 64 clients, p99 while a view is rebuilt, ${engine}`, 'ms', during.p99),
    );
    await ours.stop();
  }
  return results;
}
