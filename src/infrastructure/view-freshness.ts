import type { ViewFreshness } from '../application/ports/documents.js';
import type { ViewChange } from './view-store.js';

/** The most documents whose changes are tracked one by one. Beyond it, all documents count as changed. */
const maxTrackedKeys = 10_000;

/** The freshness of the served version of a view, as this process knows it from its own writes and look-ups. */
export class TrackedViewFreshness implements ViewFreshness {
  #epoch = 0;
  /** The epoch at which all documents last counted as changed. */
  #allChangedAt = 0;
  readonly #changedAt = new Map<string, number>();
  /** The end position of the page that this process is writing; 0 for none. */
  #writingTo = 0n;
  /** Whether a version of the view is served. */
  serving = true;

  constructor(
    public version: number,
    public position: bigint,
  ) {}

  get epoch(): number {
    return this.#epoch;
  }

  changedSince(key: string, moment: number): boolean {
    return this.#allChangedAt > moment || (this.#changedAt.get(key) ?? 0) > moment;
  }

  /** Call before this process writes a page. */
  beginWrite({ to }: ViewChange): void {
    this.#writingTo = to;
  }

  /** Call when the page has been committed. */
  endWrite({ to, set, remove }: ViewChange): void {
    if (this.#writingTo <= to) this.#writingTo = 0n; // the write of the next page may have begun
    this.position = to;
    this.#epoch++;
    if (this.#changedAt.size + set.length + remove.length > maxTrackedKeys) this.#invalidateAll();
    for (const { key } of set) this.#changedAt.set(key, this.#epoch);
    for (const key of remove) this.#changedAt.set(key, this.#epoch);
  }

  /** Call when it is unknown whether the page was committed. */
  abandonWrite(): void {
    this.#writingTo = 0n;
  }

  /**
   * Records a looked-up version and position. Unless the progress is this process's own, all documents count as changed.
   * The same holds when the position has gone back, because commits of views are not flushed and a crash may lose some.
   * @param before the known position when the look-up began.
   */
  observe(version: number, position: bigint, before = this.position): void {
    const own = position >= before && (position <= this.position || position <= this.#writingTo);
    if (this.serving && version === this.version && own) return;
    this.serving = true;
    this.version = version;
    this.position = position;
    this.#epoch++;
    this.#invalidateAll();
  }

  /** Records that no version is served any more. All documents count as changed. */
  withdraw(): void {
    this.serving = false;
    this.#epoch++;
    this.#invalidateAll();
  }

  #invalidateAll(): void {
    this.#changedAt.clear();
    this.#allChangedAt = this.#epoch;
  }
}
