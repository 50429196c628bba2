import { describe, expect, test } from 'vitest';
import { createIndexBuilder } from '../../../../../src/adapters/vector-store/sqlite/index-builder.ts';
import { createNearestFinder } from '../../../../../src/adapters/vector-store/sqlite/nearest.ts';
import { selectTop } from '../../../../../src/adapters/vector-store/sqlite/top.ts';
import { createVectorScanner } from '../../../../../src/adapters/vector-store/sqlite/vector-memory.ts';
import { cosine, normalise, randomNumbers, unitVector } from '../../../../contract/vector-store/fixtures.ts';

/** An index of these vectors, and what finds the nearest in it. */
function indexOf(vectors: readonly Float32Array[], dimension: number) {
  const index = createIndexBuilder(dimension);
  const rows = vectors.map((embedding, place) => ({
    row: {
      row: place + 1,
      id: `p${String(place).padStart(6, '0')}`,
      category: 1,
      price: 1,
      inStock: true,
      indexedAt: 0,
      attributes: new Uint32Array(),
      words: new Uint32Array(),
      length: 0,
    },
    embedding,
  }));
  index.update(rows, []);
  let reads = 0;
  const finder = createNearestFinder(index.snapshot, createVectorScanner(index.memory, dimension, 0), (slots) => {
    reads += slots.length;
    return slots.map((slot) => vectors[slot]);
  });
  const countOf = (mask: Uint8Array) => mask.subarray(0, vectors.length).reduce((sum, one) => sum + one, 0);
  return {
    nearest(query: Float32Array, limit: number, mask = index.snapshot.alive): number[] {
      return finder.nearest(query, { mask, count: countOf(mask) }, limit).map(({ slot }) => slot);
    },
    within(query: Float32Array, minSimilarity: number): number[] {
      const mask = index.snapshot.alive;
      return finder.within(query, { mask, count: countOf(mask) }, minSimilarity).map(({ slot }) => slot);
    },
    reads: () => reads,
  };
}

const bruteForce = (vectors: readonly Float32Array[], query: Float32Array, limit: number): number[] =>
  vectors
    .map((vector, slot) => ({ slot, score: cosine(query, vector) }))
    .sort((left, right) => right.score - left.score)
    .slice(0, limit)
    .map(({ slot }) => slot);

describe('the nearest by 8-bit copies', () => {
  test('are the exact ones, in lengths that fill whole steps of the kernel and in others', () => {
    for (const dimension of [3, 16, 50, 512]) {
      const vectors = Array.from({ length: 3_000 }, (_, seed) => unitVector(seed, dimension));
      const index = indexOf(vectors, dimension);
      for (let question = 0; question < 20; question += 1) {
        const query = unitVector(50_000 + question, dimension);
        expect(index.nearest(query, 10)).toEqual(bruteForce(vectors, query, 10));
      }
    }
  });

  test('are the exact ones in tight clusters and where a few numbers outweigh all others, as in CLIP embeddings', () => {
    const random = randomNumbers(5);
    const centre = unitVector(1, 128);
    centre[7] = 4;
    const vectors = Array.from({ length: 4_000 }, () => normalise(centre.map((value) => value + (random() - 0.5) / 4)));
    const index = indexOf(vectors, 128);
    let found = 0;
    for (let question = 0; question < 20; question += 1) {
      const query = normalise(centre.map((value) => value + (random() - 0.5) / 4));
      const best = new Set(bruteForce(vectors, query, 10));
      found += index.nearest(query, 10).filter((slot) => best.has(slot)).length;
    }
    expect(found).toBe(200);
  });

  test('cost the reading of a small part of the stored vectors', () => {
    const vectors = Array.from({ length: 5_000 }, (_, seed) => unitVector(seed, 512));
    const index = indexOf(vectors, 512);
    index.nearest(unitVector(99_999, 512), 10);
    expect(index.reads()).toBeLessThan(500);
  });

  test('down to a similarity are all that reach it, and no other', () => {
    const vectors = Array.from({ length: 3_000 }, (_, seed) => unitVector(seed, 24));
    const index = indexOf(vectors, 24);
    for (let question = 0; question < 10; question += 1) {
      const query = unitVector(70_000 + question, 24);
      const expected = bruteForce(vectors, query, 3_000).filter((slot) => cosine(query, vectors[slot] ?? query) >= 0.3);
      expect(expected.length).toBeGreaterThan(50);
      expect(new Set(index.within(query, 0.3))).toEqual(new Set(expected));
    }
  });

  test('keep to the filter', () => {
    const vectors = Array.from({ length: 1_000 }, (_, seed) => unitVector(seed, 32));
    const index = indexOf(vectors, 32);
    const mask = Uint8Array.from(vectors, (_, slot) => (slot % 10 === 3 ? 1 : 0));
    const query = unitVector(12_345, 32);
    const expected = bruteForce(vectors, query, 1_000).filter((slot) => slot % 10 === 3);
    expect(index.nearest(query, 1_000, mask)).toEqual(expected);
  });

  test('among thousands with one image come in the order of their ids, without reading them all', () => {
    const same = unitVector(1, 32);
    const vectors = Array.from({ length: 20_000 }, () => same);
    const index = indexOf(vectors, 32);
    expect(index.nearest(same, 10)).toEqual(Array.from({ length: 10 }, (_, slot) => slot));
    expect(index.reads()).toBeLessThan(5_000);
  });
});

describe('the best of a list', () => {
  test('are those that sorting would give, equal scores by id', () => {
    const random = randomNumbers(9);
    for (let round = 0; round < 50; round += 1) {
      const count = Math.floor(random() * 200);
      const slots = Uint32Array.from({ length: count }, (_, place) => place);
      const scores = Float64Array.from({ length: count }, () => Math.floor(random() * 10));
      const idOf = (slot: number) => `${(slot * 7919) % 211}`;
      const sorted = Array.from(slots, (slot) => ({ slot, score: scores[slot] ?? 0 })).sort(
        (left, right) => right.score - left.score || (idOf(left.slot) < idOf(right.slot) ? -1 : 1),
      );
      for (const limit of [0, 1, 7, 200, 500]) {
        expect(selectTop({ slots, scores, count }, limit, idOf)).toEqual(sorted.slice(0, limit));
      }
    }
  });
});
