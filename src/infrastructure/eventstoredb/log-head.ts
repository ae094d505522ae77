import type { LogPlace } from '../../application/ports/event-store.js';

/** A position that only grows, with waiters for it to pass another position. */
export class MonotonicPosition {
  readonly #waiting = new Map<() => void, bigint>();

  constructor(private position = 0n) {}

  get value(): bigint {
    return this.position;
  }

  advance(to: bigint): void {
    if (to <= this.position) return;
    this.position = to;
    for (const [resolve, past] of this.#waiting) if (to > past) resolve();
  }

  /** Resolves when the value is greater than `position`, or when one of the signals aborts. */
  async waitUntilPast(position: bigint, ...signals: readonly AbortSignal[]): Promise<void> {
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
 * The known end of our log, on a server that other applications write to as well. It holds the position of our last event,
 * and the position up to which no event of ours follows it. Both only grow.
 */
export class LogHead {
  readonly #last = new MonotonicPosition();
  #lastId: string | undefined;
  #emptyUntil = 0n;

  /** The position of our last known event; 0 for none. */
  get last(): bigint {
    return this.#last.value;
  }

  /** The place of our last known event. */
  get place(): LogPlace {
    return { position: this.last, eventId: this.#lastId };
  }

  /** No event of ours lies after `last`, up to and including this position. */
  get emptyUntil(): bigint {
    return this.#emptyUntil;
  }

  /** Records an event of ours at the position. */
  advance(position: bigint, id: string): void {
    if (position > this.last) this.#lastId = id;
    if (position > this.#emptyUntil) this.#emptyUntil = position;
    this.#last.advance(position);
  }

  /** Records that no event of ours lies between the last known one and the position. */
  markEmptyUntil(position: bigint): void {
    if (position > this.#emptyUntil) this.#emptyUntil = position;
  }

  /** Resolves when there is an event of ours after the position, or when one of the signals aborts. */
  waitForEventAfter(position: bigint, ...signals: readonly AbortSignal[]): Promise<void> {
    return this.#last.waitUntilPast(position, ...signals);
  }
}
