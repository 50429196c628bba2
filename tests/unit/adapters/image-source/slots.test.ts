import { expect, test } from 'vitest';
import { createSlots } from '../../../../src/adapters/image-source/slots.ts';

test('no more images are fetched at once than allowed, and everyone gets a turn in order', async () => {
  const slots = createSlots(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const job = async (id: number) => {
    const release = await slots.acquire();
    order.push(id);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    release();
    release(); // giving back twice must not make a second place
  };
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map(job));
  expect(order).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(2);
});

test('a caller who goes away while waiting takes nobody else’s place', async () => {
  const slots = createSlots(1);
  const release = await slots.acquire();
  const controller = new AbortController();
  const given = slots.acquire(controller.signal);
  const next = slots.acquire();
  controller.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  release();
  (await next)();
  (await slots.acquire())();
  await expect(slots.acquire(controller.signal)).rejects.toThrow('gone');
});
