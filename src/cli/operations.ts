import { z } from 'zod';
import type { ProductSort } from '../adapters/vector-store/types.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { CollectionStats } from '../services/health/collection-stats.ts';
import type { ImportOutcome } from '../services/import/types.ts';
import type { ProductInput, ProductPatch } from '../services/indexing/product-draft.ts';
import type { ApiClient } from './api-client.ts';

const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price: z.number(),
  currency: z.string(),
  imageUrl: z.string(),
  additionalImageUrls: z.array(z.string()),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })),
  inStock: z.boolean(),
  indexedAt: z.string(),
});

/** A product as the API has it. */
type ListedProduct = z.infer<typeof productSchema>;

const PRODUCT = `id name description category price currency imageUrl additionalImageUrls inStock indexedAt
  attributes { name value }`;

const SEARCH = `query VitrineSearch(
  $query: SearchInput
  $filter: ProductFilter
  $first: Int
  $sort: ProductSort
  $minSimilarity: Float
  $minRelevance: Float
  $diversity: Float
) {
  searchProducts(
    query: $query
    filter: $filter
    first: $first
    sort: $sort
    minSimilarity: $minSimilarity
    minRelevance: $minRelevance
    diversity: $diversity
  ) {
    matchCount
    totalCount
    timing { fetch embed search total }
    edges {
      score
      similarity
      matchedImageUrl
      node { ${PRODUCT} }
    }
  }
}`;

const searchedSchema = z
  .object({
    searchProducts: z.object({
      matchCount: z.number(),
      totalCount: z.number(),
      timing: z.object({ fetch: z.number(), embed: z.number(), search: z.number(), total: z.number() }),
      edges: z.array(
        z.object({
          score: z.number(),
          similarity: z.number().nullable(),
          matchedImageUrl: z.string().nullable(),
          node: productSchema,
        }),
      ),
    }),
  })
  .transform(({ searchProducts: { edges, ...found } }) => ({
    ...found,
    hits: edges.map(({ node, ...hit }) => ({ ...hit, product: node })),
  }));

/** What a search shows: products as the API has them, and the time it took in milliseconds. */
export type Found = z.infer<typeof searchedSchema>;

/** The arguments of `searchProducts`; what is left out is as the schema says. */
export interface SearchArguments {
  query?: Record<string, unknown> | undefined;
  filter?: Record<string, unknown> | undefined;
  first?: number | undefined;
  sort?: ProductSort | undefined;
  minSimilarity?: number | undefined;
  minRelevance?: number | undefined;
  diversity?: number | undefined;
}

/** Runs a search. Throws as ApiClient.run does, as do all of these. */
export function search(client: ApiClient, args: SearchArguments): Promise<Found> {
  return client.run(SEARCH, { ...args }, searchedSchema);
}

const LIST = `query VitrineList($first: Int!, $after: String) {
  products(first: $first, after: $after) { nodes { ${PRODUCT} } endCursor }
}`;

const listedSchema = z.object({
  products: z.object({ nodes: z.array(productSchema), endCursor: z.string().nullable() }),
});

/** Products that are asked for at a time, to list or to delete. */
const PART = 500;

/** All products, one after the other. */
export async function* listProducts(client: ApiClient): AsyncGenerator<ListedProduct> {
  for (let after: string | null = null; ; ) {
    const { products }: z.infer<typeof listedSchema> = await client.run(LIST, { first: PART, after }, listedSchema);
    yield* products.nodes;
    if (products.endCursor === null) return;
    after = products.endCursor;
  }
}

const DELETE = `mutation VitrineDelete($ids: [ID!]!) {
  deleteProducts(ids: $ids)
}`;

const deletedSchema = z.object({ deleteProducts: z.array(z.string()) });

/** Deletes products; resolves to the ids of those that were there. */
export async function deleteProducts(client: ApiClient, ids: readonly string[]): Promise<string[]> {
  const deleted: string[] = [];
  for (let start = 0; start < ids.length; start += PART) {
    const answer = await client.run(DELETE, { ids: ids.slice(start, start + PART) }, deletedSchema);
    deleted.push(...answer.deleteProducts);
  }
  return deleted;
}

const UPDATE = `mutation VitrineUpdate($id: ID!, $patch: ProductPatch!) {
  updateProduct(id: $id, patch: $patch) { ${PRODUCT} }
}`;

const updatedSchema = z.object({ updateProduct: productSchema });

/** Changes a product; resolves to what it is then. */
export async function updateProduct(client: ApiClient, id: string, patch: ProductPatch): Promise<ListedProduct> {
  return (await client.run(UPDATE, { id, patch }, updatedSchema)).updateProduct;
}

const STATS = `query VitrineStats {
  collectionStats {
    name backend dimension distance model productCount priceMin priceMax
    categories { category count }
  }
}`;

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

/** What the collection holds. */
export async function readStats(client: ApiClient): Promise<CollectionStats> {
  return (await client.run(STATS, {}, statsSchema)).collectionStats;
}

const INDEX = `mutation VitrineImport($inputs: [ProductInput!]!, $skipUnchanged: Boolean!) {
  indexProducts(inputs: $inputs, skipUnchanged: $skipUnchanged) {
    results { id unchanged error { code message } }
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

/** What one batch can fail with as a whole while others may well succeed. */
const BATCH_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'BAD_USER_INPUT',
  'INTERNAL_SERVER_ERROR',
  'VECTOR_STORE_UNAVAILABLE',
]);

/** Indexes a batch: one outcome per product, in their order. Throws when no other batch could be indexed either. */
export async function indexProducts(
  client: ApiClient,
  inputs: readonly ProductInput[],
  skipUnchanged: boolean,
): Promise<ImportOutcome[]> {
  try {
    const answer = await client.run(INDEX, { inputs, skipUnchanged }, indexedSchema);
    return answer.indexProducts.results.map(({ id, unchanged, error }) =>
      error ? { status: 'failed', id, error } : { status: unchanged ? 'unchanged' : 'indexed', id },
    );
  } catch (error) {
    if (!(error instanceof AppError) || !BATCH_ERRORS.has(error.code)) throw error;
    const { code, message } = error;
    return inputs.map(({ id }) => ({ status: 'failed', id, error: { code, message } }));
  }
}
