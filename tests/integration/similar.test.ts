import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoProducts, startDemoVitrine, toInput } from '../support/demo.ts';
import { DeleteProduct, FindProducts, FindWithSimilar, GetSimilar, IndexProduct } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
});
afterAll(() => vitrine.close());

const ID = 'sku-0105';
const find = async (query: object, first = 10, after: string | null = null) =>
  (await vitrine.data(FindProducts, { query, first, after })).searchProducts;
const idsOf = (edges: readonly { node: { id: string } }[]) => edges.map(({ node }) => node.id);

describe('more like a product', () => {
  test('lists what its image would find, without the product itself', async () => {
    const like = await find({ productId: ID });
    expect(like.timing.embed).toBe(0);
    const byImage = await find({ imageUrl: `${ORIGIN}/demo/images/${ID}.png` }, 11);
    expect(idsOf(byImage.edges)[0]).toBe(ID);
    expect(idsOf(like.edges)).toEqual(idsOf(byImage.edges).slice(1));
    expect([like.matchCount, like.totalCount]).toEqual([249, 250]);
  });

  test('in words of a customer follows both', async () => {
    const { attributes } = demoProducts.find(({ id }) => id === ID) ?? {};
    const kindOf = (edges: Awaited<ReturnType<typeof find>>['edges'], name: string) =>
      edges.map(({ node }) => node.attributes.find((one) => one.name === name)?.value);
    const other = attributes?.color === 'blue' ? 'black' : 'blue';
    const { edges } = await find({ productId: ID, text: other, textWeight: 0.3 });
    expect(kindOf(edges, 'color').filter((color) => color === other).length).toBeGreaterThan(5);
    expect(idsOf(edges)).not.toContain(ID);
  });

  test('that is not there is NOT_FOUND, and two images at once are refused', async () => {
    const { errors } = await vitrine.ask(FindProducts, { query: { productId: 'nobody' } });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'NOT_FOUND' },
      message: expect.stringContaining('nobody'),
    });
    const both = { productId: ID, imageUrl: 'https://shop.example/a.png' };
    const refused = await vitrine.ask(FindProducts, { query: both });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['query', 'productId'] }],
    });
  });
});

describe('Product.similar', () => {
  test('is the beginning of that list, and its cursors go on in it', async () => {
    const { product } = await vitrine.data(GetSimilar, { id: ID });
    const { edges } = await find({ productId: ID }, 12);
    const shown = edges.map(({ cursor, score, similarity, node }) => ({
      cursor,
      score,
      similarity,
      node: { id: node.id },
    }));
    expect(product?.similar).toEqual(shown.slice(0, 6));
    const rest = await find({ productId: ID }, 6, product?.similar.at(-1)?.cursor ?? null);
    expect(idsOf(rest.edges)).toEqual(idsOf(edges.slice(6)));
  });

  test('of the products of a list reads their embeddings at once, also one inside the other', async () => {
    const read = vi.spyOn(vitrine.deps.store, 'embeddings');
    const { searchProducts } = await vitrine.data(FindWithSimilar, {
      query: { text: 'red dress' },
      first: 4,
      nested: true,
    });
    expect(read).toHaveBeenCalledTimes(2);
    read.mockRestore();
    for (const { id, similar } of searchProducts.nodes) {
      expect(similar).toHaveLength(2);
      expect(idsOf(similar)).not.toContain(id);
      for (const { node } of similar) expect(node.similar).toHaveLength(2);
    }
  });

  test('is cached along with its search, and a write is seen at once', async () => {
    const timing = async () =>
      (await vitrine.data(FindWithSimilar, { query: { text: 'blue bag' }, first: 3 })).searchProducts.timing.total;
    expect(await timing()).toBe(await timing());
    const [first] = (await vitrine.data(GetSimilar, { id: ID, first: 1 })).product?.similar ?? [];
    await vitrine.data(DeleteProduct, { id: first?.node.id ?? '' });
    const [next] = (await vitrine.data(GetSimilar, { id: ID, first: 1 })).product?.similar ?? [];
    expect(next?.node.id).not.toBe(first?.node.id);
    const gone = demoProducts.find(({ id }) => id === first?.node.id);
    if (gone) await vitrine.data(IndexProduct, { input: toInput(gone) });
  });

  test('is there for a product that was just indexed', async () => {
    const sample = demoProducts.find(({ id }) => id === ID);
    if (!sample) throw new Error('the demo catalogue has changed');
    const query = `mutation ($input: ProductInput!) { indexProduct(input: $input) { similar(first: 1) { node { id } } } }`;
    const input = { ...toInput(sample), id: 'twin' };
    const { data } = await sendRaw(vitrine.server, { query, variables: { input } });
    expect(data).toEqual({ indexProduct: { similar: [{ node: { id: ID } }] } });
    await vitrine.data(DeleteProduct, { id: 'twin' });
  });

  test('is refused for more than 20 products of a request, however they are nested, and for pages nobody shows', async () => {
    const many = await vitrine.ask(FindWithSimilar, { query: { text: 'dress', mode: 'VECTOR' }, first: 21 });
    expect(many.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['similar'] }] });
    const nested = await vitrine.ask(FindWithSimilar, {
      query: { text: 'dress', mode: 'VECTOR' },
      first: 20,
      nested: true,
    });
    expect(nested.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    for (const first of [0, 25]) {
      const { errors } = await vitrine.ask(GetSimilar, { id: ID, first });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('counts on the budget of its caller as the searches that it is', async () => {
    const limited = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '12' }, 30);
    try {
      const ask = (text: string) => limited.ask(FindWithSimilar, { query: { text }, first: 5 });
      expect((await ask('dress')).errors).toBeUndefined();
      expect((await ask('shirt')).errors).toBeUndefined();
      const { errors } = await ask('bag');
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
    } finally {
      await limited.close();
    }
  });
});
