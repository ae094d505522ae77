import type { AllStreamRecordedEvent, RecordedEvent as ClientEvent } from '@eventstore/db-client';
import { parseStreamName, type RecordedEvent } from '../../application/ports/event-store.js';
import type { EncodedAppend } from '../codec.js';

/** The server's default limit to the size of one append, in bytes. */
export const maxAppendBytes = 1_048_576;

/**
 * The size of an append as 24.10 counts it: data, metadata, and two bytes for each character of the type. Versions 22.10 to
 * 24.6 count the data only, so they accept every append within this size.
 */
export function sizeOf({ events }: EncodedAppend): number {
  let size = 0;
  for (const { type, data, metadata } of events) size += Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
  return size;
}

/** Names and recognises our streams on a server that other applications may use as well. */
export class StreamNamespace {
  /** The regular expression of the server-side filter. It means the same in .NET and in JavaScript. */
  readonly filter: string;
  readonly #expression: RegExp;

  /** @param namespace a prefix of every stream name, so that several services can share a server. */
  constructor(private readonly namespace: string) {
    this.filter = `^${namespace.replace(/[^a-zA-Z0-9]/g, '\\$&')}[a-zA-Z]+-[0-9a-f-]{36}_`;
    this.#expression = new RegExp(this.filter);
  }

  /** The name of a stream on the server. */
  prefixed(name: string): string {
    return this.namespace + name;
  }

  /** Whether the event is ours: in a stream of ours, and not one that the server writes there, such as a tombstone. */
  isOurs({ streamId, type }: ClientEvent): boolean {
    return !type.startsWith('$') && this.#expression.test(streamId);
  }

  /** Converts an event of ours, as stored. Throws when the event cannot have been written by this service. */
  decode({ streamId, revision, id, type, isJson, data, metadata, position }: ClientEvent): RecordedEvent {
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
