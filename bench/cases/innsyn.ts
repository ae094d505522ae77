import { exposure } from '../../src/application/commands/exposure.js';
import type { SearchDocument, SearchIndex, SearchQuery } from '../../src/application/ports/search-index.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { feedDefaults } from '../../src/infrastructure/workers/search-feed.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { bareIndex, searchIndex, server } from '../support/meilisearch.js';
import { database, engines, type Engine } from '../support/engines.js';
import { withoutReference, rate, type Result } from '../support/measure.js';
import { chance, message } from '../support/messages.js';
import { miniSearch } from '../support/mini-search.js';
import { kinds, searchesFor, type Kind, type Search } from '../support/searches.js';

const sizes = (process.env['BENCH_DOCUMENTS'] ?? '100000,1000000').split(',').map(Number);
const searchesEach = Number(process.env['BENCH_SEARCHES'] ?? 500);
const batch = 1000;
/** The time limit for all searches of one kind, in ms. A slow index answers fewer of them. */
const maxSearchTimeMs = 30_000;

/** Resolves with the ids of the ten best hits for a term. */
type Answers = (term: string) => Promise<readonly string[]>;
interface Latencies {
  readonly p50: number;
  readonly p99: number;
  /** The share of searches with their source document among the ten best hits. */
  readonly hit: number;
  /**
   * The same share for searches with a typo, among those whose correct spelling finds the document. The others do not count,
   * because ten documents match their words better.
   */
  readonly forgiven?: number;
}

/** An index to measure. Where the engine can be asked without us, `bare` asks a bare index of the same texts. */
interface Filled {
  readonly index: SearchIndex;
  readonly results: readonly Result[];
  readonly bare?: Answers;
}

/**
 * Measures searches of a public archive against MiniSearch in memory, and the rate at which the index is filled. With
 * MEILISEARCH_URL also that server, against a bare index on it as well.
 */
export async function innsyn(): Promise<Result[]> {
  const results: Result[] = [];
  const medians = new Map<string, number>();
  for (const size of sizes) {
    const searches = searchesFor(sampled(size), searchesEach);
    const reference = await miniSearch(documents(size));
    const theirs = new Map<string, Latencies>();
    for (const clients of [1, 16]) for (const kind of kinds) theirs.set(`${kind} ${clients}`, await ask(reference, searches[kind], clients));
    for (const engine of [...engines, ...(server ? (['Meilisearch'] as const) : [])]) {
      const { index, results: filled, bare } = await (engine === 'Meilisearch' ? fillMeilisearch(size) : fill(engine, size));
      results.push(...filled);
      const ours: Answers = async (term) => (await index.search(question(term))).hits.map(({ document }) => document.id);
      for (const clients of [1, 16]) {
        for (const kind of kinds) {
          const mine = await ask(ours, searches[kind], clients);
          const name = `${kind}, ${size} documents, ${clients} at a time, ${engine}`;
          results.push(...compared(name, mine, 'MiniSearch', theirs.get(`${kind} ${clients}`)!, kind));
          if (bare) results.push(...compared(name, mine, 'bare index', await ask(bare, searches[kind], clients), kind));
          const before = medians.get(`${kind} ${clients} ${engine}`);
          if (before !== undefined) results.push(withoutReference(`${kind}, ${clients} at a time, ${engine}: median grows from ${sizes[0]!} to ${size}`, 'times', mine.p50 / before));
          else medians.set(`${kind} ${clients} ${engine}`, mine.p50);
        }
      }
    }
  }
  return results;
}

function* documents(size: number): Generator<SearchDocument> {
  const next = chance(7);
  for (let n = 0; n < size; n++) yield message(n, next);
}

/** At least 2000 documents (all of a smaller archive), evenly spread over the archive. */
function sampled(size: number): SearchDocument[] {
  const every = Math.max(1, Math.floor(size / 2000));
  const all: SearchDocument[] = [];
  let n = 0;
  for (const document of documents(size)) if (n++ % every === 0) all.push(document);
  return all;
}

const question = (term: string): SearchQuery => ({
  term,
  access: { and: [{ field: 'eksponertFor', in: [exposure.offentlig] }, { field: 'sikkerhetsniva', lte: 4 }] },
  sort: 'RELEVANS',
  offset: 0,
  limit: 10,
});

const generation = { version: 1, round: 0 };

/** Fills an index. The reference is a bulk insert of up to 100,000 of the documents into a bare table. */
async function fill(engine: Engine, size: number): Promise<Filled> {
  const { database: opened } = await database(engine);
  const index = new PostgresSearchIndex(opened);
  await index.prepare(generation);
  const bare = await bareInserts(opened, Math.min(size, 100_000));
  return { index, results: [indexed(engine, size, await written(index, size), 'bare bulk insert', bare)] };
}

