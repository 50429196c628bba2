import { z } from 'zod';
import type { ImageStore } from '../adapters/image-source/image-store.ts';
import type { CollectionStats } from '../services/health/collection-stats.ts';
import type { ImportOutcome } from '../services/import/types.ts';
import type { ProductInput } from '../services/indexing/product-draft.ts';
import type { SearchRequest } from '../services/search/search-request.ts';

const hitSchema = z.object({
  score: z.number(),
  similarity: z.number().nullable(),
  product: z.object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    price: z.number(),
    currency: z.string(),
    imageUrl: z.string(),
    attributes: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
    inStock: z.boolean(),
    indexedAt: z.string(),
  }),
});

/** What a search shows: products as the API has them, and the time it took in milliseconds. */
export const foundSchema = z.object({
  totalCount: z.number(),
  timing: z.object({ fetch: z.number(), embed: z.number(), search: z.number(), total: z.number() }),
  hits: z.array(hitSchema),
});

export type Found = z.infer<typeof foundSchema>;

/** A store of products, whichever way it is reached. Its methods throw AppError, or StartupError when it is gone. */
export interface Connection {
  /** Begins the URLs of images that were imported from files. */
  readonly publicUrl: string;
  readonly imageStore: ImageStore;
  indexProducts(
    inputs: readonly ProductInput[],
    options: { skipUnchanged: boolean },
  ): Promise<readonly ImportOutcome[]>;
  search(request: SearchRequest): Promise<Found>;
  stats(): Promise<CollectionStats>;
  close(): Promise<void>;
}
