import { describe, expect, test } from 'vitest';
import { createWorkQueue } from '../../../src/async/work-queue.ts';
import { AppError, overloaded } from '../../../src/errors.ts';

const refuse = (reason: string, waitSeconds: number) => overloaded(reason, waitSeconds);

/** A queue over a `run` that the test finishes by hand; `batches` are those that were started. */
function createManual(
  options: {
    maxBatch?: number;
    maxWaiting?: number;
    concurrency?: number;
    perKey?: { maxRunning: number; maxWaiting: number }[];
  } = {},
) {
  const batches: { items: readonly string[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const queue = createWorkQueue<string, string>({
    run(items) {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      batches.push({ items, finish: () => resolve(items.map((item) => item.toUpperCase())), fail: reject });
      return promise;
    },
    maxBatch: 2,
    maxWaiting: 10,
    refuse,
    ...options,
  });
  const started = () => batches.map(({ items }) => items.join(''));
  return { queue, batches, started };
}

/** Lets everything happen that needs no one from outside. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const indexing = { priority: 'indexing' } as const;

describe('batching', () => {
  test('what is asked together is computed together, one batch at a time, and each asker gets their own result', async () => {
    const { queue, batches, started } = createManual();
    const results = Promise.all(['a', 'b', 'c'].map((item) => queue.submit(item)));
    await turn();
    expect(started()).toEqual(['ab']);
    batches[0]?.finish();
    await turn();
    expect(started()).toEqual(['ab', 'c']);
    batches[1]?.finish();
    expect(await results).toEqual(['A', 'B', 'C']);
  });

  test('a search overtakes the products that wait, and never shares a batch with them', async () => {
    const { queue, batches, started } = createManual();
    const results = Promise.all([
      ...['a', 'b', 'c', 'd'].map((item) => queue.submit(item, indexing)),
      turn().then(() => queue.submit('q')),
    ]);
    await turn();
    await turn();
    for (let at = 0; at < 3; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(started()).toEqual(['ab', 'q', 'cd']);
    expect(await results).toEqual(['A', 'B', 'C', 'D', 'Q']);
  });

  test('as many batches run at a time as allowed, and no more', async () => {
    const { queue, batches, started } = createManual({ maxBatch: 1, concurrency: 2 });
    const results = Promise.all(['a', 'b', 'c'].map((item) => queue.submit(item)));
    await turn();
    expect(started()).toEqual(['a', 'b']);
    batches[1]?.finish();
    await turn();
    expect(started()).toEqual(['a', 'b', 'c']);
    for (const batch of batches) batch.finish();
    expect(await results).toEqual(['A', 'B', 'C']);
  });
});

describe('bounds', () => {
  test('a full queue refuses with OVERLOADED and when to come back, instead of letting everybody wait', async () => {
    const { queue, batches } = createManual({ maxBatch: 1, maxWaiting: 2 });
    const accepted = ['a', 'b'].map((item) => queue.submit(item));
    await expect(queue.submit('c')).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfter: expect.any(Number) },
    });
    await turn();
    // The first is running now, so that one more may wait.
    const late = queue.submit('d');
    for (let at = 0; at < 3; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(await Promise.all([...accepted, late])).toEqual(['A', 'B', 'D']);
  });

  test('an import that fills its queue does not lock out searches', async () => {
    const { queue, batches } = createManual({ maxBatch: 1, maxWaiting: 1 });
    const product = queue.submit('a', indexing);
    await expect(queue.submit('b', indexing)).rejects.toBeInstanceOf(AppError);
    const search = queue.submit('q');
    await turn();
    batches[0]?.finish();
    await turn();
    batches[1]?.finish();
    expect(await Promise.all([product, search])).toEqual(['A', 'Q']);
  });
});

describe('fairness', () => {
  test('one slow host takes only its share of the places, and others pass those that wait for it', async () => {
    const { queue, batches, started } = createManual({
      maxBatch: 1,
      concurrency: 3,
      perKey: [{ maxRunning: 1, maxWaiting: 2 }],
    });
    const slow = { keys: ['slow.example'] };
    const results = Promise.all([
      queue.submit('a', slow),
      queue.submit('b', slow),
      queue.submit('x', { keys: ['other.example'] }),
      queue.submit('y'),
    ]);
    await turn();
    expect(started()).toEqual(['a', 'x', 'y']);
    batches[0]?.finish();
    await turn();
    expect(started()).toEqual(['a', 'x', 'y', 'b']);
    for (const batch of batches) batch.finish();
    expect(await results).toEqual(['A', 'B', 'X', 'Y']);
  });

  test('a host whose share of the queue is full is refused while others still find room', async () => {
    const { queue, batches } = createManual({ maxBatch: 1, perKey: [{ maxRunning: 1, maxWaiting: 1 }] });
    const running = queue.submit('a', { keys: ['slow'] });
    await turn();
    const waiting = queue.submit('b', { keys: ['slow'] });
    expect(queue.isFull({ keys: ['slow'] })).toBe(true);
    expect(queue.isFull({ keys: ['fast'] })).toBe(false);
    await expect(queue.submit('c', { keys: ['slow'] })).rejects.toMatchObject({ code: 'OVERLOADED' });
    const other = queue.submit('d', { keys: ['fast'] });
    for (let at = 0; at < 3; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(await Promise.all([running, waiting, other])).toEqual(['A', 'B', 'D']);
  });

  test('a caller with a hundred images does not make one with a single image wait for them', async () => {
    const { queue, batches, started } = createManual({ maxBatch: 1 });
    const of = (caller: string) => ({ keys: [caller] });
    const results = Promise.all(['a', 'b', 'c', 'd'].map((item) => queue.submit(item, of('many'))));
    await turn();
    const later = Promise.all([queue.submit('x', of('single')), queue.submit('e', of('many'))]);
    for (let at = 0; at < 6; at++) {
      await turn();
      batches[at]?.finish();
    }
    await Promise.all([results, later]);
    expect(started()).toEqual(['a', 'b', 'x', 'c', 'd', 'e']);
  });

  test('of two callers who both send many, each gets every second turn', async () => {
    const { queue, batches, started } = createManual({ maxBatch: 1 });
    const results = Promise.all([
      ...['a', 'b', 'c'].map((item) => queue.submit(item, { keys: ['first'] })),
      ...['x', 'y', 'z'].map((item) => queue.submit(item, { keys: ['second'] })),
    ]);
    for (let at = 0; at < 6; at++) {
      await turn();
      batches[at]?.finish();
    }
    await results;
    expect(started().join('')).toBe('axbycz');
  });

  test('who takes back what waits gains no turns by it', async () => {
    const { queue, batches, started } = createManual({ maxBatch: 1 });
    const left: Promise<unknown>[] = [];
    const kept: Promise<string>[] = [queue.submit('a', { keys: ['sly'] })];
    for (const item of ['b', 'c', 'd']) {
      const controller = new AbortController();
      left.push(queue.submit('-', { keys: ['sly'], signal: controller.signal }).catch(() => {}));
      controller.abort();
      kept.push(queue.submit(item, { keys: ['sly'] }));
    }
    kept.push(queue.submit('x', { keys: ['honest'] }), queue.submit('y', { keys: ['honest'] }));
    for (let at = 0; at < 6; at++) {
      await turn();
      batches[at]?.finish();
    }
    await Promise.all([...kept, ...left]);
    expect(started().join('')).toBe('axbycd');
  });

  test('a host has its bound whoever asks for it, and a caller has one whatever the host', async () => {
    const perKey = [
      { maxRunning: 2, maxWaiting: 9 },
      { maxRunning: 1, maxWaiting: 9 },
    ];
    const { queue, batches, started } = createManual({ maxBatch: 1, concurrency: 9, perKey });
    const results = Promise.all([
      queue.submit('a', { keys: ['ann', 'slow.example'] }),
      queue.submit('b', { keys: ['bob', 'slow.example'] }),
      queue.submit('c', { keys: ['ann', 'one.example'] }),
      queue.submit('d', { keys: ['ann', 'two.example'] }),
      queue.submit('e', { keys: ['bob', 'two.example'] }),
    ]);
    await turn();
    expect(started()).toEqual(['a', 'c', 'e']);
    for (let at = 0; at < 5; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(await results).toEqual(['A', 'B', 'C', 'D', 'E']);
  });
});

describe('aborting', () => {
  test('a customer who leaves is taken out of the queue, and the model never computes for them', async () => {
    const { queue, batches, started } = createManual({ maxBatch: 1 });
    const controller = new AbortController();
    const first = queue.submit('a');
    const left = queue.submit('b', { signal: controller.signal });
    const last = queue.submit('c');
    await turn();
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    for (let at = 0; at < 2; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(await Promise.all([first, last])).toEqual(['A', 'C']);
    expect(started()).toEqual(['a', 'c']);
  });

  test('leaving while the batch runs rejects at once and disturbs nobody else in it', async () => {
    const { queue, batches } = createManual();
    const controller = new AbortController();
    const left = queue.submit('a', { signal: controller.signal });
    const stays = queue.submit('b');
    await turn();
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    batches[0]?.finish();
    expect(await stays).toBe('B');
  });

  test('a signal that is aborted already is answered without queueing', async () => {
    const { queue, started } = createManual();
    await expect(queue.submit('a', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    await turn();
    expect(started()).toEqual([]);
  });
});

describe('failures', () => {
  test('one bad item of a batch fails alone', async () => {
    const queue = createWorkQueue<string, string>({
      run: async (items) => {
        if (items.includes('bad')) throw new Error('cannot');
        return items.map((item) => item.toUpperCase());
      },
      maxBatch: 3,
      maxWaiting: 10,
      refuse,
    });
    const [a, bad, c] = await Promise.allSettled(['a', 'bad', 'c'].map((item) => queue.submit(item)));
    expect(a).toEqual({ status: 'fulfilled', value: 'A' });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'cannot' } });
    expect(c).toEqual({ status: 'fulfilled', value: 'C' });
    expect(await queue.submit('after')).toBe('AFTER');
  });

  test('a model that returns fewer results than asked for fails loudly instead of mixing up products', async () => {
    const queue = createWorkQueue<string, string>({ run: async () => [], maxBatch: 1, maxWaiting: 10, refuse });
    await expect(queue.submit('a')).rejects.toThrow('1 items gave 0 results');
  });
});

describe('closing', () => {
  test('what runs is finished, what waits and what comes is refused, so that a restart loses no answer half way', async () => {
    const { queue, batches } = createManual({ maxBatch: 1 });
    const running = queue.submit('a');
    const waiting = queue.submit('b');
    await turn();
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(queue.submit('c')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await turn();
    expect(closed).toBe(false);
    batches[0]?.finish();
    expect(await running).toBe('A');
    await closing;
  });

  test('closing an idle queue, twice, comes to an end', async () => {
    const { queue } = createManual();
    await queue.close();
    await queue.close();
  });
});
