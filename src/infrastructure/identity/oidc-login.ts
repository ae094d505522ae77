import { decodeJwt, importJWK, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { fodselsnumre } from '../../application/commands/fodselsnumre.js';
import { LoginFailed, PersonLogin, type Login } from '../../application/innlogging/person-login.js';
import type { Porten, Session } from '../../application/innlogging/sessions.js';
import type { Innloggingsniva } from '../../application/ports/actor.js';
import { IdentityUnavailable } from '../../application/ports/identity.js';
import type { PortenSettings } from '../config.js';
import type { SealedValues } from '../crypto/sealed-values.js';
import { IssuerKeys } from './issuer-keys.js';
import { levelOf } from './levels.js';

/** The tolerance for clock differences, in seconds. */
const clockTolerance = 10;
/** The longest that a person may take to log in, in ms. */
const pendingMs = 10 * 60_000;
/** The longest that an issuer may take to answer, in seconds. */
const timeout = 10;
/** The longest time from the issue of a logout token until it is used, in seconds. */
const logoutTokenAge = 120;
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** A login that has begun. The browser keeps it sealed. */
interface Pending {
  readonly porten: Porten;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly landing: string;
  readonly niva: Innloggingsniva;
  /** In ms since 1970. */
  readonly until: number;
}

interface OidcLoginOptions {
  /** The base URL of this service for browsers. */
  readonly publicUrl: string;
  readonly porter: Readonly<Partial<Record<Porten, PortenSettings>>>;
  /** Seals the logins that have begun. */
  readonly sealing: SealedValues;
  /** Calls the issuers. Default `fetch`. */
  readonly fetch?: typeof fetch;
  /** Whether claims are those of the operator of the platform. Default never. */
  readonly isPlatform?: (claims: Readonly<Record<string, unknown>>) => boolean;
}

/** An issuer, as its metadata describe it. */
interface Issuer {
  readonly settings: PortenSettings;
  readonly client: oidc.Configuration;
}

/** Logs persons in with OpenID Connect: authorization code with PKCE, pushed where the issuer takes it. */
export class OidcLogin extends PersonLogin {
  /** The issuers that have answered, by porten. Asked at the first login, because an issuer may be away when the service starts. */
  private readonly issuers = new Map<Porten, Promise<Issuer>>();
  /** The keys that the issuers sign logout tokens with. */
  private readonly keys = new Map<Porten, IssuerKeys>();

  constructor(private readonly options: OidcLoginOptions) {
    super();
  }

  get takesPlatform(): boolean {
    return this.options.isPlatform !== undefined;
  }

  async begin(porten: Porten, landing: string, niva: Innloggingsniva): Promise<{ readonly url: string; readonly pending: string }> {
    const { client, settings } = await this.issuer(porten, landing);
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    const acr = settings.acr.find((one) => (levelOf(one) ?? 0) >= niva) ?? settings.acr.at(-1);
    const parameters = {
      redirect_uri: this.callbackUrl,
      scope: 'openid profile',
      response_type: 'code',
      response_mode: 'query',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ui_locales: 'nb',
      ...(acr !== undefined && { acr_values: acr }),
      ...(settings.authorizationDetails && { authorization_details: JSON.stringify(settings.authorizationDetails) }),
    };
    const pushes = client.serverMetadata().pushed_authorization_request_endpoint !== undefined;
    const url = await this.asked(landing, 'IKKE_BEGYNT', async () => (pushes ? oidc.buildAuthorizationUrlWithPAR(client, parameters) : oidc.buildAuthorizationUrl(client, parameters)));
    const pending: Pending = { porten, verifier, state, nonce, landing, niva, until: Date.now() + pendingMs };
    return { url: url.href, pending: this.options.sealing.seal(pending) };
  }

  async finish(sealed: string | undefined, parameters: string): Promise<{ readonly login: Login; readonly landing: string }> {
    const pending = sealed === undefined ? undefined : (this.options.sealing.open(sealed) as Pending | undefined);
    const returned = new URLSearchParams(parameters);
    if (!pending || pending.until <= Date.now() || returned.get('state') !== pending.state) throw new LoginFailed('UKJENT_INNLOGGING');
    const { porten, landing, niva, verifier, state, nonce } = pending;
    const { client, settings } = await this.issuer(porten, landing);
    const { issuer } = client.serverMetadata();
    // Ansattporten does not say in its metadata that it returns its name, and does. ID-porten may leave it out.
    const named = returned.get('iss');
    if (named === null ? porten === 'ansattporten' : named !== issuer) throw rejected(landing, 'iss');
    const error = returned.get('error');
    if (error !== null) throw error === 'access_denied' ? new LoginFailed('AVBRUTT', landing) : new LoginFailed(outages.has(error) ? 'SVARER_IKKE' : 'AVVIST', landing, { cause: oauthErrors.has(error) ? error : 'error' });
    const tokens = await this.asked(landing, 'AVVIST', () =>
      oidc.authorizationCodeGrant(client, new URL(`${this.callbackUrl}?${parameters}`), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }),
    );
    const claims = tokens.claims()!;
    if (claims.iat > Date.now() / 1000 + clockTolerance) throw rejected(landing, 'iat');
    if (Array.isArray(claims.aud) && claims.aud.length !== 1) throw rejected(landing, 'aud');
    const innloggingsniva = levelOf(claims.acr);
    if (innloggingsniva === undefined || innloggingsniva < niva) throw rejected(landing, 'acr');
    const login = { porten, issuer: settings.issuer, ...(typeof claims.sid === 'string' && { sid: claims.sid }) };
    if (this.options.isPlatform?.(claims)) return { login, landing };
    const fnr = fnrOf(claims.pid) ?? refuseWithout(landing);
    const navn = typeof claims.name === 'string' && claims.name !== '' ? { navn: claims.name } : {};
    return { login: { ...login, person: { fnr, ...navn, innloggingsniva } }, landing };
  }

  async logoutUrl({ porten }: Session): Promise<string | undefined> {
    try {
      const { client, settings } = await this.issuer(porten);
      if (client.serverMetadata().end_session_endpoint === undefined) return undefined;
      // By client_id instead of id_token_hint, because the id_token has the fødselsnummer, and addresses end up in logs.
      return oidc.buildEndSessionUrl(client, { client_id: settings.clientId, post_logout_redirect_uri: `${this.options.publicUrl}/` }).href;
    } catch (error) {
      if (error instanceof LoginFailed) return undefined;
      throw error;
    }
  }

  async ended(logoutToken: string): Promise<{ readonly issuer: string; readonly sid: string }> {
    const { porten, settings } = this.portenOf(logoutToken) ?? refuseToken('iss');
    const { payload } = await jwtVerify(logoutToken, this.keysOf(porten, settings).find, {
      issuer: settings.issuer,
      audience: settings.clientId,
      algorithms: ['RS256'],
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'jti', 'sid', 'events'],
      maxTokenAge: logoutTokenAge,
      clockTolerance,
    }).catch((error: unknown) => {
      if (error instanceof IdentityUnavailable) throw new LoginFailed('SVARER_IKKE', undefined, { cause: codeOf(error) });
      return refuseToken(codeOf(error));
    });
    const { sid, events, nonce } = payload;
    if (typeof sid !== 'string' || nonce !== undefined || typeof events !== 'object' || !Object.hasOwn(events as object, logoutEvent)) return refuseToken('claims');
    return { issuer: settings.issuer, sid };
  }

  private get callbackUrl(): string {
    return `${this.options.publicUrl}/innlogging/tilbake`;
  }

  /** The porten whose issuer a token says that it is from. */
  private portenOf(token: string): { readonly porten: Porten; readonly settings: PortenSettings } | undefined {
    try {
      const { iss } = decodeJwt(token);
      const found = (Object.entries(this.options.porter) as [Porten, PortenSettings][]).find(([, { issuer }]) => issuer === iss);
      return found && { porten: found[0], settings: found[1] };
    } catch {
      return undefined;
    }
  }

  private keysOf(porten: Porten, { issuer }: PortenSettings): IssuerKeys {
    const known = this.keys.get(porten) ?? new IssuerKeys(issuer, '/.well-known/openid-configuration', this.options.fetch && { fetch: this.options.fetch });
    this.keys.set(porten, known);
    return known;
  }

  private async issuer(porten: Porten, landing?: string): Promise<Issuer> {
    const settings = this.options.porter[porten];
    if (!settings) throw new LoginFailed('IKKE_SATT_OPP', landing);
    const known = this.issuers.get(porten) ?? this.discover(settings);
    this.issuers.set(porten, known);
    return known.catch((error: unknown) => {
      // The next login asks again.
      if (this.issuers.get(porten) === known) this.issuers.delete(porten);
      throw new LoginFailed('SVARER_IKKE', landing, { cause: codeOf(error) });
    });
  }

  private async discover(settings: PortenSettings): Promise<Issuer> {
    const key = await importJWK(settings.key, settings.key.alg ?? 'RS256');
    const call = this.options.fetch;
    const client = await oidc.discovery(
      new URL(settings.issuer),
      settings.clientId,
      { [oidc.clockTolerance]: clockTolerance },
      oidc.PrivateKeyJwt({ key: key as oidc.CryptoKey, ...(settings.key.kid !== undefined && { kid: settings.key.kid }) }),
      {
        timeout,
        // Only settings for development name an issuer without TLS. The function is marked as deprecated to be seen.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        execute: [oidc.enableNonRepudiationChecks, ...(settings.issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [])],
        ...(call && { [oidc.customFetch]: call as oidc.CustomFetch }),
      },
    );
    return { settings, client };
  }

  /** Turns an error of an issuer into `LoginFailed`, whose cause is a code only, because the error may have claims in it. */
  private async asked<T>(landing: string | undefined, refused: 'IKKE_BEGYNT' | 'AVVIST', question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      const code = errorOf(error) ?? codeOf(error);
      throw new LoginFailed(outages.has(code) ? 'SVARER_IKKE' : refused, landing, { cause: code });
    }
  }
}

