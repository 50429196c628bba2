import { setTimeout as delay } from 'node:timers/promises';
import { HubResponseError, isTransient } from './hub-errors.ts';

/** Pauses before the next try, in milliseconds: as many tries as there are, and one. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1000, 2000, 4000];
/** A longer wait than this is for people to decide on. */
const MAX_RETRY_AFTER_MS = 60_000;

export interface RetryOptions {
  delaysMs: readonly number[];
  signal?: AbortSignal | undefined;
  /** Told before each pause. */
  onRetry?(error: unknown, pauseMs: number): void;
  /** Whether the failed try got something done; counting begins again, then. */
  madeProgress?(): boolean;
}

/** Runs `work` until it succeeds, fails for good, or has failed too often. Pauses vary, so that replicas do not march in step. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { delaysMs, signal, onRetry, madeProgress } = options;
  let failures = 0;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (madeProgress?.()) failures = 0;
      const base = delaysMs[failures++];
      const pauseMs = Math.max(jitter(base ?? 0), retryAfterOf(error));
      if (base === undefined || !isTransient(error) || pauseMs > MAX_RETRY_AFTER_MS) throw error;
      onRetry?.(error, pauseMs);
      await delay(pauseMs, undefined, signal && { signal });
    }
  }
}

function jitter(ms: number): number {
  return Math.round(ms * (0.75 + Math.random() / 2));
}

function retryAfterOf(error: unknown): number {
  return error instanceof HubResponseError ? (error.retryAfterMs ?? 0) : 0;
}
