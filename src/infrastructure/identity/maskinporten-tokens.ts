import { importJWK, SignJWT, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** Who we are to Maskinporten. */
export interface MaskinportenClient {
  /** With its trailing slash: `https://maskinporten.no/`. */
  readonly issuer: string;
  readonly clientId: string;
  /** The private key that is registered on the client, with its `kid` and `alg`. */
  readonly key: JWK;
  /** Separated by space. */
  readonly scope: string;
}

const Answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** A grant may be used for this long, in s; Maskinporten allows 120. */
const grantLifetime = 60;
/** A token that is about to expire is not used: the call it is for takes time. In ms. */
const margin = 10_000;
const patience = 30_000;

/** Gets access tokens with a signed grant (RFC 7523), and keeps each until shortly before it expires. */
export class MaskinportenTokens {
  /** By the clock that nobody sets: `performance.now()`. */
  private current: { readonly token: Promise<string>; readonly until: number } | undefined;

  constructor(private readonly client: MaskinportenClient) {}

  /** A token that is good for some seconds yet. Rejects when Maskinporten gives none; the next call tries again. */
  token(): Promise<string> {
    if (this.current && this.current.until > performance.now()) return this.current.token;
    // Until it is known how long the token lives, those who ask meanwhile wait for the same one.
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
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`Maskinporten svarte ${response.status}`);
    }
    const { access_token, expires_in } = Answer.parse(await response.json());
    this.current = { token: Promise.resolve(access_token), until: performance.now() + expires_in * 1000 - margin };
    return access_token;
  }

  private async grant(): Promise<string> {
    const { issuer, clientId, key, scope } = this.client;
    return new SignJWT({ scope, jti: randomUUID() })
      .setProtectedHeader({ alg: key.alg ?? 'RS256', ...(key.kid !== undefined && { kid: key.kid }) })
      .setIssuer(clientId)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime(`${grantLifetime}s`)
      .sign(await importJWK(key, key.alg ?? 'RS256'));
  }
}
