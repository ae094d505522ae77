import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { adviser, citizen, countryMessages, fillCountry, searchingCitizen } from '../support/country.js';
import { engines, nativeUrl, program, scratchFolder, type Engine } from '../support/engines.js';
import { beside, withoutReference, type Result } from '../support/measure.js';
import { bergen, integration, searchToken, successful } from '../support/requests.js';
import { newStorage, service, type Service, type Storage } from '../support/service.js';

const kept = 'bench/out/country';
const atATime = [1, 16];
/** The commands whose 99th percentile is printed. Among 100, it would be the longest. */
const samples = 500;

interface Asked {
  readonly who: string;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** The requests, as the citizen, an adviser, an administrator and the platform send them. `her` is the citizen. */
const requests = (her: string, adviser: string): Readonly<Record<string, Asked>> => {
  const sok = (type: string, query: string): Asked => ({ who: her, method: 'POST', path: `/innsyn-sok/api/v1/${type}/sok?${query}`, body: {} });
  const forClient = (q: string, filter?: string, facets?: string[]) => ({ indexUid: 'innsyn', q, limit: 20, ...(filter && { filter }), ...(facets && { facets }) });
  return {
    'faktura/sok': sok('faktura', 'antall=10'),
    'mappe/sok, one word': sok('mappe', 'antall=10&term=s%C3%B8knad'),
    'mappe/sok': sok('mappe', 'antall=10'),
    'mappe/sok by date, page of 500': sok('mappe', 'antall=500&sortering=DATO_DESC'),
    'kommunaltjeneste/sok, page of 50': sok('kommunaltjeneste', 'antall=50'),
    'multi/sok': sok('multi', 'antall=10&term=s%C3%B8knad'),
    '/sok, five questions': {
      who: `sok:${her}`,
      method: 'POST',
      path: '/sok/multi-search',
      body: { queries: [forClient('søknad'), forClient('', 'type = mappe', ['type']), forClient('', 'type = faktura', ['status']), forClient('søknad', 'type = kommunaltjeneste'), forClient('', undefined, ['type'])] },
    },
    'the page of a kommune': { who: her, path: `/min-kommune/api/v1/innbygger/${bergen}/sider/FORSIDE` },
    'organisasjoner/synlige, an adviser': { who: adviser, path: '/konfigurasjon/api/v1/organisasjoner/synlige' },
    'autorisasjoner, an adviser': { who: adviser, path: '/autorisasjon-query/api/v1/autorisasjon/autorisasjoner' },
    'organisasjoner/synlige, the platform': { who: 'plattform', path: '/konfigurasjon/api/v1/organisasjoner/synlige' },
    'tilgjengelige-integrasjoner': { who: 'administrator:4601', path: `/min-kommune/api/v1/${bergen}/tilgjengelige-integrasjoner` },
    konfigurasjon: { who: 'administrator:4601', path: `/min-kommune/api/v1/${bergen}/konfigurasjon` },
    'audit-sok': { who: 'administrator:4601', path: `/audit-sok/api/v1/sok?fiksOrganisasjon=${bergen}&antall=50` },
  };
};

/**
 * Compares a service with all of Norway in it with a service that has the examples only: each request's median time, one and
 * 16 at a time, and the size of its answer. Then a command beside 16 searching citizens, and commands while a fagsystem
 * delivers. The filled storage is kept in `bench/out/country` for the next run.
 */
export async function country(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const alone = await service(await newStorage(engine), { EXAMPLES: 'true' });
    await alone.examples();
    const running = await service(await filled(engine), { EXAMPLES: 'false' });
    while (!(await running.followed())) await new Promise((resolve) => setTimeout(resolve, 200));
    const examples = requests('innbygger:12818510088', 'administrator:4601');
    const asked = requests(`innbygger:${citizen(searchingCitizen())}`, adviser);
    for (const [name, one] of Object.entries(asked)) results.push(...(await compared(`${name}, ${engine}`, await asking(alone, examples[name]!), await asking(running, one))));
    await alone.stop();
    results.push(...(await besideSearches(running, engine, asked['mappe/sok, one word']!)), ...(await besideIndexing(running, engine)));
    await running.stop();
  }
  return results;
}

/** Storage with the country in it: a copy of the kept one, which is filled on first use. */
async function filled(engine: Engine): Promise<Storage> {
  const home = join(kept, `${engine}-${countryMessages}`);
  if (!existsSync(home)) {
    const [made, dump] = [await newStorage(engine), engine === 'native' && program('pg_dump')];
    const draft = `${home}.draft`;
    rmSync(draft, { recursive: true, force: true });
    await fillCountry(made);
    mkdirSync(draft, { recursive: true });
    cpSync(made.dataDir, join(draft, 'data'), { recursive: true });
    if (dump) execFileSync(dump, ['-Fc', '-Z1', '-f', join(draft, 'database'), made.databaseUrl!]);
    renameSync(draft, home);
  }
  const dataDir = scratchFolder('country');
  cpSync(join(home, 'data'), dataDir, { recursive: true });
  // The copy may be older than its statistics: the engines collect them within minutes, and the measurements begin now.
  if (engine === 'embedded') {
    const database = await EmbeddedDatabase.open(dataDir);
    await database.query({ name: '', text: 'analyze' });
    await database.close();
    return { engine, dataDir };
  }
  const databaseUrl = await nativeUrl();
  execFileSync(program('pg_restore'), ['--no-owner', '-d', databaseUrl, join(home, 'database')]);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('analyze');
  await client.end();
  return { engine, dataDir, databaseUrl };
}

