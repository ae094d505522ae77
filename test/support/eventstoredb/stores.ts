import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore, type EventStoreDbOptions } from '../../../src/infrastructure/eventstoredb/event-store.js';
import { closing } from '../databases.js';
import { type DoubleOptions, EventStoreDbDouble } from './server.js';

/** The URL of a real server to test on as well. The server may be in use. It keeps the events that the tests write. */
export const eventStoreUrl = process.env['EVENTSTORE_URL'];

/** Starts a double that is closed after the spec file. */
export const startDouble = async (options?: DoubleOptions): Promise<EventStoreDbDouble> => closing(await EventStoreDbDouble.start(options));

/** An empty store on a server that may hold other events, because its streams have a random prefix. */
export const eventStoreDb = (url: string, options: EventStoreDbOptions = {}): EventStoreDbEventStore =>
  closing(new EventStoreDbEventStore(url, { namespace: `test-${randomUUID()}.`, ...options }));

/** A factory of stores, each on a double of its own. */
export const onDouble = (options?: DoubleOptions) => async (): Promise<EventStoreDbEventStore> => eventStoreDb((await startDouble(options)).url);
