import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { withoutReference, type Result } from '../support/measure.js';
import { newStorage, service } from '../support/service.js';

/** Slow 4G as Lighthouse has it: bytes a second each way, and the round trip in ms. */
const slow4G = { offline: false, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8, latency: 150 };
const slowerProcessor = 4;
const visits = 5;
const kari = 'innbygger:12818510088';
const citizenPages = ['/', '/post', '/saker', '/tjenester'] as const;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Measures pages on a phone with slow 4G and a slow processor: the largest contentful paint of a first visit, in ms, as the median of
 * five, and the script and the style of the first page, compressed. Needs Debian's Chromium, or CHROMIUM.
 */
export async function pages(): Promise<Result[]> {
  execFileSync('npm', ['run', '-s', 'build:web'], { cwd: root, env: { ...process.env, WEB_OUT: '../../../build/src/web' } });
  const running = await service(await newStorage('embedded'), { EXAMPLES: 'true', NODE_ENV: 'development' });
  await running.examples();
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const results: Result[] = [];
  try {
    for (const path of ['(logged out)', ...citizenPages]) {
      const seen: Visit[] = [];
      for (let n = 0; n < visits; n++) seen.push(await visit(browser, running.address.replace('127.0.0.1', 'localhost'), path));
      const median = (value: (one: Visit) => number) => seen.map(value).sort((a, b) => a - b)[Math.floor(visits / 2)]!;
      results.push(withoutReference(`LCP of ${path}, slow 4G, processor × ${slowerProcessor}`, 'ms', median(({ paint }) => paint)));
      if (path === '(logged out)') {
        results.push(withoutReference('script of the first page', 'kB', median(({ script }) => script) / 1000));
        results.push(withoutReference('style of the first page', 'kB', median(({ style }) => style) / 1000));
      }
    }
  } finally {
    await browser.close();
    await running.stop();
  }
  return results;
}

interface Visit {
  readonly paint: number;
  readonly script: number;
  readonly style: number;
}

/** Opens a page in a new browser profile, as a first visit. The login comes before the throttling. */
async function visit(browser: Browser, address: string, path: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  if (path !== '(logged out)') {
    await page.goto(`${address}/innlogging/idporten?til=/api&niva=4`);
    await page.locator(`button[value="${kari}"]`).click();
    await page.waitForURL(`${address}/api`);
  }
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  await session.send('Network.emulateNetworkConditions', slow4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowerProcessor });
  await page.addInitScript(`
    window.paint = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) window.paint = one.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
  `);
  await page.goto(address + (path.startsWith('/') ? path : '/'), { waitUntil: 'networkidle' });
  await page.locator('h1').waitFor();
  await page.locator(':root:not(:has(.henter, .ds-skeleton))').waitFor({ state: 'attached' });
  const seen = await page.evaluate<Visit>(`(() => {
    const size = (kind) => performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith(kind)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    return { paint: window.paint, script: size('.js'), style: size('.css') };
  })()`);
  await context.close();
  return seen;
}
