import { Kysely, PostgresDialect } from 'kysely';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import pg from 'pg';
import {
  Database,
  type LockedSession,
  type Queries,
  type Session,
  type Statement,
  type TransactionOptions,
} from './database.js';

export interface ServerOptions {
  /** The most pooled connections. Each lock has one more. Default 16. */
  readonly connections?: number;
  /** The timeout of a statement, in ms. The timeout for getting a connection is half of it. Default 10,000. */
  readonly statementTimeout?: number;
  /** A lock is lost when its holder has sent nothing for this long, in ms. Default 6000. */
  readonly lease?: number;
}

const { builtins } = pg.types;
const asText = (value: string) => value;
const asInstant = (value: string) => new Date(value).toISOString();
const parsers = new Map<number, (value: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.DATE, asText],
  [builtins.TIMESTAMP, asText],
  [builtins.TIMESTAMPTZ, asInstant],
  [1016, (value) => (value === '{}' ? [] : value.slice(1, -1).split(',').map(BigInt))], // int8[]
]);
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
};

type Client = pg.Pool | pg.ClientBase;

const ask = <R>(client: Client, { name, text }: Statement, values: readonly unknown[]) =>
  client.query<R & pg.QueryResultRow>({ name, text, values: values as unknown[] });

const run = async <R>(client: Client, statement: Statement, values: readonly unknown[]) =>
  (await ask<R>(client, statement, values)).rows as R[];

async function transact<T>(client: pg.ClientBase, work: (tx: Queries) => Promise<T>, options?: TransactionOptions) {
  await client.query(options?.durable === false ? 'begin; set local synchronous_commit to off' : 'begin');
  let result: T;
  try {
    result = await work({ query: (statement, values = []) => run(client, statement, values) });
  } catch (error) {
    // Ignore a failed rollback: a broken connection has nothing to roll back, and its first error must be reported.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  const { command } = await client.query('commit');
  // When `work` has caught the error of a failed statement, `commit` rolls back without an error.
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed');
  return result;
}

/**
 * Creates a pool that survives dying connections. A dead connection emits `error`, which ends the process when nobody
 * listens, so both pool and clients have a listener that ignores it. Queries on a dead connection still reject.
 */
function poolOf(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** PostgreSQL 15 or newer on a server, reached through a pool that replaces lost connections. */
export class ServerDatabase extends Database {
  readonly kysely: Kysely<unknown>;
  readonly background: Session = {
    query: (statement, values) => this.#inTurn(() => this.query(statement, values)),
    transaction: (work, options) => this.#inTurn(() => this.transaction(work, options)),
  };
  readonly #turns: LimitFunction;
  readonly #pool: pg.Pool;
  readonly #config: pg.ClientConfig;
  readonly #lease: number;
  readonly #locks = new Set<ServerLock>();

  constructor(url: string, { connections = 16, statementTimeout = 10_000, lease = 6_000 }: ServerOptions = {}) {
    super();
    this.#lease = lease;
    this.#config = {
      connectionString: url,
      types,
      // Queries here are too short to gain from JIT compilation or parallel workers. Options in the URL take precedence.
      options: '-c jit=off -c max_parallel_workers_per_gather=0',
      statement_timeout: statementTimeout,
      // Applies only when the server has stopped answering, because the server's own timeout comes first.
      query_timeout: statementTimeout + 1_000,
      // Also limits the wait for a free connection of the pool.
      connectionTimeoutMillis: statementTimeout / 2,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // Shows an operator, in pg_stat_activity, which process owns a connection. PostgreSQL keeps 63 bytes, so what is unique
      // comes first: a rotation of keys tells its own connections from others' by it.
      application_name: `min-kommune ${randomUUID().slice(0, 8)} ${process.pid} ${hostname()}`,
    };
    this.#pool = poolOf({ ...this.#config, max: connections });
    this.#turns = pLimit(Math.max(1, Math.floor(connections / 4)));
    this.kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: this.#pool }) });
  }

  /**
   * Runs background work, on at most a quarter of the pool at a time, so that a command finds a connection and a server with
   * time for it. Gives the work up when its turn comes later than a free connection may.
   */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#config.connectionTimeoutMillis!;
    return this.#turns(() => {
      if (performance.now() > deadline) throw new Error('Other background work took too long');
      return work();
    });
  }

  query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return run<R>(this.#pool, statement, values);
  }

  async change(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    return (await ask(this.#pool, statement, values)).rowCount ?? 0;
  }

  async transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const client = await this.#pool.connect();
    let failure: unknown;
    try {
      return await transact(client, work, options);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // Discard the connection after any error, because its state is unknown.
      client.release(failure !== undefined);
    }
  }

  load() {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { active: totalCount - idleCount, waiting: waitingCount, waitingInBackground: this.#turns.pendingCount };
  }

  tryLock(name: string): Promise<LockedSession | undefined> {
    return ServerLock.take(new pg.Client(this.#config), name, this.#lease, this.#locks);
  }

  async withoutTimeouts<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const pool = poolOf({ ...this.#config, statement_timeout: 0, query_timeout: 0, connectionTimeoutMillis: 30_000, max: 1 });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    return work(db).finally(() => db.destroy());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#locks].map((lock) => lock.release()));
    await this.kysely.destroy();
    // Kysely ends the pool only if it has used it. An open pool keeps the process alive until its idle timeout.
    if (!this.#pool.ending) await this.#pool.end();
  }
}

/**
 * A session-level advisory lock on a connection of its own. The lock and the connection end together. The server ends an
 * idle session, so a hanging or unreachable process loses the lock. A heartbeat keeps a live session from being idle.
 */
class ServerLock implements LockedSession {
  readonly #lost = new AbortController();
  readonly lost = this.#lost.signal;
  readonly #oneAtATime = pLimit(1);
  #alive: NodeJS.Timeout | undefined;

  private constructor(
    private readonly client: pg.Client,
    private readonly held: Set<ServerLock>,
  ) {
    client.on('error', () => {
      this.#lose();
    });
    client.on('end', () => {
      this.#lose();
    });
  }

  static async take(client: pg.Client, name: string, lease: number, held: Set<ServerLock>): Promise<ServerLock | undefined> {
    const lock = new ServerLock(client, held);
    try {
      await client.connect();
      await client.query(`set idle_session_timeout = ${lease}; set idle_in_transaction_session_timeout = ${lease}`);
      const { rows } = await client.query<{ granted: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 7246002)) as granted',
        [name],
      );
      if (rows[0]?.granted) {
        held.add(lock);
        lock.#alive = setInterval(() => {
          // A failed heartbeat means that the connection has ended, or soon will.
          lock.query({ name: 'alive', text: 'select' }).catch(() => { lock.#lose(); });
        }, lease / 4).unref();
        return lock;
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
    await lock.release();
    return undefined;
  }

  query<R extends object>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return this.#oneAtATime(() => run<R>(this.client, statement, values));
  }

  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#oneAtATime(() => transact(this.client, work, options));
  }

  async release(): Promise<void> {
    this.#lose();
    // The server releases the lock when the connection ends. A broken connection may fail to end, and an unresponsive
    // server is given one second.
    await Promise.race([this.client.end().catch(() => undefined), pause(1_000, undefined, { ref: false })]);
  }

  #lose(): void {
    if (this.lost.aborted) return;
    clearInterval(this.#alive);
    this.#lost.abort();
    this.held.delete(this);
  }
}
