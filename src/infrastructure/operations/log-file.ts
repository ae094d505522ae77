import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import {
  type Append,
  type EventMetadata,
  type EventStore,
  type NewEvent,
  parseStreamName,
  type RecordedEvent,
  streamName,
} from '../../application/ports/event-store.js';

/**
 * The log as a text file, a JSON value a line: a header, every event in the order of the log, and at the end how many
 * there were and their digest, so that a file that is cut off or changed is noticed.
 */
const header = { format: 'min-kommune-logg', version: 2 } as const;

/** The log file, or the store it was to be read into, cannot be used. The message is Norwegian, for the operator. */
export class LogFileError extends Error {
  constructor(
    readonly code: 'LOGGFIL_FORMAT' | 'LOGGFIL_VERSJON' | 'LOGGFIL_SKADET' | 'LOGGFIL_AVKUTTET' | 'LOGG_ER_EN_ANNEN' | 'LOGG_ER_ULIK',
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'LogFileError';
  }
}

/**
 * What must be the same in every copy of a log: how many events, and SHA-256 over their lines. A line has number, stream,
 * revision, id, type, data and metadata; the position, which every store counts in its own way, is not in it.
 */
export interface LogSummary {
  readonly events: number;
  readonly sha256: string;
}

/** Told, as an export goes on, how many events are done and the position of the last. */
export type Progress = (events: number, position: bigint) => void;
const noProgress: Progress = () => undefined;

/** Counts lines and digests them. */
class LogDigest {
  events = 0;
  private readonly hash = createHash('sha256');

  add(line: string): string {
    this.events++;
    this.hash.update(line).update('\n');
    return line;
  }

  get sum(): LogSummary {
    return { events: this.events, sha256: this.hash.copy().digest('hex') };
  }
}

/** An event as a line. Positions are counted from 1, whatever the store's own are like. */
const lineOf = ({ stream, revision, id, type, data, metadata }: RecordedEvent, position: number): string =>
  JSON.stringify({ position, stream: streamName(stream), revision: Number(revision), id, type, data, metadata });

/** What a log is like, to be compared with a copy of it. Reads it all. */
export async function summaryOf(store: EventStore): Promise<LogSummary> {
  const summing = new LogDigest();
  for await (const page of store.readAll()) for (const event of page) summing.add(lineOf(event, summing.events + 1));
  return summing.sum;
}

// --- export ---------------------------------------------------------------------------------------------------------

/** The lines of the log file, without line ends. */
export async function* exportLog(store: EventStore, progress = noProgress): AsyncIterable<string> {
  yield JSON.stringify(header);
  yield* linesAfter(store, 0n, new LogDigest(), progress);
}

async function* linesAfter(store: EventStore, after: bigint, summing: LogDigest, progress: Progress): AsyncIterable<string> {
  for await (const page of store.readAll({ after })) {
    for (const event of page) yield summing.add(lineOf(event, summing.events + 1));
    progress(summing.events, page[page.length - 1]!.position);
  }
  yield JSON.stringify(summing.sum);
}

/**
 * Exports into a file. One that an interrupted export has left is gone on with after its last whole line; one that is
 * whole is left as it is. Throws `LogFileError` when the file is of another log.
 */
export async function exportToFile(store: EventStore, path: string, progress = noProgress): Promise<LogSummary> {
  const file = await open(path, 'a+');
  try {
    const found = await whatIsIn(path);
    if (found.sum) return found.sum;
    let after = 0n;
    if (found.last !== undefined) after = await positionOf(store, found.last, found.summing.events);
    await file.truncate(found.bytes);
    if (found.bytes === 0) await file.write(`${JSON.stringify(header)}\n`);
    let lines: string[] = [];
    const write = async () => {
      await file.appendFile(lines.join(''));
      lines = [];
    };
    for await (const line of linesAfter(store, after, found.summing, progress)) if (lines.push(`${line}\n`) === pageLines) await write();
    await write();
    await file.sync();
    return found.summing.sum;
  } finally {
    await file.close();
  }
}
const pageLines = 500;

/** The whole lines of a file: their length in bytes, what they sum up to, and the last event. `sum` if nothing is missing. */
async function whatIsIn(path: string) {
  const summing = new LogDigest();
  let [bytes, first] = [0, true];
  let last: string | undefined;
  let sum: LogSummary | undefined;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
      bytes += end + 1;
      if (first) checkHeader(line);
      else if (sum) throw damaged(summing.events + 2, 'det står mer etter linjen som skulle vært den siste');
      else if (!line.startsWith('{"position":')) sum = checkEnd(parse(line, summing.events + 2), summing);
      else last = summing.add(line);
      first = false;
    }
  }
  return { summing, bytes, last, sum };
}

/** Where the event of a line stands in the store. */
async function positionOf(store: EventStore, line: string, number: number): Promise<bigint> {
  const { stream, revision } = eventOf(line, number + 1);
  for await (const event of store.readStream(parseStreamName(stream), { from: BigInt(revision), limit: 1 }))
    if (lineOf(event, number) === line) return event.position;
  throw new LogFileError('LOGG_ER_EN_ANNEN', 'Filen er begynt på for en annen logg. Velg en ny fil.');
}

// --- import ---------------------------------------------------------------------------------------------------------

