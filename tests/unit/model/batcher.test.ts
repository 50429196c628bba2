import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { createBatcher } from '../../../src/model/batcher.ts';

/** A batcher over a `run` that the test finishes by hand; `batches` are those that were started. */
function createManual(options: { maxBatch?: number; maxQueue?: number; concurrency?: number } = {}) {
  const batches: { items: readonly string[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const batcher = createBatcher<string, string>({
    run(items) {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      batches.push({ items, finish: () => resolve(items.map((item) => item.toUpperCase())), fail: reject });
      return promise;
    },
    maxBatch: 2,
    maxQueue: 10,
    ...options,
  });
  const started = () => batches.map(({ items }) => items.join(''));
  return { batcher, batches, started };
}

/** Lets everything happen that needs no one from outside. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const indexing = { priority: 'indexing' } as const;

describe('batching', () => {
  test('what is asked together is computed together, one batch at a time, and each asker gets their own result', async () => {
    const { batcher, batches, started } = createManual();
    const results = Promise.all(['a', 'b', 'c'].map((item) => batcher.submit(item)));
    await turn();
    expect(started()).toEqual(['ab']);
    batches[0]?.finish();
    await turn();
    expect(started()).toEqual(['ab', 'c']);
    batches[1]?.finish();
    expect(await results).toEqual(['A', 'B', 'C']);
  });

  test('a search overtakes the products that wait, and never shares a batch with them', async () => {
    const { batcher, batches, started } = createManual();
    const results = Promise.all([
      ...['a', 'b', 'c', 'd'].map((item) => batcher.submit(item, indexing)),
      turn().then(() => batcher.submit('q')),
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
    const { batcher, batches, started } = createManual({ maxBatch: 1, concurrency: 2 });
    const results = Promise.all(['a', 'b', 'c'].map((item) => batcher.submit(item)));
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
    const { batcher, batches } = createManual({ maxBatch: 1, maxQueue: 2 });
    const accepted = ['a', 'b'].map((item) => batcher.submit(item));
    await expect(batcher.submit('c')).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfter: expect.any(Number) },
    });
    await turn();
    // The first is running now, so that one more may wait.
    const late = batcher.submit('d');
    for (let at = 0; at < 3; at++) {
      batches[at]?.finish();
      await turn();
    }
    expect(await Promise.all([...accepted, late])).toEqual(['A', 'B', 'D']);
  });

  test('an import that fills its queue does not lock out searches', async () => {
    const { batcher, batches } = createManual({ maxBatch: 1, maxQueue: 1 });
    const product = batcher.submit('a', indexing);
    await expect(batcher.submit('b', indexing)).rejects.toBeInstanceOf(AppError);
    const search = batcher.submit('q');
    await turn();
    batches[0]?.finish();
    await turn();
    batches[1]?.finish();
    expect(await Promise.all([product, search])).toEqual(['A', 'Q']);
  });
});

describe('aborting', () => {
  test('a customer who leaves is taken out of the queue, and the model never computes for them', async () => {
    const { batcher, batches, started } = createManual({ maxBatch: 1 });
    const controller = new AbortController();
    const first = batcher.submit('a');
    const left = batcher.submit('b', { signal: controller.signal });
    const last = batcher.submit('c');
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
    const { batcher, batches } = createManual();
    const controller = new AbortController();
    const left = batcher.submit('a', { signal: controller.signal });
    const stays = batcher.submit('b');
    await turn();
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    batches[0]?.finish();
    expect(await stays).toBe('B');
  });

  test('a signal that is aborted already is answered without queueing', async () => {
    const { batcher, started } = createManual();
    await expect(batcher.submit('a', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    await turn();
    expect(started()).toEqual([]);
  });
});

describe('failures', () => {
  test('one bad item of a batch fails alone', async () => {
    const batcher = createBatcher<string, string>({
      run: async (items) => {
        if (items.includes('bad')) throw new Error('cannot');
        return items.map((item) => item.toUpperCase());
      },
      maxBatch: 3,
      maxQueue: 10,
    });
    const [a, bad, c] = await Promise.allSettled(['a', 'bad', 'c'].map((item) => batcher.submit(item)));
    expect(a).toEqual({ status: 'fulfilled', value: 'A' });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'cannot' } });
    expect(c).toEqual({ status: 'fulfilled', value: 'C' });
    expect(await batcher.submit('after')).toBe('AFTER');
  });

  test('a model that returns fewer results than asked for fails loudly instead of mixing up products', async () => {
    const batcher = createBatcher<string, string>({ run: async () => [], maxBatch: 1, maxQueue: 10 });
    await expect(batcher.submit('a')).rejects.toThrow('1 items gave 0 results');
  });
});

describe('closing', () => {
  test('what runs is finished, what waits and what comes is refused, so that a restart loses no answer half way', async () => {
    const { batcher, batches } = createManual({ maxBatch: 1 });
    const running = batcher.submit('a');
    const waiting = batcher.submit('b');
    await turn();
    let closed = false;
    const closing = batcher.close().then(() => {
      closed = true;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(batcher.submit('c')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await turn();
    expect(closed).toBe(false);
    batches[0]?.finish();
    expect(await running).toBe('A');
    await closing;
  });

  test('closing an idle queue, twice, comes to an end', async () => {
    const { batcher } = createManual();
    await batcher.close();
    await batcher.close();
  });
});
