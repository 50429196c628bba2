import { describe, expect, test } from 'vitest';
import { type Candidate, diversify } from '../../../../src/services/search/diversity.ts';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const candidate = (score: number, degrees: number): Candidate => ({ score, embedding: at(degrees) });

describe('maximal marginal relevance', () => {
  // Scores 10, 9, 8, 5: relevance (score - 5) / 5 = 1, 0.8, 0.6, 0. Directions 0, 0, 60 and 90 degrees, so the cosines are
  // 1 between the first two, 0.5 from them to the third, 0 to the fourth; cos 30 = 0.866 between third and fourth.
  const list = [candidate(10, 0), candidate(9, 0), candidate(8, 60), candidate(5, 90)];

  test('without diversity is relevance', () => {
    expect(diversify(list, 0, 4)).toEqual([0, 1, 2, 3]);
  });

  test('puts something else before a second of the same', () => {
    // diversity 0.5, so a gain is half of relevance - similarity.
    // First: 0 (0.5). Then 1: 0.4 - 0.5 = -0.1; 2: 0.3 - 0.25 = 0.05; 3: 0 - 0 = 0. So 2.
    // Then 1: 0.4 - 0.5 = -0.1; 3: 0 - 0.433 = -0.433. So 1, then 3.
    expect(diversify(list, 0.5, 4)).toEqual([0, 2, 1, 3]);
  });

  test('and more of it the more is asked for', () => {
    // diversity 0.7: first 0 (0.3). Then 1: 0.24 - 0.7 = -0.46; 2: 0.18 - 0.35 = -0.17; 3: 0 - 0 = 0. So 3.
    // Then 1: -0.46; 2: 0.18 - 0.606 = -0.426. So 2, then 1.
    expect(diversify(list, 0.7, 4)).toEqual([0, 3, 2, 1]);
    // diversity 0.2: first 0. Then 1: 0.64 - 0.2 = 0.44; 2: 0.48 - 0.1 = 0.38; 3: 0. So 1; 2: 0.38, then 3.
    expect(diversify(list, 0.2, 4)).toEqual([0, 1, 2, 3]);
  });

  test('counts only the most similar of those before, not their sum', () => {
    // Relevance 1, 0.6, 0.6, 0. First 0. Then 1: 0.3 + 0.25 = 0.55 (cos 120 = -0.5); 2: 0.3 - 0.25 = 0.05;
    // 3: 0 + 0.470 (cos 200 = -0.940). So 1. Then 2, which is at 60 degrees from both: 0.3 - 0.25 = 0.05;
    // 3: 0 - 0.087 (cos 80 = 0.174). So 2. By the sum of both it would be 2: 0.3 - 0.5 = -0.2; 3: 0 + 0.383.
    const spread = [candidate(10, 0), candidate(6, 120), candidate(6, 60), candidate(0, 200)];
    expect(diversify(spread, 0.5, 4)).toEqual([0, 1, 2, 3]);
  });

  test('adds up: a longer beginning never reorders a shorter one', () => {
    const many = Array.from({ length: 40 }, (_, i) => candidate(40 - i, (i * 37) % 90));
    const whole = diversify(many, 0.4, 40);
    expect(new Set(whole).size).toBe(40);
    for (const count of [0, 1, 7, 39]) expect(diversify(many, 0.4, count)).toEqual(whole.slice(0, count));
  });

  test('keeps the order of equal ones, and takes what has no embedding for unlike all others', () => {
    expect(diversify([candidate(1, 0), candidate(1, 0), candidate(1, 0)], 0.5, 3)).toEqual([0, 1, 2]);
    const lost = { score: 1, embedding: undefined };
    expect(diversify([candidate(1, 0), candidate(1, 10), lost], 0.5, 3)).toEqual([0, 2, 1]);
    expect(diversify([], 0.5, 3)).toEqual([]);
  });
});
