import type { Followed } from '../application/ports/documents.js';
import type { ViewChange } from './view-store.js';

/** The most documents whose changes are tracked one by one. Beyond it, all documents count as changed. */
const remembered = 10_000;

/** The freshness of the served version of a view, as this process knows it from its own writes and look-ups. */
export class ServedView implements Followed {
  #moment = 0;
  /** The epoch at which all documents last counted as changed. */
  #all = 0;
  readonly #changed = new Map<string, number>();
  /** The end position of the page that this process is writing; 0 for none. */
  #writing = 0n;

  constructor(
    public version: number,
    public position: bigint,
  ) {}

  get moment(): number {
    return this.#moment;
  }

  changedSince(key: string, moment: number): boolean {
    return this.#all > moment || (this.#changed.get(key) ?? 0) > moment;
  }

  /** Call before this process writes a page. */
  writing({ to }: ViewChange): void {
    this.#writing = to;
  }

  /** Call when the page has been committed. */
  wrote({ to, set, remove }: ViewChange): void {
    if (this.#writing <= to) this.#writing = 0n; // the write of the next page may have begun
    this.position = to;
    this.#moment++;
    if (this.#changed.size + set.length + remove.length > remembered) this.#forgetWhich();
    for (const { key } of set) this.#changed.set(key, this.#moment);
    for (const key of remove) this.#changed.set(key, this.#moment);
  }

  /** Call when it is unknown whether the page was committed. */
  mayHaveWritten(): void {
    this.#writing = 0n;
  }

  /**
   * Records a looked-up version and position. Unless the progress is this process's own, all documents count as changed.
   * So they do when the position has gone back: commits of views are not flushed, and a database crash may lose some.
   * @param before the known position when the look-up began.
   */
  stands(version: number, position: bigint, before = this.position): void {
    const own = position >= before && (position <= this.position || position <= this.#writing);
    if (version === this.version && own) return;
    this.version = version;
    this.position = position;
    this.#moment++;
    this.#forgetWhich();
  }

  #forgetWhich(): void {
    this.#changed.clear();
    this.#all = this.#moment;
  }
}
