import { expect, test } from 'vitest';
import { inSlices } from '../../../src/async/slices.ts';

test('a long look at many things is taken in order, and others have their turn meanwhile', async () => {
  const seen: number[] = [];
  let turns = 0;
  let isDone = false;
  const others = (async () => {
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
  })();
  const slowly = (item: number) => {
    const until = performance.now() + 0.2;
    while (performance.now() < until);
    seen.push(item);
  };
  const items = Array.from({ length: 500 }, (_, item) => item);
  await inSlices(items, slowly);
  isDone = true;
  await others;
  expect(seen).toEqual(items);
  expect(turns).toBeGreaterThan(3);
});
