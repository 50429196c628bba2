import type { StoredProduct } from '../../product.ts';
import type { DistinctBy } from './distinct.ts';
import type { SearchLanguage } from './languages.ts';

/** Categories and attributes that products have. */
interface AnyOf {
  categories?: readonly string[];
  /** As conditions every entry must hold; names and values compare exactly. */
  attributes?: readonly { name: string; anyOf: readonly string[] }[];
}

/** All conditions must hold; an absent one holds for every product. Lists are "any of" and an empty list matches none. */
export interface ProductFilter extends AnyOf {
  /** Inclusive on both ends. */
  price?: { min?: number; max?: number };
  inStock?: boolean;
  /** None of this may hold, of any entry; an empty list excludes no product. */
  without?: AnyOf;
}

/**
 * A product and the embeddings of its images, one after the other as `imageUrlsOf` has them: a `Float32Array` of
 * `dimension` numbers for each, L2-normalised. The image that is most like a query counts.
 */
export interface IndexedProduct {
  product: StoredProduct;
  embedding: Float32Array;
}

/** What to store of a product in place of what is known of it. Content hash and `indexedAt` tell its versions apart. */
export interface ProductUpdate {
  product: StoredProduct;
  /** The product as it was read, of the same id. */
  known: StoredProduct;
  /** The embedding of its first image, `Float32Array` of length `dimension`, where that changes too. */
  firstImage?: Float32Array | undefined;
}

/**
 * What products match, and how well:
 * - `vector`: the cosine similarity of the best image;
 * - `lexical`: BM25, halved for a product that lacks one of the text's known words (see `VectorStore.match`);
 * - `hybrid`: `semanticRatio` x vector + (1 - `semanticRatio`) x lexical, see `fuse`;
 * - `filter`: nothing; every product has the score 0, and the newest is the most relevant.
 *
 * A product that has one of the words of `exclude` scores nothing by words, as if it had none of those of the text.
 */
export type Scoring =
  | { by: 'vector'; embedding: Float32Array }
  | { by: 'lexical'; text: string; exclude?: string | undefined }
  | { by: 'hybrid'; embedding: Float32Array; text: string; exclude?: string | undefined; semanticRatio: number }
  | { by: 'filter' };

