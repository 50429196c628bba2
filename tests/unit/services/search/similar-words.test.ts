import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../../src/edit-distance.ts';
import { createSimilarWords } from '../../../../src/services/search/similar-words.ts';
import { randomNumbers } from '../../../contract/vector-store/fixtures.ts';

/** The same as its definition says it: the cheapest way to turn one beginning into the other. */
function distanceByDefinition(left: string, right: string): number {
  const known = new Map<string, number>();
  const between = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i} ${j}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const ways = [
      between(i - 1, j) + 1,
      between(i, j - 1) + 1,
      between(i - 1, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1),
    ];
    if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
      ways.push(between(i - 2, j - 2) + 1);
    known.set(key, Math.min(...ways));
    return Math.min(...ways);
  };
  return between(left.length, right.length);
}

const random = randomNumbers(5);
const randomWord = (letters: string, most: number) =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () => letters[Math.floor(random() * letters.length)]).join(
    '',
  );

describe('the distance of two words', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['ab', 'ba', 1],
    ['abc', 'ab', 1],
    ['abcd', 'badc', 2],
    ['kitten', 'sitting', 3],
  ])('%s and %s: %i', (left, right, distance) => {
    expect(editDistance(left, right, 3)).toBe(distance);
  });

  test('is what its definition says, for thousands of words, and one more than asked for beyond', () => {
    for (let round = 0; round < 4_000; round += 1) {
      const [left, right] = [randomWord('abcd', 9), randomWord('abcd', 9)];
      const most = Math.floor(random() * 4);
      const expected = Math.min(most + 1, distanceByDefinition(left, right));
      expect([left, right, editDistance(left, right, most)]).toEqual([left, right, expected]);
    }
  });

  test('is the same both ways, and words without end are simply far apart', () => {
    expect(editDistance('x'.repeat(5_000), 'x'.repeat(5_001), 2)).toBe(3);
    for (let round = 0; round < 500; round += 1) {
      const [left, right] = [randomWord('abc', 7), randomWord('abc', 7)];
      expect(editDistance(left, right, 7)).toBe(editDistance(right, left, 7));
    }
  });
});

describe('the nearest word', () => {
  test('is the one that a look at every distance finds, whatever the letters', async () => {
    for (const letters of ['abc', 'abcdefghij', 'aäöß', 'авг手提']) {
      const words = [...new Set(Array.from({ length: 300 }, () => randomWord(letters, 8)))];
      const similar = await createSimilarWords(words);
      for (let round = 0; round < 200; round += 1) {
        const word = randomWord(letters, 9);
        for (const most of [1, 2]) {
          const distances = words.map((other) => distanceByDefinition(word, other));
          const least = Math.min(...distances);
          const expected = least <= most ? words[distances.indexOf(least)] : undefined;
          expect([word, similar.nearest(word, most)]).toEqual([word, expected]);
        }
      }
    }
  });
});
