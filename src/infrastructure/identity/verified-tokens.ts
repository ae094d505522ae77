import { LRUCache } from 'lru-cache';

/** The capacity of the cache; the least recently used token is evicted. */
const most = 10_000;

/** A cache of verified tokens and their content until they expire, because checking a signature is slow. */
export class VerifiedTokens<T> {
  readonly #tokens = new LRUCache<string, { readonly said: T; readonly until: number }>({ max: most });

  /** @param until the first second, since 1970, in which the token is no longer valid. */
  remember(token: string, said: T, until: number): void {
    this.#tokens.set(token, { said, until });
  }

  /** The content of a token; undefined when the token is unknown or has expired. */
  get(token: string): T | undefined {
    const known = this.#tokens.get(token);
    if (!known) return undefined;
    if (Math.floor(Date.now() / 1000) < known.until) return known.said;
    this.#tokens.delete(token);
    return undefined;
  }
}
