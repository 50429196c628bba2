import { describe, expect, test } from 'vitest';
import { createWriteOrder } from '../../../../src/services/indexing/write-order.ts';

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The same numbers below `max` for the same seed. */
function createRandom(seed: number) {
  let state = seed;
  return (max: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * max);
  };
}

/** Lets `count` writes arrive, one a turn, that get ready and are stored as slowly as chance will have it. */
async function writeAtRandom(seed: number, count: number) {
  const random = createRandom(seed);
  const order = createWriteOrder();
  const stored: { id: string; number: number }[] = [];
  const busy = new Set<string>();
  const overlaps: string[] = [];
  let lastKept = new Map<string, number>();

  const write = async (ids: readonly string[], number: number) => {
    const writes = ids.map((id) => ({ id, place: order.arrive(id, 'index') }));
    const [readyAfter, storedAfter, fails] = [random(20), random(5), random(8) === 0];
    if (!fails) lastKept = new Map([...lastKept, ...ids.map((id) => [id, number] as const)]);
    try {
      await turns(readyAfter);
      await order.store(writes, async (current) => {
        for (const { id } of current) {
          if (busy.has(id)) overlaps.push(id);
          busy.add(id);
        }
        await turns(storedAfter);
        for (const { id } of current) busy.delete(id);
        if (fails) throw new Error('the store is away');
        stored.push(...current.map(({ id }) => ({ id, number })));
      });
    } catch {
      // What becomes of a failed write is its caller's concern.
    } finally {
      for (const { place } of writes) order.leave(place);
    }
  };

  const all: Promise<void>[] = [];
  for (let number = 1; number <= count; number += 1) {
    const ids = ['a', 'b', 'c', 'd'].filter(() => random(2) === 0);
    all.push(write(ids, number));
    await turns(random(2));
  }
  await Promise.all(all);
  return { stored, overlaps, lastKept };
}

describe('the order of writes', () => {
  test.each([1, 2, 3, 4, 5])(
    'leaves each product as the last write that succeeded would have it, whatever was slow (%s)',
    async (seed) => {
      const { stored, overlaps, lastKept } = await writeAtRandom(seed, 200);
      expect(overlaps).toEqual([]);
      for (const id of ['a', 'b', 'c', 'd']) {
        const numbers = stored.filter((write) => write.id === id).map(({ number }) => number);
        expect(numbers.length).toBeGreaterThan(10);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(numbers.at(-1)).toBe(lastKept.get(id));
      }
    },
  );

  test('lets writes to other products pass, so that one slow image holds nobody up', async () => {
    const order = createWriteOrder();
    const held = Promise.withResolvers<void>();
    const slow = order.store([{ place: order.arrive('a', 'index') }], () => held.promise);
    let isStored = false;
    await order.store([{ place: order.arrive('b', 'index') }], async () => {
      isStored = true;
    });
    expect(isStored).toBe(true);
    held.resolve();
    await slow;
  });

  test('knows of an earlier write only while it is under way and not overtaken', async () => {
    const order = createWriteOrder();
    const indexing = order.arrive('a', 'index');
    const [first, second] = [order.arrive('a', 'delete'), order.arrive('a', 'delete')];
    expect([indexing.isFirst, first.isFirst]).toEqual([true, false]);
    expect(order.isOnItsWay(first)).toBe(true);
    await order.store([{ place: first }], async () => {});
    expect(order.isOnItsWay(second)).toBe(false);
    for (const place of [indexing, first, second]) order.leave(place);
    expect(order.arrive('a', 'index').isFirst).toBe(true);
  });
});
