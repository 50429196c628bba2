import { expect, test } from 'vitest';
import type { VectorStore } from '../../../../src/adapters/vector-store/types.ts';
import type { Embedder } from '../../../../src/model/types.ts';
import type { StoredProduct } from '../../../../src/product.ts';
import { createSearchService } from '../../../../src/services/search/search.ts';
import { searchRequestSchema } from '../../../../src/services/search/search-request.ts';

const embedder: Embedder = {
  info: { id: 'm', digest: '0123456789ab', dimension: 2, imageSize: 1, dtype: 'fp32', bundled: false },
  embedText: async () => Float32Array.of(1, 0),
  embedImage: async () => Float32Array.of(1, 0),
  ping: async () => {},
  close: async () => {},
};
const ids = Array.from({ length: 30 }, (_, i) => `p${String(i).padStart(2, '0')}`);
const ranked = ids.map((id, i) => ({ id, score: 1 - i / 100 }));
const productOf = (id: string): StoredProduct => ({
  id,
  name: id,
  description: '',
  category: 'c',
  price: 1,
  currency: 'EUR',
  imageUrl: 'https://shop.example/x.png',
  attributes: [],
  inStock: true,
  indexedAt: '2026-01-01T00:00:00.000Z',
  contentHash: id,
});

test('a product deleted while a search runs neither ends the paging nor shifts the pages behind it', async () => {
  // The moment between ranking and reading cannot be had from a real store at will.
  const store: Pick<VectorStore, 'count' | 'search' | 'searchBoth' | 'get'> = {
    count: async () => ids.length,
    search: async () => [],
    searchBoth: async () => ({ vector: ranked, lexical: [] }),
    get: async (wanted) => new Map(wanted.filter((id) => id !== 'p03').map((id) => [id, productOf(id)])),
  };
  const epoch = { current: async () => '1', bump: async () => {} };
  const imageSource = { load: async () => new Uint8Array(), close: async () => {} };
  const service = createSearchService({ embedder, imageSource, store, epoch });

  const seen: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await service.search(searchRequestSchema.parse({ query: { text: 'red' }, after }));
    seen.push(...page.hits.map(({ product }) => product.id));
    if (!page.hasNextPage) break;
    after = page.hits.at(-1)?.cursor;
  }
  expect(seen).toEqual(ids.filter((id) => id !== 'p03'));
});
