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

/** A call is made so many times before the store counts as unavailable. */
const attempts = 4;

/** The connection to one server or cluster, and how long and how often it is asked. */
export class Connection {
  /** For questions. */
  readonly client: EventStoreDBClient;
  /** For subscriptions: to end one makes the client close the channel that it came on. */
  readonly following: EventStoreDBClient;
  readonly #stop = new AbortController();
  readonly stopped = this.#stop.signal;

  constructor(
    url: string,
    /** How long an answer may take, in ms. */
    readonly timeout: number,
  ) {
    this.client = connect(url);
    this.following = connect(url);
  }

  /**
   * Asks again a few times when there is no answer, then rejects with `StoreUnavailable`. An append is settled by that:
   * with the same ids it is stored once. An answer that would be the same the next time is thrown as it is.
   */
  async ask<T>(question: () => Promise<T>, times = attempts): Promise<T> {
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

  /** Ends everything that is under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    // The client waits for ever for a call that the server has ended and whose answers nobody takes.
    await within(this.timeout, Promise.all([this.client.dispose(), this.following.dispose()])).catch(() => undefined);
  }
}

/** Whether the server will never store this: the stream has been deleted for ever, or the content is the trouble. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof StreamDeletedError || error instanceof MaxAppendSizeExceededError || error instanceof RequiredMetadataPropertyMissingError;

/** What an operator may say in the connection string; the client knows more, which would change what we build on. */
const known = [
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
 * Opens a client. Connects on the first call. Throws an error that shows nothing of the connection string, which holds
 * a password: what the client itself throws, and what it writes to the console, shows the whole of it.
 */
function connect(url: string): EventStoreDBClient {
  const [address, options = ''] = url.split('?', 2);
  for (const [name] of new URLSearchParams(options)) {
    if (!known.some((one) => flat(one) === flat(name))) throw new Error(`EVENTSTORE_URL: ${name} is not an option that is known here`);
  }
  const named = /(^|&)connection_?-?name=/i.test(options) ? options : [options, 'connectionName=min-kommune-konfigurasjon'].filter(Boolean).join('&');
  let client: EventStoreDBClient;
  try {
    client = EventStoreDBClient.connectionString(`${address}?${named}`);
  } catch {
    throw new Error('EVENTSTORE_URL: not a connection string, or its certificate files cannot be read');
  }
  // The client would send appends through one long call (BatchAppend), where an answer that is lost is waited for for
  // ever, one connection's failure rejects the appends of every other, and an answer that comes after that ends the
  // process. Told that the server has no such call, it makes a call of its own for each append, with a deadline.
  return Object.assign(client, { supports: () => Promise.resolve(false) });
}

/** No answer has come in time. The question may have been carried out all the same. */
export class Unanswered extends Error {
  constructor(readonly milliseconds: number) {
    super(`No answer in ${milliseconds} ms`);
    this.name = 'Unanswered';
  }
}

/** The answer; rejects with `Unanswered` when it does not come in time. */
export async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Unanswered(milliseconds));
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait before the next attempt, in ms: longer each time, up to two seconds. */
export const backoff = (attempt: number): number => Math.min(50 * 2 ** attempt, 2_000);

/** Lets so many work at a time; the others wait their turn. */
export class Gate {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
