/** The longest time that work in memory goes on before others get a turn, in ms. */
const turnMs = 10;

/** Gives others a turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Gives others a turn in the middle of long work. */
export class Pace {
  private since = performance.now();

  /** Call it after each small step. */
  async step(): Promise<void> {
    if (performance.now() - this.since < turnMs) return;
    await nextTurn();
    this.since = performance.now();
  }
}
