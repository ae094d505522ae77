import {
  AccessDeniedError,
  EventStoreDBClient,
  MaxAppendSizeExceededError,
  RequiredMetadataPropertyMissingError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import { pause } from '../waiting.js';

/** The number of attempts before a call rejects with `StoreUnavailable`. */
const maxAttempts = 4;

/** The connection to one EventStoreDB server or cluster, with the timeout and the retries of its calls. */
export class EventStoreDbConnection {
  /** For reads and appends. */
  readonly client: EventStoreDBClient;
  /** For subscriptions, because ending one makes the client close its channel. */
  readonly subscriptionClient: EventStoreDBClient;
  readonly #stop = new AbortController();
  readonly stopped = this.#stop.signal;

  constructor(
    url: string,
    /** The timeout of one call, in ms. */
    readonly timeout: number,
  ) {
    this.client = connect(url);
    this.subscriptionClient = connect(url);
  }

  /**
   * Makes a call, with retries and backoff, then rejects with `StoreUnavailable`. An append may be retried, because the
   * server stores the same event ids once. Rethrows at once an error that a retry cannot change: `isRefusal`, or a wrong
   * expected version. Denied access is `StoreUnavailable` at once.
   */
  async ask<T>(question: () => Promise<T>, times = maxAttempts): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await question();
      } catch (error) {
        if (error instanceof WrongExpectedVersionError || isRefusal(error)) throw error;
        if (attempt === times || error instanceof AccessDeniedError || this.stopped.aborted) throw new StoreUnavailable({ cause: error });
        await pause(backoff(attempt), this.stopped);
      }
    }
  }

  /** Stops retrying and ends all calls and subscriptions. */
  async close(): Promise<void> {
    this.#stop.abort();
    // `dispose` may never resolve: the client waits for calls that the server has ended and whose answers nobody reads.
    await withDeadline(this.timeout, Promise.all([this.client.dispose(), this.subscriptionClient.dispose()])).catch(() => undefined);
  }
}

/** Whether the server will never store the append: the stream is tombstoned, or the content is invalid or too large. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof StreamDeletedError || error instanceof MaxAppendSizeExceededError || error instanceof RequiredMetadataPropertyMissingError;

/** The options allowed in the connection string. Others that the client knows would break what this adapter relies on. */
const allowedOptions = [
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
  'connectionName',
  'nodePreference',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
];
const flat = (name: string) => name.trim().toLowerCase().replace(/[_-]/g, '');

/**
 * Creates a client, which connects on its first call. Throws an error without the connection string, which holds a
 * password. The client's own errors and console output show the whole string, so the options are checked before it.
 */
function connect(url: string): EventStoreDBClient {
  const [address, options = ''] = url.split('?', 2);
  for (const [name] of new URLSearchParams(options)) {
    if (!allowedOptions.some((one) => flat(one) === flat(name))) throw new Error(`EVENTSTORE_URL: ${name} is not an option that is known here`);
  }
  const named = /(^|&)connection_?-?name=/i.test(options) ? options : [options, 'connectionName=min-kommune-konfigurasjon'].filter(Boolean).join('&');
  let client: EventStoreDBClient;
  try {
    client = EventStoreDBClient.connectionString(`${address}?${named}`);
  } catch {
    throw new Error('EVENTSTORE_URL: not a connection string, or its certificate files cannot be read');
  }
  // By default the client sends all appends through one long call, BatchAppend. There a lost answer is awaited for ever. One
  // connection's failure rejects the appends of every other, and an answer after that ends the process. Told that the
  // server lacks it, the client makes a call with a deadline for each append.
  return Object.assign(client, { supports: () => Promise.resolve(false) });
}

/** A call has timed out. The server may have carried it out all the same. */
export class CallTimedOut extends Error {
  constructor(readonly milliseconds: number) {
    super(`No answer in ${milliseconds} ms`);
    this.name = 'Unanswered';
  }
}

/** Awaits an answer, and rejects with `Unanswered` when it does not come within so many ms. */
export async function withDeadline<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CallTimedOut(milliseconds));
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The pause before the next attempt, in ms: doubles with each attempt, up to two seconds. */
export const backoff = (attempt: number): number => Math.min(50 * 2 ** attempt, 2_000);
