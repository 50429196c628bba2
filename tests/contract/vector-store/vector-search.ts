import { describe, expect, test } from 'vitest';
import type { IndexedProduct, ProductFilter } from '../../../src/adapters/vector-store/types.ts';
import {
  cosine,
  idsOf,
  makeItem,
  normalise,
  randomNumbers,
  satisfies,
  search,
  searchAll,
  searchWords,
  unitVector,
} from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

const RECALL_DIMENSION = 32;

/** Products in loose clusters, as images of a shop's departments are. */
function clusteredItems(count: number): IndexedProduct[] {
  const random = randomNumbers(7);
  const centres = Array.from({ length: 12 }, (_, index) => unitVector(1000 + index, RECALL_DIMENSION));
  return Array.from({ length: count }, (_, index) => {
    const centre = centres[Math.floor(random() * centres.length)] ?? new Float32Array(RECALL_DIMENSION);
    const embedding = normalise(centre.map((value) => value + (random() - 0.5) * 0.5));
    const price = Math.floor(random() * 10_000) / 100;
    return makeItem({ id: `p${index}`, price, category: `c${index % 7}`, inStock: index % 3 > 0 }, embedding);
  });
}

function recallAt10(found: readonly string[], items: readonly IndexedProduct[], query: Float32Array): number {
  const scored = items.map(({ product, embedding }) => ({ id: product.id, score: cosine(query, embedding) }));
  const best = new Set(idsOf(scored.sort((a, b) => b.score - a.score).slice(0, 10)));
  return found.filter((id) => best.has(id)).length / best.size;
}

export function describeVectorSearch(context: SuiteContext): void {
  describe('search by vector', () => {
    const items = Array.from({ length: 60 }, (_, index) =>
      makeItem({ id: `p${index}`, name: `Thing number${index}` }, index),
    );
    const store = shareStore(context, () => items);

    test('the score is the cosine, from 1 for the same direction to -1 for the opposite one', async () => {
      const query = unitVector(5);
      const hits = await searchAll(store(), { by: 'vector', embedding: query });
      const expected = items.map(({ product, embedding }) => ({ id: product.id, score: cosine(query, embedding) }));
      expected.sort((a, b) => b.score - a.score);
      expect(idsOf(hits)).toEqual(idsOf(expected));
      hits.forEach((hit, index) => {
        expect(hit.score).toBeCloseTo(expected[index]?.score ?? Number.NaN, 4);
        expect(Math.abs(hit.score)).toBeLessThanOrEqual(1);
      });
      expect(hits[0]?.score).toBeCloseTo(1, 5);
      const opposite = await searchAll(store(), { by: 'vector', embedding: query.map((value) => -value) });
      expect(opposite.at(-1)).toMatchObject({ id: 'p5' });
      expect(opposite.at(-1)?.score).toBeCloseTo(-1, 5);
    });

    test('each hit brings its own product', async () => {
      const hits = await searchAll(store(), { by: 'vector', embedding: unitVector(99) });
      expect(hits).toHaveLength(items.length);
      for (const { id, product } of hits) expect(product).toEqual(items[Number(id.slice(1))]?.product);
    });

    test('vectors and words are mixed by their shares: all of one leaves the order of the other without a say', async () => {
      const query = { by: 'hybrid', embedding: unitVector(11), text: 'number7 number9' } as const;
      const byVector = await searchAll(store(), { by: 'vector', embedding: query.embedding });
      const byWords = await searchWords(store(), query.text);
      expect(idsOf(await searchAll(store(), { ...query, semanticRatio: 1 }))).toEqual(idsOf(byVector));
      const wordsOnly = await searchAll(store(), { ...query, semanticRatio: 0 });
      expect(idsOf(wordsOnly).slice(0, byWords.length)).toEqual(idsOf(byWords));
      expect(wordsOnly.slice(byWords.length).every(({ score }) => score === 0)).toBe(true);
    });

    test('one filter holds for both, and a text without words leaves the vectors alone', async () => {
      const embedding = unitVector(11);
      const query = { by: 'hybrid', embedding, text: 'thing', semanticRatio: 0.4 } as const;
      expect(await searchAll(store(), query, { filter: { categories: ['Nowhere'] } })).toEqual([]);
      const wordless = await searchAll(store(), { ...query, text: ' ?! ' });
      expect(idsOf(wordless)).toEqual(idsOf(await searchAll(store(), { by: 'vector', embedding })));
    });

    test('a search that nobody waits for any more is given up, and the store goes on', async () => {
      const reason = new Error('The caller went away.');
      const signal = AbortSignal.abort(reason);
      const scoring = { by: 'vector', embedding: unitVector(1) } as const;
      const both = { ...scoring, by: 'hybrid', text: 'thing', semanticRatio: 0.4 } as const;
      const window = { offset: 0, limit: 5 };
      await expect(search(store(), scoring, window, { signal })).rejects.toBe(reason);
      await expect(search(store(), both, window, { signal })).rejects.toBe(reason);
      await expect(store().get(['p1'], { signal })).rejects.toBe(reason);
      await expect(store().count({ signal })).rejects.toBe(reason);
      const controller = new AbortController();
      const running = search(store(), scoring, window, { signal: controller.signal });
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(await search(store(), scoring, window)).toHaveLength(5);
    });
  });

  describe('recall', () => {
    test('among thousands of products the best ten are found, with and without a filter', async () => {
      const items = clusteredItems(4000);
      const store = await context.openWith([], RECALL_DIMENSION);
      for (let start = 0; start < items.length; start += 500) await store.upsert(items.slice(start, start + 500));
      const filters: ProductFilter[] = [
        {},
        { categories: ['c1', 'c4'] },
        { inStock: true, price: { max: 40 } },
        { price: { min: 99 } },
      ];
      for (const filter of filters) {
        const matching = items.filter(({ product }) => satisfies(product, filter));
        expect(await store.count({ filter })).toBe(matching.length);
        let recall = 0;
        for (let seed = 0; seed < 25; seed += 1) {
          const query = items[seed * 150]?.embedding ?? unitVector(seed, RECALL_DIMENSION);
          const hits = await search(store, { by: 'vector', embedding: query }, { offset: 0, limit: 10 }, { filter });
          recall += recallAt10(idsOf(hits), matching, query) / 25;
        }
        expect(recall).toBeGreaterThanOrEqual(0.99);
      }
    });
  });
}
