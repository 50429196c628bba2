import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../src/adapters/vector-store/tokens.ts';
import type { IndexedProduct, ProductFilter } from '../../../src/adapters/vector-store/types.ts';
import { makeItem, randomNumbers, satisfies } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

const tokenizer = await createTokenizer('english');
const WORDS = 'red blue warm lamp lamps shirt dress cotton woollen the café naïve'.split(' ');
const FILTERS: (ProductFilter | undefined)[] = [
  undefined,
  { categories: ['hats'], inStock: true },
  { price: { min: 20, max: 60 } },
  { without: { attributes: [{ name: 'color', anyOf: ['red'] }] } },
  { categories: [] },
];

/** Products with any words anywhere, the same for the same seed. */
function catalogue(seed: number, size: number): IndexedProduct[] {
  const random = randomNumbers(seed);
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const some = (most: number) => Array.from({ length: Math.floor(random() * most) }, () => pick(WORDS)).join(' ');
  return Array.from({ length: size }, (_, index) =>
    makeItem(
      {
        id: `p${index}`,
        name: `${pick(WORDS)} ${some(3)}`,
        description: some(5),
        category: pick(['hats', 'lamps']),
        price: Math.floor(random() * 100),
        inStock: random() < 0.7,
        attributes: [{ name: 'color', value: pick(['red', 'blue', 'sea green']) }],
      },
      index,
    ),
  );
}

export function describeHavingAll(context: SuiteContext): void {
  describe('how many products have all of some words', () => {
    test('is what brute force counts, for any words and any filter, changes and deletions included', async () => {
      const items = catalogue(1, 300);
      const store = await context.openWith(items);
      const anew = catalogue(2, 60);
      await store.upsert(anew);
      await store.delete('p100');
      const products = [...anew, ...items.slice(60)].map(({ product }) => product).filter(({ id }) => id !== 'p100');
      const random = randomNumbers(3);
      const words = [...WORDS, 'zeppelin', 'sea', 'p7', 'hat', 'with'];
      const pick = () => words[Math.floor(random() * words.length)] ?? '';
      const asked = Array.from({ length: 60 }, () =>
        Array.from({ length: 1 + Math.floor(random() * 3) }, pick).join(' '),
      );
      const groups = [asked, ['red lamp', 'red shirt', 'red the', 'red'], ['', ' ! ', 'lamp'], ['lamp'], []];
      for (const filter of FILTERS) {
        for (const texts of groups) {
          const expected = texts.map((text) => {
            const wanted = tokenizer.questionWords(text);
            const has = products.filter((product) => {
              const { weights } = tokenizer.weighWords(product);
              return satisfies(product, filter ?? {}) && wanted.every((word) => weights.has(word));
            });
            return wanted.length === 0 ? 0 : has.length;
          });
          expect(await store.countHavingAll(texts, { filter }), JSON.stringify([filter, texts])).toEqual(expected);
        }
      }
    });

    test('counts nothing for somebody who has left', async () => {
      const store = await context.openWith(catalogue(1, 3));
      const reason = new Error('left');
      await expect(store.countHavingAll(['red'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });
}
