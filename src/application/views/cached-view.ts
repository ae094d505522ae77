import type { Documents } from '../ports/documents.js';
import type { Projection } from '../ports/projection.js';

/**
 * An in-memory cache of all documents of a small view. Each call queries the view's position, and reads the documents only
 * if the position and the documents have changed. So the value is never older than the view, but for a new version of it, which
 * counts within 100 ms. Calls at the same position share one reading.
 */
export class CachedView<D extends object, T> {
  private cached: { readonly moment: string; readonly asOf: string; readonly value: T } | undefined;
  private reading: { readonly moment: string; readonly value: Promise<T> } | undefined;

  /** @param make converts the documents to the cached value. It runs once per change. */
  constructor(
    private readonly documents: Documents,
    private readonly view: Projection<D>,
    private readonly make: (documents: readonly D[]) => T,
  ) {}

  async value(): Promise<T> {
    // Read the moment before the documents, so that a concurrent change invalidates the cache on the next call.
    const { version } = await this.documents.freshness(this.view);
    const moment = `${version}/${await this.documents.position(this.view)}`;
    if (this.cached?.moment === moment) return this.cached.value;
    if (this.reading?.moment !== moment) {
      const value = this.refreshed(version, moment).finally(() => {
        if (this.reading?.value === value) this.reading = undefined;
      });
      this.reading = { moment, value };
    }
    return this.reading.value;
  }

  private async refreshed(version: number, moment: string): Promise<T> {
    const { documents: newest, total } = await this.documents.find(this.view, { descending: true, limit: 1 });
    const asOf = `${version}/${total}/${newest[0]?.position}`;
    const value = this.cached?.asOf === asOf ? this.cached.value : await this.read();
    this.cached = { moment, asOf, value };
    return value;
  }

  private async read(): Promise<T> {
    const documents = await this.documents.all(this.view);
    return this.make(documents.map(({ data }) => data));
  }
}
