import { describe, expect, test } from 'vitest';
import type { MatchQuery, Scoring, VectorStore } from '../../../src/adapters/vector-store/types.ts';
import { DIMENSION, makeItem, unitVector } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

const FRONT = 11;
const BACK = 12;
const SOLE = 13;

/** Embeddings one after the other, as those of several images are stored. */
function joined(...seeds: number[]): Float32Array {
  const all = new Float32Array(seeds.length * DIMENSION);
  for (const [image, seed] of seeds.entries()) all.set(unitVector(seed), image * DIMENSION);
  return all;
}

async function best(store: VectorStore, scoring: Scoring, change: Partial<MatchQuery> = {}) {
  const { matches } = await store.match({
    scoring,
    minRelevance: 0,
    sort: 'RELEVANCE',
    window: { offset: 0, limit: 3 },
    ...change,
  });
  return matches.map(({ product, similarity, image }) => ({ id: product.id, similarity, image }));
}

export function describeSeveralImages(context: SuiteContext): void {
  describe('a product of several images', () => {
    const boots = makeItem(
      {
        id: 'boots',
        name: 'Boots',
        additionalImageUrls: ['https://shop.example/back.png', 'https://shop.example/sole.png'],
      },
      joined(FRONT, BACK, SOLE),
    );
    const open = () => context.openWith([boots, makeItem({ id: 'lamp', name: 'Lamp', price: 99 }, 77)]);
    const similar = expect.closeTo(1, 3);

    test('is found by each of them, and it is said which one it was', async () => {
      const store = await open();
      for (const [image, seed] of [FRONT, BACK, SOLE].entries()) {
        const [first] = await best(store, { by: 'vector', embedding: unitVector(seed) });
        expect(first).toEqual({ id: 'boots', similarity: similar, image });
      }
    });

    test('is so in every mode and order', async () => {
      const store = await open();
      const embedding = unitVector(SOLE);
      const expected = { id: 'boots', similarity: similar, image: 2 };
      const hybrid: Scoring = { by: 'hybrid', embedding, text: 'boots', semanticRatio: 0.4 };
      expect(await best(store, hybrid)).toContainEqual(expected);
      for (const sort of ['PRICE_ASC', 'PRICE_DESC', 'NEWEST'] as const) {
        expect(await best(store, { by: 'vector', embedding }, { sort })).toContainEqual(expected);
      }
      expect(await best(store, { by: 'vector', embedding }, { minSimilarity: 0.9 })).toEqual([expected]);
    });

    test('comes back with all of their URLs', async () => {
      const store = await open();
      expect((await store.get(['boots'])).get('boots')).toEqual(boots.product);
      expect((await store.list({ limit: 10 })).products).toContainEqual(boots.product);
    });

    test('is found no more by one that it has lost', async () => {
      const store = await open();
      await store.upsert([
        { ...boots, product: { ...boots.product, additionalImageUrls: [] }, embedding: joined(FRONT) },
      ]);
      const [first] = await best(store, { by: 'vector', embedding: unitVector(BACK) }, { minSimilarity: 0.99 });
      expect(first).toBeUndefined();
      expect(await best(store, { by: 'vector', embedding: unitVector(FRONT) }, { minSimilarity: 0.99 })).toEqual([
        { id: 'boots', similarity: similar, image: 0 },
      ]);
    });
  });
}
