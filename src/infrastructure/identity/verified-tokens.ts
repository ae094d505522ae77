import { LRUCache } from 'lru-cache';

/** How many are remembered; what was asked for longest ago makes room. */
const most = 10_000;

/** Tokens that have been verified, each with what it said, until it is too old: a signature is dear to look at each time. */
export class VerifiedTokens<T> {
  readonly #tokens = new LRUCache<string, { readonly said: T; readonly until: number }>({ max: most });

  /** @param until seconds since 1970: the first at which the token is no longer good. */
  remember(token: string, said: T, until: number): void {
    this.#tokens.set(token, { said, until });
  }

  /** What the token said, while it is good. */
  get(token: string): T | undefined {
    const known = this.#tokens.get(token);
    if (!known) return undefined;
    if (Math.floor(Date.now() / 1000) < known.until) return known.said;
    this.#tokens.delete(token);
    return undefined;
  }
}
