import { exportSPKI, generateKeyPair, importJWK, UnsecuredJWT, type CryptoKey } from 'jose';
import { randomBytes } from 'node:crypto';
import { fodselsnumre } from '../../src/application/commands/fodselsnumre.js';
import { IdentityUnavailable, NotAuthenticated } from '../../src/application/ports/identity.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { AccessTokens, configuredIssuers } from '../../src/infrastructure/identity/access-tokens.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { IssuerDouble, type Made } from '../support/issuer.js';

const seconds = () => Math.floor(Date.now() / 1000);
const orgnr = { authority: 'iso6523-actorid-upis', ID: '0192:910753614' };
const other = { authority: 'iso6523-actorid-upis', ID: '0192:964338531' };

let maskinporten: IssuerDouble;
let idporten: IssuerDouble;
beforeAll(async () => {
  fodselsnumre.acceptSynthetic(true);
  [maskinporten, idporten] = [await IssuerDouble.start('maskinporten'), await IssuerDouble.start('idporten')];
});
afterAll(async () => {
  await maskinporten.stop();
  await idporten.stop();
});

/** The service's identity, with a clock for its keys that the spec moves. */
function identityOf(settings: Readonly<Record<string, string>> = {}, times: { readonly timeout?: number } = {}) {
  const clock = { ms: 0 };
  const config = readConfig({ MASKINPORTEN_ISSUER: maskinporten.issuer, IDPORTEN_ISSUER: idporten.issuer, PLATTFORM_ORGNR: '910753614', PLATTFORM_SCOPE: 'ks:plattform', ...settings });
  const persons = new MemoryPersons();
  const identity = new AccessTokens(configuredIssuers(config, { now: () => clock.ms, ...times }), persons);
  return { identity, persons, clock, pass: (ms: number) => { clock.ms += ms; } };
}

const withHeader = (token: string, header: object) => [Buffer.from(JSON.stringify(header)).toString('base64url'), ...token.split('.').slice(1)].join('.');

