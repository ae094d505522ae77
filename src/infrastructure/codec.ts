import { type Append, type EventMetadata, parseStreamName, type StreamId, streamName } from '../application/ports/event-store.js';

/** An event's content, either as it was stored or upcast to the present schema. */
export interface StoredEvent {
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** Converts events of a type, stored before a schema version, to the type and data of that version. */
export interface Upcaster {
  readonly type: string;
  readonly before: number;
  /** The new type, when the event was renamed. */
  readonly to?: string;
  readonly lift: (data: object) => object;
}

/** All upcasters, oldest first: an old event passes through every one that matches. Append new ones; never edit an old one. */
export const upcasters: readonly Upcaster[] = [];

/** Upcasts a stored event to the present schema. */
export function decode<E extends StoredEvent>(stored: E, table: readonly Upcaster[] = upcasters): E {
  let event = stored;
  for (const { type, before, to, lift } of table) {
    if (event.type !== type || event.metadata.schemaVersion >= before) continue;
    const metadata = { ...event.metadata, schemaVersion: before };
    event = { ...event, type: to ?? type, data: lift(event.data), metadata };
  }
  return event;
}

/** All types under which such events may be stored: the given ones, and the old ones that are upcast to them. */
export function storedTypes(types: readonly string[], table: readonly Upcaster[] = upcasters): string[] {
  const names = new Set(types);
  for (const { type, to } of table.toReversed()) if (to !== undefined && names.has(to)) names.add(type);
  return [...names];
}

/** A validated append in its stored form, with data and metadata as JSON text. */
export interface EncodedAppend {
  readonly stream: string;
  readonly expected: Append['expected'];
  readonly events: readonly { readonly id: string; readonly type: string; readonly data: string; readonly metadata: string }[];
  /** The approximate size, in characters. */
  readonly size: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// Control characters and lone surrogates, which not every store can hold and return.
const unstorable = /[\p{Cc}\p{Cs}]/u;

/** Validates and serialises an append. Throws `RangeError` on no events, or a malformed stream name, event id or type. */
export function encode({ stream, expected, events }: Append): EncodedAppend {
  if (events.length === 0) throw new RangeError('An append needs at least one event');
  const name = streamName(stream);
  if (!isNameOf(name, stream)) throw new RangeError(`Not a stream that can be named: ${name}`);
  if (unstorable.test(name) || name.length > 500) throw new RangeError('A stream name is at most 500 printable characters');
  let size = 0;
  const encoded = events.map((event) => {
    const eventId = event.id.toLowerCase();
    if (!uuid.test(eventId)) throw new RangeError(`Not an event id (uuid): ${event.id}`);
    if (event.type === '' || unstorable.test(event.type)) throw new RangeError('An event needs a type of printable characters');
    const [data, metadata] = [JSON.stringify(event.data), JSON.stringify(event.metadata)];
    size += data.length + metadata.length + 200;
    return { id: eventId, type: event.type, data, metadata };
  });
  return { stream: name, expected, events: encoded, size };
}

/** Whether the name parses back to the stream, as it must when the event is read. */
function isNameOf(name: string, stream: StreamId): boolean {
  try {
    const { aggregate, tenant, id } = parseStreamName(name);
    return aggregate === stream.aggregate && tenant === stream.tenant && id === stream.id;
  } catch {
    return false;
  }
}
