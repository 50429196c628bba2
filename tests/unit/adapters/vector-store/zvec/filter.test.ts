import { describe, expect, test } from 'vitest';
import { toZvecFilter } from '../../../../../src/adapters/vector-store/zvec/filter.ts';
import { attributeToken, categoryToken } from '../../../../../src/adapters/vector-store/zvec/schema.ts';

const where = (expression: string) => ({ kind: 'where', expression });

describe('a filter in the terms of the embedded store', () => {
  test('no condition searches the whole catalogue', () => {
    for (const filter of [undefined, {}, { price: {} }, { attributes: [] }]) {
      expect(toZvecFilter(filter)).toEqual({ kind: 'all' });
    }
  });

  test('all conditions must hold', () => {
    const filter = {
      categories: ['Bags', 'Hats'],
      price: { min: 4.99, max: 1e21 },
      inStock: false,
      attributes: [{ name: 'color', anyOf: ['red', 'blue'] }],
    };
    const [bags, hats] = filter.categories.map(categoryToken);
    const [red, blue] = ['red', 'blue'].map((value) => attributeToken('color', value));
    expect(toZvecFilter(filter)).toEqual(
      where(
        `category in ('${bags}','${hats}') and price >= 4.99e+0 and price <= 1e+21 and in_stock = false and ` +
          `attributes contain_any ('${red}','${blue}')`,
      ),
    );
  });

  test('an empty choice, and a price range that no price is in, match nothing instead of everything', () => {
    const impossible = [
      { categories: [] },
      { attributes: [{ name: 'color', anyOf: [] }] },
      { price: { min: 2, max: 1 } },
      { price: { min: Number.NaN } },
      { price: { min: Number.POSITIVE_INFINITY } },
      { price: { max: Number.NEGATIVE_INFINITY } },
    ];
    for (const filter of impossible) expect(toZvecFilter(filter)).toEqual({ kind: 'none' });
  });

  test('a price without limit is no condition', () => {
    expect(toZvecFilter({ price: { max: Number.POSITIVE_INFINITY } })).toEqual({ kind: 'all' });
  });

  test('prices keep every digit', () => {
    for (const min of [0.1, 12.9, 0.30000000000000004, 1e-7, 9007199254740991, 5e-324]) {
      const filter = toZvecFilter({ price: { min } });
      const literal = filter.kind === 'where' ? filter.expression.replace('price >= ', '') : '';
      expect(Number(literal)).toBe(min);
    }
  });

  test('nothing that a shopper writes gets into the expression', () => {
    const evil = "\\' or price > 0 or category = '";
    const filter = toZvecFilter({ categories: [evil], attributes: [{ name: evil, anyOf: [evil, '"', '\\'] }] });
    const expression = filter.kind === 'where' ? filter.expression : '';
    expect(expression).toMatch(
      /^category in \('[\w-]{43}'\) and attributes contain_any \('[\w-]{43}'(,'[\w-]{43}'){2}\)$/,
    );
  });

  test('more values than the engine takes at once are still all looked for', () => {
    const anyOf = Array.from({ length: 70 }, (_, index) => `v${index}`);
    const filter = toZvecFilter({ attributes: [{ name: 'a', anyOf }] });
    const expression = filter.kind === 'where' ? filter.expression : '';
    const lists = expression.split(' or ');
    expect(expression).toMatch(/^\(.*\)$/);
    expect(lists.map((list) => list.match(/'[\w-]{43}'/g)?.length)).toEqual([32, 32, 6]);
  });
});
