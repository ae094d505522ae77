import { Kysely, PGliteDialect, type PGliteDialectConfig } from 'kysely';
import { setImmediate as macrotask } from 'node:timers/promises';
import pLimit from 'p-limit';
import {
  Database,
  type LockedSession,
  type Queries,
  type Session,
  type Statement,
  type TransactionOptions,
} from '../database.js';
import { openDataFolder, unusable, type DataFolder } from './data-folder.js';
import { DurableFolder, DurablePGlite, EngineStopped } from './durable-pglite.js';

export interface EmbeddedOptions {
  /** Flushes a file to the disk. A test may make it fail or do nothing. */
  readonly flush?: (fd: number) => void;
  /** The interval of checking whether a checkpoint or a vacuum is due, in ms. Default 10,000. */
  readonly housekeepingInterval?: number;
  /** Bytes of WAL after which a checkpoint is due at once. Default 64 MiB. */
  readonly checkpointBytes?: number;
  /** The shortest time between two starts of the engine, in ms. Default 1000. */
  readonly minRestartIntervalMs?: number;
}

type ForKysely = Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>;
type PGliteTransaction = Parameters<Parameters<ForKysely['transaction']>[0]>[0];

const checkpointBytes = 64 << 20;
/** The longest time between checkpoints while anything is written, in ms. */
const maxCheckpointAgeMs = 5 * 60_000;

/** The turns of the event loop without a statement after which background work begins. A command sends its next one within them. */
const quietTurns = 2;

/**
 * PostgreSQL in this process, in a data folder that this process has locked. It runs one statement or transaction at a
 * time. Each statement blocks the event loop, so read in pages.
 *
 * When the engine aborts (a full or failing disk), calls in flight reject with `EngineStopped`. The next call starts it
 * again, like a server: recovery brings back everything that was committed.
 */
export class EmbeddedDatabase extends Database {
  readonly kysely: Kysely<unknown>;
  readonly background: Session = {
    query: (statement, values = []) => this.#givingWay(() => this.#run(statement, values)),
    transaction: (work, options) => this.#givingWay(() => this.#transact(work, options)),
  };
  readonly #oneInBackground = pLimit(1);
  /** The time that the latest background work took, in ms. */
  #lastTook = 0;
  /** The statements and transactions that were begun in the foreground and have not ended. */
  #inForeground = 0;
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
    this.kysely = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: this.#forKysely() }) });
    this.#housekeeping = setInterval(() => {
      // A failed checkpoint stops the engine, and the next call reports that.
      void this.#keepHouse().catch(() => undefined);
    }, options.housekeepingInterval ?? 10_000).unref();
  }

  /** Opens the data folder, or creates a new one. Throws `DataFolderError`. */
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
      await checkIntegrity(engine);
      return new EmbeddedDatabase(folder, engine, options);
    } catch (error) {
      await folder.release();
      throw error instanceof EngineStopped ? unusable(path, error) : error;
    }
  }

  /** The number of flushes to the disk since this database was opened. */
  get flushes(): number {
    return this.#earlierFlushes + this.engine.flushes;
  }

  query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return this.#query(statement, values);
  }

  change(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    return this.#first(async () => (await this.#engine()).statements.change(statement, values));
  }

  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#transaction(work, options);
  }

  #query<R extends object>(statement: Statement, values: readonly unknown[], lost?: AbortSignal): Promise<R[]> {
    return this.#first(() => this.#run<R>(statement, values, lost));
  }

  #transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions, lost?: AbortSignal): Promise<T> {
    return this.#first(() => this.#transact(work, options, lost));
  }

  /** Runs foreground work, which background work waits for. */
  async #first<T>(work: () => Promise<T>): Promise<T> {
    this.#inForeground++;
    try {
      return await work();
    } finally {
      this.#inForeground--;
    }
  }

  /**
   * Runs background work: one at a time, and when no foreground work has been under way for a moment. It waits at most as
   * long as the work before it took, so busy writers leave it half of the time. PGlite's own queue is first come, first
   * served, so a foreground statement waits for at most one from the background.
   */
  #givingWay<T>(work: () => Promise<T>): Promise<T> {
    return this.#oneInBackground(async () => {
      const end = performance.now() + this.#lastTook;
      for (let quiet = 0; quiet < quietTurns; quiet = this.#inForeground > 0 && performance.now() < end ? 0 : quiet + 1) await macrotask();
      const began = performance.now();
      try {
        return await work();
      } finally {
        this.#lastTook = performance.now() - began;
      }
    });
  }

  async #run<R extends object>(statement: Statement, values: readonly unknown[], lost?: AbortSignal): Promise<R[]> {
    const { statements } = await this.#engine(lost);
    return statements.query<R>(statement, values);
  }

  async #transact<T>(work: (tx: Queries) => Promise<T>, { durable = true }: TransactionOptions = {}, lost?: AbortSignal): Promise<T> {
    const { pglite, statements } = await this.#engine(lost);
    return pglite.transaction(async (tx) => {
      if (!durable) await tx.query('set local synchronous_commit to off');
      return work({ query: (statement, values = []) => statements.queryInTransaction(statement, values) });
    });
  }

  load() {
    const active = Math.min(1, this.#inForeground);
    return { active, waiting: this.#inForeground - active, waitingInBackground: this.#oneInBackground.pendingCount };
  }

  /** A lock within this process, because no other process can open the folder. */
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

  /** Runs `work` at once, because the embedded database has no time limits. */
  withoutTimeouts<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    return work(this.kysely);
  }

  /** Waits for work in flight, shuts the engine down and releases the folder. Idempotent. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.#loseLocks();
    await this.#starting?.catch(() => undefined);
    // PostgreSQL's orderly shutdown ends with a checkpoint, so the next start has nothing to recover.
    await this.engine.close().finally(() => this.folder.release());
  }

  /** @param lost the signal of the lock that the caller holds. Throws `EngineStopped` once that lock is lost. */
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
    // Restarts are rate-limited, because a disk that is still full would stop the engine again at once.
    if (performance.now() - this.#startedAt < (this.options.minRestartIntervalMs ?? 1_000)) throw this.engine.stopped!;
    this.#startedAt = performance.now();
    // Locks are lost, as on a restarted server: unflushed commits may be gone, and lock holders rely on theirs.
    this.#loseLocks();
    await this.folder.verify();
    this.engine.abandon();
    const engine = await DurablePGlite.open(new DurableFolder(this.folder.database, this.options.flush));
    this.#earlierFlushes += this.engine.flushes;
    return (this.engine = engine);
  }

  /** A stand-in for PGlite that follows restarts of the engine, because Kysely keeps the instance that it is given. */
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
          // Kysely would wait for ever for a transaction that never begins, so it gets one whose calls all fail.
          const error = caught instanceof Error ? caught : new Error(String(caught));
          const fail = () => Promise.reject(error);
          if (begun.size === 0) await work({ query: fail, rollback: fail }).catch(() => undefined);
          throw error;
        }
      },
    };
  }

  /** Does the work of PostgreSQL's checkpointer and autovacuum, which do not run in the embedded engine. */
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

  /** Runs a checkpoint by volume or age of the WAL, because without checkpoints the WAL only grows. */
  async #checkpointIfDue({ pglite }: DurablePGlite): Promise<void> {
    const last = (this.#checkpoint ??= { at: performance.now(), position: await walPosition(pglite) });
    const written = (await walPosition(pglite)) - last.position;
    const due = written >= (this.options.checkpointBytes ?? checkpointBytes);
    if (!due && (written === 0n || performance.now() - last.at < maxCheckpointAgeMs)) return;
    await pglite.query('checkpoint');
    this.#checkpoint = { at: performance.now(), position: await walPosition(pglite) };
  }
}

