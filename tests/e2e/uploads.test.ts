import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { hasBrowser, startBrowser } from '../support/browser.ts';
import { demoProducts, toInput } from '../support/demo.ts';
import { createGraphqlClient } from '../support/graphql-client.ts';
import { IndexProducts } from '../support/operations.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** The example of docs/searching.md, as it stands there. */
const EXAMPLE = /```js\n(async function searchByPhoto[\s\S]*?)```/.exec(
  readFileSync(new URL('../../docs/searching.md', import.meta.url), 'utf8'),
)?.[1];
const PAGE = `<!doctype html><title>A shop</title><input type="file" id="photo">
<form method="post" enctype="multipart/form-data" id="form">
  <input name="operations" id="operations"><input name="map" value="{}"><button>Send</button>
</form>`;

/** A page of a shop, of another origin than its search; resolves with the server once it listens. */
async function startShop(): Promise<{ shop: Server; origin: string }> {
  const shop = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const address = shop.address();
  if (address === null || typeof address === 'string') throw new Error('The shop has no port.');
  return { shop, origin: `http://127.0.0.1:${address.port}` };
}

describe.skipIf(!hasBrowser)('a photo that a shopper chooses in a browser', () => {
  let dataDir: string;
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let allowed: { shop: Server; origin: string };
  let stranger: { shop: Server; origin: string };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vitrine-uploads-'));
    [allowed, stranger] = await Promise.all([startShop(), startShop()]);
    server = await startServerProcess({ DATA_DIR: dataDir, DEMO_CATALOGUE: 'off', CORS_ORIGINS: allowed.origin });
    const client = createGraphqlClient(`${server.origin}/graphql`, fetch);
    await client.data(IndexProducts, { inputs: demoProducts.slice(0, 110).map(toInput) });
    browser = await startBrowser();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    allowed?.shop.close();
    stranger?.shop.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Chooses a photo on the page of a shop and runs the example with it. */
  async function searchFrom(origin: string): Promise<unknown> {
    await page.goto(origin);
    await page.setInputFiles('#photo', join(DEMO_CATALOGUE_DIR, 'images', 'sku-0105.png'));
    await page.addScriptTag({ content: `${EXAMPLE}; window.searchByPhoto = searchByPhoto;` });
    return page.evaluate(
      `searchByPhoto('${server.origin}/graphql', document.querySelector('#photo').files[0])
        .catch((error) => 'refused by the browser: ' + error.message)`,
    );
  }

  test('finds what it shows, by the example of the documentation, from the page of a shop on another host', async () => {
    expect(EXAMPLE).toBeDefined();
    const [best] = await searchFrom(allowed.origin).then((products) => (Array.isArray(products) ? products : []));
    expect(best).toMatchObject({ node: { id: 'sku-0105' } });
  });

  test('is not even sent from a page that may not ask', async () => {
    expect(await searchFrom(stranger.origin)).toContain('refused by the browser');
  });

  test('a form of a strange page, which the browser does send, gets nowhere', async () => {
    await page.goto(stranger.origin);
    await page.fill('#operations', JSON.stringify({ query: 'mutation { deleteProduct(id: "sku-0105") }' }));
    await page
      .locator('#form')
      .evaluate((form, action) => form.setAttribute('action', action), `${server.origin}/graphql`);
    const [response] = await Promise.all([page.waitForResponse(`${server.origin}/graphql`), page.click('button')]);
    expect(response.status()).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    const left = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product(id: "sku-0105") { id } }' }),
    });
    expect(await left.json()).toEqual({ data: { product: { id: 'sku-0105' } } });
  });
});
