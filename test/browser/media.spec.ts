import type { Page } from 'playwright-core';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { Site, type Tab } from '../support/browser.js';

// The pages on paper, in colours that the device forces, and without motion, in each of the three rooms. A list of many rows is whole.

const bergen = fiksOrgIdOf(organisationNumbered('4601')!);
const many = 230;
const titleOf = (n: number) => `Tjeneste ${String(n).padStart(3, '0')}`;
const rooms = {
  'Min kommune': { porten: 'idporten', who: 'innbygger:12818510088', paths: ['/post', '/saker', '/faktura', '/profil'] },
  Forvaltning: { porten: 'ansattporten', who: 'administrator:4601', paths: ['', '/administratorer', '/innsyn', '/innsyn/svarut', '/innsyn/driftsmeldinger', '/innsyn/driftsmeldinger/ny', '/kommunale-tjenester'].map((path) => `/forvaltning/${bergen}${path}`) },
  Revisjon: { porten: 'ansattporten', who: 'revisor:4601', paths: ['', '/slik-var-det', '/innsynslogg'].map((path) => `/revisjon/${bergen}${path}`) },
} as const;

let site: Site;
const tabs = new Map<string, Tab>();
beforeAll(async () => {
  site = await Site.start();
  for (const [room, { porten, who, paths }] of Object.entries(rooms)) {
    const tab = await site.open({ width: 1280, colorScheme: 'light' });
    await tab.logIn(porten, who, paths[0]);
    tabs.set(room, tab);
  }
}, 180_000);
afterAll(() => site.end());

