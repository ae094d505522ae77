import '../support/one-realm.js';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { parseInstant } from '../../src/domain/values/instant.js';
import { hasFodselsnummer, parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { loginCookie, sessionCookie } from '../../src/interfaces/http/server/login/cookies.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { tilganger } from '../../src/application/views/tilgang.js';
import { RegisterUnavailable } from '../../src/application/ports/not-set-up.js';
import { ExampleRepresentasjon } from '../../src/infrastructure/development/example-representasjon.js';
import { TestApp } from '../support/app.js';
import { recordSpans } from '../support/recorded-spans.js';
import { Visitor } from '../support/visitor.js';

// The whole login, with the issuers that play ID-porten and Ansattporten. `infrastructure/oidc-login.spec` has the answers of an
// issuer that are refused, and `contract/sessions.spec` the store.

const spans = recordSpans();
const publicUrl = 'http://localhost:4999';
const app = await TestApp.start(undefined, undefined, undefined, { PUBLIC_URL: publicUrl });
const kommune = app.kommune();
const other = app.kommune();
for (const one of [kommune, other]) await one.open();
const visitor = () => new Visitor(app.url, publicUrl);
const kari = 'innbygger:12818510088';
const meg = '/min-kommune/api/v1/meg';
const administrator = `administrator:${kommune.nummer}`;
interface Meg {
  readonly navn?: string;
  readonly personId?: string;
  readonly innloggingsniva?: number;
  readonly porten?: string;
  readonly plattform: boolean;
  readonly egenKommune?: { readonly navn: string; readonly kommunenummer: string };
  readonly representerer?: { readonly orgnr: string };
  readonly kanRepresentere: readonly { readonly orgnr: string }[];
  readonly organisasjoner: readonly { readonly navn: string; readonly roller: readonly { readonly rolle: string; readonly undertjeneste?: string }[]; readonly kan: readonly string[] }[];
}
const megOf = async (who: Visitor) => (JSON.parse((await who.go(meg)).text) as Meg);
const kodeOf = ({ text }: { readonly text: string }) => (text.startsWith('{') ? (JSON.parse(text) as { kode?: string }).kode : undefined);
async function loggedIn(person: string, porten = 'idporten', query?: string): Promise<Visitor> {
  const who = visitor();
  await who.logIn(porten, person, query);
  return who;
}
/** Moves the clock, and back when the test is done. */
const start = app.clock.now();
afterEach(() => {
  app.clock.set(start);
  jest.restoreAllMocks();
});
const minutesLater = (minutes: number) => parseInstant(new Date(Date.parse(start) + minutes * 60_000).toISOString());

describe('A login', () => {
  it('leaves a span of each request, and no fødselsnummer in any', async () => {
    spans.splice(0);
    const who = await loggedIn(kari);
    await who.go(`${meg}/opplysninger`);
    await who.go('/innlogging/tilbake?code=12818510088&state=x');
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['GET /innlogging/:porten', 'GET /innlogging/tilbake', `GET ${meg}/opplysninger`]));
    expect(spans.filter((span) => JSON.stringify(span).includes('12818510088'))).toEqual([]);
  });

  it.each(['idporten', 'ansattporten'])('at %s comes back to the page that it was for, with a session', async (porten) => {
    const who = visitor();
    const page = await who.logIn(porten, administrator, '?til=/forvaltning/integrasjoner%3Fside%3D2');
    expect([page.status, page.to]).toEqual([302, '/forvaltning/integrasjoner?side=2']);
    expect(await megOf(who)).toMatchObject({ porten, innloggingsniva: 4, navn: `Syntetisk Administrator ${kommune.navn}` });
    expect(who.cookie(loginCookie)).toBeUndefined();
  });

  it('sets cookies that scripts and other sites do not get, and that belong to this host', async () => {
    const who = await loggedIn(kari);
    const set = who.seen.filter((line) => line.startsWith('__Host-'));
    expect(set.length).toBeGreaterThanOrEqual(3);
    for (const line of set) expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax(; Max-Age=\d+)?$/);
    expect(set.find((line) => line.startsWith(`${sessionCookie}=`))).toMatch(/^__Host-okt=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('at level 3 reads and does not write, and asked for at level 4 it is not let in', async () => {
    const who = await loggedIn(`${administrator}:3`);
    expect(await megOf(who)).toMatchObject({ innloggingsniva: 3, organisasjoner: [{ navn: kommune.navn, kan: [] }] });
    const page = await visitor().logIn('idporten', `${administrator}:3`, '?til=/&niva=4');
    expect([page.status, page.to]).toEqual([403, undefined]);
    expect(page.text).toContain('for lavt sikkerhetsnivå');
  });

  it('at a higher level than the session at ID-porten asks the person again', async () => {
    const who = await loggedIn(`${administrator}:3`);
    // Single sign-on: the same level goes straight through.
    let at = (await who.go('/innlogging/idporten?til=/')).to!;
    while (!at.startsWith('/innlogging/tilbake') && !at.includes('/velg/')) at = (await who.go(at)).to!;
    expect(at).toMatch(/^\/innlogging\/tilbake/);
    expect(await who.toChooser('idporten', '?niva=4')).toContain('/velg/');
  });

  it('at Ansattporten asks every time, because Ansattporten has no single sign-on', async () => {
    const who = await loggedIn(administrator, 'ansattporten');
    expect(await who.toChooser('ansattporten')).toContain('/velg/');
  });

  it('that the person breaks off goes to the page without a session, and tells it so once', async () => {
    const who = visitor();
    const query = `?${new URLSearchParams({ til: '/min-side?innlogging=avbrutt&a=b#c' }).toString()}`;
    let page = await who.form(await who.toChooser('idporten', query), { avbryt: 'ja' });
    while (page.to !== undefined && !page.to.startsWith('/min-side')) page = await who.go(page.to);
    expect(page.to).toBe('/min-side?innlogging=avbrutt&a=b#c');
    expect([who.session, (await who.go(meg)).status]).toEqual([undefined, 401]);
  });

  it('as somebody whom nobody knows, shows what went wrong and lets her choose again', async () => {
    const who = visitor();
    const chooser = await who.toChooser('idporten');
    for (const person of ['tull', 'innbygger:01017012345', 'virksomhet:910753614', '<script>']) {
      const page = await who.form(chooser, { person });
      expect([page.status, page.text.includes('role="alert"'), page.text.includes('<script>')]).toEqual([200, true, false]);
    }
    expect((await who.go(await who.choose(chooser, kari))).to).toBe('/min-side');
  });

  it('has a page that lists the persons, loads nothing, and runs no script', async () => {
    const who = visitor();
    const page = await who.go(await who.toChooser('idporten'));
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    for (const text of ['lang="nb"', 'Kari Syntetisk', 'administrator:4601', 'revisor:5001', 'tjenesteadministrator:46:INNSYN', 'plattform', '<label for="person">']) expect(page.text).toContain(text);
    expect(page.text).not.toMatch(/<script|https?:\/\//);
  });
});

describe('GET meg', () => {
  it('tells the roles in each organisation and undertjeneste, and the commands that they give', async () => {
    const who = await loggedIn(`tjenesteadministrator:${kommune.nummer}:INNSYN`);
    const { personId, organisasjoner } = await megOf(who);
    expect(organisasjoner).toMatchObject([{ navn: kommune.navn, organisasjonsnummer: kommune.orgnr, kommunenummer: kommune.nummer, roller: [{ rolle: 'ADMIN', undertjeneste: 'INNSYN' }] }]);
    const [{ kan } = { kan: [] }] = organisasjoner;
    for (const command of ['CreateIntegration', 'GrantAccess', 'EnableSvarUtAccount', 'PublishDriftsmelding']) expect(kan).toContain(command);
    for (const command of ['AppointAdministrator', 'CreateKommunalTjeneste', 'CreateEiendomslenke', 'AdoptTjeneste', 'RegisterOrganisasjon', 'ForgetPerson', 'IndexMelding']) expect(kan).not.toContain(command);
    // The same by token.
    expect((await app.as(`tjenesteadministrator:${kommune.nummer}:INNSYN`).get<Meg>(meg)()).body).toMatchObject({ personId, organisasjoner });
  });

  it('lists two kommuner for an employee of two', async () => {
    const { id: personId } = await app.person(administrator);
    await app.send(await app.person(`administrator:${other.nummer}`), 'organisasjon', other.fiksOrgId, other.fiksOrgId, { type: 'AppointAdministrator', data: { personId } });
    await app.followed(tilganger);
    const who = await loggedIn(administrator, 'ansattporten');
    expect(new Set((await megOf(who)).organisasjoner.map(({ navn }) => navn))).toEqual(new Set([kommune.navn, other.navn]));
    await app.send(await app.person(`administrator:${other.nummer}`), 'organisasjon', other.fiksOrgId, other.fiksOrgId, { type: 'DismissAdministrator', data: { personId } });
    // From the log, so it takes effect before any view has followed.
    expect((await megOf(who)).organisasjoner.map(({ navn }) => navn)).toEqual([kommune.navn]);
  });

  it('tells an auditor that she is one, and may review', async () => {
    expect((await megOf(await loggedIn(`revisor:${kommune.nummer}`))).organisasjoner).toMatchObject([{ roller: [{ rolle: 'REVISOR' }], kan: ['ReviewInnsynslogg'] }]);
  });

  it('tells the platform that it is, with no person', async () => {
    const who = await loggedIn('plattform');
    expect(await megOf(who)).toEqual({ navn: 'Plattformen', porten: 'idporten', plattform: true, kanRepresentere: [], organisasjoner: [] });
    expect((await who.go('/health')).text).toContain('"visninger"');
  });

  it('knows no platform by a session where the logins for development are closed', async () => {
    const closed = await TestApp.start();
    const platform = { porten: 'idporten', issuer: 'https://idporten.no' } as const;
    const status = async (of: TestApp, at: string) => {
      const who = new Visitor(of.url, at);
      who.set(sessionCookie, await of.sessions.start(platform, of.clock.now()));
      return (await who.go(meg)).status;
    };
    expect([await status(app, publicUrl), await status(closed, 'http://tjenesten.test')]).toEqual([200, 401]);
  });

  it('refuses a system, and one who is not logged in', async () => {
    expect((await app.as('virksomhet:910753614').get(meg)()).status).toBe(404);
    expect((await visitor().go(meg)).status).toBe(401);
  });
});

describe('Her own kommune', () => {
  it('is the one that she has chosen, in every login, until she chooses none', async () => {
    const [one, two] = [await loggedIn(kari), await loggedIn(kari, 'ansattporten')];
    expect((await one.send('PUT', `${meg}/kommune`, { kommunenummer: kommune.nummer })).status).toBe(204);
    for (const who of [one, two]) expect((await megOf(who)).egenKommune).toMatchObject({ navn: kommune.navn, kommunenummer: kommune.nummer });
    expect((await two.send('PUT', `${meg}/kommune`, { kommunenummer: null })).status).toBe(204);
    for (const who of [one, two]) expect((await megOf(who)).egenKommune).toBeUndefined();
  });

  it.each([['9999', 'UGYLDIG'], ['1', 'UGYLDIG'], ['abcd', 'UGYLDIG']])('is no kommune that does not exist: %s', async (kommunenummer) => {
    const page = await (await loggedIn(kari)).send('PUT', `${meg}/kommune`, { kommunenummer });
    expect(page.status).toBe(422);
    expect(page.text).toContain('kommunenummer');
  });
});

describe('The organisation that she acts for', () => {
  it('is one that she may act for, and the session goes on under a new id', async () => {
    const who = await loggedIn(kari);
    const [before, thief] = [who.session, who.copy()];
    expect((await who.send('PUT', `${meg}/representerer`, { orgnr: '910753614' })).status).toBe(204);
    expect(who.session).not.toBe(before);
    expect(await megOf(who)).toMatchObject({ representerer: { orgnr: '910753614', navn: 'Eksempel Havn AS' }, kanRepresentere: [{ orgnr: '910753614' }] });
    expect((await thief.go(meg)).status).toBe(401);
    expect((await who.send('PUT', `${meg}/representerer`, {})).status).toBe(204);
    expect((await megOf(who)).representerer).toBeUndefined();
  });

  it('is no other', async () => {
    const who = await loggedIn(kari);
    const before = who.session;
    expect(kodeOf(await who.send('PUT', `${meg}/representerer`, { orgnr: '311234560' }))).toBe('KAN_IKKE_REPRESENTERE');
    expect((await who.send('PUT', `${meg}/representerer`, { orgnr: '123' })).status).toBe(422);
    expect(who.session).toBe(before);
  });

  it('is none when the right to act for it was taken away a moment ago', async () => {
    const { id } = await app.person(kari);
    const lag = { orgnr: parseOrganisasjonsnummer('311234560'), navn: 'Eksempel Velforening' };
    const who = visitor();
    who.set(sessionCookie, await app.sessions.start({ person: { id, fnr: parseFodselsnummer('12818510088', { syntetiske: true }), innloggingsniva: 4 }, porten: 'idporten', issuer: 'x', representerer: lag }, app.clock.now()));
    expect((await megOf(who)).representerer).toBeUndefined();
    expect((await who.send('POST', `/innsyn-sok/api/v1/mappe/sok?onBehalfOf=${lag.orgnr}`, {})).status).toBe(403);
  });

  it('is kept, and the rest of her is told, while the register does not answer', async () => {
    const who = await loggedIn(kari);
    expect((await who.send('PUT', `${meg}/representerer`, { orgnr: '910753614' })).status).toBe(204);
    jest.spyOn(ExampleRepresentasjon.prototype, 'organisationsOf').mockRejectedValue(new RegisterUnavailable('Rolleregisteret', 'Altinn svarte 500'));
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    expect(await megOf(who)).toMatchObject({ navn: 'Kari Syntetisk', kanRepresentere: [], kanRepresentereUkjent: true, representerer: { orgnr: '910753614' } });
    expect(warned.mock.calls.map(([line]) => String(line))).toEqual(['Altinn svarte 500']);
    jest.restoreAllMocks();
    expect(await megOf(who)).not.toHaveProperty('kanRepresentereUkjent');
  });

  it('cannot be chosen with a token, which has no session', async () => {
    expect((await app.as(kari).put(`${meg}/representerer`, { orgnr: '910753614' })()).body).toMatchObject({ kode: 'UTEN_OKT' });
  });
});

describe('A session', () => {
  it('ends half an hour after the last request', async () => {
    const who = await loggedIn(kari);
    for (const minutes of [29, 58]) {
      app.clock.set(minutesLater(minutes));
      expect((await who.go(meg)).status).toBe(200);
    }
    app.clock.set(minutesLater(88));
    expect((await who.go(meg)).status).toBe(401);
  });

  it('ends two hours after the login, however much it is used', async () => {
    const who = await loggedIn(kari);
    for (let minutes = 20; minutes < 120; minutes += 20) {
      app.clock.set(minutesLater(minutes));
      expect((await who.go(meg)).status).toBe(200);
    }
    app.clock.set(minutesLater(120));
    expect((await who.go(meg)).status).toBe(401);
  });

  it('has a new id at each login, so that one who has set the cookie in her browser does not get in (fixation)', async () => {
    const attacker = await loggedIn(kari);
    const victim = visitor();
    victim.set(sessionCookie, attacker.session!);
    await victim.logIn('idporten', administrator);
    expect(victim.session).not.toBe(attacker.session);
    expect((await megOf(victim)).navn).toContain('Administrator');
    expect((await attacker.go(meg)).status).toBe(401);
  });

  it('is not begun by a cookie that somebody made up', async () => {
    const who = visitor();
    for (const made of ['tull', 'a'.repeat(43), '']) {
      who.set(sessionCookie, made);
      expect((await who.go(meg)).status).toBe(401);
    }
  });

  it('is not shown by its hash, which is all that is stored', async () => {
    const who = await loggedIn(kari);
    const thief = visitor();
    thief.set(sessionCookie, createHash('sha256').update(who.session!).digest('base64url'));
    expect((await thief.go(meg)).status).toBe(401);
  });

  it('ends when the person is forgotten, in every browser', async () => {
    const person = `innbygger:${app.fnr('revisor:0301')}`;
    const [here, there] = [await loggedIn(person), await loggedIn(person, 'ansattporten')];
    expect((await here.send('POST', '/min-kommune/api/v1/innbygger/glem')).status).toBe(204);
    for (const who of [here, there]) expect((await who.go(meg)).status).toBe(401);
  });

  it('does not begin for a person who is forgotten while she logs in', async () => {
    const who = visitor();
    const back = await who.choose(await who.toChooser('idporten'), kari);
    const starting = jest.spyOn(app.sessions, 'start');
    jest.spyOn(app.persons, 'reveal').mockResolvedValueOnce(new Map());
    expect([(await who.go(back)).status, who.session]).toEqual([400, undefined]);
    const secret = await (starting.mock.results[0]!.value as Promise<string>);
    expect(await app.sessions.find(secret, app.clock.now())).toBeUndefined();
    jest.restoreAllMocks();
  });

  it('counts for nothing beside an Authorization header', async () => {
    const who = await loggedIn(administrator);
    const beside = (authorization: string) => who.go(meg, { headers: { Authorization: authorization } });
    expect((await beside('Bearer tull')).status).toBe(401);
    expect((await beside('Basic dHVsbA==')).status).toBe(401);
    expect((await beside('')).status).toBe(401);
    expect(JSON.parse((await beside(`Bearer ${await app.token(kari)}`)).text)).toMatchObject({ navn: 'Kari Syntetisk' });
    // And a token needs no page of ours.
    const { status } = await who.go(`${meg}/kommune`, { method: 'PUT', headers: { Authorization: `Bearer ${await app.token(kari)}`, 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'cross-site' }, body: '{}' });
    expect(status).toBe(204);
  });

  it('lets a citizen search, and no integration in by its side', async () => {
    const who = await loggedIn(kari);
    expect((await who.send('POST', '/innsyn-sok/api/v1/mappe/sok', {})).status).toBe(200);
    const page = await who.go('/innsyn-index/api/v2/indexRequest', { method: 'PUT', headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', IntegrasjonId: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', IntegrasjonPassord: 'x' }, body: '{"meldinger":[]}' });
    expect(page.status).toBe(401);
  });

  it('is asked for on pages that are kept for everybody with a token', async () => {
    const path = `/min-kommune/api/v1/innbygger/${kommune.fiksOrgId}/sider/FORSIDE`;
    await app.as(kari).get(path)();
    expect((await visitor().go(path)).status).toBe(401);
    expect((await (await loggedIn(kari)).go(path)).status).toBe(200);
  });
});

describe('A request that another page makes the browser send is refused:', () => {
  const put = `${meg}/kommune`;
  const json = { 'Content-Type': 'application/json' };
  it.each<[name: string, headers: Readonly<Record<string, string>>, let_in: boolean]>([
    ['from our own page', { 'Sec-Fetch-Site': 'same-origin' }, true],
    ['from our own page, in a browser without Fetch Metadata', { Origin: publicUrl }, true],
    ['from another site', { 'Sec-Fetch-Site': 'cross-site' }, false],
    ['from another port of this host', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:5000' }, false],
    ['from a sibling host', { 'Sec-Fetch-Site': 'same-site' }, false],
    ['typed into the address bar', { 'Sec-Fetch-Site': 'none' }, false],
    ['from another origin, in a browser without Fetch Metadata', { Origin: 'https://evil.test' }, false],
    ['from another port, in a browser without Fetch Metadata', { Origin: 'http://localhost:5000' }, false],
    ['from another scheme, in a browser without Fetch Metadata', { Origin: 'https://localhost:4999' }, false],
    ['from a host that begins as ours does', { Origin: `${publicUrl}.evil.test` }, false],
    ['from a sandboxed frame', { Origin: 'null' }, false],
    ['that does not say where it is from', {}, false],
    ['from another site that claims our origin', { 'Sec-Fetch-Site': 'cross-site', Origin: publicUrl }, false],
    ['with another Host', { 'Sec-Fetch-Site': 'cross-site', 'X-Forwarded-Host': 'evil.test', Origin: 'http://evil.test' }, false],
  ])('%s', async (_, headers, letIn) => {
    const who = await loggedIn(kari);
    const page = await who.go(put, { method: 'PUT', headers: { ...json, ...headers }, body: '{}' });
    expect([page.status, kodeOf(page)]).toEqual(letIn ? [204, undefined] : [403, 'FREMMED_SIDE']);
  });

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])('a form of %s, also one that says that it is ours', async (type) => {
    const who = await loggedIn(administrator);
    const path = `/min-kommune/api/v1/${kommune.fiksOrgId}/driftsmeldinger`;
    const mark = await app.events.head();
    const body = '{"innhold":"hei"}';
    expect((await who.go(path, { method: 'POST', headers: { 'Content-Type': type, 'Sec-Fetch-Site': 'cross-site' }, body })).status).toBe(403);
    expect((await who.go(path, { method: 'POST', headers: { 'Content-Type': type, 'Sec-Fetch-Site': 'same-origin' }, body })).status).toBe(415);
    expect(await app.since(mark)).toEqual([]);
  });

  it('a log-out, which leaves the person logged in', async () => {
    const who = await loggedIn(kari);
    expect(kodeOf(await who.go('/utlogging', { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } }))).toBe('FREMMED_SIDE');
    expect((await who.go(meg)).status).toBe(200);
  });

  it('but what changes nothing may come from anywhere', async () => {
    expect((await (await loggedIn(kari)).go(meg, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(200);
  });
});

describe('The page after the login', () => {
  it.each(['/', '/min-side', '/forvaltning?a=b&c=%C3%A6', '/side#del', '/a/../b'])('may be a path of ours: %s', async (til) => {
    expect((await visitor().go(`/innlogging/idporten?til=${encodeURIComponent(til)}`)).status).toBe(302);
  });

  it.each([
    'https://evil.test/',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\\/evil.test',
    '/.//evil.test',
    '/..//evil.test',
    '/%2e//evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    ' //evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.test',
    '',
    '@evil.test',
    '/x\r\nSet-Cookie: a=b',
    '/x\r\n\r\n<script>',
    '/x\u0000y',
    '/x y',
    `/${'x'.repeat(2001)}`,
  ])('may lead nowhere else: %j', async (til) => {
    const page = await visitor().go(`/innlogging/idporten?til=${encodeURIComponent(til)}`);
    expect([page.status, page.to]).toEqual([422, undefined]);
    expect(page.headers.getSetCookie()).toEqual([]);
  });

  it('is not taken from the return, nor from Host', async () => {
    const who = visitor();
    const back = await who.choose(await who.toChooser('idporten'), kari);
    const page = await who.go(`${back}&til=//evil.test`, { headers: { 'X-Forwarded-Host': 'evil.test' } });
    expect(page.headers.get('location')).toBe(`${publicUrl}/min-side`);
  });

  it('belongs to a porten that exists', async () => {
    for (const porten of ['minid', 'constructor', '..%2f']) expect((await visitor().go(`/innlogging/${porten}`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('A return', () => {
  const lost = 'Innloggingen ble ikke fullført';

  it('that is sent again lets nobody in', async () => {
    const who = visitor();
    const back = await who.choose(await who.toChooser('idporten'), kari);
    const pending = who.cookie(loginCookie)!;
    await who.go(back);
    // Without the cookie of the login, and with the one that was there.
    const [again, replayed] = [visitor(), visitor()];
    expect((await again.go(back)).text).toContain(lost);
    replayed.set(loginCookie, pending);
    expect((await replayed.go(back)).status).toBe(403);
    for (const thief of [again, replayed]) expect(thief.session).toBeUndefined();
    expect((await who.go(meg)).status).toBe(200);
  });

  it('of another browser’s login lets nobody in (login CSRF)', async () => {
    const [attacker, victim] = [visitor(), visitor()];
    const back = await attacker.choose(await attacker.toChooser('idporten'), administrator);
    await victim.toChooser('idporten');
    const page = await victim.go(back);
    expect([page.status, page.text.includes(lost), victim.session]).toEqual([400, true, undefined]);
  });

  it('with nothing at all says so in Norwegian, and offers another try', async () => {
    const page = await visitor().go('/innlogging/tilbake');
    expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    for (const text of [lost, 'Prøv igjen', 'href="/"']) expect(page.text).toContain(text);
  });
});

/** Logs out at the issuer, as the browser does when it loads the page. Returns the frames that the page has. */
async function logOutAtIssuer(who: Visitor, til: string, { frames = true } = {}): Promise<readonly string[]> {
  const page = await who.go(til);
  const text = page.text.replaceAll('&#38;', '&');
  const sources = [...text.matchAll(/<iframe[^>]* src="([^"]+)"/g)].map(([, src]) => src!);
  // A frame of another site has no cookies.
  if (frames) for (const src of sources) expect((await visitor().go(src, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(200);
  const [, action] = /action="([^"]+)"/.exec(text) ?? [];
  const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(text) ?? [];
  const done = await who.form(action!, { xsrf: xsrf!, logout: 'yes' });
  expect(done.to).toBe('/');
  return sources;
}

describe('A log-out', () => {
  it('ends the session here and at the issuer, which asks who it is the next time', async () => {
    const who = await loggedIn(kari);
    const thief = who.copy();
    const { til } = (JSON.parse((await who.send('POST', '/utlogging')).text) as { til: string });
    expect(til).toBe(`${publicUrl}/utvikling/idporten/logout?client_id=min-kommune&post_logout_redirect_uri=${encodeURIComponent(`${publicUrl}/`)}`);
    expect(who.session).toBeUndefined();
    for (const one of [who, thief]) expect((await one.go(meg)).status).toBe(401);
    await logOutAtIssuer(who, til);
    expect(await who.toChooser('idporten')).toContain('/velg/');
  });

  it.each(['by frame', 'by token'])('at the issuer ends all sessions of the login, in every browser: %s', async (how) => {
    const who = await loggedIn(kari);
    const thief = who.copy();
    const [another, elsewhere] = [await loggedIn(kari), await loggedIn(kari, 'ansattporten')];
    // The issuer sends the token when the browser confirms; the frames are loaded before.
    const frames = await logOutAtIssuer(who, `/utvikling/idporten/logout?client_id=min-kommune&post_logout_redirect_uri=${publicUrl}/`, { frames: how === 'by frame' });
    expect(frames).toHaveLength(1);
    for (const one of [who, thief]) expect((await one.go(meg)).status).toBe(401);
    for (const one of [another, elsewhere]) expect((await one.go(meg)).status).toBe(200);
  });

  it('by frame answers the same whoever is named, and ends nobody else', async () => {
    const who = await loggedIn(kari);
    const iss = `${publicUrl}/utvikling/idporten`;
    const answers = [];
    for (const query of [{ iss, sid: 'ukjent' }, { iss: 'https://evil.test', sid: 'x' }, { iss, sid: '' }, { iss: `${publicUrl}/utvikling/ansattporten`, sid: who.session! }, { iss, sid: who.session! }])
      answers.push(await visitor().go(`/innlogging/utlogget?${new URLSearchParams(query).toString()}`));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await who.go(meg)).status).toBe(200);
    expect((await visitor().go('/innlogging/utlogget')).status).toBe(422);
  });

  it('by token needs a token of the issuer, and the log tells of others', async () => {
    const who = await loggedIn(kari);
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    for (const body of [new URLSearchParams({ logout_token: 'tull' }), new URLSearchParams({ sid: 'x' }), new URLSearchParams()])
      expect((await visitor().go('/innlogging/utlogget', { method: 'POST', body })).status).toBe(400);
    expect(warned.mock.calls.map(([line]) => String(line).split(',')[0])).toEqual(Array.from({ length: 3 }, () => 'Et utloggingstoken er ikke tatt imot: AVVIST (iss)'));
    expect((await visitor().go('/innlogging/utlogget', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).status).toBe(415);
    expect((await visitor().go('/innlogging/utlogget', { method: 'POST', body: new URLSearchParams({ logout_token: 'x'.repeat(20_000) }) })).status).toBe(413);
    expect((await who.go(meg)).status).toBe(200);
  });

  it('without a session goes to the front page', async () => {
    expect(JSON.parse((await visitor().send('POST', '/utlogging')).text)).toEqual({ til: '/' });
  });
});

describe('No fødselsnummer', () => {
  it('is in an address, a cookie, an event or a kept session of any of these', async () => {
    const who = visitor();
    await who.logIn('idporten', kari);
    await who.send('PUT', `${meg}/representerer`, { orgnr: '910753614' });
    const { til } = (JSON.parse((await who.send('POST', '/utlogging')).text) as { til: string });
    await logOutAtIssuer(who, til);
    const events = JSON.stringify(await app.since(0n), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    // Also what is base64, such as the parts of a JWT.
    const decoded = [...who.seen, events].flatMap((text) => [text, ...(text.match(/[\w-]{16,}/g) ?? []).map((one) => Buffer.from(one, 'base64url').toString('latin1'))]);
    expect(decoded.filter((text) => text.includes('12818510088') || hasFodselsnummer(text))).toEqual([]);
  });
});
