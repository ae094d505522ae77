import { exportJWK, generateKeyPair } from 'jose';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { AltinnDouble } from '../support/altinn.js';
import { TestApp, type Kommune } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { IssuerDouble, type Made } from '../support/issuer.js';

// Systems and persons come with tokens as Digdir issues them. What a token does not say, no header can add.

const maskinporten = await IssuerDouble.start('maskinporten');
const idporten = await IssuerDouble.start('idporten');
const altinn = await AltinnDouble.start();
const key = JSON.stringify({ ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)), kid: 'vår', alg: 'RS256' });
const app = await TestApp.start(undefined, undefined, undefined, {
  MASKINPORTEN_ISSUER: maskinporten.issuer,
  IDPORTEN_ISSUER: idporten.issuer,
  PLATTFORM_ORGNR: '964338531',
  PLATTFORM_SCOPE: 'ks:plattform',
  MASKINPORTEN_CLIENT_ID: 'oss',
  MASKINPORTEN_KEY: key,
  ALTINN_URL: altinn.url,
  ALTINN_KEY: 'abonnementet',
  ALTINN_TILGANGSPAKKER: 'post',
});
afterAll(() => Promise.all([maskinporten.stop(), idporten.stop(), altinn.stop()]));

const orgnr = '910753614';
const party = (id: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${id}` });
const kari = syntheticFnr('kari');
const [kommune, annen] = [app.kommune(), app.kommune()];
type Headers = Readonly<Record<string, string>>;

async function integrasjon(of: Kommune, ...tilganger: readonly string[]): Promise<Headers> {
  const admin = of.administrator;
  const { uuid } = (await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: of.fiksOrgId, navn: 'Min side', beskrivelse: 'x', autorisertOrgnr: orgnr })()).body;
  const { passord } = (await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${uuid}/lagPassord`)()).body;
  for (const privilegium of tilganger) await admin.post(of.tilganger(of.ressurs('INNSYN')), { aktor: uuid, privilegium })();
  return { IntegrasjonId: uuid, IntegrasjonPassord: passord };
}
const system = (made?: Made) => app.bearing(maskinporten.token(made));
const person = (claims: Readonly<Record<string, unknown>> = {}) => app.bearing(idporten.token({ claims: { pid: kari, ...claims } }));
const index = (of: Kommune, headers: Headers, made?: Made) =>
  system(made).put('/innsyn-index/api/v2/indexRequest', { meldinger: [{ meldingId: randomUUID(), sikkerhetsniva: 3, eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: kari }, fiksOrganisasjonId: of.fiksOrgId, versjon: 'MAPPE_V1', meldingMetadata: Buffer.from('{"type":"SAK","tittel":"Sak"}').toString('base64') }] }, headers)();
const search = (headers: Headers, claims?: Readonly<Record<string, unknown>>, query = '') => person(claims).post(`/innsyn-sok/api/v1/mappe/sok?fra=0&antall=5${query}`, {}, headers)();

let minSide: Headers;
let arkiv: Headers;
let annens: Headers;
beforeAll(async () => {
  await kommune.open();
  await annen.open();
  minSide = await integrasjon(kommune, 'INNSYN.SOK');
  arkiv = await integrasjon(kommune, 'INNSYN.INDEX.MAPPE');
  annens = await integrasjon(annen, 'INNSYN.INDEX.MAPPE');
});

const noToken = { status: 401, body: { message: 'Klarte ikke å validere access_token' } };
const noLogin = (headers: Headers) => ({ status: 401, body: { message: `Autentisering feilet for integrasjon med id ${headers['IntegrasjonId']}` } });

it('a system and a person come in with tokens of Digdir, and the integration’s id and password', async () => {
  expect(await index(kommune, arkiv)).toMatchObject({ status: 200 });
  expect(await search(minSide)).toMatchObject({ status: 200 });
});

it('a system does not see what is the person’s without an integration, which needs the tilgang and leaves a line', async () => {
  const refused = { status: 403, body: { errorCode: 'INTEGRASJON_MANGLER' } };
  expect(await search({})).toMatchObject(refused);
  expect(await person().post('/innsyn-sok/api/v1/token')()).toMatchObject(refused);
  expect(await person({ acr: 'idporten-loa-high' }).get('/min-kommune/api/v1/meg/opplysninger')()).toMatchObject({ status: 403, body: { kode: 'INTEGRASJON_MANGLER' } });
});

