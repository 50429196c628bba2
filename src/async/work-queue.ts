/** Whose turn comes first: a search before the indexing of a product. */
export type Priority = 'query' | 'indexing';

export interface SubmitOptions {
  /** Default `query`. */
  priority?: Priority | undefined;
  /** For whom it is: a caller, a host. Items of one key never take more than `perKey` allows. Default: nobody's. */
  key?: string | undefined;
  /** Aborting it takes the item out of the queue, and frees its place there; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** Work that waits for its turn. */
export interface WorkQueue<Item, Result> {
  /**
   * Queues an item; resolves to its result. Rejects with what `refuse` makes when there is no room or the queue is
   * closed, with the signal's reason when it is aborted, and with what `run` rejected with for it.
   */
  submit(item: Item, options?: SubmitOptions): Promise<Result>;
  /** Whether `submit` would refuse an item now. */
  isFull(options?: Pick<SubmitOptions, 'priority' | 'key'>): boolean;
  /** Refuses what comes and what waits; resolves when what runs has finished. */
  close(): Promise<void>;
}

export interface WorkQueueOptions<Item, Result> {
  /** Computes a batch: one result per item, in their order. `signals` are those of the items. */
  run(items: readonly Item[], signals: readonly (AbortSignal | undefined)[]): Promise<readonly Result[]>;
  /** Items to a batch. Default 1. */
  maxBatch?: number | undefined;
  /** How many batches run at a time. Default 1. */
  concurrency?: number | undefined;
  /** How many items may wait, for each priority on its own: a full queue of products never refuses a search. */
  maxWaiting: number;
  /** How many items of one key may run and wait. Default: no bound of their own. */
  perKey?: { maxRunning: number; maxWaiting: number } | undefined;
  /** The error for an item that finds no room (`waitSeconds`: an estimate of when there is some), or a closed queue. */
  refuse(reason: 'full' | 'closed', waitSeconds: number): Error;
}

interface Job<Item, Result> {
  item: Item;
  key: string | undefined;
  signal: AbortSignal | undefined;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/**
 * The one queue of this server: bounded, by priority, fair between keys, abortable, in batches. Queries go first, and a
 * batch is of one priority, so that a query waits for one batch at most before its own. Indexing can wait for as long as
 * queries keep the queue busy: customers are served before the catalogue grows, and the queue's bound tells the one who
 * indexes to come back later. An item whose key has all it may have running lets those behind it pass. A batch that
 * fails is computed again item by item, so that only the items at fault fail.
 */
export function createWorkQueue<Item, Result>(options: WorkQueueOptions<Item, Result>): WorkQueue<Item, Result> {
  const { run, maxBatch = 1, concurrency = 1, maxWaiting, perKey, refuse } = options;
  const queues: Record<Priority, Job<Item, Result>[]> = { query: [], indexing: [] };
  const runningOf = new Map<string, number>();
  let runningCount = 0;
  let closed = false;
  let batchSeconds = 0;
  const finished = Promise.withResolvers<void>();

  const count = ({ key }: Job<Item, Result>, change: 1 | -1): void => {
    if (key === undefined) return;
    const running = (runningOf.get(key) ?? 0) + change;
    if (running === 0) runningOf.delete(key);
    else runningOf.set(key, running);
  };

  const mustWait = ({ key }: Job<Item, Result>): boolean =>
    perKey !== undefined && key !== undefined && (runningOf.get(key) ?? 0) >= perKey.maxRunning;

  const settle = async (jobs: readonly Job<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(
        jobs.map(({ item }) => item),
        jobs.map(({ signal }) => signal),
      );
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
    for (const job of jobs) count(job, -1);
    pump();
  };

  /** The next batch of a queue, taken out of it: those whose key has a place, in order. */
  const take = (queue: Job<Item, Result>[]): Job<Item, Result>[] => {
    const batch: Job<Item, Result>[] = [];
    for (let place = 0; place < queue.length && batch.length < maxBatch; ) {
      const job = queue[place];
      if (job === undefined || mustWait(job)) {
        place += 1;
        continue;
      }
      queue.splice(place, 1);
      count(job, 1);
      batch.push(job);
    }
    return batch;
  };

  const pump = (): void => {
    while (runningCount < concurrency) {
      const queries = take(queues.query);
      const batch = queries.length > 0 ? queries : take(queues.indexing);
      if (batch.length === 0) break;
      void start(batch);
    }
    if (closed && runningCount === 0) finished.resolve();
  };

  const isFull: WorkQueue<Item, Result>['isFull'] = ({ priority = 'query', key } = {}) => {
    const queue = queues[priority];
    if (queue.length >= maxWaiting) return true;
    if (perKey === undefined || key === undefined || queue.length < perKey.maxWaiting) return false;
    return queue.filter((job) => job.key === key).length >= perKey.maxWaiting;
  };

  return {
    isFull,
    submit(item, { priority = 'query', key, signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(refuse('closed', 1));
      const queue = queues[priority];
      if (isFull({ priority, key })) {
        const waitSeconds = Math.max(1, Math.ceil((queue.length / maxBatch / concurrency) * batchSeconds));
        return Promise.reject(refuse('full', waitSeconds));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const job = { item, key, signal, resolve, reject };
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
        for (const job of queue.splice(0)) job.reject(refuse('closed', 1));
      }
      pump();
      return finished.promise;
    },
  };
}
