import { describe, expect, test } from 'vitest';
import type { ProductFilter } from '../../../../../src/adapters/vector-store/types.ts';
import { createFacetTable } from '../../../../../src/adapters/vector-store/zvec/facet-table.ts';
import { makeProduct, satisfies } from '../../../../contract/vector-store/fixtures.ts';

const PRODUCTS = Array.from({ length: 60 }, (_, index) =>
  makeProduct({
    id: `p${index}`,
    category: `c${index % 4}`,
    price: index / 2,
    inStock: index % 3 > 0,
    attributes: [{ name: index % 2 ? 'color' : 'colour', value: `v${index % 5}` }],
  }),
);
const ALL = { offset: 0, limit: 1000 };

function filledTable() {
  const table = createFacetTable();
  for (const product of PRODUCTS) table.set(`key-${product.id}`, product);
  return table;
}

describe('totals of the embedded store', () => {
  const filters: ProductFilter[] = [
    {},
    { categories: ['c1', 'c3', 'c9'] },
    { categories: [] },
    { price: { min: 3, max: 12.5 } },
    { inStock: false, categories: ['c0'] },
    { attributes: [{ name: 'color', anyOf: ['v1', 'v3'] }] },
    { attributes: [{ name: 'color', anyOf: [] }] },
    { inStock: true, price: { max: 20 }, attributes: [{ name: 'colour', anyOf: ['v0', 'v2'] }] },
  ];

  test.each(filters)('are exact for %j', (filter) => {
    const table = filledTable();
    const expected = PRODUCTS.filter((product) => satisfies(product, filter)).map(({ id }) => id);
    expect(table.count(filter)).toBe(expected.length);
    expect(table.idsInOrder(filter, ALL)).toEqual(expected.sort());
  });

  test('follow every write', () => {
    const table = filledTable();
    table.set('key-p59', makeProduct({ id: 'p59', category: 'new', price: 1000 }));
    expect(table.size).toBe(60);
    expect(table.stats()).toMatchObject({ productCount: 60, priceMin: 0, priceMax: 1000 });
    expect(table.delete('key-p59')).toBe(true);
    expect(table.delete('key-p59')).toBe(false);
    expect(table.delete('key-p0')).toBe(true);
    expect(table.stats()).toMatchObject({ productCount: 58, priceMin: 0.5, priceMax: 29 });
    expect(table.has('key-p0')).toBe(false);
    expect(table.idOf('key-p1')).toBe('p1');
    expect(table.idsInOrder(undefined, { offset: 0, limit: 2 })).toEqual(['p1', 'p10']);
    expect(table.count({ categories: ['new'] })).toBe(0);
  });

  test('an empty catalogue has no prices', () => {
    expect(createFacetTable().stats()).toEqual({ productCount: 0, categories: [], priceMin: null, priceMax: null });
  });
});
