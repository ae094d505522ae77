import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { logLine } from '../../application/proof/log-line.js';
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
 * The log as a text file with one JSON value per line: a header, all events in log order, and a last line with their
 * number and digest. The last line reveals a truncated or changed file.
 */
const header = { format: 'min-kommune-logg', version: 2 } as const;
/** The versions of the file that an import reads. The last line of the first has no digest. */
const readVersions: readonly unknown[] = [1, 2];

/** The log file, or the store to import into, cannot be used. The message is Norwegian, for the operator. */
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
 * The number of events in a log, and a SHA-256 over their lines. All copies of a log have equal summaries. A line has the
 * event's number, stream, revision, id, type, data and metadata. It leaves out the position, because stores number
 * positions differently.
 */
export interface LogSummary {
  readonly events: number;
  readonly sha256: string;
}

/** Called after each page of an export, with the number of events so far and the store's position of the last one. */
export type Progress = (events: number, position: bigint) => void;
const noProgress: Progress = () => undefined;

/** Counts and hashes lines. */
class LogDigest {
  events = 0;
  private readonly hash = createHash('sha256');

  add(line: string): string {
    this.events++;
    this.hash.update(line).update('\n');
    return line;
  }

  get summary(): LogSummary {
    return { events: this.events, sha256: this.hash.copy().digest('hex') };
  }
}

/** The summary of a log, for comparison with a copy. Reads the whole log. */
export async function summaryOf(store: EventStore): Promise<LogSummary> {
  const summing = new LogDigest();
  for await (const page of store.readAll()) for (const event of page) summing.add(logLine(event, summing.events + 1));
  return summing.summary;
}

// --- export ---------------------------------------------------------------------------------------------------------

/** The lines of the log file, without line breaks. */
export async function* exportLog(store: EventStore, progress = noProgress): AsyncIterable<string> {
  yield JSON.stringify(header);
  yield* linesAfter(store, 0n, new LogDigest(), progress);
}

async function* linesAfter(store: EventStore, after: bigint, summing: LogDigest, progress: Progress): AsyncIterable<string> {
  for await (const page of store.readAll({ after })) {
    for (const event of page) yield summing.add(logLine(event, summing.events + 1));
    progress(summing.events, page[page.length - 1]!.position);
  }
  yield JSON.stringify(summing.summary);
}

/**
 * Exports the log to a file. Goes on after the file's last event: that of an interrupted export, or of an earlier one. Throws
 * `LogFileError`, and leaves the file as it is, when it belongs to another log, is damaged, or is something else.
 */
export async function exportToFile(store: EventStore, path: string, progress = noProgress): Promise<LogSummary> {
  const file = await open(path, 'a+', 0o600);
  try {
    const found = await scanFile(path);
    const after = found.last === undefined ? 0n : await positionOf(store, found.last, found.summing.events);
    if (found.sum && after === (await store.head())) return found.sum;
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
    return found.summing.summary;
  } finally {
    await file.close();
  }
}
const pageLines = 500;

/**
 * The header and the events of a file: the events' digest, the length of all in bytes, and the last event. `sum` is set when the
 * file is complete.
 */
async function scanFile(path: string) {
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
      if (first) versionIn(line, [header.version]);
      else if (sum) throw damaged(summing.events + 2, 'det står mer etter linjen som skulle vært den siste');
      else if (!line.startsWith('{"position":')) sum = checkEnd(parse(line, summing.events + 2), summing);
      else last = summing.add(line);
      if (!sum) bytes += end + 1;
      first = false;
    }
  }
  // The beginning of a header is all that an interrupted export may leave without a line break.
  if (first && !JSON.stringify(header).startsWith(rest.toString())) versionIn(rest.toString(), [header.version]);
  return { summing, bytes, last, sum };
}

