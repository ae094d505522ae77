/** A position that only grows, and those who wait for it to pass another. */
export class Rising {
  readonly #waiting = new Map<() => void, bigint>();

  constructor(private position = 0n) {}

  get value(): bigint {
    return this.position;
  }

  rise(to: bigint): void {
    if (to <= this.position) return;
    this.position = to;
    for (const [resolve, past] of this.#waiting) if (to > past) resolve();
  }

  /** Resolves when it has passed the position, or when one of the signals aborts. */
  async past(position: bigint, ...signals: readonly AbortSignal[]): Promise<void> {
    if (signals.some(({ aborted }) => aborted) || this.position > position) return;
    let resolve!: () => void;
    const passed = new Promise<void>((done) => (resolve = done));
    this.#waiting.set(resolve, position);
    for (const signal of signals) signal.addEventListener('abort', resolve);
    await passed;
    for (const signal of signals) signal.removeEventListener('abort', resolve);
    this.#waiting.delete(resolve);
  }
}

/**
 * What is known of the end of the log, which other things are written to as well: where our last event is, and up to
 * where nothing of ours follows it. Both only grow.
 */
export class Horizon {
  readonly #last = new Rising();
  #checked = 0n;

  /** The position of our last event that is known; 0 for none. */
  get last(): bigint {
    return this.#last.value;
  }

  /** There is nothing of ours after the last event, up to and including this position. */
  get checked(): bigint {
    return this.#checked;
  }

  /** There is an event of ours at the position. */
  event(position: bigint): void {
    if (position > this.#checked) this.#checked = position;
    this.#last.rise(position);
  }

  /** There is nothing of ours from the last event that is known to the position. */
  nothingUntil(position: bigint): void {
    if (position > this.#checked) this.#checked = position;
  }

  /** Resolves when there is an event of ours after the position, or when one of the signals aborts. */
  eventAfter(position: bigint, ...signals: readonly AbortSignal[]): Promise<void> {
    return this.#last.past(position, ...signals);
  }
}
