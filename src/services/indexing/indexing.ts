import type { IndexEpoch } from '../../adapters/cache/types.ts';
import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { IndexedProduct, VectorStore } from '../../adapters/vector-store/types.ts';
import { createWorkQueue } from '../../async/work-queue.ts';
import { AppError, badUserInput, describeError, overloaded } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Embedder } from '../../model/types.ts';
import type { ProductDraft, StoredProduct } from '../../product.ts';
import { hashDraft, type ProductInput, parseProductInput } from './product-draft.ts';
import type { BatchOptions, IndexingService, IndexOutcome } from './types.ts';

/** Images that are fetched and embedded at one time, over all callers. */
const CONCURRENCY = 8;
/** Products that may wait for their turn, over all callers: twenty full batches. */
const MAX_WAITING = 10_000;
/** Products written in one go: what a batch has ready is stored while the rest is still being fetched. */
const WRITE_SIZE = 64;

interface Dependencies {
  embedder: Embedder;
  imageSource: ImageSource;
  store: Pick<VectorStore, 'upsert' | 'get' | 'delete'>;
  epoch: IndexEpoch;
  logger: Logger;
  now?: () => Date;
}

/** A product that is ready to be stored, or what became of it already. */
type Prepared = { ready: IndexedProduct } | { outcome: IndexOutcome };

/**
 * Puts products into the store, and takes them out; every change bumps the index epoch. The work in flight is the
 * service's own: `close` waits for it, also for what its caller no longer waits for.
 */
export function createIndexingService(deps: Dependencies): IndexingService {
  const { embedder, imageSource, store, epoch, logger, now = () => new Date() } = deps;
  const queue = createWorkQueue({
    run: (drafts: readonly ProductDraft[], signals) =>
      Promise.all(drafts.map((draft, index) => embed(draft, signals[index]))),
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    refuse: (reason, waitSeconds) =>
      reason === 'full' ? overloaded('Too many products are waiting to be indexed.', waitSeconds) : shuttingDown(),
  });
  const running = new Set<Promise<unknown>>();
  let isClosed = false;

  /** Begins `work` at once, and keeps it in mind until it has settled. */
  function track<Result>(work: () => Promise<Result>): Promise<Result> {
    if (isClosed) return Promise.reject(shuttingDown());
    const call = work().finally(() => running.delete(call));
    running.add(call);
    return call;
  }

  async function embed(draft: ProductDraft, signal: AbortSignal | undefined): Promise<IndexedProduct> {
    const image = await imageSource.load(draft.imageUrl, { signal });
    const embedding = await embedder.embedImage(image, { priority: 'indexing', signal });
    return { product: { ...draft, contentHash: hashDraft(draft), indexedAt: now().toISOString() }, embedding };
  }

  /** `known` is what is stored under the id, if a product that has not changed may be left alone. */
  async function prepare(
    input: ProductInput,
    known: StoredProduct | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Prepared> {
    try {
      const draft = parseProductInput(input);
      if (known?.contentHash === hashDraft(draft)) {
        return { outcome: { status: 'unchanged', id: known.id, product: known } };
      }
      return { ready: await queue.submit(draft, { signal }) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AppError)) logger.error({ err: error, productId: input.id }, 'indexing a product failed');
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
      logger.error({ err: error, products: ready.length }, 'products could not be stored');
    } finally {
      if (ready.length > 0) await epoch.bump();
    }
    return prepared.map((item) => {
      if ('outcome' in item) return item.outcome;
      const { product } = item.ready;
      return failure ? failed(product.id, failure) : { status: 'indexed', id: product.id, product };
    });
  }

  async function indexOne(input: ProductInput, signal: AbortSignal | undefined): Promise<StoredProduct> {
    const prepared = await queue.submit(parseProductInput(input), { signal });
    try {
      await store.upsert([prepared]);
    } finally {
      // Also after a failure: the store may have taken the write all the same.
      await epoch.bump();
    }
    return prepared.product;
  }

  async function indexBatch(
    inputs: readonly ProductInput[],
    { signal, skipUnchanged = false }: BatchOptions,
  ): Promise<IndexOutcome[]> {
    const ids = inputs.map(({ id }) => id);
    let known = new Map<string, StoredProduct>();
    try {
      if (skipUnchanged) known = await store.get(ids, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      logger.error({ err: error, products: ids.length }, 'products could not be looked up');
      return ids.map((id) => failed(id, error));
    }
    const preparing = inputs.map((input, index) => {
      // What is stored is not yet what an earlier product of this batch with the same id will leave there.
      const isFirst = ids.indexOf(input.id) === index;
      return prepare(input, isFirst ? known.get(input.id) : undefined, signal);
    });
    // All are awaited below, in parts; one that rejects early must not count as unhandled meanwhile.
    for (const item of preparing) item.catch(() => undefined);
    const outcomes: IndexOutcome[] = [];
    for (let start = 0; start < preparing.length; start += WRITE_SIZE) {
      outcomes.push(...(await write(await Promise.all(preparing.slice(start, start + WRITE_SIZE)))));
    }
    return outcomes;
  }

  async function remove(id: string): Promise<boolean> {
    if (id.length === 0) throw badUserInput([{ path: ['id'], message: 'id: must not be empty' }]);
    try {
      return await store.delete(id);
    } finally {
      await epoch.bump();
    }
  }

  return {
    indexProduct: (input, { signal } = {}) => track(() => indexOne(input, signal)),
    indexProducts: (inputs, options = {}) => track(() => indexBatch(inputs, options)),
    deleteProduct: (id) => track(() => remove(id)),
    async close() {
      isClosed = true;
      await queue.close();
      await Promise.allSettled(running);
    },
  };
}

function shuttingDown(): AppError {
  return overloaded('The server is shutting down. Try again in a moment.', 1);
}

function failed(id: string, error: unknown): IndexOutcome {
  return { status: 'failed', id, error: describeError(error) };
}
