import { parseStreamName, type EventMetadata, type RecordedEvent, streamName } from '../ports/event-store.js';

/**
 * An event as a line of the log file, which is also its leaf in the proof. All copies of a log have equal lines, so `number` is the
 * event's number in the log, from 1, and not the store's position. The event must be as it was stored, without upcasters.
 */
export const logLine = ({ stream, revision, id, type, data, metadata }: RecordedEvent, number: number): string =>
  JSON.stringify({ position: number, stream: streamName(stream), revision: Number(revision), id, type, data, metadata });

/** The event of a line. Its position is its number in the log. Throws on a text that `logLine` cannot have made. */
export function eventIn(line: string): RecordedEvent {
  const { position, stream, revision, ...event } = JSON.parse(line) as { position: number; stream: string; revision: number; id: string; type: string; data: object; metadata: EventMetadata };
  return { ...event, stream: parseStreamName(stream), revision: BigInt(revision), position: BigInt(position) };
}
