import { Kysely, PGliteDialect, type PGliteDialectConfig } from 'kysely';
import {
  Database,
  type LockedSession,
  type Queries,
  type Statement,
  type TransactionOptions,
} from '../database.js';
import type { Schema } from '../schema.js';
import { openDataFolder, unusable, type DataFolder } from './data-folder.js';
import { DurableFolder, DurablePGlite, EngineStopped } from './durable-pglite.js';

export interface EmbeddedOptions {
  /** Flushes a file to the disk; a test may make it fail or do nothing. */
  readonly flush?: (fd: number) => void;
  /** How often to look whether a checkpoint or a vacuum is due, in ms. */
  readonly housekeepingInterval?: number;
  /** Bytes written to the WAL after which a checkpoint is due at once. */
  readonly checkpointBytes?: number;
  /** How long to leave an engine that has stopped, before it is started again, in ms. */
  readonly rest?: number;
}

type ForKysely = Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>;
type PGliteTransaction = Parameters<Parameters<ForKysely['transaction']>[0]>[0];

const checkpointBytes = 64 << 20;
/** How long a checkpoint may wait when little has been written. */
const checkpointAge = 5 * 60_000;

/**
 * PostgreSQL in this process, in a data folder that no other process uses meanwhile. One statement or transaction at a
 * time; each holds the event loop while it works, so ask for pages, not for everything.
 *
 * If the engine must stop (a full or failing disk), what was asked fails with `EngineStopped`, and the next question
 * starts it again, as a server would: recovery brings back everything that was committed.
 */
