import type { ProductPage, StoreStats, VectorStore } from '../../adapters/vector-store/types.ts';
import { badUserInput } from '../../errors.ts';
import type { ModelInfo } from '../../model/types.ts';

export interface CollectionStats extends StoreStats {
  backend: string;
  dimension: number;
  distance: string;
  model: string;
}

export interface CatalogueService {
  /** What the collection holds, counted now. */
  stats(): Promise<CollectionStats>;
  /**
   * All products, as `VectorStore.list` has them: `first` at a time, behind the `next` of the part before. Throws
   * BAD_USER_INPUT for an `after` that is none.
   */
  list(part: { first: number; after?: string | undefined; signal?: AbortSignal | undefined }): Promise<ProductPage>;
}

/** Begins every cursor of a list, so that one of a search is told from it. */
const CURSOR_PREFIX = 'list:';

/** Answers questions about the catalogue as a whole. */
export function createCatalogueService(deps: { store: VectorStore; model: ModelInfo }): CatalogueService {
  const { store, model } = deps;
  return {
    async stats() {
      const stats = await store.stats();
      return { ...stats, backend: store.backend, dimension: model.dimension, distance: 'Cosine', model: model.id };
    },
    async list({ first, after, signal }) {
      const { products, next } = await store.list({
        after: after === undefined ? undefined : decodeCursor(after),
        limit: first,
        signal,
      });
      return { products, next: next === null ? null : encodeCursor(next) };
    },
  };
}

function encodeCursor(next: string): string {
  return Buffer.from(CURSOR_PREFIX + next).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text.startsWith(CURSOR_PREFIX)) return text.slice(CURSOR_PREFIX.length);
  throw badUserInput([{ path: ['after'], message: 'after: not a cursor of this list' }]);
}
