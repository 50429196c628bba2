import { expect, test } from 'vitest';
import { closestName } from '../../src/closest-name.ts';

const known = ['id', 'name', 'price', 'inStock', 'imageUrl', 'description'];

test.each([
  ['in_stock', 'inStock'],
  ['In-Stock', 'inStock'],
  ['ID', 'id'],
  ['prize', 'price'],
  ['pirce', 'price'],
  ['prices', 'price'],
  ['instok', 'inStock'],
  ['imageuri', 'imageUrl'],
  ['descripiton', 'description'],
  ['desciptions', 'description'],
])('whoever writes %s means %s', (name, meant) => {
  expect(closestName(name, known)).toBe(meant);
});

test.each(['', '_', 'i', 'names', 'title', 'priority', 'stock', 'in_store', 'imageSize', 'prescription'])(
  '%s is a name of its own',
  (name) => {
    expect(closestName(name, known)).toBeUndefined();
  },
);

test('of two close names the closer one is meant', () => {
  expect(closestName('RATE_LIMIT_WRITE', ['RATE_LIMIT_WRITTEN', 'RATE_LIMIT_WRITES'])).toBe('RATE_LIMIT_WRITES');
});
