import { Logger } from '@nestjs/common';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { IdentityUnavailable } from '../../application/ports/identity.js';

/** The times that decide when keys are fetched, in ms. */
export interface KeyTimes {
  /** The age at which keys are fetched again. A key that the issuer withdraws is good for this long. */
  readonly refreshAfter: number;
  /** The age at which keys that could not be fetched again are no longer used. */
  readonly maxAge: number;
  /** The shortest time between two fetches, whether they succeed or not. */
  readonly cooldown: number;
  /** The longest that a fetch may take. */
  readonly timeout: number;
}
const usualTimes: KeyTimes = { refreshAfter: 3_600_000, maxAge: 86_400_000, cooldown: 30_000, timeout: 5_000 };

export interface KeyOptions extends Partial<KeyTimes> {
  /** The time, in ms. Monotonic. */
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** One fetch of the keys. `done` never rejects. */
interface Attempt {
  readonly at: number;
  readonly done: Promise<void>;
  outcome?: 'fetched' | 'failed';
}

/**
 * The public keys of an issuer. An unknown key id makes it fetch them, at most once in each cool-down, so invented ids cost the
 * issuer nothing. While the issuer is down, known keys work on for a day, and nobody waits for a fetch that failed a moment ago.
 */
export class IssuerKeys {
  private readonly log = new Logger('Innlogging');
  private readonly times: KeyTimes;
  private readonly now: () => number;
  private readonly fetch: typeof fetch;
  private current: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  private attempt: Attempt | undefined;

  /** @param metadata the path of the issuer's metadata, below its address. */
  constructor(
    private readonly issuer: string,
    private readonly metadata: string,
    { now = () => performance.now(), fetch: get = fetch, ...times }: KeyOptions = {},
  ) {
    this.times = { ...usualTimes, ...times };
    this.now = now;
    this.fetch = get;
  }

  /** Finds the key that a token's header names. Rejects with `IdentityUnavailable` when the issuer must be asked and does not answer. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.fresh();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.refresh();
      if (this.attempt?.outcome === 'failed') throw new IdentityUnavailable();
      return (await this.fresh())(header, token);
    }
  };

  /** The keys, fetched again when they are old. */
  private async fresh(): Promise<JWTVerifyGetKey> {
    const age = this.age();
    if (age > this.times.maxAge) await this.refresh();
    else if (age > this.times.refreshAfter) {
      const refreshed = this.refresh();
      // After a failure, the present keys answer while the next attempt is made.
      if (!this.failedBefore) await refreshed;
    }
    if (!this.current || this.age() > this.times.maxAge) throw new IdentityUnavailable();
    return this.current.find;
  }

  private age(): number {
    return this.current ? this.now() - this.current.at : Infinity;
  }

  /** Whether the last attempt that has ended failed. */
  private failedBefore = false;

  /** Fetches the keys, unless that is under way or was done within the cool-down. Never rejects. */
  private refresh(): Promise<void> {
    const at = this.now();
    if (this.attempt && (this.attempt.outcome === undefined || at - this.attempt.at < this.times.cooldown)) return this.attempt.done;
    const attempt: Attempt = {
      at,
      done: this.load().then(
        (find) => {
          if (this.failedBefore) this.log.log(`${this.issuer} svarer igjen`);
          this.current = { find, at: this.now() };
          this.failedBefore = false;
          attempt.outcome = 'fetched';
        },
        (error: unknown) => {
          if (!this.failedBefore) this.log.warn(`Nøklene til ${this.issuer} kan ikke hentes: ${reasonOf(error)}`);
          this.failedBefore = true;
          attempt.outcome = 'failed';
        },
      ),
    };
    this.attempt = attempt;
    return attempt.done;
  }

  private async load(): Promise<JWTVerifyGetKey> {
    const { issuer, jwks_uri: address } = Metadata.parse(await this.get(`${this.issuer.replace(/\/$/, '')}${this.metadata}`));
    if (issuer !== this.issuer) throw new Error(`metadataene er for ${issuer}`);
    if (new URL(address).protocol !== new URL(this.issuer).protocol) throw new Error(`nøklene ligger på ${address}`);
    return createLocalJWKSet(KeySet.parse(await this.get(address)));
  }

  private async get(address: string): Promise<unknown> {
    const response = await this.fetch(address, { headers: { Accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(this.times.timeout) });
    if (response.ok) return response.json();
    await response.body?.cancel();
    throw new Error(`${address} svarte ${response.status}`);
  }
}

/** The reason for a failed fetch. `fetch` puts it in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'svaret har ikke rett form';
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
