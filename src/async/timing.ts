/** Runs `work` and says how many milliseconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/**
 * Rejects when `call` has not settled after `timeoutMs`. What it does later is ignored, its failing included. A call whose
 * answer has already arrived is not late because this process was busy: pending input is read before time is up.
 */
export function withTimeout<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () => reject(new TimeoutError(timeoutMs));
    const timer = setTimeout(() => setImmediate(late), timeoutMs);
    // The async function turns a synchronous throw into a rejection.
    (async () => call())()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** What `withTimeout` rejects with. */
export class TimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
    this.name = 'TimeoutError';
  }
}
