import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.ts';
import { hasBrowser } from '../support/browser.ts';
import { type OpenShop, openShop, PHONE, seriousFindings, settled } from '../support/shop.ts';

const MAX_SCRIPT_BYTES = 150_000;
/** What web.dev calls good is 0.1; here nothing is to move at all. */
const MAX_SHIFT = 0.001;

const DARK: BrowserContextOptions = { viewport: { width: 1360, height: 860 }, colorScheme: 'dark' };

interface Shift {
  value: number;
  what: string[];
}

/** Of all that moved since the page began without anybody having asked for it: how much, and what of it is still there. */
function shiftsOf(page: Page): Promise<Shift[]> {
  return page.evaluate<Shift[]>(`new Promise((resolve) => {
    const shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        const nodes = sources.flatMap(({ node }) => node ?? []);
        const elements = nodes.map((node) => (node instanceof Element ? node : node.parentElement));
        const toName = (element) => (element?.closest('.filters') ? 'filters' : String(element?.className));
        if (!hadRecentInput) shifts.push({ value, what: elements.map(toName) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(shifts), 200);
  })`);
}

// Once more where it fails: on a busy machine a browser draws late, and a shop that is broken fails twice.
describe.skipIf(!hasBrowser)('the shop is as good as shops are', { retry: 1 }, () => {
  let shop: OpenShop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  test.each<[string, string, BrowserContextOptions | undefined]>([
    ['the first view', '/', undefined],
    ['the first view on a phone in the dark', '/', { ...PHONE, colorScheme: 'dark' }],
    ['a search', '/?q=sneakers+under+80,+not+red&words=sneakers&stock=1', undefined],
    ['a search on a phone', '/?q=red+dress', PHONE],
    ['a search in the dark', '/?q=red+haodie&not=long+sleeves&category=clothing', DARK],
    ['a product', '/?q=shoes&product=sku-0105', undefined],
    ['a product in the dark', '/?product=sku-0105', DARK],
    ['an image', '/?image=http%3A%2F%2Flocalhost%2Fdemo%2Fimages%2Fsku-0105.png&part=0.1,0.1,0.5,0.5', undefined],
    ['an empty list', '/?q=sneakers+under+80&category=groceries', undefined],
    ['an error', '/?like=sku-none', undefined],
  ])('axe-core finds nothing serious on %s', async (_name, address, options) => {
    const page = await shop.visit(address, options);
    if (address.includes('product=')) await page.getByRole('dialog').getByRole('heading', { level: 3 }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('axe-core finds nothing serious while somebody types, chooses a photo, asks how it was found, or filters on a phone', async () => {
    const page = await shop.visit('/?q=shoes');
    await page.getByText('How was this found?').click();
    await page.getByRole('table').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Search' }).fill('red s');
    await page.locator('.suggestion').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Search by photo' }).click();
    expect(await seriousFindings(page)).toEqual([]);
    const phone = await shop.visit('/?q=shoes', PHONE);
    await phone.getByRole('button', { name: 'Filters' }).tap();
    expect(await seriousFindings(phone)).toEqual([]);
  });

  test('its scripts are less than 150 kB on the way', async () => {
    const page = await shop.visit('/');
    const sizes = await page.evaluate<number[]>(`performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .map(({ encodedBodySize }) => encodedBodySize)`);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
  });

  test.each<[string, string, BrowserContextOptions | undefined]>([
    ['the first view', '/', undefined],
    ['a search', '/?q=sneakers+under+80,+not+red', undefined],
    ['what looks like a product', '/?like=sku-0105', undefined],
    ['a product', '/?product=sku-0105', undefined],
    ['the first view on a phone', '/', PHONE],
    ['a search on a phone', '/?q=red+dress', PHONE],
  ])('nothing moves by itself while %s loads, and while more comes by scrolling', async (_name, address, options) => {
    const page = await shop.visit(address, options);
    for (let step = 0; step < 12 && !address.includes('product='); step++) {
      await page.evaluate(() => scrollBy(0, 400));
      await page.waitForTimeout(40);
    }
    await page.waitForLoadState('networkidle');
    const shifts = await shiftsOf(page);
    expect(shifts.filter(({ value }) => value > MAX_SHIFT)).toEqual([]);
  });

  test('no product moves by itself while results follow what is typed', async () => {
    const page = await shop.visit('/?q=shoes');
    await page.getByRole('combobox', { name: 'Search' }).fill('sneakers under 80, not red');
    await page.getByRole('button', { name: 'Remove not red' }).waitFor();
    await settled(page);
    const shifts = await shiftsOf(page);
    expect(shifts.flatMap(({ what }) => what).filter((name) => name !== 'filters')).toEqual([]);
  });

  /** For README and docs: SHOP_SCREENSHOTS=on npx vitest run tests/e2e/shop-quality.test.ts */
  test.skipIf(process.env.SHOP_SCREENSHOTS !== 'on')('takes its pictures', async () => {
    const folder = join(PACKAGE_ROOT, 'docs');
    await mkdir(folder, { recursive: true });
    const desk = await shop.visit('/?q=shoes+under+150%2C+not+black', { viewport: { width: 1360, height: 820 } });
    await desk.waitForLoadState('networkidle');
    await desk.screenshot({ path: join(folder, 'shop-desktop.png') });
    const phone = await shop.visit('/?q=red+dress', { ...PHONE, deviceScaleFactor: 1.5 });
    await phone.waitForLoadState('networkidle');
    await phone.screenshot({ path: join(folder, 'shop-phone.png') });
  });
});
