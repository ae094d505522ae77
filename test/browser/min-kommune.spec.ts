import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { Site, type Tab, windows } from '../support/browser.js';

// A citizen finds her things on Min kommune. The pictures of a run lie in build/pictures.

const kari = 'innbygger:12818510088';
let site: Site;
beforeAll(async () => {
  site = await Site.start();
}, 180_000);
afterAll(() => site.end());

describe('A citizen on her phone', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await site.open({ width: 390, colorScheme: 'light' });
  });
  afterAll(() => tab.close());
  const heading = (name: string) => tab.page.getByRole('heading', { level: 1, name }).waitFor();
  const menu = async (name: string) => {
    await tab.page.getByRole('button', { name: 'Meny' }).click();
    await tab.page.getByRole('link', { name, exact: true }).first().click();
    await heading(name);
    await tab.settled();
  };

  it('logs in from the front page, and comes back to the page that she asked for', async () => {
    const { page } = tab;
    await tab.goto('/post?q=vedtak');
    await heading('Min kommune');
    tab.faults.splice(0); // the answer to who she is was 401
    await page.getByRole('link', { name: 'Logg inn med ID-porten' }).click();
    await page.locator(`button[value="${kari}"]`).click();
    await heading('Post fra kommunen');
    await page.getByRole('heading', { name: 'Vedtak om plass i kulturskolen' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=vedtak');
    expect(await page.title()).toBe('Post fra kommunen – Min kommune');
    // No script can read the session.
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('finds a case, with its course and its documents', async () => {
    const { page } = tab;
    await menu('Mine saker');
    await page.getByRole('link', { name: /Garasje og støttemur.*Bergen/ }).click();
    await heading('Garasje og støttemur i Fjordgata 14');
    await page.getByText('Manglende tegninger i søknaden om garasje').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Under behandling' }).last().waitFor();
    // The heading has the focus, so that a screen reader begins there.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.goBack();
    await heading('Mine saker');
  });

  it('sees what she has to pay, what she owns, and the tjenester of her kommune', async () => {
    const { page } = tab;
    await tab.goto('/');
    await page.getByRole('link', { name: /^Faktura/ }).filter({ hasText: /\d ikke betalt/ }).waitFor();
    await menu('Faktura');
    await page.getByText('Ikke betalt').first().waitFor();
    await page.locator('label', { hasText: 'Ikke betalt' }).click();
    await page.waitForURL(/vis=ubetalte/);
    await tab.settled();
    expect(await page.getByText('Kommunale avgifter 1. kvartal').count()).toBe(0);
    await menu('Mine eiendommer');
    await page.getByRole('link', { name: /Byggesaker på eiendommen/ }).first().waitFor();
    await menu('Kommunale tjenester');
    await page.getByRole('searchbox').fill('kulturskole');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Treff på «kulturskole»' }).waitFor();
    await page.locator('mark', { hasText: 'Kulturskole' }).first().waitFor();
  });

  it('searches everything, narrows the hits, and keeps them in the address', async () => {
    const { page } = tab;
    await tab.goto('/');
    await page.keyboard.press('/');
    await page.keyboard.type('garasje');
    await page.keyboard.press('Enter');
    await heading('Søk');
    await page.getByText(/treff på «garasje»/).waitFor();
    await page.getByRole('combobox', { name: 'Type' }).selectOption('forsendelse');
    await page.getByText('1 treff på «garasje»').waitFor();
    expect(new URL(page.url()).search).toBe('?q=garasje&type=forsendelse');
    await page.reload();
    await page.getByText('1 treff på «garasje»').waitFor();
    await page.getByRole('button', { name: 'Fjern filteret Post' }).click();
    await page.getByText('11 treff på «garasje»').waitFor();
    await page.getByRole('searchbox').fill('12818510088');
    await page.keyboard.press('Enter');
    await page.getByText('Søk uten fødselsnummer').waitFor();
    expect(page.url()).not.toContain('12818510088');
  });

  it('chooses nynorsk, and keeps it', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: 'Nynorsk' }).click();
    await heading('Søk');
    await page.reload();
    await page.getByRole('button', { name: 'Bokmål' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('nn');
    await tab.goto('/innsynslogg');
    await heading('Kven har sett opplysningane mine');
    await page.getByRole('button', { name: 'Bokmål' }).click();
    await heading('Hvem har sett mine opplysninger');
  });

  it('acts for a virksomhet, and for herself again', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: /^Konto/ }).click();
    await page.getByRole('button', { name: 'Bytt hvem du opptrer for' }).click();
    await heading('Velg hvem du opptrer for');
    await page.getByRole('button', { name: 'Velg Eksempel Havn AS' }).click();
    await heading('Hei, Eksempel Havn AS');
    await page.getByText('Søk om skjenkebevilling').waitFor();
    await tab.goto('/velg-aktor');
    await page.getByRole('button', { name: 'Velg Deg selv' }).click();
    await heading('Hei, Kari Syntetisk');
  });

  it('chooses her kommune, and is told so', async () => {
    const { page } = tab;
    await tab.goto('/profil');
    await page.getByRole('combobox', { name: 'Kommune' }).selectOption('4601');
    await page.getByRole('button', { name: 'Lagre kommune' }).click();
    await page.getByText('Du ser nå tjenester og meldinger fra Bergen.').waitFor();
    await page.getByRole('link', { name: 'Se siden' }).click();
    await page.getByRole('heading', { name: 'Kommunale tjenester i Bergen' }).waitFor();
  });

  it('keeps what she has written when her session ends, and goes on when she is back', async () => {
    const { page } = tab;
    await tab.goto('/profil');
    const kommune = page.getByRole('combobox', { name: 'Kommune' });
    await kommune.selectOption('0301');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Lagre kommune' }).click();
    const notice = page.getByRole('dialog', { name: 'Du er logget ut' });
    await notice.waitFor();
    expect(await kommune.count()).toBe(0);
    expect(await tab.audit('utlogget')).toEqual([]);
    const [other] = await Promise.all([page.context().waitForEvent('page'), notice.getByRole('link', { name: /Logg inn med ID-porten/ }).click()]);
    await other.locator(`button[value="${kari}"]`).click();
    await other.waitForURL(`${site.address}/`);
    await other.close();
    await notice.getByRole('button', { name: 'Jeg har logget inn' }).click();
    await notice.waitFor({ state: 'detached' });
    expect(await kommune.inputValue()).toBe('0301');
    await kommune.selectOption('4601');
    await page.getByRole('button', { name: 'Lagre kommune' }).click();
    await page.getByText('Du ser nå tjenester og meldinger fra Bergen.').waitFor();
    tab.faults.splice(0); // the answers 401
  });

  it('is not forgotten before she has said that she understands', async () => {
    const { page } = tab;
    await tab.goto('/profil');
    await page.getByRole('button', { name: 'Glem meg' }).click();
    const dialog = page.getByRole('dialog', { name: 'Vil du at vi skal glemme deg?' });
    await dialog.waitFor();
    expect(await tab.audit('glem-meg')).toEqual([]);
    await dialog.getByRole('button', { name: 'Glem meg' }).click();
    await dialog.getByText('Sett haken for å bekrefte.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The focus goes back to what opened the dialog.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Glem meg');
  });

  it('is told that the service is away, and gets the page when it is back', async () => {
    const { page } = tab;
    await tab.goto('/saker');
    expect(tab.faults).toEqual([]);
    await site.service.end('SIGTERM');
    await page.getByRole('searchbox').fill('garasje');
    await page.keyboard.press('Enter');
    await page.getByText('Får ikke kontakt, prøver igjen …').waitFor();
    await site.startAgain();
    await page.getByRole('link', { name: /Garasje og støttemur.*Bergen/ }).waitFor();
    expect(await page.getByText('Får ikke kontakt').count()).toBe(0);
    tab.faults.splice(0);
  });

  it('logs out, and leaves nothing behind', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: /^Konto/ }).click();
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.waitForURL((url) => url.pathname !== '/saker');
    await tab.goto('/saker');
    await heading('Min kommune');
    expect(await page.getByText('Garasje').count()).toBe(0);
  });
});