export class EmbeddedDatabase extends Database {
  readonly kysely: Kysely<Schema>;
  readonly #locks = new Map<string, AbortController>();
  readonly #housekeeping: NodeJS.Timeout;
  #starting: Promise<DurablePGlite> | undefined;
  #startedAt = performance.now();
  #earlierFlushes = 0;
  #busy = false;
  #checkpoint: { at: number; position: bigint } | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly folder: DataFolder,
    private engine: DurablePGlite,
    private readonly options: EmbeddedOptions,
  ) {
    super();
    this.kysely = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: this.#forKysely() }) });
    this.#housekeeping = setInterval(() => {
      // A checkpoint that fails stops the engine, which the next question will see and say.
      void this.#keepHouse().catch(() => undefined);
    }, options.housekeepingInterval ?? 10_000).unref();
  }

  /** Opens the data folder, or makes a new one. Throws `DataFolderError`. */
  static async open(path: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
    const folder = await openDataFolder(path);
    try {
      if (!folder.initialised) {
        await folder.initialise(async (unfinished) => {
          await (await DurablePGlite.open(new DurableFolder(unfinished, options.flush))).close();
        });
      }
      await folder.verify();
      const engine = await DurablePGlite.open(new DurableFolder(folder.database, options.flush));
      await proveWhole(engine);
      return new EmbeddedDatabase(folder, engine, options);
    } catch (error) {
      await folder.release();
      throw error instanceof EngineStopped ? unusable(path, error) : error;
    }
  }

  /** Flushes to the disk since this database was opened. */
  get flushes(): number {
    return this.#earlierFlushes + this.engine.flushes;
  }

  query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return this.#query(statement, values);
  }

  async change(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    const { statements } = await this.#engine();
    return statements.change(statement, values);
  }

  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#transaction(work, options);
  }

  async #query<R extends object>(statement: Statement, values: readonly unknown[], lost?: AbortSignal): Promise<R[]> {
    const { statements } = await this.#engine(lost);
    return statements.query<R>(statement, values);
  }

  async #transaction<T>(work: (tx: Queries) => Promise<T>, { durable = true }: TransactionOptions = {}, lost?: AbortSignal): Promise<T> {
    const { pglite, statements } = await this.#engine(lost);
    return pglite.transaction(async (tx) => {
      if (!durable) await tx.query('set local synchronous_commit to off');
      return work({ query: (statement, values = []) => statements.queryInTransaction(statement, values) });
    });
  }

  /** One process has the folder, so a lock is a matter within the process. */
  tryLock(name: string): Promise<LockedSession | undefined> {
    if (this.#locks.has(name)) return Promise.resolve(undefined);
    const lost = new AbortController();
    this.#locks.set(name, lost);
    return Promise.resolve({
      lost: lost.signal,
      query: (statement, values = []) => this.#query(statement, values, lost.signal),
      transaction: (work, options) => this.#transaction(work, options, lost.signal),
      release: () => {
        if (this.#locks.get(name) === lost) this.#locks.delete(name);
        lost.abort();
        return Promise.resolve();
      },
    });
  }

  /** There are no time limits here. */
  unhurried<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return work(this.kysely);
  }

  /** Waits for what is under way, writes everything to its place, and lets go of the folder. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.#loseLocks();
    await this.#starting?.catch(() => undefined);
    // Closing is PostgreSQL's orderly shutdown, with a checkpoint: the next start has nothing to recover.
    await this.engine.close().finally(() => this.folder.release());
  }

  /** @param lost of the one who asks holding a lock: what is asked then is asked with it, or not at all. */
  async #engine(lost?: AbortSignal): Promise<DurablePGlite> {
    if (this.#closed) throw new EngineStopped('The database is closed');
    const engine = this.engine.stopped ? await (this.#starting ??= this.#restart().finally(() => (this.#starting = undefined))) : this.engine;
    if (lost?.aborted) throw new EngineStopped('The lock is lost');
    return engine;
  }

  #loseLocks(): void {
    for (const lock of this.#locks.values()) lock.abort();
    this.#locks.clear();
  }

  async #restart(): Promise<DurablePGlite> {
    // A disk that is still full would stop it again at once; nobody is helped by trying all the time.
    if (performance.now() - this.#startedAt < (this.options.rest ?? 1_000)) throw this.engine.stopped!;
    this.#startedAt = performance.now();
    // As on a server that starts again. Commits that did not wait for the disk may be gone, and holders build on theirs.
    this.#loseLocks();
    await this.folder.verify();
    this.engine.abandon();
    const engine = await DurablePGlite.open(new DurableFolder(this.folder.database, this.options.flush));
    this.#earlierFlushes += this.engine.flushes;
    return (this.engine = engine);
  }

  /** Kysely keeps the PGlite that it is given first; this one follows when the engine is started again. */
  #forKysely(): ForKysely {
    return {
      ready: true,
      closed: false,
      waitReady: Promise.resolve(),
      close: () => Promise.resolve(),
      query: async <T>(text: string, values?: unknown[]) => (await this.#engine()).pglite.query<T>(text, values),
      transaction: async <T>(work: (tx: PGliteTransaction) => Promise<T>) => {
        const begun = new Set<PGliteTransaction>();
        try {
          const { pglite } = await this.#engine();
          return await pglite.transaction((tx) => {
            begun.add(tx);
            return work(tx);
          });
        } catch (caught) {
          // Kysely would wait for ever for a transaction that never begins.
          const error = caught instanceof Error ? caught : new Error(String(caught));
          const fail = () => Promise.reject(error);
          if (begun.size === 0) await work({ query: fail, rollback: fail }).catch(() => undefined);
          throw error;
        }
      },
    };
  }

  /** What PostgreSQL leaves to processes of its own, which it has not got here. */
  async #keepHouse(): Promise<void> {
    if (this.#busy || this.engine.stopped || this.#closed) return;
    this.#busy = true;
    try {
      await this.#checkpointIfDue(this.engine);
      await vacuumIfDue(this.engine);
    } finally {
      this.#busy = false;
    }
  }

  /** Without checkpoints the write-ahead log only grows. */
  async #checkpointIfDue({ pglite }: DurablePGlite): Promise<void> {
    const last = (this.#checkpoint ??= { at: performance.now(), position: await walPosition(pglite) });
    const written = (await walPosition(pglite)) - last.position;
    const due = written >= (this.options.checkpointBytes ?? checkpointBytes);
    if (!due && (written === 0n || performance.now() - last.at < checkpointAge)) return;
    await pglite.query('checkpoint');
    this.#checkpoint = { at: performance.now(), position: await walPosition(pglite) };
  }
}

/** Without vacuum every change of a large document leaves the old one behind. One table at a time, as it holds the loop. */
async function vacuumIfDue({ pglite }: DurablePGlite): Promise<void> {
  await pglite.query('select pg_stat_force_next_flush()'); // the counts below are not kept up to date by themselves
  const { rows } = await pglite.query<{ name: string }>(`
    select c.oid::regclass::text as name
    from pg_class c join pg_stat_all_tables s on s.relid in (c.oid, c.reltoastrelid)
    where c.relkind = 'r' and s.n_dead_tup > 1000 + s.n_live_tup / 5 limit 1`);
  if (rows[0]) await pglite.query(`vacuum (analyze) ${rows[0].name}`);
  else await analyzeIfDue(pglite);
}

/** What a table holds when it has grown is no longer what it held: plans would be made for the table as it was. */
async function analyzeIfDue(pglite: DurablePGlite['pglite']): Promise<void> {
  const { rows } = await pglite.query<{ name: string }>(`
    select relid::regclass::text as name from pg_stat_user_tables
    where n_mod_since_analyze > 1000 + n_live_tup / 5 limit 1`);
  if (rows[0]) await pglite.query(`analyze ${rows[0].name}`);
}

async function walPosition(pglite: DurablePGlite['pglite']): Promise<bigint> {
  const { rows } = await pglite.query<{ position: bigint }>(
    `select (pg_current_wal_insert_lsn() - '0/0')::bigint as position`,
  );
  return rows[0]!.position;
}

/** Reads the end of the log, which is what is missing from a file that has been cut off. */
async function proveWhole(engine: DurablePGlite): Promise<void> {
  try {
    const { rows } = await engine.pglite.query<{ found: boolean }>(`select to_regclass('event') is not null as found`);
    if (rows[0]?.found) await engine.pglite.query('select * from event order by position desc limit 1');
  } catch (error) {
    engine.abandon();
    throw new EngineStopped('The end of the log cannot be read', { cause: error });
  }
}
