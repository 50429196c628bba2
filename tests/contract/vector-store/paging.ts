import { describe, expect, test } from 'vitest';
import type { ProductFilter, Ranking } from '../../../src/adapters/vector-store/types.ts';
import { collectPages, idsOf, makeItem, searchAll, unitVector } from './fixtures.ts';
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

const RANKINGS: Record<string, Ranking> = {
  'by vector, far from the equal ones': { by: 'vector', embedding: unitVector(3) },
  'by vector, right at the equal ones': { by: 'vector', embedding: unitVector(5000) },
  'by words': { by: 'lexical', text: 'bright lamp' },
  'by a word that the equal ones share': { by: 'lexical', text: 'lamp' },
  'by nothing but a filter': { by: 'filter' },
};
const FILTERS: Record<string, ProductFilter> = {
  'no filter': {},
  'a filter': { categories: ['odd', 'same'] },
};
const CASES = Object.entries(RANKINGS).flatMap(([ranked, ranking]) =>
  Object.entries(FILTERS).map(([filtered, filter]) => ({ ranked, filtered, ranking, filter })),
);

export function describePaging(context: SuiteContext): void {
  describe('paging', () => {
    const store = shareStore(context, () => ITEMS);

    test.each(CASES)('shoppers see each product once, $ranked, $filtered', async ({ ranking, filter }) => {
      const whole = await searchAll(store(), ranking, { filter });
      expect(whole).toHaveLength(await store().count({ filter }));
      for (const pageSize of [10, 37]) {
        const paged = await collectPages(store(), ranking, pageSize, { filter });
        expect(idsOf(paged)).toEqual(idsOf(whole));
        expect(paged.map(({ score }) => score)).toEqual(whole.map(({ score }) => score));
      }
      expect(new Set(idsOf(whole)).size).toBe(whole.length);
    });

    test.each(CASES.filter(({ ranking }) => ranking.by !== 'filter'))(
      'equal scores stand in the order of their ids, $ranked, $filtered',
      async ({ ranking, filter }) => {
        const whole = await searchAll(store(), ranking, { filter });
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

    test('both lists in one call are cut at the same place as the list by itself, in the middle of equal scores', async () => {
      const query = { embedding: unitVector(5000), text: 'lamp', vectorLimit: 25, lexicalLimit: 33 };
      const both = await store().searchBoth(query);
      const vector = await searchAll(store(), { by: 'vector', embedding: query.embedding });
      const lexical = await searchAll(store(), { by: 'lexical', text: query.text });
      expect(idsOf(both.vector)).toEqual(idsOf(vector).slice(0, 25));
      expect(idsOf(both.lexical)).toEqual(idsOf(lexical).slice(0, 33));
    });

    test('asking past the end or for nothing gives nothing', async () => {
      for (const ranking of Object.values(RANKINGS)) {
        expect(await store().search(ranking, { offset: ITEMS.length, limit: 10 })).toEqual([]);
        expect(await store().search(ranking, { offset: 100_000, limit: 10 })).toEqual([]);
        expect(await store().search(ranking, { offset: 0, limit: 0 })).toEqual([]);
        expect(await store().search(ranking, { offset: ITEMS.length - 3, limit: 10 })).toHaveLength(3);
      }
    });
  });
}