it('a system of a supplier, on the virksomhet’s behalf, is the virksomhet’s', async () => {
  expect(await index(kommune, arkiv, { claims: { supplier: party('964338531'), delegation_source: 'https://www.altinn.no/' } })).toMatchObject({ status: 200 });
});

it.each<[string, () => Promise<unknown>, (() => object)?]>([
  ['a system of another virksomhet, with the right password', () => index(kommune, arkiv, { claims: { consumer: party('964338531') } }), () => noLogin(arkiv)],
  ['a supplier that is authorised itself, for one that is not', () => index(kommune, arkiv, { claims: { consumer: party('964338531'), supplier: party(orgnr) } }), () => noLogin(arkiv)],
  ['a consumer of another authority', () => index(kommune, arkiv, { claims: { consumer: { ...party(orgnr), authority: 'etsi-en-319-412' } } })],
  ['a consumer with a wrong check digit', () => index(kommune, arkiv, { claims: { consumer: party('910753615') } })],
  ['a token without the scope', () => index(kommune, arkiv, { claims: { scope: 'ks:annet' } })],
  ['a person through another virksomhet’s system than the integration’s', () => search(minSide, { consumer: party('964338531') }), () => noLogin(minSide)],
  ['a person with a consumer of another authority', () => search(minSide, { consumer: { ...party(orgnr), authority: 'etsi-en-319-412' } })],
  ['a person on a level below 3', () => search(minSide, { acr: 'idporten-loa-low' })],
  ['a person’s token where a system’s is needed', () => person().put('/innsyn-index/api/v2/indexRequest', { meldinger: [] }, arkiv)(), () => noLogin(arkiv)],
  ['a system’s token with a person in it, where a person’s is needed', () => system({ claims: { pid: kari, acr: 'idporten-loa-high' } }).post('/innsyn-sok/api/v1/mappe/sok?fra=0&antall=5', {}, minSide)(), () => noLogin(minSide)],
  ['the platform with an integration’s headers', () => index(kommune, arkiv, { claims: { consumer: party('964338531'), scope: 'ks:plattform ks:fiks' } }), () => noLogin(arkiv)],
  ['the id of one integration with the password of another', () => index(kommune, { ...arkiv, IntegrasjonPassord: annens['IntegrasjonPassord']! }), () => noLogin(arkiv)],
  ['an id without a password', () => index(kommune, { IntegrasjonId: arkiv['IntegrasjonId']! }), () => noLogin(arkiv)],
  ['a password without an id', () => index(kommune, { IntegrasjonPassord: arkiv['IntegrasjonPassord']! }), () => noLogin({ IntegrasjonId: 'ukjent' })],
  ['an empty password', () => index(kommune, { ...arkiv, IntegrasjonPassord: '' }), () => noLogin(arkiv)],
  ['headers with another name', () => index(kommune, { 'X-IntegrasjonId': arkiv['IntegrasjonId']!, 'X-IntegrasjonPassord': arkiv['IntegrasjonPassord']! }), () => noLogin({ IntegrasjonId: 'ukjent' })],
  ['two ids in one header', () => index(kommune, { ...arkiv, IntegrasjonId: `${arkiv['IntegrasjonId']}, ${annens['IntegrasjonId']}` }), () => noLogin({ IntegrasjonId: 'ukjent' })],
  ['an id with more behind it', () => index(kommune, { ...arkiv, IntegrasjonId: `${arkiv['IntegrasjonId']}/..` }), () => noLogin({ IntegrasjonId: 'ukjent' })],
])('does not let in %s', async (_, ask, refused = () => noToken) => {
  expect(await ask()).toMatchObject(refused());
});

it('does not let in who sends the header twice, whichever is right', async () => {
  const token = await maskinporten.token();
  for (const ids of [[arkiv, annens], [annens, arkiv]])
    expect(
      await new Promise((resolve, reject) => {
        const sent = request(`${app.url}/innsyn-index/api/v2/indexRequest`, { method: 'PUT', headers: { Authorization: `Bearer ${token}`, IntegrasjonId: ids.map((one) => one['IntegrasjonId']!), IntegrasjonPassord: arkiv['IntegrasjonPassord']!, 'Content-Type': 'application/json' } }, ({ statusCode }) => { resolve(statusCode); });
        sent.on('error', reject).end('{"meldinger":[]}');
      }),
    ).toBe(401);
});

