import { overloaded } from '../errors.ts';
import type { EmbedOptions, Priority } from './types.ts';

export interface Batcher<Item, Result> {
  /**
   * Queues an item; resolves to its result. Rejects with AppError OVERLOADED when the queue of its priority is full or
   * the batcher is closed, with the signal's reason when it is aborted, and with what `run` rejected with for it.
   */
  submit(item: Item, options?: EmbedOptions): Promise<Result>;
  /** Refuses what comes and what waits; resolves when what runs has finished. */
  close(): Promise<void>;
}

export interface BatcherOptions<Item, Result> {
  /** Computes a batch: one result per item, in their order. */
  run: (items: readonly Item[]) => Promise<readonly Result[]>;
  maxBatch: number;
  /** How many items may wait, for each priority on its own: a full queue of products to index never refuses a search. */
  maxQueue: number;
  /** How many batches may run at a time. */
  concurrency?: number;
}

interface Job<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

/**
 * Creates a queue that computes in batches of at most `maxBatch`. Queries go first, and a batch is of one priority, so
 * that a query waits for one batch at most before its own. Indexing can wait for as long as queries keep the model busy:
 * customers are served before the catalogue grows, and the queue's bound tells the one who indexes to come back later.
 * A batch that fails is computed again item by item, so that only the items at fault fail.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, maxBatch, maxQueue, concurrency = 1 } = options;
  const queues: Record<Priority, Job<Item, Result>[]> = { query: [], indexing: [] };
  let runningCount = 0;
  let closed = false;
  let batchSeconds = 0;
  const finished = Promise.withResolvers<void>();

  const settle = async (jobs: readonly Job<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(jobs.map((job) => job.item));
      if (results.length !== jobs.length) throw new Error(`${jobs.length} items gave ${results.length} results.`);
      for (const [index, result] of results.entries()) jobs[index]?.resolve(result);
    } catch (error) {
      if (jobs.length === 1) jobs[0]?.reject(error);
      else for (const job of jobs) await settle([job]);
    }
  };

  const start = async (jobs: readonly Job<Item, Result>[]): Promise<void> => {
    runningCount += 1;
    const startedAt = performance.now();
    await settle(jobs);
    const seconds = (performance.now() - startedAt) / 1000;
    batchSeconds = batchSeconds === 0 ? seconds : 0.8 * batchSeconds + 0.2 * seconds;
    runningCount -= 1;
    pump();
  };

  const pump = (): void => {
    while (runningCount < concurrency) {
      const queue = queues.query.length > 0 ? queues.query : queues.indexing;
      if (queue.length === 0) break;
      void start(queue.splice(0, maxBatch));
    }
    if (closed && runningCount === 0) finished.resolve();
  };

  return {
    submit(item, { priority = 'query', signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(overloaded('The server is shutting down. Try again in a moment.', 1));
      const queue = queues[priority];
      if (queue.length >= maxQueue) {
        const seconds = Math.max(1, Math.ceil((queue.length / maxBatch / concurrency) * batchSeconds));
        return Promise.reject(
          overloaded('Too many searches or products are waiting for the model. Try again later.', seconds),
        );
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const job = { item, resolve, reject };
      queue.push(job);
      const onAbort = () => {
        const place = queue.indexOf(job);
        if (place >= 0) queue.splice(place, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      // After this turn, so that what is submitted together is computed together.
      queueMicrotask(pump);
      return promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    close() {
      closed = true;
      for (const queue of [queues.query, queues.indexing]) {
        for (const job of queue.splice(0))
          job.reject(overloaded('The server is shutting down. Try again in a moment.', 1));
      }
      pump();
      return finished.promise;
    },
  };
}
