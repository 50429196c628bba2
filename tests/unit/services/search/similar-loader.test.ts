import { expect, test } from 'vitest';
import { createSimilarLoader } from '../../../../src/services/search/similar-loader.ts';
import type { SimilarRequest } from '../../../../src/services/search/types.ts';

function createLoader({ refuse = false } = {}) {
  const asked: SimilarRequest[][] = [];
  const charged: number[] = [];
  const search = {
    async similar(some: readonly SimilarRequest[]) {
      asked.push([...some]);
      return some.map(() => []);
    },
  };
  const charge = async (searches: number) => {
    if (refuse) throw new Error('no searches left');
    charged.push(searches);
  };
  return { loader: createSimilarLoader(search, charge, {}), asked, charged };
}

const some = (from: number, count: number) =>
  Array.from({ length: count }, (_, place) => ({ id: `p${from + place}`, first: 6 }));

test('the lists of one request are found together and charged one by one, equal ones once', async () => {
  const { loader, asked, charged } = createLoader();
  await Promise.all([...some(0, 5), ...some(0, 5), { id: 'p0', first: 3 }].map((key) => loader.load(key)));
  expect(asked).toEqual([[...some(0, 5), { id: 'p0', first: 3 }]]);
  expect(charged).toEqual([6]);
});

test('more than 20 of them are refused before any is looked for, also when they come one inside the other', async () => {
  const { loader, asked, charged } = createLoader();
  await Promise.all(some(0, 12).map((key) => loader.load(key)));
  await expect(Promise.all(some(12, 9).map((key) => loader.load(key)))).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { issues: [{ path: ['similar'] }] },
  });
  expect([asked.length, charged]).toEqual([1, [12]]);
  const atOnce = createLoader();
  await expect(Promise.all(some(0, 21).map((key) => atOnce.loader.load(key)))).rejects.toThrow('at most 20');
  expect(atOnce.asked).toEqual([]);
});

test('nothing is looked for that the caller has no budget for', async () => {
  const { loader, asked } = createLoader({ refuse: true });
  await expect(loader.load({ id: 'a', first: 1 })).rejects.toThrow('no searches left');
  expect(asked).toEqual([]);
});
