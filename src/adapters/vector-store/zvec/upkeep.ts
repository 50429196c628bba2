import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../logger.ts';

/** After merging few writes, rest this many times as long as the merge took. */
const REST_FACTOR = 20;
/** After a failure, rest this long, whatever is waiting. */
const RETRY_MS = 60_000;
const POLL_MS = 10;

/** Keeps a collection fast while it is used. */
export interface Upkeep {
  /** Resolves when a write does not have to wait inside the engine, which would block the process. */
  ready(): Promise<void>;
  noteWrites(count: number): void;
  /** Waits for what runs and starts nothing more. */
  close(): Promise<void>;
}

export interface UpkeepTimes {
  /** As many new products are scanned before they are worth an index. Default 5,000. */
  minPending?: number;
  /** Writes have calmed down when none came for this long. Default 2,000. */
  calmMs?: number;
}

export interface UpkeepDeps extends UpkeepTimes {
  folder: string;
  /** Builds the vector index over what was written, merges segments, drops what was deleted. Takes seconds to minutes. */
  optimize(): Promise<void>;
  productCount(): number;
  /** What an earlier run left undone: products outside the vector index, and whether any is inside. */
  start: { unindexed: number; indexed: boolean };
  logger: Logger;
}

/**
 * Decides when zvec's `optimize` runs, never two at a time. Until then new products are scanned, which is exact and
 * takes a millisecond or two for five thousand, so small catalogues never need it. It runs
 * - when `minPending` products or a tenth of the catalogue were written, once writes calm down (half as many again: at
 *   once, since searches wait while zvec seals what was written, the longer the more it is);
 * - when some were written beside an indexed part, once they calm down and after a rest: zvec computes BM25 per segment,
 *   so a few new products by themselves score lower than they should until they are merged.
 */
export function createUpkeep(deps: UpkeepDeps): Upkeep {
  const { folder, optimize, productCount, start, logger, minPending = 5_000, calmMs = 2_000 } = deps;
  let pending = start.unindexed;
  let merged = start.indexed;
  let restUntil = 0;
  let failing = false;
  let running: Promise<void> | undefined;
  let sealed: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const delayMs = (): number | undefined => {
    const threshold = Math.max(minPending, productCount() / 10);
    if (failing) return Math.max(calmMs, restUntil - Date.now());
    if (pending >= 1.5 * threshold) return 0;
    if (pending >= threshold) return calmMs;
    if (merged && pending > 0) return Math.max(calmMs, restUntil - Date.now());
    return undefined;
  };
  const schedule = (): void => {
    clearTimeout(timer);
    const delay = closed || running !== undefined ? undefined : delayMs();
    if (delay !== undefined) timer = setTimeout(run, delay).unref();
  };
  const run = (): void => {
    running = work().finally(() => {
      running = undefined;
      sealed = undefined;
      schedule();
    });
  };
  const work = async (): Promise<void> => {
    const count = pending;
    const begun = Date.now();
    pending = 0;
    try {
      const before = await segmentsOf(folder);
      const optimized = optimize();
      sealed = Promise.race([optimized, segmentAdded(folder, before, optimized)]).catch(() => undefined);
      await optimized;
      merged = true;
      failing = false;
      restUntil = Date.now() + REST_FACTOR * Math.max(calmMs, Date.now() - begun);
      logger.debug({ products: count, durationMs: Date.now() - begun }, 'The store was optimised.');
    } catch (error) {
      pending += count;
      failing = true;
      restUntil = Date.now() + RETRY_MS;
      logger.warn({ err: error }, 'The store could not be optimised; searches may be slower until the next try.');
    }
  };

  schedule();
  return {
    ready: async () => sealed,
    noteWrites(count) {
      pending += count;
      schedule();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/**
 * `optimize` first seals what was written, for seconds in which a write blocks, and then begins a new segment, a folder
 * with the next number. Resolves when that is there, or when `optimized` has settled.
 */
async function segmentAdded(folder: string, before: readonly string[], optimized: Promise<void>): Promise<void> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  optimized.then(settle, settle);
  while (!settled) {
    await sleep(POLL_MS);
    const now = await segmentsOf(folder);
    if (now.some((segment) => !before.includes(segment))) return;
  }
}

async function segmentsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /^\d+$/.test(name));
}
