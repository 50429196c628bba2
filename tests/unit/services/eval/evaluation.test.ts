import { expect, test } from 'vitest';
import { differencesOf, evaluate, qualityByKind } from '../../../../src/services/eval/evaluation.ts';

const QUERIES = [
  { text: 'one', kind: 'name', relevant: { a: 3 } },
  { text: 'two', kind: 'synonym', relevant: { b: 3 } },
  { text: 'three', kind: 'name', relevant: { c: 3 } },
];
const listing = (lists: Record<string, string[]>) =>
  evaluate(QUERIES, async ({ text = '' }) => Promise.resolve(lists[text] ?? []));

test('each kind has its own mean, and all of them another', async () => {
  const kinds = qualityByKind(await listing({ one: ['a'], two: ['x', 'b'], three: [] }));
  expect(kinds.map(({ kind, queries, quality }) => [kind, queries, quality.recallAt10])).toEqual([
    ['name', 2, 0.5],
    ['synonym', 1, 1],
    ['all', 3, 2 / 3],
  ]);
  expect(kinds[1]?.quality.reciprocalRank).toBe(0.5);
});

test('what got better and what got worse is told apart, the most first, and what stayed is left out', async () => {
  const before = await listing({ one: ['a'], two: ['x', 'b'], three: ['x', 'y', 'c'] });
  const after = await listing({ one: ['a'], two: ['b'], three: [] });
  const { better, worse } = differencesOf(before, after);
  expect(better.map(({ query, after: now }) => [query.text, now])).toEqual([['two', 1]]);
  expect(worse.map(({ query, before: then, after: now }) => [query.text, then, now])).toEqual([['three', 0.5, 0]]);
});
