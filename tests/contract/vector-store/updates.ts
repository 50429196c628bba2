import { describe, expect, test } from 'vitest';
import type { IndexedProduct, VectorStore } from '../../../src/adapters/vector-store/types.ts';
import type { StoredProduct } from '../../../src/product.ts';
import { cosine, DIMENSION, idsOf, makeItem, makeProduct, searchAll, searchWords, unitVector } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

const first = (store: VectorStore, embedding: Float32Array) => {
  const window = { offset: 0, limit: 1 };
  return store.match({ scoring: { by: 'vector', embedding }, minRelevance: 0, sort: 'RELEVANCE', window });
};

/** A product with an image for each seed. */
function withImages(fields: Partial<StoredProduct> & { id: string }, seeds: readonly number[]): IndexedProduct {
  const embedding = new Float32Array(seeds.length * DIMENSION);
  for (const [image, seed] of seeds.entries()) embedding.set(unitVector(seed), image * DIMENSION);
  return makeItem(fields, embedding);
}

export function describeUpdates(context: SuiteContext): void {
  describe('updating a product', () => {
    const lantern = withImages(
      { id: 'a', name: 'Old lantern', category: 'Old', price: 5, contentHash: '1' },
      [1, 2, 3],
    );
    const kettle = makeProduct({
      id: 'a',
      name: 'New kettle',
      category: 'New',
      price: 7.5,
      inStock: false,
      attributes: [{ name: 'color', value: 'red' }],
      contentHash: '2',
    });

    test('changes fields, words and filters at once, and keeps every image', async () => {
      const store = await context.openWith([lantern, makeItem({ id: 'b' }, 9)]);
      expect(await store.update({ product: kettle, known: lantern.product })).toBe(true);
      expect((await store.get(['a'])).get('a')).toEqual(kettle);
      expect(await store.count()).toBe(2);
      expect(await searchWords(store, 'lantern')).toEqual([]);
      expect(idsOf(await searchWords(store, 'kettle'))).toEqual(['a']);
      expect(await store.count({ filter: { categories: ['Old'] } })).toBe(0);
      const filter = { price: { min: 7.5, max: 7.5 }, inStock: false, attributes: [{ name: 'color', anyOf: ['red'] }] };
      expect(idsOf(await searchAll(store, { by: 'filter' }, { filter }))).toEqual(['a']);
      expect((await store.stats()).categories).toContainEqual({ category: 'New', count: 1 });
      for (const [image, seed] of [1, 2, 3].entries()) {
        const [match] = (await first(store, unitVector(seed))).matches;
        expect(match).toMatchObject({ product: { id: 'a' }, image });
        expect(match?.similarity).toBeCloseTo(1, 5);
      }
    });

    test('with a new first image replaces that one alone', async () => {
      const store = await context.openWith([lantern, makeItem({ id: 'b' }, 9)]);
      expect(await store.update({ product: kettle, known: lantern.product, firstImage: unitVector(4) })).toBe(true);
      for (const [image, seed] of [4, 2, 3].entries()) {
        const [match] = (await first(store, unitVector(seed))).matches;
        expect(match).toMatchObject({ product: { id: 'a' }, image });
        expect(match?.similarity).toBeCloseTo(1, 5);
      }
      const [old] = await searchAll(store, { by: 'vector', embedding: unitVector(1) }, { filter: { inStock: false } });
      const nearest = Math.max(...[4, 2, 3].map((seed) => cosine(unitVector(1), unitVector(seed))));
      expect(old?.score).toBeCloseTo(nearest, 5);
    });

    test('that is not stored as it was known leaves it as it is', async () => {
      const store = await context.openWith([lantern]);
      for (const change of [{ contentHash: 'other' }, { indexedAt: '2026-01-02T03:04:05.678Z' }]) {
        const known = { ...lantern.product, ...change };
        expect(await store.update({ product: kettle, known, firstImage: unitVector(4) })).toBe(false);
      }
      expect((await store.get(['a'])).get('a')).toEqual(lantern.product);
      expect(idsOf(await searchWords(store, 'lantern'))).toEqual(['a']);
      expect((await first(store, unitVector(1))).matches[0]?.similarity).toBeCloseTo(1, 5);
    });

    test('brings back none that is gone', async () => {
      const store = await context.openWith([lantern]);
      await store.delete('a');
      expect(await store.update({ product: kettle, known: lantern.product })).toBe(false);
      expect(await store.get(['a'])).toEqual(new Map());
      expect(await store.count()).toBe(0);
    });

    test('many times at once lets one of those that know the same version through', async () => {
      const store = await context.openWith([lantern]);
      const versions = Array.from({ length: 20 }, (_, index) => ({
        ...kettle,
        name: `Version${index}`,
        contentHash: `version ${index}`,
      }));
      const taken = await Promise.all(versions.map((product) => store.update({ product, known: lantern.product })));
      const winners = versions.filter((_, index) => taken[index]);
      expect(winners).toHaveLength(1);
      expect((await store.get(['a'])).get('a')).toEqual(winners[0]);
      expect(idsOf(await searchWords(store, winners[0]?.name ?? ''))).toEqual(['a']);
    });

    test('after another, in one go or long after, sees what that one left, also when the store is opened again', async () => {
      const identity = context.newIdentity();
      const store = await context.open(identity);
      await store.upsert([lantern]);
      let known = lantern.product;
      for (let version = 0; version < 30; version += 1) {
        const product = { ...kettle, price: version, contentHash: `version ${version}` };
        expect(await store.update({ product, known })).toBe(true);
        known = product;
      }
      await store.close();
      const again = await context.open(identity);
      expect((await again.get(['a'])).get('a')).toEqual(known);
      expect((await first(again, unitVector(3))).matches[0]).toMatchObject({ image: 2, product: { price: 29 } });
      expect(await again.count()).toBe(1);
    });
  });
}
