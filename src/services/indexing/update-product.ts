import type { VectorStore } from '../../adapters/vector-store/types.ts';
import { abortable } from '../../async/abortable.ts';
import { backOff, retry } from '../../async/retry.ts';
import { AppError, overloaded } from '../../errors.ts';
import type { StoredProduct } from '../../product.ts';
import type { OrderedStore } from './ordered-store.ts';
import { applyChanges, hashDraft, type ProductChanges } from './product-draft.ts';
import type { IndexOptions } from './types.ts';
import type { Place } from './write-order.ts';

/** Another server that writes to the same product at the same time: one of them always gets through. */
const PAUSES = { firstMs: 5, maxMs: 50, tries: 50 };

interface Dependencies {
  store: Pick<VectorStore, 'get'>;
  writes: Pick<OrderedStore, 'turn' | 'update'>;
  /** The embedding of an image. */
  embed(imageUrl: string, options: IndexOptions): Promise<Float32Array>;
  now(): Date;
}

/** Raised, and never passed on, where what was read is not what is stored any more. */
class Conflict extends Error {}

/**
 * Creates what carries out an update in its place among the writes to a product: reads it in its turn, changes it, and
 * stores it only if nobody else has changed it since; else it begins anew, so that no update is lost. Resolves to what is
 * stored. Throws AppError NOT_FOUND, OVERLOADED, or what the new image or the store failed with.
 */
export function createProductUpdate({ store, writes, embed, now }: Dependencies) {
  const read = async (id: string, { signal }: IndexOptions): Promise<StoredProduct> => {
    const product = (await store.get([id], { signal })).get(id);
    if (product === undefined) throw new AppError('NOT_FOUND', 'There is no product with this id.');
    return product;
  };

  return async (place: Place, changes: ProductChanges, options: IndexOptions): Promise<StoredProduct> => {
    const { id } = place.line;
    let image: { url: string; embedding: Float32Array } | undefined;

    const attempt = async (): Promise<StoredProduct> => {
      const known = await read(id, options);
      const { contentHash: _, indexedAt, ...before } = known;
      const draft = applyChanges(before, changes);
      const contentHash = hashDraft(draft);
      if (contentHash === known.contentHash) return known;
      const isNewImage = draft.imageUrl !== known.imageUrl;
      if (isNewImage && image?.url !== draft.imageUrl) {
        image = { url: draft.imageUrl, embedding: await embed(draft.imageUrl, options) };
      }
      // The moment of indexing stays: a product that got cheaper is not a new one.
      const product = { ...draft, contentHash, indexedAt: isNewImage ? now().toISOString() : indexedAt };
      const firstImage = isNewImage ? image?.embedding : undefined;
      const outcome = await writes.update(place, { product, known, firstImage });
      if (outcome === 'conflict') throw new Conflict();
      return outcome === 'stored' ? product : read(id, options);
    };

    await abortable(() => writes.turn(place), options.signal);
    try {
      return await retry(attempt, {
        pauseMs: (error, failures) => (error instanceof Conflict ? backOff(failures, PAUSES) : undefined),
        signal: options.signal,
      });
    } catch (error) {
      throw error instanceof Conflict ? overloaded('Too many others change this product just now.', 1) : error;
    }
  };
}
