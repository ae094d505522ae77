import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore, type EventStoreDbOptions } from '../../../src/infrastructure/eventstoredb/event-store.js';
import { closing } from '../databases.js';
import { type DoubleOptions, EventStoreDbDouble } from './server.js';

/** A real server to test against as well; it may be in use, and keeps what the tests write. */
export const eventStoreUrl = process.env['EVENTSTORE_URL'];

/** A double that is closed when the spec file is done. */
export const startDouble = async (options?: DoubleOptions): Promise<EventStoreDbDouble> => closing(await EventStoreDbDouble.start(options));

/** An empty store on a server that may hold anything: its streams have a name of their own before theirs. */
export const eventStoreDb = (url: string, options: EventStoreDbOptions = {}): EventStoreDbEventStore =>
  closing(new EventStoreDbEventStore(url, { namespace: `test-${randomUUID()}.`, ...options }));

/** Stores each on a double of its own. */
export const onDouble = (options?: DoubleOptions) => async (): Promise<EventStoreDbEventStore> => eventStoreDb((await startDouble(options)).url);
