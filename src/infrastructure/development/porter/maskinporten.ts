import type { FastifyInstance } from 'fastify';
import { decodeJwt, SignJWT, importJWK, type JWK, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { publicJwk } from './keys.js';

/** The longest lifetime of a grant, in seconds, as Maskinporten has it. */
const grantLifetimeSeconds = 120;
const tokenLifetimeSeconds = 120;
const clockTolerance = 10;
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const party = (orgnr: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${orgnr}` });

/** A grant that is refused, with Maskinporten's code. */
class Refused extends Error {
  constructor(
    readonly error: 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type',
    message: string,
  ) {
    super(message);
  }
}

/**
 * A stand-in for Maskinporten. It has no register of clients, so the client id is the orgnr of the virksomhet whose system asks,
 * and the signature of the grant is not checked. Everything else that clients meet is as at Maskinporten.
 * @param issuer the issuer URL, with its trailing slash.
 */
export function takeGrants(apart: FastifyInstance, issuer: string, key: () => Promise<JWK>): void {
  const { pathname } = new URL(issuer);
  const used = new Map<string, number>();
  const open = { config: { authenticator: 'none' as const } };
  const metadata = {
    issuer,
    token_endpoint: `${issuer}token`,
    jwks_uri: `${issuer}jwk`,
    grant_types_supported: [grantType],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
  };
  apart.get(`${pathname}.well-known/oauth-authorization-server`, open, () => Promise.resolve(metadata));
  apart.get(`${pathname}jwk`, open, async () => ({ keys: [publicJwk(await key())] }));
  apart.post<{ Body: URLSearchParams }>(`${pathname}token`, open, async ({ body }, reply) => {
    try {
      const claims = granted(body, issuer, used);
      const signing = await key();
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', ...(signing.kid !== undefined && { kid: signing.kid }) })
        .setIssuer(issuer)
        .setIssuedAt()
        .setJti(randomUUID())
        .setExpirationTime(`${tokenLifetimeSeconds}s`)
        .sign(await importJWK(signing, 'RS256'));
      return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds - 1, scope: claims['scope'] };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return reply.status(badRequest).send({ error: error.error, error_description: error.message });
    }
  });
}

const badRequest = 400;

/** The claims of the token that a grant gives. Throws `Refused`. */
function granted(body: URLSearchParams, issuer: string, used: Map<string, number>): JWTPayload {
  if (body.get('grant_type') !== grantType) throw new Refused('unsupported_grant_type', 'MP-011: grant_type must be jwt-bearer');
  const { iss, aud, iat, exp, jti, scope, resource, consumer_org: behalfOf, pid } = decoded(body.get('assertion') ?? '');
  if (aud !== issuer) throw new Refused('invalid_grant', `MP-013: aud must be ${issuer}`);
  const now = Date.now() / 1000;
  if (iat === undefined || exp === undefined || exp - iat > grantLifetimeSeconds || exp + clockTolerance < now || iat - clockTolerance > now)
    throw new Refused('invalid_grant', `MP-014: exp must be at most ${grantLifetimeSeconds} seconds after iat, which must be now`);
  for (const [one, until] of used) if (until < now) used.delete(one);
  if (jti === undefined || used.has(jti)) throw new Refused('invalid_grant', 'MP-012: jti must be used once');
  used.set(jti, exp + clockTolerance);
  if (typeof scope !== 'string' || scope === '') throw new Refused('invalid_request', 'MP-110: scope is missing');
  const own = orgnrOf(iss);
  const consumer = behalfOf === undefined ? own : orgnrOf(behalfOf);
  return {
    scope,
    client_id: own,
    client_amr: 'private_key_jwt',
    consumer: party(consumer),
    ...(behalfOf !== undefined && { supplier: party(own), delegation_source: 'https://tt02.altinn.no/' }),
    aud: typeof resource === 'string' ? resource : 'unspecified',
    token_type: 'Bearer',
    ...(typeof pid === 'string' && { pid }),
  };
}

function decoded(assertion: string): JWTPayload {
  try {
    const [head = ''] = assertion.split('.');
    const { kid, x5c } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as JWTPayload;
    if (kid === undefined && x5c === undefined) throw new Error('neither kid nor x5c');
    return decodeJwt(assertion);
  } catch {
    throw new Refused('invalid_grant', 'MP-010: assertion must be a JWT with kid or x5c in its header');
  }
}

function orgnrOf(text: unknown): string {
  try {
    return parseOrganisasjonsnummer(String(text));
  } catch {
    throw new Refused('invalid_grant', 'MP-020: in development, the client id is the orgnr of the virksomhet');
  }
}
