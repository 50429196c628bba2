import { describe, expect, test } from 'vitest';
import { tokenize, weighWords } from '../../../../src/adapters/vector-store/tokens.ts';
import { makeProduct } from '../../../contract/vector-store/fixtures.ts';

describe('the words of both stores', () => {
  test.each([
    ['Dresses', 'dress'],
    ['RUNNING shoe', 'running shoes'],
    ['café', 'Cafe'],
    ['Straße', 'strasse'],
    ['smørrebrød', 'smorrebrod'],
    ['naïve', 'naive'],
    ['ﬁne', 'fine'],
    ['e\u0301clair', 'éclair'],
  ])('%s and %s are the same to a shopper', (left, right) => {
    expect(tokenize(left)).toEqual(tokenize(right));
  });

  test('marks of other scripts are letters: words that differ in them differ', () => {
    expect(tokenize('हिंदी')).not.toEqual(tokenize('हद'));
    expect(tokenize('й')).not.toEqual(tokenize('и'));
  });

  test('an endless word is cut, so that nobody fills the dictionary with it', () => {
    expect(tokenize('x'.repeat(100_000))[0]?.length).toBeLessThanOrEqual(64);
  });

  test('a word of the name weighs three times, one of the category twice', () => {
    const product = makeProduct({
      id: 'sku-1',
      name: 'Red lamp',
      category: 'Lamps',
      description: 'A lamp.',
      attributes: [{ name: 'color', value: 'red' }],
    });
    const { weights, length } = weighWords(product);
    expect(weights.get('lamp')).toBe(3 + 2 + 1);
    expect(weights.get('red')).toBe(3 + 1);
    expect(weights.get('color')).toBeUndefined();
    expect(length).toBe(8);
  });
});
