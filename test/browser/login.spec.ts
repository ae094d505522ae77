import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { Site } from '../support/browser.js';

const meg = '/min-kommune/api/v1/meg';

let site: Site;
let context: BrowserContext;
let page: Page;
/** The messages of the browser on content that a policy has blocked. */
const blocked: string[] = [];

beforeAll(async () => {
  site = await Site.start({ LOG_FORMAT: 'json' });
}, 180_000);
afterAll(() => site.end());
beforeEach(async () => {
  context = await site.browser.newContext({ locale: 'nb-NO' });
  page = await opened();
});
afterEach(() => context.close());

async function opened(): Promise<Page> {
  const one = await context.newPage();
  one.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) blocked.push(message.text());
  });
  return one;
}

interface Meg {
  readonly navn: string;
  readonly porten: string;
  readonly organisasjoner: readonly { readonly navn: string; readonly kan: readonly string[] }[];
}
/** Asks the API as a script of our own page does. */
const ask = (on: Page, path: string, method = 'GET', body?: object) =>
  on.evaluate(
    async ([url, how, sent]) => {
      const answer = await fetch(url, { method: how, ...(sent !== undefined && { headers: { 'Content-Type': 'application/json' }, body: sent }) });
      const text = await answer.text();
      return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as unknown };
    },
    [path, method, body && JSON.stringify(body)] as const,
  );
const megOf = async (on: Page) => (await ask(on, meg)).body as Meg;
const statusOf = async (on: Page) => (await ask(on, meg)).status;

/** Logs out as our pages do: asks, and goes where the answer says. */
async function logOut(on: Page): Promise<void> {
  const { body } = await ask(on, '/utlogging', 'POST');
  await on.goto((body as { til: string }).til);
  await on.waitForURL(`${site.address}/**`);
  await on.waitForURL((url) => !url.pathname.startsWith('/utvikling/'));
}

it('a citizen chooses herself by the keyboard alone, and sees who she is', async () => {
  await page.goto(`${site.address}/innlogging/idporten?til=/api`);
  expect(await page.locator('html').getAttribute('lang')).toBe('nb');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('ID-porten for utvikling');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Kari Syntetisk');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${site.address}/api`);
  expect(await megOf(page)).toMatchObject({ navn: 'Kari Syntetisk', porten: 'idporten' });
  const { antallTreff } = (await ask(page, '/innsyn-sok/api/v1/mappe/sok', 'POST', {})).body as { antallTreff: number };
  expect(antallTreff).toBeGreaterThan(0);
});

it('no script can read the session, and the browser keeps it for this host alone', async () => {
  await page.goto(`${site.address}/innlogging/idporten?til=/api`);
  await page.getByRole('button', { name: /^Kari Syntetisk Har post/ }).click();
  await page.waitForURL(`${site.address}/api`);
  expect(await page.evaluate('document.cookie')).toBe('');
  const cookies = await context.cookies(site.address);
  expect(cookies.find(({ name }) => name === '__Host-okt')).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', domain: 'localhost', expires: -1 });
  expect(cookies.map(({ name }) => name)).not.toContain('__Host-innlogging');
});

it('an employee with two kommuner logs in at Ansattporten, sees both, and changes one', async () => {
  const issuer = DevelopmentIssuer.open({ dataDir: site.folder });
  const bearer = async (who: string) => ({ Authorization: `Bearer ${await issuer.issue(persona(who))}` });
  const { personId } = (await (await fetch(`${site.address}${meg}`, { headers: await bearer('administrator:4601') })).json()) as { personId: string };
  const trondheim = fiksOrgIdOf(organisationNumbered('5001')!);
  const granted = await fetch(`${site.address}/autorisasjon-update/api/v1/ressurs/${trondheim}/tilganger`, {
    method: 'POST',
    headers: { ...(await bearer('administrator:5001')), 'Content-Type': 'application/json' },
    body: JSON.stringify({ aktor: personId, privilegium: 'ADMIN' }),
  });
  expect(granted.status).toBeLessThan(300);

  await page.goto(`${site.address}/innlogging/ansattporten?til=/api&niva=4`);
  await page.getByLabel('Personen, slik «npm run token» skriver den').fill('administrator:4601');
  await page.getByRole('button', { name: 'Logg inn' }).click();
  await page.waitForURL(`${site.address}/api`);
  const { organisasjoner, porten } = await megOf(page);
  expect([porten, organisasjoner.map(({ navn }) => navn)]).toEqual(['ansattporten', ['Bergen', 'Trondheim']]);
  for (const { kan } of organisasjoner) expect(kan).toContain('PublishDriftsmelding');
  const melding = { innhold: 'Vi oppgraderer i natt.', kategori: 'FORSENDELSE', meldingType: 'INFORMASJON' };
  expect((await ask(page, `/min-kommune/api/v1/${trondheim}/driftsmeldinger`, 'POST', melding)).status).toBe(201);
});

