import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { TestApp, type Kommune } from '../support/app.js';
import type { Client } from '../support/http.js';

// Small limits of failed attempts and of requests, behind a proxy at 127.0.0.1, so that a client has the address that it says.
const app = await TestApp.start(undefined, undefined, undefined, {
  FAILED_ATTEMPTS: '3',
  FAILED_ATTEMPTS_ADDRESS: '6',
  FAILED_ATTEMPTS_INTEGRATION: '8',
  REQUEST_LIMIT: '50',
  TRUSTED_PROXIES: '127.0.0.1',
});
const lines: Readonly<Record<string, unknown>>[] = [];
const note = (line: unknown) => {
  if (String(line).startsWith('{')) lines.push(JSON.parse(String(line)) as Readonly<Record<string, unknown>>);
};
for (const level of ['log', 'warn'] as const) jest.spyOn(Logger.prototype, level).mockImplementation(note);

const [orgnr, annet] = ['910753614', '971032146'];
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const autentisering = `${integrasjoner}/autentisering`;
let minute = 0;
/** The windows of earlier tests are over, and nothing has been logged. */
beforeEach(() => {
  app.clock.set(new Date(Date.UTC(2026, 10, 23, 12, (minute += 2))).toISOString());
  lines.length = 0;
});
let addresses = 0;
const newAddress = () => `198.51.100.${++addresses}`;
/** A client of the persona at an address. */
const at = (address: string, who: string): Client => app.bearing(app.token(who), { 'X-Forwarded-For': address });
const holding = (address: string, token: string | undefined): Client => app.bearing(token, { 'X-Forwarded-For': address });
/** A system of some virksomhet that no test has used, at a new address. */
const stranger = (): Client => at(newAddress(), `virksomhet:${app.kommune().orgnr}`);
const later = (seconds: number) => { app.clock.set(new Date(Date.parse(app.clock.now()) + seconds * 1000).toISOString()); };

