import { type RecordedEvent, streamName } from '../ports/event-store.js';

/**
 * An event as a line of the log file, which is also its leaf in the proof. All copies of a log have equal lines, so `number` is the
 * event's number in the log, from 1, and not the store's position. The event must be as it was stored, without upcasters.
 */
export const logLine = ({ stream, revision, id, type, data, metadata }: RecordedEvent, number: number): string =>
  JSON.stringify({ position: number, stream: streamName(stream), revision: Number(revision), id, type, data, metadata });