it('a log-out ends the session in all tabs, here and at ID-porten, which then asks who it is', async () => {
  await page.goto(`${site.address}/innlogging/idporten?til=/api`);
  await page.getByRole('button', { name: /^Ola Syntetisk/ }).click();
  await page.waitForURL(`${site.address}/api`);
  const tab = await opened();
  await tab.goto(`${site.address}/api`);
  expect(await statusOf(tab)).toBe(200);
  await logOut(page);
  expect(new URL(page.url()).pathname).toBe('/');
  expect(await statusOf(tab)).toBe(401);
  expect((await context.cookies(site.address)).map(({ name }) => name)).not.toContain('__Host-okt');
  await tab.goto(`${site.address}/innlogging/idporten?til=/api`);
  await tab.getByRole('heading', { name: 'ID-porten for utvikling' }).waitFor();
});

it('a log-out that begins at the issuer ends the session here, by a frame without a cookie', async () => {
  await page.goto(`${site.address}/innlogging/idporten?til=/api`);
  await page.getByRole('button', { name: /^Ola Syntetisk/ }).click();
  await page.waitForURL(`${site.address}/api`);
  const tab = await opened();
  await tab.goto(`${site.address}/utvikling/idporten/logout`);
  await tab.getByRole('heading', { name: 'Du er logget ut' }).waitFor();
  expect(await statusOf(page)).toBe(401);
});

it('the person breaks off, and is where she was, not logged in', async () => {
  await page.goto(`${site.address}/innlogging/idporten?til=/api`);
  await page.getByRole('button', { name: 'Avbryt innloggingen' }).click();
  await page.waitForURL(`${site.address}/api?innlogging=avbrutt`);
  expect(await statusOf(page)).toBe(401);
});

describe('A page on another port of this machine', () => {
  let evil: Server;
  let evilAddress: string;
  beforeAll(async () => {
    evil = createHttpServer((request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>Ond</title><form method="post" action="${site.address}${request.url ?? ''}" enctype="text/plain"><input name='{"innhold":"Ond","x":"' value='"}'><button>Vinn</button></form>`);
    }).listen(0);
    await once(evil, 'listening');
    evilAddress = `http://localhost:${(evil.address() as AddressInfo).port}`;
  });
  afterAll(() => evil.close());

  it('gets the cookie sent along, by form and by fetch, and is refused', async () => {
    await page.goto(`${site.address}/innlogging/ansattporten?til=/api`);
    await page.getByLabel('Personen').fill('administrator:4601');
    await page.getByRole('button', { name: 'Logg inn' }).click();
    await page.waitForURL(`${site.address}/api`);
    const bergen = fiksOrgIdOf(organisationNumbered('4601')!);
    const path = `/min-kommune/api/v1/${bergen}/driftsmeldinger`;

    const attack = await context.newPage();
    await attack.goto(`${evilAddress}${path}`);
    const [sent] = await Promise.all([attack.waitForRequest(`${site.address}${path}`), attack.getByRole('button', { name: 'Vinn' }).click()]);
    expect((await sent.allHeaders())['cookie']).toContain('__Host-okt=');
    expect([(await sent.response())!.status(), await attack.locator('body').textContent()]).toEqual([403, expect.stringContaining('FREMMED_SIDE') as unknown]);

    await attack.goto(`${evilAddress}/utlogging`);
    const [out] = await Promise.all([attack.waitForResponse(`${site.address}/utlogging`), attack.evaluate((url) => fetch(url, { method: 'POST', credentials: 'include', mode: 'no-cors' }).then(() => undefined), `${site.address}/utlogging`)]);
    expect(out.status()).toBe(403);
    expect(await statusOf(page)).toBe(200);
  });
});

it('in all of this no fødselsnummer was logged, and no page was blocked by its own policy', () => {
  expect(site.service.output).toContain('"route":"/innlogging/tilbake"');
  for (const fnr of ['12818510088', '03867220088', (persona('administrator:4601') as { fnr: string }).fnr]) expect(site.service.output).not.toContain(fnr);
  expect(blocked).toEqual([]);
});
