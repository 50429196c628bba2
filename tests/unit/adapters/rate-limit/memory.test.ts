import { describe, expect, test } from 'vitest';
import { createMemoryRateLimiter } from '../../../../src/adapters/rate-limit/memory.ts';

function createLimiter(maxCallers?: number) {
  const clock = { ms: 1_000_000 };
  const limiter = createMemoryRateLimiter({
    windowMs: 60_000,
    now: () => clock.ms,
    ...(maxCallers !== undefined && { maxCallers }),
  });
  const take = (caller = 'shop', budget = 'searches', max = 3) => limiter.take({ caller, budget, max });
  return { take, clock };
}

const ALLOWED = { allowed: true };

describe('the limits of one process', () => {
  test('let a caller use its whole budget and not one call more', async () => {
    const { take } = createLimiter();
    expect(await Promise.all([take(), take(), take()])).toEqual([ALLOWED, ALLOWED, ALLOWED]);
    expect(await take()).toEqual({ allowed: false, retryAfterMs: 60_000 });
  });

  test('say exactly when the next call is free, so a client that obeys is not refused again', async () => {
    const { take, clock } = createLimiter();
    await take();
    clock.ms += 20_000;
    await take();
    await take();
    clock.ms += 10_000;
    expect(await take()).toEqual({ allowed: false, retryAfterMs: 30_000 });
    clock.ms += 29_999;
    expect(await take()).toEqual({ allowed: false, retryAfterMs: 1 });
    clock.ms += 1;
    expect(await take()).toEqual(ALLOWED);
    expect(await take()).toEqual({ allowed: false, retryAfterMs: 20_000 });
  });

  test('hold for any minute, not just for calendar minutes, so nobody gets a double portion at the turn', async () => {
    const { take, clock } = createLimiter();
    const allowedAt: number[] = [];
    for (let step = 0; step < 600; step += 1) {
      clock.ms += 1_000;
      if ((await take()).allowed) allowedAt.push(clock.ms);
    }
    for (const at of allowedAt) {
      const inMinute = allowedAt.filter((other) => other > at - 60_000 && other <= at);
      expect(inMinute.length).toBeLessThanOrEqual(3);
    }
    expect(allowedAt).toHaveLength(30);
  });

  test('hold for a large budget at every moment, whatever of it has left the minute already', async () => {
    const { take, clock } = createLimiter();
    const allowedAt: number[] = [];
    for (let step = 0; step < 4_000; step += 1) {
      clock.ms += (step * 37) % 131;
      const inMinute = allowedAt.filter((at) => at > clock.ms - 60_000).length;
      const { allowed } = await take('shop', 'searches', 500);
      expect(allowed).toBe(inMinute < 500);
      if (allowed) allowedAt.push(clock.ms);
    }
    // The minute was full more than once, and there was room in it again.
    expect(allowedAt.length).toBeGreaterThan(1_000);
    expect(allowedAt.length).toBeLessThan(4_000);
  });

  test('a caller that keeps knocking is not locked out for good: refused calls do not count', async () => {
    const { take, clock } = createLimiter();
    for (let call = 0; call < 100; call += 1) await take();
    clock.ms += 60_000;
    expect(await take()).toEqual(ALLOWED);
  });

  test('count each caller and each budget by itself', async () => {
    const { take } = createLimiter();
    for (let call = 0; call < 3; call += 1) await take();
    expect((await take()).allowed).toBe(false);
    expect(await take('another shop')).toEqual(ALLOWED);
    expect(await take('shop', 'writes')).toEqual(ALLOWED);
  });

  test('a budget that was lowered holds at once', async () => {
    const { take } = createLimiter();
    for (let call = 0; call < 3; call += 1) await take();
    expect((await take('shop', 'searches', 2)).allowed).toBe(false);
    expect(await take('shop', 'searches', 4)).toEqual(ALLOWED);
  });

  test('remember a bounded number of callers, so that a flood of addresses does not fill memory', async () => {
    const { take } = createLimiter(2);
    for (let call = 0; call < 3; call += 1) await take('a');
    await take('b');
    await take('c');
    expect(await take('a')).toEqual(ALLOWED);
  });
});