interface Headers extends Record<string, string> {
  readonly IntegrasjonId: string;
  readonly IntegrasjonPassord: string;
}
const kommune: Kommune = app.kommune();
beforeAll(() => kommune.open());
/** A new integration of the kommune. */
async function integration(): Promise<Headers> {
  const admin = at(newAddress(), `administrator:${kommune.nummer}`);
  const IntegrasjonId = randomUUID();
  const body = { uuid: IntegrasjonId, fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
  await app.when(admin.post(integrasjoner, body)).then({ status: 200 }, { type: 'IntegrationCreated' });
  const made = await admin.post<{ passord: string }>(`${integrasjoner}/${IntegrasjonId}/lagPassord`)();
  return { IntegrasjonId, IntegrasjonPassord: made.body.passord };
}
const wrong = (headers: Headers, passord = 'feil'): Headers => ({ ...headers, IntegrasjonPassord: passord });
/** Different wrong passwords. */
const guesses = (headers: Headers, count: number) => Array.from({ length: count }, (_, n) => wrong(headers, `gjetning ${n}`));

/** Three routes where an integration logs in: each with its answer to a wrong password. */
const routes: readonly (readonly [string, number, (address: string) => (headers: Headers) => ReturnType<Client['get']>])[] = [
  ['autentisering', 200, (address) => (headers) => at(address, `virksomhet:${orgnr}`).get(autentisering, headers)],
  ['indexRequest', 401, (address) => (headers) => at(address, `virksomhet:${orgnr}`).put('/innsyn-index/api/v2/indexRequest', { meldinger: [] }, headers)],
  ['mappe/sok', 401, (address) => (headers) => at(address, `innbygger:12818510088@${orgnr}`).post('/innsyn-sok/api/v1/mappe/sok', {}, headers)],
];

describe('Failed logins of an integration', () => {
  it.each(routes)('are limited on %s, also with the right password after that, until the minute is over', async (_, refused, from) => {
    const headers = await integration();
    const send = from(newAddress());
    for (const guess of guesses(headers, 3)) expect((await send(guess)()).status).toBe(refused);
    later(18);
    for (const more of [wrong(headers, 'en fjerde'), headers])
      await app.when(send(more)).then({
        status: 429,
        headers: { 'retry-after': '42' },
        body: { errorCode: 'FOR_MANGE_FORSOK', message: 'For mange mislykkede forsøk på å logge inn. Prøv igjen om 42 sekunder.' },
      });
    later(42);
    expect((await send(wrong(headers, 'en femte'))()).status).toBe(refused);
    expect((await send(headers)()).status).not.toBe(429);
  });

  it('do not stop a caller at another address or of another virksomhet', async () => {
    const headers = await integration();
    const address = newAddress();
    const attacker = at(address, `virksomhet:${annet}`);
    for (const guess of guesses(headers, 3)) await attacker.get(autentisering, guess)();
    await app.when(attacker.get(autentisering, headers)).then({ status: 429 });
    for (const honest of [at(newAddress(), `virksomhet:${orgnr}`), at(address, `virksomhet:${orgnr}`)])
      await app.when(honest.get<boolean>(autentisering, headers)).then({ status: 200, body: true });
  });

  it('do not stop one that has logged in before, though they come from everywhere', async () => {
    const headers = await integration();
    const [running, starting] = [at(newAddress(), `virksomhet:${orgnr}`), at(newAddress(), `virksomhet:${orgnr}`)];
    await app.when(running.get(autentisering, headers)).then({ status: 200, body: true });
    const guess = guesses(headers, 9);
    for (const one of guess.slice(0, 8)) await stranger().get(autentisering, one)();
    await app.when(stranger().get(autentisering, guess[8])).then({ status: 429 });
    await app.when(starting.get(autentisering, headers)).then({ status: 429 });
    await app.when(running.get(autentisering, headers)).then({ status: 200, body: true });
  });

  it('with one old password stop that password only', async () => {
    const headers = await integration();
    const address = newAddress();
    const old = at(address, `virksomhet:${orgnr}`).get(autentisering, wrong(headers));
    for (const status of [200, 200, 200, 429, 429]) expect((await old()).status).toBe(status);
    await app.when(at(address, `virksomhet:${orgnr}`).get(autentisering, headers)).then({ status: 200, body: true });
  });

  it('are limited by the token’s virksomhet and by address, over all integrations', async () => {
    const [address, one, two, three] = [newAddress(), await integration(), await integration(), await integration()];
    for (const headers of [one, two]) for (const guess of guesses(headers, 3)) await at(address, `virksomhet:${annet}`).get(autentisering, guess)();
    for (const [from, who] of [[address, `virksomhet:${orgnr}`], [newAddress(), `virksomhet:${annet}`]] as const)
      await app.when(at(from, who).get(autentisering, wrong(three))).then({ status: 429 });
    await app.when(at(newAddress(), `virksomhet:${orgnr}`).get(autentisering, three)).then({ status: 200, body: true });
  });

  it('sent at the same time are counted as those after each other', async () => {
    const headers = await integration();
    const client = at(newAddress(), `virksomhet:${orgnr}`);
    const statuses = await Promise.all(guesses(headers, 12).map(async (guess) => (await client.get(autentisering, guess)()).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });
});

describe('Failed attempts with tokens', () => {
  it('are limited by token and by address, and do not stop a token that has been accepted there', async () => {
    const address = newAddress();
    const path = kommune.own('driftsmeldinger');
    const administrator = at(address, `administrator:${kommune.nummer}`).get(path);
    await app.when(administrator).then({ status: 200 });
    const same = holding(address, 'gammelt').get(path);
    for (const status of [401, 401, 401, 429]) expect((await same()).status).toBe(status);
    for (let n = 1; n < 6; n++) await app.when(holding(address, `falskt${n}`).get(path)).then({ status: 401 });
    await app.when(holding(address, 'falskt6').get(path)).then({ status: 429, body: { kode: 'FOR_MANGE_FORSOK' }, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    await app.when(administrator).then({ status: 200 });
    await app.when(holding(newAddress(), 'falskt6').get(path)).then({ status: 401 });
  });

  it('count on open routes as none, and do not make a token known', async () => {
    const address = newAddress();
    const [open, closed] = ['/health/live', kommune.own('driftsmeldinger')];
    for (let n = 0; n < 8; n++) await app.when(holding(address, `falskt${n}`).get(open)).then({ status: 200 });
    for (let n = 0; n < 8; n++) await app.when(holding(address, `falskt${n}`).get(closed)).then({ status: n < 6 ? 401 : 429 });
  });

  it('count an IPv6 address as its /64', async () => {
    const path = kommune.own('driftsmeldinger');
    for (let n = 0; n < 6; n++) await app.when(holding(`2001:db8:1:2::${n}`, `seks${n}`).get(path)).then({ status: 401 });
    await app.when(holding('2001:db8:1:2:ffff::1', 'seks6').get(path)).then({ status: 429 });
    await app.when(holding('2001:db8:1:3::1', 'seks6').get(path)).then({ status: 401 });
  });

  it('are refused in Meilisearch’s form on its paths', async () => {
    const search = holding(newAddress(), 'soketoken').post('/sok/indexes/meldinger/search', {});
    for (let n = 0; n < 3; n++) await app.when(search).then({ status: 403, body: { code: 'invalid_api_key' } });
    await app.when(search).then({
      status: 429,
      headers: { 'retry-after': '60', 'access-control-allow-origin': '*' },
      body: { code: 'too_many_search_requests', type: 'system', message: 'For mange mislykkede forsøk på å logge inn. Prøv igjen om 60 sekunder.' },
    });
  });
});

describe('Logins that browsers begin', () => {
  it('are limited by address, because each makes us ask the issuer', async () => {
    const address = newAddress();
    const begin = (from: string) => holding(from, undefined).get('/innlogging/idporten')();
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await begin(address)).status);
    // No issuer is set up here.
    expect(statuses).toEqual([503, 503, 503, 503, 503, 503, 429]);
    expect((await begin(newAddress())).status).toBe(503);
    later(60);
    expect((await begin(address)).status).toBe(503);
  });
});

describe('The ceiling of all requests', () => {
  it('is by address, whatever the route and the token, for ten seconds', async () => {
    const address = newAddress();
    for (let n = 0; n < 50; n++) await holding(address, undefined).get(['/finnes/ikke', '/health', kommune.own('driftsmeldinger')][n % 3]!)();
    const next = holding(address, undefined).get('/health');
    await app.when(next).then({ status: 429, headers: { 'retry-after': '10' }, body: { kode: 'FOR_MANGE_FORESPORSLER', detail: 'For mange forespørsler. Prøv igjen om 10 sekunder.' } });
    await app.when(holding(newAddress(), undefined).get('/health')).then({ status: 200 });
    later(10);
    await app.when(next).then({ status: 200 });
  });

  it('is by token from all addresses', async () => {
    const page = `/min-kommune/api/v1/innbygger/${kommune.fiksOrgId}/sider/FORSENDELSE`;
    const who = 'innbygger:12818510088';
    const token = await app.token(who);
    const read = () => holding(newAddress(), token).get(page)();
    const statuses: number[] = [];
    for (let n = 0; n < 55; n++) statuses.push((await read()).status);
    expect(statuses).toEqual([...Array.from({ length: statuses.indexOf(429) }, () => 200), ...Array.from({ length: 55 - statuses.indexOf(429) }, () => 429)]);
    expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(50);
    await app.when(at(newAddress(), 'innbygger:12818510088:3').get(page)).then({ status: 200 });
    later(10);
    expect((await read()).status).toBe(200);
  });

  it('trusts no X-Forwarded-For without TRUSTED_PROXIES, and says so once', async () => {
    const said: unknown[] = [];
    const open = await TestApp.start(undefined, undefined, undefined, { REQUEST_LIMIT: '4' });
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => {
      said.push(line);
      note(line);
    });
    for (const status of [200, 200, 200, 200, 429])
      expect((await open.bearing(undefined, { 'X-Forwarded-For': newAddress() }).get('/health')()).status).toBe(status);
    expect(said.filter((line) => String(line).includes('TRUSTED_PROXIES'))).toEqual([
      'X-Forwarded-For fra 127.0.0.1 blir ikke lest, fordi adressen ikke står i TRUSTED_PROXIES. Alle som kommer derfra, telles som én.',
    ]);
  });
});

describe('The security log', () => {
  it('has a line for each 401, 403 and 429, and for each failed login, with caller, address and route', async () => {
    const headers = await integration();
    const address = newAddress();
    lines.length = 0;
    const fnr = '12818510088';
    const id = { 'X-Request-Id': '12345678901' };
    await holding(address, undefined).get(kommune.own('driftsmeldinger'))();
    await at(address, `virksomhet:${orgnr}`).get(autentisering, { ...wrong(headers), 'X-Request-Id': 'foresporsel' })();
    await at(address, `virksomhet:${orgnr}`).put('/innsyn-index/api/v2/indexRequest', { meldinger: [] }, wrong(headers))();
    await at(address, `tjenesteadministrator:${kommune.nummer}:INNSYN`).post(kommune.own('eiendomslenker'), { tittel: 'A', mal: 'https://a.no' })();
    await holding(address, fnr).get(`/min-kommune/api/v1/innbygger/${kommune.fiksOrgId}/sider/FORSENDELSE`, id)();
    const line = { hendelse: 'AVVIST', fra: address, foresporsel: expect.any(String) as unknown };
    const system = { aktor: `virksomhet:${orgnr}`, integrasjon: headers.IntegrasjonId };
    expect(lines).toMatchObject([
      { ...line, status: 401, kode: 'IKKE_AUTENTISERT', metode: 'GET', rute: '/min-kommune/api/v1/:fiksOrgId/driftsmeldinger' },
      { ...line, ...system, status: 200, kode: 'INNLOGGING_FEILET', rute: autentisering, foresporsel: 'foresporsel' },
      { ...line, ...system, status: 401, kode: 'IKKE_AUTENTISERT', metode: 'PUT', rute: '/innsyn-index/api/v2/indexRequest' },
      { ...line, status: 403, kode: 'MANGLER_TILGANG', metode: 'POST', aktor: expect.stringMatching(/^person:[0-9a-f-]{36}$/) as unknown },
      { ...line, status: 401, foresporsel: '[11 sifre]', rute: '/min-kommune/api/v1/innbygger/:fiksOrgId/sider/:side' },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${fnr}|${headers.IntegrasjonPassord}|feil`));
  });

  it('has a line for each change of a password, a role or an access, with who and from where', async () => {
    const address = newAddress();
    const headers = await integration();
    const admin = at(address, `administrator:${kommune.nummer}`);
    const { id } = await app.person(`administrator:${kommune.nummer}`);
    lines.length = 0;
    await admin.post(`${integrasjoner}/${headers.IntegrasjonId}/lagPassord`)();
    const granted = await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: headers.IntegrasjonId, privilegium: 'INNSYN.SOK' })();
    expect(granted.status).toBe(200);
    await admin.delete(`${integrasjoner}/${headers.IntegrasjonId}/tilknyttede-ressurser/${kommune.ressurs('INNSYN')}`)();
    await admin.post(kommune.own('eiendomslenker'), { tittel: 'Gebyr', mal: 'https://a.no' })();
    const line = { aktor: `person:${id}`, fra: address, fiksOrgId: kommune.fiksOrgId, gjelder: `integration:${headers.IntegrasjonId}` };
    expect(lines).toMatchObject([
      { ...line, hendelse: 'IntegrationPasswordGenerated' },
      { ...line, hendelse: 'IntegrationAttached', undertjeneste: 'INNSYN' },
      { ...line, hendelse: 'AccessGranted', undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' },
      { ...line, hendelse: 'IntegrationDetached', undertjeneste: 'INNSYN' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('passordHash');
  });

  it('has a bounded number of lines of one address, and then the number of the rest', async () => {
    const address = newAddress();
    for (let n = 0; n < 45; n++) await holding(address, undefined).get(kommune.own('driftsmeldinger'))();
    expect(lines).toHaveLength(10);
    later(60);
    await holding(newAddress(), undefined).get(kommune.own('driftsmeldinger'))();
    expect(lines.slice(10)).toMatchObject([{ hendelse: 'AVVIST_FLERE', status: 401, fra: address, antall: 35 }, { hendelse: 'AVVIST' }]);
  });
});
