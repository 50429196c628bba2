import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoProducts, toInput } from '../support/demo.ts';
import { type ImageServer, startImageServer } from '../support/image-server.ts';
import {
  DeleteProduct,
  DeleteProducts,
  FindProducts,
  GetProduct,
  GetStats,
  IndexProduct,
  IndexProducts,
  ListProducts,
} from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
let images: ImageServer;
beforeAll(async () => {
  images = await startImageServer();
  vitrine = await startVitrine({ IMAGE_ALLOW_PRIVATE_NETWORK: 'on', IMAGE_TIMEOUT_MS: '1000' });
});
afterAll(async () => {
  await vitrine.close();
  await images.close();
});

const image = (id: string) => `${ORIGIN}/demo/images/${id}.png`;
const product = (id: string, change: object = {}) => ({
  id,
  name: `Product ${id}`,
  category: 'test',
  price: 10,
  imageUrl: image('sku-0001'),
  ...change,
});

describe('indexing one product', () => {
  test('makes it found and readable exactly as it was sent, defaults added', async () => {
    const attributes = [
      { name: 'größe', value: '42½' },
      { name: 'quote"d', value: "it's \\ here" },
    ];
    const sent = product('a/b c é', { attributes, description: 'Line 1\nLine 2', price: 12.9 });
    const before = Date.now();
    await vitrine.data(IndexProduct, { input: sent });
    const { product: found } = await vitrine.data(GetProduct, { id: sent.id });
    expect(found).toMatchObject({ ...sent, currency: 'EUR', inStock: true });
    expect(Date.parse(String(found?.indexedAt))).toBeGreaterThanOrEqual(before - 1);
    const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl: image('sku-0001') } });
    expect(searchProducts.edges.map(({ node }) => node.id)).toContain(sent.id);
  });

  test('again replaces it as a whole, the old image and words included', async () => {
    await vitrine.data(IndexProduct, {
      input: product('r', { name: 'Walrus', attributes: [{ name: 'x', value: 'y' }] }),
    });
    await vitrine.data(IndexProduct, { input: product('r', { name: 'Pelican', imageUrl: image('sku-0100') }) });
    const { product: found } = await vitrine.data(GetProduct, { id: 'r' });
    expect(found).toMatchObject({ name: 'Pelican', attributes: [] });
    const byOldName = await vitrine.data(FindProducts, { query: { text: 'walrus', mode: 'LEXICAL' } });
    expect(byOldName.searchProducts.edges).toEqual([]);
    const byNewImage = await vitrine.data(FindProducts, { query: { imageUrl: image('sku-0100') }, first: 1 });
    expect(byNewImage.searchProducts.edges[0]?.node.id).toBe('r');
  });

  test('whose image cannot be had fails with its code and stores nothing', async () => {
    const { errors } = await vitrine.ask(IndexProduct, {
      input: product('gone', { imageUrl: images.url('/missing') }),
    });
    expect(errors?.[0]?.extensions.code).toBe('IMAGE_UNREACHABLE');
    expect((await vitrine.data(GetProduct, { id: 'gone' })).product).toBeNull();
  });
});

describe('indexing a batch', () => {
  test('reports each product in order; bad ones never fail the others', async () => {
    const inputs = [
      product('good-1'),
      product('bad-price', { price: -5 }),
      product('bad-url', { imageUrl: 'not a url' }),
      product('no-image', { imageUrl: images.url('/missing') }),
      product('html', { imageUrl: images.url('/page.png') }),
      product('good-2', { imageUrl: images.url('/ok.png') }),
    ];
    const { indexProducts } = await vitrine.data(IndexProducts, { inputs });
    expect(indexProducts).toMatchObject({ indexed: 2, failed: 4, unchanged: 0 });
    expect(indexProducts.results.map(({ id, error }) => [id, error?.code ?? null])).toEqual([
      ['good-1', null],
      ['bad-price', 'BAD_USER_INPUT'],
      ['bad-url', 'BAD_USER_INPUT'],
      ['no-image', 'IMAGE_UNREACHABLE'],
      ['html', 'IMAGE_UNREADABLE'],
      ['good-2', null],
    ]);
    expect(indexProducts.results[1]?.error?.message).toContain('price');
  });

  test('with the same id twice: the later wins and both are reported', async () => {
    const inputs = [product('twice', { name: 'First' }), product('other'), product('twice', { name: 'Second' })];
    const { indexProducts } = await vitrine.data(IndexProducts, { inputs });
    expect(indexProducts.results.map(({ product }) => product?.name)).toEqual(['First', 'Product other', 'Second']);
    expect((await vitrine.data(GetProduct, { id: 'twice' })).product?.name).toBe('Second');
  });

  test('with the same id twice and skipUnchanged: the later still wins, though it is what was stored before', async () => {
    const [old, changed] = [product('back', { name: 'Old' }), product('back', { name: 'Changed' })];
    await vitrine.data(IndexProduct, { input: old });
    await vitrine.data(IndexProducts, { inputs: [changed, old], skipUnchanged: true });
    expect((await vitrine.data(GetProduct, { id: 'back' })).product?.name).toBe('Old');
  });

  test('skips what is unchanged when asked to, and only that', async () => {
    const inputs = [product('same'), product('changed')];
    await vitrine.data(IndexProducts, { inputs });
    const again = [product('same'), product('changed', { price: 11 }), product('new')];
    const { indexProducts } = await vitrine.data(IndexProducts, { inputs: again, skipUnchanged: true });
    expect(indexProducts).toMatchObject({ indexed: 2, unchanged: 1, failed: 0 });
    expect(indexProducts.results.map(({ unchanged }) => unchanged)).toEqual([true, false, false]);
    const { indexProducts: forced } = await vitrine.data(IndexProducts, { inputs: again });
    expect(forced.indexed).toBe(3);
  });

  test('of none or of more than 500 is refused as a whole', async () => {
    for (const inputs of [[], Array.from({ length: 501 }, (_, i) => product(`p${i}`))]) {
      const { errors } = await vitrine.ask(IndexProducts, { inputs });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(errors?.[0]?.extensions.issues?.[0]?.path).toEqual(['inputs']);
    }
  });
});

