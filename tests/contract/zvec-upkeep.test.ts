import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProductFilter, VectorStore } from '../../src/adapters/vector-store/types.ts';
import { createZvecStore } from '../../src/adapters/vector-store/zvec/store.ts';
import { createSilentLogger } from '../../src/logger.ts';
import {
  collectPages,
  DIMENSION,
  idsOf,
  makeItem,
  satisfies,
  searchAll,
  searchWords,
  sortedIds,
  unitVector,
} from './vector-store/fixtures.ts';

const identity = { name: 'products', modelId: 'mini', dimension: DIMENSION };
const ITEMS = Array.from({ length: 600 }, (_, index) =>
  makeItem(
    {
      id: `p${index}`,
      name: `Lamp number${index}`,
      category: `c${index % 3}`,
      price: 10 + (index % 50),
      attributes: [{ name: 'color', value: `v${index % 4}` }],
    },
    index % 500,
  ),
);

/** Most are in the index by now, some were replaced or deleted since, some are new: the engine holds them in two parts. */
describe('the embedded store with an index and products outside it', { timeout: 60_000 }, () => {
  let dataDir = '';
  let store: VectorStore | undefined;
  const options = () => ({ dataDir, identity, logger: createSilentLogger(), scanUpTo: 0 });
  const opened = (): VectorStore => store ?? expect.fail('The store is open while tests run.');
  const current = () => ITEMS.slice(5).map(({ product }) => product);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vitrine-zvec-upkeep-'));
    const first = await createZvecStore({ ...options(), upkeep: { minPending: 500, calmMs: 100 } });
    await first.upsert(ITEMS.slice(0, 580));
    const folder = join(dataDir, 'zvec', `products__mini__${DIMENSION}`);
    await vi.waitFor(async () => expect(await readdir(folder)).toContain('1'), { timeout: 30_000 });
    // Closing waits for the index; the second time nothing is tidied up while the tests run.
    await first.close();
    store = await createZvecStore({ ...options(), upkeep: { calmMs: 600_000 } });
    await store.upsert(ITEMS.slice(570));
    for (const { product } of ITEMS.slice(0, 5)) await store.delete(product.id);
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  test.each<ProductFilter>([
    {},
    { price: { min: 0 } },
    { price: { max: 1000 } },
    { price: { min: 10, max: 58 } },
    { price: { min: 59 } },
    { inStock: true },
    { inStock: false },
    { inStock: true, price: { min: 1 } },
    {
      categories: ['c0', 'c1', 'c2'],
      price: { min: 1 },
      attributes: [{ name: 'color', anyOf: ['v0', 'v1', 'v2', 'v3'] }],
    },
  ])('no search fails or misses a product, whatever part holds it: %j', async (filter) => {
    const expected = sortedIds(current().filter((product) => satisfies(product, filter)));
    const vector = { by: 'vector', embedding: unitVector(700) } as const;
    expect(sortedIds(await searchAll(opened(), vector, { filter }))).toEqual(expected);
    expect(sortedIds(await searchWords(opened(), 'lamp', { filter }))).toEqual(expected);
    expect(await opened().count({ filter })).toBe(expected.length);
  });

  test('pages are the parts of the whole list, also where the same image lies in both parts', async () => {
    const ranking = { by: 'vector', embedding: unitVector(75) } as const;
    const whole = await searchAll(opened(), ranking);
    expect(whole.slice(0, 2)).toMatchObject([
      { id: 'p575', score: 1 },
      { id: 'p75', score: 1 },
    ]);
    expect(idsOf(await collectPages(opened(), ranking, 50))).toEqual(idsOf(whole));
  });

  test('closing and opening again keeps both parts', async () => {
    const before = await searchAll(opened(), { by: 'vector', embedding: unitVector(9) });
    await opened().close();
    store = await createZvecStore(options());
    expect(await opened().count()).toBe(595);
    const after = await searchAll(opened(), { by: 'vector', embedding: unitVector(9) });
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(idsOf(await searchWords(opened(), 'number599'))).toEqual(['p599']);
  });
});
