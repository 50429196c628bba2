import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const TABS = [
  'SearchByText',
  'SearchByImage',
  'SearchWithFilters',
  'Similar',
  'Facets',
  'Suggestions',
  'IndexProduct',
  'Health',
  'Stats',
];

describe.skipIf(!hasBrowser)('GraphiQL in a browser, on a machine without internet', () => {
  let dataDir: string;
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  const strangers: string[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vitrine-e2e-'));
    server = await startServerProcess({ DATA_DIR: dataDir });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url.startsWith(server.origin) || /^(blob|data):/.test(url)) return route.continue();
      strangers.push(url);
      return route.abort();
    });
    await page.goto(`${server.origin}/graphql`);
    await page.getByRole('tab').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** What the first of some attempts that succeeds gives. */
  async function firstOf<T>(attempts: number, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (attempts <= 1) throw error;
      return firstOf(attempts - 1, attempt);
    }
  }

  /** Opens a ready-made tab, presses the play button, and returns what the page then shows and got. */
  async function runTab(name: string) {
    await page.getByRole('tab', { name }).click();
    await page.locator('.graphiql-tab-active', { hasText: name }).waitFor();
    await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
    // GraphiQL learns the operation of a tab a moment after it shows it, so a press may still run the one before.
    const answer = await firstOf(3, async () => {
      const answered = page.waitForResponse(
        (response) =>
          response.url().endsWith('/graphql') && (response.request().postData() ?? '').includes(`"${name}"`),
        { timeout: 5_000 },
      );
      await page.locator('.graphiql-execute-button').click();
      return answered;
    });
    const body = await answer.json();
    await page.locator('.result-window').getByText('data').first().waitFor();
    return body;
  }

  test('the first tab finds a red dress', async () => {
    const { data } = await runTab('SearchByText');
    expect(data.searchProducts.totalCount).toBe(250);
    expect(data.searchProducts.edges[0].node.name.toLowerCase()).toMatch(/red|dress/);
  });

  test('the second finds what looks like an image', async () => {
    const { data } = await runTab('SearchByImage');
    expect(data.searchProducts.edges[0].node.id).toBe('sku-0105');
  });

  test('the third searches within filters', async () => {
    const { data } = await runTab('SearchWithFilters');
    expect(data.searchProducts.edges.length).toBeGreaterThan(0);
    for (const { node } of data.searchProducts.edges) expect(node.price).toBeLessThanOrEqual(80);
  });

  test('the fourth shows what looks like a product', async () => {
    const { similar } = (await runTab('Similar')).data.product;
    expect(similar).toHaveLength(6);
    for (const { node } of similar) expect(node.id).not.toBe('sku-0105');
  });

  test('the fifth shows what the products of a category have in common', async () => {
    const { matchCount, facets, nodes } = (await runTab('Facets')).data.searchProducts;
    expect(nodes).toHaveLength(Math.min(5, matchCount));
    const [color] = facets;
    const red = color.buckets.find(({ value }: { value: string }) => value === 'red');
    expect(red).toEqual({ value: 'red', count: matchCount, selected: true });
    expect(color.buckets.length).toBeGreaterThan(1);
  });

  test('one completes what somebody types', async () => {
    const { queries, products } = (await runTab('Suggestions')).data.suggest;
    expect(queries.length).toBeGreaterThan(0);
    for (const { text, matchCount } of queries) {
      expect(text).toMatch(/^red s/);
      expect(matchCount).toBeGreaterThan(0);
    }
    for (const { name } of products) expect(name.toLowerCase()).toContain('red');
  });

  test('the others index a product, show health and stats', async () => {
    expect((await runTab('IndexProduct')).data.indexProduct.id).toBe('my-first-product');
    expect((await runTab('Health')).data.health.status).toBe('UP');
    expect((await runTab('Stats')).data.collectionStats.productCount).toBe(251);
  });

  test('no line of a ready-made tab is cut off in a window of 1280 pixels', async () => {
    for (const name of TABS) {
      await page.getByRole('tab', { name }).click();
      await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
      const cutOff = await page.locator('.graphiql-query-editor .monaco-editor').evaluate((editor) => {
        const { right } = editor.getBoundingClientRect();
        const lines = [...editor.querySelectorAll('.view-line > span')];
        return lines.filter((line) => line.getBoundingClientRect().right > right).map((line) => line.textContent);
      });
      expect([name, cutOff]).toEqual([name, []]);
    }
  });

  test('a reload comes back to the tab that was open, and adds none', async () => {
    for (const name of ['Stats', 'SearchWithFilters']) {
      await page.getByRole('tab', { name }).click();
      await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
      // GraphiQL stores its tabs half a second after they changed.
      await page.waitForFunction((tab) => {
        const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
        return tabs[activeTabIndex]?.title === tab;
      }, name);
      await page.reload();
      await page.locator('.graphiql-tab-active', { hasText: name }).waitFor();
      expect(await page.getByRole('tab').allInnerTexts()).toEqual(TABS);
    }
  });

  test('nothing was asked of any other host', () => {
    expect(strangers).toEqual([]);
  });
});
