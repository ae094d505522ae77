import type { Documents } from './documents.js';
import type { Projection } from './projection.js';

/** More documents than a view has that is small enough to keep whole. */
const everything = 10_000;

/**
 * All documents of a small view, kept in memory as long as none of them has changed: one short question each time, to
 * the view as it stands at that moment.
 */
export class WholeView<D extends object, T> {
  private kept: { readonly asOf: string; readonly value: T } | undefined;

  /** @param make puts the documents into the form that they are used in, once for each change. */
  constructor(
    private readonly documents: Documents,
    private readonly view: Projection<D>,
    private readonly make: (documents: readonly D[]) => T,
  ) {}

  async value(): Promise<T> {
    // Read before the documents: what changes in between is read again the next time.
    const { documents: newest, total } = await this.documents.find(this.view, { descending: true, limit: 1 });
    const asOf = `${total}/${newest[0]?.position}`;
    if (this.kept?.asOf === asOf) return this.kept.value;
    const { documents } = await this.documents.find(this.view, { limit: everything });
    const value = this.make(documents.map(({ data }) => data));
    this.kept = { asOf, value };
    return value;
  }
}
