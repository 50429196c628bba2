import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { type Agent, connectAgent, listen } from '../support/mcp.ts';
import { FindProducts } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

const COUNT = 120;
const demo = demoProducts.slice(0, COUNT);
const [first] = demo;
if (first === undefined) throw new Error('the demo catalogue is empty');

let vitrine: TestVitrine;
let http: Awaited<ReturnType<typeof listen>>;
let agent: Agent;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, COUNT);
  http = await listen(vitrine.server);
  agent = await connectAgent(http.origin);
});
afterAll(async () => {
  await agent?.close();
  http?.close();
  await vitrine?.close();
});

const imageOf = (file: string) => readFileSync(join(DEMO_CATALOGUE_DIR, 'images', file));
const dataUrl = `data:image/png;base64,${imageOf(first.image).toString('base64')}`;

const found = z.looseObject({
  products: z.array(
    z.looseObject({
      id: z.string(),
      metadata: z.looseObject({ score: z.number().optional(), similarity: z.number().nullable().optional() }),
      variants: z.array(z.looseObject({ price: z.object({ amount: z.number(), currency: z.string() }) })),
    }),
  ),
  pagination: z.object({ cursor: z.string().optional(), has_next_page: z.boolean(), total_count: z.number() }),
  messages: z.array(z.looseObject({ code: z.string(), content: z.string() })).optional(),
});

const failed = z.looseObject({
  messages: z.array(z.looseObject({ code: z.string(), content: z.string(), path: z.string().optional() })),
  retry_after: z.number().optional(),
});

async function search(catalog: object) {
  const result = await agent.call('search_catalog', catalog);
  expect(result.isError).toBeFalsy();
  return found.parse(result.structuredContent);
}

async function failure(name: string, catalog: object, by: Agent = agent) {
  const result = await by.call(name, catalog);
  expect(result.isError).toBe(true);
  const { messages, retry_after } = failed.parse(result.structuredContent);
  const [text] = result.content;
  return { messages, retryAfter: retry_after, code: messages[0]?.code, text: text?.type === 'text' ? text.text : '' };
}

describe('an agent is shown what a storefront is shown', () => {
  test.each<[string, object, object]>([
    ['words', { query: 'red dress' }, { query: { text: 'red dress' } }],
    ['an image of its own', { like: { image_url: dataUrl } }, { query: { imageUrl: dataUrl } }],
    [
      'a part of an image, and words',
      { query: 'dress', like: { image_url: dataUrl, region: { x: 0, y: 0, width: 0.5, height: 1 } } },
      { query: { text: 'dress', imageUrl: dataUrl, region: { x: 0, y: 0, width: 0.5, height: 1 } } },
    ],
    ['a product', { like: { id: first.id } }, { query: { productId: first.id } }],
    ['words to steer away from', { query: 'dress', exclude: 'red' }, { query: { text: 'dress', exclude: 'red' } }],
    [
      'conditions',
      {
        query: 'something blue',
        filters: {
          price: { min: 1000, max: 6050 },
          available: true,
          attributes: [{ name: 'color', any_of: ['blue', 'navy'] }],
        },
      },
      {
        query: { text: 'something blue' },
        filter: {
          price: { min: 10, max: 60.5 },
          inStock: true,
          attributes: [{ name: 'color', anyOf: ['blue', 'navy'] }],
        },
      },
    ],
    [
      'an order, without a query',
      { sort: 'PRICE_ASC', filters: { categories: [first.category] } },
      { sort: 'PRICE_ASC', filter: { categories: [first.category] } },
    ],
  ])('for %s: the same products in the same order with the same scores', async (_what, catalog, variables) => {
    const { searchProducts } = await vitrine.data(FindProducts, variables);
    const { products, pagination } = await search(catalog);
    expect(products.length).toBeGreaterThan(0);
    expect(products.map(({ id, metadata: { score, similarity } }) => ({ id, score, similarity }))).toEqual(
      searchProducts.edges.map(({ node: { id }, score, similarity }) => ({ id, score, similarity })),
    );
    expect(pagination.total_count).toBe(searchProducts.matchCount);
  });

  test('page after page, each product once, until there is no more', async () => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ like: { image_url: dataUrl }, pagination: { limit: 50, ...(cursor && { cursor }) } });
      ids.push(...page.products.map(({ id }) => id));
      expect(page.pagination.has_next_page).toBe(page.pagination.cursor !== undefined);
      cursor = page.pagination.cursor;
    } while (cursor);
    const variables = { query: { imageUrl: dataUrl }, first: 100 };
    const { searchProducts } = await vitrine.data(FindProducts, variables);
    expect(ids).toHaveLength(COUNT);
    expect(ids.slice(0, 100)).toEqual(searchProducts.edges.map(({ node }) => node.id));
  });

  test('with images as links, and prices in minor units of their currency', async () => {
    const result = await agent.call('search_catalog', { query: first.name, pagination: { limit: 1 } });
    const [product] = found.parse(result.structuredContent).products;
    expect(product).toMatchObject({
      id: first.id,
      title: first.name,
      media: [{ type: 'image', url: expect.stringContaining(first.image) }],
      categories: [{ value: first.category, taxonomy: 'merchant' }],
    });
    expect(product?.variants[0]?.price).toEqual({ amount: Math.round(first.price * 100), currency: first.currency });
    expect(result.content[1]).toEqual({
      type: 'resource_link',
      uri: expect.stringContaining(first.image),
      name: first.name,
    });
    const [text] = result.content;
    expect(text?.type === 'text' && JSON.parse(text.text)).toEqual(result.structuredContent);
  });

  test('and is told when its words were mended, and when prices are of another currency than it meant', async () => {
    const { messages } = await search({
      query: 'handbagg',
      filters: { price: { max: 1_000_000 } },
      context: { currency: 'USD' },
    });
    expect(messages?.map(({ code }) => code)).toEqual(['corrected_query', 'currency_not_converted']);
    expect(messages?.[0]?.content).toContain('handbag');
  });
});

