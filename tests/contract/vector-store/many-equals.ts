import { describe, expect, test } from 'vitest';
import { MAX_TIES, type Ranking } from '../../../src/adapters/vector-store/types.ts';
import { collectPages, idsOf, makeItem, sortedIds, unitVector } from './fixtures.ts';
import { type SuiteContext, shareStore } from './suite-context.ts';

/** Every product of a shop that has one "no image yet" for nearly all of them, and as many words in common. */
const PLACEHOLDER = unitVector(5000);
const WITHOUT_IMAGE = Array.from({ length: 5000 }, (_, index) =>
  makeItem(
    { id: `p${(index * 2741) % 5000}`, name: 'Lamp', category: index % 5 === 0 ? 'fifth' : 'rest' },
    PLACEHOLDER,
  ),
);
const WITH_IMAGE = Array.from({ length: 20 }, (_, index) =>
  makeItem({ id: `real${index}`, name: `Lamp number${index}`, category: 'real' }, index),
);
const ITEMS = [...WITHOUT_IMAGE, ...WITH_IMAGE];

const BY_IMAGE: Ranking = { by: 'vector', embedding: PLACEHOLDER };
const BY_WORDS: Ranking = { by: 'lexical', text: 'lamp' };
const RANKINGS: [string, Ranking][] = [
  ['by the one image', BY_IMAGE],
  ['by another image', { by: 'vector', embedding: unitVector(3) }],
  ['by words', BY_WORDS],
];

export function describeManyEquals(context: SuiteContext): void {
  describe('5,000 products with one image and the same words', () => {
    const store = shareStore(context, () => ITEMS);

    test.each(RANKINGS)('pages show each product once, to the last: %s', async (_name, ranking) => {
      const paged = await collectPages(store(), ranking, 700);
      expect(sortedIds(paged)).toEqual(sortedIds(ITEMS.map(({ product }) => product)));
      const scores = paged.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });

    test.each(RANKINGS)('small pages are parts of large ones: %s', async (_name, ranking) => {
      const large = await store().search(ranking, { offset: 0, limit: 1500 });
      for (const offset of [0, 10, 250, 260, 1020, 1030, 1270, 1290]) {
        const small = await store().search(ranking, { offset, limit: 10 });
        expect(idsOf(small)).toEqual(idsOf(large).slice(offset, offset + 10));
      }
    });

    test('both lists in one call begin alike, however deep they are asked for', async () => {
      const query = { embedding: PLACEHOLDER, text: 'lamp', vectorLimit: 200, lexicalLimit: 200 };
      const shallow = await store().searchBoth(query);
      const deep = await store().searchBoth({ ...query, vectorLimit: 3000 });
      expect(new Set(shallow.vector.map(({ score }) => score)).size).toBe(1);
      expect(shallow.vector).toHaveLength(200);
      expect(deep.vector).toHaveLength(3000);
      expect(deep.vector.slice(0, 200)).toEqual(shallow.vector);
      expect(deep.lexical).toEqual(shallow.lexical);
    });

    test(`of up to ${MAX_TIES} the order is that of their ids`, async () => {
      const filter = { categories: ['fifth'] };
      const expected = sortedIds(
        WITHOUT_IMAGE.map(({ product }) => product).filter(({ category }) => category === 'fifth'),
      );
      expect(expected.length).toBeLessThanOrEqual(MAX_TIES);
      for (const ranking of [BY_IMAGE, BY_WORDS]) {
        const page = await store().search(ranking, { offset: 0, limit: 100 }, { filter });
        expect(idsOf(page)).toEqual(expected.slice(0, 100));
        const whole = await store().search(ranking, { offset: 0, limit: 2000 }, { filter });
        expect(idsOf(whole)).toEqual(expected);
      }
    });
  });
}
