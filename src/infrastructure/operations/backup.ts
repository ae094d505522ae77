import { createHash } from 'node:crypto';
import { Backups } from '../../application/proof/backups.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Database } from '../postgres/database.js';
import { isForgottenAgain } from './forget-again.js';
import { compareLog, exportLog, importLog, type LogSummary } from './log-file.js';
import { rowsOf, sideTables, type SideTable } from './side-tables.js';

/** The first line of a backup. */
export interface BackupHeader {
  readonly format: 'min-kommune-sikkerhetskopi';
  readonly version: 1;
  /** When the backup began. Whatever the service has answered before is in it. */
  readonly laget: string;
  /** The fingerprint of the key that persons are encrypted with. The key itself is never in a backup. */
  readonly nokkel: string;
  /** The fingerprint of the settings, without addresses and secrets. */
  readonly innstillinger: string;
}

/** The content of a whole backup, counted. SHA-256 is over all lines before the last one. */
export interface BackupSummary {
  readonly hendelser: number;
  readonly rader: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/** The backup cannot be read, or cannot be put back here. The message is Norwegian, for the operator. */
export class BackupError extends Error {
  constructor(
    readonly code: 'KOPI_FORMAT' | 'KOPI_VERSJON' | 'KOPI_SKADET' | 'KOPI_AVKUTTET' | 'KOPI_ANNEN_NOKKEL' | 'KOPI_STED_IKKE_TOMT',
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'BackupError';
  }
}

/** The tables that say what has been signed of the log. A backup reads them before the log, because the log must have all that is signed. */
const signed = new Set(['log_identity', 'seal_key', 'checkpoint']);

const rowPrefix = '{"tabell":';
const eventPrefix = '{"position":';
const endPrefix = '{"hendelser":';

/** Backups of the log and of the tables beside it in a database. */
export class DatabaseBackups extends Backups {
  constructor(
    private readonly log: EventStore,
    private readonly database: Database,
    private readonly fingerprints: Pick<BackupHeader, 'nokkel' | 'innstillinger'>,
  ) {
    super();
  }

  async *lines(): AsyncIterable<string> {
    const digest = new BackupDigest();
    const header: BackupHeader = { format: 'min-kommune-sikkerhetskopi', version: 1, laget: new Date().toISOString(), ...this.fingerprints };
    yield digest.add(JSON.stringify(header));
    for (const table of sideTables) if (signed.has(table.table)) yield* this.rows(table, digest);
    for await (const line of exportLog(this.log)) yield digest.add(line);
    for (const table of sideTables) if (!signed.has(table.table)) yield* this.rows(table, digest);
    yield JSON.stringify(digest.summary);
  }

  private async *rows(table: SideTable, digest: BackupDigest): AsyncIterable<string> {
    for await (const page of rowsOf(this.database, table))
      // A column of JSON is given as it was stored, and a line break can only be between its tokens.
      for (const row of page) yield digest.add(`${rowPrefix}"${table.table}","rad":${row.replaceAll('\n', ' ')}}`);
  }
}

/** Counts and hashes the lines of a backup. */
class BackupDigest {
  private readonly hash = createHash('sha256');
  private events = 0;
  private readonly rows: Record<string, number> = Object.fromEntries(sideTables.map(({ table }) => [table, 0]));

  add(line: string): string {
    this.hash.update(line).update('\n');
    if (line.startsWith(eventPrefix)) this.events++;
    if (line.startsWith(rowPrefix)) {
      const table = tableIn(line);
      this.rows[table] = (this.rows[table] ?? 0) + 1;
    }
    return line;
  }

