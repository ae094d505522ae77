import { Logger } from '@nestjs/common';
import { LogCheck } from '../../src/application/proof/log-check.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { LogChecker } from '../../src/infrastructure/workers/log-checker.js';
import { until } from '../support/views.js';

Logger.overrideLogger(false);

it('One process at a time checks the log', async () => {
  const [views, events] = [new MemoryViewStore(), new MemoryEventStore()];
  const [acquire, asked] = [views.acquireLease.bind(views), [] as boolean[]];
  views.acquireLease = async (name) => {
    const lease = await acquire(name);
    asked.push(lease !== undefined);
    return lease;
  };
  const started = [1, 2].map(() => {
    const check = new LogCheck(events, new MemoryPersons(), new MemorySubjectKeys(), new SystemClock());
    return { check, worker: new LogChecker(views, check) };
  });
  for (const { worker } of started) await worker.onApplicationBootstrap();
  await until('one has checked, and both have asked for the lease', () => asked.length === 2 && started.some(({ check }) => check.last !== undefined));
  expect(asked).toEqual([true, false]);
  expect(started.map(({ check }) => check.last?.hendelser)).toEqual([0, undefined]);
  for (const { worker } of started) await worker.onApplicationShutdown();
});
