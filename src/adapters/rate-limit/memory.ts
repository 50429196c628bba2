import { LRUCache } from 'lru-cache';
import type { RateLimiter } from './types.ts';

/**
 * So many callers are remembered; past that, the ones unheard of for longest start anew. With budgets of 600 calls, a
 * number of 8 bytes for each and a third more, that is 64 MB at most.
 */
const DEFAULT_MAX_CALLERS = 10_000;

/** When a caller's allowed calls were made, oldest first, and how many of them have left the window by now. */
interface Calls {
  times: number[];
  gone: number;
}

/** The limits of one process. `now` gives milliseconds; memory is bounded by 11 × `maxCallers` × `max` bytes. */
export function createMemoryRateLimiter(options: {
  windowMs: number;
  now: () => number;
  maxCallers?: number;
}): RateLimiter {
  const { windowMs, now, maxCallers = DEFAULT_MAX_CALLERS } = options;
  const logs = new LRUCache<string, Calls>({ max: maxCallers });

  /** Forgets what has left the window, at a price that does not grow with the number of calls in it. */
  function expire(calls: Calls, time: number): void {
    const { times } = calls;
    while ((times[calls.gone] ?? Number.POSITIVE_INFINITY) + windowMs <= time) calls.gone += 1;
    // To move the rest for each of them would cost a budget of 100,000 a whole millisecond a call.
    if (calls.gone * 4 <= times.length) return;
    times.splice(0, calls.gone);
    calls.gone = 0;
  }

  return {
    async take({ caller, budget, max }) {
      const time = now();
      const key = `${budget}:${caller}`;
      const calls = logs.get(key) ?? { times: [], gone: 0 };
      expire(calls, time);
      // With `max` calls in the window, the one that must leave it first is the max-th from the end.
      const blocking = calls.times.at(-max);
      if (blocking !== undefined && calls.times.length - calls.gone >= max) {
        return { allowed: false, retryAfterMs: blocking + windowMs - time };
      }
      calls.times.push(time);
      logs.set(key, calls);
      return { allowed: true };
    },
  };
}
