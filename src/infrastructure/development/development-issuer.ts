import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { Innloggingsniva } from '../../application/ports/actor.js';
import { NotAuthenticated } from '../../application/ports/identity.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Config } from '../config.js';
import { keyFile } from '../crypto/key-file.js';
import { virksomhetClaim, virksomhetOf, type Login, type TokenVerifier } from '../identity/access-tokens.js';
import { levelOf } from '../identity/levels.js';
import type { Persona } from './personas.js';

const issuer = 'min-kommune-utvikling';
/** The tolerance for clock differences when a token expires, in seconds. */
const clockTolerance = 10;
const fiksScope = 'ks:fiks';
const consumerClaims = (orgnr: Organisasjonsnummer) => ({ consumer: virksomhetClaim(orgnr), scope: fiksScope });
const acrs: Readonly<Record<Innloggingsniva, string>> = { 3: 'idporten-loa-substantial', 4: 'idporten-loa-high' };

/**
 * Issues and verifies tokens for development. Its key is in the data folder, so everybody who can read that can log in as
 * anybody.
 */
export class DevelopmentIssuer {
  private constructor(private readonly key: Buffer) {}

  static open({ dataDir }: Pick<Config, 'dataDir'>): DevelopmentIssuer {
    return new DevelopmentIssuer(keyFile(dataDir, 'development-issuer.key'));
  }

  /** Issues a bearer token for a persona, valid for 12 hours. */
  issue(persona: Persona): Promise<string> {
    const claims =
      persona.kind === 'plattform'
        ? { rolle: 'PLATTFORM' }
        : persona.kind === 'virksomhet'
          ? consumerClaims(persona.orgnr)
          : {
              pid: persona.fnr,
              name: persona.navn,
              acr: acrs[persona.innloggingsniva],
              ...(persona.consumer !== undefined && consumerClaims(persona.consumer)),
            };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(this.key);
  }

  /** The claims of a valid token of this issuer. Rejects any other token. */
  async verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.key, { issuer, algorithms: ['HS256'], clockTolerance, requiredClaims: ['exp'] });
    return payload;
  }
}

/** Verifies the development issuer's tokens. They are for synthetic persons only. */
export function developmentVerifier(development: DevelopmentIssuer): TokenVerifier {
  return {
    issuer,
    async verify(token) {
      const claims = await development.verify(token).catch(() => {
        throw new NotAuthenticated('signatur');
      });
      return { login: loginOf(claims), until: claims.exp! + clockTolerance };
    },
  };
}

function loginOf(claims: JWTPayload): Login {
  const { rolle, consumer, pid, name, acr } = claims;
  // A person's token may also have a consumer, the system that she logged in through. A system's token has no `pid`.
  const orgnr = consumer === undefined ? undefined : orgnrOf(claims);
  if (orgnr !== undefined && pid === undefined) return { kind: 'virksomhet', id: orgnr };
  if (rolle === 'PLATTFORM') return { kind: 'plattform', id: 'utvikling' };
  const innloggingsniva = levelOf(acr);
  return {
    kind: 'person',
    fnr: fnrOf(pid),
    ...(typeof name === 'string' && { navn: name }),
    claimed: {
      ...(innloggingsniva && { innloggingsniva }),
      ...(orgnr !== undefined && { consumer: orgnr }),
    },
  };
}

function fnrOf(pid: unknown): Fodselsnummer {
  try {
    return parseFodselsnummer(String(pid), { syntetiske: true });
  } catch {
    throw new NotAuthenticated('pid');
  }
}

function orgnrOf(claims: JWTPayload): Organisasjonsnummer {
  if (!String(claims['scope']).split(' ').includes(fiksScope)) throw new NotAuthenticated('scope');
  return virksomhetOf(claims, 'consumer');
}
