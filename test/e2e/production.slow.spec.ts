import { exportJWK, generateKeyPair } from 'jose';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { AltinnDouble } from '../support/altinn.js';
import { AppProcess } from '../support/app-process.js';
import { localCertificates } from '../support/certificates.js';
import { temporaryFolder } from '../support/databases.js';
import { Client } from '../support/http.js';
import { IssuerDouble } from '../support/issuer.js';

// The service as an operator runs it: NODE_ENV=production, with issuers in another process that it reaches by https, whose
// certificates an authority of its own has signed.

const tls = localCertificates();
const maskinporten = await IssuerDouble.start('maskinporten', tls);
const idporten = await IssuerDouble.start('idporten', tls);
const altinn = await AltinnDouble.start(tls);
/** A valid number of somebody who is born in 2039. Production takes no synthetic ones. */
const fnr = '31123950057';
const plattformen = '910753614';

const secret = async (name: string, value: string) => {
  const file = join(tls.folder, name);
  writeFileSync(file, `${value}\n`);
  return Promise.resolve(file);
};
const jwk = JSON.stringify({ ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)), kid: 'vår', alg: 'RS256' });
const settings = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://min-kommune.example.no',
  MASKINPORTEN_ISSUER: maskinporten.issuer,
  MASKINPORTEN_CLIENT_ID: 'oss',
  MASKINPORTEN_KEY_FILE: await secret('maskinporten.jwk', jwk),
  IDPORTEN_ISSUER: idporten.issuer,
  IDPORTEN_CLIENT_ID: 'oss',
  IDPORTEN_KEY_FILE: await secret('idporten.jwk', jwk),
  PLATTFORM_ORGNR: plattformen,
  PLATTFORM_SCOPE: 'ks:plattform',
  PERSON_KEY_FILE: await secret('person.key', 'ab'.repeat(32)),
  ALTINN_URL: altinn.url,
  ALTINN_KEY_FILE: await secret('altinn.key', 'abonnementet'),
  ALTINN_TILGANGSPAKKER: 'ordinaer-post-til-virksomheten',
  NODE_EXTRA_CA_CERTS: tls.authority,
};

let folder: string;
let app: AppProcess;
const bearing = (token: Promise<string>, at = app) => new Client(at.url, async () => ({ Authorization: `Bearer ${await token}` }));
const plattform = () => bearing(maskinporten.token({ claims: { scope: 'ks:plattform' } }));
const innbygger = () => bearing(idporten.token({ claims: { pid: fnr } }));

beforeAll(async () => {
  folder = await temporaryFolder();
  app = await AppProcess.start(folder, settings);
}, 120_000);
afterAll(async () => {
  await Promise.all([maskinporten.stop(), idporten.stop(), altinn.stop()]);
  rmSync(tls.folder, { recursive: true });
});

it('starts, lets the platform in with its token from Maskinporten, and tells it what is not set up', async () => {
  expect(await plattform().get('/health')()).toMatchObject({ status: 200, body: { status: 'oppe', ikkeSattOpp: ['Signering', 'Eiendomsregisteret', 'SvarUt'] } });
  expect(await bearing(maskinporten.token()).get('/health')()).toMatchObject({ status: 200, body: { status: 'oppe' } });
  const kommune = { fiksOrgId: 'd1a2b3c4-0000-4000-8000-000000004601', type: 'KOMMUNE', navn: 'Bergen', orgnr: '964338531', kommunenr: '4601' };
  expect(await plattform().post('/min-kommune/api/v1/organisasjoner', kommune)()).toMatchObject({ status: 201 });
  expect(await bearing(maskinporten.token()).post('/min-kommune/api/v1/organisasjoner', kommune)()).toMatchObject({ status: 404 });
});

it('lets a person in with her token from ID-porten, and asks Altinn whom she may act for', async () => {
  altinn.parties.set(fnr, [{ name: 'Havn AS', organizationNumber: '311234560', type: 'Organization', authorizedAccessPackages: ['ordinaer-post-til-virksomheten'] }]);
  expect(await innbygger().get('/min-kommune/api/v1/meg')()).toMatchObject({ status: 200, body: { innloggingsniva: 4, plattform: false, kanRepresentere: [{ orgnr: '311234560', navn: 'Havn AS' }] } });
  expect(altinn.seen.at(-1)).toEqual({ path: 'POST /accessmanagement/api/v1/resourceowner/authorizedparties', authorization: expect.stringMatching(/^Bearer .*\.signatur$/) as unknown, key: 'abonnementet' });
});

