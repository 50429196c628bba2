import type { StoredProduct } from '../../product.ts';
import type { SearchRequest } from './search-request.ts';

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

export interface SearchCallOptions {
  signal?: AbortSignal | undefined;
  /** Who asks; callers take turns. */
  caller?: string | undefined;
}

export interface SearchService {
  /** Throws AppError: BAD_USER_INPUT for a foreign cursor, what image, queue or store failed with otherwise. */
  search(request: SearchRequest, options?: SearchCallOptions): Promise<SearchResult>;
}
