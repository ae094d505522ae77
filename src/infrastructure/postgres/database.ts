import type { Kysely } from 'kysely';
import { StoreUnavailable } from '../../application/ports/event-store.js';

/** SQL under a name, so that a server can keep it prepared. Equal names must have equal texts. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs one statement. Values read alike on both engines: int8 is bigint, numeric and date are strings, timestamptz is an
 * ISO 8601 string in UTC, json and jsonb are parsed. Write JSON as `JSON.stringify(value)`: an array would be taken for
 * an SQL array.
 */
export interface Queries {
  query<R extends object = Record<string, unknown>>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
}

export interface TransactionOptions {
  /** False: the commit does not wait for the disk. Only for what can be made again, such as views. Default true. */
  readonly durable?: boolean;
}

export interface Session extends Queries {
  /** Commits when `work` resolves, rolls back when it rejects. Ask only `tx` inside: another query would wait for it. */
  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** Holds an advisory lock. What it does, it does on the connection that holds the lock: no lock, no effect. */
export interface LockedSession extends Session {
  /** Aborted when the lock is gone: the connection died, or the database was closed. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** PostgreSQL, whichever way it runs: on a server, or embedded in the process. */
export abstract class Database implements Session {
  abstract readonly kysely: Kysely<unknown>;
  abstract query<R extends object = Record<string, unknown>>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<R[]>;
  /** Runs one statement that answers with no rows. How many rows it has stored, changed or removed. */
  abstract change(statement: Statement, values?: readonly unknown[]): Promise<number>;
  abstract transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * The lock of that name, or undefined when somebody else holds it. Held until released, or until its holder's process
   * dies or says nothing for some seconds.
   */
  abstract tryLock(name: string): Promise<LockedSession | undefined>;
  /** For what may take as long as it must, such as building an index: on a connection of its own, without time limits. */
  abstract withoutTimeouts<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  abstract close(): Promise<void>;
}

/** SQLSTATE of an error that the database answered with; undefined when it is not an answer. */
export function sqlState(error: unknown): string | undefined {
  // Both drivers copy the fields of the protocol's error message. System errors (EPIPE) have a code, but no severity.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/**
 * Whether the database, not the statement, is at fault: unreachable, shutting down, full, out of time. Whatever was
 * asked may or may not have been done.
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  // 08 connection, 53 resources, 55P03/57 locks, shutdown and time limits, 58 system error, XX internal error.
  return state === undefined || /^(08|53|57|58|XX|55P03|40003)/.test(state);
}

/** The answer to a question, or `StoreUnavailable` when the database, not the question, is at fault. */
export async function orUnavailable<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailable({ cause: error }) : error;
  }
}
