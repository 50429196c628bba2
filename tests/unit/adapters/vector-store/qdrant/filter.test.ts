import { describe, expect, test } from 'vitest';
import {
  conditionsOf,
  decodeAttribute,
  encodeAttribute,
  matchesNothing,
  toFilter,
} from '../../../../../src/adapters/vector-store/qdrant/filter.ts';
import { toPointId } from '../../../../../src/adapters/vector-store/qdrant/point-id.ts';
import type { ProductFilter } from '../../../../../src/adapters/vector-store/types.ts';

describe('a filter asks Qdrant for what the shopper asked for', () => {
  const cases: [string, ProductFilter, unknown][] = [
    ['no condition', {}, undefined],
    ['an empty price range', { price: {} }, undefined],
    ['an empty list of attributes', { attributes: [] }, undefined],
    ['categories', { categories: ['a', "b'"] }, [{ key: 'category', match: { any: ['a', "b'"] } }]],
    ['a lowest price', { price: { min: 0 } }, [{ key: 'price', range: { gte: 0 } }]],
    ['a highest price', { price: { max: 9.5 } }, [{ key: 'price', range: { lte: 9.5 } }]],
    ['both prices', { price: { min: 1, max: 2 } }, [{ key: 'price', range: { gte: 1, lte: 2 } }]],
    ['out of stock', { inStock: false }, [{ key: 'inStock', match: { value: false } }]],
    [
      'attributes, one condition for each',
      {
        attributes: [
          { name: 'color', anyOf: ['red', 'blue'] },
          { name: 'a=b', anyOf: ['c=d'] },
        ],
      },
      [
        { key: 'attributes', match: { any: ['color=red', 'color=blue'] } },
        { key: 'attributes', match: { any: ['a%3Db=c=d'] } },
      ],
    ],
    [
      'everything',
      { categories: ['a'], price: { min: 1 }, inStock: true, attributes: [{ name: 'n', anyOf: ['v'] }] },
      [
        { key: 'category', match: { any: ['a'] } },
        { key: 'price', range: { gte: 1 } },
        { key: 'inStock', match: { value: true } },
        { key: 'attributes', match: { any: ['n=v'] } },
      ],
    ],
    ['half a surrogate pair', { categories: ['a\ud800'] }, [{ key: 'category', match: { any: ['a\ufffd'] } }]],
  ];

  test.each(cases)('%s', (_name, filter, must) => {
    expect(toFilter(conditionsOf(filter))).toEqual(must === undefined ? undefined : { must });
  });

  test('what is left out is left out whatever else is asked for', () => {
    const must_not = [{ has_id: [toPointId('a')] }];
    expect(toFilter(conditionsOf({}, ['a']))).toEqual({ must: [{ must_not }] });
    const inStock = { key: 'inStock', match: { value: true } };
    expect(toFilter(conditionsOf({ inStock: true }, ['a']))).toEqual({ must: [inStock, { must_not }] });
  });

  test('what a shopper does not want is not asked for', () => {
    const without = { categories: ['a'], attributes: [{ name: 'n', anyOf: ['v', 'w'] }] };
    expect(toFilter(conditionsOf({ without }, ['b']))).toEqual({
      must: [
        {
          must_not: [
            { has_id: [toPointId('b')] },
            { key: 'category', match: { any: ['a'] } },
            { key: 'attributes', match: { any: ['n=v', 'n=w'] } },
          ],
        },
      ],
    });
    expect(toFilter(conditionsOf({ without: { categories: [], attributes: [{ name: 'n', anyOf: [] }] } }))).toBe(
      undefined,
    );
  });

  test.each<[ProductFilter, boolean]>([
    [{}, false],
    [{ categories: ['a'], attributes: [{ name: 'n', anyOf: ['v'] }] }, false],
    [{ categories: [] }, true],
    [{ attributes: [{ name: 'n', anyOf: [] }] }, true],
    [
      {
        attributes: [
          { name: 'n', anyOf: ['v'] },
          { name: 'm', anyOf: [] },
        ],
      },
      true,
    ],
  ])('an empty list of choices shows no product instead of every product: %j', (filter, expected) => {
    expect(matchesNothing(filter)).toBe(expected);
  });
});

describe('an attribute as a keyword', () => {
  const attributes = [
    { name: 'color', value: 'red' },
    { name: 'a=b', value: 'c' },
    { name: 'a', value: 'b=c' },
    { name: 'a%3Db', value: 'c' },
    { name: 'a%253Db', value: 'c' },
    { name: '=', value: '=' },
    { name: '%', value: '%' },
    { name: '100%25', value: ' = ' },
    { name: 'größe "\\', value: "'" },
    { name: 'n', value: '' },
  ];

  test.each(attributes)('the product page shows it as the shop wrote it: $name / $value', (attribute) => {
    expect(decodeAttribute(encodeAttribute(attribute))).toEqual(attribute);
  });

  test('two different ones never become the same keyword, or a filter would show the wrong products', () => {
    expect(new Set(attributes.map(encodeAttribute)).size).toBe(attributes.length);
  });
});
