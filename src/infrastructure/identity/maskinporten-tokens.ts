import { importJWK, SignJWT, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseExactJson } from '../../domain/values/exact-json.js';

/** This service's client in Maskinporten. */
export interface MaskinportenClient {
  /** The issuer URL, with its trailing slash: `https://maskinporten.no/`. */
  readonly issuer: string;
  readonly clientId: string;
  /** The private key registered on the client, with its `kid` and `alg`. */
  readonly key: JWK;
  /** The scopes, separated by space. */
  readonly scope: string;
  /** The audience that the token is to be restricted to. Missing: none. */
  readonly resource?: string;
}

const Answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The lifetime of a grant, in seconds. Maskinporten allows at most 120. */
const grantLifetimeSeconds = 60;
/** A token counts as expired this long before it is, in ms, because the call that uses it takes time. */
const expiryMarginMs = 10_000;
const requestTimeoutMs = 30_000;

/** Fetches access tokens with a signed grant (RFC 7523), and caches each until shortly before it expires. */
export class MaskinportenTokens {
  /** The cached token. `until` is on the monotonic clock, `performance.now()`. */
  private current: { readonly token: Promise<string>; readonly until: number } | undefined;

  constructor(private readonly client: MaskinportenClient) {}

  /** A token with some seconds left to live. Rejects when Maskinporten issues none; the next call tries again. */
  token(): Promise<string> {
    if (this.current && this.current.until > performance.now()) return this.current.token;
    // Concurrent callers share the request until the lifetime of its token is known.
    const asked = { token: this.ask(), until: Infinity };
    this.current = asked;
    asked.token.catch(() => {
      if (this.current === asked) this.current = undefined;
    });
    return asked.token;
  }

  private async ask(): Promise<string> {
    const response = await fetch(new URL('token', this.client.issuer), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await this.grant() }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`Maskinporten svarte ${response.status}`);
    }
    const { access_token, expires_in } = Answer.parse(parseExactJson(await response.text()));
    this.current = { token: Promise.resolve(access_token), until: performance.now() + expires_in * 1000 - expiryMarginMs };
    return access_token;
  }

  private async grant(): Promise<string> {
    const { issuer, clientId, key, scope, resource } = this.client;
    return new SignJWT({ scope, jti: randomUUID(), ...(resource !== undefined && { resource }) })
      .setProtectedHeader({ alg: key.alg ?? 'RS256', ...(key.kid !== undefined && { kid: key.kid }) })
      .setIssuer(clientId)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime(`${grantLifetimeSeconds}s`)
      .sign(await importJWK(key, key.alg ?? 'RS256'));
  }
}
