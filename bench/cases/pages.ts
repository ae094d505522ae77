import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
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
const built = join(root, 'build/src/web');

/**
 * Measures pages on a phone with slow 4G and a slow processor: the largest contentful paint of a first visit, in ms, as the median of
 * five. Measures the script and the style of the first page too, before and after the login, compressed with gzip, in kB: together, and
 * each file of at least 1 kB. Needs Debian's Chromium, or CHROMIUM.
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
      const paint = seen.map((one) => one.paint).sort((a, b) => a - b)[Math.floor(visits / 2)]!;
      results.push(withoutReference(`LCP of ${path}, slow 4G, processor × ${slowerProcessor}`, 'ms', paint));
      if (path === '(logged out)' || path === '/') results.push(...sizes(path, seen[0]!.files));
    }
  } finally {
    await browser.close();
    await running.stop();
  }
  return results;
}

/** The sizes of the scripts and styles of a page, largest first. */
function sizes(page: string, files: readonly string[]): Result[] {
  return ['.js', '.css'].flatMap((kind) => {
    const all = files.filter((file) => file.endsWith(kind)).map((file) => ({ file, kB: statSync(join(built, `${file}.gz`)).size / 1000 }));
    return [
      withoutReference(`${kind} of ${page}, ${all.length} files`, 'kB', all.reduce((sum, { kB }) => sum + kB, 0)),
      ...all.filter(({ kB }) => kB >= 1).sort((a, b) => b.kB - a.kB).map(({ file, kB }) => withoutReference(`  ${file.slice('/assets/'.length)}`, 'kB', kB)),
    ];
  });
}

interface Visit {
  readonly paint: number;
  /** The addresses of the page's scripts and styles. */
  readonly files: readonly string[];
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
  const seen = await page.evaluate<Visit>(`({
    paint: window.paint,
    files: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => /\\.(js|css)$/.test(path)),
  })`);
  await context.close();
  return seen;
}
