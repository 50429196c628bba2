import { expect, test } from 'vitest';
import { checkFacetCost } from '../../../../src/services/search/facet-cost.ts';

const filterOf = (count: number) => ({
  attributes: Array.from({ length: count }, (_, place) => ({ name: `a${place}`, anyOf: ['x'] })),
});

test('a search may not cost a hundred others by its facets', () => {
  const all = { maxBuckets: 20 };
  const others = { names: ['b', 'c'], maxBuckets: 20 };
  expect(() => checkFacetCost(filterOf(20), [all])).not.toThrow();
  expect(() => checkFacetCost(filterOf(50), [others, { names: ['a1', 'a1', 'b'], maxBuckets: 5 }])).not.toThrow();
  expect(() => checkFacetCost(filterOf(21), [all])).toThrow('at most 20');
  expect(() => checkFacetCost({ ...filterOf(18), categories: ['c'], price: {}, inStock: true }, [all])).toThrow();
  expect(() =>
    checkFacetCost({ ...filterOf(18), without: { ...filterOf(19), categories: ['c'] } }, [all]),
  ).not.toThrow();
  expect(() => checkFacetCost({ ...filterOf(18), without: { ...filterOf(20), categories: ['c'] } }, [all])).toThrow();
  expect(() => checkFacetCost(filterOf(7), [all, all, all])).toThrow('at most 20');
  expect(() => checkFacetCost(filterOf(50), [])).not.toThrow();
});
