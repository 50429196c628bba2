import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import type { FindProductsQuery, FindProductsQueryVariables } from '../gql/graphql.ts';
import { demoProducts, startDemoVitrine } from '../support/demo.ts';
import { FindProducts } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

type Edge = FindProductsQuery['searchProducts']['edges'][number];

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine();
});
afterAll(() => vitrine.close());

async function search(variables: FindProductsQueryVariables) {
  const { searchProducts } = await vitrine.data(FindProducts, variables);
  return searchProducts;
}

const idsOf = (edges: readonly Edge[]) => edges.map(({ node }) => node.id);
const image = (id: string) => `${ORIGIN}/demo/images/${id}.png`;

describe('a search', () => {
  test('by words finds the products they describe, by default in HYBRID mode', async () => {
    const { edges, totalCount } = await search({ query: { text: 'red dress' }, first: 5 });
    expect(edges).toHaveLength(5);
    expect(totalCount).toBe(250);
    const [best] = edges;
    expect(best?.node.attributes).toContainEqual({ name: 'color', value: 'red' });
    expect(best?.node.attributes).toContainEqual({ name: 'kind', value: 'dress' });
  });

  test('by an image of ours finds that very product first, without the guard being opened', async () => {
    const { edges, timing } = await search({ query: { imageUrl: image('sku-0105') }, first: 3 });
    expect(edges[0]?.node.id).toBe('sku-0105');
    expect(edges[0]?.similarity).toBeGreaterThan(0.999);
    expect(edges[0]?.score).toBe(edges[0]?.similarity);
    expect(timing.fetch).toBeGreaterThan(0);
    expect(timing.total).toBeGreaterThanOrEqual(timing.search);
  });

  test('by a photo of a phone, as a data: URL, finds what it shows', async () => {
    const bytes = readFileSync(join(DEMO_CATALOGUE_DIR, 'images', 'sku-0042.png'));
    const imageUrl = `data:image/png;base64,${bytes.toString('base64')}`;
    const { edges } = await search({ query: { imageUrl }, first: 1 });
    expect(idsOf(edges)).toEqual(['sku-0042']);
  });

  test('by a photo of some hundred KB, written as JavaScript does and as PHP does, finds the same', async () => {
    const photo = await sharp(join(DEMO_CATALOGUE_DIR, 'images', 'sku-0042.png'))
      .resize(1200)
      .png()
      .toBuffer();
    const imageUrl = `data:image/png;base64,${photo.toString('base64')}`;
    expect(imageUrl.length).toBeGreaterThan(64_000);
    const query =
      'query($url: URL!) { searchProducts(query: { imageUrl: $url }, first: 1) { edges { node { id } similarity } } }';
    const send = (url: string, write = (json: string) => json) =>
      sendRaw(vitrine.server, write(JSON.stringify({ query, variables: { url } })));
    const { data } = await send(imageUrl);
    expect(data).toMatchObject({ searchProducts: { edges: [{ node: { id: 'sku-0042' } }] } });
    expect((await send(imageUrl, (json) => json.replaceAll('/', '\\/'))).data).toEqual(data);
    // What stands for an image within the server says nothing to it from outside.
    const reference = `data:image/*;sha256,${createHash('sha256').update(imageUrl).digest('hex')}`;
    expect((await send(`${reference} `)).errors).toMatchObject([{ extensions: { code: 'IMAGE_UNREADABLE' } }]);
    expect((await send(`${imageUrl}%`)).errors).toMatchObject([{ extensions: { code: 'IMAGE_UNREADABLE' } }]);
  });

  test('by an image as the README shows it finds that product, whatever port the server is on', async () => {
    const imageUrl = image('sku-0105').replace(ORIGIN, 'http://localhost:4123');
    const { edges } = await search({ query: { imageUrl }, first: 1 });
    expect(edges[0]?.node.id).toBe('sku-0105');
  });

  test('by an image and words together follows both', async () => {
    const shoe = demoProducts.find(({ attributes }) => attributes.kind === 'sneakers');
    expect(shoe).toBeDefined();
    const query = { text: 'blue', imageUrl: image(shoe?.id ?? ''), textWeight: 0.4, mode: 'VECTOR' as const };
    const { edges } = await search({ query, first: 5 });
    const kinds = edges.map(({ node }) => node.attributes.find(({ name }) => name === 'kind')?.value);
    expect(kinds).toContain('sneakers');
    const asText = await search({ query: { ...query, textWeight: 1 }, first: 5 });
    expect(idsOf(asText.edges)).not.toEqual(idsOf(edges));
  });

  test('by an exact id or name puts that product first, which looks alone could not', async () => {
    const product = demoProducts[136];
    expect(product).toBeDefined();
    for (const text of [product?.id ?? '', product?.name ?? '']) {
      const { edges } = await search({ query: { text, mode: 'LEXICAL' }, first: 1 });
      expect(idsOf(edges)).toEqual([product?.id]);
      expect(edges[0]?.similarity).toBeNull();
    }
  });

  test('in LEXICAL mode for words that nobody used finds nothing, and says so without an error', async () => {
    const result = await search({ query: { text: 'qwertzuiop', mode: 'LEXICAL' } });
    expect(result.edges).toEqual([]);
    expect(result.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
    expect(result.totalCount).toBe(250);
  });

  test('of nothing but punctuation is answered', async () => {
    for (const mode of ['LEXICAL', 'HYBRID', 'VECTOR'] as const) {
      const { edges } = await search({ query: { text: '"?!* (AND) \\\'', mode }, first: 1 });
      expect(edges.length).toBeLessThanOrEqual(1);
    }
  });

  test('is the same for the same words, however they were typed', async () => {
    const plain = await search({ query: { text: 'red dress' } });
    const odd = await search({ query: { text: '  red \n\t dress ' } });
    expect(idsOf(odd.edges)).toEqual(idsOf(plain.edges));
    expect(odd.pageInfo.endCursor).toBe(plain.pageInfo.endCursor);
  });

  test('drops what is less similar than asked for', async () => {
    const all = await search({ query: { text: 'red dress', mode: 'VECTOR' }, first: 50 });
    const limit = all.edges[9]?.similarity ?? 0;
    const vector = await search({ query: { text: 'red dress', mode: 'VECTOR' }, first: 50, minSimilarity: limit });
    expect(idsOf(vector.edges)).toEqual(idsOf(all.edges.slice(0, 10)));
    expect(vector.pageInfo.hasNextPage).toBe(false);
    const hybrid = await search({ query: { text: 'red dress' }, first: 50, minSimilarity: limit, minRelevance: 0 });
    expect(idsOf(hybrid.edges).sort()).toEqual(idsOf(vector.edges).sort());
  });

  test('steered away from a colour by words does not list what has that word, in any form of it', async () => {
    const query = { text: 'dress', mode: 'LEXICAL' as const };
    const all = await search({ query, first: 100, minRelevance: 0 });
    const steered = await search({ query: { ...query, exclude: 'the Reds' }, first: 100, minRelevance: 0 });
    const isRed = ({ node }: Edge) => node.attributes.some(({ name, value }) => name === 'color' && value === 'red');
    expect(all.edges.some(isRed)).toBe(true);
    expect(steered.edges.some(isRed)).toBe(false);
    expect(steered.matchCount).toBeGreaterThan(0);
    expect(steered.matchCount).toBeLessThan(all.matchCount);
  });

  test('steered away from a colour by looks lists less of it first, by image as by words', async () => {
    const reds = ({ edges }: { edges: readonly Edge[] }) =>
      edges.filter(({ node }) => node.attributes.some(({ name, value }) => name === 'color' && value === 'red')).length;
    const dress = demoProducts.find(({ attributes }) => attributes.kind === 'dress' && attributes.color === 'red');
    for (const query of [{ text: 'red dress', mode: 'VECTOR' as const }, { imageUrl: image(dress?.id ?? '') }]) {
      const plain = await search({ query, first: 20 });
      const steered = await search({ query: { ...query, exclude: 'red' }, first: 20 });
      expect(reds(steered)).toBeLessThan(reds(plain));
    }
  });

  test('of an empty collection gives an empty page', async () => {
    const empty = await startVitrine();
    try {
      for (const mode of ['LEXICAL', 'HYBRID', 'VECTOR'] as const) {
        const { searchProducts } = await empty.data(FindProducts, { query: { text: 'shoes', mode } });
        expect(searchProducts.edges).toEqual([]);
        expect(searchProducts.totalCount).toBe(0);
      }
    } finally {
      await empty.close();
    }
  });
});

describe('filters', () => {
  const matches = (filter: (product: (typeof demoProducts)[number]) => boolean) => demoProducts.filter(filter).length;

  test('hold all at once, in every mode, and totalCount counts what satisfies them', async () => {
    const filter = {
      categories: ['clothing', 'shoes'],
      price: { min: 15, max: 60 },
      inStock: true,
      attributes: [{ name: 'color', anyOf: ['black', 'white', 'red'] }],
    };
    const expected = matches(
      ({ category, price, inStock, attributes }) =>
        filter.categories.includes(category) &&
        price >= 15 &&
        price <= 60 &&
        inStock &&
        ['black', 'white', 'red'].includes(attributes.color ?? ''),
    );
    expect(expected).toBeGreaterThan(3);
    for (const mode of ['LEXICAL', 'HYBRID', 'VECTOR'] as const) {
      const { edges, totalCount, matchCount } = await search({
        query: { text: 'cotton shirt', mode },
        filter,
        first: 100,
        minRelevance: 0,
      });
      expect(totalCount).toBe(expected);
      expect(edges.length).toBeGreaterThan(0);
      expect(edges).toHaveLength(matchCount);
      if (mode !== 'LEXICAL') expect(matchCount).toBe(expected);
      for (const { node } of edges) {
        expect(filter.categories).toContain(node.category);
        expect(node.price).toBeGreaterThanOrEqual(15);
        expect(node.price).toBeLessThanOrEqual(60);
        expect(node.inStock).toBe(true);
      }
    }
  });

  test('that nothing satisfies give an empty page, and null conditions count as left out', async () => {
    const none = await search({ query: { text: 'shirt' }, filter: { categories: ["o'clock\\' or price > 0"] } });
    expect([none.edges.length, none.totalCount]).toEqual([0, 0]);
    const nulls = { categories: null, price: { min: null, max: null }, inStock: null, attributes: null };
    const all = await search({ query: { text: 'shirt' }, filter: nulls });
    expect(all.totalCount).toBe(250);
  });
});

describe('paging', () => {
  test.each([
    ['VECTOR', null, 250],
    ['HYBRID', null, null],
    ['HYBRID', 0, 250],
    ['LEXICAL', null, null],
  ] as const)(
    '%s, minRelevance %s: 10 by 10 to the end equals 100 at once, nothing twice and nothing skipped',
    async (mode, minRelevance, expected) => {
      const query = { text: 'red shoes', mode };
      const counts = new Set<number>();
      const pageBy = async (first: number) => {
        const edges: Edge[] = [];
        let after: string | null = null;
        do {
          const page: FindProductsQuery['searchProducts'] = await search({ query, first, after, minRelevance });
          counts.add(page.matchCount);
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          edges.push(...page.edges);
          after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
        } while (after !== null);
        return edges;
      };
      const small = await pageBy(10);
      expect(await pageBy(100)).toEqual(small);
      expect(new Set(idsOf(small)).size).toBe(small.length);
      expect([...counts]).toEqual([small.length]);
      if (expected !== null) expect(small).toHaveLength(expected);
      const scores = small.map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    },
  );

  test('goes on behind any product with its cursor, not only behind the last', async () => {
    const query = { text: 'blue bag' };
    const { edges } = await search({ query, first: 6 });
    const { edges: rest } = await search({ query, first: 3, after: edges[2]?.cursor ?? null });
    expect(idsOf(rest)).toEqual(idsOf(edges.slice(3)));
  });

  test('with a cursor of another query is refused', async () => {
    const { pageInfo } = await search({ query: { text: 'blue bag' }, first: 2 });
    const { errors } = await vitrine.ask(FindProducts, {
      query: { text: 'red bag' },
      after: pageInfo.endCursor ?? null,
    });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.extensions.issues?.[0]?.path).toEqual(['after']);
  });
});
