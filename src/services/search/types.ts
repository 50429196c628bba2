import type { Facet, FacetRequest } from '../../adapters/vector-store/types.ts';
import type { StoredProduct } from '../../product.ts';
import type { SearchRequest } from './search-request.ts';
import type { Understood } from './understand/types.ts';

export interface SearchHit {
  cursor: string;
  product: StoredProduct;
  score: number;
  similarity: number | null;
  /** Which of its images is most like the query; null where only the words matched. */
  matchedImageUrl: string | null;
}

/** Milliseconds. What ran side by side counts as long as the longest. */
export interface SearchTiming {
  fetch: number;
  embed: number;
  search: number;
  total: number;
}

export interface SearchResult {
  hits: SearchHit[];
  /** The text as its words were searched, where some of them were mended. */
  correctedText: string | null;
  /** How many products this search lists in all; null where that was not asked for. */
  matchCount: number | null;
  /** How many products satisfy the filter; null where that was not asked for. */
  totalCount: number | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** What was read from the text, where that was asked for. */
  understood: Understood[];
  /** What was asked to be counted, by the name that it was asked for under. */
  facets: ReadonlyMap<string, Facet[]>;
  timing: SearchTiming;
}

export interface SearchCallOptions {
  signal?: AbortSignal | undefined;
  /** Who asks; callers take turns. */
  caller?: string | undefined;
}

export interface DetailedCallOptions extends SearchCallOptions {
  /** Facets to count over all that match, each list under a name of the caller's. */
  facets?: ReadonlyMap<string, FacetRequest> | undefined;
  /** Whether to find out `matchedImageUrl`, which is null otherwise. Default true. */
  matchedImages?: boolean | undefined;
  /** Whether to find out `matchCount` and `totalCount`, which are null otherwise. Default true. */
  counts?: boolean | undefined;
}

/** A product, and how many of those like it are wanted. */
export interface SimilarRequest {
  id: string;
  first: number;
}

export interface SearchService {
  /** Throws AppError: BAD_USER_INPUT for a foreign cursor, NOT_FOUND for an unknown productId, what image, queue or store failed with otherwise. */
  search(request: SearchRequest, options?: DetailedCallOptions): Promise<SearchResult>;
  /**
   * For each of some products, in their order, the beginning of what a search with its id as `productId` lists; nothing
   * for one that is not there. Their embeddings are read at once.
   */
  similar(asked: readonly SimilarRequest[], options?: SearchCallOptions): Promise<SearchHit[][]>;
}
