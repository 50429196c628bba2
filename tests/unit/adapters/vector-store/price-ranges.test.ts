import { describe, expect, test } from 'vitest';
import { roundPriceRanges } from '../../../../src/adapters/vector-store/price-ranges.ts';
import { randomNumbers } from '../../../contract/vector-store/fixtures.ts';

describe('round price ranges', () => {
  test.each([
    [5, 350, 8, '5-10 10-20 20-50 50-100 100-200 200-500'],
    [0, 99.99, 8, '0-1 1-2 2-5 5-10 10-20 20-50 50-100'],
    [12, 48, 8, '10-20 20-30 30-40 40-50'],
    [19.9, 19.9, 8, '19-20'],
    [0, 0, 8, '0-0.01'],
    [100, 250, 4, '100-150 150-200 200-250 250-300'],
    [1, 1_000_000, 4, '1-100 100-10000 10000-1000000 1000000-10000000'],
  ])('from %d to %d, %d at most: %s', (lowest, highest, most, shown) => {
    const ranges = roundPriceRanges(lowest, highest, most);
    expect(ranges.map(({ min, max }) => `${min}-${max}`).join(' ')).toBe(shown);
  });

  test('hold every price, follow each other and are no more than asked for', () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 2_000; round += 1) {
      const lowest = random() < 0.1 ? 0 : random() * 10 ** Math.floor(random() * 7 - 2);
      const highest = lowest + random() * 10 ** Math.floor(random() * 8 - 3);
      const most = 2 + Math.floor(random() * 20);
      const ranges = roundPriceRanges(lowest, highest, most);
      expect(ranges.length).toBeGreaterThan(0);
      expect(ranges.length).toBeLessThanOrEqual(most);
      expect(ranges[0]?.min).toBeLessThanOrEqual(lowest);
      expect(ranges.at(-1)?.max).toBeGreaterThan(highest);
      for (const [place, { min, max }] of ranges.entries()) {
        expect(max).toBeGreaterThan(min);
        if (place > 0) expect(min).toBe(ranges[place - 1]?.max);
      }
    }
  });
});
