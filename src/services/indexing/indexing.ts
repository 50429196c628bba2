import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { IndexedProduct, VectorStore } from '../../adapters/vector-store/types.ts';
import { AppError, badUserInput, describeError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Embedder } from '../../model/types.ts';
import { imageUrlsOf, type ProductDraft, type StoredProduct } from '../../product.ts';
import { createProductImages, shuttingDown } from './embed-images.ts';
import { createOrderedStore, type Write } from './ordered-store.ts';
import {
  hashDraft,
  type ProductInput,
  type ProductPatch,
  parseProductInput,
  parseProductPatch,
} from './product-draft.ts';
import type { BatchOptions, IndexingService, IndexOptions, IndexOutcome } from './types.ts';
import { createProductUpdate } from './update-product.ts';
import type { Place } from './write-order.ts';

/** Products written in one go: what a batch has ready is stored while the rest is still being fetched. */
const WRITE_SIZE = 64;

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: Pick<VectorStore, 'upsert' | 'update' | 'get' | 'delete'>;
  epoch: IndexEpoch;
  logger: Logger;
  now?: () => Date;
}

/** A product that has arrived, in its place among the writes to it. */
interface Arrived {
  input: ProductInput;
  place: Place;
}

/**
 * Puts products into the store, and takes them out; every change bumps the index epoch. The work in flight is the
 * service's own: `close` waits for it, also for what its caller no longer waits for.
 */
export function createIndexingService(deps: Dependencies): IndexingService {
  const { store, epoch, logger, now = () => new Date() } = deps;
  const images = createProductImages(deps);
  const writes = createOrderedStore({ store, epoch, now });
  const running = new Set<Promise<unknown>>();
  let isClosed = false;

  /** Begins `work` at once, and keeps it in mind until it has settled. */
  function track<Result>(work: () => Promise<Result>): Promise<Result> {
    if (isClosed) return Promise.reject(shuttingDown());
    const call = work().finally(() => running.delete(call));
    running.add(call);
    return call;
  }

  async function embed(draft: ProductDraft, options: IndexOptions): Promise<IndexedProduct> {
    const embedding = await images.embed(imageUrlsOf(draft), options);
    return { product: { ...draft, contentHash: hashDraft(draft), indexedAt: now().toISOString() }, embedding };
  }

  async function indexOne(input: ProductInput, options: IndexOptions): Promise<StoredProduct> {
    const draft = parseProductInput(input);
    const place = writes.arrive(draft.id, 'index');
    try {
      const item = await embed(draft, options);
      await writes.save([{ place, item }]);
      return item.product;
    } finally {
      writes.leave(place);
    }
  }

  const update = createProductUpdate({
    store,
    writes,
    embed: (imageUrl, options) => images.embed([imageUrl], options),
    now,
  });

  async function updateOne(id: string, patch: ProductPatch, options: IndexOptions): Promise<StoredProduct> {
    const changes = parseProductPatch(id, patch);
    const place = writes.arrive(id, 'update');
    try {
      return await update(place, changes, options);
    } finally {
      writes.leave(place);
    }
  }

  /** `known` is what is stored under the id, if a product that has not changed may be left alone. */
  async function prepare(
    { input, place }: Arrived,
    known: StoredProduct | undefined,
    options: IndexOptions,
  ): Promise<Write | IndexOutcome> {
    try {
      const draft = parseProductInput(input);
      if (known?.contentHash === hashDraft(draft)) {
        writes.leave(place);
        return { status: 'unchanged', id: known.id, product: known };
      }
      return { place, item: await embed(draft, options) };
    } catch (error) {
      // Updates need not wait for the rest of the batch.
      writes.leave(place);
      options.signal?.throwIfAborted();
      if (!(error instanceof AppError)) logger.error({ err: error, productId: input.id }, 'indexing a product failed');
      return failed(input.id, error);
    }
  }

  /** Stores what is ready of a part of a batch; when the store fails, each of them reports it. */
  async function write(prepared: readonly (Write | IndexOutcome)[]): Promise<IndexOutcome[]> {
    const ready = prepared.filter((one) => 'place' in one);
    let failure: unknown;
    try {
      await writes.save(ready);
    } catch (error) {
      failure = error;
      logger.error({ err: error, products: ready.length }, 'products could not be stored');
    }
    return prepared.map((one) => {
      if (!('place' in one)) return one;
      const { product } = one.item;
      return failure ? failed(product.id, failure) : { status: 'indexed', id: product.id, product };
    });
  }

  async function indexAll(arrived: readonly Arrived[], options: BatchOptions): Promise<IndexOutcome[]> {
    const { signal, skipUnchanged = false } = options;
    const ids = arrived.map(({ input }) => input.id);
    let known = new Map<string, StoredProduct>();
    try {
      if (skipUnchanged) known = await store.get(ids, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      logger.error({ err: error, products: ids.length }, 'products could not be looked up');
      return ids.map((id) => failed(id, error));
    }
    // What is stored is not yet what a write that came before, in this batch or another, will leave there.
    const preparing = arrived.map((one) =>
      prepare(one, one.place.isFirst ? known.get(one.input.id) : undefined, options),
    );
    // All are awaited below, in parts; one that rejects early must not count as unhandled meanwhile.
    for (const one of preparing) one.catch(() => undefined);
    const outcomes: IndexOutcome[] = [];
    for (let start = 0; start < preparing.length; start += WRITE_SIZE) {
      outcomes.push(...(await write(await Promise.all(preparing.slice(start, start + WRITE_SIZE)))));
    }
    return outcomes;
  }

  async function indexBatch(inputs: readonly ProductInput[], options: BatchOptions): Promise<IndexOutcome[]> {
    const arrived = inputs.map((input) => ({ input, place: writes.arrive(input.id, 'index') }));
    try {
      return await indexAll(arrived, options);
    } finally {
      for (const { place } of arrived) writes.leave(place);
    }
  }

  return {
    indexProduct: (input, options = {}) => track(() => indexOne(input, options)),
    indexProducts: (inputs, options = {}) => track(() => indexBatch(inputs, options)),
    updateProduct: (id, patch, options = {}) => track(() => updateOne(id, patch, options)),
    deleteProduct: (id) =>
      track(async () => {
        if (id.length === 0) throw badUserInput([{ path: ['id'], message: 'id: must not be empty' }]);
        return (await writes.remove([id])).length > 0;
      }),
    deleteProducts: (ids) => track(() => writes.remove(ids)),
    problem: writes.problem,
    async close() {
      isClosed = true;
      await images.close();
      await Promise.allSettled(running);
    },
  };
}

function failed(id: string, error: unknown): IndexOutcome {
  return { status: 'failed', id, error: describeError(error) };
}
