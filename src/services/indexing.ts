import pLimit from 'p-limit';
import { AppError, badUserInput, describeError, overloaded } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Embedder } from '../model/types.ts';
import type { IndexEpoch } from './cache/types.ts';
import type { ImageSource } from './image-source/types.ts';
import type { IndexingService, IndexOptions, IndexOutcome } from './indexing-types.ts';
import type { StoredProduct } from './product.ts';
import { hashDraft, type ProductInput, parseProductInput } from './product-draft.ts';
import type { IndexedProduct, VectorStore } from './vector-store/types.ts';

/** Pictures that are fetched and embedded at one time, over all callers. */
const CONCURRENCY = 8;
/** Products that may wait for their turn, over all callers: twenty full batches. */
const MAX_WAITING = 10_000;
/** Products written in one go: what a batch has ready is stored while the rest is still being fetched. */
const WRITE_SIZE = 64;

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: VectorStore;
  epoch: IndexEpoch;
  logger: Logger;
  now?: () => Date;
}

/** A product that is ready to be stored, or what became of it already. */
type Prepared = { ready: IndexedProduct } | { outcome: IndexOutcome };

/** Puts products into the store, and takes them out; every change bumps the index epoch. */
export function createIndexingService(deps: Dependencies): IndexingService {
  const { embedder, imageSource, store, epoch, logger, now = () => new Date() } = deps;
  const limit = pLimit(CONCURRENCY);

  async function prepare(input: ProductInput, options: IndexOptions): Promise<IndexedProduct | StoredProduct> {
    const draft = parseProductInput(input);
    const contentHash = hashDraft(draft);
    if (options.skipUnchanged) {
      const known = (await store.get([draft.id], { signal: options.signal })).get(draft.id);
      if (known?.contentHash === contentHash) return known;
    }
    const picture = await imageSource.load(draft.imageUrl, { signal: options.signal });
    const embedding = await embedder.embedImage(picture, { priority: 'indexing', signal: options.signal });
    return { product: { ...draft, contentHash, indexedAt: now().toISOString() }, embedding };
  }

  function enqueue(input: ProductInput, options: IndexOptions): Promise<IndexedProduct | StoredProduct> {
    if (limit.pendingCount >= MAX_WAITING) throw overloaded('Too many products are waiting to be indexed.', 5);
    return limit(() => {
      options.signal?.throwIfAborted();
      return prepare(input, options);
    });
  }

  async function prepareSafely(input: ProductInput, options: IndexOptions): Promise<Prepared> {
    try {
      const prepared = await enqueue(input, options);
      if ('embedding' in prepared) return { ready: prepared };
      return { outcome: { status: 'unchanged', id: prepared.id, product: prepared } };
    } catch (error) {
      options.signal?.throwIfAborted();
      return { outcome: failed(input.id, error) };
    }
  }

  /** Stores what is ready of a part of a batch; when the store fails, each of them reports it. */
  async function write(prepared: readonly Prepared[]): Promise<IndexOutcome[]> {
    const ready = prepared.flatMap((item) => ('ready' in item ? [item.ready] : []));
    let failure: unknown;
    try {
      if (ready.length > 0) await store.upsert(ready);
    } catch (error) {
      failure = error;
    } finally {
      if (ready.length > 0) await epoch.bump();
    }
    return prepared.map((item) => {
      if ('outcome' in item) return item.outcome;
      const { product } = item.ready;
      return failure ? failed(product.id, failure) : { status: 'indexed', id: product.id, product };
    });
  }

  function failed(id: string, error: unknown): IndexOutcome {
    if (!(error instanceof AppError)) logger.error({ err: error, productId: id }, 'indexing a product failed');
    return { status: 'failed', id, error: describeError(error) };
  }

  return {
    async indexProduct(input, options = {}) {
      const prepared = await enqueue(input, options);
      if (!('embedding' in prepared)) return prepared;
      try {
        await store.upsert([prepared]);
      } finally {
        // Also after a failure: the store may have taken the write all the same.
        await epoch.bump();
      }
      return prepared.product;
    },

    async indexProducts(inputs, options = {}) {
      const seen = new Set<string>();
      const preparing = inputs.map((input) => {
        // What is stored is not yet what an earlier product of this batch with the same id will leave there.
        const skipUnchanged = options.skipUnchanged && !seen.has(input.id);
        seen.add(input.id);
        return prepareSafely(input, { ...options, skipUnchanged });
      });
      // All are awaited below, in parts; one that rejects early must not count as unhandled meanwhile.
      for (const item of preparing) item.catch(() => undefined);
      const outcomes: IndexOutcome[] = [];
      for (let start = 0; start < preparing.length; start += WRITE_SIZE) {
        outcomes.push(...(await write(await Promise.all(preparing.slice(start, start + WRITE_SIZE)))));
      }
      return outcomes;
    },

    async deleteProduct(id) {
      if (id.length === 0) throw badUserInput([{ path: ['id'], message: 'id: must not be empty' }]);
      try {
        return await store.delete(id);
      } finally {
        await epoch.bump();
      }
    },
  };
}
