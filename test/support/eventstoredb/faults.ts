/** A fault that meets an append. `written` tells whether the server writes before the answer is lost. */
export type AppendFault =
  /** All connections are cut. */
  | { readonly kind: 'cut'; readonly written: boolean }
  /** The server never answers. */
  | { readonly kind: 'silence'; readonly written: boolean }
  /** The server answers with failure, even when it has written. */
  | { readonly kind: 'unavailable' | 'timeout'; readonly written: boolean }
  /** The server answers as a follower, with the leader's port. */
  | { readonly kind: 'not leader'; readonly port: number };

/** A fault that meets a read or a subscription. */
export type ReadFault =
  /** All connections are cut after this many events. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The server never answers. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'unavailable' }
  /** Every event is sent twice. */
  | { readonly kind: 'twice' };

/** Queues of planned faults. Each call takes the next fault of its kind. */
export class Faults {
  readonly #appends: AppendFault[] = [];
  readonly #reads: { readonly of: 'read' | 'subscription'; readonly fault: ReadFault }[] = [];

  /** The server takes every call and never answers, as a process that hangs does. */
  silent = false;
  /** The user may write, and not read the whole log, as every user who is not among $admins. */
  mayReadAll = true;
  /** The user may write. */
  mayWrite = true;
  #everyAppend: AppendFault | undefined;
  #gathering: { readonly count: number; readonly come: (() => void)[] } | undefined;

  /** Holds back calls of `append` until `count` have arrived, then carries all of them out in order. */
  gather(count: number): void {
    this.#gathering = { count, come: [] };
  }

  /** Carries an append out: at once, or when `gather` has its count. */
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

  /** Plans faults for the next appends, one each. */
  appends(...faults: readonly AppendFault[]): void {
    this.#appends.push(...faults);
  }

  /** Plans faults for the next reads of a stream or of the log, one each. Subscriptions do not count. */
  reads(...faults: readonly ReadFault[]): void {
    for (const fault of faults) this.#reads.push({ of: 'read', fault });
  }

  /** Plans faults for the next subscriptions, one each. */
  subscriptions(...faults: readonly ReadFault[]): void {
    for (const fault of faults) this.#reads.push({ of: 'subscription', fault });
  }

  /** Plans a fault for every append that has none of its own. Undefined ends it. */
  everyAppend(fault: AppendFault | undefined): void {
    this.#everyAppend = fault;
  }

  nextAppend(): AppendFault | undefined {
    return this.silent ? { kind: 'silence', written: false } : (this.#appends.shift() ?? this.#everyAppend);
  }

  nextRead(subscription: boolean): ReadFault | undefined {
    if (this.silent) return { kind: 'silence' };
    const index = this.#reads.findIndex(({ of }) => of === (subscription ? 'subscription' : 'read'));
    return index < 0 ? undefined : this.#reads.splice(index, 1)[0]!.fault;
  }
}
