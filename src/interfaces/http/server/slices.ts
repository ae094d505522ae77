/** The longest that a slice of work keeps the event loop, in ms. */
const sliceMs = 8;

/**
 * Runs long work in slices of some milliseconds, so that other requests are served in between. Each `yield` is a place
 * where the work may pause.
 */
export async function inSlices<T>(work: Iterator<void, T>): Promise<T> {
  for (;;) {
    const ends = performance.now() + sliceMs;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < ends);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