/** Runs a function with the elements of a selector that are seen, in the page. */
const seen = (page: Page, selector: string) => page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1).map((one) => one.outerHTML.slice(0, 120))`);

/** The faults of a page. The change of medium itself moves what is seen, and axe knows nothing of forced colours. */
const faultsOf = async (tab: Tab, name: string) => (await tab.audit(name)).filter((fault) => !/: (moved by|color-contrast)/.test(fault));

describe.each(Object.entries(rooms))('%s', (room, { paths }) => {
  afterEach(async () => {
    const { page } = tabs.get(room)!;
    await page.emulateMedia({ media: 'screen', forcedColors: 'none', reducedMotion: 'no-preference' });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate(`localStorage.removeItem('utseende')`);
  });

  it('is printed without menus and buttons, dark on light, and nothing is cut off', async () => {
    const tab = tabs.get(room)!;
    const { page } = tab;
    for (const path of paths) {
      await page.emulateMedia({ media: 'screen' });
      await page.evaluate(`localStorage.setItem('utseende', 'dark')`);
      await tab.goto(path);
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 794, height: 1123 });
      expect([path, await seen(page, 'nav, footer, .topphoyre, .kvittering, .sokefelt, .knapper, button:not([aria-pressed=true])')]).toEqual([path, []]);
      expect(await faultsOf(tab, `papir${path.replace(/[^a-z]+/g, '-')}`)).toEqual([]);
      // Paper of an organisation says which it is, and when it was printed.
      const printed = page.getByText(/^Bergen · .*Skrevet ut \d/);
      expect([path, await printed.count()]).toEqual([path, room === 'Min kommune' ? 0 : 1]);
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
      expect(await printed.count()).toBe(0);
      expect(await page.evaluate('document.documentElement.dataset.colorScheme')).toBe('dark');
      await page.evaluate(`localStorage.removeItem('utseende')`);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });

  it('shows the focus, the present page and the icons in forced colours', async () => {
    const tab = tabs.get(room)!;
    const { page } = tab;
    await page.emulateMedia({ forcedColors: 'active' });
    for (const path of paths) {
      await tab.goto(path);
      expect(await faultsOf(tab, `tvungne-farger${path.replace(/[^a-z]+/g, '-')}`)).toEqual([]);
      // The present page has a line of another colour than the others have.
      const lines = await page.evaluate<[boolean, string][]>(`[...document.querySelectorAll('.hovedmeny a, .orgmeny a, .faner a')].map((one) => [one.hasAttribute('aria-current'), getComputedStyle(one).borderBlockEndColor])`);
      expect(new Set(lines.filter(([current]) => current).map(([, color]) => color)).size).toBeLessThanOrEqual(1);
      expect(new Set(lines.map(([current, color]) => `${current} ${color}`)).size).toBe(lines.some(([current]) => current) ? 2 : lines.length > 0 ? 1 : 0);
      // An icon has a colour that is not that of what it stands on.
      expect(await page.evaluate(`[...document.querySelectorAll('main svg[fill], header svg[fill]')].filter((one) => one.checkVisibility() && getComputedStyle(one).color === getComputedStyle(document.body).backgroundColor).map((one) => one.outerHTML)`)).toEqual([]);
      // Every stop of the Tab key has an outline.
      for (let n = 0; n < 12; n++) {
        await page.keyboard.press('Tab');
        const [at, outline] = await page.evaluate<[string, string]>(`(() => { const one = document.activeElement; const { outlineStyle, outlineWidth } = getComputedStyle(one); return [one.outerHTML.slice(0, 100), outlineStyle + ' ' + outlineWidth]; })()`);
        // The parts of a date are marked inside of their field.
        if (!/^<body|type="date/.test(at)) expect([path, at, outline]).toEqual([path, at, expect.stringMatching(/^(auto|solid|double|dotted|dashed) [1-9]/)]);
      }
    }
  });

  it('moves nothing for those who want no motion', async () => {
    const tab = tabs.get(room)!;
    const { page } = tab;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.addInitScript(`
      window.moved = [];
      const note = (event) => window.moved.push(event.type + ' ' + (event.animationName ?? event.propertyName) + ' ' + event.target.className);
      const slow = (event) => event.target.getAnimations().some((one) => one.effect.getComputedTiming().duration > 50);
      for (const type of ['animationstart', 'transitionstart']) document.addEventListener(type, (event) => { if (slow(event)) note(event); }, true);
    `);
    for (const path of paths) {
      await tab.goto(path);
      // What is opened and pointed at would move.
      await page.getByRole('button', { name: /^Konto/ }).click();
      await page.keyboard.press('Escape');
      for (const one of await page.locator('main a:visible, main button:visible').all().then((all) => all.slice(0, 6))) await one.hover({ trial: false });
      expect([path, await page.evaluate('window.moved')]).toEqual([path, []]);
      expect(await page.evaluate('document.getAnimations().filter((one) => one.effect.getComputedTiming().activeDuration > 50).length')).toBe(0);
    }
  });
});

describe(`A kommune with ${many} more tjenester`, () => {
  let tab: Tab;
  beforeAll(async () => {
    const token = await DevelopmentIssuer.open({ dataDir: site.folder }).issue(persona('administrator:4601'));
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    for (let n = 0; n < many; n++) {
      const answer = await fetch(`${site.address}/min-kommune/api/v1/${bergen}/kommunale-tjenester`, { method: 'POST', headers, body: JSON.stringify({ tittel: titleOf(n), lenke: `https://www.bergen.kommune.no/${n}`, rettetMot: 'PERSON' }) });
      expect(answer.status).toBe(201);
    }
    tab = tabs.get('Forvaltning')!;
    await tab.goto(`/forvaltning/${bergen}/kommunale-tjenester`);
  }, 180_000);

  it('is shown a hundred at a time, to the last of them, which can be opened', async () => {
    const { page } = tab;
    const rows = page.locator('.rader > li');
    await page.getByText(/^Viser 100 av 2\d\d$/).waitFor();
    expect(await rows.count()).toBe(100);
    await page.getByRole('button', { name: 'Vis flere' }).click();
    await page.getByText(/^Viser 200 av 2\d\d$/).waitFor();
    await page.getByRole('button', { name: 'Vis flere' }).press('Enter');
    await page.getByText('Alle er vist.').waitFor();
    // The button is gone, and a keyboard goes on from where it was.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Alle er vist.');
    await page.getByRole('link', { name: `Rediger ${titleOf(many - 1)}` }).click();
    await page.getByRole('heading', { name: 'Rediger kommunal tjeneste' }).waitFor();
    expect(await page.getByLabel('Tittel').inputValue()).toBe(titleOf(many - 1));
  });

  it('is printed whole', async () => {
    const { page } = tab;
    await tab.goto(`/forvaltning/${bergen}/kommunale-tjenester`);
    expect(await page.locator('.rader > li').count()).toBe(100);
    await page.evaluate(`window.addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('.rader > li').length; })`);
    await page.pdf();
    expect(await page.evaluate('window.printed')).toBeGreaterThanOrEqual(many);
  });

  it('is found whole by citizens', async () => {
    const citizen = tabs.get('Min kommune')!;
    await citizen.goto('/tjenester?q=tjeneste');
    const { page } = citizen;
    await page.getByText(/^Viser 20 av 2\d\d$/).waitFor();
    await page.getByRole('button', { name: 'Vis flere' }).click();
    await page.getByText(/^Viser 40 av 2\d\d$/).waitFor();
  });
});

