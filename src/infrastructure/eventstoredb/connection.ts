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
/** The parts of the timeout that the attempts of a call get while the connection is suspect. The last attempt gets all of it. */
const suspectParts = [0.3, 0.6, 0.6];

/** The connection to one EventStoreDB server or cluster, with the timeout and the retries of its calls. */
export class EventStoreDbConnection {
  /** For subscriptions, because ending one makes the client close its channel. */
  readonly subscriptionClient: EventStoreDBClient;
  readonly #stop = new AbortController();
  readonly stopped = this.#stop.signal;
  #closed: Promise<unknown> | undefined;
  /** The number of times that the server has not answered. After each, it may be a server with another log. */
  breaks = 0;
  /** For reads and appends. */
  #client: EventStoreDBClient;
  /** The last call that ended had no answer in time, so the server that is asked may hang. */
  #suspect = false;

  constructor(
    private readonly url: string,
    /** The timeout of one call, in ms. */
    readonly timeout: number,
  ) {
    this.#client = connect(url);
    this.subscriptionClient = connect(url);
  }

  /**
   * Makes a call, with the retries of `retry`. The question gets the client and the timeout of this attempt, in ms. After a
   * call without an answer the next one goes through a new client, which asks the cluster for its leader: the old client
   * would use the connection that hangs until its keep-alive gives up. Until there is an answer again, attempts wait a part
   * of the timeout, because a cluster names a leader that hangs until it has elected another.
   */
  ask<T>(question: (client: EventStoreDBClient, timeout: number) => Promise<T>, times = maxAttempts): Promise<T> {
    const parts = [...suspectParts];
    return this.retry(async () => {
      const client = this.#client;
      const timeout = this.timeout * (this.#suspect && times > 1 ? (parts.shift() ?? 1) : 1);
      try {
        const answer = await question(client, timeout);
        this.#suspect = false;
        return answer;
      } catch (error) {
        if (error instanceof CallTimedOut) this.#replace(client);
        throw error;
      }
    }, times);
  }

  /**
   * Reads, as `ask` does. The client ends a read that is cancelled as if it were complete. So an answer counts only while its client
   * is in use, and is asked for again otherwise.
   */
  read<T>(question: (client: EventStoreDBClient, timeout: number) => Promise<T>, times = maxAttempts): Promise<T> {
    return this.ask(async (client, timeout) => {
      const answer = await question(client, timeout);
      if (client !== this.#client || this.stopped.aborted) throw new Error('The read was cancelled');
      return answer;
    }, times);
  }

  /**
   * Does work, with retries and backoff, then rejects with `StoreUnavailable`. An append may be retried, because the
   * server stores the same event ids once. Rethrows at once an error that a retry cannot change: `isRefusal`, or a wrong
   * expected version. Denied access is `StoreUnavailable` at once.
   */
  async retry<T>(work: () => Promise<T>, times = maxAttempts): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof WrongExpectedVersionError || isRefusal(error)) throw error;
        this.breaks++;
        if (attempt === times || error instanceof AccessDeniedError || this.stopped.aborted) throw new StoreUnavailable({ cause: error });
        await pause(backoff(attempt), this.stopped);
      }
    }
  }

  /** Replaces a client that got no answer, once however many of its calls tell. Its other reads are cancelled, and `read` retries them. */
  #replace(silent: EventStoreDBClient): void {
    this.#suspect = true;
    if (this.#client !== silent || this.stopped.aborted) return;
    this.#client = connect(this.url);
    void dispose(silent, this.timeout);
  }

  /** Stops retrying and ends all calls and subscriptions. Safe to repeat. */
  async close(): Promise<void> {
    this.#stop.abort();
    await (this.#closed ??= Promise.all([this.#client, this.subscriptionClient].map((client) => dispose(client, this.timeout))));
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
/** The options that a connection string gets where it has no value of its own. Discovery asks the next node after so many seconds. */
const defaults = { connectionName: 'min-kommune-konfigurasjon', gossipTimeout: '1' };
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
  const given = [...new URLSearchParams(options).keys()].map(flat);
  const missing = Object.entries(defaults).flatMap(([name, value]) => (given.includes(flat(name)) ? [] : `${name}=${value}`));
  const complete = [options, ...missing].filter(Boolean).join('&');
  let client: EventStoreDBClient;
  try {
    client = EventStoreDBClient.connectionString(`${address}?${complete}`);
  } catch {
    throw new Error('EVENTSTORE_URL: not a connection string, or its certificate files cannot be read');
  }
  // By default the client sends all appends through one long call, BatchAppend. There a lost answer is awaited for ever. One
  // connection's failure rejects the appends of every other, and an answer after that ends the process. Told that the
  // server lacks it, the client makes a call with a deadline for each append.
  return Object.assign(client, { supports: () => Promise.resolve(false) });
}

/** Ends a client's calls. `dispose` may never resolve: it waits for calls that the server has ended and whose answers nobody reads. */
const dispose = (client: EventStoreDBClient, timeout: number): Promise<void> => withDeadline(timeout, client.dispose()).catch(() => undefined);

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
