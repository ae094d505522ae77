import { AccessDeniedError } from '@eventstore/db-client';
import { NIL, v4 as uuidv4 } from 'uuid';
import { schemaVersion, type Append } from '../../application/ports/event-store.js';
import { patience, type MissingEngine } from '../missing-engine.js';
import { EventStoreDbEventStore } from './event-store.js';

/** An append to a revision that its stream never has, so that it stores nothing. */
function refusedAppend(): Append {
  const id = uuidv4();
  const metadata = { commandId: id, commandDigest: '', correlationId: id, causationId: id, actor: 'system:oppstart', tenant: NIL, time: new Date(0).toISOString(), schemaVersion };
  return { stream: { aggregate: 'oppstart', tenant: NIL, id: NIL }, expected: 1_000_000n, events: [{ id, type: 'SkrivetilgangProvd', data: {}, metadata }] };
}

/** Asks a server whether the service can use it. */
export async function missingEventStore(url: string): Promise<MissingEngine | undefined> {
  const store = new EventStoreDbEventStore(url, { timeout: patience });
  let denied = 'er ukjent, eller får ikke lese $all';
  try {
    await store.head();
    denied = 'får ikke skrive';
    await store.append(refusedAppend());
    return undefined;
  } catch (error) {
    return error instanceof Error && error.cause instanceof AccessDeniedError
      ? { engine: 'EventStoreDB', reason: `brukeren i EVENTSTORE_URL ${denied}`, mayCome: false }
      : { engine: 'EventStoreDB', reason: 'svarer ikke', mayCome: true };
  } finally {
    await store.close();
  }
}
