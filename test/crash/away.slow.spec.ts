import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { fsyncSync } from 'node:fs';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { projections } from '../../src/application/views/index.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { embeddedDatabase } from '../support/databases.js';

// Regressions of faults that `npm run test:crash` has found.

describe('while the database is away', () => {
  it('views and persons say so, and nothing else is made of it', async () => {
    const database = await embeddedDatabase();
    const views = new PostgresViewStore(database);
    const persons = new PostgresPersons(database, new PersonCipher(randomBytes(32)));
    const [view] = projections;
    await views.prepare(projections);
    await views.get(view!, 'x'); // fills the cache of the served version
    await database.close();
    const questions = [
      views.get(view!, 'x'),
      views.find(view!, {}),
      views.facet(view!, {}, 'navn'),
      views.position(view!),
      views.waitFor([view!], 1n, 1_000),
      persons.identify({ fnr: syntheticFnr('a') }),
      persons.find(syntheticFnr('a')),
      persons.reveal(['00000000-0000-4000-8000-000000000000' as PersonId]),
    ];
    for (const outcome of await Promise.allSettled(questions)) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
  });
});

describe('a clock that jumps back', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const jumpBack = () => {
    const now = Date.now() - 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(now);
  };

  it('does not keep an engine that has stopped from being started again', async () => {
    let failing = false;
    const flush = (fd: number) => {
      if (failing) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      fsyncSync(fd);
    };
    const database = await embeddedDatabase({ minRestartIntervalMs: 0, flush });
    const store = new PostgresEventStore(database);
    failing = true;
    await expect(database.query({ name: '', text: 'create table thing ()' })).rejects.toThrow();
    failing = false;
    jumpBack();
    expect(await store.head()).toBe(0n);
  });

  it('does not prolong a wait for the views', async () => {
    const views = new PostgresViewStore(await embeddedDatabase());
    await views.prepare(projections);
    const waiting = views.waitFor(projections, 1n, 100);
    jumpBack();
    expect(await waiting).toBe(false);
  });
});
