interface Pending<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions that come in the same breath, or while others are being answered, are asked together: one round trip for all. */
export class Batcher<Q, A> {
  readonly #queue: Pending<Q, A>[] = [];
  #running = false;

  /**
   * @param runBatch gives the answers in the order of the questions.
   * @param maxBatch how many are asked together, or how large they are together. A larger one is asked alone.
   * @param sizeOf how large a question is, if not 1.
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

  /** Never rejects: everyone gets the answer or the error. */
  async #flush(): Promise<void> {
    this.#running = true;
    await Promise.resolve(); // the same breath
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