/**
 * Vacuums the table with the greatest share of dead rows, because changed documents leave their old versions behind, and
 * refreshes the statistics of a changed table, because plans would otherwise fit its old content. A crash loses the counts
 * of changes, so a large table without them counts as changed. One table of each at a time, because both block the event
 * loop.
 */
async function vacuumIfDue({ pglite }: DurablePGlite): Promise<void> {
  await pglite.query('select pg_stat_force_next_flush()'); // makes the counts below current
  const dead = await pglite.query<{ name: string }>(`
    select c.oid::regclass::text as name
    from pg_class c join pg_stat_all_tables s on s.relid in (c.oid, c.reltoastrelid)
    where c.relkind = 'r' and s.n_dead_tup > 1000 + s.n_live_tup / 5
    order by s.n_dead_tup / (1000 + s.n_live_tup) desc limit 1`);
  if (dead.rows[0]) await pglite.query(`vacuum ${dead.rows[0].name}`);
  const changed = await pglite.query<{ name: string }>(`
    select relid::regclass::text as name from pg_stat_user_tables
    where n_mod_since_analyze > 1000 + n_live_tup / 5 or (last_analyze is null and pg_relation_size(relid) > 1000000)
    order by last_analyze nulls first limit 1`);
  if (changed.rows[0]) await pglite.query(`analyze ${changed.rows[0].name}`);
}

async function walPosition(pglite: DurablePGlite['pglite']): Promise<bigint> {
  const { rows } = await pglite.query<{ position: bigint }>(
    `select (pg_current_wal_insert_lsn() - '0/0')::bigint as position`,
  );
  return rows[0]!.position;
}

/** Reads the last event of the log, because a truncated file lacks its end. Throws `EngineStopped` when that fails. */
async function checkIntegrity(engine: DurablePGlite): Promise<void> {
  try {
    const { rows } = await engine.pglite.query<{ found: boolean }>(`select to_regclass('event') is not null as found`);
    if (rows[0]?.found) await engine.pglite.query('select * from event order by position desc limit 1');
  } catch (error) {
    engine.abandon();
    throw new EngineStopped('The end of the log cannot be read', { cause: error });
  }
}
