import { decodeJwt, errors, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import { fodselsnumre } from '../../application/commands/fodselsnumre.js';
import { withFnr, type Actor } from '../../application/ports/actor.js';
import { Identity, IdentityUnavailable, NotAuthenticated } from '../../application/ports/identity.js';
import type { Persons } from '../../application/ports/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer, type Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Config, IssuerSettings } from '../config.js';
import { IssuerKeys, type KeyOptions } from './issuer-keys.js';
import { levelOf } from './levels.js';
import { VerifiedTokens } from './verified-tokens.js';

type PersonActor = Extract<Actor, { kind: 'person' }>;

/** The login that a token stands for. */
export type Login =
  | Extract<Actor, { kind: 'plattform' | 'virksomhet' }>
  | {
      readonly kind: 'person';
      readonly fnr: Fodselsnummer;
      readonly navn?: string;
      /** The actor's fields that come from the token, besides the fødselsnummer. */
      readonly claimed: Pick<PersonActor, 'innloggingsniva' | 'consumer'>;
    };

/** A token that has been verified, and the first second, since 1970, in which it is no longer valid. */
export interface Verified {
  readonly login: Login;
  readonly until: number;
}

/** Verifies the tokens of one issuer. */
export interface TokenVerifier {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** Rejects with `NotAuthenticated`, or with `IdentityUnavailable` when the issuer's keys are needed and cannot be fetched. */
  verify(token: string): Promise<Verified>;
}

/** Authenticates actors by tokens of several issuers: each issuer has its verifier, and no other is asked. */
export class AccessTokens extends Identity {
  private readonly verifiers: ReadonlyMap<unknown, TokenVerifier>;
  private readonly verified = new VerifiedTokens<Login>();

  constructor(
    verifiers: readonly TokenVerifier[],
    private readonly persons: Persons,
  ) {
    super();
    this.verifiers = new Map(verifiers.map((one) => [one.issuer, one]));
  }

  async authenticate(bearer: string): Promise<Actor> {
    const login = this.verified.get(bearer) ?? (await this.verify(bearer));
    if (login.kind !== 'person') return login;
    return withFnr({ kind: 'person', id: await this.personId(login), ...login.claimed }, login.fnr);
  }

  recognises(bearer: string): boolean {
    return this.verified.get(bearer) !== undefined;
  }

  private async verify(bearer: string): Promise<Login> {
    const verifier = this.verifiers.get(issuerOf(bearer));
    if (!verifier) throw new NotAuthenticated('iss');
    const { login, until } = await verifier.verify(bearer);
    this.verified.set(bearer, login, until);
    return login;
  }

  /**
   * The reference to a person. A person without a stored reference gets a random one, which is not stored. For a known
   * person, stores the name from the login.
   */
  private async personId({ fnr, navn }: Extract<Login, { kind: 'person' }>): Promise<PersonId> {
    if ((await this.persons.find(fnr)) === undefined) return randomUUID() as string as PersonId;
    return this.persons.identify({ fnr, ...(navn !== undefined && { navn }) });
  }
}

/** The issuer that a token claims. It only chooses who verifies the token. */
function issuerOf(token: string): unknown {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw new NotAuthenticated('JWT');
  }
}

/** The tolerance for clock differences, in seconds. */
const clockTolerance = 10;
/** Digdir signs with RSA. A symmetric algorithm among these would let anybody sign with the public key. */
const algorithms = ['RS256', 'RS384', 'RS512'];
/** The types of an access token (RFC 9068), and none. A `logout+jwt` is signed with the same key. */
const types = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** How Digdir names a virksomhet. Other authorities number theirs by other rules. */
const authority = 'iso6523-actorid-upis';
const iso6523 = '0192:';

/** The verifiers of the configured issuers. */
export const configuredIssuers = ({ tokenIssuers: { maskinporten, idporten }, plattform }: Pick<Config, 'tokenIssuers' | 'plattform'>, keys?: KeyOptions): readonly TokenVerifier[] => [
  verifierOf(maskinporten, '/.well-known/oauth-authorization-server', (claims) => systemOf(claims, maskinporten, plattform), keys),
  verifierOf(idporten, '/.well-known/openid-configuration', (claims) => personOf(claims, idporten), keys),
];

