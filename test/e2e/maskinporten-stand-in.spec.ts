import { createRemoteJWKSet, customFetch, generateKeyPair, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { randomUUID } from 'node:crypto';
import { TestApp } from '../support/app.js';

// The stand-in for Maskinporten, as the clients of KS and others meet it. Any key will do, because it has no register of clients.

const publicUrl = 'http://localhost:4998';
const issuer = `${publicUrl}/utvikling/maskinporten/`;
const app = await TestApp.start(undefined, undefined, undefined, { PUBLIC_URL: publicUrl });
const { privateKey } = await generateKeyPair('RS256');
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const now = () => Math.floor(Date.now() / 1000);
const ours: typeof fetch = (target, options) => fetch((target instanceof Request ? target.url : String(target)).replace(publicUrl, app.url), options);

const grant = (claims: Readonly<Record<string, unknown>> = {}, header: Partial<JWTHeaderParameters> = { kid: 'min' }) => {
  const all: Readonly<Record<string, unknown>> = { iss: '910753614', aud: issuer, scope: 'ks:fiks', iat: now(), exp: now() + 120, jti: randomUUID(), ...claims };
  return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey);
};
async function ask(assertion: string, type = jwtBearer) {
  const answer = await ours(`${issuer}token`, { method: 'POST', body: new URLSearchParams({ grant_type: type, assertion }) });
  return { status: answer.status, body: (await answer.json()) as { access_token: string; token_type: string; expires_in: number; scope: string; error?: string; error_description?: string } };
}
const keys = createRemoteJWKSet(new URL(`${issuer}jwk`), { [customFetch]: ours });
const claimsOf = async (claims: Readonly<Record<string, unknown>> = {}, header?: Partial<JWTHeaderParameters>) => {
  const { status, body } = await ask(await grant(claims, header));
  expect([status, body.error]).toEqual([200, undefined]);
  return (await jwtVerify(body.access_token, keys, { issuer, algorithms: ['RS256'] })).payload;
};
const party = (orgnr: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${orgnr}` });

it('tells where its endpoints are', async () => {
  expect(await (await ours(`${issuer}.well-known/oauth-authorization-server`)).json()).toMatchObject({ issuer, token_endpoint: `${issuer}token`, jwks_uri: `${issuer}jwk`, grant_types_supported: [jwtBearer] });
});

it('gives a token in the shape of Maskinporten', async () => {
  const { status, body } = await ask(await grant());
  expect([status, body]).toEqual([200, { access_token: expect.any(String) as string, token_type: 'Bearer', expires_in: 119, scope: 'ks:fiks' }]);
  expect(await claimsOf()).toMatchObject({ iss: issuer, consumer: party('910753614'), scope: 'ks:fiks', client_id: '910753614', aud: 'unspecified', token_type: 'Bearer', exp: expect.any(Number) as number, jti: expect.any(String) as string });
});

it('names consumer and supplier when a supplier asks for another', async () => {
  expect(await claimsOf({ consumer_org: '971032146' })).toMatchObject({ consumer: party('971032146'), supplier: party('910753614'), delegation_source: expect.any(String) as string });
});

it('restricts the audience when it is asked to', async () => {
  expect(await claimsOf({ resource: 'https://min.kommune.no' })).toMatchObject({ aud: 'https://min.kommune.no' });
});

it('takes a certificate in place of a key id, the leaf alone', async () => {
  expect(await claimsOf({}, { x5c: ['MIIB'] })).toMatchObject({ consumer: party('910753614') });
});

it.each<[name: string, make: () => Promise<string>, code: string]>([
  ['with an audience without its slash', () => grant({ aud: issuer.slice(0, -1) }), 'MP-013'],
  ['for another audience', () => grant({ aud: 'https://maskinporten.no/' }), 'MP-013'],
  ['that lives for more than 120 seconds', () => grant({ exp: now() + 122 }), 'MP-014'],
  ['that has expired', () => grant({ iat: now() - 200, exp: now() - 100 }), 'MP-014'],
  ['from the future', () => grant({ iat: now() + 60, exp: now() + 120 }), 'MP-014'],
  ['without an expiry', () => grant({ exp: undefined }), 'MP-014'],
  ['without an id', () => grant({ jti: undefined }), 'MP-012'],
  ['without a scope', () => grant({ scope: undefined }), 'MP-110'],
  ['without key id and certificate', () => grant({}, {}), 'MP-010'],
  ['of a client that is no virksomhet', () => grant({ iss: 'tull' }), 'MP-020'],
  ['for a virksomhet that is none', () => grant({ consumer_org: '123456789' }), 'MP-020'],
  ['that is no token', () => Promise.resolve('tull'), 'MP-010'],
])('refuses a grant %s', async (_, make, code) => {
  const { status, body } = await ask(await make());
  expect([status, body.error, body.error_description]).toEqual([400, expect.any(String), expect.stringContaining(code)]);
});

it('takes a grant once', async () => {
  const one = await grant();
  expect((await ask(one)).status).toBe(200);
  expect((await ask(one)).body.error_description).toContain('MP-012');
});

it('takes no other kind of grant', async () => {
  expect((await ask(await grant(), 'client_credentials')).body.error).toBe('unsupported_grant_type');
});

it('is open on this machine only', async () => {
  const elsewhere = await TestApp.start(undefined, undefined, undefined, { PUBLIC_URL: 'https://min.kommune.no' });
  for (const path of ['/utvikling/maskinporten/jwk', '/utvikling/idporten/.well-known/openid-configuration', '/utvikling/ansattporten/velg/x']) expect((await elsewhere.bearing().get(path)()).status).toBe(404);
  const { status, text } = await elsewhere.bearing().get('/innlogging/idporten')();
  expect([status, text.includes('ikke satt opp')]).toEqual([503, true]);
  const told = await TestApp.start(undefined, undefined, undefined, { PUBLIC_URL: 'https://min.kommune.no', DEVELOPMENT_ISSUER: 'true' });
  expect((await told.bearing().get('/utvikling/maskinporten/jwk')()).status).toBe(200);
});
