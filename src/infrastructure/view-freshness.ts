import type { Followed } from '../application/ports/documents.js';
import type { ViewChange } from './view-store.js';

/** Documents whose changes are remembered one by one; when there are more, everything counts as changed. */
const remembered = 10_000;

/** What a process knows of the version of a view that is served: what it does itself, and what it has looked up. */
export class ServedView implements Followed {
  #moment = 0;
  /** The last moment at which any document may have changed. */
  #all = 0;
  readonly #changed = new Map<string, number>();
  /** How far the page goes that this process is writing just now. */
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

  /** This process is about to write a page. */
  writing({ to }: ViewChange): void {
    this.#writing = to;
  }

  /** The page has been written. */
  wrote({ to, set, remove }: ViewChange): void {
    if (this.#writing <= to) this.#writing = 0n; // the next may have begun
    this.position = to;
    this.#moment++;
    if (this.#changed.size + set.length + remove.length > remembered) this.#forgetWhich();
    for (const { key } of set) this.#changed.set(key, this.#moment);
    for (const key of remove) this.#changed.set(key, this.#moment);
  }

  /** Whether the page has been written is not known. */
  mayHaveWritten(): void {
    this.#writing = 0n;
  }

  /**
   * What has been looked up. Progress that is not this process' own may have changed anything; so may a view that has gone
   * back, as it does when a server dies before it has written down what it answered about the views.
   * @param before the position that was known when the looking began.
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