it('A review of more tilganger than one request takes is saved in parts, and what is saved is not sent again', async () => {
  const { page } = tabs.get('Forvaltning')!;
  const address = '**/tilgangsgjennomgang**';
  const tilganger = Array.from({ length: 502 }, (_, n) => ({ aktor: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, aktorType: 'PERSON', navn: `Person ${n}`, ressurs: bergen, omrade: 'ORGANISASJON', privilegium: 'REVISOR', utloperSnart: false, ikkeGjennomgatt: true }));
  const sent: string[][] = [];
  let refuses = true;
  await page.route(address, async (route) => {
    const request = route.request();
    const { pathname, searchParams } = new URL(request.url());
    if (!pathname.startsWith('/min-kommune/')) return route.continue();
    if (request.method() === 'GET') {
      const [fra, antall] = [Number(searchParams.get('fra') ?? 0), Number(searchParams.get('antall') ?? 100)];
      return route.fulfill({ json: { antallTreff: tilganger.length, forespurtFra: fra, forespurtAntall: antall, treff: tilganger.slice(fra, fra + antall), utloperSnart: 0, ikkeGjennomgatt: tilganger.length } });
    }
    const aktorer = (request.postDataJSON() as { tilganger: { aktor: string }[] }).tilganger.map(({ aktor }) => aktor);
    // The second part is refused at first.
    if (sent.length === 1 && refuses) {
      refuses = false;
      return route.fulfill({ status: 409, json: { kode: 'TILGANG_ENDRET', detail: 'En tilgang du vil beholde, er ikke gitt lenger. Hent listen på nytt.' } });
    }
    sent.push(aktorer);
    return route.fulfill({ json: { beholdt: aktorer.length, fjernet: 0 } });
  });
  await tabs.get('Forvaltning')!.goto(`/forvaltning/${bergen}/tilgangsgjennomgang`);
  await page.getByText('Viser 100 av 502').waitFor();
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  await page.waitForFunction(`document.querySelectorAll('input[value=BEHOLD]').length === ${tilganger.length}`);
  await page.evaluate(`document.querySelectorAll('input[value=BEHOLD]').forEach((one) => one.click())`);
  const listed = page.waitForRequest((request) => request.method() === 'GET' && request.url().includes('/tilgangsgjennomgang?'));
  await page.getByRole('button', { name: 'Lagre gjennomgangen' }).click();
  await page.locator('.kvittering').getByText('En tilgang du vil beholde, er ikke gitt lenger.').waitFor();
  // The list is asked for again, and the choices that are not recorded stay.
  await listed;
  expect(await page.locator('input[value=BEHOLD]:checked').count()).toBe(2);
  await page.getByRole('button', { name: 'Lagre gjennomgangen' }).click();
  // The receipt counts the first part too.
  await page.getByText('Gjennomgangen er lagret. 502 beholdt, 0 fjernet.').waitFor();
  expect(await page.locator('input[value=BEHOLD]:checked').count()).toBe(0);
  await page.unroute(address);
  expect(sent.map((part) => part.length)).toEqual([500, 2]);
  expect(sent.flat().sort()).toEqual(tilganger.map(({ aktor }) => aktor).sort());
}, 180_000);

it('A list that becomes shorter than what is shown of it leaves the focus where it is', async () => {
  const { page } = tabs.get('Forvaltning')!;
  const address = '**/tilgangsgjennomgang**';
  const rows: Readonly<Record<string, number>> = { ALLE: 150, IKKE_GJENNOMGATT: 250 };
  await page.route(address, async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    if (!pathname.startsWith('/min-kommune/')) return route.continue();
    const [total, fra, antall] = [rows[searchParams.get('utvalg')!]!, Number(searchParams.get('fra') ?? 0), Number(searchParams.get('antall') ?? 100)];
    const tilganger = Array.from({ length: total }, (_, n) => ({ aktor: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, aktorType: 'PERSON', navn: `Person ${n}`, ressurs: bergen, omrade: 'ORGANISASJON', privilegium: 'REVISOR', utloperSnart: false, ikkeGjennomgatt: true }));
    return route.fulfill({ json: { antallTreff: total, forespurtFra: fra, forespurtAntall: antall, treff: tilganger.slice(fra, fra + antall), utloperSnart: 0, ikkeGjennomgatt: total } });
  });
  await tabs.get('Forvaltning')!.goto(`/forvaltning/${bergen}/tilgangsgjennomgang`);
  await page.getByText('Viser 100 av 150').waitFor();
  await page.getByLabel('Ikke gjennomgått det siste året').check();
  await page.getByText('Viser 100 av 250').waitFor();
  await page.getByRole('button', { name: 'Vis flere' }).click();
  await page.getByText('Viser 200 av 250').waitFor();
  await page.getByLabel('Alle', { exact: true }).check();
  await page.getByText('Alle er vist.').waitFor();
  expect(await page.evaluate('document.activeElement.value')).toBe('ALLE');
  await page.unroute(address);
});
