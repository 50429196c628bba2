/** Whose turn comes first: a search before the indexing of a product. */
export type Priority = 'query' | 'indexing';

export interface SubmitOptions {
  /** Default `query`. */
  priority?: Priority | undefined;
  /**
   * For whom it is, and for what else: a caller, then a host. Those with the same first key share their turns; items of a
   * key never take more than `perKey` allows. Default: nobody's.
   */
  keys?: readonly string[] | undefined;
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
  isFull(options?: Pick<SubmitOptions, 'priority' | 'keys'>): boolean;
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
  /** How many items of one key may run and wait: for first keys, for second ones. Default: no bounds of their own. */
  perKey?: readonly { maxRunning: number; maxWaiting: number }[] | undefined;
  /** The error for an item that finds no room (`waitSeconds`: an estimate of when there is some), or a closed queue. */
  refuse(reason: 'full' | 'closed', waitSeconds: number): Error;
}

interface Job<Item, Result> {
  item: Item;
  keys: readonly string[];
  signal: AbortSignal | undefined;
  /** Its place in the order of turns. */
  turn: number;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/** What waits in one priority, in the order of turns. */
interface Line<Item, Result> {
  jobs: Job<Item, Result>[];
  /** The turn that is on, and the last one that each first key has taken. */
  turn: number;
  lastTurnOf: Map<string, number>;
}

/**
 * The one queue of this server: bounded, by priority, fair between keys, abortable, in batches. Queries go first, and a
 * batch is of one priority, so that a query waits for one batch at most before its own. Indexing can wait for as long as
 * queries keep the queue busy: customers are served before the catalogue grows, and the queue's bound tells the one who
 * indexes to come back later. First keys take turns ("start-time fair queueing"): whoever has sent a hundred items waits
 * for them, and another one with a single item is next. An item whose key has all it may have running lets those behind
 * it pass. A batch that fails is computed again item by item, so that only the items at fault fail.
 */
export function createWorkQueue<Item, Result>(options: WorkQueueOptions<Item, Result>): WorkQueue<Item, Result> {
  const { run, maxBatch = 1, concurrency = 1, maxWaiting, perKey = [], refuse } = options;
  const lineUp = (): Line<Item, Result> => ({ jobs: [], turn: 0, lastTurnOf: new Map() });
  const lines: Record<Priority, Line<Item, Result>> = { query: lineUp(), indexing: lineUp() };
  const runningOf = new Map<string, number>();
  let runningCount = 0;
  let closed = false;
  let batchSeconds = 0;
  const finished = Promise.withResolvers<void>();

  const count = ({ keys }: Job<Item, Result>, change: 1 | -1): void => {
    for (const key of keys) {
      const running = (runningOf.get(key) ?? 0) + change;
      if (running === 0) runningOf.delete(key);
      else runningOf.set(key, running);
    }
  };

  const mustWait = ({ keys }: Job<Item, Result>): boolean =>
    perKey.some(({ maxRunning }, at) => (runningOf.get(keys[at] ?? '') ?? 0) >= maxRunning);

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

  const enter = ({ jobs, turn, lastTurnOf }: Line<Item, Result>, job: Job<Item, Result>): void => {
    const [first = ''] = job.keys;
    job.turn = 1 + Math.max(turn, lastTurnOf.get(first) ?? 0);
    lastTurnOf.set(first, job.turn);
    jobs.splice(1 + jobs.findLastIndex((other) => other.turn <= job.turn), 0, job);
  };

  const leave = (line: Line<Item, Result>, job: Job<Item, Result>): void => {
    const place = line.jobs.indexOf(job);
    if (place < 0) return;
    line.jobs.splice(place, 1);
    const [first = ''] = job.keys;
    if (line.jobs.length === 0) line.lastTurnOf.clear();
    if (line.lastTurnOf.get(first) !== job.turn) return;
    // Whoever has nothing waiting is forgotten; whoever takes back the last one keeps the turns before it.
    if (job.turn - 1 <= line.turn) line.lastTurnOf.delete(first);
    else line.lastTurnOf.set(first, job.turn - 1);
  };

  /** The next batch of a line, taken out of it: those whose keys have a place, in order. */
  const take = (line: Line<Item, Result>): Job<Item, Result>[] => {
    const batch: Job<Item, Result>[] = [];
    for (const job of [...line.jobs]) {
      if (batch.length === maxBatch) break;
      if (mustWait(job)) continue;
      line.turn = Math.max(line.turn, job.turn);
      leave(line, job);
      count(job, 1);
      batch.push(job);
    }
    return batch;
  };

  const pump = (): void => {
    while (runningCount < concurrency) {
      const queries = take(lines.query);
      const batch = queries.length > 0 ? queries : take(lines.indexing);
      if (batch.length === 0) break;
      void start(batch);
    }
    if (closed && runningCount === 0) finished.resolve();
  };

  const isFull: WorkQueue<Item, Result>['isFull'] = ({ priority = 'query', keys = [] } = {}) => {
    const { jobs } = lines[priority];
    if (jobs.length >= maxWaiting) return true;
    return perKey.some(
      (bounds, at) =>
        jobs.length >= bounds.maxWaiting &&
        keys[at] !== undefined &&
        jobs.filter((job) => job.keys[at] === keys[at]).length >= bounds.maxWaiting,
    );
  };

  return {
    isFull,
    submit(item, { priority = 'query', keys = [], signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (closed) return Promise.reject(refuse('closed', 1));
      const line = lines[priority];
      if (isFull({ priority, keys })) {
        const waitSeconds = Math.max(1, Math.ceil((line.jobs.length / maxBatch / concurrency) * batchSeconds));
        return Promise.reject(refuse('full', waitSeconds));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const job = { item, keys, signal, turn: 0, resolve, reject };
      enter(line, job);
      const onAbort = () => {
        leave(line, job);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      // After this turn, so that what is submitted together is computed together.
      queueMicrotask(pump);
      return promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    close() {
      closed = true;
      for (const { jobs } of [lines.query, lines.indexing]) {
        for (const job of jobs.splice(0)) job.reject(refuse('closed', 1));
      }
      pump();
      return finished.promise;
    },
  };
}
