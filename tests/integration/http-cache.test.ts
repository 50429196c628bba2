import { Agent, interceptors, request as send } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoProducts, startDemoVitrine, toInput } from '../support/demo.ts';
import { type ListeningServer, startListening } from '../support/listening.ts';
import { DeleteProduct, IndexProduct } from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SEARCH = '{ searchProducts(query: { text: "red dress" }, first: 3) { nodes { id } timing { total } } }';
const STATS = '{ collectionStats { productCount } }';
const KEY = 'shop-shop-shop-shop-shop-shop';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ API_KEYS: `shop:write:${KEY}`, ALLOW_ANONYMOUS_WRITES: 'on' }, 30);
});
afterAll(() => vitrine.close());

/** Gets a query as a browser or CDN would. */
async function get(query: string, headers: Record<string, string> = {}, server = vitrine.server) {
  const url = `${ORIGIN}/graphql?query=${encodeURIComponent(query)}`;
  const response = await server.fetch(url, { headers: { accept: 'application/json', ...headers } });
  const text = await response.text();
  return {
    status: response.status,
    cacheControl: response.headers.get('cache-control'),
    etag: response.headers.get('etag'),
    vary: (response.headers.get('vary') ?? '').split(/,\s*/).map((name) => name.toLowerCase()),
    headers: response.headers,
    text,
  };
}

/** The vocabulary follows a write within a second or so, and its version is part of every ETag. */
async function settle() {
  const { epoch, vocabulary } = vitrine.deps.responseCache;
  await vi.waitFor(async () => expect(await vocabulary.version()).toBe(await epoch.current()), {
    timeout: 15_000,
    interval: 50,
  });
}

let written = 0;
/** A product more, and gone again: two writes. */
async function write() {
  const [sample] = demoProducts.slice(40).map(toInput);
  if (!sample) throw new Error('the demo catalogue is too short');
  written += 1;
  await vitrine.data(IndexProduct, { input: { ...sample, id: `written-${written}` } });
}

