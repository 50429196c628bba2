import { describe, expect, test } from 'vitest';
import { createWriteOrder, type Place } from '../../../../src/services/indexing/write-order.ts';

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
  /** By product the last whole write and the updates on top of it: as they were stored, and as they arrived. */
  const state = new Map<string, number[]>();
  const wanted = new Map<string, number[]>();
  const busy = new Set<string>();
  const overlaps: string[] = [];

  const write = async (ids: readonly string[], number: number, kind: 'index' | 'update') => {
    const apply = (to: Map<string, number[]>, id: string) =>
      to.set(id, kind === 'index' ? [number] : [...(to.get(id) ?? []), number]);
    const writes = ids.map((id) => ({ id, place: order.arrive(id, kind) }));
    const [readyAfter, storedAfter, fails] = [random(20), random(5), random(8) === 0];
    if (!fails) for (const id of ids) apply(wanted, id);
    try {
      if (kind === 'update') for (const { place } of writes) await order.turn(place);
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
        for (const { id } of current) apply(state, id);
        return true;
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
    // An update is of one product.
    const isUpdate = ids.length === 1 || random(4) === 0;
    all.push(isUpdate ? write(ids.slice(0, 1), number, 'update') : write(ids, number, 'index'));
    await turns(random(2));
  }
  await Promise.all(all);
  return { stored, overlaps, state, wanted };
}

describe('the order of writes', () => {
  test.each([1, 2, 3, 4, 5])(
    'leaves each product as its writes in their order of arrival would have it, whatever was slow (%s)',
    async (seed) => {
      const { stored, overlaps, state, wanted } = await writeAtRandom(seed, 200);
      expect(overlaps).toEqual([]);
      for (const id of ['a', 'b', 'c', 'd']) {
        const numbers = stored.filter((write) => write.id === id).map(({ number }) => number);
        expect(numbers.length).toBeGreaterThan(10);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(state.get(id)).toEqual(wanted.get(id));
      }
    },
  );

  test('lets writes to other products pass, so that one slow image holds nobody up', async () => {
    const order = createWriteOrder();
    const held = Promise.withResolvers<void>();
    const slow = order.store([{ place: order.arrive('a', 'index') }], () => held.promise.then(() => true));
    let isStored = false;
    await order.store([{ place: order.arrive('b', 'index') }], async () => {
      isStored = true;
      return true;
    });
    expect(isStored).toBe(true);
    held.resolve();
    await slow;
  });

  test('lets an update build on what came before, as soon as that is stored, has failed or is overtaken', async () => {
    const order = createWriteOrder();
    const stored: string[] = [];
    const write = (name: string, kind: Place['kind']) => {
      const place = order.arrive('a', kind);
      const store = () =>
        order.store([{ place }], async () => {
          stored.push(name);
          return true;
        });
      return { place, store };
    };
    const [first, second] = [write('first', 'index'), write('second', 'index')];
    const third = write('third', 'update');
    const updating = third.store();
    await turns(3);
    expect(stored).toEqual([]);
    order.leave(second.place);
    await turns(3);
    expect(stored).toEqual([]);
    await first.store();
    await updating;
    expect(stored).toEqual(['first', 'third']);

    const [fourth, fifth, sixth] = [write('fourth', 'index'), write('fifth', 'update'), write('sixth', 'delete')];
    const overtaken = fifth.store();
    await sixth.store();
    await Promise.all([overtaken, fourth.store()]);
    expect(stored).toEqual(['first', 'third', 'sixth']);
  });

  test('gives an update another try that the store has refused', async () => {
    const order = createWriteOrder();
    const place = order.arrive('a', 'update');
    const answers = [false, true];
    const tries: boolean[] = [];
    for (const answer of answers) {
      await order.store([{ place }], async () => {
        tries.push(answer);
        return answer;
      });
    }
    expect(tries).toEqual(answers);
  });

  test('knows of an earlier write only while it is under way and not overtaken', async () => {
    const order = createWriteOrder();
    const indexing = order.arrive('a', 'index');
    const [first, second] = [order.arrive('a', 'delete'), order.arrive('a', 'delete')];
    expect([indexing.isFirst, first.isFirst]).toEqual([true, false]);
    expect(order.isOnItsWay(first)).toBe(true);
    await order.store([{ place: first }], async () => true);
    expect(order.isOnItsWay(second)).toBe(false);
    for (const place of [indexing, first, second]) order.leave(place);
    expect(order.arrive('a', 'index').isFirst).toBe(true);
  });
});
