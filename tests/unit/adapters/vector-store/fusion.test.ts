import { describe, expect, test } from 'vitest';
import { FUSION_DEPTH, fuse } from '../../../../src/adapters/vector-store/fusion.ts';

const vector = [
  { id: 'dress', score: 0.8 },
  { id: 'skirt', score: 0.6 },
  { id: 'boots', score: 0.4 },
];
const lexical = [
  { id: 'boots', score: 10 },
  { id: 'scarf', score: 5 },
];

describe('fusion of looks and words', () => {
  test('scores are the documented figures, so a shop can tell why a product ranks where it does', () => {
    const fused = fuse(vector, lexical, 0.4);
    expect(fused.map(({ id, similarity }) => [id, similarity])).toEqual([
      ['boots', 0.4],
      ['dress', 0.8],
      ['scarf', null],
      ['skirt', 0.6],
    ]);
    // boots 0.4*0 + 0.6*1, dress 0.4*1, scarf 0.6*0.5, skirt 0.4*0.5
    const scores = [0.6, 0.4, 0.3, 0.2];
    for (const [i, score] of scores.entries()) expect(fused[i]?.score).toBeCloseTo(score, 12);
  });

  test('an exact name match leads whatever the images say, and ratio 1 leaves the order to the images', () => {
    expect(fuse(vector, lexical, 0)[0]?.id).toBe('boots');
    expect(
      fuse(vector, lexical, 1)
        .slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(['dress', 'skirt']);
  });

  test('equal scores are ordered by id, so that a page never reshuffles', () => {
    const tied = [
      { id: 'b', score: 0.5 },
      { id: 'a', score: 0.5 },
    ];
    expect(fuse(tied, [], 0.4).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('a missing list is no reason for NaN scores', () => {
    expect(fuse([], [], 0.4)).toEqual([]);
    expect(fuse([{ id: 'a', score: -0.2 }], [], 0.4)).toEqual([{ id: 'a', score: 0, similarity: -0.2 }]);
    expect(fuse([], [{ id: 'a', score: 3 }], 0.4)).toEqual([{ id: 'a', score: 0.6, similarity: null }]);
  });

  test('one placeholder image for a whole catalogue leaves the ranking to the words', () => {
    const placeholders = Array.from({ length: FUSION_DEPTH }, (_, i) => ({ id: `a${i}`, score: 0.3 }));
    // Only some of those that have the words are among the arbitrary 200 of equal images.
    const words = [
      { id: 'z1', score: 9 },
      { id: 'a7', score: 8 },
      { id: 'z2', score: 7 },
      { id: 'a3', score: 6 },
    ];
    const fused = fuse(placeholders, words, 0.4);
    expect(fused.slice(0, 4).map(({ id }) => id)).toEqual(words.map(({ id }) => id));
    expect(fused).toHaveLength(FUSION_DEPTH + 2);
    expect(fused.slice(4).every(({ score }) => score === 0)).toBe(true);
  });

  test('a few products with images of their own still gain by them among placeholders', () => {
    const seen = [
      { id: 'real', score: 0.35 },
      ...Array.from({ length: FUSION_DEPTH - 1 }, (_, i) => ({ id: `a${i}`, score: 0.3 })),
    ];
    const words = [
      { id: 'a9', score: 5 },
      { id: 'real', score: 4 },
      { id: 'z', score: 4 },
    ];
    expect(
      fuse(seen, words, 0.4)
        .slice(0, 3)
        .map(({ id }) => id),
    ).toEqual(['real', 'a9', 'z']);
  });

  test('words that many products share alike still tell them from those without', () => {
    const shared = [
      { id: 'lamp', score: 2 },
      { id: 'lantern', score: 2 },
    ];
    expect(
      fuse(
        [
          { id: 'chair', score: 0.3 },
          { id: 'lamp', score: 0.3 },
        ],
        shared,
        0.4,
      )
        .slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(['lamp', 'lantern']);
    expect(fuse(vector, shared, 0.4)[0]?.id).toBe('lamp');
  });

  test('images behind the best 200 count nothing, however deep the list is: no page reorders another', () => {
    const many = Array.from({ length: 450 }, (_, i) => ({ id: `p${String(i).padStart(3, '0')}`, score: 1 - i / 1000 }));
    // p430 is deep among the looks, and found by its words.
    const words = [
      { id: 'p430', score: 7 },
      { id: 'p010', score: 6 },
    ];
    const shallow = fuse(many.slice(0, FUSION_DEPTH), words, 0.4);
    const deep = fuse(many, words, 0.4);
    const ranked = (list: typeof deep) => list.filter(({ score }) => score > 0).map(({ id, score }) => [id, score]);
    expect(ranked(deep)).toEqual(ranked(shallow));
    expect(deep).toHaveLength(450);
    expect(deep.find(({ id }) => id === 'p430')?.similarity).toBeCloseTo(0.57);
  });
});
