import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../support/browser.ts';
import { countIs, namesOf, type OpenShop, openShop, PHONE, settled } from '../support/shop.ts';

// Once more where it fails: on a busy machine a browser draws late, and a shop that is broken fails twice.
describe.skipIf(!hasBrowser)('ways through the shop', { retry: 1 }, () => {
  let shop: OpenShop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  const topOf = (page: Page) => page.evaluate(() => Math.round(scrollY));
  const cards = (page: Page) => page.locator('main .card:not([aria-hidden])');

  /** Scrolls down as with a wheel until there are so many products, and a little on; gives how far down that is. */
  async function scrollTo(page: Page, count: number): Promise<number> {
    await page.mouse.move(900, 600);
    while ((await cards(page).count()) < count) {
      await page.mouse.wheel(0, 700);
      await page.waitForTimeout(50);
    }
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(400);
    return topOf(page);
  }

  test('more products come by scrolling, and the back button comes back to the very place', async () => {
    const page = await shop.visit('/');
    const top = await scrollTo(page, 96);
    expect(top).toBeGreaterThan(2000);
    const names = await namesOf(page);
    expect(new Set(names).size).toBeGreaterThan(90);
    await page.getByRole('combobox', { name: 'Search' }).fill('red dress');
    await page.waitForURL('**/?q=red+dress');
    await settled(page);
    await expect.poll(() => topOf(page)).toBe(0);
    await page.goBack();
    await page.waitForFunction((wanted) => Math.abs(scrollY - wanted) < 3, top);
    await expect.poll(async () => (await namesOf(page)).slice(0, 96)).toEqual(names.slice(0, 96));
    await page.goForward();
    await page.waitForURL('**/?q=red+dress');
    await settled(page);
    await expect.poll(() => topOf(page)).toBe(0);
  });

  test('a product that is opened and closed leaves the list where it was, and so does a reload', async () => {
    const page = await shop.visit('/');
    await scrollTo(page, 72);
    await cards(page).nth(60).scrollIntoViewIfNeeded();
    const top = await topOf(page);
    await cards(page).nth(60).getByRole('link').click();
    await page.getByRole('dialog').getByRole('heading').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await cards(page).count()).toBeGreaterThanOrEqual(72);
    await expect.poll(() => topOf(page)).toBe(top);
    await page.waitForTimeout(300);
    await page.reload();
    await page.waitForFunction((wanted) => Math.abs(scrollY - wanted) < 3, top);
    await cards(page).nth(71).waitFor();
  });

  test('whoever does not scroll has a button for more', async () => {
    const page = await shop.visit('/');
    await page.getByRole('button', { name: 'Show more products' }).press('Enter');
    await cards(page).nth(47).waitFor();
  });

  test('an address brings the whole search to somebody else', async () => {
    const address =
      '/?q=shoes+under+120&not=red&category=shoes&a.color=black&a.color=brown&stock=1&sort=PRICE_ASC&collapse=1';
    const page = await shop.visit(address);
    const names = await namesOf(page);
    expect(names.length).toBeGreaterThan(1);
    for (const chip of ['Shoes', 'Black', 'Brown', 'In stock', 'rather not red', 'under 120'])
      expect(await page.getByRole('button', { name: `Remove ${chip}`, exact: true }).count()).toBe(1);
    expect(await page.getByLabel('Sort by').inputValue()).toBe('PRICE_ASC');
    const other = await shop.visit(new URL(page.url()).search.replace(/^/, '/'));
    expect(await namesOf(other)).toEqual(names);
  });

  test('where nothing matches, there is something to do', async () => {
    const page = await shop.visit('/?q=sneakers+under+80&category=groceries');
    await page.getByRole('heading', { name: 'Nothing matches all of that' }).waitFor();
    await page.getByRole('button', { name: 'Remove all filters' }).click();
    await page
      .locator('main .card-name', { hasText: /sneakers|trainers/i })
      .first()
      .waitFor();
  });

  test('a shop that cannot be reached says so, and goes on once it can', async () => {
    const page = await shop.visit('/');
    await page.route('**/graphql', (route) => route.abort('connectionrefused'));
    await page.getByRole('button', { name: 'leather bag' }).click();
    await page.getByRole('heading', { name: 'The shop cannot be reached' }).waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('main .card-name', { hasText: /bag/i }).first().waitFor();
    shop.complaints.splice(
      0,
      shop.complaints.length,
      ...shop.complaints.filter((line) => !line.includes('ERR_CONNECTION_REFUSED')),
    );
  });

  test.each([
    ['RATE_LIMITED', { retryAfter: 7 }, 'One moment, please', 'Try again in 7 seconds.'],
    ['UNAUTHENTICATED', {}, 'This shop is not open to everybody', 'Show a key.'],
  ])('an answer of %s is told in words of the shop', async (code, extensions, heading, explanation) => {
    const page = await shop.visit('/');
    const errors = [{ message: 'Show a key.', extensions: { code, ...extensions } }];
    await page.route('**/graphql', (route) => route.fulfill({ json: { errors } }));
    await page.getByRole('button', { name: 'leather bag' }).click();
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(await page.getByRole('alert').textContent()).toContain(explanation);
  });

  test('a product that is gone is told, in a list and in a panel', async () => {
    const page = await shop.visit('/?like=sku-none');
    await page.getByRole('heading', { name: 'This product is gone' }).waitFor();
    await page.getByRole('button', { name: 'Go on without it' }).click();
    await countIs(page, '250 products');
    await page.goto(`${shop.server.origin}/?product=sku-none`);
    await page.getByRole('dialog').getByRole('heading', { name: 'This product is gone' }).waitFor();
    await page.getByRole('button', { name: 'Back to the products' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('places are kept for products that are on their way', async () => {
    const page = await shop.visit('/');
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/graphql', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.getByRole('status', { name: 'Looking for products' }).waitFor();
    expect(await page.locator('.tile.skeleton').count()).toBe(12);
    answer();
    await countIs(page, '250 products');
    expect(await page.locator('.skeleton').count()).toBe(0);
  });

  test('all of it goes by keyboard: past the filters, into a product, and back to where one was', async () => {
    const page = await shop.visit('/?q=red+dress');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: 'Red summer dress' });
    for (let step = 0; step < 12 && !(await link.evaluate((element) => element === document.activeElement)); step++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Red summer dress' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/?q=red+dress');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('filters are a sheet on a phone, and nothing is wider than it', async () => {
    const page = await shop.visit('/?q=shoes', PHONE);
    expect(await page.getByRole('group', { name: 'Color' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Filters' }).tap();
    await page.getByRole('group', { name: 'Color' }).getByText('Black').tap();
    await page.waitForURL('**/?q=shoes&a.color=black');
    await page.getByRole('button', { name: /^Show \d+ products?$/ }).tap();
    await page.getByRole('button', { name: 'Remove Black' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test('no page complained or asked another host', () => {
    expect(shop.complaints).toEqual([]);
  });
});
