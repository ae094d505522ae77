import type { EventStore } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { embeddedDatabase, serverDatabase } from '../support/databases.js';
import { matchesTheModel } from './log-model.js';
import { oneOutcomeAKey } from './repeats.js';

const on = (open: () => Promise<Database>) => async () => new PostgresEventStore(await open());

const adapters: Record<string, { open: () => Promise<EventStore>; runs: number }> = {
  memory: { open: () => Promise.resolve(new MemoryEventStore()), runs: 200 },
  'PostgreSQL, embedded': { open: on(() => embeddedDatabase()), runs: 50 },
  'PostgreSQL, server': { open: on(() => serverDatabase()), runs: 50 },
};

describe.each(Object.entries(adapters))('With many clients at the same time, %s', (_, { open, runs }) => {
  it('every append has an outcome that a simple model of the log explains', async () => {
    await matchesTheModel(await open(), runs);
  });

  it('requests with the same key have one outcome, also while the first is still running', async () => {
    await oneOutcomeAKey(await open(), runs);
  });
});
