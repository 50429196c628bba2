/** The window of every budget, which limiters count in. */
export const RATE_LIMIT_WINDOW_MS = 60_000;

/** Whether a call may go on; if not, when the caller has its next one. */
type Verdict = { allowed: true } | { allowed: false; retryAfterMs: number };

/** Who calls, which of its budgets the call is on, and how many calls a window that budget has (at least 1). */
interface Call {
  caller: string;
  budget: string;
  max: number;
}

/**
 * Counts calls in a sliding window: of all calls that end in any window, at most `max` per caller and budget are allowed.
 * Refused calls do not count. `retryAfterMs` is exact: the moment at which the oldest call of a full window leaves it.
 */
export interface RateLimiter {
  /** Never rejects. */
  take(call: Call): Promise<Verdict>;
}
