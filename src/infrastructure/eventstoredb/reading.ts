import { BACKWARDS, type END, FORWARDS, type RecordedEvent, type StreamingRead, StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import { type EventStoreDbConnection, CallTimedOut } from './connection.js';

const streamPage = 500;

/**
 * Collects everything that a bounded read yields; nothing for a stream that does not exist or has been deleted. Rejects
 * with `Unanswered` after `silence` ms without an event, because the client itself would wait for ever.
 */
export function drain<T>(reading: StreamingRead<T>, silence: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const all: T[] = [];
    let failed = false;
    // Cancelled and not destroyed, because the client would hold on to an answer that has arrived and that nobody reads.
    const timer = setTimeout(() => {
      failed = true;
      reading.cancel().catch(() => undefined);
      reject(new CallTimedOut(silence));
    }, silence);
    reading.on('data', (one: T) => {
      if (failed) return; // buffered in the client when the call failed or was cancelled
      timer.refresh();
      all.push(one);
    });
    reading.on('end', () => {
      clearTimeout(timer);
      resolve(all);
    });
    reading.on('error', (error) => {
      failed = true;
      clearTimeout(timer);
      if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) resolve([]);
      else reject(error);
    });
  });
}

/**
 * Reads a stream in pages, from a revision (inclusive), at most `limit` events in all. Each page is a call of its own,
 * because the client closes its channel when a call is abandoned halfway.
 */
export async function* streamPages(
  connection: EventStoreDbConnection,
  name: string,
  direction: typeof FORWARDS | typeof BACKWARDS,
  from: bigint | typeof END,
  limit = Infinity,
): AsyncIterable<readonly RecordedEvent[]> {
  let [fromRevision, left] = [from, limit];
  while (left > 0) {
    const maxCount = Math.min(left, streamPage);
    const options = { direction, fromRevision, maxCount, requiresLeader: true };
    const page = await connection.read((client, timeout) => drain(client.readStream(name, options), timeout));
    const events = page.flatMap(({ event }) => event ?? []);
    yield events;
    const last = events.at(-1);
    if (page.length < maxCount || !last || (direction === BACKWARDS && last.revision === 0n)) return;
    left -= maxCount;
    fromRevision = last.revision + (direction === FORWARDS ? 1n : -1n);
  }
}