describe('The first page', () => {
  /** The kB of the files of a sort that the open page has loaded, compressed with gzip. */
  const loaded = async ({ page }: Tab, kind: '.js' | '.css') => {
    await page.waitForLoadState('networkidle');
    const paths = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)`);
    return paths.filter((path) => path.endsWith(kind)).reduce((sum, path) => sum + readFileSync(join('build/src/web', `${path}.gz`)).length / 1000, 0);
  };

  it('loads at most 140 kB of script and 30 kB of style, before the login and after it', async () => {
    const tab = await site.open({ width: 390, colorScheme: 'light' });
    await tab.goto('/');
    const before = { script: await loaded(tab, '.js'), style: await loaded(tab, '.css') };
    await tab.logIn('idporten', kari, '/');
    await tab.goto('/');
    const after = { script: await loaded(tab, '.js'), style: await loaded(tab, '.css') };
    for (const { script, style } of [before, after]) {
      expect(script).toBeGreaterThan(100);
      expect(script).toBeLessThanOrEqual(140);
      expect(style).toBeGreaterThan(10);
      expect(style).toBeLessThanOrEqual(30);
    }
    await tab.close();
  });

  it.each([1280, 320])('opens the menu of the account below its button, %s px wide', async (width) => {
    const tab = await site.open({ width, colorScheme: 'light' });
    await tab.logIn('idporten', kari, '/');
    const button = tab.page.getByRole('button', { name: /^Konto/ });
    await button.click();
    const item = tab.page.getByRole('button', { name: 'Profil og innstillinger' });
    await item.waitFor();
    const [above, menu] = [(await button.boundingBox())!, (await tab.page.locator('.ds-dropdown').boundingBox())!];
    expect(menu.y).toBeGreaterThanOrEqual(above.y + above.height);
    expect(menu.y).toBeLessThan(above.y + above.height + 24);
    expect(menu.x).toBeGreaterThanOrEqual(0);
    expect(menu.x).toBeLessThan(above.x + above.width);
    expect(menu.x + menu.width).toBeLessThanOrEqual(width);
    await tab.page.keyboard.press('Escape');
    await item.waitFor({ state: 'hidden' });
    await tab.close();
  });

  it('empties its search, and leaves the focus in the field', async () => {
    const tab = await site.open({ width: 390, colorScheme: 'light' });
    await tab.logIn('idporten', kari, '/');
    const field = tab.page.getByRole('searchbox');
    await field.fill('garasje');
    await tab.page.getByRole('button', { name: 'Tøm søket' }).click();
    expect(await field.inputValue()).toBe('');
    expect(await tab.page.evaluate('document.activeElement.type')).toBe('search');
    expect(await tab.page.getByRole('button', { name: 'Tøm søket' }).count()).toBe(0);
    await tab.close();
  });
});

describe('A citizen who wants to know what is held about her, and to be forgotten', () => {
  const ola = 'innbygger:03867220088';
  let tab: Tab;
  beforeAll(async () => {
    tab = await site.open({ width: 390, colorScheme: 'light' });
    await tab.logIn('idporten', ola, '/profil');
  });
  afterAll(() => tab.close());
  afterEach(() => {
    expect(tab.faults.splice(0)).toEqual([]);
  });
  const ask = async () => {
    await tab.page.getByRole('button', { name: 'Glem meg' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Vil du at vi skal glemme deg?' });
    await dialog.waitFor();
    return dialog;
  };
  const post = () => tab.page.locator('main .liste > li');

  it('takes a copy away, with her letters and her logins', async () => {
    const { page } = tab;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Last ned kopien' }).click()]);
    expect(download.suggestedFilename()).toBe('mine-opplysninger.json');
    const copy = JSON.parse(await readFile(await download.path(), 'utf8')) as { meg: { navn?: string; fodselsnummer?: string }[]; meldinger: unknown[]; innlogginger: unknown[] };
    expect(copy.meg).toEqual([expect.objectContaining({ navn: 'Ola Syntetisk', fodselsnummer: '03867220088' })]);
    expect(copy.meldinger.length).toBeGreaterThan(0);
    expect(copy.innlogginger).toHaveLength(1);
  });

  it('changes her mind, and everything is as before', async () => {
    const { page } = tab;
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    const dialog = await ask();
    await dialog.getByLabel('Jeg forstår at det ikke kan angres').check();
    await dialog.getByRole('button', { name: 'Avbryt' }).click();
    await dialog.waitFor({ state: 'hidden' });
    // What she had ticked is not kept for the next time.
    await (await ask()).getByRole('button', { name: 'Glem meg' }).click();
    await dialog.getByText('Sett haken for å bekrefte.').waitFor();
    await page.keyboard.press('Escape');
    expect(sent.filter((url) => url.includes('/glem'))).toEqual([]);
    await tab.goto('/post');
    expect(await post().count()).toBeGreaterThan(0);
  });

  it('is forgotten: she is told so, is logged out, and her things are gone', async () => {
    const { page } = tab;
    await tab.goto('/profil');
    const dialog = await ask();
    await dialog.getByLabel('Jeg forstår at det ikke kan angres').check();
    await dialog.getByRole('button', { name: 'Glem meg' }).click();
    await page.locator('.kvittering').getByText('Du er glemt. Posten, sakene, fakturaene og skjemaene dine er slettet her.').waitFor();
    await page.getByRole('link', { name: 'Logg inn med ID-porten' }).waitFor();
    expect(await tab.audit('glemt')).toEqual([]);
    expect(await page.getByText('Ola Syntetisk').count()).toBe(0);
    // The session is over for the service too, not only for the page.
    await tab.goto('/post');
    await page.getByRole('link', { name: 'Logg inn med ID-porten' }).waitFor();
    tab.faults.splice(0); // the answers 401
    // Another browser, because ID-porten still knows her in this one.
    const other = await site.open({ width: 390, colorScheme: 'light' });
    await other.logIn('idporten', ola, '/post');
    await other.page.getByText('Du har ingen post').waitFor();
    expect(await other.page.locator('main .liste > li').count()).toBe(0);
    await other.close();
  });

  it('who has had a role reads how long the name is kept, in her language', async () => {
    const other = await site.open({ width: 1280, colorScheme: 'light' });
    await other.logIn('idporten', 'revisor:4601', '/profil');
    const { page } = other;
    await page.getByRole('button', { name: 'Nynorsk' }).click();
    await page.getByRole('button', { name: 'Gløym meg' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Gløym meg' }).click();
    await page.locator('.kvittering').getByText(/Namnet ditt blir ståande i revisjonssporet og i avtalar du har signert, til \d+\. \S+ 20\d\d\./).waitFor();
    await other.close();
  });
});

describe.each(windows)('Every page, $width px wide in $colorScheme', (window) => {
  it('is for everybody: axe finds nothing, nothing is cut off, and nothing jumps', async () => {
    const tab = await site.open(window);
    const found: string[] = [];
    const look = async (path: string, name = path.replace(/\W+/g, '-')) => {
      await tab.goto(path);
      found.push(...(await tab.audit(`${name}-${window.width}-${window.colorScheme}`)));
    };
    await look('/', 'innlogging');
    tab.faults.splice(0);
    await tab.logIn('idporten', kari, '/');
    for (const path of ['/', '/post', '/saker', '/faktura', '/skjema', '/eiendommer', '/tjenester', '/sok?q=garasje', '/sok?q=xyzzy', '/innsynslogg', '/profil', '/velg-aktor', '/veiledning', '/finnes-ikke']) await look(path);
    const sak = await tab.page.evaluate(`fetch('/innsyn-sok/api/v1/mappe/sok', { method: 'POST' }).then((answer) => answer.json()).then(({ treff }) => treff.at(-1).dokumentId)`);
    await look(`/saker/${sak as string}`, 'sak');
    await tab.page.getByRole('button', { name: /^Konto/ }).click();
    found.push(...(await tab.audit(`konto-${window.width}-${window.colorScheme}`)));
    await tab.page.keyboard.press('Escape');
    if (window.width < 500) {
      await tab.page.getByRole('button', { name: 'Meny' }).click();
      found.push(...(await tab.audit(`meny-${window.width}-${window.colorScheme}`)));
    }
    expect(found).toEqual([]);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });
});