  get summary(): BackupSummary {
    return { hendelser: this.events, rader: this.rows, sha256: this.hash.copy().digest('hex') };
  }
}

const tableIn = (line: string): string => line.slice(rowPrefix.length + 1, line.indexOf('"', rowPrefix.length + 1));

/** Reads a whole backup, and touches nothing. Throws `BackupError` unless every line of it is as it was written. */
export async function checkBackup(lines: AsyncIterable<string>, progress: (lines: number) => void = () => undefined): Promise<{ readonly header: BackupHeader; readonly summary: BackupSummary }> {
  const digest = new BackupDigest();
  let header: BackupHeader | undefined;
  let end: BackupSummary | undefined;
  let count = 0;
  for await (const line of lines) {
    progress(++count);
    if (end) throw new BackupError('KOPI_SKADET', 'Det står mer etter linjen som skulle vært den siste.');
    if (!header) header = headerIn(line);
    else if (line.startsWith(endPrefix)) {
      end = endIn(line);
      continue;
    }
    digest.add(line);
  }
  if (!header) throw new BackupError('KOPI_FORMAT', 'Filen er tom.');
  if (!end) throw new BackupError('KOPI_AVKUTTET', `Kopien er ikke hel: den siste linjen mangler, etter ${count} linjer. Ta en ny.`);
  const { summary } = digest;
  if (!isSame(summary, end)) throw new BackupError('KOPI_SKADET', 'Sjekksummen stemmer ikke med innholdet. Kopien er skadet eller endret.');
  return { header, summary };
}

/** Whether two summaries count the same. A table that has come after the backup was made is not named in it. */
function isSame(one: BackupSummary, other: BackupSummary): boolean {
  const tables = [...Object.keys(one.rader), ...Object.keys(other.rader)];
  return one.sha256 === other.sha256 && one.hendelser === other.hendelser && tables.every((table) => (one.rader[table] ?? 0) === (other.rader[table] ?? 0));
}

function headerIn(line: string): BackupHeader {
  const found = parsed(line) as Partial<BackupHeader> | undefined;
  if (found?.format !== 'min-kommune-sikkerhetskopi') throw new BackupError('KOPI_FORMAT', 'Dette er ikke en sikkerhetskopi fra Min kommune.');
  if ((found.version as number) !== 1) throw new BackupError('KOPI_VERSJON', `Kopien har versjon ${JSON.stringify(found.version)}, dette programmet kjenner versjon 1. Bruk et nyere program.`);
  return found as BackupHeader;
}

function endIn(line: string): BackupSummary {
  const found = parsed(line);
  if (found === undefined) throw new BackupError('KOPI_AVKUTTET', 'Kopien er ikke hel: den siste linjen er kuttet. Ta en ny.');
  return found as BackupSummary;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Rows per statement. */
const batch = 500;

/**
 * Puts a checked backup back. The place must be empty, or hold a part of the same backup from an interrupted restore. Persons come
 * before the log, so that every event's person exists. Writes nothing when all was put back before, and `forgetAgain` has begun. Throws
 * `BackupError`, and `LogFileError` for another log, before it writes.
 * @param read reads the lines of the backup from the first. It is called several times.
 */
export async function restoreBackup(read: () => AsyncIterable<string>, { rader }: BackupSummary, log: EventStore, database: Database): Promise<LogSummary> {
  const { following, file } = await compareLog(log, logLinesOf(read()), isForgottenAgain);
  // Rows that are put in again would bring back those who have been forgotten since.
  if (following > 0) return file;
  await requireAtMost(database, rader);
  const wanted = new TableDigests();
  let waiting: { readonly table: string; readonly rows: string[] } = { table: '', rows: [] };
  const flush = async () => {
    const { table, rows } = waiting;
    if (rows.length === 0) return;
    const values = [`[${rows.join(',')}]`];
    await database.query({ name: `put_${table}`, text: `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json) on conflict do nothing` }, values);
    // As the table gives them, because a row of an earlier program lacks the columns that have come since.
    const given = await database.query<{ row: string }>({ name: `given_${table}`, text: `select row_to_json(one)::text as row from json_populate_recordset(null::${table}, $1::json) one` }, values);
    wanted.add(table, given.map(({ row }) => row));
  };
  for await (const line of read()) {
    if (!line.startsWith(rowPrefix)) continue;
    const table = tableIn(line);
    if (!sideTables.some((one) => one.table === table)) throw new BackupError('KOPI_VERSJON', `Kopien har tabellen ${table}, som dette programmet ikke kjenner. Bruk et nyere program.`);
    if (table !== waiting.table || waiting.rows.length === batch) {
      await flush();
      waiting = { table, rows: [] };
    }
    waiting.rows.push(line.slice(line.indexOf('"rad":') + '"rad":'.length, -1));
  }
  await flush();
  const copied = await importLog(log, logLinesOf(read()));
  const there = new TableDigests();
  for (const table of sideTables) for await (const rows of rowsOf(database, table)) there.add(table.table, rows);
  for (const { table } of sideTables) if (there.of(table) !== wanted.of(table)) throw notEmpty(`${table} har andre rader enn kopien`);
  return copied;
}

/** The SHA-256 of the rows of each table, one XOR the other, so that their order does not count: earlier backups have another. */
class TableDigests {
  private readonly digests = new Map<string, Buffer>();

  add(table: string, rows: readonly string[]): void {
    const digest = this.digests.get(table) ?? Buffer.alloc(32);
    this.digests.set(table, digest);
    for (const row of rows) for (const [n, byte] of createHash('sha256').update(row).digest().entries()) digest[n]! ^= byte;
  }

  of(table: string): string | undefined {
    return this.digests.get(table)?.toString('hex');
  }
}

async function* logLinesOf(lines: AsyncIterable<string>): AsyncIterable<string> {
  let first = true;
  for await (const line of lines) {
    if (!first && !line.startsWith(rowPrefix) && !line.startsWith(endPrefix)) yield line;
    first = false;
  }
}

async function requireAtMost(database: Database, rader: BackupSummary['rader']): Promise<void> {
  for (const [table, rows] of Object.entries(await countsOf(database))) if (rows > (rader[table] ?? 0)) throw notEmpty(`${table} har ${rows} rader`);
}

const notEmpty = (what: string) => new BackupError('KOPI_STED_IKKE_TOMT', `Stedet det skal legges tilbake til, er ikke tomt: ${what}. Bruk en tom datamappe, eller tomme databaser.`);

async function countsOf(database: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table } of sideTables) {
    const [row] = await database.query<{ count: bigint }>({ name: '', text: `select count(*) as count from ${table}` });
    counts[table] = Number(row!.count);
  }
  return counts;
}
