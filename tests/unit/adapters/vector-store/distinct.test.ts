import { expect, test } from 'vitest';
import { groupOfAttributes, keepDistinct } from '../../../../src/adapters/vector-store/distinct.ts';

test('of each value the first few stay, in the order of the list; what has none stands for itself', () => {
  const list = ['a1', 'b1', '-1', 'a2', 'a3', '-2', 'b2', 'c1'];
  const groupOf = (item: string) => (item.startsWith('-') ? undefined : item.slice(0, 1));
  expect(keepDistinct(list, groupOf, 1)).toEqual(['a1', 'b1', '-1', '-2', 'c1']);
  expect(keepDistinct(list, groupOf, 2)).toEqual(['a1', 'b1', '-1', 'a2', '-2', 'b2', 'c1']);
  for (let end = 0; end <= list.length; end += 1) {
    const beginning = keepDistinct(list.slice(0, end), groupOf, 1);
    expect(keepDistinct(list, groupOf, 1).slice(0, beginning.length)).toEqual(beginning);
  }
});

test('a product with several values counts under the first that the shop sent', () => {
  const attributes = [
    { name: 'size', value: 's' },
    { name: 'color', value: 'red' },
    { name: 'color', value: 'blue' },
  ];
  expect(groupOfAttributes(attributes, { attribute: 'color', max: 1 })).toBe('red');
  expect(groupOfAttributes(attributes, { attribute: 'Color', max: 1 })).toBeUndefined();
});