describe('an agent finds its way', () => {
  test('by ids, each once, with those that do not exist named', async () => {
    const ids = [first.id, 'no-such-product', first.id, demo[3]?.id];
    const { structuredContent } = await agent.call('lookup_catalog', { ids });
    expect(structuredContent).toMatchObject({
      products: [
        { id: first.id, variants: [{ inputs: [{ id: first.id, match: 'exact' }] }] },
        { id: demo[3]?.id, title: demo[3]?.name },
      ],
      messages: [{ type: 'info', code: 'not_found', content: 'no-such-product' }],
    });
  });

  test('to one product, and hears that there is none', async () => {
    const { structuredContent } = await agent.call('get_product', { id: first.id });
    expect(structuredContent).toMatchObject({
      product: { id: first.id, description: { plain: first.description }, metadata: { attributes: expect.any(Array) } },
    });
    expect(await failure('get_product', { id: 'nothing' })).toMatchObject({
      code: 'NOT_FOUND',
      text: 'NOT_FOUND: There is no product with the id nothing.',
    });
  });

  test('to categories and values that it can filter by, counted as they are', async () => {
    const facets = z.looseObject({
      total_count: z.number(),
      facets: z.array(
        z.looseObject({ name: z.string(), values: z.array(z.looseObject({ value: z.string(), count: z.number() })) }),
      ),
    });
    const all = facets.parse(
      (await agent.call('list_facets', { names: ['category', 'price'], max_values: 100 })).structuredContent,
    );
    expect(all.total_count).toBe(COUNT);
    const categories = all.facets.find(({ name }) => name === 'category')?.values ?? [];
    const inFile = Map.groupBy(demo, ({ category }) => category);
    expect(Object.fromEntries(categories.map(({ value, count }) => [value, count]))).toEqual(
      Object.fromEntries([...inFile].map(([category, products]) => [category, products.length])),
    );
    const prices = all.facets.find(({ name }) => name === 'price')?.values ?? [];
    const [range] = prices;
    const within = demo.filter(
      ({ price }) => price * 100 >= Number(range?.min) && price * 100 < Number(range?.max ?? Number.POSITIVE_INFINITY),
    );
    expect(within).toHaveLength(range?.count ?? -1);
  });
});

describe('a call that is wrong tells a model how to mend it', () => {
  test('with every problem at once, under the names that it wrote', async () => {
    const { code, messages, text } = await failure('search_catalog', {
      query: 7,
      like: { image_url: 'ftp://example.com/a.png' },
      filters: { colour: 'red', price: { max: 9.5 } },
      pagination: { limit: 1000 },
    });
    expect(code).toBe('BAD_USER_INPUT');
    expect(messages.map(({ path }) => path)).toEqual([
      '$.catalog.query',
      '$.catalog.like.image_url',
      '$.catalog.filters.price.max',
      '$.catalog.filters',
      '$.catalog.pagination.limit',
    ]);
    expect(text).toContain('catalog.filters: has no colour; it has categories, price, available, attributes');
    expect(text).toContain('catalog.pagination.limit: must be between 1 and 100');
  });

  test.each<[string, object, string]>([
    [
      'prices the wrong way round',
      { filters: { price: { min: 2, max: 1 } } },
      'catalog.filters.price: min must not be',
    ],
    ['two images', { like: { id: 'a', image_url: 'https://example.com/a.png' } }, 'catalog.like.id: is an image'],
    ['nothing to steer towards', { exclude: 'red' }, 'catalog.exclude: steers a search away'],
    ['a cursor of another search', { query: 'hat', pagination: { cursor: 'abc' } }, 'catalog.pagination.cursor: not a'],
    [
      'too many values',
      { filters: { attributes: [{ name: 'color', any_of: Array(101).fill('x') }] } },
      'catalog.filters.attributes.0.any_of: must be at most 100 values',
    ],
    ['an image where none may be', { like: { image_url: 'http://10.0.0.1/a.png' } }, 'IMAGE_FORBIDDEN'],
    ['a product that is not there', { like: { id: 'nothing' } }, 'NOT_FOUND'],
  ])('%s', async (_what, catalog, words) => {
    expect((await failure('search_catalog', catalog)).text).toContain(words);
  });

  test('a tool that is none is answered with the one that was meant', async () => {
    await expect(agent.call('search_catalogue', {})).rejects.toThrow('Did you mean search_catalog?');
  });
});

describe('the protocol', () => {
  test('is spoken in its revision of 2026 too, with the same answers', async () => {
    const modern = await connectAgent(http.origin, { mode: 'auto' });
    expect(modern.client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const asked = { query: 'red dress' };
    const { structuredContent } = await modern.call('search_catalog', asked);
    expect(structuredContent).toEqual((await agent.call('search_catalog', asked)).structuredContent);
    await modern.close();
  });

  test('lists tools whose limits are those of the search', async () => {
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['search_catalog', 'list_facets', 'lookup_catalog', 'get_product']);
    const [{ inputSchema } = { inputSchema: {} }] = tools;
    expect(inputSchema).toMatchObject({
      required: ['catalog'],
      properties: {
        catalog: {
          additionalProperties: false,
          properties: {
            query: { type: 'string', minLength: 1, maxLength: 1000 },
            pagination: { properties: { limit: { type: 'integer', minimum: 1, maximum: 100 } } },
            filters: {
              properties: { attributes: { maxItems: 50, items: { properties: { any_of: { maxItems: 100 } } } } },
            },
          },
        },
      },
    });
  });
});
