import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { engines } from '../support/engines.js';
import { beside, withoutReference, type Result } from '../support/measure.js';
import { bergen, integration, searchToken } from '../support/requests.js';
import { newStorage, service, type Service } from '../support/service.js';

/** A request that is heavy for the service. */
interface Heavy {
  readonly name: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const size = 60 << 20;
const indexPath = '/innsyn-index/api/v2/indexRequest';

/** The heavy requests. Add a line here for a new one. */
async function heavyRequests(ours: Service): Promise<Heavy[]> {
  const headers = await integration(ours);
  const index = (name: string, body: Buffer, sent = headers): Heavy => ({ name, method: 'PUT', path: indexPath, headers: sent, body });
  const citizen = await searchToken(ours, 'innbygger:12818510088');
  const search = (name: string, question: object): Heavy => ({
    name,
    method: 'POST',
    path: '/sok/indexes/innsyn/search',
    headers: { Authorization: `Bearer ${citizen}` },
    body: Buffer.from(JSON.stringify({ q: '', ...question })),
  });
  const ranges = (count: number) => Array.from({ length: count }, (_, n) => `(dato > ${n * 10} AND dato < ${n * 10 + 5})`).join(' OR ');
  return [
    search('a filter as large as a filter may be', { filter: ranges(50) }),
    search('a filter of 29 KB', { filter: ranges(900) }),
    search('two filters of 800 comparisons', { filter: [ranges(400), ranges(400)] }),
    search('a list of 60,000 ids', { filter: `id IN [${Array.from({ length: 60_000 }, (_, n) => `"id${n}"`).join(', ')}]` }),
    search('a highlight tag of 450 KB', { q: 'sak', attributesToHighlight: ['*'], highlightPreTag: 'x'.repeat(450_000) }),
    // Base64 makes them 63 MB. Ten would be above the limit of a body.
    index('nine messages of 5 MB, 63 MB encoded', messages(9, 5 << 20)),
    index('60 MB without a token', many('[],'), {}),
    index('60 MB of messages', messages(5000, 9 << 10)),
    index('60 MB of one text', Buffer.from(`{"meldinger":["${'x'.repeat(size)}"]}`)),
    index('60 MB of escapes', Buffer.from(`{"meldinger":["${String.raw`\"`.repeat(size / 2)}"]}`)),
    index('60 MB of empty lists', many('[],')),
    index('60 MB of numbers', many('0,')),
  ];
}

/** Measures the longest that a light request waits while one heavy request after the other is sent. */
export async function othersWait(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const ours = await service(await newStorage(engine), { EXAMPLES: 'true' });
    await ours.examples();
    for (const heavy of await heavyRequests(ours)) {
      const { status, longest, took } = await longestWait(ours.address, () => send(ours.address, heavy));
      const name = `others wait, ${heavy.name} (${status} after ${Math.round(took)} ms), ${engine}`;
      results.push(withoutReference(name, 'ms', longest), withoutReference(`memory after it, ${engine}`, 'MB', ours.memory()));
    }
    await ours.stop();
  }
  return results;
}

/** Sends light requests, one after the other, until the work is done. Resolves with the longest wait and the work's time, in ms. */
async function longestWait(address: string, work: () => Promise<number>): Promise<{ readonly status: number; readonly longest: number; readonly took: number }> {
  const agent = new Agent({ keepAlive: true });
  const light = () => exchange(`${address}/health/live`, 'GET', { agent });
  await light();
  let longest = 0;
  const began = performance.now();
  const waiting = async (ended: () => boolean) => {
    while (!ended()) {
      const asked = performance.now();
      await light();
      longest = Math.max(longest, performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  try {
    const status = await beside(waiting, work);
    return { status, longest, took: performance.now() - began };
  } finally {
    agent.destroy();
  }
}

const send = (address: string, { method, path, headers, body }: Heavy): Promise<number> =>
  exchange(`${address}${path}`, method, { headers: { 'content-type': 'application/json', ...headers, 'content-length': body.length }, body });

/** Resolves with the status as soon as it arrives, because the service may close the connection before the body is sent. */
function exchange(url: string, method: string, { body, ...more }: { readonly body?: Buffer; readonly agent?: Agent; readonly headers?: Record<string, string | number> }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, ...more }, (answer) => {
      resolve(answer.statusCode!);
      answer.resume();
    });
    sent.on('error', reject).end(body);
  });
}

/** A body with a list of as many elements as there is room for. */
function many(element: string): Buffer {
  const list = Buffer.alloc(size, element);
  return Buffer.concat([Buffer.from('{"meldinger":['), list.subarray(0, size - (size % element.length) - 1), Buffer.from(']}')]);
}

/** Messages with `bytes` of metadata each. */
function messages(count: number, bytes: number): Buffer {
  const fnr = syntheticFnr('innbygger 0');
  const text = 'Reguleringsplan for Storgata, med vedlegg og merknader. ';
  const beskrivelse = text.repeat(bytes / text.length);
  const meldinger = Array.from({ length: count }, (_, n) => ({
    meldingId: randomUUID(),
    sikkerhetsniva: 3,
    eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: fnr },
    fiksOrganisasjonId: bergen,
    versjon: 'MAPPE_V1',
    meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: `Sak ${n}`, beskrivelse })).toString('base64'),
  }));
  return Buffer.from(JSON.stringify({ meldinger }));
}
