import { describe, expect, test } from 'vitest';
import type { ProductFilter } from '../../../src/adapters/vector-store/types.ts';
import { idsOf, makeItem, searchAll, unitVector } from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

/** Values that break a filter written by pasting strings together, and pairs that a careless store takes for equal. */
const VALUES = [
  "it's",
  "'",
  "''",
  '"double"',
  '`tick`',
  'back\\slash',
  'trailing\\',
  'trailing\\\\',
  "\\'",
  "\\' or price > 0 or category = '",
  "' or 1 = 1 --",
  '") or (price >= 0',
  'ünïcödé',
  'caf\u00e9',
  'cafe\u0301',
  '红色',
  '👜',
  '👜🏽',
  'a=b',
  'a=b=c',
  'line\nbreak',
  'line\r\nbreak',
  'tab\there',
  '100%',
  '%25',
  '%',
  '_',
  '*',
  '?',
  '(x)',
  '[1, 2]',
  '{"json": true}',
  '$value',
  ' leading',
  'trailing ',
  'two  blanks',
  'Case',
  'case',
  'null',
  'true',
  '0',
  '0.0',
  'a,b',
  'a;b',
  'a:b',
  'a|b',
  'a\u200bb',
  'x'.repeat(99),
  `${'x'.repeat(99)}y`,
];

export function describeHostileValues(context: SuiteContext): void {
  describe('a filter value is only ever a value', () => {
    const items = VALUES.map((value, index) =>
      makeItem({ id: `p${index}`, category: value, attributes: [{ name: value, value }] }, index),
    );
    const store = shareStore(context, () => items);
    const list = async (filter: ProductFilter): Promise<string[]> => {
      const ids = idsOf(await searchAll(store(), { by: 'filter' }, { filter }));
      const byVector = await searchAll(store(), { by: 'vector', embedding: unitVector(0) }, { filter });
      expect(idsOf(byVector).sort()).toEqual([...ids].sort());
      expect(await store().count({ filter })).toBe(ids.length);
      return ids;
    };

    test.each(VALUES.map((value, index) => [JSON.stringify(value).slice(0, 40), value, `p${index}`] as const))(
      'finds its own product and no other: %s',
      async (_shown, value, id) => {
        expect(await list({ categories: [value] })).toEqual([id]);
        expect(await list({ attributes: [{ name: value, anyOf: [value] }] })).toEqual([id]);
        expect(await list({ attributes: [{ name: value, anyOf: ['elsewhere'] }] })).toEqual([]);
        expect(await list({ categories: [`${value}\\`] })).toEqual(
          value === 'trailing\\' ? [`p${VALUES.indexOf('trailing\\\\')}`] : [],
        );
      },
    );

    test('all of them fit into one any-of list', async () => {
      expect(await list({ categories: VALUES })).toHaveLength(VALUES.length);
    });

    test('where the name ends and the value begins is never guessed', async () => {
      const pairs = [
        { name: 'a=b', value: 'c' },
        { name: 'a', value: 'b=c' },
        { name: 'a=', value: 'b=c' },
        { name: 'a', value: '=b=c' },
        { name: 'a\u0000b', value: 'c' },
        { name: 'a', value: 'b\u0000c' },
      ];
      const pairStore = await context.openWith(
        pairs.map((pair, index) => makeItem({ id: `q${index}`, attributes: [pair] }, index)),
      );
      for (const [index, { name, value }] of pairs.entries()) {
        const hits = await searchAll(
          pairStore,
          { by: 'filter' },
          { filter: { attributes: [{ name, anyOf: [value] }] } },
        );
        expect(idsOf(hits)).toEqual([`q${index}`]);
      }
    });

    test('long values that differ in their last letter are different', async () => {
      const long = (last: string) => `${'値'.repeat(499)}${last}`;
      const name = '名'.repeat(100);
      const longStore = await context.openWith(
        ['a', 'b'].map((last, index) => makeItem({ id: last, attributes: [{ name, value: long(last) }] }, index)),
      );
      const filter: ProductFilter = { attributes: [{ name, anyOf: [long('b')] }] };
      expect(idsOf(await searchAll(longStore, { by: 'filter' }, { filter }))).toEqual(['b']);
    });
  });
}
