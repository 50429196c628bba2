import { expect, test } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatPrice,
  formatProducts,
  formatProgress,
  formatSummary,
} from '../../../src/terminal/format.ts';

test.each([
  [0, '0.0 s'],
  [412, '0.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_600, '1 h 0 min'],
  [7_500_000, '2 h 5 min'],
])('%i ms are told as %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test('large counts can be read at a glance', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([1, 1234].map(formatProducts)).toEqual(['1 product', '1,234 products']);
});

test('someone who waits sees how far it is, how fast, and how long it takes still', () => {
  expect(formatProgress({ indexed: 100, unchanged: 18, failed: 2 }, 6000, 250)).toBe(
    '120 of 250, 2 failed, 20.0/s, 6.5 s left',
  );
  expect(formatProgress({ indexed: 250, unchanged: 0, failed: 0 }, 10_000, 250)).toBe('250 of 250, 25.0/s');
  expect(formatProgress({ indexed: 1200, unchanged: 0, failed: 0 }, 60_000)).toBe('1,200, 20.0/s');
  expect(formatProgress({ indexed: 0, unchanged: 0, failed: 0 }, 0, 250)).toBe('0 of 250, 0.0/s');
});

test('the summary counts every line, and its rate only what was indexed', () => {
  expect(formatSummary({ indexed: 240, unchanged: 8, failed: 2 }, 12_300)).toBe(
    'indexed 240, unchanged 8, failed 2 in 12.3 s (19.5/s)',
  );
  expect(formatSummary({ indexed: 0, unchanged: 0, failed: 0 }, 0)).toBe(
    'indexed 0, unchanged 0, failed 0 in 0.0 s (0.0/s)',
  );
});

test('prices have the digits of their currency', () => {
  expect(formatPrice(12.9, 'EUR')).toBe('12.90 EUR');
  expect(formatPrice(1500, 'JPY')).toBe('1500 JPY');
  expect(formatPrice(1, 'not a currency')).toBe('1.00 not a currency');
});
