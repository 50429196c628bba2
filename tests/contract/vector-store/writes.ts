import { describe, expect, test } from 'vitest';
import type { Scoring } from '../../../src/adapters/vector-store/types.ts';
import { cosine, idsOf, makeItem, makeProduct, searchAll, searchWords, sortedIds, unitVector } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

export function describeWrites(context: SuiteContext): void {
  describe('writing and reading', () => {
    test('a new shop gets empty answers, not errors', async () => {
      const store = await context.openWith([]);
      await store.ping();
      const embedding = unitVector(1);
      const scorings: Scoring[] = [
        { by: 'vector', embedding },
        { by: 'lexical', text: 'red handbag' },
        { by: 'hybrid', embedding, text: 'red handbag', semanticRatio: 0.4 },
        { by: 'filter' },
      ];
      for (const scoring of scorings) {
        const query = { scoring, minRelevance: 0.5, sort: 'RELEVANCE', window: { offset: 0, limit: 10 } } as const;
        expect(await store.match(query)).toEqual({
          matches: [],
          hasMore: false,
          matchCount: 0,
          totalCount: 0,
          facets: [],
        });
      }
      expect(await store.count()).toBe(0);
      expect(await store.get(['nobody'])).toEqual(new Map());
      expect(await store.delete('nobody')).toBe(false);
      const { name, ...stats } = await store.stats();
      expect(name).toContain('contract-');
      expect(stats).toEqual({ productCount: 0, categories: [], priceMin: null, priceMax: null });
    });

    test('whoever asks for no products gets the numbers alone, and hears of no next page', async () => {
      const store = await context.openWith([makeItem({ id: 'a' }, 1), makeItem({ id: 'b' }, 2)]);
      const window = { offset: 0, limit: 0 };
      const query = { scoring: { by: 'filter' }, minRelevance: 0, sort: 'RELEVANCE', window } as const;
      expect(await store.match(query)).toMatchObject({ matches: [], hasMore: false, matchCount: 2, totalCount: 2 });
    });

    test('a product comes back as it was stored, and ids that are not there are left out', async () => {
      const item = makeItem({ id: 'a', price: 12.9, attributes: [{ name: 'color', value: 'red' }] }, 1);
      const store = await context.openWith([item, makeItem({ id: 'b' }, 2)]);
      expect(await store.get(['a', 'missing', 'a'])).toEqual(new Map([['a', item.product]]));
      expect(await store.get([])).toEqual(new Map());
      const [hit] = await searchAll(store, { by: 'vector', embedding: item.embedding });
      expect(hit?.product).toEqual(item.product);
    });

    test('embeddings come back as they were stored, of all images in their order, and only of what is there', async () => {
      const several = Float32Array.of(...unitVector(1), ...unitVector(2), ...unitVector(3));
      const store = await context.openWith([makeItem({ id: 'a' }, several), makeItem({ id: 'b' }, 4)]);
      const found = await store.embeddings(['b', 'missing', 'a', 'b']);
      expect([...found.keys()].sort()).toEqual(['a', 'b']);
      for (const [id, stored] of [['a', several] as const, ['b', unitVector(4)] as const]) {
        const embedding = found.get(id) ?? new Float32Array();
        expect(embedding).toHaveLength(stored.length);
        for (const [at, value] of stored.entries()) expect(embedding[at]).toBeCloseTo(value, 6);
      }
      expect(await store.embeddings([])).toEqual(new Map());
      await store.upsert([makeItem({ id: 'b' }, 5)]);
      await store.delete('a');
      const later = await store.embeddings(['a', 'b']);
      expect([...later.keys()]).toEqual(['b']);
      expect(later.get('b')?.[0]).toBeCloseTo(unitVector(5)[0] ?? Number.NaN, 6);
    });

    test('prices come back to the last digit', async () => {
      const prices = [0, 0.1, 12.9, 19.99, 0.30000000000000004, 1e-7, 123456789.01, 9007199254740991, 1e21];
      const store = await context.openWith(prices.map((price, index) => makeItem({ id: `p${index}`, price }, index)));
      const found = await store.get(prices.map((_, index) => `p${index}`));
      expect(prices.map((_, index) => found.get(`p${index}`)?.price)).toEqual(prices);
    });

    test('a product of the largest size allowed comes back byte for byte', async () => {
      const id = `Ünï/cödé 商品\\'"%2F..👜 `.padEnd(128, 'x/ ø"');
      const attributes = Array.from({ length: 50 }, (_, index) => ({
        name: `${index} näme "'\\`.padEnd(100, 'ñ'),
        value: `${index} väluе 値\n`.padEnd(500, '値'),
      }));
      const largest = makeProduct({
        id,
        name: '名'.repeat(300),
        description: 'Wörter "und" \\ Zeilen\n\t👜 '.repeat(500).slice(0, 10_000),
        category: '類'.repeat(100),
        imageUrl: `https://shop.example/${'a'.repeat(2027)}`,
        attributes,
      });
      const store = await context.openWith([{ product: largest, embedding: unitVector(3) }, makeItem({ id: 'b' }, 4)]);
      expect((await store.get([id])).get(id)).toEqual(largest);
      const filter = {
        categories: [largest.category],
        attributes: attributes.map((a) => ({ name: a.name, anyOf: [a.value] })),
      };
      expect(idsOf(await searchAll(store, { by: 'filter' }, { filter }))).toEqual([id]);
      expect(await store.delete(id)).toBe(true);
      expect(await store.count()).toBe(1);
    });

    test('ids that differ only in case, blanks or accents are different products', async () => {
      const ids = [
        'a',
        'A',
        ' a',
        'a ',
        'á',
        'a\u0301',
        'a/',
        'a\\',
        "a'",
        'a%20',
        '.',
        '..',
        '0',
        '00',
        '👜',
        '商品',
        '_',
        '-',
      ];
      const store = await context.openWith(ids.map((id, index) => makeItem({ id, name: `n${index}` }, index)));
      expect(await store.count()).toBe(ids.length);
      const found = await store.get(ids);
      expect(ids.map((id) => found.get(id)?.name)).toEqual(ids.map((_, index) => `n${index}`));
      expect(sortedIds(await searchAll(store, { by: 'filter' }))).toEqual([...ids].sort());
    });

    test('replacing a product replaces its fields, its image and its words', async () => {
      const store = await context.openWith([makeItem({ id: 'a', name: 'Old lantern', category: 'Old', price: 5 }, 1)]);
      const replacement = makeItem({ id: 'a', name: 'New kettle', category: 'New', price: 7, inStock: false }, 2);
      await store.upsert([replacement]);
      expect((await store.get(['a'])).get('a')).toEqual(replacement.product);
      expect(await store.count()).toBe(1);
      const [hit] = await searchAll(store, { by: 'vector', embedding: unitVector(2) });
      expect(hit?.score).toBeCloseTo(1, 5);
      const [old] = await searchAll(store, { by: 'vector', embedding: unitVector(1) });
      expect(old?.score).toBeCloseTo(cosine(unitVector(1), unitVector(2)), 5);
      expect(await searchWords(store, 'lantern')).toEqual([]);
      expect(idsOf(await searchWords(store, 'kettle'))).toEqual(['a']);
      expect(await store.count({ filter: { categories: ['Old'] } })).toBe(0);
      expect(await store.count({ filter: { categories: ['New'], inStock: false, price: { min: 7, max: 7 } } })).toBe(1);
    });

    test('a deleted product is gone from every list, and deleting it again says that it was not there', async () => {
      const store = await context.openWith([makeItem({ id: 'a', name: 'Kettle' }, 1), makeItem({ id: 'b' }, 2)]);
      expect(await store.delete('a')).toBe(true);
      expect(await store.delete('a')).toBe(false);
      expect(await store.get(['a'])).toEqual(new Map());
      expect(idsOf(await searchAll(store, { by: 'vector', embedding: unitVector(1) }))).toEqual(['b']);
      expect(await searchWords(store, 'kettle')).toEqual([]);
      expect(idsOf(await searchAll(store, { by: 'filter' }))).toEqual(['b']);
      expect(await store.count()).toBe(1);
      await store.upsert([makeItem({ id: 'a', name: 'Kettle again' }, 1)]);
      expect(idsOf(await searchWords(store, 'kettle'))).toEqual(['a']);
    });

    test('of equal ids in one call the last wins', async () => {
      const versions = [1, 2, 3].map((seed) => makeItem({ id: 'twice', name: `Version ${seed}`, price: seed }, seed));
      const store = await context.openWith([...versions, makeItem({ id: 'other', price: 50 }, 9)]);
      expect((await store.get(['twice'])).get('twice')?.name).toBe('Version 3');
      const [hit] = await searchAll(store, { by: 'vector', embedding: unitVector(3) });
      expect(hit?.id).toBe('twice');
      expect(await store.stats()).toMatchObject({ productCount: 2, priceMin: 3, priceMax: 50 });
    });

    test('calls that write the same products at once leave each product whole', async () => {
      const store = await context.openWith([]);
      const writers = Array.from({ length: 6 }, (_, writer) =>
        Array.from({ length: 40 }, (_, index) => {
          const version = writer * 100 + index;
          return makeItem(
            { id: `p${index}`, name: `Version${version}`, category: `c${writer}`, price: version },
            version,
          );
        }),
      );
      await Promise.all(writers.flatMap((items) => [store.upsert(items.slice(0, 25)), store.upsert(items.slice(15))]));
      const all = await searchAll(store, { by: 'filter' });
      expect(sortedIds(all)).toEqual(Array.from({ length: 40 }, (_, index) => `p${index}`).sort());
      for (const { id, product } of all) {
        const [byImage] = await searchAll(store, { by: 'vector', embedding: unitVector(product.price) });
        expect(byImage?.id).toBe(id);
        expect(byImage?.score).toBeCloseTo(1, 5);
        expect(idsOf(await searchWords(store, product.name))).toEqual([id]);
      }
      const prices = all.map(({ product }) => product.price);
      const stats = await store.stats();
      expect(stats).toMatchObject({ productCount: 40, priceMin: Math.min(...prices), priceMax: Math.max(...prices) });
      expect(stats.categories.reduce((sum, { count }) => sum + count, 0)).toBe(40);
    });

    test('an empty upsert is accepted', async () => {
      const store = await context.openWith([makeItem({ id: 'a' }, 1)]);
      await store.upsert([]);
      expect(await store.count()).toBe(1);
    });
  });

  describe('stats', () => {
    test('the figures follow what is added, replaced, deleted and repriced', async () => {
      const store = await context.openWith([
        makeItem({ id: 'a', category: 'Bags', price: 10 }, 1),
        makeItem({ id: 'b', category: 'Bags', price: 20.5 }, 2),
        makeItem({ id: 'c', category: 'Shoes', price: 5 }, 3),
        makeItem({ id: 'd', category: 'Hats', price: 30 }, 4),
      ]);
      const bags = { category: 'Bags', count: 2 };
      const hats = { category: 'Hats', count: 1 };
      const shoes = { category: 'Shoes', count: 1 };
      const first = { productCount: 4, categories: [bags, hats, shoes], priceMin: 5, priceMax: 30 };
      expect(await store.stats()).toMatchObject(first);
      await store.delete('c');
      expect(await store.stats()).toMatchObject({
        productCount: 3,
        categories: [bags, hats],
        priceMin: 10,
        priceMax: 30,
      });
      await store.upsert([makeItem({ id: 'd', category: 'Hats', price: 12 }, 4)]);
      expect(await store.stats()).toMatchObject({ productCount: 3, priceMin: 10, priceMax: 20.5 });
      await store.upsert([makeItem({ id: 'a', category: 'Hats', price: 10 }, 1)]);
      const moved = [
        { category: 'Hats', count: 2 },
        { category: 'Bags', count: 1 },
      ];
      expect(await store.stats()).toMatchObject({ productCount: 3, categories: moved });
      for (const id of ['a', 'b', 'd']) expect(await store.delete(id)).toBe(true);
      expect(await store.stats()).toMatchObject({ productCount: 0, categories: [], priceMin: null, priceMax: null });
    });

    test('a price of zero counts as a price', async () => {
      const store = await context.openWith([makeItem({ id: 'free', price: 0 }, 1), makeItem({ id: 'b', price: 4 }, 2)]);
      expect(await store.stats()).toMatchObject({ priceMin: 0, priceMax: 4 });
    });
  });
}