/** Expects a refusal with the text of KS Fiks, and the reason for the operator. */
async function expectRefused(asked: Promise<unknown>, grunn: string): Promise<void> {
  const refused = await asked.then(
    (actor) => actor,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(NotAuthenticated);
  expect(refused).toMatchObject({ message: 'Klarte ikke å validere access_token', grunn });
}

describe('A token of Maskinporten', () => {
  const made = (one: Made = {}) => maskinporten.token(one);

  it('is the virksomhet’s that is its consumer', async () => {
    expect(await identityOf().identity.authenticate(await made())).toEqual({ kind: 'virksomhet', id: '910753614' });
  });

  it.each<[string, Made]>([
    ['with several scopes', { claims: { scope: 'annet:scope ks:fiks' } }],
    ['of the type JWT', { header: { typ: 'JWT' } }],
    ['of the type at+jwt', { header: { typ: 'at+jwt' } }],
    ['whose audience is unspecified', { claims: { aud: 'unspecified' } }],
    ['from a clock that is nine seconds ahead', { claims: { iat: seconds() + 9 } }],
    ['that a person is named in, who has not logged in', { claims: { pid: '12818510088', acr: 'idporten-loa-high' } }],
  ])('is accepted %s', async (_, one) => {
    expect(await identityOf().identity.authenticate(await made(one))).toEqual({ kind: 'virksomhet', id: '910753614' });
  });

  it('tells of the supplier that has fetched it on the virksomhet’s behalf', async () => {
    const token = await made({ claims: { supplier: other, delegation_source: 'https://www.altinn.no/' } });
    expect(await identityOf().identity.authenticate(token)).toEqual({ kind: 'virksomhet', id: '910753614', leverandor: '964338531' });
  });

  it('is the platform’s with its consumer and its scope together', async () => {
    const { identity } = identityOf();
    expect(await identity.authenticate(await made({ claims: { scope: 'ks:plattform' } }))).toEqual({ kind: 'plattform', id: '910753614' });
    expect(await identity.authenticate(await made())).toMatchObject({ kind: 'virksomhet' });
  });

  const foreign = generateKeyPair('RS256').then(({ privateKey }) => privateKey);
  const noClaim = (name: string): Made => ({ claims: { [name]: undefined } });
  it.each<[string, Made | (() => Promise<string> | string), grunn: string]>([
    ['of an issuer that nobody has configured', { claims: { iss: 'https://ver2.maskinporten.no/' } }, 'iss'],
    ['of an issuer with the slash left out', () => made({ claims: { iss: maskinporten.issuer.slice(0, -1) } }), 'iss'],
    ['without an issuer', noClaim('iss'), 'iss'],
    ['that says it needs no signature', () => new UnsecuredJWT({ iss: maskinporten.issuer, scope: 'ks:fiks', consumer: orgnr, client_id: 'x' }).setIssuedAt().setExpirationTime('1m').encode(), 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['with its signature cut off', async () => `${(await made()).split('.').slice(0, 2).join('.')}.`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['that is signed with the public key as a secret', async () => made({ header: { alg: 'HS256' }, key: Buffer.from(await publicPem()) }), 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['of a symmetric key', () => made({ header: { alg: 'HS256' }, key: randomBytes(32) }), 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['of another kind of signature', async () => made({ header: { alg: 'PS256' }, key: (await generateKeyPair('PS256')).privateKey }), 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['that another key has signed', async () => made({ key: await foreign }), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['without a key id', { header: { kid: undefined } as never }, 'kid'],
    ['with an empty key id', { header: { kid: '' } }, 'kid'],
    ['of a key that was never published', { header: { kid: 'ukjent' } }, 'ERR_JWKS_NO_MATCHING_KEY'],
    ['that brings its own key', async () => made({ header: { kid: 'ukjent', jwk: maskinporten.published.get('nøkkel-1')! } }), 'ERR_JWKS_NO_MATCHING_KEY'],
    ['whose key is to be fetched from elsewhere', async () => made({ header: { jku: 'http://127.0.0.1:1/jwk' }, key: await foreign }), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['with a critical header that nobody here knows', async () => withHeader(await made(), { alg: 'RS256', kid: 'nøkkel-1', crit: ['ny'], ny: true }), 'ERR_JOSE_NOT_SUPPORTED'],
    ['that is a logout token', { header: { typ: 'logout+jwt' } }, 'typ'],
    ['of an unknown type', { header: { typ: 'dpop+jwt' } }, 'typ'],
    ['that has expired', { claims: { iat: seconds() - 200, exp: seconds() - 11 } }, 'exp'],
    ['that never expires', noClaim('exp'), 'exp'],
    ['that expires in words', { claims: { exp: 'i morgen' } }, 'exp'],
    ['that was issued in the future', { claims: { iat: seconds() + 3600, exp: seconds() + 7200 } }, 'iat'],
    ['that does not say when it was issued', noClaim('iat'), 'iat'],
    ['that is not yet valid', { claims: { nbf: seconds() + 60 } }, 'nbf'],
    ['for another API', { claims: { aud: 'https://annet.api.no' } }, 'aud'],
    ['for two audiences', { claims: { aud: ['unspecified', 'https://annet.api.no'] } }, 'aud'],
    ['without a scope', noClaim('scope'), 'scope'],
    ['with another scope', { claims: { scope: 'annet:scope' } }, 'scope'],
    ['with a scope that begins alike', { claims: { scope: 'ks:fiksplattform' } }, 'scope'],
    ['with scopes in a list', { claims: { scope: ['ks:fiks'] } }, 'scope'],
    ['without a client', noClaim('client_id'), 'client_id'],
    ['without a consumer', noClaim('consumer'), 'consumer'],
    ['whose consumer is a text', { claims: { consumer: '0192:910753614' } }, 'consumer'],
    ['whose consumer is null', { claims: { consumer: null } }, 'consumer'],
    ['whose consumer another authority has numbered', { claims: { consumer: { authority: 'etsi-en-319-412', ID: 'NTRNO-910753614' } } }, 'consumer'],
    ['whose consumer has the right form and another authority', { claims: { consumer: { ...orgnr, authority: 'etsi-en-319-412' } } }, 'consumer'],
    ['whose consumer has no authority', { claims: { consumer: { ID: orgnr.ID } } }, 'consumer'],
    ['whose consumer has another prefix', { claims: { consumer: { ...orgnr, ID: '0007:910753614' } } }, 'consumer'],
    ['whose consumer has no prefix', { claims: { consumer: { ...orgnr, ID: '910753614' } } }, 'consumer'],
    ['whose consumer has a part too many', { claims: { consumer: { ...orgnr, ID: '0192:910753614:1' } } }, 'consumer'],
    ['whose consumer has a wrong check digit', { claims: { consumer: { ...orgnr, ID: '0192:910753615' } } }, 'consumer'],
    ['whose consumer has a digit too few', { claims: { consumer: { ...orgnr, ID: '0192:91075361' } } }, 'consumer'],
    ['whose supplier is no virksomhet', { claims: { supplier: { ...orgnr, ID: '0192:910753615' } } }, 'supplier'],
    ['whose supplier another authority has numbered', { claims: { supplier: { ...orgnr, authority: 'etsi-en-319-412' } } }, 'supplier'],
    ['of the platform’s scope and another consumer', { claims: { scope: 'ks:plattform', consumer: other } }, 'scope'],
    ['of the platform’s scope that a supplier has fetched', { claims: { scope: 'ks:plattform', supplier: other } }, 'scope'],
    ['in which the platform is only named', { claims: { rolle: 'PLATTFORM', scope: 'annet' } }, 'scope'],
    ['that is no token', () => 'tull', 'JWT'],
    ['whose content is no JSON', () => 'eyJhbGciOiJSUzI1NiJ9.dHVsbA.AAAA', 'JWT'],
  ])('is refused %s', async (_, one, grunn) => {
    const { identity: asked } = identityOf();
    const token = typeof one === 'function' ? await one() : await made(one);
    await expectRefused(asked.authenticate(token), grunn);
    expect(asked.recognises(token)).toBe(false);
  });

  it('with the audience that is configured is accepted, alone', async () => {
    const audience = 'https://min-kommune.example.no';
    const restricted = () => identityOf({ MASKINPORTEN_AUDIENCE: audience }).identity;
    expect(await restricted().authenticate(await made({ claims: { aud: audience } }))).toMatchObject({ kind: 'virksomhet' });
    expect(await restricted().authenticate(await made({ claims: { aud: [audience] } }))).toMatchObject({ kind: 'virksomhet' });
    for (const aud of [undefined, 'unspecified', `${audience}/`, [audience, 'https://annet.api.no'], []]) await expectRefused(restricted().authenticate(await made({ claims: { aud } })), 'aud');
  });

  it('without a configured platform is nobody’s who drifts it', async () => {
    const without = identityOf({ PLATTFORM_ORGNR: '', PLATTFORM_SCOPE: '' }).identity;
    await expectRefused(without.authenticate(await made({ claims: { scope: 'ks:plattform' } })), 'scope');
  });

  async function publicPem(): Promise<string> {
    return exportSPKI((await importJWK(maskinporten.published.get('nøkkel-1')!, 'RS256')) as CryptoKey);
  }
});

describe('A token of ID-porten', () => {
  const made = (one: Made = {}) => idporten.token(one);

  it.each([
    ['idporten-loa-substantial', 3],
    ['idporten-loa-high', 4],
    ['eidas-loa-substantial', 3],
    ['eidas-loa-high', 4],
  ])('is a person’s, on the level of %s, through the system of its consumer', async (acr, innloggingsniva) => {
    const { identity, persons } = identityOf();
    const id = await persons.identify({ fnr: '12818510088' as never });
    const actor = await identity.authenticate(await made({ claims: { acr } }));
    expect(actor).toEqual({ kind: 'person', id, innloggingsniva, consumer: '910753614' });
    expect(actor as unknown).toHaveProperty('fnr', '12818510088');
    expect(JSON.stringify(actor)).not.toContain('12818510088');
  });

  it.each<[string, Made, grunn: string]>([
    ['on a lower level', { claims: { acr: 'idporten-loa-low' } }, 'acr'],
    ['on the lowest level of eIDAS', { claims: { acr: 'eidas-loa-low' } }, 'acr'],
    ['of somebody who has registered herself', { claims: { acr: 'selfregistered-email' } }, 'acr'],
    ['on a level by number', { claims: { acr: 4 } }, 'acr'],
    ['on a level of the old platform', { claims: { acr: 'Level4' } }, 'acr'],
    ['on a level that is a property of every object', { claims: { acr: 'constructor' } }, 'acr'],
    ['without a level', { claims: { acr: undefined } }, 'acr'],
    ['without a fødselsnummer', { claims: { pid: undefined } }, 'pid'],
    ['with a wrong fødselsnummer', { claims: { pid: '12818510089' } }, 'pid'],
    ['with the fødselsnummer only as sub', { claims: { pid: undefined, sub: '12818510088' } }, 'pid'],
    ['that is an id_token', { claims: { scope: undefined, client_id: undefined, consumer: undefined, aud: 'klienten', nonce: 'n', sid: 's' } }, 'consumer'],
    ['that is an id_token with a consumer', { claims: { scope: undefined, client_id: undefined, aud: 'klienten', nonce: 'n', sid: 's' } }, 'client_id'],
    ['that is a logout token', { header: { typ: 'logout+jwt' }, claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } }, 'typ'],
    ['without the scope', { claims: { scope: 'openid profile' } }, 'scope'],
    ['without a consumer', { claims: { consumer: undefined } }, 'consumer'],
    ['whose consumer is no virksomhet', { claims: { consumer: { ...orgnr, ID: '0192:910753615' } } }, 'consumer'],
    ['for another API', { claims: { aud: 'https://annet.api.no' } }, 'aud'],
  ])('is refused %s', async (_, one, grunn) => {
    await expectRefused(identityOf().identity.authenticate(await made(one)), grunn);
  });

  it('is no platform’s and no system’s, whatever it says', async () => {
    const actor = await identityOf().identity.authenticate(await made({ claims: { scope: 'ks:fiks ks:plattform', rolle: 'PLATTFORM' } }));
    expect(actor).toMatchObject({ kind: 'person' });
  });

  it('that Maskinporten has signed is refused, and the other way around', async () => {
    const { identity } = identityOf();
    await expectRefused(identity.authenticate(await maskinporten.token({ claims: { iss: idporten.issuer, pid: '12818510088', acr: 'idporten-loa-high' } })), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    await expectRefused(identity.authenticate(await made({ claims: { iss: maskinporten.issuer } })), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('keeps nothing of a person whom nobody has given anything', async () => {
    const { identity, persons } = identityOf();
    await identity.authenticate(await made());
    expect(await persons.find('12818510088' as never)).toBeUndefined();
  });

  it('of a real service is no synthetic person’s', async () => {
    fodselsnumre.acceptSynthetic(false);
    try {
      await expectRefused(identityOf().identity.authenticate(await made()), 'pid');
    } finally {
      fodselsnumre.acceptSynthetic(true);
    }
  });
});

describe('The keys of an issuer', () => {
  let issuer: IssuerDouble;
  const hour = 3_600_000;
  beforeEach(async () => { issuer = await IssuerDouble.start('maskinporten'); });
  afterEach(() => issuer.stop());
  const watching = (timeout = 5000) => identityOf({ MASKINPORTEN_ISSUER: issuer.issuer }, { timeout });
  const in_ = (identity: AccessTokens, made?: Made) => issuer.token(made).then((token) => identity.authenticate(token));

  it('are fetched at the first token, once for many at a time', async () => {
    const { identity } = watching();
    expect(issuer.asked).toBe(0);
    await Promise.all(Array.from({ length: 50 }, () => in_(identity)));
    expect(issuer.asked).toBe(1);
  });

  it('are fetched again for a new key, and at most once in half a minute for invented ones', async () => {
    const { identity, pass } = watching();
    await in_(identity);
    await issuer.addKey('nøkkel-2');
    await expectRefused(in_(identity, { header: { kid: 'nøkkel-2' } }), 'ERR_JWKS_NO_MATCHING_KEY');
    pass(31_000);
    expect(await in_(identity, { header: { kid: 'nøkkel-2' } })).toMatchObject({ kind: 'virksomhet' });
    expect(issuer.asked).toBe(2);
    await Promise.all(Array.from({ length: 50 }, (_, n) => expectRefused(in_(identity, { header: { kid: `oppdiktet-${n}` } }), 'ERR_JWKS_NO_MATCHING_KEY')));
    expect(issuer.asked).toBe(2);
  });

  it('that the issuer withdraws are good for an hour', async () => {
    const { identity, pass } = watching();
    await in_(identity);
    issuer.published.delete('nøkkel-1');
    await issuer.addKey('nøkkel-2');
    pass(hour - 1000);
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
    pass(2000);
    await expectRefused(in_(identity), 'ERR_JWKS_NO_MATCHING_KEY');
  });

  it('work on for a day while the issuer is down, and nobody waits for it twice', async () => {
    const { identity, pass } = watching();
    await in_(identity);
    issuer.mode = 'down';
    pass(2 * hour);
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
    pass(23 * hour);
    await expect(in_(identity)).rejects.toBeInstanceOf(IdentityUnavailable);
    issuer.mode = 'up';
    pass(31_000);
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
  });

  it('are not waited for by known keys once the issuer hangs', async () => {
    const { identity, pass } = watching(1500);
    await in_(identity);
    issuer.mode = 'hangs';
    pass(2 * hour);
    // The first waits out the time limit. All later ones get the old keys at once, also while the next attempt is made.
    await in_(identity);
    pass(31_000);
    const before = issuer.requests;
    for (let n = 0; n < 20; n++) expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
    while (issuer.requests === before) await new Promise(setImmediate);
    expect(issuer).toMatchObject({ requests: before + 1, waiting: 1 });
  });

  it('that are unknown while the issuer hangs cost one wait in half a minute, and the answer is that nobody can tell', async () => {
    const { identity, pass } = watching(200);
    await in_(identity);
    issuer.mode = 'hangs';
    pass(31_000);
    const unknown = { header: { kid: 'nøkkel-9' } };
    const before = issuer.requests;
    for (let n = 0; n < 20; n++) await expect(in_(identity, unknown)).rejects.toBeInstanceOf(IdentityUnavailable);
    expect(issuer.requests).toBe(before + 1);
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
  });

  it.each(['down', 'hangs', 'wrong'] as const)('that were never fetched let nobody in, and nobody is told that the token is wrong: the issuer is %s', async (mode) => {
    const { identity, pass } = watching(200);
    issuer.mode = mode;
    await expect(in_(identity)).rejects.toBeInstanceOf(IdentityUnavailable);
    issuer.mode = 'up';
    await expect(in_(identity)).rejects.toBeInstanceOf(IdentityUnavailable);
    pass(31_000);
    expect(await in_(identity)).toMatchObject({ kind: 'virksomhet' });
  });

  it('of metadata that another issuer has written are not used', async () => {
    issuer.says = 'https://maskinporten.no/';
    await expect(in_(watching().identity)).rejects.toBeInstanceOf(IdentityUnavailable);
  });

  it('at an address of another kind are not used', async () => {
    issuer.keysAt = 'https://127.0.0.1:1/jwk';
    await expect(in_(watching().identity)).rejects.toBeInstanceOf(IdentityUnavailable);
  });

  it('are not asked for again for a token that has been accepted, until it expires', async () => {
    const { identity } = watching();
    const token = await issuer.token();
    await identity.authenticate(token);
    issuer.mode = 'down';
    expect(identity.recognises(token)).toBe(true);
    expect(await identity.authenticate(token)).toMatchObject({ kind: 'virksomhet' });
    expect(issuer.asked).toBe(1);
  });
});
