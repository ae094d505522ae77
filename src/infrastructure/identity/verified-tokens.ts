import { LRUCache } from 'lru-cache';

/** The capacity of the cache; the least recently used token is evicted. */
const maxCachedTokens = 10_000;

/** A cache of verified tokens and their content until they expire, because checking a signature is slow. */
export class VerifiedTokens<T extends object> {
  /** Uses the wall clock, because the monotonic clock stands still while the machine sleeps. */
  readonly #tokens = new LRUCache<string, T>({ max: maxCachedTokens, perf: Date, ttlResolution: 0 });

  /** @param until the first second, since 1970, in which the token is no longer valid. */
  set(token: string, said: T, until: number): void {
    // An entry expires when it is older than its `ttl`. A `ttl` of 0 would keep it for ever.
    const ttl = until * 1000 - 1 - Date.now();
    if (ttl > 0) this.#tokens.set(token, said, { ttl });
  }

  /** The content of a token; undefined when the token is unknown or has expired. */
  get(token: string): T | undefined {
    return this.#tokens.get(token);
  }
}
