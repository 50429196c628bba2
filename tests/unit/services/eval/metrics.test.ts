import { describe, expect, test } from 'vitest';
import { judge, meanQuality } from '../../../../src/services/eval/metrics.ts';

describe('the figures of a ranked list', () => {
  test('a perfect list gets full marks, an empty one none', () => {
    expect(judge(['a', 'b', 'c'], { a: 3, b: 2, c: 1 })).toEqual({ recallAt10: 1, reciprocalRank: 1, ndcgAt10: 1 });
    expect(judge([], { a: 1 })).toEqual({ recallAt10: 0, reciprocalRank: 0, ndcgAt10: 0 });
  });

  test('are those of the formulas', () => {
    const quality = judge(['x', 'b', 'y', 'a'], { a: 3, b: 1, c: 2 });
    expect(quality.recallAt10).toBeCloseTo(2 / 3, 10);
    expect(quality.reciprocalRank).toBe(1 / 2);
    const gained = 1 / Math.log2(3) + 7 / Math.log2(5);
    const best = 7 / Math.log2(2) + 3 / Math.log2(3) + 1 / Math.log2(4);
    expect(quality.ndcgAt10).toBeCloseTo(gained / best, 10);
  });

  test('what comes after the tenth place counts for the first relevant one alone', () => {
    const ids = [...Array.from({ length: 11 }, (_, place) => `x${place}`), 'a'];
    expect(judge(ids, { a: 3 })).toEqual({ recallAt10: 0, reciprocalRank: 1 / 12, ndcgAt10: 0 });
  });

  test('of fifteen relevant products ten are all that ten places can show', () => {
    const grades = Object.fromEntries(Array.from({ length: 15 }, (_, place) => [`p${place}`, 1]));
    expect(judge(Object.keys(grades).slice(0, 10), grades).recallAt10).toBe(1);
  });

  test('nothing is said of a query that nothing answers', () => {
    expect(() => judge(['a'], { a: 0 })).toThrow(RangeError);
    expect(() => meanQuality([])).toThrow(RangeError);
  });

  test('the mean is the mean of each', () => {
    const mean = meanQuality([judge(['a'], { a: 1 }), judge([], { a: 1 })]);
    expect(mean).toEqual({ recallAt10: 0.5, reciprocalRank: 0.5, ndcgAt10: 0.5 });
  });
});
