import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { AppProcess } from './app-process.js';
import { freePort } from './free-port.js';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The service with its pages and the examples, in a process of its own, and a Chromium: Debian's, or that of `CHROMIUM`. */
export class Site {
  private constructor(
    /** The data folder, which ends with the site. */
    readonly folder: string,
    readonly address: string,
    private readonly settings: Readonly<Record<string, string>>,
    readonly browser: Browser,
    public service: AppProcess,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'site-'));
    const port = await freePort();
    const all = { PORT: String(port), NODE_ENV: 'development', EXAMPLES: 'true', SVARUT_INTERVAL: '200', ...settings };
    const service = await AppProcess.start(folder, all);
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet }).catch(async (error: unknown) => {
      await service.end('SIGTERM');
      throw error;
    });
    return new Site(folder, `http://localhost:${port}`, all, browser, service);
  }

  /** Starts the service again on its address and its data, after `service.end`. */
  async startAgain(): Promise<void> {
    this.service = await AppProcess.start(this.folder, this.settings);
  }

  /** Opens a tab in a browser profile of its own. */
  open(window: Window): Promise<Tab> {
    return Tab.open(this.browser, this.address, window);
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.service.end('SIGTERM');
    await rm(this.folder, { recursive: true });
  }
}

const axe = readFileSync(join(process.cwd(), 'node_modules/axe-core/axe.min.js'), 'utf8');
/** The pictures of a run, which nobody compares: they are for people to look at. */
const pictures = join(process.cwd(), 'build/pictures');
mkdirSync(pictures, { recursive: true });

/** The size of a window and how its owner wants pages to look. */
export interface Window {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}
export const windows: readonly Window[] = [1280, 320].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));

/** A tab of a browser that remembers what went wrong in it. */
export class Tab {
  /** Errors of scripts, and messages of the console that are errors. */
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly address: string,
  ) {}

  static async open(browser: Browser, address: string, { width, colorScheme }: Window): Promise<Tab> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: 'nb-NO', reducedMotion: 'reduce' });
    const page = await context.newPage();
    const tab = new Tab(page, context, address);
    page.on('pageerror', (error) => tab.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') tab.faults.push(message.text());
    });
    await page.addInitScript(`
      window.shift = 0;
      new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value; }).observe({ type: 'layout-shift', buffered: true });
    `);
    return tab;
  }

  /** Logs a persona in by the page that stands in for the issuer, and waits for the page that it comes back to. */
  async logIn(porten: 'idporten' | 'ansattporten', persona: string, til: string): Promise<void> {
    await this.page.goto(`${this.address}/innlogging/${porten}?${new URLSearchParams({ til, niva: '4' }).toString()}`);
    await this.page.locator(`button[value="${persona}"]`).click();
    await this.page.waitForURL(`${this.address}${til}`);
    await this.settled();
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.address + path);
    await this.settled();
  }

  /** Waits until the page has its heading and all that it asked for. */
  async settled(): Promise<void> {
    await this.page.locator('h1').waitFor();
    // A predicate would be evaluated in the page, whose policy forbids that.
    await this.page.locator(':root:not(:has(.henter, .ds-skeleton, .ds-spinner))').waitFor({ state: 'attached' });
  }

  /** The faults of the page: what axe finds, what does not fit, and how much moved while it came. Takes a picture. */
  async audit(name: string): Promise<readonly string[]> {
    const { page } = this;
    const { width } = page.viewportSize()!;
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate<string[]>(`(async () => {
      const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
      const clipped = [...document.querySelectorAll('main *, header *, footer *')].filter((one) => {
        const { left, right, width } = one.getBoundingClientRect();
        const hides = getComputedStyle(one);
        const isScrolled = one.closest('.rull, ds-tabs, .ds-table, [role=tablist]') !== null;
        const isHidden = one.closest('.ds-sr-only, [popover], dialog, .kontonavn, svg, .ds-skip-link') !== null;
        const isField = ['INPUT', 'SELECT', 'TEXTAREA'].includes(one.tagName);
        const hidesWidth = hides.overflowX !== 'visible' && hides.textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1;
        const hidesHeight = hides.overflowY !== 'visible' && hides.display !== 'inline' && one.scrollHeight > one.clientHeight + 1;
        return width > 0 && !isScrolled && !isHidden && (left < -1 || right > innerWidth + 1 || (!isField && (hidesWidth || hidesHeight)));
      });
      return [
        ...violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
        ...(document.documentElement.scrollWidth > innerWidth ? ['the page is ' + document.documentElement.scrollWidth + ' px wide'] : []),
        ...clipped.map((one) => 'clipped: ' + one.outerHTML.slice(0, 200)),
        ...(window.shift > 0.1 ? ['moved by ' + window.shift.toFixed(2)] : []),
      ];
    })()`);
    return found.map((one) => `${name} (${width}): ${one}`);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
