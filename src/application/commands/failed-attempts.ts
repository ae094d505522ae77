import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock } from '../ports/clock.js';

/** The most keys that a counter holds, and the most credentials that are remembered. The least recently used is dropped. */
const maxKeys = 50_000;

/** Counts by key in windows of fixed length. The window of a key begins with its first count. */
export class WindowCounter {
  private readonly windows = new LRUCache<string, { readonly from: number; count: number }>({ max: maxKeys });

  constructor(private readonly windowMs: number) {}

  /** Counts one at the time `now`, in ms. Returns the count of the window, with this one. */
  add(key: string, now: number): number {
    const window = this.window(key, now) ?? { from: now, count: 0 };
    this.windows.set(key, window);
    return ++window.count;
  }

  count(key: string, now: number): number {
    return this.window(key, now)?.count ?? 0;
  }

  /** The time until the window of the key ends, in ms; 0 for a key without one. */
  left(key: string, now: number): number {
    const window = this.window(key, now);
    return window ? window.from + this.windowMs - now : 0;
  }

  /** The window that includes the time. A clock that goes back ends the windows after it, so that none lasts longer. */
  private window(key: string, now: number) {
    const window = this.windows.get(key);
    return window && window.from <= now && now < window.from + this.windowMs ? window : undefined;
  }
}

/** A caller has reached a limit. `retryAfter` is the time until it is worth to try again, in whole seconds, at least 1. */
export class LimitReached extends Error {
  readonly retryAfter: number;

  constructor(
    readonly code: 'FOR_MANGE_FORSOK' | 'FOR_MANGE_FORESPORSLER',
    leftMs: number,
  ) {
    const seconds = Math.max(1, Math.ceil(leftMs / 1000));
    const many = code === 'FOR_MANGE_FORSOK' ? 'For mange mislykkede forsøk på å logge inn.' : 'For mange forespørsler.';
    super(`${many} Prøv igjen om ${seconds} ${seconds === 1 ? 'sekund' : 'sekunder'}.`);
    this.retryAfter = seconds;
  }
}

/** The limits of failed attempts in a minute. 0 is no limit. */
export interface AttemptLimits {
  /** Repetitions of the same wrong credentials, and different wrong passwords of one integration by one caller. */
  readonly perCaller: number;
  /** Different wrong credentials from one address, or with tokens of one virksomhet. Logins that browsers at one address begin. */
  readonly perAddress: number;
  /** Different wrong passwords of one integration, from everywhere. */
  readonly perIntegration: number;
}

/** The caller of a login. */
export interface Caller {
  /** Its network address, as `networkOf` writes it. */
  readonly address: string;
  /** Called with the integration's id when the login fails. */
  readonly failed?: (integrasjonId: string) => void;
}

/** The use of some credentials, and the keys that its failure counts on, with their limits. */
export interface Attempt {
  /** A digest of the credentials and the caller. */
  readonly credentials: string;
  readonly counted: readonly (readonly [key: string, limit: number])[];
}

const failureWindowMs = 60_000;

/**
 * Counts failed attempts to authenticate, in this process. Repeated credentials count once on the keys that callers share, so
 * a system with an old password stops only itself. Credentials that have succeeded are never stopped by the failures of others.
 */
export class FailedAttempts {
  private readonly failures = new WindowCounter(failureWindowMs);
  private readonly succeeding = new LRUCache<string, true>({ max: maxKeys });

  constructor(
    private readonly limits: AttemptLimits,
    private readonly clock: Clock,
  ) {}

  /** The use of a bearer token from an address. */
  ofToken(token: string, address: string): Attempt {
    return { credentials: digest('token', token), counted: [[`fra ${address}`, this.limits.perAddress]] };
  }

  /** The login of an integration with a password, and a token of the virksomhet with this orgnr. */
  ofIntegration(integrasjonId: string, passord: string, orgnr: string | undefined, { address }: Caller): Attempt {
    const virksomhet = orgnr ?? 'ingen';
    return {
      credentials: digest('integrasjon', integrasjonId, passord, virksomhet, address),
      counted: [
        [`integrasjon ${integrasjonId} ${virksomhet} ${address}`, this.limits.perCaller],
        [`virksomhet ${virksomhet}`, this.limits.perAddress],
        [`fra ${address}`, this.limits.perAddress],
        [`integrasjon ${integrasjonId}`, this.limits.perIntegration],
      ],
    };
  }

  /** Throws `LimitReached` unless the attempt may be made now. */
  require({ credentials, counted }: Attempt): void {
    if (this.hasSucceeded(credentials)) return;
    const now = this.now();
    for (const [key, limit] of [[credentials, this.limits.perCaller] as const, ...counted])
      if (limit > 0 && this.failures.count(key, now) >= limit) throw new LimitReached('FOR_MANGE_FORSOK', this.failures.left(key, now));
  }

  /** Counts a login that a browser begins, because it makes this service ask the issuer. Throws `LimitReached` beyond those of an address. */
  loginBegins(address: string): void {
    const now = this.now();
    const key = `innlogging fra ${address}`;
    if (this.limits.perAddress > 0 && this.failures.add(key, now) > this.limits.perAddress) throw new LimitReached('FOR_MANGE_FORESPORSLER', this.failures.left(key, now));
  }

  /** Whether the credentials have succeeded, and not failed since. */
  hasSucceeded(credentials: string): boolean {
    return this.succeeding.get(credentials) === true;
  }

  succeeded({ credentials }: Attempt): void {
    this.succeeding.set(credentials, true);
  }

  failed({ credentials, counted }: Attempt): void {
    const now = this.now();
    this.succeeding.delete(credentials);
    if (this.failures.add(credentials, now) > 1) return;
    for (const [key] of counted) this.failures.add(key, now);
  }

  private now(): number {
    return Date.parse(this.clock.now());
  }
}

/** A digest, so that no credentials are kept and every key is short. */
const digest = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