/** The store's position of the event in a line. Throws `LogFileError` when the store does not have that event. */
async function positionOf(store: EventStore, line: string, number: number): Promise<bigint> {
  const { stream, revision } = eventOf(line, number + 1);
  for await (const event of store.readStream(parseStreamName(stream), { from: BigInt(revision), limit: 1 }))
    if (logLine(event, number) === line) return event.position;
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
const firstLastLine = z.strictObject({ events: z.int() }); // of version 1
/** The most events and characters per append call. */
const batchLimits = { events: 500, characters: 1_000_000 } as const;

/**
 * Imports a log file into a store, with the same events, ids, streams, revisions and order. The store must be empty, or
 * hold a beginning of the same log from an interrupted import, which is then resumed. At the end the store is read again
 * and compared with the file. Throws `LogFileError`.
 */
export async function importLog(store: EventStore, lines: AsyncIterable<string> | Iterable<string>): Promise<LogSummary> {
  const summing = new LogDigest();
  const there = eventsOf(store)[Symbol.asyncIterator]();
  let next: IteratorResult<RecordedEvent, undefined> = await there.next();
  let waiting: Append[] = [];
  let [events, characters] = [0, 0];
  let number = 0;
  let end: LogSummary | undefined;
  let version: unknown;
  const flush = async () => {
    await appendAll(store, waiting);
    waiting = [];
    [events, characters] = [0, 0];
  };
  for await (const line of lines) {
    if (++number === 1) {
      version = versionIn(line, readVersions);
      continue;
    }
    if (end) throw damaged(number, 'det står mer etter linjen som skulle vært den siste');
    const value = parse(line, number);
    if (lastLine.safeParse(value).success || (version === 1 && firstLastLine.safeParse(value).success)) {
      end = checkEnd(version === 1 ? { ...summing.summary, ...(value as object) } : value, summing);
      continue;
    }
    const { position, ...event } = eventOf(line, number);
    summing.add(line);
    if (position !== summing.events) throw damaged(number, `posisjon ${summing.events} mangler`);
    if (!next.done) {
      if (logLine(next.value, position) !== line) throw differentLog();
      next = await there.next();
      continue;
    }
    if (characters > 0 && characters + line.length > batchLimits.characters) await flush();
    addToAppends(waiting, event, number);
    characters += line.length;
    if (++events >= batchLimits.events) await flush();
  }
  if (number === 0) throw new LogFileError('LOGGFIL_FORMAT', 'Filen er tom.');
  if (!end) throw cutOff(`siste linje mangler, etter ${summing.events} hendelser`);
  if (!next.done) throw differentLog();
  await flush();
  const copied = await summaryOf(store);
  if (copied.events !== end.events || copied.sha256 !== end.sha256)
    throw new LogFileError('LOGG_ER_ULIK', `Loggen har ${copied.events} hendelser med sjekksum ${copied.sha256}, filen ${end.events} med ${end.sha256}.`);
  return copied;
}

/**
 * Compares a store with a log file. Throws `LogFileError` unless the store holds a beginning of the file's log, or all of it and then
 * only events that `mayFollow`. Resolves with the number of those, and the file's summary.
 */
export async function compareLog(store: EventStore, lines: AsyncIterable<string>, mayFollow: (event: RecordedEvent) => boolean): Promise<{ readonly following: number; readonly file: LogSummary }> {
  const summing = new LogDigest();
  const there = eventsOf(store);
  let stored = await there.next();
  for await (const line of lines) {
    if (!line.startsWith('{"position":')) continue;
    summing.add(line);
    if (stored.done) continue;
    if (logLine(stored.value, summing.events) !== line) throw differentLog();
    stored = await there.next();
  }
  let following = 0;
  for (; !stored.done; stored = await there.next(), following++) if (!mayFollow(stored.value)) throw differentLog();
  return { following, file: summing.summary };
}

async function* eventsOf(store: EventStore): AsyncGenerator<RecordedEvent, undefined> {
  for await (const page of store.readAll()) yield* page;
}

const differentLog = () =>
  new LogFileError('LOGG_ER_EN_ANNEN', 'Loggen det skal importeres til, har andre hendelser enn filen. Bruk en tom datamappe eller database.');

/**
 * Adds an event to the appends. Consecutive events of one stream become one append. Throws `LogFileError` on a missing
 * revision.
 */
function addToAppends(appends: Append[], { stream, revision, ...event }: Omit<z.infer<typeof eventLine>, 'position'>, line: number): void {
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

/** The version of a file. Throws `LogFileError` when it is none of `known`. */
function versionIn(line: string, known: readonly unknown[]): unknown {
  let found: { format?: unknown; version?: unknown } | null;
  try {
    found = JSON.parse(line) as typeof found;
  } catch {
    found = null;
  }
  if (found?.format !== header.format) throw new LogFileError('LOGGFIL_FORMAT', 'Dette er ikke en eksportert logg fra Min kommune.');
  if (!known.includes(found.version)) {
    const versions = `${JSON.stringify(found.version)}, dette programmet kjenner versjon ${known.join(' og ')}`;
    throw new LogFileError('LOGGFIL_VERSJON', `Loggfilen har versjon ${versions}.`);
  }
  return found.version;
}

function eventOf(line: string, number: number): z.infer<typeof eventLine> {
  const value = parse(line, number);
  // JSON rounds a number beyond 2⁵³ without an error. An exported line is what its value gives.
  if (JSON.stringify(value) !== line) throw damaged(number, 'linjen har et tall som er for stort, eller er skrevet om');
  const event = eventLine.safeParse(value);
  if (!event.success) throw damaged(number, `dette er ikke en hendelse (${z.prettifyError(event.error)})`);
  return event.data;
}

/** The summary in the last line. Throws `LogFileError` unless it equals the digest of the lines before it. */
function checkEnd(value: unknown, { events, summary }: LogDigest): LogSummary {
  const end = lastLine.safeParse(value);
  if (!end.success) throw damaged(events + 2, 'dette er verken en hendelse eller den siste linjen');
  if (end.data.events !== events) throw cutOff(`den skulle hatt ${end.data.events} hendelser, men har ${events}`);
  if (end.data.sha256 !== summary.sha256) throw damaged(events + 2, 'sjekksummen stemmer ikke med hendelsene');
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
