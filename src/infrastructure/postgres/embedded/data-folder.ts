import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';

/** The versions that this program reads and writes: of the folder's layout, and of PostgreSQL. */
const format = { format: 1, postgres: 18 } as const;

export type DataFolderCode =
  | 'DATAMAPPE_I_BRUK'
  | 'DATAMAPPE_ANNEN_MASKIN'
  | 'DATAMAPPE_SKRIVEBESKYTTET'
  | 'DATAMAPPE_IKKE_MAPPE'
  | 'DATAMAPPE_FULL'
  | 'DATAMAPPE_UTILGJENGELIG'
  | 'DATAMAPPE_NYERE_VERSJON'
  | 'DATAMAPPE_ELDRE_VERSJON'
  | 'DATAMAPPE_SKADET';

/** The data folder cannot be used. The message is Norwegian, for the person who started the program. */
export class DataFolderError extends Error {
  constructor(
    readonly code: DataFolderCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${message}`, options);
    this.name = 'DataFolderError';
  }
}

/** The holder of the folder, as written in its lock file. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  /** The start time of the process, in the kernel's clock ticks. It tells the process from a later one with the same pid. */
  readonly processStart?: string;
}

/** A data folder that this process has locked, until `release`. */
export interface DataFolder {
  readonly path: string;
  /** The path of the database, which need not exist yet. */
  readonly database: string;
  readonly initialised: boolean;
  /** Creates the database under a temporary name. Renames it into place once it is complete and flushed to the disk. */
  initialise(make: (path: string) => Promise<void>): Promise<void>;
  /** Throws `DataFolderError` when the lock file is no longer this process's own. */
  verify(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Opens a data folder: creates it if it is missing, locks it and checks its version. Removes the remains of an
 * interrupted initialisation, and never anything else. Throws `DataFolderError`.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  return guarded(path, async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const mine = await acquire(path);
    try {
      await checkFormat(path);
      const database = join(path, 'postgres');
      const initialised = await exists(database);
      // PGlite takes a folder without this file for an empty one, and would create a new database in it.
      if (initialised && !(await exists(join(database, 'PG_VERSION')))) throw damaged(path, 'postgres/PG_VERSION mangler.');
      if (initialised) await closeToOthers(database);
      for (const name of await readdir(path)) {
        if (/^postgres\.new-\d+$/.test(name)) await rm(join(path, name), { recursive: true, force: true });
      }
      return {
        path,
        database,
        initialised,
        initialise: (make) =>
          guarded(path, async () => {
            const unfinished = join(path, `postgres.new-${process.pid}`);
            await make(unfinished);
            await settleTree(unfinished);
            await rename(unfinished, database);
            await flush(path);
          }),
        verify: async () => {
          const found = await read(join(path, 'lock'));
          if (found?.text !== mine) throw inUse(path, found?.holder);
        },
        release: () => release(path, mine),
      };
    } catch (error) {
      await release(path, mine);
      throw error;
    }
  });
}

/** Turns file system errors into `DataFolderError`s with Norwegian advice. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DataFolderError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
      const advice = 'Gi brukeren som kjører programmet skrivetilgang, eller velg en annen mappe med DATA_DIR.';
      throw new DataFolderError('DATAMAPPE_SKRIVEBESKYTTET', `Kan ikke skrive i datamappen ${path}. ${advice}`, { cause });
    }
    if (['EEXIST', 'ENOTDIR'].includes(code)) {
      throw new DataFolderError('DATAMAPPE_IKKE_MAPPE', `${path} er ikke en mappe. Velg en mappe med DATA_DIR.`, { cause });
    }
    if (['ENOSPC', 'EDQUOT'].includes(code)) {
      throw full(path, { cause });
    }
    if (code.startsWith('E')) {
      const reason = (cause as Error).message;
      throw new DataFolderError('DATAMAPPE_UTILGJENGELIG', `Datamappen ${path} kan ikke brukes: ${reason}`, { cause });
    }
    throw cause;
  }
}

// --- the lock -------------------------------------------------------------------------------------------------------

/** Takes the lock and returns its text. The text is written to a draft that is hard-linked into place, so it is never partial. */
async function acquire(path: string): Promise<string> {
  const me: Holder & { id: string } = {
    pid: process.pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    ...processStart(await statOf(process.pid)),
    id: randomUUID(),
  };
  const mine = `${JSON.stringify(me)}\n`;
  const draft = join(path, `lock.new-${me.id}`);
  await write(draft, mine);
  try {
    const other = await take(join(path, 'lock'), draft);
    if (other?.holder && other.holder.host !== me.host) throw otherHost(path, other.holder);
    if (other) throw inUse(path, other.holder);
    await flush(path);
    return mine;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Links the draft into place as the lock, or returns the live holder. Removing a dead holder's lock takes a lock of its
 * own. Without that, a process that found the lock dead could remove the new lock of a faster process.
 */
async function take(lock: string, draft: string): Promise<Found | undefined> {
  let found: Found | undefined;
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await link(draft, lock);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    found = await read(lock);
    if (!found) continue; // released just now
    if (found.holder && (await living(found.holder))) return found;
    const removal = `${lock}.gone-${createHash('sha256').update(found.text).digest('hex').slice(0, 16)}`;
    if (await take(removal, draft)) {
      await setTimeout(10); // another process is removing it
      continue;
    }
    if ((await read(lock))?.text === found.text) await rm(lock);
    await rm(removal);
  }
  return found ?? { text: '', holder: undefined };
}

async function release(path: string, mine: string): Promise<void> {
  const lock = join(path, 'lock');
  if ((await read(lock))?.text === mine) await rm(lock);
}

interface Found {
  readonly text: string;
  readonly holder: Holder | undefined;
}

async function read(lock: string): Promise<Found | undefined> {
  let text: string;
  try {
    text = await readFile(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    return { text, holder: Number.isSafeInteger(holder.pid) ? (holder as Holder) : undefined };
  } catch {
    return { text, holder: undefined }; // a power cut can leave an empty file; no living process leaves one
  }
}

/** Whether the holder is alive, or may be. A holder on another machine always may be. */
async function living({ pid, host, processStart: started }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = await statOf(pid);
  // A zombie: killed, but not yet reaped by its parent, so the pid still exists.
  if (fieldsOf(now)[0] === 'Z') return false;
  const begun = processStart(now).processStart;
  return started === undefined || begun === undefined || started === begun;
}

const statOf = (pid: number) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');

/** The fields of /proc/<pid>/stat from the third on. Field 2, the name, is in parentheses and may hold any character. */
const fieldsOf = (procStat: string) => procStat.slice(procStat.lastIndexOf(')') + 2).split(' ');

/** Field 22: the start time of the process. */
function processStart(procStat: string): { processStart?: string } {
  const started = fieldsOf(procStat)[19];
  return started ? { processStart: started } : {};
}

function inUse(path: string, holder: Holder | undefined): DataFolderError {
  const who = holder ? `prosess ${holder.pid} på ${holder.host} siden ${holder.startedAt}` : 'en annen prosess';
  const advice = 'Stopp den først, eller velg en annen mappe med DATA_DIR.';
  return new DataFolderError('DATAMAPPE_I_BRUK', `Datamappen ${path} er i bruk av ${who}. ${advice}`);
}

function otherHost(path: string, { pid, host, startedAt }: Holder): DataFolderError {
  return new DataFolderError(
    'DATAMAPPE_ANNEN_MASKIN',
    `Datamappen ${path} er låst av prosess ${pid} på maskinen ${host} siden ${startedAt}. ` +
      `Er du sikker på at den ikke kjører lenger, slett filen ${join(path, 'lock')} og start igjen.`,
  );
}

// --- the version ----------------------------------------------------------------------------------------------------

async function checkFormat(path: string): Promise<void> {
  const file = join(path, 'format.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (await exists(join(path, 'postgres'))) throw damaged(path, 'format.json mangler.');
    await write(`${file}.new`, `${JSON.stringify(format)}\n`);
    await rename(`${file}.new`, file);
    await flush(path);
    return;
  }
  let found: { format?: unknown; postgres?: unknown };
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    throw damaged(path, 'format.json er ikke leselig.');
  }
  const { format: version, postgres } = found;
  if (typeof version !== 'number' || typeof postgres !== 'number') throw damaged(path, 'format.json er ikke leselig.');
  const has = `Datamappen ${path} har format ${version} (PostgreSQL ${postgres})`;
  const knows = `dette programmet kjenner format ${format.format} (PostgreSQL ${format.postgres})`;
  if (version > format.format || postgres > format.postgres) {
    throw new DataFolderError('DATAMAPPE_NYERE_VERSJON', `${has}, ${knows}. Bruk et nyere program, eller en annen mappe.`);
  }
  if (version < format.format || postgres < format.postgres) {
    const advice = 'Eksporter loggen med det gamle programmet, og importer den i en tom mappe.';
    throw new DataFolderError('DATAMAPPE_ELDRE_VERSJON', `${has}, ${knows}. ${advice}`);
  }
}

/** The error for a folder whose database cannot be opened: full disk or damaged data. */
export function unusable(path: string, cause: Error): DataFolderError {
  if (/No space left|Quota exceeded/i.test(cause.message)) return full(path, { cause });
  return damaged(path, `databasen kan ikke åpnes (${cause.message}).`, { cause });
}

function damaged(path: string, reason: string, options?: ErrorOptions): DataFolderError {
  const advice = 'Hent den tilbake fra en sikkerhetskopi, eller importer en eksportert logg i en tom mappe.';
  const message = `Datamappen ${path} er skadet: ${reason} Ingenting er slettet. ${advice}`;
  return new DataFolderError('DATAMAPPE_SKADET', message, options);
}

function full(path: string, options?: ErrorOptions): DataFolderError {
  return new DataFolderError('DATAMAPPE_FULL', `Det er ikke plass igjen på disken til datamappen ${path}.`, options);
}

// --- files ----------------------------------------------------------------------------------------------------------

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Takes the access of others from a database that an earlier version of this program has made. */
async function closeToOthers(database: string): Promise<void> {
  const { mode, uid } = await stat(database);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(database, 0o700);
}

/** Flushes a folder with everything in it, and gives it to its owner only. PGlite unpacks its files with access for all. */
async function settleTree(path: string): Promise<void> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() || entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  paths.push(path);
  // In parallel, because the disk flushes files together. In batches, because the process has a limit of open files.
  await pLimit(16).map(paths, async (one) => {
    await chmod(one, (await stat(one)).isDirectory() ? 0o700 : 0o600);
    await flush(one);
  });
}
