import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRedis } from '../../../src/adapters/cache/redis-connection.ts';
import { createMemoryRateLimiter } from '../../../src/adapters/rate-limit/memory.ts';
import { createRedisRateLimiter } from '../../../src/adapters/rate-limit/redis.ts';
import type { RateLimiter } from '../../../src/adapters/rate-limit/types.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const WAIT = { timeout: 15_000, interval: 10 };

describe.skipIf(!hasRedis)('limits that replicas share through a real Redis', { timeout: 30_000 }, () => {
  let server: TestRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const part of opened.splice(0)) await part.close();
    await server.restart();
  });
  afterAll(() => server.stop());

  async function createReplica(windowMs = 60_000, fallback: RateLimiter = { take: failTest }) {
    // A busy test machine must not turn a slow answer into a fallback where the test counts exactly.
    const redis = openRedis({ url: server.url, logger: createSilentLogger(), now: Date.now, timeoutMs: 5_000 });
    opened.push(redis);
    await new Promise<void>((resolve) => redis.onReady(resolve));
    return { client: redis.client, limiter: createRedisRateLimiter({ redis, windowMs, fallback }) };
  }

  const failTest = () => Promise.reject(new Error('Redis was not asked'));

  test('two replicas at once let through exactly the budget, so it cannot be doubled by adding replicas', async () => {
    const [first, second] = [await createReplica(), await createReplica()];
    const call = { caller: 'shop', budget: 'searches', max: 100 };
    const verdicts = await Promise.all(
      Array.from({ length: 150 }, () => [first.limiter.take(call), second.limiter.take(call)]).flat(),
    );
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(100);
  });

  test('a refused caller is told a time after which it gets through', async () => {
    const { limiter } = await createReplica(300);
    const call = { caller: 'shop', budget: 'searches', max: 2 };
    await limiter.take(call);
    await limiter.take(call);
    const refused = await limiter.take(call);
    if (refused.allowed) throw new Error('the third call was allowed');
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(300);
    await vi.waitFor(async () => expect(await limiter.take(call)).toEqual({ allowed: true }), WAIT);
  });

  test('callers and budgets are counted apart, whatever is in their names', async () => {
    const { limiter } = await createReplica();
    const calls = ['shop', 'shop:x', '2001:db8::1', 'Größe "x"\n'].flatMap((caller) =>
      ['searches', 'writes'].map((budget) => ({ caller, budget, max: 1 })),
    );
    for (const call of calls) expect(await limiter.take(call)).toEqual({ allowed: true });
    for (const call of calls) expect(await limiter.take(call)).toMatchObject({ allowed: false });
  });

  test('a caller costs Redis a bounded list that expires, so that a flood of addresses passes', async () => {
    const { client, limiter } = await createReplica();
    for (let call = 0; call < 50; call += 1) await limiter.take({ caller: 'shop', budget: 'searches', max: 10 });
    const key = 'vitrine:1:rate:searches:shop';
    expect(await client.keys('*')).toEqual([key]);
    expect(await client.llen(key)).toBe(10);
    expect(await client.pttl(key)).toBeGreaterThan(0);
    expect(await client.pttl(key)).toBeLessThanOrEqual(60_000);
    await limiter.take({ caller: 'shop', budget: 'searches', max: 5 });
    expect(await client.llen(key)).toBe(10);
  });

  test('while Redis is away calls go on and limits too, for each process; afterwards they are shared again', async () => {
    const fallback = createMemoryRateLimiter({ windowMs: 60_000, now: Date.now });
    const [first, second] = [await createReplica(60_000, fallback), await createReplica()];
    const call = { caller: 'shop', budget: 'searches', max: 1 };
    expect(await first.limiter.take(call)).toEqual({ allowed: true });
    expect(await first.limiter.take(call)).toMatchObject({ allowed: false });
    await server.kill();
    await vi.waitFor(() => expect(first.client.status).not.toBe('ready'), WAIT);
    expect(await first.limiter.take(call)).toEqual({ allowed: true });
    expect(await first.limiter.take(call)).toMatchObject({ allowed: false });

    await server.restart();
    await vi.waitFor(() => expect([first.client.status, second.client.status]).toEqual(['ready', 'ready']), WAIT);
    expect(await second.limiter.take(call)).toEqual({ allowed: true });
    expect(await first.limiter.take(call)).toMatchObject({ allowed: false });
  });
});
