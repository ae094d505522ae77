import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { fodselsnumre } from '../../src/application/commands/fodselsnumre.js';
import { LoginFailed } from '../../src/application/innlogging/person-login.js';
import type { Porten } from '../../src/application/innlogging/sessions.js';
import type { PortenSettings } from '../../src/infrastructure/config.js';
import { SealedValues } from '../../src/infrastructure/crypto/sealed-values.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { OidcLogin } from '../../src/infrastructure/identity/oidc-login.js';

fodselsnumre.acceptSynthetic(true);
afterEach(() => { jest.restoreAllMocks(); });

const fnr = syntheticFnr('kari');
const publicUrl = 'https://min.kommune.test';
const [signing, foreign, client] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256'), generateKeyPair('RS256', { extractable: true })]);
const key = { ...(await exportJWK(client.privateKey)), kid: 'klient', alg: 'RS256' };
const jwks = { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'utsteder', alg: 'RS256', use: 'sig' }] };
const publicPem = await exportSPKI(signing.publicKey);
const issuers: Readonly<Record<Porten, string>> = { idporten: 'https://idporten.test', ansattporten: 'https://ansattporten.test' };
const settings = (porten: Porten, acr: readonly string[]): PortenSettings => ({ issuer: issuers[porten], clientId: 'min-kommune', key, acr });
const now = () => Math.floor(Date.now() / 1000);

/** An issuer that answers what the spec says, and tells what it was asked. */
class FakeIssuer {
  readonly asked: { readonly path: string; readonly body: URLSearchParams }[] = [];
  private readonly codes = new Set<string>();
  /** The parameters of the login that has begun. */
  pushed = new URLSearchParams();
  metadata: Readonly<Record<string, unknown>> = {};
  /** Makes the id_token of the next answer. */
  idToken: () => Promise<string> = () => token({ iss: this.name, ...(this.name === issuers.ansattporten && { acr: 'high' }) }, this.pushed);
  /** The name of the issuer that is being played. */
  private name = '';
  down = false;
  /** The error that it answers a pushed request with. */
  pushError: string | undefined;

  readonly fetch = (async (target: Parameters<typeof fetch>[0], { body }: RequestInit = {}): Promise<Response> => {
    const url = new URL(target instanceof Request ? target.url : target);
    if (this.down) throw new TypeError('fetch failed');
    const form = new URLSearchParams(body instanceof URLSearchParams ? body : typeof body === 'string' ? body : '');
    this.asked.push({ path: url.pathname, body: form });
    const issuer = url.origin;
    this.name = issuer;
    const json = (answer: object, status = 200) => Response.json(answer, { status });
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          pushed_authorization_request_endpoint: `${issuer}/par`,
          end_session_endpoint: `${issuer}/logout`,
          jwks_uri: `${issuer}/jwks.json`,
          id_token_signing_alg_values_supported: ['RS256'],
          ...this.metadata,
        });
      case '/par':
        this.pushed = form;
        if (this.pushError !== undefined) return json({ error: this.pushError, error_description: fnr }, 400);
        return json({ request_uri: 'urn:example:1', expires_in: 60 }, 201);
      case '/jwks.json':
        return json(jwks);
      case '/token': {
        const code = form.get('code')!;
        if (this.codes.has(code)) return json({ error: 'invalid_grant' }, 400);
        this.codes.add(code);
        return json({ access_token: 'a', token_type: 'Bearer', id_token: await this.idToken() });
      }
      default:
        return json({}, 404);
    }
  }) satisfies typeof fetch;
}

const iss = issuers.idporten;
/** An id_token for the login that was pushed, with other claims where the spec says so. */
async function token(over: Readonly<Record<string, unknown>>, pushed: URLSearchParams, sign: { readonly key?: CryptoKey | Uint8Array; readonly alg?: string; readonly kid?: string; readonly typ?: string } = {}): Promise<string> {
  const claims: Readonly<Record<string, unknown>> = { iss, aud: 'min-kommune', sub: 'paret', sid: 'okt-1', nonce: pushed.get('nonce'), pid: fnr, acr: 'idporten-loa-high', iat: now(), exp: now() + 120, ...over };
  const kept = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return new SignJWT(kept).setProtectedHeader({ alg: sign.alg ?? 'RS256', kid: sign.kid ?? 'utsteder', ...(sign.typ !== undefined && { typ: sign.typ }) }).sign(sign.key ?? signing.privateKey);
}

