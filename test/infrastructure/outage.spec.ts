import { Logger } from '@nestjs/common';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { isOutage } from '../../src/infrastructure/workers/outage.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { feedDefaults, SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { kommunaleTjenester } from '../../src/application/views/kommunal-tjeneste.js';
import { until } from '../support/views.js';

const said: string[] = [];
const hear = (message: string) => said.push(message);
Logger.overrideLogger({ log: hear, warn: hear, error: hear });

it('an outage is one line when it begins, and one when it ends, for all workers together', async () => {
  let [away, tries] = [false, 0];
  class Log extends MemoryEventStore {
    override head(): Promise<bigint> {
      if (away) tries++;
      return away ? Promise.reject(new StoreUnavailable()) : super.head();
    }
  }
  const [log, views, index] = [new Log(), new MemoryViewStore(), new MemorySearchIndex()];
  const workers = [
    new Pump(log, views, [kommunaleTjenester], { pageSize: 2, retryMs: 1 }),
    new SearchFeed(log, views, new MemorySubjectKeys(), index, { ...feedDefaults, pageSize: 2, retryMs: 1, longestMs: 2, lookMs: 1 }),
  ];
  for (const worker of workers) await worker.onApplicationBootstrap();
  await until('both work', async () => (await views.checkpoints()).every(({ serving }) => serving));
  said.splice(0);
  away = true;
  await until('both have tried again many times', () => tries > 50);
  expect(said).toEqual(['Loggen eller databasen svarer ikke. Det som går i bakgrunnen, venter og går videre når de svarer']);
  away = false;
  await until('the end is told', () => said.length > 1);
  expect(said.slice(1)).toEqual([expect.stringMatching(/^Loggen og databasen svarer igjen, etter \d+ sekunder$/)]);
  for (const worker of workers) await worker.onApplicationShutdown();
});

it.each([
  [new StoreUnavailable(), true],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), true],
  [Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' }), true],
  [Object.assign(new Error('database "d" does not exist'), { code: '3D000', severity: 'FATAL' }), true],
  [new Error('Connection terminated unexpectedly'), true],
  [Object.assign(new Error('permission denied'), { code: '42501', severity: 'ERROR' }), false],
  [new Error('nei'), false],
])('tells an outage from a fault: %s', (error, outage) => {
  expect(isOutage(error)).toBe(outage);
});
