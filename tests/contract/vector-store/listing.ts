import { describe, expect, test } from 'vitest';
import type { VectorStore } from '../../../src/adapters/vector-store/types.ts';
import { idsOf, makeItem, sortedIds } from './fixtures.ts';
import type { SuiteContext } from './suite-context.ts';

const ITEMS = Array.from({ length: 53 }, (_, index) => makeItem({ id: `p${index}`, name: `Lamp ${index}` }, index));
const HOSTILE = ['%', "'; DROP TABLE products --", '\u{1f600}', '\uff5e', ' ', 'P1', 'p1 ', '\\', '"'];

/** The whole catalogue, in parts of `limit`; `between` is called after each with what was listed so far. */
async function listAll(store: VectorStore, limit: number, between: (listed: number) => Promise<void> = async () => {}) {
  const products = [];
  for (let after: string | undefined; ; ) {
    const part = await store.list({ after, limit });
    expect(part.products.length).toBeLessThanOrEqual(limit);
    products.push(...part.products);
    await between(products.length);
    if (part.next === null) return products;
    after = part.next;
  }
}

export function describeListing(context: SuiteContext): void {
  describe('listing the whole catalogue', () => {
    test.each([1, 7, 53, 500])('an export in parts of %i has every product once, whole', async (limit) => {
      const items = [...ITEMS, ...HOSTILE.map((id, index) => makeItem({ id }, 100 + index))];
      const store = await context.openWith(items);
      const listed = await listAll(store, limit);
      expect(sortedIds(listed)).toEqual(sortedIds(items.map(({ product }) => product)));
      expect(listed.find(({ id }) => id === 'p17')).toEqual(ITEMS[17]?.product);
      expect(idsOf(await listAll(store, limit))).toEqual(idsOf(listed));
    });

    test('what is written and deleted during an export costs no other product, and lists none twice', async () => {
      const store = await context.openWith(ITEMS);
      const listed = await listAll(store, 10, async (count) => {
        await store.upsert([makeItem({ id: `new${count}` }, 200 + count), makeItem({ id: 'p20', name: 'Anew' }, 20)]);
        await store.delete('p3');
      });
      const ids = idsOf(listed);
      expect(new Set(ids).size).toBe(ids.length);
      expect(sortedIds(ITEMS.map(({ product }) => product)).filter((id) => !ids.includes(id) && id !== 'p3')).toEqual(
        [],
      );
    });

    test('products can be deleted as they are listed, to the last one', async () => {
      const store = await context.openWith(ITEMS);
      for (let after: string | undefined; ; ) {
        const part = await store.list({ after, limit: 10 });
        for (const { id } of part.products) expect(await store.delete(id)).toBe(true);
        if (part.next === null) break;
        after = part.next;
      }
      expect(await store.count()).toBe(0);
    });

    test('an empty store lists nothing', async () => {
      expect(await (await context.openWith([])).list({ limit: 10 })).toEqual({ products: [], next: null });
    });
  });
}
