import { describe, expect, test } from 'vitest';
import { backOff, retry } from '../../../src/async/retry.ts';

/** Work that fails `failures` times and then succeeds; counts its tries. */
function failing(failures: number) {
  const work = {
    tries: 0,
    run: async () => {
      work.tries += 1;
      if (work.tries <= failures) throw new Error(`failure ${work.tries}`);
      return 'done';
    },
  };
  return work;
}

describe('trying again', () => {
  test('what fails for a moment succeeds in the end, and whoever watches is told before each pause', async () => {
    const work = failing(2);
    const told: unknown[] = [];
    const result = await retry(work.run, {
      pauseMs: (_error, failures) => failures,
      onRetry: (error, pauseMs, failures) => told.push([error, pauseMs, failures]),
    });
    expect(result).toBe('done');
    expect(told).toEqual([
      [new Error('failure 1'), 1, 1],
      [new Error('failure 2'), 2, 2],
    ]);
  });

  test('what is not worth another try fails at once, in its own words', async () => {
    const work = failing(5);
    await expect(retry(work.run, { pauseMs: () => undefined })).rejects.toThrow('failure 1');
    expect(work.tries).toBe(1);
  });

  test('nobody waits beyond the deadline: no pause is begun that would not end in time', async () => {
    const work = failing(5);
    await expect(retry(work.run, { pauseMs: () => 60_000, timeoutMs: 10_000 })).rejects.toThrow('failure 1');
    expect(work.tries).toBe(1);
  });

  test('work that hangs is ended by the deadline', async () => {
    const hanging = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await expect(retry(hanging, { pauseMs: () => 0, timeoutMs: 20 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('a caller who leaves ends the pause, with their own reason', async () => {
    const controller = new AbortController();
    const work = failing(5);
    const result = retry(work.run, { pauseMs: () => 60_000, signal: controller.signal });
    setImmediate(() => controller.abort(new Error('gone')));
    await expect(result).rejects.toThrow('gone');
    expect(work.tries).toBe(1);
  });
});

describe('backing off', () => {
  const options = { firstMs: 100, maxMs: 350, tries: 5, random: () => 1 };

  test('pauses double up to the longest one and end after the last try', () => {
    expect([1, 2, 3, 4, 5].map((failures) => backOff(failures, options))).toEqual([100, 200, 350, 350, undefined]);
  });

  test('each is a random part of its span, so that replicas do not come back all at once', () => {
    expect(backOff(1, { ...options, random: () => 0.25 })).toBe(25);
  });
});
