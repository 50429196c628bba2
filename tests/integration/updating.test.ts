import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImageServer, startImageServer } from '../support/image-server.ts';
import {
  CountFacets,
  FindProducts,
  GetProduct,
  IndexProduct,
  IndexProducts,
  UpdateProduct,
} from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
let images: ImageServer;
beforeAll(async () => {
  images = await startImageServer();
  vitrine = await startVitrine({ IMAGE_ALLOW_PRIVATE_NETWORK: 'on', IMAGE_TIMEOUT_MS: '60000' });
});
afterAll(async () => {
  await vitrine.close();
  await images.close();
});

const product = (id: string, change: object = {}) => ({
  id,
  name: `Lantern ${id}`,
  category: 'lamps',
  price: 10,
  imageUrl: images.url('/ok.png'),
  attributes: [{ name: 'color', value: 'brass' }],
  ...change,
});
const byWords = async (text: string) => {
  const { searchProducts } = await vitrine.data(FindProducts, { query: { text, mode: 'LEXICAL' } });
  return searchProducts.edges.map(({ node }) => node.id);
};

describe('updating a product', () => {
  test('shows in words, filters, facets, orders and look-ups with the very next answer, and fetches no image', async () => {
    await vitrine.data(IndexProduct, { input: product('a') });
    const before = (await vitrine.data(GetProduct, { id: 'a' })).product;
    expect(await byWords('zeppelin')).toEqual([]);
    const fetched = images.requests.length;
    const patch = {
      name: 'Zeppelin',
      description: 'Flies.',
      category: 'airships',
      price: 99.5,
      currency: 'CHF',
      inStock: false,
      attributes: [{ name: 'color', value: 'silver' }],
    };
    const { updateProduct } = await vitrine.data(UpdateProduct, { id: 'a', patch });
    // The image stays, and so does the moment of indexing: what got cheaper is not new.
    expect(updateProduct).toEqual({ ...before, ...patch });
    expect((await vitrine.data(GetProduct, { id: 'a' })).product).toEqual(updateProduct);
    expect([await byWords('zeppelin'), await byWords('lantern')]).toEqual([['a'], []]);
    const filter = { price: { min: 99, max: 100 }, categories: ['airships'], inStock: false };
    const { searchProducts } = await vitrine.data(CountFacets, { filter, names: ['color'] });
    expect(searchProducts.facets).toMatchObject([{ name: 'color', buckets: [{ value: 'silver', count: 1 }] }]);
    const dearest = (await vitrine.data(FindProducts, { sort: 'PRICE_DESC', first: 1 })).searchProducts;
    expect(dearest.edges[0]?.node).toMatchObject({ id: 'a', price: 99.5 });
    expect(images.requests.slice(fetched)).toEqual([]);
  });

  test('leaves alone what the patch does not name, null included', async () => {
    await vitrine.data(IndexProduct, { input: product('b', { description: 'Old but gold.' }) });
    await vitrine.data(UpdateProduct, { id: 'b', patch: { price: 5, description: null, inStock: null } });
    const { product: found } = await vitrine.data(GetProduct, { id: 'b' });
    expect(found).toMatchObject({ ...product('b'), price: 5, description: 'Old but gold.', inStock: true });
  });

  test('with a new image finds it by that one and makes it the newest; the URL it has is not fetched', async () => {
    await vitrine.data(IndexProduct, { input: product('c') });
    const before = (await vitrine.data(GetProduct, { id: 'c' })).product;
    const fetched = images.requests.length;
    await vitrine.data(UpdateProduct, { id: 'c', patch: { imageUrl: images.url('/ok.png'), price: 3 } });
    expect(images.requests.slice(fetched)).toEqual([]);
    const imageUrl = `${ORIGIN}/demo/images/sku-0100.png`;
    const { updateProduct } = await vitrine.data(UpdateProduct, { id: 'c', patch: { imageUrl } });
    expect(updateProduct).toMatchObject({ imageUrl, price: 3 });
    expect(Date.parse(updateProduct.indexedAt)).toBeGreaterThan(Date.parse(String(before?.indexedAt)));
    const [best] = (await vitrine.data(FindProducts, { query: { imageUrl }, first: 1 })).searchProducts.edges;
    expect(best?.node.id).toBe('c');
    expect(best?.similarity).toBeCloseTo(1, 4);
  });

  test('whose new image cannot be had changes nothing', async () => {
    await vitrine.data(IndexProduct, { input: product('d') });
    const before = await vitrine.data(GetProduct, { id: 'd' });
    const patch = { price: 1, imageUrl: images.url('/missing') };
    const { errors } = await vitrine.ask(UpdateProduct, { id: 'd', patch });
    expect(errors?.[0]?.extensions.code).toBe('IMAGE_UNREACHABLE');
    expect(await vitrine.data(GetProduct, { id: 'd' })).toEqual(before);
  });

  test('is what a later import compares with, so that it neither skips a change nor does one twice', async () => {
    await vitrine.data(IndexProduct, { input: product('e') });
    await vitrine.data(UpdateProduct, { id: 'e', patch: { price: 12 } });
    const importing = async (price: number) => {
      const inputs = [product('e', { price })];
      return (await vitrine.data(IndexProducts, { inputs, skipUnchanged: true })).indexProducts;
    };
    expect(await importing(12)).toMatchObject({ unchanged: 1, indexed: 0 });
    expect(await importing(10)).toMatchObject({ unchanged: 0, indexed: 1 });
  });

  test('that is not there says NOT_FOUND, and makes none', async () => {
    const { errors } = await vitrine.ask(UpdateProduct, { id: 'nobody', patch: { price: 1 } });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await vitrine.data(GetProduct, { id: 'nobody' })).product).toBeNull();
  });

  test.each([
    [{ price: -1, name: ' ', imageUrl: 'ftp://a/b' }, ['patch.name', 'patch.price', 'patch.imageUrl']],
    [{ attributes: [{ name: '', value: 'x' }] }, ['patch.attributes.0.name']],
    [{}, ['patch']],
    [{ price: null }, ['patch']],
  ])('with %j tells every problem at once', async (patch, paths) => {
    const { errors } = await vitrine.ask(UpdateProduct, { id: 'a', patch });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.extensions.issues?.map(({ path }) => path.join('.'))).toEqual(paths);
  });
});
