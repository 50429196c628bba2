import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoProducts, startDemoVitrine, toInput } from '../support/demo.ts';
import { DeleteProduct, FindProducts, GetHealth, GetProduct, GetStats, IndexProduct } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 30);
});
afterAll(() => vitrine.close());

/** The timing of a search is measured anew by every computation, so an equal one was served from the cache. */
const timingOf = async (text: string) =>
  (await vitrine.data(FindProducts, { query: { text } })).searchProducts.timing.total;

describe('the response cache', () => {
  test('serves an equal search again without computing it', async () => {
    // The words of the catalogue, which decide how a text is mended, are read a moment after the last write: once more then.
    const isKept = async () => {
      const first = await timingOf('red shirt');
      return first === (await timingOf('red shirt'));
    };
    await expect.poll(isKept, { timeout: 10_000 }).toBe(true);
    expect(await timingOf('red shirt')).not.toBe(await timingOf('blue shirt'));
  });

  test('never hides a write: a new product, a change and a deletion are seen by the very next request', async () => {
    const [sample] = demoProducts.slice(40).map(toInput);
    if (!sample) throw new Error('the demo catalogue is too short');
    const input = { ...sample, id: 'brand-new', name: 'Zeppelin umbrella' };
    const query = { text: 'zeppelin', mode: 'LEXICAL' as const };
    const search = async () => (await vitrine.data(FindProducts, { query })).searchProducts.edges.length;
    const lookUp = async () => (await vitrine.data(GetProduct, { id: input.id })).product?.price;
    const count = async () => (await vitrine.data(GetStats, {})).collectionStats.productCount;

    expect([await search(), await lookUp(), await count()]).toEqual([0, undefined, 30]);
    await vitrine.data(IndexProduct, { input });
    expect([await search(), await lookUp(), await count()]).toEqual([1, input.price, 31]);
    await vitrine.data(IndexProduct, { input: { ...input, price: 1.5 } });
    expect([await search(), await lookUp(), await count()]).toEqual([1, 1.5, 31]);
    await vitrine.data(DeleteProduct, { id: input.id });
    expect([await search(), await lookUp(), await count()]).toEqual([0, undefined, 30]);
  });

  test('never keeps health, not even beside a cached field', async () => {
    const first = await vitrine.data(GetHealth, {});
    const second = await vitrine.data(GetHealth, {});
    expect(second.health.uptimeSeconds).toBeGreaterThan(first.health.uptimeSeconds);
  });

  test('never keeps an error: what failed once may succeed the next time', async () => {
    const query = { imageUrl: 'http://localhost:4000/demo/images/none.png' };
    const [first, second] = [await vitrine.ask(FindProducts, { query }), await vitrine.ask(FindProducts, { query })];
    expect(first.response.headers.get('x-request-id')).not.toBe(second.response.headers.get('x-request-id'));
    expect(second.errors?.[0]?.extensions.code).toBe('IMAGE_UNREACHABLE');
  });
});

describe('the embedding cache', () => {
  test('embeds a text once, however many searches share it', async () => {
    const search = async (first: number) =>
      (await vitrine.data(FindProducts, { query: { text: 'green woollen hat' }, first })).searchProducts;
    const kept = vi.spyOn(vitrine.deps.cache.bytes, 'set');
    const cold = await search(3);
    const warm = await search(4);
    // What has been embedded is kept, so that what is kept once was embedded once.
    expect(kept.mock.calls.filter(([key]) => key.startsWith('embedding:'))).toHaveLength(1);
    kept.mockRestore();
    expect(warm.edges.slice(0, 3).map(({ score }) => score)).toEqual(cold.edges.map(({ score }) => score));
  });
});
