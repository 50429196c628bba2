import type { ErrorCode } from '../../errors.ts';
import type { StoredProduct } from '../../product.ts';
import type { ProductInput, ProductPatch } from './product-draft.ts';

export interface IndexOptions {
  signal?: AbortSignal | undefined;
  /** Who asks; callers take turns. */
  caller?: string | undefined;
}

export interface BatchOptions extends IndexOptions {
  /** Leave a product alone whose stored content hash equals the input's. Default false: index again. */
  skipUnchanged?: boolean | undefined;
}

/** What became of one product of a batch. */
export type IndexOutcome =
  | { status: 'indexed' | 'unchanged'; id: string; product: StoredProduct }
  | { status: 'failed'; id: string; error: { code: ErrorCode; message: string } };

/**
 * Writes to one product take effect in the order in which these methods are called, however long each takes: one that a
 * later one has overtaken resolves as if it had been stored just before that, and is not stored any more. An update takes
 * effect on what the writes before it leave behind; one that a later write has overtaken resolves to what that one left.
 */
export interface IndexingService {
  /**
   * Checks the input, fetches and embeds its image, stores the product. Throws AppError: BAD_USER_INPUT with every
   * problem, or what the image or the store failed with.
   */
  indexProduct(input: ProductInput, options?: IndexOptions): Promise<StoredProduct>;
  /**
   * One outcome per input, in their order; a failing one never fails the others. Of equal ids the later wins, and both
   * are reported.
   */
  indexProducts(inputs: readonly ProductInput[], options?: BatchOptions): Promise<IndexOutcome[]>;
  /**
   * Changes some fields of a product, without embedding anything unless its image changes: then its `indexedAt` does, too.
   * Two updates at one time are both carried out, also on two servers (see docs/deployment.md for Qdrant). Resolves to what
   * is stored. Throws AppError: BAD_USER_INPUT, NOT_FOUND, OVERLOADED, or what the image or the store failed with.
   */
  updateProduct(id: string, patch: ProductPatch, options?: IndexOptions): Promise<StoredProduct>;
  /** Resolves to whether the product was there, or on its way there. */
  deleteProduct(id: string): Promise<boolean>;
  /** Resolves to the ids of those that were there. When it rejects, some may be gone; to try again is safe. */
  deleteProducts(ids: readonly string[]): Promise<string[]>;
  /** What went wrong with the last write, in words for the public; null once the store has taken another. */
  problem(): string | null;
  /** Refuses what comes and what waits with OVERLOADED; resolves when what runs is written and the epoch knows of it. */
  close(): Promise<void>;
}
