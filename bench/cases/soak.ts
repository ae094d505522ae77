import { randomUUID } from 'node:crypto';
import { freePort } from '../support/engines.js';
import { load, type Load } from '../support/load.js';
import { withoutReference, type Result } from '../support/measure.js';
import { bergen, integration, successful } from '../support/requests.js';
import { newStorage, service } from '../support/service.js';

const minutes = Number(process.env['BENCH_SOAK_MINUTES'] ?? 30);
/** Requests a second of each kind. A request to index has ten messages. */
const rates = { pages: 300, searches: 60, commands: 40, indexing: 4 } as const;
const things = Array.from({ length: 40 }, () => randomUUID());
const kari = 'innbygger:12818510088';

/**
 * Runs the service on the embedded engine under a steady load, and measures whether its memory grows: the least heap of the second
 * minute and of the last one, which is about what is left after a collection, and the resident memory then. Throws on any error.
 */
export async function soak(): Promise<Result[]> {
  const metrics = await freePort();
  const running = await service(await newStorage('embedded'), { EXAMPLES: 'true', METRICS_PORT: String(metrics), METRICS_HOST: '127.0.0.1' });
  await running.examples();
  const headers = async (who: string) => ({ Authorization: `Bearer ${await running.token(who)}`, 'content-type': 'application/json' });
  const [administrator, citizen, system] = [await headers('administrator:4601'), await headers(kari), await integration(running)];
  const tjenester = `/min-kommune/api/v1/${bergen}/kommunale-tjenester`;
  for (const id of things) {
    const body = JSON.stringify({ id, tittel: 'Kulturskole', lenke: 'https://www.bergen.kommune.no', rettetMot: 'PERSON' });
    await successful(fetch(`${running.address}${tjenester}`, { method: 'POST', headers: administrator, body }));
  }
  let turn = 0;
  const message = () => ({
    meldingId: randomUUID(),
    sikkerhetsniva: 3,
    eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: kari.split(':')[1] },
    fiksOrganisasjonId: bergen,
    versjon: 'MAPPE_V1',
    meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: `Søknad om plass ${turn++}` })).toString('base64'),
  });
  const requests: Readonly<Record<keyof typeof rates, Load['request']>> = {
    pages: { path: `/min-kommune/api/v1/innbygger/${bergen}/sider/FORSIDE`, headers: citizen },
    searches: () => ({ path: `/innsyn-sok/api/v1/mappe/sok?antall=10&term=${turn++ % 100}`, method: 'POST', headers: citizen, body: '{}' }),
    commands: () => ({ path: `${tjenester}/${things[turn++ % things.length]!}`, method: 'PATCH', headers: administrator, body: JSON.stringify({ tittel: `Kulturskole ${turn}` }) }),
    indexing: () => ({ path: '/innsyn-index/api/v2/indexRequest', method: 'PUT', headers: system, body: JSON.stringify({ meldinger: Array.from({ length: 10 }, message) }) }),
  };
  const over = Promise.all(
    Object.entries(requests).map(([kind, request]) => load({ address: running.address, request, clients: 8, seconds: 60 * minutes, rate: rates[kind as keyof typeof rates] })),
  );
  const least: number[] = [];
  let latest = Infinity;
  let reading = Promise.resolve();
  const watch = setInterval(() => {
    reading = heapOf(metrics).then((heap) => { latest = Math.min(latest, heap); });
  }, 500);
  const minute = setInterval(() => {
    least.push(latest);
    process.stderr.write(`\rsoak: minute ${least.length} of ${minutes}, least heap ${Math.round(latest)} MB, resident ${running.memory()} MB`.padEnd(80));
    latest = Infinity;
  }, 60_000);
  const [pages, searches, commands] = await over;
  clearInterval(watch);
  clearInterval(minute);
  await reading;
  const memory = running.memory();
  await running.stop();
  return [
    withoutReference(`least heap of minute 2 of ${minutes}`, 'MB', least[1] ?? latest),
    withoutReference(`least heap of minute ${least.length}`, 'MB', least.at(-1) ?? latest),
    withoutReference('resident memory at the end', 'MB', memory),
    ...([['page', pages], ['search', searches], ['command', commands]] as const).map(([kind, result]) => withoutReference(`p99 of a ${kind}`, 'ms', result!.p99)),
  ];
}

/** The heap in use, in MB, as the service measures it. */
async function heapOf(port: number): Promise<number> {
  const text = await (await successful(fetch(`http://127.0.0.1:${port}/metrics`))).text();
  const used = /^min_kommune_nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1];
  if (used === undefined) throw new Error('The service does not tell its heap');
  return Number(used) / 1e6;
}
