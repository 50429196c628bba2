import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Cache } from '@envelop/response-cache';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRedisCache } from '../../../src/adapters/cache/redis.ts';
import { openRedis } from '../../../src/adapters/cache/redis-connection.ts';
import { createResponseCache } from '../../../src/adapters/cache/response-cache.ts';
import { createMemoryRateLimiter } from '../../../src/adapters/rate-limit/memory.ts';
import { createRedisRateLimiter } from '../../../src/adapters/rate-limit/redis.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { findFreePort, hasRedis, hasRedisTls, startRedis, type TestRedisOptions } from '../../support/redis.ts';

const WAIT = { timeout: 15_000, interval: 50 };

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: TestRedisOptions) {
  const server = await startRedis(options);
  cleanups.push(() => server.stop());
  return server;
}

function connect(url: string) {
  const redis = openRedis({ url, logger: createSilentLogger(), now: Date.now, timeoutMs: 2_000 });
  cleanups.push(() => redis.close());
  const cache = createRedisCache({ redis, collection: 'products' });
  cleanups.push(() => cache.close());
  return { redis, cache };
}

/** Uses everything that Vitrine keeps in Redis once; fails when any part of it does not work there. */
async function expectAllToWork(url: string) {
  const { redis, cache } = connect(url);
  await vi.waitFor(async () => expect(await cache.epoch.current()).toBeDefined(), WAIT);
  await cache.ping();

  await cache.bytes.set('a', Uint8Array.of(1, 2), 60_000);
  expect([...((await cache.bytes.get('a')) ?? [])]).toEqual([1, 2]);

  const before = await cache.epoch.current();
  await cache.epoch.bump();
  expect(await cache.epoch.current()).not.toBe(before);

  const responses: Cache = createResponseCache(cache.bytes);
  responses.set('q', { data: { answer: 42 } }, [{ typename: 'Product', id: 1 }], 60_000);
  await vi.waitFor(async () => expect(await responses.get('q')).toEqual({ data: { answer: 42 } }), WAIT);

  const fallback = { take: () => Promise.reject(new Error('Redis was not asked')) };
  const limiter = createRedisRateLimiter({ redis, windowMs: 60_000, fallback });
  expect(await limiter.take({ caller: 'c', budget: 'searches', max: 1 })).toEqual({ allowed: true });
  expect(await limiter.take({ caller: 'c', budget: 'searches', max: 1 })).toMatchObject({ allowed: false });
  return redis;
}

describe.skipIf(!hasRedis)('the ways to run Redis', { timeout: 40_000 }, () => {
  test('a single Redis with a database number', async () => {
    const server = await start();
    await expectAllToWork(`${server.url}/5`);
    const other = new Redis(server.port, '127.0.0.1', { db: 5 });
    expect(await other.exists('vitrine:1:a')).toBe(1);
    other.disconnect();
  });

  test('a user with a password', async () => {
    const server = await start({ args: () => ['--user', 'shop', 'on', '>secret', '~vitrine:*', '+@all'] });
    await expectAllToWork(`redis://shop:secret@127.0.0.1:${server.port}`);
  });

  test('a cluster', async () => {
    const bus = await findFreePort();
    const flags = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-announce-ip', '127.0.0.1'];
    const server = await start({ args: () => flags });
    const admin = new Redis(server.port, '127.0.0.1');
    await admin.call('cluster', 'addslotsrange', '0', '16383');
    await vi.waitFor(async () => expect(await admin.cluster('INFO')).toContain('cluster_state:ok'), WAIT);
    admin.disconnect();
    await expectAllToWork(`redis+cluster://127.0.0.1:${server.port}`);
  });

  test('a master behind a sentinel', async () => {
    const master = await start({ password: 'secret' });
    const sentinel = await start({
      readyLine: /\+monitor master/,
      args: (_, dir) => {
        const file = join(dir, 'sentinel.conf');
        writeFileSync(file, `sentinel monitor main 127.0.0.1 ${master.port} 1\nsentinel auth-pass main secret\n`);
        return [file, '--sentinel'];
      },
    });
    await expectAllToWork(`redis+sentinel://:secret@127.0.0.1:${sentinel.port}/main`);
  });

  test('no cluster and no sentinel there: the server starts and every call is a miss', async () => {
    const port = await findFreePort();
    for (const url of [`redis+cluster://127.0.0.1:${port}`, `redis+sentinel://127.0.0.1:${port}/main`]) {
      const { cache } = connect(url);
      expect(await cache.bytes.get('a')).toBeUndefined();
      await cache.bytes.set('a', Uint8Array.of(1), 60_000);
      await cache.epoch.bump();
      expect(await cache.epoch.current()).toBeUndefined();
      await expect(cache.ping()).rejects.toThrow('does not answer');
    }
  });

  test('the limits of one process count when there is no cluster', async () => {
    const { redis } = connect(`redis+cluster://127.0.0.1:${await findFreePort()}`);
    const fallback = createMemoryRateLimiter({ windowMs: 60_000, now: Date.now });
    const limiter = createRedisRateLimiter({ redis, windowMs: 60_000, fallback });
    expect(await limiter.take({ caller: 'c', budget: 'searches', max: 1 })).toEqual({ allowed: true });
    expect(await limiter.take({ caller: 'c', budget: 'searches', max: 1 })).toMatchObject({ allowed: false });
  });
});

describe.skipIf(!hasRedisTls)('Redis with TLS', { timeout: 30_000 }, () => {
  const trusted = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(trusted));

  test('is used when its certificate is trusted', async () => {
    const server = await start({ tls: true, password: 'secret' });
    setDefaultCACertificates([...trusted, server.certificate ?? '']);
    await expectAllToWork(server.url);
  });

  test('gets neither password nor data when its certificate is not', async () => {
    const server = await start({ tls: true, password: 'secret' });
    const { cache } = connect(server.url);
    await vi.waitFor(() => expect(cache.ping()).rejects.toThrow(/self-signed certificate/), WAIT);
    expect(await cache.epoch.current()).toBeUndefined();
  });
});
