/** What may happen to an append on its way. What is lost is lost after the server has written, or before. */
export type AppendFault =
  /** The connection is cut, and so is every other. */
  | { readonly kind: 'cut'; readonly written: boolean }
  /** No answer ever comes. */
  | { readonly kind: 'silence'; readonly written: boolean }
  /** The server answers that it could not; whether it has is another matter. */
  | { readonly kind: 'unavailable' | 'timeout'; readonly written: boolean }
  /** A follower, which says where the leader is. */
  | { readonly kind: 'not leader'; readonly port: number };

/** What may happen to a read or a subscription. */
export type ReadFault =
  /** The connection is cut after so many events. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing ever comes. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'unavailable' }
  /** Every event comes twice. */
  | { readonly kind: 'twice' };

/** Faults that wait for the calls that they happen to, in order. */
export class Faults {
  readonly #appends: AppendFault[] = [];
  readonly #reads: { readonly of: 'read' | 'subscription'; readonly fault: ReadFault }[] = [];

  #everyAppend: AppendFault | undefined;
  #gathering: { readonly count: number; readonly come: (() => void)[] } | undefined;

  /** Appends are not carried out until so many have come. */
  gather(count: number): void {
    this.#gathering = { count, come: [] };
  }

  /** Carries an append out, when it is time. */
  arrived(carryOut: () => void): void {
    if (!this.#gathering) {
      carryOut();
      return;
    }
    const { count, come } = this.#gathering;
    if (come.push(carryOut) < count) return;
    this.#gathering = undefined;
    for (const each of come) each();
  }

  /** The next appends meet these, one each. */
  appends(...faults: readonly AppendFault[]): void {
    this.#appends.push(...faults);
  }

  /** The next reads of a stream or of the log, subscriptions not among them, meet these. */
  reads(...faults: readonly ReadFault[]): void {
    for (const fault of faults) this.#reads.push({ of: 'read', fault });
  }

  /** The next subscriptions meet these. */
  subscriptions(...faults: readonly ReadFault[]): void {
    for (const fault of faults) this.#reads.push({ of: 'subscription', fault });
  }

  /** Every append meets this, until it is called without. */
  everyAppend(fault: AppendFault | undefined): void {
    this.#everyAppend = fault;
  }

  nextAppend(): AppendFault | undefined {
    return this.#appends.shift() ?? this.#everyAppend;
  }

  nextRead(subscription: boolean): ReadFault | undefined {
    const index = this.#reads.findIndex(({ of }) => of === (subscription ? 'subscription' : 'read'));
    return index < 0 ? undefined : this.#reads.splice(index, 1)[0]!.fault;
  }
}
