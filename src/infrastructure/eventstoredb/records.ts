import { jsonEvent, type AllStreamRecordedEvent, type RecordedEvent as ClientEvent } from '@eventstore/db-client';
import { parseStreamName, type RecordedEvent } from '../../application/ports/event-store.js';
import type { EncodedAppend } from '../codec.js';

/** What the server takes in one append by default, in bytes. */
export const largestAppend = 1_048_576;

/**
 * What an append counts as against the server's limit: data, metadata and two bytes a character of the type, as 24.10
 * counts. (22.10 to 24.6 count the data only, so what we let through they take too.)
 */
export function sizeOf({ events }: EncodedAppend): number {
  let size = 0;
  for (const { type, data, metadata } of events) size += Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
  return size;
}

/** The events as the client takes them: copies, which nobody else can change before an append is repeated. */
export const toClient = ({ events }: EncodedAppend) =>
  events.map(({ id, type, data, metadata }) =>
    jsonEvent({ id, type, data: JSON.parse(data) as Record<string, unknown>, metadata: JSON.parse(metadata) as Record<string, unknown> }),
  );

/** The names of our streams on a server that holds other things too. */
export class Names {
  /** What the server filters the log by (a .NET expression, and one of ours). */
  readonly filter: string;
  readonly #expression: RegExp;

  /** @param namespace goes before every stream name, so that several services can share a server. */
  constructor(private readonly namespace: string) {
    this.filter = `^${namespace.replace(/[^a-zA-Z0-9]/g, '\\$&')}[a-zA-Z]+-[0-9a-f-]{36}_`;
    this.#expression = new RegExp(this.filter);
  }

  /** The stream's name on the server. */
  of(name: string): string {
    return this.namespace + name;
  }

  /** Whether it is an event of ours: in a stream of ours, and not a tombstone or whatever else the server writes there. */
  isOurs({ streamId, type }: ClientEvent): boolean {
    return !type.startsWith('$') && this.#expression.test(streamId);
  }

  /** Our event, as stored. Throws when somebody else has put something into our stream. */
  read({ streamId, revision, id, type, isJson, data, metadata, position }: ClientEvent): RecordedEvent {
    if (!isJson || typeof data !== 'object' || typeof metadata !== 'object' || metadata instanceof Uint8Array || !position)
      throw new Error(`The event ${id} (revision ${revision} of ${streamId}) is not one that this service has stored`);
    return {
      id,
      type,
      data,
      metadata: metadata as unknown as RecordedEvent['metadata'],
      stream: parseStreamName(streamId.slice(this.namespace.length)),
      revision,
      position: position.commit,
    };
  }
}

export const positionOf = ({ position }: AllStreamRecordedEvent): bigint => position.commit;
