import type { ProductFilter } from '../../adapters/vector-store/types.ts';
import type { StoredProduct } from '../../product.ts';

export const SEARCH_MODES = ['VECTOR', 'LEXICAL', 'HYBRID'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

/** A search as a caller asks for it, defaults applied. At least one of text and imageUrl. */
export interface SearchRequest {
  text?: string | undefined;
  imageUrl?: string | undefined;
  /** Share of the text when both are given, 0..1. */
  textWeight: number;
  /** HYBRID: share of the vector list against the lexical one, 0..1. */
  semanticRatio: number;
  /** Default: HYBRID where there is text, VECTOR otherwise. */
  mode?: SearchMode | undefined;
  filter?: ProductFilter | undefined;
  /** 1..100 */
  first: number;
  after?: string | undefined;
  minSimilarity?: number | undefined;
}

export interface SearchHit {
  cursor: string;
  product: StoredProduct;
  score: number;
  similarity: number | null;
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
  totalCount: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  timing: SearchTiming;
}

export interface SearchService {
  /** Throws AppError: BAD_USER_INPUT for a foreign cursor, what image, queue or store failed with otherwise. */
  search(request: SearchRequest, options?: { signal?: AbortSignal | undefined }): Promise<SearchResult>;
}
