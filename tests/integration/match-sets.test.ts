import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FindProductsQueryVariables } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { CountFacets, FindProducts } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import type { TestVitrine } from '../support/vitrine.ts';

type Demo = (typeof demoProducts)[number];

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
});
afterAll(() => vitrine.close());

async function search(variables: FindProductsQueryVariables) {
  const { searchProducts } = await vitrine.data(FindProducts, variables);
  return searchProducts;
}

/** Every product that a search lists, page by page. */
async function listAll(variables: FindProductsQueryVariables) {
  const nodes: Awaited<ReturnType<typeof search>>['edges'][number]['node'][] = [];
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo }: Awaited<ReturnType<typeof search>> = await search({ ...variables, first: 30, after });
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor ?? null;
  }
}

/** How many of some products have each value. */
function countBy(products: readonly Demo[], pick: (product: Demo) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of products.map(pick)) if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const isRedShoe = ({ category, attributes }: Demo) => category === 'shoes' && attributes.color === 'red';

describe('what matches', () => {
  test('with words in play is what was meant, not the whole catalogue, unless a shop asks for that', async () => {
    const { matchCount, totalCount, edges } = await search({ query: { text: 'red dress' }, first: 100 });
    expect(totalCount).toBe(250);
    expect(matchCount).toBeLessThan(50);
    expect(edges).toHaveLength(matchCount);
    const best = edges[0]?.score ?? 0;
    expect(Math.min(...edges.map(({ score }) => score))).toBeGreaterThanOrEqual(best / 2);
    const redDresses = demoProducts.filter(
      ({ attributes }) => attributes.color === 'red' && attributes.kind === 'dress',
    );
    const listed = new Set(edges.map(({ node }) => node.id));
    for (const { id } of redDresses) expect(listed).toContain(id);
    expect((await search({ query: { text: 'red dress' }, minRelevance: 0 })).matchCount).toBe(250);
    expect((await search({ query: { text: 'red dress', mode: 'VECTOR' } })).matchCount).toBe(250);
  });

  test('grows smaller the more relevant it has to be, down to the best', async () => {
    const counts: number[] = [];
    for (const minRelevance of [0, 0.2, 0.5, 0.8, 1]) {
      counts.push((await search({ query: { text: 'red dress' }, minRelevance })).matchCount);
    }
    expect(counts).toEqual(counts.toSorted((left, right) => right - left));
    expect(new Set(counts).size).toBeGreaterThan(3);
  });
});

describe('facets', () => {
  test('without a query count the catalogue', async () => {
    const { searchProducts } = await vitrine.data(CountFacets, { maxBuckets: 100 });
    expect(searchProducts.matchCount).toBe(250);
    const facet = (name: string) => searchProducts.facets.find((one) => one.name === name);
    const counted = (name: string) =>
      Object.fromEntries((facet(name)?.buckets ?? []).map(({ value, count }) => [value, count]));
    expect(counted('category')).toEqual(countBy(demoProducts, ({ category }) => category));
    expect(counted('color')).toEqual(countBy(demoProducts, ({ attributes }) => attributes.color));
    expect(counted('inStock')).toEqual(countBy(demoProducts, ({ inStock }) => String(inStock)));
    const prices = facet('price')?.buckets ?? [];
    expect(prices.reduce((sum, { count }) => sum + count, 0)).toBe(250);
    for (const { min, max, count } of prices) {
      const within = demoProducts.filter(({ price }) => price >= (min ?? 0) && price < (max ?? 0));
      expect(within).toHaveLength(count);
    }
  });

  test('leave out their own condition: who chose red still sees how many are blue', async () => {
    const filter = { categories: ['shoes'], attributes: [{ name: 'color', anyOf: ['red', 'mauve'] }] };
    const { searchProducts } = await vitrine.data(CountFacets, { filter, names: ['color', 'category', 'kind'] });
    const matching = demoProducts.filter(isRedShoe);
    expect(searchProducts.matchCount).toBe(matching.length);
    const [color, category, kind] = searchProducts.facets;
    const shoes = demoProducts.filter((product) => product.category === 'shoes');
    const colors = countBy(shoes, ({ attributes }) => attributes.color);
    expect(Object.fromEntries(color?.buckets.map(({ value, count }) => [value, count]) ?? [])).toEqual({
      ...colors,
      mauve: 0,
    });
    expect(color?.buckets.filter(({ selected }) => selected).map(({ value }) => value)).toEqual(['red', 'mauve']);
    const red = demoProducts.filter(({ attributes }) => attributes.color === 'red');
    expect(category?.buckets.find(({ value }) => value === 'clothing')?.count).toBe(
      red.filter((product) => product.category === 'clothing').length,
    );
    expect(kind?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(matching.length);
  });

  test('of a search count what it matches, and what is not listed is counted too', async () => {
    const query = { text: 'red dress' };
    const { searchProducts } = await vitrine.data(CountFacets, { query, names: ['kind', 'color'], maxBuckets: 1 });
    for (const { buckets, otherCount } of searchProducts.facets) {
      expect(buckets).toHaveLength(1);
      expect((buckets[0]?.count ?? 0) + otherCount).toBe(searchProducts.matchCount);
    }
  });

  test('can be asked for in two ways at once, through fragments and aliases, and are not counted when skipped', async () => {
    const document = `query Two($few: Int!, $no: Boolean!) {
      searchProducts(filter: { categories: ["shoes"] }) {
        colors: facets(names: ["color"], maxBuckets: $few) { name buckets { value } }
        ...Kinds
        skipped: facets(maxBuckets: 1000) @include(if: $no) { name }
      }
    }
    fragment Kinds on ProductConnection { ... on ProductConnection { facets(names: ["kind", "price"]) { name } } }`;
    const { data } = await sendRaw(vitrine.server, { query: document, variables: { few: 2, no: false } });
    expect(data).toEqual({
      searchProducts: {
        colors: [{ name: 'color', buckets: [{ value: expect.any(String) }, { value: expect.any(String) }] }],
        facets: [{ name: 'kind' }, { name: 'price' }],
      },
    });
  });

  test.each([
    [{ maxBuckets: 0 }, 'maxBuckets'],
    [{ maxBuckets: 101 }, 'maxBuckets'],
    [{ names: Array.from({ length: 51 }, (_, place) => `n${place}`) }, 'names'],
    [{ names: ['x'.repeat(101)] }, 'names'],
  ])('of an impossible kind are refused before anything is searched: %#', async (variables, field) => {
    const { errors } = await vitrine.ask(CountFacets, variables);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.extensions.issues?.[0]?.path.slice(0, 2)).toEqual(['facets', field]);
  });

  test('cannot be asked for so often that one search costs many', async () => {
    const lists = Array.from({ length: 6 }, (_, place) => `f${place}: facets(maxBuckets: ${place + 1}) { name }`);
    const { errors } = await sendRaw(vitrine.server, { query: `{ searchProducts { ${lists.join(' ')} } }` });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain('5');
  });
});

