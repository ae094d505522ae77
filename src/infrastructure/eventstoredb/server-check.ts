import { AccessDeniedError } from '@eventstore/db-client';
import { patience, type MissingEngine } from '../missing-engine.js';
import { EventStoreDbEventStore } from './event-store.js';

/** Asks a server whether the service can use it. */
export async function missingEventStore(url: string): Promise<MissingEngine | undefined> {
  const store = new EventStoreDbEventStore(url, { timeout: patience });
  try {
    await store.head();
    return undefined;
  } catch (error) {
    const denied = error instanceof Error && error.cause instanceof AccessDeniedError;
    return denied
      ? { engine: 'EventStoreDB', reason: 'brukeren i EVENTSTORE_URL er ukjent, eller får ikke lese $all', mayCome: false }
      : { engine: 'EventStoreDB', reason: 'svarer ikke', mayCome: true };
  } finally {
    await store.close();
  }
}
