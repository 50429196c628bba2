/** Batches of work, a few under way at one time. */
export interface BatchQueue {
  /**
   * Starts `work` as soon as there is room and nothing is under way any more for any of `ids`, and resolves when it has
   * started. What it fails with is kept in `failure`.
   */
  start(ids: ReadonlySet<string>, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
  /** What the first batch that failed was rejected with. */
  readonly failure: { error: unknown } | undefined;
}

/** Creates a queue that keeps at most `maxUnderWay` batches going, and those that share an id in their order. */
export function createBatchQueue(maxUnderWay: number): BatchQueue {
  const underWay = new Set<Promise<void>>();
  const batchOfId = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;

  return {
    async start(ids, work) {
      await Promise.all([...ids].map((id) => batchOfId.get(id)));
      while (underWay.size >= maxUnderWay) await Promise.race(underWay);
      const running = work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          underWay.delete(running);
          for (const id of ids) if (batchOfId.get(id) === running) batchOfId.delete(id);
        });
      underWay.add(running);
      for (const id of ids) batchOfId.set(id, running);
    },
    async idle() {
      await Promise.all(underWay);
    },
    get failure() {
      return failure;
    },
  };
}
