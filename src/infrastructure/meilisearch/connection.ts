import { Meilisearch, MeilisearchApiError, type EnqueuedTaskPromise, type Task } from 'meilisearch';
import { setTimeout as pause } from 'node:timers/promises';
import { SearchUnavailable } from '../../application/ports/search-index.js';

/** Time limits, in ms. */
export interface Deadlines {
  /** For a search or another read. */
  readonly read: number;
  /** For handing a write to the server, which runs it as a task later. */
  readonly write: number;
  /** For any task of the server to finish, while one is waited for. */
  readonly task: number;
  /** The interval between two polls of a task. */
  readonly poll: number;
}
export const deadlines: Deadlines = { read: 3000, write: 30_000, task: 300_000, poll: 25 };

/** Meilisearch refused a request or failed a task. `code` is Meilisearch's own, such as `index_not_found`. */
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

/**
 * A client with time limits that waits for tasks. Throws `MeilisearchRefused` when a request is invalid, and
 * `SearchUnavailable` in all other cases of failure.
 */
export class MeilisearchClient {
  private readonly reader: Meilisearch;
  private readonly writer: Meilisearch;

  /** @param host the URL of the server. @param apiKey the value of the key. */
  constructor(
    host: string,
    apiKey: string | undefined,
    private readonly limits: Deadlines = deadlines,
  ) {
    // A compressed answer is sent in chunks, each of which costs the 40 ms of a delayed acknowledgement.
    const config = { host, ...(apiKey !== undefined && { apiKey }), requestInit: { headers: { 'Accept-Encoding': 'identity' } } };
    this.reader = new Meilisearch({ ...config, timeout: limits.read });
    this.writer = new Meilisearch({ ...config, timeout: limits.write });
  }

  /** Makes a call that is answered at once, without a task. */
  read<T>(ask: (client: Meilisearch) => Promise<T>): Promise<T> {
    return withOurErrors(() => ask(this.reader));
  }

  /**
   * Enqueues tasks one after another, and waits until all are done. Throws the first failure. A failure with a code in
   * `settled` is ignored, because the wanted state exists already.
   */
  async run(hand: (client: Meilisearch) => readonly (() => EnqueuedTaskPromise)[], settled: readonly string[] = []): Promise<void> {
    await this.finish(await this.enqueue(hand), settled);
  }

  /** Enqueues tasks one after another. Resolves with their uids. */
  async enqueue(hand: (client: Meilisearch) => readonly (() => EnqueuedTaskPromise)[]): Promise<readonly number[]> {
    const uids: number[] = [];
    for (const task of hand(this.writer)) uids.push((await withOurErrors(task)).taskUid);
    return uids;
  }

  /** Waits until tasks are done, as `run` does. */
  async finish(uids: readonly number[], settled: readonly string[] = []): Promise<void> {
    for (const uid of uids) {
      const { error } = await this.done(uid);
      if (error && !settled.includes(error.code)) throw failure(error.code, error.type, error.message);
    }
  }

  /**
   * Polls a task until it is done, however long the queue before it is. Throws `SearchUnavailable` when the server has finished
   * nothing within the time limit. The client's own `waitForTask` is not used, because it leaves a timer behind when it fails.
   */
  private async done(uid: number): Promise<Task> {
    let [deadline, finished] = [performance.now() + this.limits.task, -1];
    for (;;) {
      const task = await this.read((client) => client.tasks.getTask(uid));
      if (task.status !== 'enqueued' && task.status !== 'processing') return task;
      if (performance.now() >= deadline) {
        const { total } = await this.read((client) => client.tasks.getTasks({ statuses: ['succeeded', 'failed', 'canceled'], limit: 1 }));
        if (total === finished) throw new SearchUnavailable({ cause: new Error(`Meilisearch: no task was done in ${this.limits.task} ms, and ${uid} waits`) });
        [deadline, finished] = [performance.now() + this.limits.task, total];
      }
      await pause(this.limits.poll);
    }
  }
}

async function withOurErrors<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // No connection, no answer in time, or an answer from something other than Meilisearch.
    if (!(error instanceof MeilisearchApiError) || !error.cause) throw new SearchUnavailable({ cause: error });
    throw failure(error.cause.code, error.cause.type, error.cause.message, error);
  }
}

/** An invalid request is an error in this program. A failing server, or a key without permission, makes the search unavailable. */
const failure = (code: string, type: string, message: string, cause?: unknown): Error => {
  const refused = new MeilisearchRefused(code, message, { cause });
  return type === 'invalid_request' ? refused : new SearchUnavailable({ cause: refused });
};