it('answers that a part is not set up where it takes that part, and does the rest', async () => {
  const { fiksOrgId, ...voss } = { fiksOrgId: 'd1a2b3c4-0000-4000-8000-000000004621', type: 'KOMMUNE', navn: 'Voss', orgnr: '960510542', kommunenr: '4621' };
  const avtale = { fiksOrgId, avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', signeringsdato: '2026-01-02', tjenestekode: 'HOVEDAVTALE' };
  const admin = bearing(idporten.token({ claims: { pid: fnr, acr: 'idporten-loa-high' } }));
  for (const call of [
    plattform().post('/min-kommune/api/v1/organisasjoner', { fiksOrgId, ...voss }),
    plattform().post('/avtale/api/v1/avtaler', avtale),
    plattform().post(`/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`, { aktor: fnr, privilegium: 'ADMIN' }),
    admin.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`),
  ])
    expect((await call()).status).toBeLessThan(300);
  const { status, body, headers } = await admin.post(`/min-kommune/api/v1/${fiksOrgId}/signeringer`)();
  expect({ status, body }).toMatchObject({ status: 503, body: { kode: 'IKKE_SATT_OPP', detail: 'Signering er ikke satt opp i denne tjenesten.' } });
  expect(headers['retry-after']).toBeUndefined();
});

it.each<[string, () => Promise<string>]>([
  ['a synthetic person', () => idporten.token()],
  ['a person on a lower level', () => idporten.token({ claims: { pid: fnr, acr: 'idporten-loa-low' } })],
  ['the platform’s scope of another virksomhet', () => maskinporten.token({ claims: { scope: 'ks:plattform', consumer: { authority: 'iso6523-actorid-upis', ID: '0192:964338531' } } })],
  ['a development token, whoever made it', () => DevelopmentIssuer.open({ dataDir: tls.folder }).issue({ kind: 'plattform' })],
])('refuses %s', async (_, token) => {
  expect(await bearing(token()).get('/min-kommune/api/v1/meg')()).toMatchObject({ status: 401, body: { detail: 'Klarte ikke å validere access_token' } });
});

it('has no page of a stand-in, and makes no key of one', async () => {
  for (const path of ['/utvikling/signering?tittel=x&signer=y&avvis=z', '/utvikling/idporten/.well-known/openid-configuration', '/utvikling/maskinporten/jwk']) expect(await innbygger().get(path)()).toMatchObject({ status: 404 });
  for (const key of ['development-issuer.key', 'development-signing.key', 'person.key']) expect(existsSync(join(folder, key))).toBe(false);
});

it('trusts no other authority than it is told to: nobody can be let in, and nobody is told that the token is wrong', async () => {
  const { NODE_EXTRA_CA_CERTS: _, ...without } = settings;
  const distrusting = await AppProcess.start(await temporaryFolder(), without);
  expect(await bearing(maskinporten.token({ claims: { scope: 'ks:plattform' } }), distrusting).get('/min-kommune/api/v1/meg')()).toMatchObject({
    status: 503,
    body: { kode: 'UTSTEDER_UTILGJENGELIG' },
    headers: { 'retry-after': '1' },
  });
  const { output } = await distrusting.end('SIGTERM');
  expect(output).toContain(`Nøklene til ${maskinporten.issuer} kan ikke hentes`);
}, 120_000);

it('writes no fødselsnummer in its log', async () => {
  const { output } = await app.end('SIGTERM');
  expect(output).not.toContain(fnr);
  expect(output).not.toMatch(/(?<!\d)\d{11}(?!\d)/);
});

it('uses no database that a service for development has used, nor the other way round', async () => {
  const theirs = await temporaryFolder();
  await (await AppProcess.start(theirs, { PERSON_KEY: 'ab'.repeat(32) })).end('SIGTERM');
  const refused = await AppProcess.refused(theirs, settings);
  expect([refused.code, /DATABASEN_ER_TIL_UTVIKLING/.test(refused.output)]).toEqual([1, true]);
  // `folder` is the database of the service above.
  const development = await AppProcess.refused(folder, { PERSON_KEY: 'ab'.repeat(32) });
  expect([development.code, /DATABASEN_ER_I_PRODUKSJON/.test(development.output)]).toEqual([1, true]);
  await (await AppProcess.start(folder, settings)).end('SIGTERM');
}, 120_000);

it('does not start without what it needs, says everything at once, and touches no disk', async () => {
  const untouched = join(folder, '..', 'ingen');
  const { code, output } = await AppProcess.refused(untouched, { NODE_ENV: 'production', EXAMPLES: 'true', IDPORTEN_ISSUER: 'http://idporten.no' });
  expect(code).toBe(1);
  for (const name of ['PUBLIC_URL', 'IDPORTEN_CLIENT_ID', 'IDPORTEN_KEY', 'PLATTFORM_ORGNR', 'PLATTFORM_SCOPE', 'PERSON_KEY', 'EXAMPLES', 'IDPORTEN_ISSUER']) expect(output).toContain(`  ${name}: `);
  expect(existsSync(untouched)).toBe(false);
});
