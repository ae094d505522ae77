import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { freePort, engines } from '../support/engines.js';
import { alone, compare, type Result } from '../support/measure.js';
import { answering, place, service } from '../support/service.js';

interface Load {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each request. */
  readonly body?: () => string;
  readonly connections?: number;
  readonly seconds?: number;
}
interface Loaded {
  readonly requestsPerSecond: number;
  readonly p99: number;
}

/** Puts load on an address for a while. Any answer that is not 2xx is an error. */
async function load({ url, method = 'GET', headers = {}, body, connections = 32, seconds = 3 }: Load): Promise<Loaded> {
  const path = 'autocannon';
  const { default: autocannon } = (await import(path)) as {
    default: (options: object) => Promise<{ requests: { average: number }; latency: { p99: number }; non2xx: number; errors: number }>;
  };
  const setupRequest = body && ((request: { body?: string }) => Object.assign(request, { body: body() }));
  const { requests, latency, non2xx, errors } = await autocannon({
    connections,
    duration: seconds,
    requests: [{ method, path: new URL(url).pathname + new URL(url).search, headers, ...(setupRequest && { setupRequest }) }],
    url: new URL(url).origin,
  });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers were not 2xx, ${errors} failed`);
  return { requestsPerSecond: requests.average, p99: latency.p99 };
}

/** A citizen's page against a bare handler that sends the same bytes; and commands over HTTP. */
export async function http(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const where = await place(engine);
    const ours = await service(where, { EXAMPLES: 'true' });
    const administrator = { Authorization: `Bearer ${await ours.token('administrator:4601')}` };
    const citizen = { Authorization: `Bearer ${await ours.token('innbygger:12818510088')}` };
    // The examples are made after the start.
    const org = await bergen(ours.address, administrator);
    const page = `${ours.address}/min-kommune/api/v1/innbygger/${org}/sider/FORSIDE`;
    const bytes = Buffer.from(await (await fetch(page, { headers: citizen })).arrayBuffer());
    const port = await freePort();
    const bare = spawn(process.execPath, [fileURLToPath(new URL('../support/bare-fastify.js', import.meta.url)), String(port), bytes.toString('base64')], {
      stdio: 'ignore',
    });
    await answering(`http://127.0.0.1:${port}/`, bare);
    results.push(
      ...(await compare(`citizen's page, ${engine}`, 'requests/s', async () => (await load({ url: page, headers: citizen })).requestsPerSecond, {
        'bare Fastify': async () => (await load({ url: `http://127.0.0.1:${port}/` })).requestsPerSecond,
      })),
    );
    const publish: Load = {
      url: `${ours.address}/min-kommune/api/v1/${org}/kommunale-tjenester`,
      method: 'POST',
      headers: { ...administrator, 'content-type': 'application/json' },
      body: () => JSON.stringify({ id: randomUUID(), tittel: 'Kulturskole', lenke: 'https://www.bergen.kommune.no/kulturskole', rettetMot: 'PERSON' }),
    };
    const { requestsPerSecond, p99 } = await load(publish);
    results.push(alone(`commands, 32 clients, ${engine}`, 'requests/s', requestsPerSecond), alone(`commands, 32 clients, p99, ${engine}`, 'ms', p99));
    bare.kill();
    await ours.stop();
  }
  return results;
}

async function bergen(address: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const [org] = (await (await fetch(`${address}/konfigurasjon/api/v1/organisasjoner/synlige`, { headers })).json()) as { uuid: string }[];
    const page = org && (await fetch(`${address}/min-kommune/api/v1/innbygger/${org.uuid}/sider/FORSIDE`, { headers }));
    if (org && page?.ok && ((await page.json()) as { tjenester: unknown[] }).tjenester.length > 2) return org.uuid;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The examples do not come');
}

/** From process start to the first answered request, and the memory then: empty, and with many events. */
export async function start(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const where = await place(engine);
    for (const what of ['new', 'empty', 'with the examples'] as const) {
      if (what === 'with the examples') {
        const filling = await service(where, { EXAMPLES: 'true' });
        await bergen(filling.address, { Authorization: `Bearer ${await filling.token('administrator:4601')}` });
        await filling.stop();
      }
      const running = await service(where, { EXAMPLES: 'false' });
      results.push(
        alone(`start, ${what}, ${engine}`, 'ms', running.started),
        alone(`memory after start, ${what}, ${engine}`, 'MB', running.memory()),
      );
      await running.stop();
    }
  }
  return results;
}
