import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DeleteProduct, FindMended, IndexProduct } from '../support/operations.ts';
import { createQdrantDouble, type QdrantDouble } from '../support/qdrant-double/server.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const NAMES = ['Velvet armchair', 'Velvet armchairs set', 'Marble armrest', 'Phone v2 256gb'];

describe.each(['sqlite', 'qdrant'])('misspelled words, on %s', (backend) => {
  let vitrine: TestVitrine;
  let qdrant: QdrantDouble | undefined;
  beforeAll(async () => {
    if (backend === 'qdrant') qdrant = await createQdrantDouble();
    vitrine = await startVitrine(
      qdrant ? { QDRANT_URL: qdrant.url, DEMO_CATALOGUE: 'off' } : { DEMO_CATALOGUE: 'off' },
    );
    for (const [place, name] of NAMES.entries()) await index(`p${place}`, name);
    const known = async () => (await search({ text: 'vlevet 256gb', mode: 'LEXICAL' })).text;
    await vi.waitFor(async () => expect(await known()).toBe('velvet 256gb'), { timeout: 15_000, interval: 200 });
  });
  afterAll(async () => {
    await vitrine?.close();
    await qdrant?.close();
  });

  const index = (id: string, name: string) => {
    const input = { id, name, category: 'things', price: 5, imageUrl: `${ORIGIN}/demo/images/sku-0001.png` };
    return vitrine.data(IndexProduct, { input });
  };
  const search = async (query: { text: string; mend?: boolean; mode?: 'LEXICAL' | 'HYBRID' | 'VECTOR' }) => {
    const { searchProducts } = await vitrine.data(FindMended, { query });
    return { text: searchProducts.correctedText, ids: searchProducts.nodes.map(({ id }) => id).sort() };
  };

  test.each(['LEXICAL', 'HYBRID'] as const)('in %s the customer finds what was meant, and is told', async (mode) => {
    const { text, ids } = await search({ text: 'VELVET amrchair', mode });
    expect(text).toBe('VELVET armchair');
    expect(ids.slice(0, 2)).toEqual(['p0', 'p1']);
  });

  test('what is right is searched as it is, and nothing is said', async () => {
    expect(await search({ text: 'velvet armchair', mode: 'LEXICAL' })).toEqual({ text: null, ids: ['p0', 'p1'] });
  });

  test('who does not want it gets what was typed', async () => {
    expect(await search({ text: 'amrchair', mode: 'LEXICAL', mend: false })).toEqual({ text: null, ids: [] });
  });

  test('looks alone know no words to mend', async () => {
    expect((await search({ text: 'amrchair', mode: 'VECTOR' })).text).toBeNull();
  });

  test('a number of the shop is never taken for another', async () => {
    expect(await search({ text: 'v3 255gb', mode: 'LEXICAL' })).toEqual({ text: null, ids: [] });
  });

  test('pages of a mended search go on with the cursors of what was asked', async () => {
    const query = { text: 'vlevet', mode: 'LEXICAL' as const };
    const first = (await vitrine.data(FindMended, { query, first: 1 })).searchProducts;
    expect(first).toMatchObject({ correctedText: 'velvet', matchCount: 2, pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor ?? null;
    const second = (await vitrine.data(FindMended, { query, first: 1, after })).searchProducts;
    expect([...first.nodes, ...second.nodes].map(({ id }) => id).sort()).toEqual(['p0', 'p1']);
    const { errors } = await vitrine.ask(FindMended, { query: { ...query, text: 'velvet' }, first: 1, after });
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  test('a new word is known within seconds, and a word that is gone is forgotten, in spite of the cache', async () => {
    const ask = () => search({ text: 'chandeleir', mode: 'LEXICAL' });
    expect(await ask()).toEqual({ text: null, ids: [] });
    await index('new', 'Chandelier');
    await expect.poll(ask, { timeout: 15_000, interval: 200 }).toEqual({ text: 'chandelier', ids: ['new'] });
    await vitrine.data(DeleteProduct, { id: 'new' });
    await expect.poll(ask, { timeout: 15_000, interval: 200 }).toEqual({ text: null, ids: [] });
  });
});