/** Compares the size of an answer and its median time, in turns, so that what else the machine does weighs on both. */
async function compared(name: string, fromExamples: () => Promise<number>, fromCountry: () => Promise<number>): Promise<Result[]> {
  const against = (metric: string, unit: string, value: number, reference: number): Result => ({
    ...withoutReference(metric, unit, value),
    referenceName: 'examples',
    reference: Number(reference.toPrecision(4)),
    ratio: Number((reference / value).toFixed(2)),
  });
  const results = [against(`size of ${name}`, 'kB', (await fromCountry()) / 1000, (await fromExamples()) / 1000)];
  for (const ask of [fromExamples, fromCountry]) for (let n = 0; n < 5; n++) await ask();
  for (const clients of atATime) {
    const [few, all]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 5; turn++) {
      few.push(...(await timed(clients, clients === 1 ? 5 : 32, fromExamples)));
      all.push(...(await timed(clients, clients === 1 ? 5 : 32, fromCountry)));
    }
    results.push(against(`${name}, ${clients} at a time`, 'ms', percentile(all, 0.5), percentile(few, 0.5)));
  }
  return results;
}

/** A function that sends the request and resolves with the size of the answer, in bytes. */
async function asking(running: Service, { who, method = 'GET', path, body }: Asked): Promise<() => Promise<number>> {
  const [, client] = /^sok:(.*)$/.exec(who) ?? [];
  const token = client === undefined ? await running.token(who) : await searchToken(running, client);
  const headers = { Authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async () => {
    const answer = await successful(fetch(`${running.address}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }));
    return (await answer.arrayBuffer()).byteLength;
  };
}

/** Runs `work` `count` times on `clients` loops, or until `ended`. Resolves with the times, in ms. */
async function timed(clients: number, count: number, work: () => Promise<unknown>, ended = () => false): Promise<number[]> {
  const taken: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0 && !ended()) {
        const began = performance.now();
        await work();
        taken.push(performance.now() - began);
      }
    }),
  );
  return taken;
}

const percentile = (values: readonly number[], share: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
};

/** Creates a tjeneste. Resolves with a function that changes it, and resolves with the status of the answer. */
async function changing(running: Service): Promise<() => Promise<number>> {
  const headers = { Authorization: `Bearer ${await running.token('administrator:4601')}`, 'content-type': 'application/json' };
  const path = `${running.address}/min-kommune/api/v1/${bergen}/kommunale-tjenester`;
  const id = randomUUID();
  const body = { id, tittel: 'Kulturskole', lenke: 'https://www.bergen.kommune.no', rettetMot: 'PERSON' };
  await successful(fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  let turn = 0;
  return async () => {
    const answer = await successful(fetch(`${path}/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ tittel: `Kulturskole ${++turn}` }) }));
    await answer.arrayBuffer();
    return answer.status;
  };
}

async function besideSearches(running: Service, engine: Engine, asked: Asked): Promise<Result[]> {
  const search = await asking(running, asked);
  const change = await changing(running);
  const taken = await beside(
    (ended) => timed(16, Infinity, search, ended),
    (ended) => timed(1, samples, change, ended),
  );
  return [0.5, 0.99].map((share) => withoutReference(`a command beside 16 searching citizens, p${share * 100}, ${engine}`, 'ms', percentile(taken, share)));
}

/** Measures commands, each until its view has it, from eight administrators while a fagsystem delivers messages. */
async function besideIndexing(running: Service, engine: Engine): Promise<Result[]> {
  const changes = await Promise.all(Array.from({ length: 8 }, () => changing(running)));
  const deliver = await delivering(running);
  let delivered = 0;
  const taken: number[] = [];
  let late = 0;
  await beside(
    async (ended) => {
      while (!ended()) await deliver(delivered++);
    },
    (ended) =>
      Promise.all(
        changes.map(async (change) => {
          while (!ended() && (delivered <= 60 || taken.length < samples)) {
            const began = performance.now();
            if ((await change()) === 202) late++;
            taken.push(performance.now() - began);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }),
      ),
  );
  const meanwhile = `while ${delivered},000 messages come in, ${engine}`;
  return [
    withoutReference(`a command ${meanwhile}, p50`, 'ms', percentile(taken, 0.5)),
    withoutReference(`a command ${meanwhile}, p99`, 'ms', percentile(taken, 0.99)),
    withoutReference(`commands answered 202 ${meanwhile}`, '%', (100 * late) / taken.length),
  ];
}

/** A function that delivers the n-th thousand messages as a fagsystem of Bergen. */
async function delivering(running: Service): Promise<(n: number) => Promise<void>> {
  const headers = await integration(running);
  return async (n) => {
    const meldinger = Array.from({ length: 1000 }, (_, i) => ({
      meldingId: randomUUID(),
      sikkerhetsniva: 3,
      eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: citizen((n * 1000 + i) % 2000) },
      fiksOrganisasjonId: bergen,
      versjon: 'MAPPE_V1',
      meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: `Sak nummer ${n}/${i}` })).toString('base64'),
    }));
    const answer = await successful(fetch(`${running.address}/innsyn-index/api/v2/indexRequest`, { method: 'PUT', headers, body: JSON.stringify({ meldinger }) }));
    await answer.arrayBuffer();
  };
}
