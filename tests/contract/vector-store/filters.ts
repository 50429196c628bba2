import { describe, expect, test } from 'vitest';
import type { IndexedProduct, ProductFilter } from '../../../src/adapters/vector-store/types.ts';
import { makeItem, satisfies, searchAll, searchWords, sortedIds, unitVector } from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

const CATEGORIES = ['bags', 'shoes', 'hats'];
const PRICES = [0, 4.99, 10, 12.9, 12.91, 250];
const COLORS = ['red', 'blue', 'green'];
const SIZES = ['s', 'm'];

/** 72 products: every category, price and stock state, with attributes spread over them; some have two colors, some none. */
function catalogue(): IndexedProduct[] {
  const items: IndexedProduct[] = [];
  for (const category of CATEGORIES) {
    for (const price of PRICES) {
      for (const inStock of [true, false]) {
        for (const size of SIZES) {
          const index = items.length;
          const attributes = [{ name: 'size', value: size }];
          if (index % 5 > 0) attributes.push({ name: 'color', value: COLORS[index % 3] ?? 'red' });
          if (index % 7 === 0) attributes.push({ name: 'color', value: 'violet' });
          items.push(
            makeItem({ id: `p${index}`, name: `Thing ${index}`, category, price, inStock, attributes }, index),
          );
        }
      }
    }
  }
  return items;
}

const CASES: Record<string, ProductFilter> = {
  'no condition': {},
  'one category': { categories: ['bags'] },
  'any of two categories': { categories: ['bags', 'hats'] },
  'a category named twice': { categories: ['bags', 'bags'] },
  'a known and an unknown category': { categories: ['bags', 'planes'] },
  'an unknown category': { categories: ['planes'] },
  'part of a category name': { categories: ['bag'] },
  'a category in other letters': { categories: ['Bags'] },
  'no category at all': { categories: [] },
  'a lowest price': { price: { min: 12.9 } },
  'a highest price': { price: { max: 12.9 } },
  'a price range, both ends included': { price: { min: 4.99, max: 12.9 } },
  'one exact price': { price: { min: 12.91, max: 12.91 } },
  'a price between two that exist': { price: { min: 12.9000001, max: 12.9099999 } },
  'a range that is upside down': { price: { min: 20, max: 10 } },
  'the price zero': { price: { max: 0 } },
  'a lowest price below zero': { price: { min: -5 } },
  'very small and very large prices': { price: { min: 1e-9, max: 1e21 } },
  'an empty price range': { price: {} },
  'in stock': { inStock: true },
  'out of stock': { inStock: false },
  'one attribute': { attributes: [{ name: 'color', anyOf: ['red'] }] },
  'any of several values': { attributes: [{ name: 'color', anyOf: ['red', 'green', 'violet'] }] },
  'two attributes': {
    attributes: [
      { name: 'color', anyOf: ['blue'] },
      { name: 'size', anyOf: ['m'] },
    ],
  },
  'two values that one product has both': {
    attributes: [
      { name: 'color', anyOf: ['violet'] },
      { name: 'color', anyOf: ['red', 'blue'] },
    ],
  },
  'a value of another attribute': { attributes: [{ name: 'size', anyOf: ['red'] }] },
  'an attribute in other letters': { attributes: [{ name: 'Color', anyOf: ['red'] }] },
  'an unknown value': { attributes: [{ name: 'color', anyOf: ['mauve'] }] },
  'an unknown attribute': { attributes: [{ name: 'weight', anyOf: ['red'] }] },
  'an attribute with no value to choose from': { attributes: [{ name: 'color', anyOf: [] }] },
  'an empty list of attributes': { attributes: [] },
  'a good and an impossible attribute': {
    attributes: [
      { name: 'size', anyOf: ['m'] },
      { name: 'color', anyOf: [] },
    ],
  },
  'category and stock': { categories: ['shoes'], inStock: true },
  'category and price': { categories: ['shoes', 'hats'], price: { min: 10, max: 13 } },
  'price and stock': { price: { max: 11 }, inStock: false },
  'category and attribute': { categories: ['hats'], attributes: [{ name: 'color', anyOf: ['green', 'blue'] }] },
  'stock and attribute': { inStock: true, attributes: [{ name: 'size', anyOf: ['s'] }] },
  'price and attribute': { price: { min: 5 }, attributes: [{ name: 'color', anyOf: ['violet'] }] },
  'not in a category': { without: { categories: ['bags', 'planes'] } },
  'without a value': { without: { attributes: [{ name: 'color', anyOf: ['red'] }] } },
  'without values of two attributes': {
    without: {
      attributes: [
        { name: 'color', anyOf: ['violet', 'mauve'] },
        { name: 'size', anyOf: ['m'] },
      ],
    },
  },
  'without a value of another attribute': { without: { attributes: [{ name: 'size', anyOf: ['red'] }] } },
  'a value wanted and not wanted': {
    attributes: [{ name: 'color', anyOf: ['red', 'blue'] }],
    without: { categories: ['hats'], attributes: [{ name: 'color', anyOf: ['red'] }] },
  },
  'without nothing': { without: { categories: [], attributes: [{ name: 'color', anyOf: [] }] } },
  'everything at once': {
    categories: ['bags', 'shoes'],
    price: { min: 4.99, max: 250 },
    inStock: true,
    attributes: [
      { name: 'color', anyOf: ['red', 'blue', 'green'] },
      { name: 'size', anyOf: ['s'] },
    ],
  },
};

export function describeFilters(context: SuiteContext): void {
  describe('filters keep exactly what they say, in every scoring and in the total', () => {
    const items = catalogue();
    const store = shareStore(context, () => items);

    test.each(Object.entries(CASES))('%s', async (_name, filter) => {
      const expected = sortedIds(items.map(({ product }) => product).filter((product) => satisfies(product, filter)));
      const vector = { by: 'vector', embedding: unitVector(500) } as const;
      expect(sortedIds(await searchAll(store(), { by: 'filter' }, { filter }))).toEqual(expected);
      expect(sortedIds(await searchAll(store(), vector, { filter }))).toEqual(expected);
      expect(sortedIds(await searchWords(store(), 'thing', { filter }))).toEqual(expected);
      const hybrid = { ...vector, by: 'hybrid', text: 'thing', semanticRatio: 0.4 } as const;
      expect(sortedIds(await searchAll(store(), hybrid, { filter }))).toEqual(expected);
      expect(await store().count({ filter })).toBe(expected.length);
    });

    test('without a filter everything is counted and listed, and filtered lists score 0', async () => {
      expect(await store().count()).toBe(items.length);
      const all = await searchAll(store(), { by: 'filter' });
      expect(sortedIds(all)).toEqual(sortedIds(items.map(({ product }) => product)));
      expect(new Set(all.map(({ score }) => score))).toEqual(new Set([0]));
    });
  });
}