describe('the answer to a GET', () => {
  test('may be kept by anybody, who hears 304 with an empty body until something is written', async () => {
    await settle();
    const first = await get(SEARCH);
    expect([first.status, first.cacheControl]).toEqual([200, 'public, no-cache']);
    expect(first.etag).toMatch(/^W\/"[\w-]+"$/);
    const again = await get(SEARCH, { 'if-none-match': `"another", ${first.etag}` });
    expect([again.status, again.text, again.etag]).toEqual([304, '', first.etag]);
    expect(again.cacheControl).toBe('public, no-cache');

    await write();
    const later = await get(SEARCH, { 'if-none-match': String(first.etag) });
    expect(later.status).toBe(200);
    expect(later.etag).not.toBe(first.etag);
    expect(JSON.parse(later.text).data.searchProducts.nodes.length).toBeGreaterThan(0);
  });

  test('is another for other words, other variables and another operation of the same document', async () => {
    const document =
      'query A($t: String!) { searchProducts(query: { text: $t }) { matchCount } } query B { __typename }';
    const tag = async (operationName: string, t: string) => {
      const search = new URLSearchParams({ query: document, operationName, variables: JSON.stringify({ t }) });
      return (await vitrine.server.fetch(`${ORIGIN}/graphql?${search}`)).headers.get('etag');
    };
    await settle();
    const tags = [await tag('A', 'red'), await tag('A', 'blue'), await tag('B', 'red')];
    expect(new Set(tags).size).toBe(3);
    expect(tags).not.toContain(null);
    expect(await tag('A', 'red')).toBe(tags[0]);
  });

  test('is kept apart by the page, the key and the form that it was asked for', async () => {
    for (const query of [SEARCH, '{ health { status } }', '{ nothing }']) {
      expect((await get(query)).vary).toEqual(
        expect.arrayContaining(['origin', 'accept', 'authorization', 'x-api-key']),
      );
    }
    await settle();
    const known = await get(SEARCH, { 'if-none-match': String((await get(SEARCH)).etag) });
    expect(known.vary).toEqual(expect.arrayContaining(['origin', 'accept', 'authorization', 'x-api-key']));
    expect(known.headers.get('x-request-id')).toMatch(/\w/);
  });

  test('stays with the caller who showed a key, however it was shown', async () => {
    for (const headers of [{ 'x-api-key': KEY }, { authorization: `Bearer ${KEY}` }]) {
      expect((await get(SEARCH, headers)).cacheControl).toBe('private, no-cache');
    }
    const etag = String((await get(SEARCH)).etag);
    expect((await get(SEARCH, { 'x-api-key': KEY, 'if-none-match': etag })).cacheControl).toBe('private, no-cache');
  });

  test.each([
    ['an error', '{ searchProducts(query: {}) { matchCount } }'],
    ['an answer with an error in it', '{ collectionStats { name } searchProducts(first: 0) { matchCount } }'],
    ['a document that is not valid', '{ nothing }'],
    ['what is never cached', '{ health { status } }'],
    ['what is never cached beside what is', '{ collectionStats { name } health { status } }'],
    ['the schema', '{ __schema { queryType { name } } }'],
    ['a mutation, which does not run', 'mutation { deleteProduct(id: "sku-0001") }'],
  ])('is not stored anywhere where it is %s', async (_what, query) => {
    const { cacheControl, etag } = await get(query, { 'if-none-match': '*, W/"x"' });
    expect([cacheControl, etag]).toEqual(['no-store', null]);
  });

  test('to a hash that is not known is not stored, or its client would never get through', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } });
    const response = await vitrine.server.fetch(`${ORIGIN}/graphql?${new URLSearchParams({ extensions })}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('with a key that is not valid is a refusal, whatever ETag is shown', async () => {
    const etag = String((await get(SEARCH)).etag);
    const refused = await get(SEARCH, { 'x-api-key': 'wrong', 'if-none-match': etag });
    expect(JSON.parse(refused.text).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(refused.cacheControl).toBe('no-store');
  });
});

test('a shop may let its CDN answer for some seconds by itself, but never longer than the cache keeps', async () => {
  const open = async (env: Record<string, string>) => {
    const other = await startVitrine(env);
    const { cacheControl } = await get(STATS, {}, other.server);
    await other.close();
    return cacheControl;
  };
  expect(await open({ HTTP_MAX_AGE: '30' })).toBe('public, max-age=30');
  expect(await open({ HTTP_MAX_AGE: '300', CACHE_TTL: '60' })).toBe('public, max-age=60');
  expect(await open({ CACHE_TTL: '0' })).toBe('no-store');
});

test('a 304 counts on the budget of its caller like any search', async () => {
  const other = await startVitrine({ RATE_LIMIT_SEARCHES: '3' });
  const { etag } = await get(STATS, {}, other.server);
  const again = () => get(STATS, { 'if-none-match': String(etag) }, other.server);
  expect([(await again()).status, (await again()).status]).toEqual([304, 304]);
  expect(JSON.parse((await again()).text).errors[0].extensions.code).toBe('RATE_LIMITED');
  await other.close();
});

describe('a shared HTTP cache in front (that of undici)', () => {
  let http: ListeningServer;
  let url: string;
  const seen: { status: number }[] = [];
  const cdn = new Agent().compose(interceptors.cache({ type: 'shared' }));
  beforeAll(async () => {
    http = await startListening((req, res) => {
      res.once('finish', () => seen.push({ status: res.statusCode }));
      void vitrine.server(req, res);
    });
    url = `${http.origin}/graphql`;
  });
  afterAll(() => http.close());

  const count = async (headers: Record<string, string> = {}) => {
    const asked = await send(`${url}?query=${encodeURIComponent(STATS)}`, { dispatcher: cdn, headers });
    const { data } = JSON.parse(await asked.body.text());
    return data.collectionStats.productCount;
  };

  test('passes on what it has while nothing was written, and never an answer from before a write', async () => {
    await settle();
    const before = await count();
    expect(await count()).toBe(before);
    expect(seen.map(({ status }) => status)).toEqual([200, 304]);
    await write();
    expect(await count()).toBe(before + 1);
    await vitrine.data(DeleteProduct, { id: `written-${written}` });
    expect(await count()).toBe(before);
  });

  test('keeps nothing that was answered to a key', async () => {
    seen.length = 0;
    await count({ 'x-api-key': KEY });
    await count({ 'x-api-key': KEY });
    expect(seen.map(({ status }) => status)).toEqual([200, 200]);
  });
});
