import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const DESKTOP: BrowserContextOptions = { viewport: { width: 1360, height: 860 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A real server with the demo catalogue and its shop, and a real browser to open it in. */
export interface OpenShop {
  server: ServerProcess;
  browser: Browser;
  /** What pages asked of other hosts, and what they complained about. */
  complaints: string[];
  /** Opens an address in a browser of its own (nothing kept of others), and waits until products, or a word why not, are there. */
  visit(address: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function openShop(): Promise<OpenShop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-shop-'));
  const server = await startServerProcess({ DATA_DIR: dataDir, RATE_LIMIT_SEARCHES: '0' });
  const browser = await startBrowser();
  const complaints: string[] = [];
  return {
    server,
    browser,
    complaints,
    async visit(address, options = DESKTOP) {
      const context = await browser.newContext({ locale: 'en-GB', ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${address}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${address}: ${message.text()}`);
      });
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(server.origin) && !/^(blob|data):/.test(url)) complaints.push(`${address}: asked ${url}`);
      });
      await page.goto(`${server.origin}${address}`);
      await settled(page);
      return page;
    },
    async close() {
      await browser.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until no search is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.results:not([aria-busy="true"]), .state').first().waitFor();
}

/** The names of the products that are listed, in their order. */
export function namesOf(page: Page): Promise<string[]> {
  return page.locator('main .card-name').allTextContents();
}

/** The prices of the products that are listed, in their order. */
export async function pricesOf(page: Page): Promise<number[]> {
  const prices = await page.locator('main .card-price').allTextContents();
  return prices.map((price) => Number(price.replace(/[^\d.]/g, '')));
}

/** Waits until so many products are said to be there, and listed: `27 products`. */
export async function countIs(page: Page, count: string): Promise<void> {
  await page.locator('.toolbar-count', { hasText: new RegExp(`^${count}`) }).waitFor();
  await settled(page);
}

/** What axe-core finds serious or worse on a page as it is. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // As a devtools evaluation: the page's own policy allows no scripts but its files.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
}