it('an integration has no privilege in another organisation, nor another privilege in its own', async () => {
  for (const [of, headers] of [[annen, arkiv], [kommune, annens], [kommune, minSide]] as const)
    expect(await index(of, headers)).toMatchObject({ status: 403, body: { errorCode: 'INNSYN.INTEGRASJON_IKKE_AUTORISERT_FOR_INDEX' } });
  expect(await search(arkiv)).toMatchObject({ status: 403, body: { errorCode: 'MANGLER_TILGANG' } });
});

it('an integration that has been deleted is nobody’s a moment later', async () => {
  const kort = await integrasjon(kommune, 'INNSYN.INDEX.MAPPE');
  expect(await index(kommune, kort)).toMatchObject({ status: 200 });
  expect((await kommune.administrator.delete(`/konfigurasjon/api/v1/integrasjoner/${kort['IntegrasjonId']}`)()).status).toBeLessThan(300);
  expect(await index(kommune, kort)).toMatchObject(noLogin(kort));
});

it('an organisation that she may act for no more is out of reach with the next request', async () => {
  const onBehalfOf = `&onBehalfOf=${orgnr}`;
  altinn.parties.set(kari, [{ name: 'Havn AS', organizationNumber: orgnr, type: 'Organization', authorizedAccessPackages: ['post'] }]);
  expect(await search(minSide, {}, onBehalfOf)).toMatchObject({ status: 200 });
  altinn.parties.set(kari, [{ name: 'Havn AS', organizationNumber: orgnr, type: 'Organization', authorizedAccessPackages: ['annen'] }]);
  expect(await search(minSide, {}, onBehalfOf)).toMatchObject({ status: 403, body: { errorCode: 'KAN_IKKE_REPRESENTERE' } });
  altinn.parties.delete(kari);
  altinn.status = 500;
  expect(await search(minSide, {}, onBehalfOf)).toMatchObject({ status: 503, body: { errorCode: 'REGISTER_UTILGJENGELIG', message: 'Rolleregisteret svarer ikke akkurat nå. Prøv igjen om litt.' } });
  altinn.status = 200;
});

describe('The platform', () => {
  it('has the configuration as a file by the service’s own client in Maskinporten', async () => {
    const settings = { MASKINPORTEN_ISSUER: maskinporten.issuer, MASKINPORTEN_CLIENT_ID: 'oss', MASKINPORTEN_KEY: key, PLATTFORM_ORGNR: orgnr, PLATTFORM_SCOPE: 'ks:plattform' };
    const drifted = await TestApp.start(undefined, undefined, undefined, settings);
    const registered = drifted.kommune();
    await registered.open();
    const exported = (env: Headers) => runCli('konfig', ['export', registered.fiksOrgId, '--url', drifted.url], env);
    const { code, out, err } = await exported(settings);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(registered.navn);
    expect(await exported({})).toMatchObject({ code: 1, err: expect.stringContaining('KONFIG_TOKEN') as unknown });
    expect(await exported({ ...settings, MASKINPORTEN_ISSUER: 'http://127.0.0.1:1/' })).toMatchObject({ code: 1, err: expect.stringContaining('Fikk ikke token for plattformen') as unknown });
  });

  const plattform = (claims: Readonly<Record<string, unknown>> = {}) => system({ claims: { consumer: party('964338531'), scope: 'ks:plattform', ...claims } });
  const leverandor = () => ({ fiksOrgId: randomUUID(), type: 'LEVERANDOR', navn: 'Leverandøren', orgnr: '311234560' });

  it('registers organisations and reads the configuration as a file', async () => {
    expect(await plattform().post('/min-kommune/api/v1/organisasjoner', leverandor())()).toMatchObject({ status: 201 });
    expect(await plattform().get(kommune.own('konfigurasjonsfil'))()).toMatchObject({ status: 200 });
    expect(await plattform().get('/min-kommune/api/v1/meg')()).toMatchObject({ status: 200, body: { plattform: true } });
  });

  it.each<[string, Readonly<Record<string, unknown>>, number]>([
    ['with the scope of all systems alone', { scope: 'ks:fiks' }, 404],
    ['of another virksomhet with its scope', { consumer: party(orgnr), scope: 'ks:plattform ks:fiks' }, 404],
    ['through a supplier', { supplier: party(orgnr), scope: 'ks:plattform ks:fiks' }, 404],
    ['through a supplier, without the other scope', { supplier: party(orgnr) }, 401],
    ['by its name', { rolle: 'PLATTFORM', scope: 'ks:fiks' }, 404],
  ])('is none %s', async (_, claims, status) => {
    expect(await plattform(claims).post('/min-kommune/api/v1/organisasjoner', leverandor())()).toMatchObject({ status });
  });
});
