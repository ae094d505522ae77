import type { Kysely } from 'kysely';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import type { EngineLoad } from '../../application/ports/health.js';

/**
 * An SQL statement. A named one is prepared once per connection, so equal names must have equal texts. An empty name is
 * not prepared.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs one statement. Result types are equal on both engines: int8 is bigint, numeric and date are strings, timestamptz is
 * an ISO 8601 string in UTC, json and jsonb are parsed. Pass JSON as `JSON.stringify(value)`, because the drivers turn an
 * array into an SQL array.
 */
export interface Queries {
  query<R extends object = Record<string, unknown>>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
}

export interface TransactionOptions {
  /** Whether the commit waits for the disk. Default true. Use false only for data that can be rebuilt, such as views. */
  readonly durable?: boolean;
}

export interface Session extends Queries {
  /** Commits when `work` resolves, rolls back when it rejects. Use only `tx` inside: other queries wait for the transaction. */
  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** A session that holds an advisory lock. Its statements run on the lock's own connection, so they fail once the lock is lost. */
export interface LockedSession extends Session {
  /** Aborts when the lock is lost or released, because the connection died or the database was closed. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** A PostgreSQL database, on a server or embedded in the process. */
export abstract class Database implements Session {
  abstract readonly kysely: Kysely<unknown>;
  abstract query<R extends object = Record<string, unknown>>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<R[]>;
  /** Runs one statement that returns no rows. Returns the number of inserted, updated or deleted rows. */
  abstract change(statement: Statement, values?: readonly unknown[]): Promise<number>;
  abstract transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * The same database for work that takes long and may wait, such as searches and the writes of the search index. The
   * embedded database, which runs one statement at a time, lets everything else go first. A server gives it a part of the
   * connections (ADR 0033).
   */
  abstract readonly background: Session;
  /**
   * Takes the named advisory lock. Returns undefined when another session holds it. The lock is held until released, or
   * until the holder's process dies or sends nothing for some seconds.
   */
  abstract tryLock(name: string): Promise<LockedSession | undefined>;
  /** Runs `work` without time limits, on a separate connection. Use it for long work, such as building an index. */
  abstract withoutTimeouts<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  /** The work that this process has in the database at this moment. */
  abstract load(): EngineLoad;
  abstract close(): Promise<void>;
}

/** The SQLSTATE of an error reported by the database. Undefined for other errors, such as a broken connection. */
export function sqlState(error: unknown): string | undefined {
  // Both drivers copy the fields of the protocol's error message. System errors (EPIPE) have a code, but no severity.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/**
 * Whether the database, not the statement, caused the error: unreachable, shutting down, full, or timed out. The statement
 * may or may not have taken effect.
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  // 08 connection, 3D no such database, 53 resources, 55P03/57 locks, shutdown and time limits, 58 system error, XX internal error.
  return state === undefined || /^(08|3D|53|57|58|XX|55P03|40003)/.test(state);
}

/** Turns errors of the database itself into `StoreUnavailable`. Errors of the statement are rethrown as they are. */
export async function orUnavailable<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailable({ cause: error }) : error;
  }
}