const eventLine = z.strictObject({
  position: z.int(),
  stream: z.string(),
  revision: z.int(),
  id: z.guid(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
});
const lastLine = z.strictObject({ events: z.int(), sha256: z.string() });
/** Most events and characters that are appended together. */
const batchLimits = { events: 500, characters: 1_000_000 } as const;

/**
 * Reads a log file into a store: the same events, ids, streams, revisions and order. The store is empty, or holds the
 * beginning of this very log, as an interrupted import leaves it: then the import goes on from there. At the end the store
 * is read again and compared with the file. Throws `LogFileError`.
 */
export async function importLog(store: EventStore, lines: AsyncIterable<string> | Iterable<string>): Promise<LogSummary> {
  const summing = new LogDigest();
  const there = eventsOf(store)[Symbol.asyncIterator]();
  let next: IteratorResult<RecordedEvent, undefined> = await there.next();
  let waiting: Append[] = [];
  let [events, characters] = [0, 0];
  let number = 0;
  let end: LogSummary | undefined;
  const flush = async () => {
    await appendAll(store, waiting);
    waiting = [];
    [events, characters] = [0, 0];
  };
  for await (const line of lines) {
    if (++number === 1) {
      checkHeader(line);
      continue;
    }
    if (end) throw damaged(number, 'det står mer etter linjen som skulle vært den siste');
    const value = parse(line, number);
    if (lastLine.safeParse(value).success) {
      end = checkEnd(value, summing);
      continue;
    }
    const { position, ...event } = eventOf(line, number);
    summing.add(line);
    if (position !== summing.events) throw damaged(number, `posisjon ${summing.events} mangler`);
    if (!next.done) {
      if (lineOf(next.value, position) !== line) throw another();
      next = await there.next();
      continue;
    }
    if (characters > 0 && characters + line.length > batchLimits.characters) await flush();
    add(waiting, event, number);
    characters += line.length;
    if (++events >= batchLimits.events) await flush();
  }
  if (number === 0) throw new LogFileError('LOGGFIL_FORMAT', 'Filen er tom.');
  if (!end) throw cutOff(`siste linje mangler, etter ${summing.events} hendelser`);
  if (!next.done) throw another();
  await flush();
  const copied = await summaryOf(store);
  if (copied.events !== end.events || copied.sha256 !== end.sha256)
    throw new LogFileError('LOGG_ER_ULIK', `Loggen har ${copied.events} hendelser med sjekksum ${copied.sha256}, filen ${end.events} med ${end.sha256}.`);
  return copied;
}

async function* eventsOf(store: EventStore): AsyncGenerator<RecordedEvent, undefined> {
  for await (const page of store.readAll()) yield* page;
}

const another = () =>
  new LogFileError('LOGG_ER_EN_ANNEN', 'Loggen det skal importeres til, har andre hendelser enn filen. Bruk en tom datamappe eller database.');

/** Events that follow one another in a stream become one append. */
function add(appends: Append[], { stream, revision, ...event }: Omit<z.infer<typeof eventLine>, 'position'>, line: number): void {
  const next = event as unknown as NewEvent & { readonly metadata: EventMetadata };
  const previous = appends[appends.length - 1];
  if (previous && streamName(previous.stream) === stream) {
    const from = previous.expected === 'none' ? 0 : Number(previous.expected) + 1;
    if (revision !== from + previous.events.length) throw damaged(line, `revisjon ${from + previous.events.length} av ${stream} mangler`);
    appends[appends.length - 1] = { ...previous, events: [...previous.events, next] };
    return;
  }
  try {
    appends.push({ stream: parseStreamName(stream), expected: revision === 0 ? 'none' : BigInt(revision - 1), events: [next] });
  } catch {
    throw damaged(line, `${stream} er ikke navnet på en strøm`);
  }
}

async function appendAll(store: EventStore, appends: readonly Append[]): Promise<void> {
  if (appends.length === 0) return;
  const outcomes = await store.appendInOrder(appends);
  const at = outcomes.findIndex(({ ok }) => !ok);
  if (at < 0) return;
  const [{ stream, expected }, outcome] = [appends[at]!, outcomes[at] as { readonly actual: bigint | undefined }];
  throw new LogFileError(
    'LOGGFIL_SKADET',
    `Strømmen ${streamName(stream)} har revisjon ${outcome.actual ?? 'ingen'} der filen går videre etter ${expected === 'none' ? 'ingen' : expected}. ` +
      'Filen mangler linjer, eller noen andre skriver i loggen.',
  );
}

// --- the lines ------------------------------------------------------------------------------------------------------

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

function eventOf(line: string, number: number): z.infer<typeof eventLine> {
  const event = eventLine.safeParse(parse(line, number));
  if (!event.success) throw damaged(number, `dette er ikke en hendelse (${z.prettifyError(event.error)})`);
  return event.data;
}

/** What the last line says, which must be what the lines before it sum up to. */
function checkEnd(value: unknown, { events, sum }: LogDigest): LogSummary {
  const end = lastLine.safeParse(value);
  if (!end.success) throw damaged(events + 2, 'dette er verken en hendelse eller den siste linjen');
  if (end.data.events !== events) throw cutOff(`den skulle hatt ${end.data.events} hendelser, men har ${events}`);
  if (end.data.sha256 !== sum.sha256) throw damaged(events + 2, 'sjekksummen stemmer ikke med hendelsene');
  return end.data;
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
