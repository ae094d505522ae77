interface Pending<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Batches requests: those added in the same microtask turn, or while a batch is running, run together in one round trip.
 * One batch runs at a time.
 */
export class Batcher<Q, A> {
  readonly #queue: Pending<Q, A>[] = [];
  #running = false;

  /**
   * @param runBatch runs a batch. Returns the answers in the order of the questions. A rejection rejects the whole batch.
   * @param maxBatch the largest total size of a batch. A single question above it runs alone.
   * @param sizeOf the size of a question, 1 by default.
   */
  constructor(
    private readonly runBatch: (questions: readonly Q[]) => Promise<readonly A[]>,
    private readonly maxBatch = 64,
    private readonly sizeOf: (question: Q) => number = () => 1,
  ) {}

  add(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ question, resolve, reject });
      if (!this.#running) void this.#flush();
    });
  }

  /** Runs batches until the queue is empty. Never rejects: each caller gets the answer or the error. */
  async #flush(): Promise<void> {
    this.#running = true;
    await Promise.resolve(); // let the current microtask turn add to the batch
    while (this.#queue.length > 0) {
      const batch = this.#next();
      try {
        const answers = await this.runBatch(batch.map(({ question }) => question));
        batch.forEach(({ resolve }, index) => {
          resolve(answers[index]!);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = false;
  }

  #next(): Pending<Q, A>[] {
    let [count, size] = [0, 0];
    for (const { question } of this.#queue) {
      size += this.sizeOf(question);
      if (count > 0 && size > this.maxBatch) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }
}
