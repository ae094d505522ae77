import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exposure } from '../../src/application/commands/exposure.js';
import type { SearchDocument, SearchIndex } from '../../src/application/ports/search-index.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { TestApp } from '../support/app.js';
import { embeddedDatabase } from '../support/databases.js';
import { firstGeneration } from '../support/generations.js';
import { onDouble, onRealServer, realServer } from '../support/search-servers.js';
import { differences, type Engine } from './sok-recorded.differences.js';

// What a Meilisearch server answered to a search client, asked again under /sok on both engines.

const folder = join(process.cwd(), '../shared/data/meilisearch');
const here = existsSync(folder);

interface Exchange {
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly auth: 'search' | 'none' | 'feil';
  readonly body?: unknown;
  readonly raw?: string;
  readonly type?: string;
  readonly answer: { readonly status: number; readonly body: unknown };
}
const exchanges = here ? readFileSync(join(folder, 'exchanges.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Exchange) : [];

/** The name of an exchange in the table of differences. */
const nameOf = ({ method, path, body, raw }: Exchange): string => `${method} ${path}${raw !== undefined ? ` ${raw}` : body === undefined || body === null ? '' : ` ${JSON.stringify(body)}`}`;

/** Scores are the index's own, the read model is ours, and the time is nobody's. */
const own = new Set(['_rankingScore', '_rankingScoreDetails', 'weightedRankingScore', 'metadata', 'processingTimeMs', 'requestUid']);
const compared = (body: unknown): unknown => JSON.parse(JSON.stringify(body ?? null, (key, value: unknown) => (own.has(key) ? undefined : value)));

const engines: readonly (readonly [name: string, engine: Engine, make: () => Promise<SearchIndex> | SearchIndex])[] = [
  ['embedded', 'embedded', async () => new PostgresSearchIndex(await embeddedDatabase())],
  ['a double of Meilisearch', 'meilisearch', async () => (await onDouble()).index],
  ...(realServer ? ([[`Meilisearch on ${new URL(realServer).host}`, 'meilisearch', () => onRealServer().index]] as const) : []),
];

(here ? describe : describe.skip).each(engines)(`What Meilisearch answered, on %s${here ? '' : ' (skipped: shared/data/meilisearch is missing)'}`, (_, engine, make) => {
  it('is answered by us, but for what differs on purpose', async () => {
    const app = await TestApp.start(undefined, await make());
    const { documents } = JSON.parse(readFileSync(join(folder, 'documents.json'), 'utf8')) as { documents: readonly SearchDocument[] };
    await app.index.prepare(firstGeneration);
    await app.index.write(firstGeneration, { put: documents.map((document) => ({ ...document, eksponertFor: [exposure.offentlig], position: 1 })), remove: [] });
    await app.index.serve(firstGeneration);
    const { body: issued } = await app.as('innbygger:12818510088').post<{ token: string }>('/innsyn-sok/api/v1/token')();
    const ask = async ({ method, path, auth, body, raw, type }: Exchange) => {
      const sent = method === 'GET' || method === 'OPTIONS' || method === 'DELETE' ? undefined : (raw ?? JSON.stringify(body ?? null));
      const answer = await fetch(`${app.url}/sok${path}`, {
        method,
        ...(sent !== undefined && { body: sent }),
        headers: {
          ...(sent !== undefined && type !== '' && { 'Content-Type': type ?? (raw === undefined ? 'application/json' : 'text/plain;charset=UTF-8') }),
          ...(auth !== 'none' && { Authorization: `Bearer ${auth === 'search' ? issued.token : 'feil'}` }),
        },
      });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text };
    };
    const others: Record<string, unknown> = {};
    for (const exchange of exchanges) {
      const got = await ask(exchange);
      const { status, body } = exchange.answer;
      const shown = (answer: { status: number; body: unknown }) =>
        status === 200 ? { status: answer.status, body: compared(answer.body) } : { status: answer.status, code: (body as { code?: string } | null)?.code === undefined ? undefined : (answer.body as { code?: string }).code };
      if (JSON.stringify(sorted(shown(got))) !== JSON.stringify(sorted(shown(exchange.answer)))) others[nameOf(exchange)] = { expected: shown(exchange.answer), received: shown(got) };
    }
    const expected = differences.filter(({ engines: differing }) => differing === undefined || differing === engine).map(({ exchange }) => exchange);
    const unexpected = Object.entries(others).filter(([name]) => !expected.includes(name));
    expect(unexpected.map(([name, what]) => `${name}\n  ${JSON.stringify(what).slice(0, 60000)}`)).toEqual([]);
    expect(expected.filter((name) => !(name in others))).toEqual([]);
    expect(expected.length).toBeLessThanOrEqual(exchanges.length * 0.05);
  }, 240_000);
});

/** A value with the members of its objects in alphabetical order, in which JSON has none. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, sorted(one)]));
}
