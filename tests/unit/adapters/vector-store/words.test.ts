import { expect, test } from 'vitest';
import { toWords } from '../../../../src/adapters/vector-store/words.ts';

test.each([
  ['Red (leather) handbag', 'Red leather handbag'],
  ['sku-0042', 'sku 0042'],
  ['NOT "a" OR b*', 'NOT a OR b'],
  ['cafe\u0301', 'café'],
  ['ｆｕｌｌ ｗｉｄｔｈ', 'full width'],
  ['红色 手提包', '红色 手提包'],
  ['हिन्दी', 'हिन्दी'],
  ['a\u0000b\ud800c', 'a b c'],
  ['👜 — ?!', ''],
  ['', ''],
])('a shopper who types %j searches for the words %j', (text, words) => {
  expect(toWords(text)).toBe(words);
});

test('a letter under a heap of marks costs no more than one with ten, since putting marks in order takes its time', () => {
  expect(toWords(`red a${'\u0301'.repeat(10_000)} lamp`)).toBe(toWords(`red a${'\u0301'.repeat(10)} lamp`));
});
