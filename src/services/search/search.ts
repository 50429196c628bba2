import { randomUUID } from 'node:crypto';
import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { SearchOptions, VectorStore, Window } from '../../adapters/vector-store/types.ts';
import { createSingleFlight } from '../../async/single-flight.ts';
import { timed } from '../../async/timing.ts';
import type { Embedder } from '../../model/types.ts';
import type { StoredProduct } from '../../product.ts';
import { decodeCursor, encodeCursor, fingerprint, MAX_WINDOW } from './cursor.ts';
import { FUSION_DEPTH, fuse } from './fusion.ts';
import { embedQuery } from './query-vector.ts';
import type { SearchRequest } from './search-request.ts';
import type { SearchCallOptions, SearchResult, SearchService } from './types.ts';

type SearchedStore = Pick<VectorStore, 'count' | 'search' | 'searchBoth' | 'get'>;

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: SearchedStore;
  epoch: IndexEpoch;
}

/** A product of a page, before it gets its cursor. */
interface RankedProduct {
  /** Its place in the page, from 0. */
  rank: number;
  product: StoredProduct;
  score: number;
  similarity: number | null;
}

/** Everything that decides which products a search finds, and in which order. */
type Query = SearchRequest['query'] & Pick<SearchRequest, 'filter' | 'minSimilarity'>;

/**
 * Finds the products that best match a text, an image or both. Equal searches at one time share one computation,
 * unless a write lies between them.
 */
export function createSearchService(deps: Dependencies): SearchService {
  const flights = createSingleFlight<SearchResult>();

  async function search(
    query: Query,
    queryId: string,
    window: Window,
    { caller, signal }: SearchCallOptions,
  ): Promise<SearchResult> {
    const started = performance.now();
    const options = { filter: query.filter, signal, caller };
    const [totalCount, page] = await Promise.all([
      deps.store.count(options),
      // One more than the page holds tells whether there is a next one.
      findPage(deps, query, { offset: window.offset, limit: window.limit + 1 }, options),
    ]);
    const hits = page.products
      .filter(({ rank }) => rank < window.limit)
      .map(({ rank, ...hit }) => ({ ...hit, cursor: encodeCursor(window.offset + rank + 1, queryId) }));
    return {
      hits,
      totalCount,
      hasNextPage: page.found > window.limit && window.offset + window.limit < MAX_WINDOW,
      hasPreviousPage: window.offset > 0,
      timing: { fetch: page.fetchMs, embed: page.embedMs, search: page.searchMs, total: performance.now() - started },
    };
  }

  return {
    async search(request, options = {}) {
      const { first, after, query: asked, ...conditions } = request;
      const query: Query = { ...asked, ...conditions };
      const queryId = fingerprint(query);
      const offset = after === undefined ? 0 : decodeCursor(after, queryId);
      const window = { offset, limit: Math.min(first, MAX_WINDOW - offset) };
      const epoch = (await deps.epoch.current()) ?? randomUUID();
      return flights.run(
        `${epoch}:${queryId}:${window.offset}:${window.limit}`,
        (signal) => search(query, queryId, window, { signal, caller: options.caller }),
        options.signal,
      );
    },
  };
}

interface Found {
  products: RankedProduct[];
  /** How many were ranked: more than `products` where some were deleted while the search ran. */
  found: number;
}

interface Page extends Found {
  fetchMs: number;
  embedMs: number;
  searchMs: number;
}

async function findPage(
  deps: Dependencies,
  query: Query,
  window: Window,
  options: SearchOptions & SearchCallOptions,
): Promise<Page> {
  if (query.mode === 'LEXICAL') {
    const { value, ms } = await timed(() => findByLexical(deps.store, query.text ?? '', window, options));
    return { ...value, fetchMs: 0, embedMs: 0, searchMs: ms };
  }
  const { embedding, fetchMs, embedMs } = await embedQuery(deps, query, options);
  const { text } = query;
  const { value, ms } = await timed(() =>
    query.mode === 'VECTOR' || text === undefined
      ? findByVector(deps.store, embedding, query.minSimilarity, window, options)
      : findByBoth(deps.store, { ...query, text, embedding }, window, options),
  );
  return { ...value, fetchMs, embedMs, searchMs: ms };
}

async function findByLexical(
  store: SearchedStore,
  text: string,
  window: Window,
  options: SearchOptions,
): Promise<Found> {
  const hits = await store.search({ by: 'lexical', text }, window, options);
  const products = hits.map(({ product, score }, rank) => ({ rank, product, score, similarity: null }));
  return { products, found: products.length };
}

async function findByVector(
  store: SearchedStore,
  embedding: Float32Array,
  minSimilarity: number | undefined,
  window: Window,
  options: SearchOptions,
): Promise<Found> {
  const hits = await store.search({ by: 'vector', embedding }, window, options);
  const products = hits
    .filter(({ score }) => minSimilarity === undefined || score >= minSimilarity)
    .map(({ product, score }, rank) => ({ rank, product, score, similarity: score }));
  return { products, found: products.length };
}

async function findByBoth(
  store: SearchedStore,
  query: { embedding: Float32Array; text: string; semanticRatio: number; minSimilarity?: number | undefined },
  window: Window,
  options: SearchOptions,
): Promise<Found> {
  const { embedding, text, semanticRatio, minSimilarity } = query;
  const end = window.offset + window.limit;
  const lists = await store.searchBoth(
    { embedding, text, vectorLimit: Math.max(FUSION_DEPTH, end), lexicalLimit: FUSION_DEPTH },
    options,
  );
  const fused = fuse(lists.vector, lists.lexical, semanticRatio);
  // What only the words found has no similarity to show, so it cannot reach a wanted one.
  const kept =
    minSimilarity === undefined ? fused : fused.filter(({ similarity }) => (similarity ?? -2) >= minSimilarity);
  const page = kept.slice(window.offset, end);
  const products = await store.get(
    page.map(({ id }) => id),
    { signal: options.signal },
  );
  // A product deleted between the two calls is left out; those behind it keep their places, and paging goes on.
  const found = page.flatMap(({ id, score, similarity }, rank) => {
    const product = products.get(id);
    return product ? [{ rank, product, score, similarity }] : [];
  });
  return { products: found, found: page.length };
}
