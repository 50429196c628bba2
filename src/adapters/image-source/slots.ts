/** A bounded number of places; whoever finds none waits, first come, first served. */
export interface Slots {
  /** Resolves to the function that gives the place back. Rejects with the signal's reason when aborted while waiting. */
  acquire(signal?: AbortSignal | undefined): Promise<() => void>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const release = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const releaseOnce = () => {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };

  return {
    acquire(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(enter);
          signal?.removeEventListener('abort', giveUp);
        };
        const enter = () => {
          leave();
          resolve(releaseOnce());
        };
        const giveUp = () => {
          leave();
          reject(signal?.reason);
        };
        waiting.add(enter);
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
