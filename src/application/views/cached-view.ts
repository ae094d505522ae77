import type { Documents } from '../ports/documents.js';
import type { Projection } from '../ports/projection.js';

/**
 * All documents of a small view, kept in memory as long as none of them has changed. Each time it asks how far the view
 * has come, and nothing more while the log stands still: what is told is never older than the view.
 */
export class CachedView<D extends object, T> {
  private cached: { readonly position: bigint; readonly asOf: string; readonly value: T } | undefined;

  /** @param make puts the documents into the form that they are used in, once for each change. */
  constructor(
    private readonly documents: Documents,
    private readonly view: Projection<D>,
    private readonly make: (documents: readonly D[]) => T,
  ) {}

  async value(): Promise<T> {
    // What changes between the questions is seen the next time: each tells of a moment before the documents are read.
    const position = await this.documents.position(this.view);
    if (this.cached?.position === position) return this.cached.value;
    const { documents: newest, total } = await this.documents.find(this.view, { descending: true, limit: 1 });
    const asOf = `${total}/${newest[0]?.position}`;
    const value = this.cached?.asOf === asOf ? this.cached.value : await this.read();
    this.cached = { position, asOf, value };
    return value;
  }

  private async read(): Promise<T> {
    const documents = await this.documents.all(this.view);
    return this.make(documents.map(({ data }) => data));
  }
}
