import { describe, expect, test } from 'vitest';
import type { ProductFilter, Scoring } from '../../../src/adapters/vector-store/types.ts';
import { collectPages, idsOf, makeItem, search, searchAll, unitVector } from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

/** Ids whose code unit order differs from the order of numbers, of letters without case, and of code points. */
const TIED_IDS = Array.from({ length: 45 }, (_, index) => [
  `tie${index}`,
  `Tie${index}`,
  `\u{1f600}${index}`,
  `\uff5e${index}`,
]).flat();

/**
 * 60 products that all differ and 180 with the very same embedding and words, written in an order that helps nobody
 * (103 and 240 have no common divisor, so every product comes up once).
 */
const IN_ORDER = [
  ...Array.from({ length: 60 }, (_, index) => {
    const name = `Lamp ${'bright '.repeat(index % 9)}number${index}`;
    return makeItem({ id: `p${index}`, name, category: index % 2 ? 'odd' : 'even' }, index);
  }),
  ...TIED_IDS.map((id) => makeItem({ id, name: 'Lamp', category: 'same' }, 5000)),
];
const ITEMS = IN_ORDER.flatMap((_, index) => IN_ORDER[(index * 103) % IN_ORDER.length] ?? []);

const SCORINGS: Record<string, Scoring> = {
  'by vector, far from the equal ones': { by: 'vector', embedding: unitVector(3) },
  'by vector, right at the equal ones': { by: 'vector', embedding: unitVector(5000) },
  'by words': { by: 'lexical', text: 'bright lamp' },
  'by a word that the equal ones share': { by: 'lexical', text: 'lamp' },
  'by nothing but a filter': { by: 'filter' },
  'by both': { by: 'hybrid', embedding: unitVector(3), text: 'bright lamp', semanticRatio: 0.4 },
  'by both, right at the equal ones': { by: 'hybrid', embedding: unitVector(5000), text: 'lamp', semanticRatio: 0.4 },
};
const FILTERS: Record<string, ProductFilter> = {
  'no filter': {},
  'a filter': { categories: ['odd', 'same'] },
};
const CASES = Object.entries(SCORINGS).flatMap(([scored, scoring]) =>
  Object.entries(FILTERS).map(([filtered, filter]) => ({ scored, filtered, scoring, filter })),
);

export function describePaging(context: SuiteContext): void {
  describe('paging', () => {
    const store = shareStore(context, () => ITEMS);

    test.each(CASES)('shoppers see each product once, $scored, $filtered', async ({ scoring, filter }) => {
      const whole = await searchAll(store(), scoring, { filter });
      expect(whole).toHaveLength(await store().count({ filter }));
      for (const pageSize of [10, 37]) {
        const paged = await collectPages(store(), scoring, pageSize, { filter });
        expect(idsOf(paged)).toEqual(idsOf(whole));
        expect(paged.map(({ score }) => score)).toEqual(whole.map(({ score }) => score));
      }
      expect(new Set(idsOf(whole)).size).toBe(whole.length);
    });

    // By nothing but a filter the newest come first, and what only follows behind a fusion stands in its own order.
    test.each(CASES.filter(({ scoring }) => scoring.by === 'vector' || scoring.by === 'lexical'))(
      'equal scores stand in the order of their ids, $scored, $filtered',
      async ({ scoring, filter }) => {
        const whole = await searchAll(store(), scoring, { filter });
        for (const [index, hit] of whole.entries()) {
          const before = whole[index - 1];
          if (before === undefined) continue;
          expect(before.score).toBeGreaterThanOrEqual(hit.score);
          if (before.score === hit.score) expect(before.id < hit.id).toBe(true);
        }
        const tied = whole.filter(({ id }) => TIED_IDS.includes(id));
        expect(new Set(tied.map(({ score }) => score)).size).toBe(1);
        expect(idsOf(tied)).toEqual([...TIED_IDS].sort());
      },
    );

    test('asking past the end or for nothing gives nothing', async () => {
      for (const scoring of Object.values(SCORINGS)) {
        expect(await search(store(), scoring, { offset: ITEMS.length, limit: 10 })).toEqual([]);
        expect(await search(store(), scoring, { offset: 100_000, limit: 10 })).toEqual([]);
        expect(await search(store(), scoring, { offset: 0, limit: 0 })).toEqual([]);
        expect(await search(store(), scoring, { offset: ITEMS.length - 3, limit: 10 })).toHaveLength(3);
      }
    });
  });
}
