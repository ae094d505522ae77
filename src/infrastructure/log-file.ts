import { z } from 'zod';
import {
  type Append,
  type EventMetadata,
  type EventStore,
  type NewEvent,
  parseStreamName,
  streamName,
} from '../application/event-store.js';

/**
 * The log as a text file, a JSON value a line: a header, every event in the order of the log, and at the end how many
 * there were, so that a file that is cut off between two lines is noticed too.
 */
const header = { format: 'min-kommune-logg', version: 1 } as const;

/** The log file, or the store it was to be read into, cannot be used. The message is Norwegian, for the operator. */
export class LogFileError extends Error {
  constructor(
    readonly code: 'LOGGFIL_FORMAT' | 'LOGGFIL_VERSJON' | 'LOGGFIL_SKADET' | 'LOGGFIL_AVKUTTET' | 'LOGG_IKKE_TOM',
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'LogFileError';
  }
}

/** The lines of the log file, without line ends. Positions are counted from 1, whatever the store's own are like. */
export async function* exportLog(store: EventStore): AsyncIterable<string> {
  yield JSON.stringify(header);
  let position = 0;
  for await (const page of store.readAll()) {
    for (const { stream, revision, id, type, data, metadata } of page) {
      position++;
      yield JSON.stringify({ position, stream: streamName(stream), revision: Number(revision), id, type, data, metadata });
    }
  }
  yield JSON.stringify({ events: position });
}

const eventLine = z.strictObject({
  position: z.int(),
  stream: z.string(),
  revision: z.int(),
  id: z.guid(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
});
const lastLine = z.strictObject({ events: z.int() });
const batchSize = 500;

/**
 * Reads a log file into an empty store: the same events, ids, streams, revisions and order. Returns how many.
 * Throws `LogFileError`; what stood before a fault may have been stored by then, so begin again with an empty store.
 */
export async function importLog(store: EventStore, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  if ((await store.head()) > 0n) {
    throw new LogFileError('LOGG_IKKE_TOM', 'Loggen det skal importeres til, har allerede hendelser. Bruk en tom datamappe.');
  }
  const revisions = new Map<string, number>();
  let batch: Append[] = [];
  let [number, position] = [0, 0];
  let total: number | undefined;
  const flush = async () => {
    const outcomes = await store.appendMany(batch);
    if (outcomes.some(({ ok }) => !ok)) {
      throw new LogFileError('LOGG_IKKE_TOM', 'Noen andre skriver i loggen det importeres til. Begynn på nytt i en tom datamappe.');
    }
    batch = [];
  };
  for await (const line of lines) {
    if (++number === 1) {
      checkHeader(line);
      continue;
    }
    if (total !== undefined) throw damaged(number, 'det står mer etter linjen som skulle vært den siste');
    const value = parse(line, number);
    const end = lastLine.safeParse(value);
    if (end.success) {
      total = end.data.events;
      continue;
    }
    const event = eventLine.safeParse(value);
    if (!event.success) throw damaged(number, `dette er ikke en hendelse (${z.prettifyError(event.error)})`);
    const { stream, revision, id, type, data, metadata } = event.data;
    if (event.data.position !== ++position) throw damaged(number, `posisjon ${position} mangler`);
    const expected = revisions.get(stream) ?? 0;
    if (revision !== expected) throw damaged(number, `revisjon ${expected} av ${stream} mangler`);
    revisions.set(stream, expected + 1);
    add(batch, stream, expected, { id, type, data, metadata: metadata as unknown as EventMetadata }, number);
    if (position % batchSize === 0) await flush();
  }
  if (number === 0) throw new LogFileError('LOGGFIL_FORMAT', 'Filen er tom.');
  if (total === undefined) throw cutOff(`siste linje mangler, etter ${position} hendelser`);
  if (total !== position) throw cutOff(`den skulle hatt ${total} hendelser, men har ${position}`);
  await flush();
  return position;
}

/** Events that follow one another in a stream become one append. */
function add(batch: Append[], name: string, revision: number, event: NewEvent, line: number): void {
  const previous = batch[batch.length - 1];
  if (previous && streamName(previous.stream) === name) {
    batch[batch.length - 1] = { ...previous, events: [...previous.events, event] };
    return;
  }
  try {
    const expected = revision === 0 ? 'none' : BigInt(revision - 1);
    batch.push({ stream: parseStreamName(name), expected, events: [event] });
  } catch {
    throw damaged(line, `${name} er ikke navnet på en strøm`);
  }
}

function checkHeader(line: string): void {
  let found: { format?: unknown; version?: unknown } | null;
  try {
    found = JSON.parse(line) as typeof found;
  } catch {
    found = null;
  }
  if (found?.format !== header.format) throw new LogFileError('LOGGFIL_FORMAT', 'Dette er ikke en eksportert logg fra Min kommune.');
  if (found.version !== header.version) {
    const versions = `${JSON.stringify(found.version)}, dette programmet kjenner versjon ${header.version}`;
    throw new LogFileError('LOGGFIL_VERSJON', `Loggfilen har versjon ${versions}.`);
  }
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw cutOff(`linje ${number} er ikke hel`);
  }
}

const damaged = (line: number, reason: string) => new LogFileError('LOGGFIL_SKADET', `Feil i linje ${line}: ${reason}.`);
const cutOff = (reason: string) => new LogFileError('LOGGFIL_AVKUTTET', `Loggfilen er avkuttet eller skadet: ${reason}.`);
