import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { demoProducts, toInput } from '../support/demo.ts';
import { type ListeningServer, startListening } from '../support/listening.ts';
import { IndexProduct } from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const KEY = 'shop-server-shop-server-shop-server';
const TOKEN = 'office-office-office-office';
const OFFICE = { authorization: `Bearer ${TOKEN}` };
const [first, second] = demoProducts;
if (!first || !second) throw new Error('the demo catalogue is too short');

let vitrine: TestVitrine;
let http: ListeningServer;
let shop: ChildProcess;
let routes = '';
beforeAll(async () => {
  const keys = { API_KEYS: `shop:write:${KEY},web:search:web-web-web-web-web-web-web` };
  vitrine = await startVitrine(keys);
  http = await startListening(vitrine.server);
  const { PATH } = process.env;
  const env = { PATH, VITRINE_URL: `${http.origin}/graphql`, VITRINE_API_KEY: KEY, ADMIN_TOKEN: TOKEN };
  const server = fileURLToPath(new URL('../../examples/routes/server.ts', import.meta.url));
  shop = spawn(process.execPath, [server], { env: { ...env, SHOP_PORT: '0' }, stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const chunk of shop.stdout ?? []) {
    routes = /http:\/\/[^/]+/.exec(String(chunk))?.[0] ?? '';
    break;
  }
});
afterAll(async () => {
  shop.kill('SIGTERM');
  http.close();
  await vitrine.close();
});

/** A demo product as a line of this shop's catalogue. */
const lineOf = ({ image, ...product }: (typeof demoProducts)[number]) =>
  JSON.stringify({ ...product, imageUrl: `${ORIGIN}/demo/images/${image}` });

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(routes + path, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const idsOf = (body: { edges: { node: { id: string } }[] }) => body.edges.map(({ node }) => node.id);

describe("the routes of a shop's own server", () => {
  test('load a catalogue line by line, tell what is wrong with which, and leave alone what is there already', async () => {
    const good = demoProducts.slice(0, 130).map(lineOf);
    const lines = [...good.slice(0, 50), 'no json', '{"id": "x"}', lineOf({ ...first, price: -1 }), ...good.slice(50)];
    const load = () => call('/catalogue', { method: 'POST', headers: OFFICE, body: lines.join('\n') });
    const loaded = await load();
    expect([loaded.status, loaded.body.indexed, loaded.body.failed]).toEqual([200, 130, 3]);
    expect(loaded.body.problems.map(({ line }: { line: number }) => line).toSorted()).toEqual([51, 52, 53]);
    expect((await load()).body).toMatchObject({ indexed: 0, unchanged: 130, failed: 3 });
  });

  test('find products by text, in categories, within prices, in an order, page by page', async () => {
    const { body } = await call('/search?q=shirt&category=clothing&min=10&max=60&inStock=true&first=5');
    expect(body.edges).toHaveLength(5);
    for (const { node } of body.edges) {
      expect(node).toMatchObject({ category: 'clothing', inStock: true, currency: 'EUR' });
      expect(node.price).toBeGreaterThanOrEqual(10);
      expect(node.price).toBeLessThanOrEqual(60);
    }
    const next = await call(
      `/search?q=shirt&category=clothing&min=10&max=60&inStock=true&first=5&after=${body.pageInfo.endCursor}`,
    );
    expect(idsOf(next.body).filter((id) => idsOf(body).includes(id))).toEqual([]);
    const cheapest = await call('/search?category=shoes&category=bags&sort=PRICE_ASC');
    const prices: number[] = cheapest.body.edges.map(({ node }: { node: { price: number } }) => node.price);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(cheapest.body.facets.map(({ name }: { name: string }) => name)).toContain('category');
  });

  test('find by a photo, alone and with words and a filter', async () => {
    const photo = readFileSync(join(DEMO_CATALOGUE_DIR, 'images', first.image));
    const send = (search: string) => call(`/search/photo${search}`, { method: 'POST', body: photo });
    expect(idsOf((await send('')).body)[0]).toBe(first.id);
    const { body } = await send('?q=blue&category=shoes');
    for (const { node } of body.edges) expect(node.category).toBe('shoes');
    const broken = await call('/search/photo', { method: 'POST', body: 'no image' });
    expect([broken.status, broken.body.error.code]).toEqual([422, 'IMAGE_UNREADABLE']);
  });

  test('show a product, what is like it, and that there is none', async () => {
    expect((await call(`/products/${first.id}`)).body).toMatchObject({ id: first.id, name: first.name });
    const similar = (await call(`/products/${first.id}/similar`)).body;
    expect(similar).toHaveLength(8);
    expect(similar.map(({ node }: { node: { id: string } }) => node.id)).not.toContain(first.id);
    for (const path of ['/products/none', '/products/none/similar', '/nowhere'])
      expect((await call(path)).status).toBe(404);
    expect((await call('/products/%ff')).status).toBe(400);
  });

  test('add a product for the office', async () => {
    const body = lineOf({ ...second, id: 'new one/1', name: 'Zeppelin umbrella' });
    const added = await call('/products', { method: 'POST', headers: OFFICE, body });
    expect([added.status, added.body.name]).toEqual([201, 'Zeppelin umbrella']);
    expect((await call(`/products/${encodeURIComponent('new one/1')}`)).body.name).toBe('Zeppelin umbrella');
    expect(idsOf((await call('/search?q=zeppelin')).body)).toContain('new one/1');
  });

  test.each([
    ['without its token', '/products', {}, 403],
    ['with another token', '/catalogue', { authorization: 'Bearer wrong' }, 403],
  ])('take no writes %s', async (_what, path, headers, status) => {
    const body = lineOf({ ...first, id: 'intruder' });
    expect((await call(path, { method: 'POST', headers, body })).status).toBe(status);
    expect((await call('/products/intruder')).status).toBe(404);
  });

  test('say what is wrong with a call, and with which status', async () => {
    expect((await call('/search?max=cheap')).status).toBe(400);
    expect((await call(`/search?q=${'x'.repeat(2_000)}`)).body.error).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await call('/products', { method: 'POST', headers: OFFICE, body: '{' })).status).toBe(400);
    expect((await call('/search', { method: 'POST' })).status).toBe(405);
  });

  test('never show the key, and nobody gets past them without one', async () => {
    const answers = [await call('/search?q=red'), await call('/search?first=0'), await call('/products/none')];
    for (const { body, headers } of answers) expect(JSON.stringify([body, ...headers])).not.toContain(KEY);
    expect((await vitrine.ask(IndexProduct, { input: toInput(first) })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});
