import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../support/browser.ts';
import { namesOf, type OpenShop, openShop, PHONE, seriousFindings, settled } from '../support/shop.ts';

describe.skipIf(!hasBrowser)('the shop at /, as a shopper sees it', () => {
  let shop: OpenShop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  test('opens on products, and finds while somebody types', async () => {
    const page = await shop.visit('/');
    expect(await page.getByRole('status').textContent()).toBe('250 products');
    await page.getByRole('combobox', { name: 'Search' }).pressSequentially('red dress');
    await page.waitForURL('**/?q=red+dress');
    await page.getByText('for “red dress”').waitFor();
    await settled(page);
    expect((await namesOf(page))[0]).toBe('Red summer dress');
  });

  test('facets narrow the list, say how many there are, and are taken back', async () => {
    const page = await shop.visit('/?category=shoes');
    const red = page.getByRole('group', { name: 'Color' }).locator('label', { hasText: 'Red' });
    const count = Number(await red.locator('.count').textContent());
    await red.click();
    await page.waitForURL('**/?category=shoes&a.color=red');
    await page.getByRole('status').getByText(`${count} products`).waitFor();
    await settled(page);
    expect(await namesOf(page)).toHaveLength(count);
    await page.getByRole('button', { name: 'Remove Red' }).click();
    await page.getByRole('status').getByText('27 products').waitFor();
  });

  test.each([
    ['the first view', '/', undefined],
    ['a search', '/?q=sneakers+under+80,+not+red', undefined],
    ['a phone', '/?q=red+dress', PHONE],
    ['the dark', '/?q=red+haodie', { colorScheme: 'dark' as const }],
    ['a product', '/?q=shoes&product=sku-0105', undefined],
    ['a photo', '/?image=/demo/images/sku-0105.png&part=0.1,0.1,0.5,0.5', undefined],
    ['an empty list', '/?q=dress&max=1', undefined],
  ])('axe-core finds nothing serious on %s', async (_name, address, options) => {
    const page = await shop.visit(address, options);
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('no page asked another host for anything, or complained', () => {
    expect(shop.complaints).toEqual([]);
  });
});
