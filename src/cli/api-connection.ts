import { z } from 'zod';
import type { ImageStore } from '../adapters/image-source/image-store.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { ImportOutcome } from '../services/import/types.ts';
import type { ProductInput } from '../services/indexing/product-draft.ts';
import type { ApiClient } from './api-client.ts';
import { type Connection, foundSchema } from './connection.ts';

const INDEX = `mutation VitrineImport($inputs: [ProductInput!]!, $skipUnchanged: Boolean!) {
  indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {
    results { id unchanged error { code message } }
  }
}`;

const SEARCH = `query VitrineSearch($query: SearchInput!, $filter: ProductFilter, $first: Int!, $minSimilarity: Float) {
  searchProducts(query: $query, filter: $filter, first: $first, minSimilarity: $minSimilarity) {
    totalCount
    timing { fetch embed search total }
    edges {
      score
      similarity
      node {
        id name description category price currency imageUrl inStock indexedAt
        attributes { name value }
      }
    }
  }
}`;

const STATS = `query VitrineStats {
  collectionStats {
    name backend dimension distance model productCount priceMin priceMax
    categories { category count }
  }
}`;

const indexedSchema = z.object({
  indexProducts: z.object({
    results: z.array(
      z.object({
        id: z.string(),
        unchanged: z.boolean(),
        error: z.object({ code: z.enum(ERROR_CODES).catch('INTERNAL_SERVER_ERROR'), message: z.string() }).nullable(),
      }),
    ),
  }),
});

const searchedSchema = z
  .object({
    searchProducts: z.object({
      totalCount: z.unknown(),
      timing: z.unknown(),
      edges: z.array(z.looseObject({ node: z.unknown() })),
    }),
  })
  .transform(({ searchProducts: { totalCount, timing, edges } }) => ({
    totalCount,
    timing,
    hits: edges.map(({ node, ...hit }) => ({ ...hit, product: node })),
  }))
  .pipe(foundSchema);

const statsSchema = z.object({
  collectionStats: z.object({
    name: z.string(),
    backend: z.string(),
    dimension: z.number(),
    distance: z.string(),
    model: z.string(),
    productCount: z.number(),
    priceMin: z.number().nullable(),
    priceMax: z.number().nullable(),
    categories: z.array(z.object({ category: z.string(), count: z.number() })),
  }),
});

/** What one batch can fail with as a whole while others may well succeed. */
const BATCH_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'BAD_USER_INPUT',
  'INTERNAL_SERVER_ERROR',
  'VECTOR_STORE_UNAVAILABLE',
]);

/** The store of a running server, through its API. */
export function createApiConnection(deps: {
  client: ApiClient;
  publicUrl: string;
  imageStore: ImageStore;
}): Connection {
  const { client, publicUrl, imageStore } = deps;
  return {
    publicUrl,
    imageStore,
    async indexProducts(inputs, { skipUnchanged }) {
      try {
        const { indexProducts } = await client.run(INDEX, { inputs, skipUnchanged }, indexedSchema);
        return indexProducts.results.map(({ id, unchanged, error }) =>
          error ? { status: 'failed', id, error } : { status: unchanged ? 'unchanged' : 'indexed', id },
        );
      } catch (error) {
        if (!(error instanceof AppError) || !BATCH_ERRORS.has(error.code)) throw error;
        return failAll(inputs, error);
      }
    },
    search({ query, filter, first, minSimilarity }) {
      return client.run(SEARCH, { query, filter, first, minSimilarity }, searchedSchema);
    },
    async stats() {
      return (await client.run(STATS, {}, statsSchema)).collectionStats;
    },
    async close() {},
  };
}

function failAll(inputs: readonly ProductInput[], { code, message }: AppError): ImportOutcome[] {
  return inputs.map(({ id }) => ({ status: 'failed', id, error: { code, message } }));
}
