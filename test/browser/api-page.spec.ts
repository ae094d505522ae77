import type { Page } from 'playwright-core';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { Site } from '../support/browser.js';

describe('A newcomer opens the page for trying the API', () => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await Site.start();
    page = await site.browser.newPage({ locale: 'nb-NO' });
  }, 180_000);
  afterAll(() => site.end());

  it('pastes a token, and sees the kommune it administers', async () => {
    const token = await DevelopmentIssuer.open({ dataDir: site.folder }).issue(persona('administrator:4601'));
    const blocked: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) blocked.push(message.text());
    });
    await page.goto(`${site.address}/api`);

    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('.auth-container input').fill(token);
    await page.locator('.auth-container').getByRole('button', { name: 'Apply credentials' }).click();
    await page.getByRole('button', { name: 'Close' }).last().click();

    await page.locator('.opblock-tag', { hasText: 'KS Fiks Konfigurasjon organisasjoner og tjenester' }).click();
    const operation = page.locator('.opblock', { hasText: 'Organisasjonene du kan administrere' });
    await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('Bergen').first().waitFor();

    // The page keeps the token in memory only, and needs nothing that its policy blocks.
    expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).toBe('{}');
    expect(blocked).toEqual([]);
  });

  it('signs the tjenestevedlegg in the stand-in for the signing service', async () => {
    const token = await DevelopmentIssuer.open({ dataDir: site.folder }).issue(persona('administrator:1103'));
    const headers = { Authorization: `Bearer ${token}` };
    const own = (await (await fetch(`${site.address}/konfigurasjon/api/v1/organisasjoner/synlige`, { headers })).json()) as { uuid: string }[];
    const org = own[0]!.uuid;
    const post = (path: string) => fetch(`${site.address}${path}`, { method: 'POST', headers, redirect: 'manual' });
    await post(`/konfigurasjon/api/v1/organisasjoner/${org}/tjenester/MIN_KOMMUNE/initialiser`);
    const started = await post(`/avtale/api/v1/avtaler/signering/${org}/MIN_KOMMUNE`);

    await page.goto(started.headers.get('location')!);
    await page.getByRole('heading', { name: 'Signer Tjenestevedlegg for Min kommune' }).waitFor();
    await page.getByRole('link', { name: 'Signer' }).click();
    await page.waitForURL(`${site.address}/?signering=SIGNERT`);

    const services = (await (
      await fetch(`${site.address}/konfigurasjon/api/v1/organisasjoner/${org}/tjenester`, { headers })
    ).json()) as { kode: string; initialisert: boolean }[];
    expect(services.map(({ kode, initialisert }) => [kode, initialisert])).toEqual([
      ['MIN_KOMMUNE', true],
      ['INNSYN', true],
      ['KOMMUNALE_TJENESTER', true],
      ['MINE_EIENDOMMER', true],
    ]);
  });
});