function verifierOf({ issuer, audience }: IssuerSettings, metadata: string, loginOf: (claims: JWTPayload) => Login, options?: KeyOptions): TokenVerifier {
  const keys = new IssuerKeys(issuer, metadata, options);
  return {
    issuer,
    async verify(token) {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => keys.find(requireKeyId(header), jws), {
          issuer,
          algorithms,
          clockTolerance,
          requiredClaims: ['exp', 'iat', 'scope', 'client_id', 'consumer'],
        });
        if (!types.includes(protectedHeader.typ?.toLowerCase())) throw new NotAuthenticated('typ');
        if (payload.iat! > Date.now() / 1000 + clockTolerance) throw new NotAuthenticated('iat');
        requireAudience(payload, audience);
        return { login: loginOf(payload), until: payload.exp! + clockTolerance };
      } catch (error) {
        if (error instanceof NotAuthenticated || error instanceof IdentityUnavailable) throw error;
        if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) throw new NotAuthenticated(error.claim);
        if (error instanceof errors.JOSEError) throw new NotAuthenticated(error.code);
        throw error;
      }
    },
  };
}

/** Without the id, another of the issuer's keys could be tried. */
function requireKeyId<H extends JWTHeaderParameters>(header: H): H {
  if (typeof header.kid !== 'string' || header.kid === '') throw new NotAuthenticated('kid');
  return header;
}

/**
 * A token that is restricted to an audience must be restricted to ours alone, because each audience can send it on to the
 * others. Maskinporten writes `unspecified` in those that are not restricted.
 */
function requireAudience({ aud }: JWTPayload, ours: string | undefined): void {
  const [first, ...more] = [aud ?? []].flat();
  if (more.length > 0 || (first === 'unspecified' ? undefined : first) !== ours) throw new NotAuthenticated('aud');
}

const scopesOf = ({ scope }: JWTPayload): readonly string[] => (typeof scope === 'string' ? scope.split(' ') : []);

function requireScope(claims: JWTPayload, { scope }: IssuerSettings): void {
  if (!scopesOf(claims).includes(scope)) throw new NotAuthenticated('scope');
}

/**
 * The system that a token of Maskinporten is for. The platform's operator has a scope of its own, which no supplier may use for
 * it. A `pid` counts for nothing, because that person has not logged in.
 */
function systemOf(claims: JWTPayload, settings: IssuerSettings, plattform: Config['plattform']): Login {
  const orgnr = virksomhetOf(claims, 'consumer');
  const leverandor = claims['supplier'] === undefined ? undefined : virksomhetOf(claims, 'supplier');
  if (plattform && orgnr === plattform.orgnr && leverandor === undefined && scopesOf(claims).includes(plattform.scope)) return { kind: 'plattform', id: orgnr };
  requireScope(claims, settings);
  return { kind: 'virksomhet', id: orgnr, ...(leverandor !== undefined && { leverandor }) };
}

/** The person who has logged in to ID-porten through a virksomhet's system. */
function personOf(claims: JWTPayload, settings: IssuerSettings): Login {
  const consumer = virksomhetOf(claims, 'consumer');
  requireScope(claims, settings);
  const innloggingsniva = levelOf(claims['acr']);
  if (innloggingsniva === undefined) throw new NotAuthenticated('acr');
  return { kind: 'person', fnr: fnrOf(claims['pid']), claimed: { innloggingsniva, consumer } };
}

function fnrOf(pid: unknown): Fodselsnummer {
  try {
    return fodselsnumre.parse(String(pid));
  } catch {
    throw new NotAuthenticated('pid');
  }
}

/** The orgnr in a claim that names a virksomhet. Rejects another authority, an ID in another form, and a wrong check digit. */
export function virksomhetOf(claims: Readonly<Record<string, unknown>>, name: 'consumer' | 'supplier'): Organisasjonsnummer {
  const { authority: named, ID: id } = (claims[name] ?? {}) as { readonly authority?: unknown; readonly ID?: unknown };
  const [, digits] = named === authority && typeof id === 'string' ? (/^0192:(\d{9})$/.exec(id) ?? []) : [];
  try {
    return parseOrganisasjonsnummer(digits ?? '');
  } catch {
    throw new NotAuthenticated(name);
  }
}

/** The claim that names a virksomhet, as Digdir writes it. */
export const virksomhetClaim = (orgnr: Organisasjonsnummer): object => ({ authority, ID: `${iso6523}${orgnr}` });