const sealing = new SealedValues(randomBytes(32), 'innlogging');
function open(issuer = new FakeIssuer(), acr: readonly string[] = ['idporten-loa-substantial', 'idporten-loa-high']) {
  const login = new OidcLogin({ publicUrl, porter: { idporten: settings('idporten', acr), ansattporten: settings('ansattporten', ['substantial', 'high']) }, sealing, fetch: issuer.fetch });
  return { issuer, login };
}

/** Begins a login, and comes back with these parameters beside the code and the state. */
interface Round {
  readonly porten?: Porten;
  readonly niva?: 3 | 4;
  readonly back?: Readonly<Record<string, string | undefined>>;
  readonly pending?: (sealed: string) => string | undefined;
}
async function round({ issuer, login } = open(), { porten = 'idporten', niva = 3, back = {}, pending = (sealed) => sealed }: Round = {}) {
  const begun = await login.begin(porten, '/min-side', niva);
  const parameters = new URLSearchParams({ code: 'kode', state: issuer.pushed.get('state')! });
  for (const [name, value] of Object.entries(back))
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  return login.finish(pending(begun.pending), parameters.toString());
}
const faultOf = (work: Promise<unknown>) => work.then(() => 'let in', (error: unknown) => {
    if (error instanceof LoginFailed) return error.fault;
    throw error;
  });

