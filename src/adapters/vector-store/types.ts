import type { StoredProduct } from '../../product.ts';

/** All conditions must hold; an absent one holds for every product. Lists are "any of" and an empty list matches none. */
export interface ProductFilter {
  categories?: readonly string[];
  /** Inclusive on both ends. */
  price?: { min?: number; max?: number };
  inStock?: boolean;
  /** Every entry must hold; names and values compare exactly. */
  attributes?: readonly { name: string; anyOf: readonly string[] }[];
}

/** A product and the embedding of its image: `Float32Array` of length `dimension`, L2-normalised. */
export interface IndexedProduct {
  product: StoredProduct;
  embedding: Float32Array;
}

/** What one list is ranked by. `filter` ranks by nothing: a stable order of the store's own, every score 0. */
export type Ranking = { by: 'vector'; embedding: Float32Array } | { by: 'lexical'; text: string } | { by: 'filter' };

/** A part of a ranked list: `limit` entries after the first `offset`. */
export interface Window {
  offset: number;
  limit: number;
}

/** One entry of a ranked list. Score: cosine similarity (-1..1) by vector, BM25 (> 0) by lexical; higher is better. */
export interface ScoredId {
  id: string;
  score: number;
}

export interface ScoredProduct extends ScoredId {
  product: StoredProduct;
}

export interface StoreStats {
  /** The collection as the store names it. */
  name: string;
  productCount: number;
  /** By count, largest first; equal counts by name. */
  categories: { category: string; count: number }[];
  /** Null in an empty collection. */
  priceMin: number | null;
  priceMax: number | null;
}

/** A part of the whole catalogue. */
export interface ProductPage {
  products: StoredProduct[];
  /** Where the next part begins, in words of the store's own; null where this one was the last. */
  next: string | null;
}

export interface SearchOptions {
  filter?: ProductFilter | undefined;
  signal?: AbortSignal | undefined;
}

/** Of this many products with one score the order is promised, see `VectorStore`. */
export const MAX_TIES = 1024;

/**
 * The port behind which products and their embeddings live. Lists are ordered by score, highest first, and products of
 * one score by id (code unit order), whatever the window. Where more than `MAX_TIES` have one score, a store may put any
 * of them first, but the same ones for every window: the windows of a list add up, each product once and none left out,
 * as long as the store rests (nothing is written, nor is what was written being worked up). Lexical matching covers name,
 * description, category, id and attribute values; a text without a word in it matches nothing. Every method rejects with
 * AppError VECTOR_STORE_UNAVAILABLE when the store cannot answer; the message of one that a write rejects with says what
 * is the matter (a full disk, say), since health shows it.
 */
export interface VectorStore {
  readonly backend: 'sqlite' | 'qdrant';
  /**
   * Adds or replaces; of equal ids in one call the last wins. When it resolves, the products are durable and found. Writes
   * to one product that do not wait for each other leave it whole, as one of them wrote it.
   */
  upsert(items: readonly IndexedProduct[]): Promise<void>;
  /** Resolves to whether the product was there. Of two deletes that do not wait for each other both may say so. */
  delete(id: string): Promise<boolean>;
  /** Those of the products that exist, by id. */
  get(ids: readonly string[], options?: { signal?: AbortSignal | undefined }): Promise<Map<string, StoredProduct>>;
  /** One list, with its products. */
  search(ranking: Ranking, window: Window, options?: SearchOptions): Promise<ScoredProduct[]>;
  /** The vector list and the lexical list under one filter in one round trip, ids and scores only. */
  searchBoth(
    query: { embedding: Float32Array; text: string; vectorLimit: number; lexicalLimit: number },
    options?: SearchOptions,
  ): Promise<{ vector: ScoredId[]; lexical: ScoredId[] }>;
  /**
   * All products, `limit` (> 0) at a time, in an order of the store's own that no write changes: whatever is written
   * between two calls, a product that is there from the first to the last is listed exactly once. `after` is the `next` of
   * the part before; BAD_USER_INPUT for one that no part can have had.
   */
  list(options: { after?: string | undefined; limit: number; signal?: AbortSignal | undefined }): Promise<ProductPage>;
  /** How many products satisfy the filter. */
  count(options?: SearchOptions): Promise<number>;
  stats(): Promise<StoreStats>;
  /** Resolves when the store can answer a search. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What opening a collection needs: its base name and the model whose vectors it holds, by name and digest (modelIdOf). */
export interface CollectionIdentity {
  name: string;
  modelId: string;
  dimension: number;
}
