import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImageServer, startImageServer } from '../support/image-server.ts';
import { FindProducts, GetProduct, IndexProduct, IndexProducts, UpdateProduct } from '../support/operations.ts';
import { createQdrantDouble } from '../support/qdrant-double/server.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const image = (id: string) => `${ORIGIN}/demo/images/${id}.png`;

describe.each(['sqlite', 'qdrant'])('a product of several images, stored in %s', (backend) => {
  let vitrine: TestVitrine;
  let images: ImageServer;
  const stop: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    images = await startImageServer();
    const double = backend === 'qdrant' ? await createQdrantDouble() : undefined;
    vitrine = await startVitrine({
      IMAGE_ALLOW_PRIVATE_NETWORK: 'on',
      IMAGE_TIMEOUT_MS: '3000',
      ...(double && { QDRANT_URL: double.url }),
    });
    stop.push(vitrine.close, images.close, async () => double?.close());
    await vitrine.data(IndexProducts, {
      inputs: [
        product('boots', [image('sku-0105'), image('sku-0200')]),
        product('lamp', [], { imageUrl: image('sku-0150') }),
        product('plain', [], { imageUrl: image('sku-0042') }),
      ],
    });
  });
  afterAll(async () => {
    for (const close of stop) await close();
  });

  const product = (id: string, additionalImageUrls: string[], change: object = {}) => ({
    id,
    name: `Product ${id}`,
    category: 'test',
    price: 10,
    imageUrl: image('sku-0001'),
    additionalImageUrls,
    ...change,
  });

  test('is found by each of them, and the answer says by which', async () => {
    for (const imageUrl of [image('sku-0001'), image('sku-0105'), image('sku-0200')]) {
      const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl }, first: 1 });
      const [edge] = searchProducts.edges;
      expect(edge?.node.id).toBe('boots');
      expect(edge?.matchedImageUrl).toBe(imageUrl);
      expect(edge?.similarity).toBeGreaterThan(0.999);
    }
  });

  test('and one with a single image: that is the one that matched, unless only words did', async () => {
    const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl: image('sku-0150') }, first: 1 });
    expect(searchProducts.edges[0]).toMatchObject({ node: { id: 'lamp' }, matchedImageUrl: image('sku-0150') });
    const byWords = await vitrine.data(FindProducts, { query: { text: 'boots', mode: 'LEXICAL' } });
    expect(byWords.searchProducts.edges[0]).toMatchObject({
      node: { id: 'boots' },
      similarity: null,
      matchedImageUrl: null,
    });
    const browsed = await vitrine.data(FindProducts, { first: 1 });
    expect(browsed.searchProducts.edges[0]?.matchedImageUrl).toBeNull();
  });

  test('is found with the same images where the one that matched is not asked for, or by way of a fragment', async () => {
    const query = `query ($query: SearchInput, $with: Boolean = true) {
      searchProducts(query: $query, first: 1) { ...Found edges { node { id additionalImageUrls } } }
    }
    fragment Found on ProductConnection { list: edges { similarity matched: matchedImageUrl @include(if: $with) } }`;
    const variables = { query: { imageUrl: image('sku-0200') } };
    const edges = [{ node: { id: 'boots', additionalImageUrls: [image('sku-0105'), image('sku-0200')] } }];
    const similarity = expect.closeTo(1, 3);
    const both = { edges, list: [{ similarity, matched: image('sku-0200') }] };
    expect((await sendRaw(vitrine.server, { query, variables })).data).toEqual({ searchProducts: both });
    const without = { edges, list: [{ similarity }] };
    const answer = await sendRaw(vitrine.server, { query, variables: { ...variables, with: false } });
    expect(answer.data).toEqual({ searchProducts: without });
  });

  test('is as it was sent, one that is named twice once', async () => {
    const additional = [image('sku-0002'), image('sku-0001'), image('sku-0003'), image('sku-0002')];
    await vitrine.data(IndexProduct, { input: product('twice', additional) });
    const found = await vitrine.data(GetProduct, { id: 'twice' });
    expect(found.product?.additionalImageUrls).toEqual([image('sku-0002'), image('sku-0003')]);
    expect((await vitrine.data(GetProduct, { id: 'plain' })).product?.additionalImageUrls).toEqual([]);
  });

  test('fails with the one that cannot be had, which is named, and leaves nothing behind', async () => {
    const inputs = [
      product('missing', [image('sku-0002'), images.url('/404'), image('sku-0003')]),
      product('first', [image('sku-0002')], { imageUrl: images.url('/page.png') }),
      product('long', [images.url(`/404?${'x'.repeat(1500)}`)]),
      product('good', [images.url('/ok.png')]),
    ];
    const { indexProducts } = await vitrine.data(IndexProducts, { inputs });
    const errors = indexProducts.results.map(({ error }) => error);
    expect(errors.map((error) => error?.code)).toEqual([
      'IMAGE_UNREACHABLE',
      'IMAGE_UNREADABLE',
      'IMAGE_UNREACHABLE',
      undefined,
    ]);
    expect(errors[0]?.message).toContain(`additionalImageUrls.1 (${images.url('/404')}): `);
    expect(errors[1]?.message).toContain(`imageUrl (${images.url('/page.png')}): `);
    expect(errors[2]?.message).toMatch(/^additionalImageUrls\.0 \(http.*x…\): /);
    expect(errors[2]?.message.length).toBeLessThan(500);
    expect((await vitrine.data(GetProduct, { id: 'missing' })).product).toBeNull();
  });

  test('that is sent again is unchanged, and changed where its images are others or in another order', async () => {
    const [a, b] = [image('sku-0010'), image('sku-0011')];
    const send = async (additional: string[]) => {
      const inputs = [product('again', additional)];
      return (await vitrine.data(IndexProducts, { inputs, skipUnchanged: true })).indexProducts.unchanged;
    };
    const unchanged: number[] = [];
    for (const additional of [[], [a, b], [a, b], [b, a], [b], []]) unchanged.push(await send(additional));
    expect(unchanged).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test('keeps the others when its first image is changed', async () => {
    await vitrine.data(IndexProduct, {
      input: product('changed', [image('sku-0021')], { imageUrl: image('sku-0020') }),
    });
    await vitrine.data(UpdateProduct, { id: 'changed', patch: { imageUrl: image('sku-0022'), price: 7 } });
    for (const imageUrl of [image('sku-0021'), image('sku-0022')]) {
      const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl }, first: 1 });
      expect(searchProducts.edges[0]).toMatchObject({ node: { id: 'changed' }, matchedImageUrl: imageUrl });
      expect(searchProducts.edges[0]?.similarity).toBeGreaterThan(0.999);
    }
  });

  test.each([
    [Array.from({ length: 11 }, (_, i) => `https://x.example/${i}.png`), ['additionalImageUrls']],
    [
      ['https://x.example/a.png', 'nonsense'],
      ['additionalImageUrls', 1],
    ],
  ])('with too many or with what is no URL is refused: %#', async (additional, path) => {
    const { errors } = await vitrine.ask(IndexProduct, { input: product('bad', additional) });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['input', ...path] }] });
  });
});
