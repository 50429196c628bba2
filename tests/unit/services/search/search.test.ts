import { expect, test } from 'vitest';
import type { MatchPage, MatchQuery, VectorStore } from '../../../../src/adapters/vector-store/types.ts';
import type { Embedder } from '../../../../src/model/types.ts';
import type { StoredProduct } from '../../../../src/product.ts';
import { createSearchService } from '../../../../src/services/search/search.ts';
import { searchRequestSchema } from '../../../../src/services/search/search-request.ts';
import type { Understanding } from '../../../../src/services/search/understand/understanding.ts';

const embedder: Embedder = {
  info: { id: 'm', digest: '0123456789ab', dimension: 2, imageSize: 1, dtype: 'fp32', bundled: false },
  embedText: async () => Float32Array.of(1, 0),
  embedImage: async () => Float32Array.of(1, 0),
  ping: async () => {},
  close: async () => {},
};
const ids = Array.from({ length: 30 }, (_, i) => `p${String(i).padStart(2, '0')}`);
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
  additionalImageUrls: [],
});

const epoch = { current: async () => '1', bump: async () => {} };
const spelling = { mend: async () => null };
const understanding: Understanding = { apply: async (request) => ({ request, understood: [] }) };
const imageSource = { load: async () => new Uint8Array(), close: async () => {} };
const toPage = (listed: readonly string[], matchCount: number, hasMore = false): MatchPage => ({
  matches: listed.map((id) => ({ product: productOf(id), score: 1, similarity: null, image: 0 })),
  hasMore,
  matchCount,
  totalCount: matchCount,
  facets: [],
});

test('a product deleted while a search runs neither ends the paging nor shifts the pages behind it', async () => {
  // The moment between finding and reading cannot be had from a real store at will.
  let matching = ids;
  const store: Pick<VectorStore, 'match' | 'embeddings'> = {
    embeddings: async () => new Map(),
    async match({ window: { offset, limit } }) {
      const found = matching.slice(offset, offset + limit);
      const matchCount = matching.length;
      matching = matching.filter((id) => id !== 'p03');
      return toPage(
        found.filter((id) => matching.includes(id)),
        matchCount,
        offset + limit < matchCount,
      );
    },
  };
  const service = createSearchService({ embedder, imageSource, store, epoch, spelling, understanding });

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

test('facets come with the page, of the same moment, and a second list of them brings no products along', async () => {
  const asked: MatchQuery[] = [];
  const store: Pick<VectorStore, 'match' | 'embeddings'> = {
    embeddings: async () => new Map(),
    async match(query) {
      asked.push(query);
      const facets = (query.facets?.names ?? []).map((name) => ({ name, buckets: [], otherCount: 0 }));
      return { ...toPage(ids.slice(0, query.window.limit), ids.length), facets };
    },
  };
  const service = createSearchService({ embedder, imageSource, store, epoch, spelling, understanding });
  const request = searchRequestSchema.parse({ filter: { inStock: true }, first: 5 });
  const color = { names: ['color'], maxBuckets: 50 };
  const size = { names: ['size'], maxBuckets: 5 };

  const none = await service.search(request);
  expect(none.facets.size).toBe(0);
  expect(asked.splice(0)).toMatchObject([{ facets: undefined, window: { limit: 5 } }]);
  const found = await service.search(request, {
    facets: new Map([
      ['few', size],
      ['colors', color],
    ]),
  });
  expect(found.hits).toHaveLength(5);
  expect([...found.facets].map(([key, [facet]]) => [key, facet?.name])).toEqual([
    ['few', 'size'],
    ['colors', 'color'],
  ]);
  expect(asked).toMatchObject([
    { facets: size, window: { limit: 5 }, filter: { inStock: true } },
    { facets: color, window: { limit: 0 }, filter: { inStock: true } },
  ]);
});

test('products like several others cost one read of their embeddings, and nothing is embedded', async () => {
  const read: string[][] = [];
  const asked: MatchQuery[] = [];
  const store: Pick<VectorStore, 'match' | 'embeddings'> = {
    async embeddings(wanted) {
      read.push([...wanted]);
      // The second of two images counts for nothing here; one product is gone.
      return new Map(wanted.filter((id) => id !== 'p07').map((id) => [id, Float32Array.of(0, 1, 1, 0)]));
    },
    async match(query) {
      asked.push(query);
      return toPage(ids.slice(0, query.window.limit), ids.length);
    },
  };
  const refuse = async () => {
    throw new Error('this must not be asked');
  };
  const service = createSearchService({
    embedder: { ...embedder, embedText: refuse, embedImage: refuse },
    imageSource: { ...imageSource, load: refuse },
    store,
    epoch,
    spelling: { mend: refuse },
    understanding,
  });
  const wanted = Array.from({ length: 9 }, (_, i) => ({ id: `p0${i}`, first: 1 + i }));
  const lists = await service.similar([...wanted, { id: 'p00', first: 3 }]);
  expect(lists.map(({ length }) => length)).toEqual([1, 2, 3, 4, 5, 6, 7, 0, 9, 3]);
  expect(read).toEqual([wanted.map(({ id }) => id)]);
  expect(asked).toHaveLength(9);
  for (const { scoring, leaveOut } of asked) {
    expect(scoring).toEqual({ by: 'vector', embedding: Float32Array.of(0, 1) });
    expect(leaveOut).toHaveLength(1);
  }
});
