import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona } from '../../src/infrastructure/development/personas.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A port that no process listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('A newcomer opens the page for trying the API', () => {
  let dataDir: string;
  let service: ChildProcess;
  let address: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'browser-'));
    const port = await freePort();
    address = `http://localhost:${port}`;
    service = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, NODE_ENV: 'development', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) => {
      service.stdout!.on('data', (text: Buffer) => {
        if (text.includes('Klar på')) resolve();
      });
    });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
    page = await browser.newPage({ locale: 'nb-NO' });
  });

  afterAll(async () => {
    await browser.close();
    service.kill('SIGTERM');
    await once(service, 'exit');
    await rm(dataDir, { recursive: true });
  });

  it('pastes a token, and sees the kommune it administers', async () => {
    const token = await DevelopmentIssuer.open({ dataDir }).issue(persona('administrator:4601'));
    const blocked: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) blocked.push(message.text());
    });
    await page.goto(`${address}/api`);

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
    const token = await DevelopmentIssuer.open({ dataDir }).issue(persona('administrator:1103'));
    const headers = { Authorization: `Bearer ${token}` };
    const own = (await (await fetch(`${address}/konfigurasjon/api/v1/organisasjoner/synlige`, { headers })).json()) as { uuid: string }[];
    const org = own[0]!.uuid;
    const post = (path: string) => fetch(`${address}${path}`, { method: 'POST', headers, redirect: 'manual' });
    await post(`/konfigurasjon/api/v1/organisasjoner/${org}/tjenester/MIN_KOMMUNE/initialiser`);
    const started = await post(`/avtale/api/v1/avtaler/signering/${org}/MIN_KOMMUNE`);

    await page.goto(started.headers.get('location')!);
    await page.getByRole('heading', { name: 'Signer Tjenestevedlegg for Min kommune' }).waitFor();
    await page.getByRole('link', { name: 'Signer' }).click();
    await page.waitForURL(`${address}/?signering=SIGNERT`);

    const services = (await (
      await fetch(`${address}/konfigurasjon/api/v1/organisasjoner/${org}/tjenester`, { headers })
    ).json()) as { kode: string; initialisert: boolean }[];
    expect(services.map(({ kode, initialisert }) => [kode, initialisert])).toEqual([
      ['MIN_KOMMUNE', true],
      ['INNSYN', true],
      ['KOMMUNALE_TJENESTER', true],
      ['MINE_EIENDOMMER', true],
    ]);
  });
});