/** Fills an index on the Meilisearch server. The reference is a bare index of titles and texts there. */
async function fillMeilisearch(size: number): Promise<Filled> {
  const index = searchIndex();
  const bare = await bareIndex();
  await index.prepare(generation);
  const ours = await written(index, size);
  const theirs = await rate(size, async () => {
    await inBatches(size, (put) => bare.add(put.map(({ id, tittel, tekst }) => ({ id, tittel, tekst }))));
    await bare.done();
  });
  return { index, results: [indexed('Meilisearch', size, ours, 'bare index', theirs)], bare: bare.search };
}

const indexed = (engine: string, size: number, ours: number, referenceName: string, reference: number): Result => ({
  ...withoutReference(`indexing of ${size} documents, ${engine}`, 'documents/s', ours),
  referenceName,
  reference: Math.round(reference),
  ratio: Number((ours / reference).toFixed(2)),
});

/** Writes the documents as the search feed does, and serves them. Resolves with documents/s. */
const written = (index: SearchIndex, size: number): Promise<number> =>
  rate(size, async () => {
    const ahead: (() => Promise<void>)[] = [];
    await inBatches(size, async (put) => {
      const visible = await index.handOver(generation, { put, remove: [] });
      if (visible && ahead.push(visible) > feedDefaults.pagesAhead) await ahead.shift()!();
    });
    for (const visible of ahead) await visible();
    await index.serve(generation);
  });

async function bareInserts(opened: Database, size: number): Promise<number> {
  await opened.query({ name: '', text: 'create table bare (id text primary key, document text not null)' });
  const statement = { name: 'bare', text: 'insert into bare select * from unnest($1::text[], $2::text[])' };
  return rate(size, () => inBatches(size, (put) => opened.query(statement, [put.map(({ id }) => id), put.map((one) => JSON.stringify(one))])));
}

async function inBatches(size: number, write: (documents: readonly SearchDocument[]) => Promise<unknown>): Promise<void> {
  let full: SearchDocument[] = [];
  for (const document of documents(size)) {
    full.push(document);
    if (full.length < batch) continue;
    await write(full);
    full = [];
  }
  if (full.length > 0) await write(full);
}

/**
 * Runs the searches on `clients` concurrent loops, until all are done or `maxSearchTimeMs` has passed. The latencies leave
 * out the first tenth, which is warm-up.
 */
async function ask(answers: Answers, searches: readonly Search[], clients: number): Promise<Latencies> {
  const taken: number[] = [];
  const left = searches.entries();
  const end = performance.now() + maxSearchTimeMs;
  const missed: Search[] = [];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const { value: next } = left.next();
        if (!next) return;
        const [, search] = next;
        const started = performance.now();
        const found = await answers(search.term);
        taken.push(performance.now() - started);
        if (!found.includes(search.id)) missed.push(search);
        await new Promise(setImmediate);
      }
    }),
  );
  const measured = taken.slice(Math.floor(taken.length / 10)).sort((a, b) => a - b);
  const at = (share: number) => measured[Math.min(measured.length - 1, Math.floor(measured.length * share))]!;
  const hits = taken.length - missed.length;
  let unforgiven = 0;
  for (const { spelled, id } of missed) if (spelled !== undefined && (await answers(spelled)).includes(id)) unforgiven++;
  return { p50: at(0.5), p99: at(0.99), hit: hits / taken.length, ...(searches[0]?.spelled !== undefined && { forgiven: hits / (hits + unforgiven) }) };
}

function compared(name: string, ours: Latencies, referenceName: string, reference: Latencies, kind: Kind): Result[] {
  const lines = (['p50', 'p99'] as const).map(
    (at): Result => ({
      ...withoutReference(`${at} ${name}`, 'ms', ours[at]),
      referenceName,
      reference: Number(reference[at].toPrecision(4)),
      ratio: Number((reference[at] / ours[at]).toFixed(2)),
    }),
  );
  if (kind === 'frequent word') return lines;
  const share = (what: string, mine: number, theirs: number): Result => ({
    ...withoutReference(`${what} ${name}`, '%', 100 * mine),
    referenceName,
    reference: Number((100 * theirs).toPrecision(4)),
    ratio: Number((mine / theirs).toFixed(2)),
  });
  const { forgiven } = ours;
  return [...lines, share('found', ours.hit, reference.hit), ...(forgiven === undefined ? [] : [share('found, of what is found when spelled right,', forgiven, reference.forgiven!)])];
}
