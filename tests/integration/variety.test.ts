import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FindProductsQuery, FindProductsQueryVariables } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { CountFacets, FindProducts } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({ RATE_LIMIT_SEARCHES: '0' });
});
afterAll(() => vitrine.close());

type Found = FindProductsQuery['searchProducts'];
type Edge = Found['edges'][number];

const search = async (variables: FindProductsQueryVariables): Promise<Found> =>
  (await vitrine.data(FindProducts, variables)).searchProducts;
const attributeOf = ({ node }: Edge, name: string) => node.attributes.find((one) => one.name === name)?.value;

async function listAll(variables: FindProductsQueryVariables, first: number): Promise<Edge[]> {
  const edges: Edge[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Found = await search({ ...variables, first, after });
    edges.push(...page.edges);
    if (!page.pageInfo.hasNextPage) return edges;
    after = page.pageInfo.endCursor ?? null;
  }
}
const idsOf = (edges: readonly Edge[]) => edges.map(({ node }) => node.id);

describe('diversity', () => {
  const query = { text: 'red dress', mode: 'VECTOR' as const };

  test('shows more colours first, and the best one still at the top', async () => {
    const coloursOf = ({ edges }: Found) => new Set(edges.map((edge) => attributeOf(edge, 'color'))).size;
    const plain = await search({ query, first: 12 });
    const diverse = await search({ query, first: 12, diversity: 0.6 });
    expect(diverse.edges[0]?.node.id).toBe(plain.edges[0]?.node.id);
    expect(coloursOf(diverse)).toBeGreaterThan(coloursOf(plain));
    expect(diverse.matchCount).toBe(plain.matchCount);
  });

  test('only changes the order, of the best 100, and its pages add up', async () => {
    const plain = idsOf(await listAll({ query }, 100));
    const diverse = idsOf(await listAll({ query, diversity: 0.5 }, 100));
    expect(diverse).not.toEqual(plain);
    expect(diverse.slice(0, 100).sort()).toEqual(plain.slice(0, 100).sort());
    expect(diverse.slice(100)).toEqual(plain.slice(100));
    expect(idsOf(await listAll({ query, diversity: 0.5 }, 30))).toEqual(diverse);
    const words = { query: { text: 'shirt', mode: 'LEXICAL' as const }, diversity: 0.5 };
    expect(idsOf(await listAll(words, 3))).toEqual(idsOf(await listAll(words, 100)));
  });

  test('of 0 changes nothing, and reads no embeddings', async () => {
    const read = vi.spyOn(vitrine.deps.store, 'embeddings');
    const none = await search({ query: { text: 'green bag' }, diversity: 0 });
    expect(read).not.toHaveBeenCalled();
    expect(idsOf(none.edges)).toEqual(idsOf((await search({ query: { text: 'green bag' } })).edges));
    await search({ query: { text: 'green bag' }, diversity: 0.1 });
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });

  test.each([
    [{ query: { text: 'bag' }, sort: 'NEWEST' }, 'diversity: weighs relevance'],
    [{ diversity: 0.5 }, 'without a query'],
    [{ query: { text: 'bag' }, diversity: 1.5 }, 'between 0 and 1'],
  ] as const)('where there is no relevance to weigh it against is refused: %j', async (variables, message) => {
    const { errors } = await vitrine.ask(FindProducts, { diversity: 0.5, ...variables });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.extensions.issues?.[0]).toMatchObject({
      path: ['diversity'],
      message: expect.stringContaining(message),
    });
  });
});

describe('distinctBy', () => {
  test.each(['RELEVANCE', 'PRICE_ASC'] as const)(
    'lists one of each kind, the first in the order %s, and counts those',
    async (sort) => {
      const variables = { query: { text: 'red shoes' }, minRelevance: 0.2, sort };
      const all = await listAll(variables, 100);
      const firsts = all.filter(
        (edge, place) => all.findIndex((other) => attributeOf(other, 'kind') === attributeOf(edge, 'kind')) === place,
      );
      const distinctBy = { attribute: 'kind' };
      const distinct = await search({ ...variables, distinctBy, first: 100 });
      expect(firsts.length).toBeLessThan(all.length);
      expect(idsOf(distinct.edges)).toEqual(idsOf(firsts));
      expect(distinct.matchCount).toBe(firsts.length);
      expect(distinct.totalCount).toBe(250);
      expect(idsOf(await listAll({ ...variables, distinctBy }, 2))).toEqual(idsOf(firsts));
    },
  );

  test('makes a category page of one product a kind, whose facets count what is listed', async () => {
    const filter = { categories: ['shoes'] };
    const kinds = new Set(
      demoProducts.filter(({ category }) => category === 'shoes').map(({ attributes }) => attributes.kind),
    );
    const distinctBy = { attribute: 'kind', max: 2 };
    const { searchProducts } = await vitrine.data(CountFacets, { filter, distinctBy, names: ['kind', 'inStock'] });
    const listed = await listAll({ filter, distinctBy }, 100);
    expect(searchProducts.matchCount).toBe(listed.length);
    const [kind, stock] = searchProducts.facets;
    expect(kind?.buckets.map(({ count }) => count)).toEqual(Array.from(kinds, () => 2));
    const inStock = listed.filter(({ node }) => node.inStock).length;
    expect(stock?.buckets.find(({ value }) => value === 'true')?.count).toBe(inStock);
  });

  test('comes before diversity, which orders what is left', async () => {
    const variables = { query: { text: 'red dress', mode: 'VECTOR' as const }, distinctBy: { attribute: 'kind' } };
    const plain = await listAll(variables, 100);
    const diverse = await listAll({ ...variables, diversity: 0.7 }, 7);
    expect(idsOf(diverse)).not.toEqual(idsOf(plain));
    expect(idsOf(diverse).sort()).toEqual(idsOf(plain).sort());
  });

  test.each([
    [{ attribute: '' }, ['distinctBy', 'attribute']],
    [{ attribute: 'kind', max: 0 }, ['distinctBy', 'max']],
    [{ attribute: 'kind', max: 11 }, ['distinctBy', 'max']],
  ])('is refused where it says nothing: %j', async (distinctBy, path) => {
    const { errors } = await vitrine.ask(FindProducts, { query: { text: 'bag' }, distinctBy });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
  });
});
