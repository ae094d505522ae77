import { CommandBus } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { Documents } from '../../src/application/ports/documents.js';
import type { Generation } from '../../src/application/ports/search-generation.js';
import { SearchIndex, type SearchChanges, type SearchQuery } from '../../src/application/ports/search-index.js';
import { IndexMeldinger, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona, syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { fillWithExamples } from '../../src/infrastructure/development/stand-ins.js';
import { createServer } from '../../src/interfaces/http/server/server.js';
import { openStores } from '../../src/stores.js';
import { database, engines, type Engine } from '../support/engines.js';
import { withoutReference, rate, type Result } from '../support/measure.js';
import { chance, message } from '../support/messages.js';
import { bergen, successful } from '../support/requests.js';
import { newStorage } from '../support/service.js';

const total = Number(process.env['BENCH_MESSAGES'] ?? 100_000);
/** The most messages that one index request may hold. */
const batch = 5_000;
const searches = 300;

/**
 * Measures messages from the sender's command until a search finds them: persons, keys, events, views and index. The
 * reference is a bulk insert of the same text into a bare table. Then measures a search over HTTP against its call of the
 * index.
 */
export async function indexing(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const service = await started(engine);
    const ours = await rate(total, async () => {
      let position = 0n;
      for (const meldinger of batches()) position = (await service.index(meldinger)) || position;
      await service.found(position);
    });
    const bare = await bareInserts(engine);
    results.push({
      ...withoutReference(`indexing of ${total} messages until they are found, ${engine}`, 'messages/s', ours),
      referenceName: 'bare bulk insert',
      reference: Math.round(bare),
      ratio: Number((ours / bare).toFixed(2)),
    });
    const { whole, inside } = await service.searched();
    results.push({
      ...withoutReference(`search over HTTP, median, ${engine}`, 'ms', whole),
      referenceName: 'its call of the index',
      reference: Number(inside.toPrecision(4)),
      ratio: Number((inside / whole).toFixed(2)),
    });
    await service.close();
  }
  return results;
}

/** Batches of messages, addressed to a thousand persons in turn. */
function* batches(): Generator<SentMelding[]> {
  const next = chance(7);
  const persons = Array.from({ length: 1000 }, (_, n) => syntheticFnr(`innbygger ${n}`));
  for (let n = 0; n < total; n += batch)
    yield Array.from({ length: Math.min(batch, total - n) }, (_, i): SentMelding => {
      const { tittel, tekst } = message(n + i, next);
      return {
        fiksOrgId: parseUuid(bergen),
        meldingId: parseUuid(randomUUID()),
        versjon: 'MAPPE_V1',
        sikkerhetsniva: 3,
        eksponertFor: { type: 'FODSELSNUMMER', verdi: parseFodselsnummer(persons[(n + i) % persons.length]!, { syntetiske: true }) },
        metadata: { type: 'SAK', tittel, beskrivelse: tekst },
      };
    });
}

async function bareInserts(engine: Engine): Promise<number> {
  const { database: opened } = await database(engine);
  await opened.query({ name: '', text: 'create table bare (id text primary key, document text not null)' });
  const statement = { name: 'bare', text: 'insert into bare select * from unnest($1::text[], $2::text[])' };
  return rate(total, async () => {
    for (const some of batches()) await opened.query(statement, [some.map(({ meldingId }) => meldingId), some.map((one) => JSON.stringify(one))]);
  });
}

/** Starts the whole service in this process, because the case times the calls of its index. */
async function started(engine: Engine) {
  const { dataDir, databaseUrl } = await newStorage(engine);
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
  const stores = await openStores(config);
  const index = new TimedIndex(stores.index);
  const app = await createServer(AppModule.with(config, { ...stores, index }), { bodyLimit: config.bodyLimit, logger: false });
  await app.listen(0, '127.0.0.1');
  await fillWithExamples(config, app);
  const [commands, documents] = [app.get(CommandBus), app.get<Documents>(Documents)];
  const integrasjonId = randomUUID();
  const token = await DevelopmentIssuer.open(config).issue(persona(`innbygger:${syntheticFnr('innbygger 0')}`));
  const address = await app.getUrl();
  return {
    index: async (meldinger: readonly SentMelding[]) => {
      const request = { actor: { kind: 'system', id: 'bench' }, commandId: randomUUID(), correlationId: randomUUID() } as const;
      return (await commands.execute(new IndexMeldinger(integrasjonId, meldinger, request))).position;
    },
    found: async (position: bigint) => {
      if (!(await documents.waitFor([innsynssok], position, 3_600_000))) throw new Error('The index does not follow');
    },
    searched: async () => {
      // The database would analyze the new rows by itself within a minute. The searches need fresh statistics now.
      await stores.database.query({ name: '', text: 'analyze' });
      const [whole, inside]: [number[], number[]] = [[], []];
      const next = chance(3);
      for (let n = 0; n < searches; n++) {
        const term = message(Math.floor(next() * total), next).tittel.split(' ')[0]!;
        index.spent = 0;
        const began = performance.now();
        const headers = { Authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const url = `${address}/innsyn-sok/api/v1/mappe/sok?term=${encodeURIComponent(term)}`;
        const answer = await successful(fetch(url, { method: 'POST', headers, body: '{}' }));
        await answer.arrayBuffer();
        whole.push(performance.now() - began);
        inside.push(index.spent);
      }
      return { whole: median(whole), inside: median(inside) };
    },
    close: () => app.close(),
  };
}

/** Wraps an index and adds up the time spent in `searchMany`, in ms. */
class TimedIndex extends SearchIndex {
  spent = 0;

  constructor(private readonly index: SearchIndex) {
    super();
  }

  async searchMany(queries: readonly SearchQuery[]) {
    const began = performance.now();
    const answers = await this.index.searchMany(queries);
    this.spent += performance.now() - began;
    return answers;
  }
  prepare(generation: Generation) {
    return this.index.prepare(generation);
  }
  withdraw(generation: Generation) {
    return this.index.withdraw(generation);
  }
  write(generation: Generation, changes: SearchChanges) {
    return this.index.write(generation, changes);
  }
  override handOver(generation: Generation, changes: SearchChanges) {
    return this.index.handOver(generation, changes);
  }
  serve(generation: Generation) {
    return this.index.serve(generation);
  }
  clear(generation: Generation) {
    return this.index.clear(generation);
  }
  inspect(generation: Generation, ids: readonly string[]) {
    return this.index.inspect(generation, ids);
  }
  facetValues(query: Parameters<SearchIndex['facetValues']>[0]) {
    return this.index.facetValues(query);
  }
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
