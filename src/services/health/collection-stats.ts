import type { StoreStats, VectorStore } from '../../adapters/vector-store/types.ts';
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
}

/** Answers questions about the catalogue as a whole. */
export function createCatalogueService(deps: { store: VectorStore; model: ModelInfo }): CatalogueService {
  const { store, model } = deps;
  return {
    async stats() {
      const stats = await store.stats();
      return { ...stats, backend: store.backend, dimension: model.dimension, distance: 'Cosine', model: model.id };
    },
  };
}
