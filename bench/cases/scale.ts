import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { Documents } from '../../src/application/ports/documents.js';
import { IndexMeldinger, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { projections } from '../../src/application/views/index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { fillWithExamples } from '../../src/infrastructure/development/stand-ins.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { openStores } from '../../src/stores.js';
import { engines } from '../support/engines.js';
import { load, type Load } from '../support/load.js';
import { rate, withoutReference, type Result } from '../support/measure.js';
import { chance, message } from '../support/messages.js';
import { bergen, successful } from '../support/requests.js';
import { newStorage, service, type Service, type Storage } from '../support/service.js';

/** The messages of each measurement of size, ascending. */
const sizes = (process.env['BENCH_SCALE'] ?? '100000').split(',').map(Number);
const perCitizen = 200;
const batch = 5_000;
const citizen = (n: number) => parseFodselsnummer(syntheticFnr(`innbygger ${n}`), { syntetiske: true });

/** The tables of each part of the storage, by name. What no pattern names is a view. */
const parts = { log: /^event/, index: /^search/, persons: /^(person|subject_key|kept_name|master_key)/, proof: /^(merkle|checkpoint|innsynslogg_blad)/ } as const;
type Part = keyof typeof parts | 'views';

/**
 * Measures the bytes that a message takes in each part of the storage, at each size. Then measures requests a second with
 * one, two and three processes on the same PostgreSQL, for `docs/scale.md`.
 */
export async function scale(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const storage = await newStorage(engine);
    let stored = 0;
    for (const size of sizes) {
      const { before, after, perSecond } = await filled(storage, stored, size);
      for (const part of Object.keys(after) as Part[])
        results.push(withoutReference(`${part}, the messages ${stored} to ${size}, ${engine}`, 'bytes a message', (after[part] - before[part]) / (size - stored)));
      results.push(withoutReference(`indexing of these until they are found, ${engine}`, 'messages/s', perSecond));
      stored = size;
    }
    if (engine === 'native') results.push(...(await sideBySide(storage, stored)));
  }
  return results;
}

/** Adds messages until there are `total`. Resolves with the bytes of each part before and after, and the messages a second. */
async function filled({ dataDir, databaseUrl }: Storage, stored: number, total: number) {
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
  const stores = await openStores(config);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, stores), { logger: false, abortOnError: false });
  try {
    await fillWithExamples(config, app);
    const [commands, documents] = [app.get(CommandBus), app.get<Documents>(Documents)];
    const found = async () => {
      if (!(await documents.waitFor([...projections, innsynssok], await stores.events.head(), 3_600_000))) throw new Error('The views do not follow');
    };
    await found();
    const before = await bytes(stores.database);
    const integrasjonId = randomUUID();
    const perSecond = await rate(total - stored, async () => {
      for (let n = stored; n < total; n += batch) {
        const request = { actor: { kind: 'system', id: 'bench' }, commandId: randomUUID(), correlationId: randomUUID() } as const;
        await commands.execute(new IndexMeldinger(integrasjonId, messages(n, Math.min(batch, total - n)), request));
        process.stderr.write(`\rscale: ${n} of ${total} messages`.padEnd(80));
      }
      await found();
    });
    return { before, after: await bytes(stores.database), perSecond };
  } finally {
    await app.close();
  }
}

const messages = (first: number, count: number): SentMelding[] => {
  const next = chance(first);
  return Array.from({ length: count }, (_, i) => {
    const [{ tittel, tekst }, described] = [message(first + i, next), message(first + i, next)];
    return {
      fiksOrgId: parseUuid(bergen),
      meldingId: parseUuid(randomUUID()),
      versjon: 'MAPPE_V1',
      sikkerhetsniva: 3,
      eksponertFor: { type: 'FODSELSNUMMER', verdi: citizen(Math.floor((first + i) / perCitizen)) },
      metadata: { type: 'SAK', tittel, beskrivelse: `${described.tittel}. ${tekst}` },
    };
  });
};

/** The bytes of each part on disk, with indexes, after a vacuum. */
async function bytes(database: Database): Promise<Record<Part, number>> {
  await database.query({ name: '', text: 'vacuum analyze' });
  const text = `select relname as name, pg_total_relation_size(oid)::text as size from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  const all: Record<Part, number> = { log: 0, views: 0, index: 0, persons: 0, proof: 0 };
  for (const { name, size } of (await database.query({ name: '', text })) as unknown as readonly { name: string; size: string }[]) {
    const part = (Object.keys(parts) as (keyof typeof parts)[]).find((one) => parts[one].test(name)) ?? 'views';
    all[part] += Number(size);
  }
  return all;
}

/** Requests a second of 48 clients in all, spread over one, two and three processes on the same stores. */
async function sideBySide(storage: Storage, stored: number): Promise<Result[]> {
  const results: Result[] = [];
  const running: Service[] = [];
  const alone: Record<string, number> = {};
  for (const count of [1, 2, 3]) {
    running.push(await service(storage));
    const [first] = running;
    const administrator = { Authorization: `Bearer ${await first!.token('administrator:4601')}`, 'content-type': 'application/json' };
    const tjenester = `/min-kommune/api/v1/${bergen}/kommunale-tjenester`;
    const ids = Array.from({ length: 96 }, () => randomUUID());
    for (const id of ids) {
      const body = JSON.stringify({ id, tittel: 'Kulturskole', lenke: 'https://www.bergen.kommune.no', rettetMot: 'PERSON' });
      await successful(fetch(`${first!.address}${tjenester}`, { method: 'POST', headers: administrator, body }));
    }
    const citizens = await Promise.all(Array.from({ length: 32 }, (_, n) => first!.token(`innbygger:${citizen((n * 7) % Math.ceil(stored / perCitizen))}`)));
    let turn = 0;
    const headersOf = (token: string) => ({ Authorization: `Bearer ${token}`, 'content-type': 'application/json' });
    const requests: Readonly<Record<string, () => Exclude<Load['request'], (...all: never) => unknown>>> = {
      commands: () => ({ path: `${tjenester}/${ids[turn++ % ids.length]!}`, method: 'PATCH', headers: administrator, body: JSON.stringify({ tittel: `Kulturskole ${turn}` }) }),
      pages: () => ({ path: `/min-kommune/api/v1/innbygger/${bergen}/sider/FAKTURA`, headers: headersOf(citizens[turn++ % citizens.length]!) }),
      searches: () => {
        const term = encodeURIComponent(message(turn, chance(turn)).tittel.split(' ')[0]!);
        return { path: `/innsyn-sok/api/v1/mappe/sok?term=${term}`, method: 'POST', headers: headersOf(citizens[turn++ % citizens.length]!), body: '{}' };
      },
    };
    for (const [kind, request] of Object.entries(requests)) {
      const each = await Promise.all(running.map(({ address }) => load({ address, clients: 48 / count, request, seconds: 5 })));
      const sum = each.reduce((total, { requestsPerSecond }) => total + requestsPerSecond, 0);
      alone[kind] ??= sum;
      results.push({ ...withoutReference(`${kind}, ${count} process${count > 1 ? 'es' : ''}, native`, 'requests/s', sum), referenceName: 'one process', reference: alone[kind], ratio: Number((sum / alone[kind]).toFixed(2)) });
    }
  }
  await Promise.all(running.map((one) => one.stop()));
  return results;
}
