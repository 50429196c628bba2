import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /**
   * Milliseconds to wait before the next try, after `failures` failed tries (from 1); undefined when it is not worth
   * another one: then `retry` rejects with `error`.
   */
  pauseMs(error: unknown, failures: number): number | undefined;
  /** For all tries and pauses together. Default: no limit. */
  timeoutMs?: number | undefined;
  /** Aborting it ends the tries and the pauses; `retry` rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Told before each pause. */
  onRetry?(error: unknown, pauseMs: number, failures: number): void;
}

/**
 * Runs `work` until it succeeds or is not worth another try, and rejects with what the last try rejected with. `work`
 * gets the signal that ends it: the caller's, or the end of `timeoutMs`, whose reason is a DOMException named
 * TimeoutError. No pause is begun that would not end in time.
 */
export async function retry<T>(work: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  const { pauseMs, timeoutMs, signal, onRetry } = options;
  const endsAt = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  const given = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  const either = AbortSignal.any(given.filter((one) => one !== undefined));
  for (let failures = 1; ; failures += 1) {
    signal?.throwIfAborted();
    try {
      return await work(either);
    } catch (error) {
      signal?.throwIfAborted();
      const pause = either.aborted ? undefined : pauseMs(error, failures);
      if (pause === undefined || performance.now() + pause >= endsAt) throw error;
      onRetry?.(error, pause, failures);
      await sleep(pause, undefined, { signal: either }).catch(() => signal?.throwIfAborted());
    }
  }
}

/**
 * Pauses that double from `firstMs` up to `maxMs`, each a random part of its span ("full jitter"), so that callers who
 * failed together do not come back together. Undefined after `tries` tries.
 */
export function backOff(
  failures: number,
  options: { firstMs: number; maxMs: number; tries: number; random?: (() => number) | undefined },
): number | undefined {
  const { firstMs, maxMs, tries, random = Math.random } = options;
  if (failures >= tries) return undefined;
  return random() * Math.min(maxMs, firstMs * 2 ** (failures - 1));
}
