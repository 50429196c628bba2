import { TimeoutError, withTimeout } from '../../async/timing.ts';
import type { Logger } from '../../logger.ts';

/** How long anybody waits for Redis. */
const DEFAULT_TIMEOUT_MS = 50;
const LOG_INTERVAL_MS = 60_000;
/** So many calls in a row that took too long, and Redis is left alone for a while instead of costing 50 ms a call. */
const TIMEOUTS_BEFORE_REST = 5;
const REST_MS = 1_000;

/** A guard around calls that may fail or hang without anybody having to care. */
export interface FailOpen {
  /**
   * Resolves to what `call` gave, or to undefined when it failed, took too long or was not tried because the last ones
   * took too long. Never rejects.
   */
  attempt<T>(call: () => Promise<T>): Promise<{ value: T } | undefined>;
  /** Notes a failure in the log, at most once a minute. */
  report(error: unknown): void;
}

interface FailOpenOptions {
  logger: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** What to log; says what the failure means for the shop. */
  message: string;
  /** The reason to log for an error; its message when not given. */
  explain?: (error: unknown) => string;
  timeoutMs?: number;
}

/**
 * The message of an error and nothing else of it: ioredis hangs the command with its arguments on an error, so logging
 * the error itself would print the password of an AUTH that failed.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

export function createFailOpen(options: FailOpenOptions): FailOpen {
  const { logger, now, message, explain = messageOf, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  let loggedAt = Number.NEGATIVE_INFINITY;
  let timeoutsInARow = 0;
  let restUntil = Number.NEGATIVE_INFINITY;

  function report(error: unknown): void {
    const time = now();
    if (time - loggedAt < LOG_INTERVAL_MS) return;
    loggedAt = time;
    logger.warn({ reason: explain(error) }, message);
  }

  return {
    report,
    async attempt(call) {
      if (now() < restUntil) return undefined;
      try {
        const value = await withTimeout(call, timeoutMs);
        timeoutsInARow = 0;
        return { value };
      } catch (error) {
        timeoutsInARow = error instanceof TimeoutError ? timeoutsInARow + 1 : 0;
        if (timeoutsInARow >= TIMEOUTS_BEFORE_REST) restUntil = now() + REST_MS;
        report(error);
        return undefined;
      }
    },
  };
}
