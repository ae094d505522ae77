import { Meilisearch, MeilisearchApiError, type EnqueuedTaskPromise, type Task } from 'meilisearch';
import { setTimeout as pause } from 'node:timers/promises';
import { SearchUnavailable } from '../../application/ports/search-index.js';

/** How long each call may take, in ms. */
export interface Deadlines {
  /** A search, or another read. */
  readonly read: number;
  /** Handing over what is to be written. */
  readonly write: number;
  /** Until a task is done. */
  readonly task: number;
  /** Between two looks at a task. */
  readonly poll: number;
}
export const deadlines: Deadlines = { read: 3000, write: 30_000, task: 120_000, poll: 25 };

/** Meilisearch refused or failed what it was asked. `code` is its own, such as `index_not_found`. */
export class MeilisearchRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`Meilisearch: ${code}: ${message}`, options);
    this.name = 'MeilisearchRefused';
  }
}

/** A connection whose calls have deadlines, whose tasks are waited for, and whose errors are ours. */
export class Connection {
  private readonly reader: Meilisearch;
  private readonly writer: Meilisearch;

  /** @param host the URL of the server. @param apiKey the value of the key. */
  constructor(
    host: string,
    apiKey: string | undefined,
    private readonly limits: Deadlines = deadlines,
  ) {
    const config = { host, ...(apiKey !== undefined && { apiKey }) };
    this.reader = new Meilisearch({ ...config, timeout: limits.read });
    this.writer = new Meilisearch({ ...config, timeout: limits.write });
  }

  /** Asks for something that is answered at once. */
  read<T>(ask: (client: Meilisearch) => Promise<T>): Promise<T> {
    return translated(() => ask(this.reader));
  }

  /**
   * Hands tasks over, one after another, and waits until all are done. The first that failed is thrown; a failure with one of
   * the codes in `settled` means that it is already so.
   */
  async run(hand: (client: Meilisearch) => readonly (() => EnqueuedTaskPromise)[], settled: readonly string[] = []): Promise<void> {
    const uids: number[] = [];
    for (const task of hand(this.writer)) uids.push((await translated(task)).taskUid);
    for (const uid of uids) {
      const { error } = await this.done(uid);
      if (error && !settled.includes(error.code)) throw failure(error.code, error.type, error.message);
    }
  }

  /** The task, when it is done. (The client's own `waitForTask` leaves a timer behind when it fails.) */
  private async done(uid: number): Promise<Task> {
    const deadline = performance.now() + this.limits.task;
    while (performance.now() < deadline) {
      const task = await this.read((client) => client.tasks.getTask(uid));
      if (task.status !== 'enqueued' && task.status !== 'processing') return task;
      await pause(this.limits.poll);
    }
    throw new SearchUnavailable({ cause: new Error(`Meilisearch: task ${uid} was not done in ${this.limits.task} ms`) });
  }
}

async function translated<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // No connection, no answer in time, or an answer that is not Meilisearch's.
    if (!(error instanceof MeilisearchApiError) || !error.cause) throw new SearchUnavailable({ cause: error });
    throw failure(error.cause.code, error.cause.type, error.cause.message, error);
  }
}

/** What is wrong with the request is ours to mend; that the server cannot, or will not for this key, is not. */
const failure = (code: string, type: string, message: string, cause?: unknown): Error => {
  const refused = new MeilisearchRefused(code, message, { cause });
  return type === 'invalid_request' ? refused : new SearchUnavailable({ cause: refused });
};
