import { LRUCache } from 'lru-cache';
import type { RateLimiter } from './types.ts';

/**
 * So many callers are remembered; past that, the ones unheard of for longest start anew. With budgets of 600 calls, a
 * number of 8 bytes for each, that is 48 MB at most.
 */
const DEFAULT_MAX_CALLERS = 10_000;

/** The limits of one process. `now` gives milliseconds; memory is bounded by 8 × `maxCallers` × `max` bytes. */
export function createMemoryRateLimiter(options: {
  windowMs: number;
  now: () => number;
  maxCallers?: number;
}): RateLimiter {
  const { windowMs, now, maxCallers = DEFAULT_MAX_CALLERS } = options;
  /** When the allowed calls of the last window were made, oldest first. */
  const logs = new LRUCache<string, number[]>({ max: maxCallers });

  return {
    async take({ caller, budget, max }) {
      const time = now();
      const key = `${budget}:${caller}`;
      const calls = (logs.get(key) ?? []).filter((at) => at + windowMs > time);
      // With `max` calls in the window, the one that must leave it first is the max-th from the end.
      const blocking = calls.at(-max);
      if (blocking !== undefined && calls.length >= max) {
        return { allowed: false, retryAfterMs: blocking + windowMs - time };
      }
      calls.push(time);
      logs.set(key, calls);
      return { allowed: true };
    },
  };
}
