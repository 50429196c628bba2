import { describe, expect, test } from 'vitest';
import type { IndexedProduct, VectorStore } from '../../../src/adapters/vector-store/types.ts';
import { makeItem, randomNumbers } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

const ITEMS = [
  makeItem(
    {
      id: 'sku-0042',
      name: 'Red dress',
      description: 'Two dresses in one: Café style.',
      category: 'Dresses',
      attributes: [
        { name: 'color', value: 'deep crimson' },
        { name: 'maker', value: 'a=b' },
      ],
    },
    1,
  ),
  makeItem(
    {
      id: 'sku-0043 limited',
      name: 'Phone 256GB',
      category: 'Phones',
      attributes: [{ name: 'color', value: 'deep crimson' }],
    },
    2,
  ),
];

/** How many products have each word, by its form. */
async function countsOf(store: VectorStore): Promise<Record<string, number>> {
  const { words } = await store.vocabulary();
  return Object.fromEntries(words.map(({ word, count }) => [word, count]));
}

export function describeVocabulary(context: SuiteContext): void {
  describe('the vocabulary', () => {
    test('has every word of name, description, category, attribute values and ids, as it is written', async () => {
      const store = await context.openWith(ITEMS);
      const { words, categories, attributes } = await store.vocabulary();
      expect(Object.fromEntries(words.map(({ word, stem, count }) => [word, [stem, count]]))).toEqual({
        red: ['red', 1],
        dress: ['dress', 1],
        dresses: ['dress', 1],
        two: ['two', 1],
        in: ['in', 1],
        one: ['on', 1],
        cafe: ['cafe', 1],
        style: ['style', 1],
        deep: ['deep', 2],
        crimson: ['crimson', 2],
        a: ['a', 1],
        b: ['b', 1],
        sku: ['sku', 2],
        limited: ['limit', 1],
        phone: ['phone', 1],
        phones: ['phone', 1],
        '256gb': ['256gb', 1],
      });
      expect(categories).toEqual([
        { category: 'Dresses', count: 1 },
        { category: 'Phones', count: 1 },
      ]);
      expect(attributes).toEqual([
        { name: 'color', value: 'deep crimson', count: 2 },
        { name: 'maker', value: 'a=b', count: 1 },
      ]);
    });

    test('has the most frequent words first, equal ones in the order of their letters', async () => {
      const store = await context.openWith(ITEMS);
      const { words } = await store.vocabulary();
      const sorted = words.toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
      expect(words).toEqual(sorted);
    });

    test('of an empty collection is empty', async () => {
      const store = await context.openWith([]);
      expect(await store.vocabulary()).toEqual({ words: [], categories: [], attributes: [] });
    });

    test('follows products that are added, written anew and deleted', async () => {
      const store = await context.openWith(ITEMS);
      await store.upsert([
        makeItem({ id: 'third', name: 'Velvet gown', category: 'Dresses' }, 3),
        makeItem({ id: 'sku-0042', name: 'Velvet dress', category: 'Dresses' }, 1),
      ]);
      const counts = await countsOf(store);
      expect(counts).toMatchObject({ velvet: 2, gown: 1, dress: 2, dresses: 2, crimson: 1 });
      for (const gone of ['red', 'cafe', 'style', 'two']) expect(counts[gone]).toBeUndefined();
      expect((await store.vocabulary()).categories).toEqual([
        { category: 'Dresses', count: 2 },
        { category: 'Phones', count: 1 },
      ]);

      await store.delete('third');
      await store.delete('sku-0043 limited');
      const left = await countsOf(store);
      expect(left).toMatchObject({ velvet: 1, dress: 1 });
      for (const gone of ['gown', 'phone', 'phones', 'crimson', 'limited', '256gb']) expect(left[gone]).toBeUndefined();
      expect((await store.vocabulary()).attributes).toEqual([]);
    });

    test('is there again after the store was opened anew', async () => {
      const identity = context.newIdentity();
      const store = await context.open(identity);
      await store.upsert(ITEMS);
      const before = await store.vocabulary();
      await store.close();
      expect(await (await context.open(identity)).vocabulary()).toEqual(before);
    });

    test('shows the letters that the language writes with', async () => {
      const store = await context.open({ ...context.newIdentity(), language: 'german' });
      await store.upsert([makeItem({ id: 'x', name: 'Größe Café', category: 'Röcke' }, 1)]);
      const { words } = await store.vocabulary();
      expect(words.map(({ word, stem }) => [word, stem]).sort()).toEqual([
        ['cafe', 'caf'],
        ['größe', 'gross'],
        ['röcke', 'rock'],
        ['x', 'x'],
      ]);
    });

    test('counts as many products as a search for the word alone finds, whatever was written before', async () => {
      const random = randomNumbers(11);
      const pick = <Each>(list: readonly Each[]) => list[Math.floor(random() * list.length)];
      const forms = ['lamp', 'lamps', 'shade', 'shades', 'shaded', 'run', 'running', 'runs', 'café', '2nd'];
      const store = await context.openWith([]);
      const present = new Set<string>();
      for (let round = 0; round < 12; round += 1) {
        const items: IndexedProduct[] = Array.from({ length: 5 }, () => {
          const id = `product ${pick(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])}`;
          present.add(id);
          return makeItem(
            { id, name: `${pick(forms)} ${pick(forms)}`, description: `${pick(forms)}`, category: 'x' },
            round,
          );
        });
        await store.upsert(items);
        const gone = pick([...present]) ?? '';
        present.delete(gone);
        await store.delete(gone);
      }
      const { words } = await store.vocabulary();
      expect(words.length).toBeGreaterThan(10);
      for (const { word, count } of words) {
        const { matchCount } = await store.match({
          scoring: { by: 'lexical', text: word },
          minRelevance: 0,
          sort: 'RELEVANCE',
          window: { offset: 0, limit: 1 },
        });
        expect([word, count]).toEqual([word, matchCount]);
      }
    });
  });
}
