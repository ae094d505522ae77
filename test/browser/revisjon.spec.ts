import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { Site, type Tab, windows } from '../support/browser.js';

// An auditor moves through the record of a kommune. The pictures of a run lie in build/pictures.

const bergen = fiksOrgIdOf(organisationNumbered('4601')!);
const record = `/revisjon/${bergen}`;
let site: Site;
beforeAll(async () => {
  site = await Site.start({ SEAL_INTERVAL: '200' });
}, 180_000);
afterAll(() => site.end());

describe('An auditor', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await site.open({ width: 1280, colorScheme: 'light' });
    await tab.logIn('ansattporten', 'revisor:4601', record);
  });
  afterAll(() => tab.close());
  afterEach(() => {
    expect(tab.faults.splice(0)).toEqual([]);
  });

  it('filters the trail, and the filters stand in the address', async () => {
    const { page } = tab;
    await page.getByLabel('Hva eller hvem det gjelder').fill('Kulturskole');
    await page.getByRole('button', { name: 'Vis hendelsene' }).click();
    await page.waitForURL(/gjelder=Kulturskole/);
    await page.getByRole('heading', { name: 'Opprettet kommunal tjeneste «Kulturskole»' }).waitFor();
    expect(await page.locator('main .liste > li').count()).toBeLessThan(5);
    await page.reload();
    await page.getByRole('heading', { name: 'Opprettet kommunal tjeneste «Kulturskole»' }).waitFor();
    expect(await page.getByLabel('Hva eller hvem det gjelder').inputValue()).toBe('Kulturskole');
  });

  it('takes the filtered trail away as a file', async () => {
    const { page } = tab;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Last ned som CSV' }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines[0]).toContain('posisjon;tidspunkt;hvem');
    expect(lines.slice(1).every((line) => line.includes('Kulturskole'))).toBe(true);
  });

  it('moves back with the arrow keys, and sees the organisation without what came later', async () => {
    const { page } = tab;
    await tab.goto(`${record}/slik-var-det`);
    const slider = page.getByRole('slider');
    const setup = page.locator('main .rutenett');
    await setup.getByText('Kulturskole', { exact: true }).waitFor();
    const last = await slider.inputValue();
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await slider.inputValue()).toBe(String(Number(last) - 1));
    await page.waitForURL(/posisjon=\d+/);
    await page.keyboard.press('Home');
    await setup.getByText('Min kommune var ikke tatt i bruk').waitFor();
    await setup.getByText('Kulturskole', { exact: true }).waitFor({ state: 'detached' });
    expect(await slider.getAttribute('aria-valuetext')).toContain('Registrerte');
  });

  it('sees who could do what then, and the page that citizens saw', async () => {
    const { page } = tab;
    await tab.goto(`${record}/slik-var-det`);
    await page.getByText('Tilgangene', { exact: true }).click();
    await page.getByRole('rowheader', { name: 'Syntetisk Revisor Bergen' }).waitFor();
    await page.getByText('Siden innbyggerne så', { exact: true }).click();
    await page.getByLabel('Side', { exact: true }).selectOption('FAKTURA');
    await page.getByText('Fakturaer fra før 2024 finner du i nettbanken.').last().waitFor();
  });

  it('is told on every tab that the clock was set back', async () => {
    const { page } = tab;
    const answers = /\/revisjon\/(tilstand|tilganger|side\/)/;
    await page.route(answers, async (route) => {
      const response = await route.fetch();
      const { per, ...rest } = (await response.json()) as { per: object };
      await route.fulfill({ response, json: { ...rest, per: { ...per, senereDatert: 2 } } });
    });
    for (const vis of ['oppsett', 'tilganger', 'side']) {
      await tab.goto(`${record}/slik-var-det?vis=${vis}`);
      await page.getByText('2 hendelser er datert senere, fordi klokken var stilt tilbake.').waitFor();
    }
    await page.unroute(answers);
  });

  it('is told why two moments cannot be compared', async () => {
    const { page } = tab;
    await tab.goto(`${record}/forskjell`);
    await page.getByLabel('Fra', { exact: true }).fill('2001-01-01T08:00');
    await page.getByRole('button', { name: 'Vis forskjellene' }).click();
    await page.getByText('Organisasjonen har ingen hendelser så tidlig.').waitFor();
    tab.faults.splice(0); // the answer 422
  });

  it('checks the whole log in the browser, against a checkpoint that was kept', async () => {
    const { page } = tab;
    await tab.goto(`${record}/kontroll`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Last ned kontrollpunktet' }).click()]);
    const kept = await download.path();
    await page.getByLabel('Kontrollpunkter du har tatt vare på').setInputFiles(kept);
    await page.getByRole('button', { name: 'Kontroller hele loggen' }).click();
    await page.getByRole('heading', { name: 'Loggen er hel' }).waitFor();
    // A checkpoint that somebody has changed is no evidence.
    const forged = join(site.folder, 'forfalsket.txt');
    await writeFile(forged, (await readFile(kept, 'utf8')).replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`));
    await page.getByLabel('Kontrollpunkter du har tatt vare på').setInputFiles(forged);
    await page.getByRole('button', { name: 'Kontroller hele loggen' }).click();
    await page.getByRole('heading', { name: 'Loggen kan ikke kontrolleres' }).waitFor();
    await page.getByText('Noen har endret kontrollpunktet.').waitFor();
  });

  it('registers a review of the innsynslogg, which is then listed', async () => {
    const { page } = tab;
    await tab.goto(`${record}/innsynslogg`);
    await page.getByRole('button', { name: 'Registrer' }).click();
    await page.getByText('Rett dette før du går videre').waitFor();
    tab.faults.splice(0); // the answer 400
    await page.getByLabel('Konklusjon').fill('Ingen funn i november');
    // The answer is lost after the service has registered it. A repeat makes no second review.
    let isLost = false;
    await page.route('**/revisjon/gjennomganger', async (route) => {
      if (route.request().method() !== 'POST' || isLost) return route.continue();
      isLost = true;
      await route.fetch();
      return route.abort();
    });
    await page.getByRole('button', { name: 'Registrer' }).click();
    await page.getByRole('heading', { name: 'Ingen funn i november' }).waitFor();
    await page.getByText('Rett dette før du går videre').waitFor();
    tab.faults.splice(0); // the answer that was lost
    await page.getByRole('button', { name: 'Registrer' }).click();
    await page.getByText('Gjennomgangen er registrert.').waitFor();
    await tab.settled();
    expect(await page.getByRole('heading', { name: 'Ingen funn i november' }).count()).toBe(1);
  });

  it('meets half-written dates, and addresses without any', async () => {
    const { page } = tab;
    for (const path of ['?fra=2026&til=abc', '/innsynslogg?fra=abc&til=2026', '/forskjell?fra=abc']) {
      await tab.goto(record + path);
      expect(await page.getByText('Noe gikk galt').count()).toBe(0);
    }
    await tab.goto(`${record}/slik-var-det`);
    await page.getByLabel('Gå til et tidspunkt').fill('0002-11-23T08:00');
    expect(await page.getByRole('slider').count()).toBe(1);
  });

  it('of another kommune is not told that the organisation exists', async () => {
    const other = await site.open({ width: 1280, colorScheme: 'light' });
    await other.logIn('ansattporten', 'revisor:5001', record);
    await other.page.getByText('Fant ikke det du ba om, eller du har ikke tilgang til det.').waitFor();
    await other.close();
  });
});

describe.each(windows)('At $width px, $colorScheme, Revisjon', (window) => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await site.open(window);
    await tab.logIn('ansattporten', 'revisor:4601', record);
  });
  afterAll(() => tab.close());

  it.each([
    ['hendelser', ''],
    ['slik-var-det', '/slik-var-det'],
    ['tilganger', '/slik-var-det?vis=tilganger'],
    ['side', '/slik-var-det?vis=side'],
    ['forskjell', '/forskjell'],
    ['kontroll', '/kontroll'],
    ['innsynslogg', '/innsynslogg'],
  ])('is for everybody: %s', async (name, path) => {
    await tab.goto(record + path);
    expect(await tab.audit(`revisjon-${name}-${window.width}-${window.colorScheme}`)).toEqual([]);
  });
});