describe('A login', () => {
  it('asks for a code, by a pushed request, with PKCE, state and nonce, and signs as the client', async () => {
    const { issuer, login } = open();
    const { url, pending } = await login.begin('idporten', '/min-side', 3);
    expect(url).toBe(`${iss}/authorize?request_uri=urn%3Aexample%3A1&client_id=min-kommune`);
    const { state, nonce, code_challenge: challenge, client_assertion: assertion, ...rest } = Object.fromEntries(issuer.pushed);
    for (const random of [state, nonce, challenge]) expect(random).toMatch(/^[\w-]{43}$/);
    expect(rest).toMatchObject({ client_id: 'min-kommune', redirect_uri: `${publicUrl}/innlogging/tilbake`, scope: 'openid profile', response_type: 'code', response_mode: 'query', code_challenge_method: 'S256', acr_values: 'idporten-loa-substantial', ui_locales: 'nb' });
    expect(assertion!.split('.')).toHaveLength(3);
    // The browser keeps nothing that it can read.
    expect(pending).toMatch(/^[\w-]+$/);
    for (const secret of [state!, nonce!, 'min-side']) expect(Buffer.from(pending, 'base64url').toString('latin1')).not.toContain(secret);
  });

  it('ends with the person, her level, and the name of the session at the issuer', async () => {
    expect(await round()).toEqual({ login: { porten: 'idporten', issuer: iss, sid: 'okt-1', person: { fnr, innloggingsniva: 4 } }, landing: '/min-side' });
  });

  it('sends the verifier of the challenge, and its own address, whatever the browser called', async () => {
    const { issuer, login } = open();
    await round({ issuer, login });
    const { body } = issuer.asked.find(({ path }) => path === '/token')!;
    expect(body.get('redirect_uri')).toBe(`${publicUrl}/innlogging/tilbake`);
    expect(body.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });

  it.each<[asked: 3 | 4, acr: string]>([
    [3, 'idporten-loa-substantial'],
    [4, 'idporten-loa-high'],
  ])('asks for level %i as %s', async (niva, acr) => {
    const { issuer, login } = open();
    await login.begin('idporten', '/', niva);
    expect(issuer.pushed.get('acr_values')).toBe(acr);
  });

  it('goes without a pushed request where the issuer takes none', async () => {
    const issuer = new FakeIssuer();
    issuer.metadata = { pushed_authorization_request_endpoint: undefined };
    const { url } = await open(issuer).login.begin('idporten', '/', 3);
    expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');
  });

  it.each<[acr: string, niva: number]>([
    ['idporten-loa-substantial', 3],
    ['eidas-loa-substantial', 3],
    ['substantial', 3],
    ['idporten-loa-high', 4],
    ['eidas-loa-high', 4],
    ['high', 4],
  ])('at %s is at level %i', async (acr, niva) => {
    const { issuer, login } = open();
    issuer.idToken = () => token({ acr }, issuer.pushed);
    expect((await round({ issuer, login })).login.person).toMatchObject({ innloggingsniva: niva });
  });

  it('takes the name that the issuer gives', async () => {
    const { issuer, login } = open();
    issuer.idToken = () => token({ name: 'Kari Nordmann' }, issuer.pushed);
    expect((await round({ issuer, login })).login.person).toMatchObject({ navn: 'Kari Nordmann' });
  });
});

type Make = (pushed: URLSearchParams) => Promise<string>;
const unsigned: Make = async (pushed) => {
  const [, body] = (await token({}, pushed)).split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
};
const refusedTokens: readonly (readonly [name: string, make: Make])[] = [
  ['signed by another key', (pushed) => token({}, pushed, { key: foreign.privateKey })],
  ['that names a key that the issuer does not have', (pushed) => token({}, pushed, { kid: 'ukjent' })],
  ['without a signature', unsigned],
  ['signed with the public key as a secret (HS256)', (pushed) => token({}, pushed, { alg: 'HS256', key: Buffer.from(publicPem) })],
  ['of another issuer', (pushed) => token({ iss: 'https://evil.test' }, pushed)],
  ['of the other porten', (pushed) => token({ iss: issuers.ansattporten }, pushed)],
  ['for another client', (pushed) => token({ aud: 'en-annen' }, pushed)],
  ['for two clients', (pushed) => token({ aud: ['min-kommune', 'en-annen'] }, pushed)],
  ['for two clients, with this one as the authorized party', (pushed) => token({ aud: ['min-kommune', 'en-annen'], azp: 'min-kommune' }, pushed)],
  ['with the nonce of another login', (pushed) => token({ nonce: 'n'.repeat(43) }, pushed)],
  ['without a nonce', (pushed) => token({ nonce: undefined }, pushed)],
  ['that has expired', (pushed) => token({ exp: now() - 60 }, pushed)],
  ['without an expiry', (pushed) => token({ exp: undefined }, pushed)],
  ['from the future', (pushed) => token({ iat: now() + 3600, exp: now() + 7200 }, pushed)],
  ['without a level', (pushed) => token({ acr: undefined }, pushed)],
  ['at a low level', (pushed) => token({ acr: 'idporten-loa-low' }, pushed)],
  ['at a level that is registered by the person herself', (pushed) => token({ acr: 'selfregistered-email' }, pushed)],
  ['at a level that objects have by birth', (pushed) => token({ acr: 'toString' }, pushed)],
  ['without a fødselsnummer', (pushed) => token({ pid: undefined }, pushed)],
  ['with a wrong fødselsnummer', (pushed) => token({ pid: '12345678901' }, pushed)],
  ['that claims to be the platform', (pushed) => token({ pid: undefined, rolle: 'PLATTFORM' }, pushed)],
  ['that is no token', () => Promise.resolve('tull')],
];

describe('An id_token is refused', () => {
  it.each(refusedTokens)('%s', async (_, make) => {
    const { issuer, login } = open();
    issuer.idToken = () => make(issuer.pushed);
    expect(await faultOf(round({ issuer, login }))).toBe('AVVIST');
  });

  it('at level 3 when level 4 was asked for', async () => {
    const { issuer, login } = open();
    issuer.idToken = () => token({ acr: 'idporten-loa-substantial' }, issuer.pushed);
    expect(await faultOf(round({ issuer, login }, { niva: 4 }))).toBe('AVVIST');
  });

  it('and the cause, which is logged, has nothing of it', async () => {
    for (const [, make] of refusedTokens) {
      const { issuer, login } = open();
      issuer.idToken = () => make(issuer.pushed);
      const error = await round({ issuer, login }).catch((thrown: unknown) => thrown as LoginFailed);
      expect((error as LoginFailed).cause).toEqual(expect.stringMatching(/^[\w.]+$/));
    }
  });
});

const other = open();
const otherPending = (await other.login.begin('idporten', '/', 3)).pending;
const ansattPending = (await other.login.begin('ansattporten', '/', 3)).pending;
describe('A return is refused', () => {
  it.each<[name: string, options: Round, fault: string]>([
    ['without the cookie of the login', { pending: () => undefined }, 'UKJENT_INNLOGGING'],
    ['with the cookie of another login', { pending: () => otherPending }, 'UKJENT_INNLOGGING'],
    ['with the cookie of a login at the other porten', { pending: () => ansattPending }, 'UKJENT_INNLOGGING'],
    ['with a cookie that somebody has changed', { pending: (sealed) => `A${sealed.slice(1)}` }, 'UKJENT_INNLOGGING'],
    ['with a cookie that somebody has made', { pending: () => new SealedValues(randomBytes(32), 'innlogging').seal({ state: 'x' }) }, 'UKJENT_INNLOGGING'],
    ['without a state', { back: { state: undefined } }, 'UKJENT_INNLOGGING'],
    ['with another state', { back: { state: 's'.repeat(43) } }, 'UKJENT_INNLOGGING'],
    ['from another issuer', { back: { iss: 'https://evil.test' } }, 'AVVIST'],
    ['from the other porten', { back: { iss: issuers.ansattporten } }, 'AVVIST'],
    ['without a code', { back: { code: undefined } }, 'AVVIST'],
    ['with an error', { back: { code: undefined, error: 'invalid_request' } }, 'AVVIST'],
    ['with an error of the issuer’s own', { back: { code: undefined, error: 'server_error' } }, 'SVARER_IKKE'],
    ['when the issuer is away for a while', { back: { code: undefined, error: 'temporarily_unavailable' } }, 'SVARER_IKKE'],
    ['when the person broke off', { back: { code: undefined, error: 'access_denied' } }, 'AVBRUTT'],
    ['from Ansattporten when it does not say its name', { porten: 'ansattporten' }, 'AVVIST'],
  ])('%s', async (_, options, fault) => {
    expect(await faultOf(round(open(), options))).toBe(fault);
  });

  it('with two states', async () => {
    const { issuer, login } = open();
    const { pending } = await login.begin('idporten', '/', 3);
    const state = issuer.pushed.get('state')!;
    expect(await faultOf(login.finish(pending, `code=kode&state=${state}&state=${state}`))).toBe('AVVIST');
  });

  it('with a code that has been used', async () => {
    const { issuer, login } = open();
    const { pending } = await login.begin('idporten', '/', 3);
    const parameters = `code=kode&state=${issuer.pushed.get('state')!}`;
    await login.finish(pending, parameters);
    expect(await faultOf(login.finish(pending, parameters))).toBe('AVVIST');
  });

  it('ten minutes after the login began', async () => {
    const { issuer, login } = open();
    const { pending } = await login.begin('idporten', '/', 3);
    const later = Date.now() + 10 * 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(await faultOf(login.finish(pending, `code=kode&state=${issuer.pushed.get('state')!}`))).toBe('UKJENT_INNLOGGING');
  });

  it('with an address of the issuer in it, which the callback does not follow', async () => {
    const { issuer, login } = open();
    await round({ issuer, login }, { back: { redirect_uri: 'https://evil.test/', iss } });
    expect(issuer.asked.find(({ path }) => path === '/token')!.body.get('redirect_uri')).toBe(`${publicUrl}/innlogging/tilbake`);
  });
});

describe('An issuer', () => {
  it('that is not set up lets nobody begin', async () => {
    const login = new OidcLogin({ publicUrl, porter: {}, sealing });
    expect(await faultOf(login.begin('idporten', '/', 3))).toBe('IKKE_SATT_OPP');
  });

  it('that is down lets nobody begin, and everybody when it is back', async () => {
    const { issuer, login } = open();
    issuer.down = true;
    expect(await faultOf(login.begin('idporten', '/', 3))).toBe('SVARER_IKKE');
    issuer.down = false;
    expect(await faultOf(login.begin('idporten', '/', 3))).toBe('let in');
    issuer.down = true;
    expect(await faultOf(login.begin('idporten', '/', 3))).toBe('SVARER_IKKE');
  });

  it.each([
    ['invalid_client', 'IKKE_BEGYNT', 'invalid_client'],
    ['invalid_authorization_details', 'IKKE_BEGYNT', 'invalid_authorization_details'],
    ['server_error', 'SVARER_IKKE', 'server_error'],
    [String(fnr), 'IKKE_BEGYNT', 'OAUTH_RESPONSE_BODY_ERROR'],
  ])('that answers %s to the request lets nobody begin, which is not the person’s fault', async (pushError, fault, cause) => {
    const { issuer, login } = open();
    issuer.pushError = pushError;
    expect(await login.begin('idporten', '/', 3).catch((error: unknown) => error)).toMatchObject({ fault, cause });
  });

  it('names its error in the return only when it is a known one', async () => {
    for (const [error, cause] of [['invalid_scope', 'invalid_scope'], [fnr, 'error']])
      expect(await round(open(), { back: { code: undefined, error } }).catch((thrown: unknown) => thrown)).toMatchObject({ fault: 'AVVIST', cause });
  });

  it('that calls itself by another name is not used', async () => {
    const issuer = new FakeIssuer();
    issuer.metadata = { issuer: 'https://evil.test' };
    expect(await faultOf(open(issuer).login.begin('idporten', '/', 3))).toBe('SVARER_IKKE');
  });

  it('of Ansattporten lets in with its own name in the return', async () => {
    const { issuer, login } = open();
    expect((await round({ issuer, login }, { porten: 'ansattporten', back: { iss: issuers.ansattporten } })).login).toMatchObject({ porten: 'ansattporten', issuer: issuers.ansattporten });
  });

  it('is asked to log out by the name of the client, because an id_token in the address would tell the fødselsnummer', async () => {
    const { login } = open();
    const url = new URL((await login.logoutUrl({ porten: 'idporten', issuer: iss }))!);
    expect([url.origin + url.pathname, Object.fromEntries(url.searchParams)]).toEqual([`${iss}/logout`, { client_id: 'min-kommune', post_logout_redirect_uri: `${publicUrl}/` }]);
  });

  it('that is down does not keep anybody logged in here', async () => {
    const { issuer, login } = open();
    issuer.down = true;
    expect(await login.logoutUrl({ porten: 'idporten', issuer: iss })).toBeUndefined();
  });
});

const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const logout = (over: Readonly<Record<string, unknown>> = {}, sign: Parameters<typeof token>[2] = {}) =>
  token({ events: event, jti: 'en', nonce: undefined, pid: undefined, acr: undefined, exp: undefined, ...over }, new URLSearchParams(), { typ: 'logout+jwt', ...sign });

describe('A logout token', () => {
  it('names the session that has ended', async () => {
    expect(await open().login.ended(await logout())).toEqual({ issuer: iss, sid: 'okt-1' });
  });

  it('that cannot be checked, because the issuer is down, is not refused', async () => {
    const { issuer, login } = open();
    issuer.down = true;
    expect(await faultOf(login.ended(await logout()))).toBe('SVARER_IKKE');
    // The metadata answer, and the keys do not.
    const half = open();
    await half.login.begin('idporten', '/', 3);
    half.issuer.down = true;
    expect(await faultOf(half.login.ended(await logout()))).toBe('SVARER_IKKE');
  });

  it.each<[name: string, make: () => Promise<string>]>([
    ['signed by another key', () => logout({}, { key: foreign.privateKey })],
    ['signed with the public key as a secret', () => logout({}, { alg: 'HS256', key: Buffer.from(publicPem) })],
    ['of an unknown issuer', () => logout({ iss: 'https://evil.test' })],
    ['of the other porten with this one’s key for another client', () => logout({ aud: 'en-annen' })],
    ['that is an id_token', () => logout({}, { typ: 'JWT' })],
    ['without a type', () => token({ events: event, jti: 'en', nonce: undefined }, new URLSearchParams())],
    ['with a nonce, which an id_token has', () => logout({ nonce: 'n' })],
    ['without a session', () => logout({ sid: undefined })],
    ['without the event', () => logout({ events: { annet: {} } })],
    ['without events', () => logout({ events: undefined })],
    ['without an id', () => logout({ jti: undefined })],
    ['from long ago', () => logout({ iat: now() - 600 })],
    ['from the future', () => logout({ iat: now() + 600 })],
    ['that has expired', () => logout({ exp: now() - 60 })],
    ['that is none', () => Promise.resolve('tull')],
    ['that is empty', () => Promise.resolve('')],
  ])('%s ends nothing', async (_, make) => {
    expect(await faultOf(open().login.ended(await make()))).toBe('AVVIST');
  });
});