describe('deleting', () => {
  test('takes a product out of look-ups, searches and counts, and says whether it was there', async () => {
    await vitrine.data(IndexProduct, { input: product('doomed', { category: 'doomed' }) });
    const counted = await vitrine.data(GetStats, {});
    expect(counted.collectionStats.categories).toContainEqual({ category: 'doomed', count: 1 });
    expect(await vitrine.data(DeleteProduct, { id: 'doomed' })).toEqual({ deleteProduct: true });
    expect(await vitrine.data(DeleteProduct, { id: 'doomed' })).toEqual({ deleteProduct: false });
    expect((await vitrine.data(GetProduct, { id: 'doomed' })).product).toBeNull();
    const { collectionStats } = await vitrine.data(GetStats, {});
    expect(collectionStats.categories.map(({ category }) => category)).not.toContain('doomed');
    expect(collectionStats.productCount).toBe(counted.collectionStats.productCount - 1);
  });
});

describe('what was indexed', () => {
  test('is all there after a restart, cursors of before included', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-restart-'));
    try {
      const query = { text: 'shirt' };
      const first = await startVitrine({}, { dataDir });
      await first.data(IndexProducts, { inputs: demoProducts.slice(0, 20).map(toInput) });
      const before = (await first.data(FindProducts, { query, first: 5 })).searchProducts;
      const rest = (await first.data(FindProducts, { query, first: 5, after: before.pageInfo.endCursor ?? null }))
        .searchProducts;
      await first.close();
      const second = await startVitrine({}, { dataDir });
      const { searchProducts } = await second.data(FindProducts, {
        query,
        first: 5,
        after: before.pageInfo.endCursor ?? null,
      });
      expect(searchProducts.edges).toEqual(rest.edges);
      await second.close();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('many products at once', () => {
  const ids = Array.from({ length: 7 }, (_, index) => `many-${index}`);

  test('are listed to the last one, and those that were deleted are found no more', async () => {
    await vitrine.data(IndexProducts, { inputs: ids.map((id) => product(id)) });
    const listed: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const { products } = await vitrine.data(ListProducts, { first: 3, after });
      listed.push(...products.nodes.map(({ id }) => id));
      after = products.endCursor ?? null;
    }
    const { collectionStats } = await vitrine.data(GetStats, {});
    expect(listed).toHaveLength(collectionStats.productCount);
    expect(listed).toEqual(expect.arrayContaining(ids));

    const { deleteProducts } = await vitrine.data(DeleteProducts, { ids: [...ids, 'nobody'] });
    expect(deleteProducts).toEqual(ids);
    const { products } = await vitrine.data(ListProducts, { first: 500 });
    expect(products.nodes.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  test.each([
    [{ first: 0 }, 'must be between 1 and 500'],
    [{ first: 501 }, 'must be between 1 and 500'],
    [{ after: 'nonsense' }, 'not a cursor of this list'],
    [{ after: '' }, 'not a cursor of this list'],
  ])('are not listed for %j, and the answer says why', async (variables, message) => {
    const { errors } = await vitrine.ask(ListProducts, variables);
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      message: expect.stringContaining(message),
    });
  });

  test('are deleted up to 500 a call', async () => {
    const { errors } = await vitrine.ask(DeleteProducts, { ids: Array.from({ length: 501 }, (_, id) => `${id}`) });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