/** The codes of errors of an issuer that does not answer, or answers with an error of its own. */
const outages: ReadonlySet<string> = new Set(['TypeError', 'TimeoutError', 'AbortError', 'OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'server_error', 'temporarily_unavailable']);
/** The errors of RFC 6749, RFC 9126 and OpenID Connect. An issuer may write anything else, so only these are logged. */
const oauthErrors: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'invalid_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
  'invalid_authorization_details',
]);

/** The error that an issuer has answered with, when it is one that is known. */
function errorOf(thrown: unknown): string | undefined {
  const { error } = (thrown ?? {}) as { readonly error?: unknown };
  return typeof error === 'string' && oauthErrors.has(error) ? error : undefined;
}

/** A code for an error, which is safe in the log: its code, or the name of its class. */
function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'ukjent';
}

function fnrOf(pid: unknown) {
  try {
    return fodselsnumre.parse(String(pid));
  } catch {
    return undefined;
  }
}

const rejected = (landing: string, cause: string) => new LoginFailed('AVVIST', landing, { cause });

/** Refuses a login without a fødselsnummer, such as with Entra ID. */
function refuseWithout(landing: string): never {
  throw rejected(landing, 'pid');
}

function refuseToken(cause: string): never {
  throw new LoginFailed('AVVIST', undefined, { cause });
}