describe('sorting', () => {
  test.each([
    ['PRICE_ASC', 1],
    ['PRICE_DESC', -1],
  ] as const)('%s orders exactly what matches, equal prices by id, over all pages', async (sort, sign) => {
    const query = { text: 'red dress' };
    const relevant = await listAll({ query });
    const sorted = await listAll({ query, sort });
    const inOrder = relevant.toSorted(
      (left, right) => sign * (left.price - right.price) || (left.id < right.id ? -1 : 1),
    );
    expect(sorted).toEqual(inOrder);
    expect(sorted).not.toEqual(relevant);
  });

  test('of a whole category by price adds up over its pages, with all the ties', async () => {
    const filter = { categories: ['clothing'] };
    const sorted = await listAll({ filter, sort: 'PRICE_ASC' });
    const own = demoProducts.filter(({ category }) => category === 'clothing');
    expect(new Set(own.map(({ price }) => price)).size).toBeLessThan(own.length);
    const inOrder = own.toSorted((left, right) => left.price - right.price || (left.id < right.id ? -1 : 1));
    expect(sorted.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
  });

  test('a cursor of one order is refused in another', async () => {
    const { pageInfo } = await search({ query: { text: 'red' }, first: 2 });
    const { errors } = await vitrine.ask(FindProducts, {
      query: { text: 'red' },
      sort: 'PRICE_ASC',
      after: pageInfo.endCursor ?? null,
    });
    expect(errors?.[0]?.extensions.issues?.[0]?.path).toEqual(['after']);
  });
});

describe('browsing', () => {
  test('lists each product of the filter once, the newest first, without asking the model', async () => {
    const filter = { inStock: true };
    const listed = await listAll({ filter });
    const expected = demoProducts.filter(({ inStock }) => inStock);
    expect(listed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    expect((await listAll({ filter, sort: 'NEWEST' })).map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
    const { edges, matchCount, totalCount, timing } = await search({ filter });
    expect([matchCount, totalCount]).toEqual([expected.length, expected.length]);
    expect([timing.fetch, timing.embed]).toEqual([0, 0]);
    expect(edges[0]).toMatchObject({ score: 0, similarity: null });
  });

  test('refuses limits on a likeness to nothing', async () => {
    const { errors } = await vitrine.ask(FindProducts, { minSimilarity: 0.2, minRelevance: 0.5 });
    expect(errors?.[0]?.extensions.issues?.map(({ path }: { path: unknown }) => path)).toEqual([
      ['minSimilarity'],
      ['minRelevance'],
    ]);
  });
});
