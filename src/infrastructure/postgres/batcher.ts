interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions that come in the same breath, or while others are being answered, are asked together: one round trip for all. */
export class Together<Q, A> {
  readonly #waiting: Waiting<Q, A>[] = [];
  #asking = false;

  /**
   * @param askAll gives the answers in the order of the questions.
   * @param most how many are asked together, or how large they are together. A larger one is asked alone.
   * @param sizeOf how large a question is, if not 1.
   */
  constructor(
    private readonly askAll: (questions: readonly Q[]) => Promise<readonly A[]>,
    private readonly most = 64,
    private readonly sizeOf: (question: Q) => number = () => 1,
  ) {}

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (!this.#asking) void this.#work();
    });
  }

  /** Never rejects: everyone gets the answer or the error. */
  async #work(): Promise<void> {
    this.#asking = true;
    await Promise.resolve(); // the same breath
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      try {
        const answers = await this.askAll(batch.map(({ question }) => question));
        batch.forEach(({ resolve }, index) => {
          resolve(answers[index]!);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#asking = false;
  }

  #next(): Waiting<Q, A>[] {
    let [count, size] = [0, 0];
    for (const { question } of this.#waiting) {
      size += this.sizeOf(question);
      if (count > 0 && size > this.most) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
