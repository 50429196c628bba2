import { describe, expect, test } from 'vitest';
import { MAX_TIES, type Scoring } from '../../../src/adapters/vector-store/types.ts';
import { collectPages, idsOf, makeItem, search, sortedIds, unitVector } from './fixtures.ts';
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

const BY_IMAGE: Scoring = { by: 'vector', embedding: PLACEHOLDER };
const BY_WORDS: Scoring = { by: 'lexical', text: 'lamp' };
const BY_BOTH: Scoring = { by: 'hybrid', embedding: PLACEHOLDER, text: 'lamp', semanticRatio: 0.4 };
const SCORINGS: [string, Scoring][] = [
  ['by the one image', BY_IMAGE],
  ['by another image', { by: 'vector', embedding: unitVector(3) }],
  ['by words', BY_WORDS],
  ['by both', BY_BOTH],
];

export function describeManyEquals(context: SuiteContext): void {
  describe('5,000 products with one image and the same words', () => {
    const store = shareStore(context, () => ITEMS);

    test.each(SCORINGS)('pages show each product once, to the last: %s', async (_name, scoring) => {
      const paged = await collectPages(store(), scoring, 700);
      expect(sortedIds(paged)).toEqual(sortedIds(ITEMS.map(({ product }) => product)));
      const scores = paged.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });

    test.each(SCORINGS)('small pages are parts of large ones: %s', async (_name, scoring) => {
      const large = await search(store(), scoring, { offset: 0, limit: 1500 });
      for (const offset of [0, 10, 250, 260, 1020, 1030, 1270, 1290]) {
        const small = await search(store(), scoring, { offset, limit: 10 });
        expect(idsOf(small)).toEqual(idsOf(large).slice(offset, offset + 10));
      }
    });

    test(`of up to ${MAX_TIES} the order is that of their ids`, async () => {
      const filter = { categories: ['fifth'] };
      const expected = sortedIds(
        WITHOUT_IMAGE.map(({ product }) => product).filter(({ category }) => category === 'fifth'),
      );
      expect(expected.length).toBeLessThanOrEqual(MAX_TIES);
      for (const scoring of [BY_IMAGE, BY_WORDS, BY_BOTH]) {
        const page = await search(store(), scoring, { offset: 0, limit: 100 }, { filter });
        expect(idsOf(page)).toEqual(expected.slice(0, 100));
        const whole = await search(store(), scoring, { offset: 0, limit: 2000 }, { filter });
        expect(idsOf(whole)).toEqual(expected);
      }
    });
  });
}