/** The orders of a match set; equal ones stand in the order of their ids. */
export const PRODUCT_SORTS = ['RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'NEWEST'] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

/** Which facets to count: `category`, `price`, `inStock` or the name of an attribute; all there are where none is named. */
export interface FacetRequest {
  names?: readonly string[] | undefined;
  /** Buckets of one facet, chosen values beyond them aside. */
  maxBuckets: number;
}

/** A value, and how many products have it. Prices come in ranges: from `min`, which is in it, to `max`, which is not. */
export interface FacetBucket {
  value: string;
  count: number;
  /** Whether the filter asks for it. */
  selected: boolean;
  min: number | null;
  max: number | null;
}

export interface Facet {
  name: string;
  /** The chosen ones and the largest, largest first, equal ones by value; ranges of prices in their order. */
  buckets: FacetBucket[];
  /** Products in buckets that were left out. */
  otherCount: number;
}

/**
 * A search. A product matches when it satisfies the filter, is none of `leaveOut`, reaches `minSimilarity` and scores at
 * least `minRelevance` (0..1) of the best product that does.
 */
export interface MatchQuery {
  scoring: Scoring;
  filter?: ProductFilter | undefined;
  /** Ids of products that are left out. */
  leaveOut?: readonly string[] | undefined;
  minSimilarity?: number | undefined;
  minRelevance: number;
  sort: ProductSort;
  /**
   * Of those that match, only the first of each value of an attribute are listed, in the order asked for; one that lacks
   * the attribute stands for itself, one with several values counts under the first that the shop sent. What is not
   * listed is not counted, but in `totalCount`. A store may look no further than the first 10,000 that match.
   */
  distinctBy?: DistinctBy | undefined;
  window: Window;
  facets?: FacetRequest | undefined;
  /** Whether to find out `Match.image`: from a server that costs the embeddings of the page. Default true. */
  withImages?: boolean | undefined;
  /** Whether to count all that match: from a server that costs more than a page does. Default true. */
  withCounts?: boolean | undefined;
}

/**
 * A product of a match set. `similarity` is null where only its words matched, and `image` (from 0) then says nothing, nor
 * where it was not asked for.
 */
export interface Match {
  product: StoredProduct;
  score: number;
  similarity: number | null;
  /** Which of its images is most like the query: 0 for its first. */
  image: number;
}

export interface MatchPage {
  /** Those of the window, in the order asked for. */
  matches: Match[];
  /** Whether more follow behind the window; false for an empty one. */
  hasMore: boolean;
  /** How many products match; null where that was not asked for. */
  matchCount: number | null;
  /** How many products satisfy the filter; null where that was not asked for. */
  totalCount: number | null;
  /** Counted over what matches; one whose own condition is in the filter, over what matches without that condition. */
  facets: Facet[];
}

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

/** The words that products have and the values that they are filtered by; each list has its most frequent first. */
export interface Vocabulary {
  /**
   * Every form of a word, as somebody may be shown it: lower case, see `Tokenizer.read`. `count`: how many products have a
   * word of that stem (> 0). A number that only an id has is none of them. At most 100,000.
   */
  words: { word: string; stem: string; count: number }[];
  /** At most 20,000. */
  categories: { category: string; count: number }[];
  /** At most 20,000. */
  attributes: { name: string; value: string; count: number }[];
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
  /**
   * Replaces all of a product but its embedding, in one step and only while it is stored as it was `known`. When it
   * resolves to true, the product is durable and found; false: it was not there as known, or is not any more.
   */
  update(update: ProductUpdate): Promise<boolean>;
  /** Resolves to whether the product was there. Of two deletes that do not wait for each other both may say so. */
  delete(id: string): Promise<boolean>;
  /** Those of the products that exist, by id. */
  get(ids: readonly string[], options?: { signal?: AbortSignal | undefined }): Promise<Map<string, StoredProduct>>;
  /**
   * The embeddings of those of the products that exist, by id: those of their images one after the other, as they were
   * stored (a store may normalise them anew).
   */
  embeddings(
    ids: readonly string[],
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Map<string, Float32Array>>;
  /** One page of a search, and what is counted over all that match. */
  match(query: MatchQuery, options?: { signal?: AbortSignal | undefined }): Promise<MatchPage>;
  /**
   * All products, `limit` (> 0) at a time, in an order of the store's own that no write changes: whatever is written
   * between two calls, a product that is there from the first to the last is listed exactly once. `after` is the `next` of
   * the part before; BAD_USER_INPUT for one that no part can have had.
   */
  list(options: { after?: string | undefined; limit: number; signal?: AbortSignal | undefined }): Promise<ProductPage>;
  /** How many products satisfy the filter. */
  count(options?: SearchOptions): Promise<number>;
  /**
   * How many products of the filter have all words of each text, wherever they have them; stop words aside, where a text has
   * others. A text without any word has no product.
   */
  countHavingAll(texts: readonly string[], options?: SearchOptions): Promise<number[]>;
  stats(): Promise<StoreStats>;
  /**
   * The words and values of all products. A form that no product has any more may stay as long as another product has a
   * word of its stem; a large collection in Qdrant may count what was just deleted for a while.
   */
  vocabulary(options?: { signal?: AbortSignal | undefined }): Promise<Vocabulary>;
  /** Resolves when the store can answer a search. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What opening a collection needs: its base name, the model whose vectors it holds, by name and digest (modelIdOf), and the
 * language that its words are stemmed in.
 */
export interface CollectionIdentity {
  name: string;
  modelId: string;
  dimension: number;
  language: SearchLanguage;
}
