import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRedisCache } from '../../../src/adapters/cache/redis.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/cache/redis-connection.ts';
import { createRecordingLogger } from '../../support/log.ts';
import { findFreePort, hasRedis, startRedis, type TestRedis, type TestRedisOptions } from '../../support/redis.ts';

const VALUE = Uint8Array.of(0, 255, 10, 13, 128);
const WAIT = { timeout: 15_000, interval: 20 };

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: TestRedisOptions): Promise<TestRedis> {
  const server = await startRedis(options);
  cleanups.push(() => server.stop());
  return server;
}

/**
 * A connection that its test need not close, what it logs, and a clock that the test moves. It is more patient than in
 * production, so that a busy test machine makes no misses.
 */
function connect(url: string, timeoutMs = 2_000) {
  const { logger, lines } = createRecordingLogger();
  const clock = { ms: 0 };
  const redis = openRedis({ url, logger, now: () => clock.ms, timeoutMs });
  cleanups.push(() => redis.close());
  const cache = createRedisCache({ redis, collection: 'products' });
  cleanups.push(() => cache.close());
  return { redis, cache, lines, clock };
}

const ready = (redis: RedisConnection) => new Promise<void>((resolve) => redis.onReady(resolve));

describe.skipIf(!hasRedis)('the cache on a real Redis', { timeout: 30_000 }, () => {
  test('one replica finds what another put in, byte for byte, so nothing is computed twice', async () => {
    const { url } = await start();
    const [first, second] = [connect(url), connect(url)];
    await Promise.all([ready(first.redis), ready(second.redis)]);
    await first.cache.bytes.set('a', VALUE, 60_000);
    expect(await second.cache.bytes.get('a')).toSatisfy((bytes: Uint8Array) => Buffer.from(VALUE).equals(bytes));
    expect(await second.cache.bytes.get('b')).toBeUndefined();
    expect(first.cache.backend).toBe('redis');
    await expect(first.cache.ping()).resolves.toBeUndefined();
  });

  test('every entry expires, later when its use says so, so Redis does not fill with forgotten searches', async () => {
    const { url } = await start();
    const { redis, cache } = connect(url);
    await ready(redis);
    await cache.bytes.set('a', VALUE, 60_000);
    const left = () => redis.client.pttl('vitrine:1:a');
    expect(await left()).toBeGreaterThan(0);
    await cache.bytes.get('a');
    expect(await left()).toBeLessThanOrEqual(60_000);
    await cache.bytes.get('a', 600_000);
    expect(await left()).toBeGreaterThan(60_000);
    await redis.client.pexpire('vitrine:1:a', 0);
    expect(await cache.bytes.get('a')).toBeUndefined();
  });

  test('every key carries the namespace, so one Redis can serve other programs too', async () => {
    const { url } = await start();
    const { redis, cache } = connect(url);
    await ready(redis);
    await cache.bytes.set('a', VALUE, 60_000);
    await vi.waitFor(async () => expect(await cache.epoch.current()).toBeDefined(), WAIT);
    const keys = await redis.client.keys('*');
    expect(keys.sort()).toEqual(['vitrine:1:a', 'vitrine:1:epoch:products']);
  });

  test('a Redis that is not there is a miss and one line in the log, and is used as soon as it comes', async () => {
    const port = await findFreePort();
    const { redis, cache, lines } = connect(`redis://127.0.0.1:${port}`);
    await expect(cache.bytes.set('a', VALUE, 60_000)).resolves.toBeUndefined();
    expect(await cache.bytes.get('a')).toBeUndefined();
    expect(await cache.epoch.current()).toBeUndefined();
    await vi.waitFor(() => expect(cache.ping()).rejects.toThrow(/^Redis at redis:\/\/127.* ECONNREFUSED/), WAIT);
    expect(lines).toHaveLength(1);

    await start({ port });
    await ready(redis);
    await vi.waitFor(async () => expect(await cache.epoch.current()).toBeDefined(), WAIT);
    await cache.bytes.set('a', VALUE, 60_000);
    expect(await cache.bytes.get('a')).toBeDefined();
  });

  test('when Redis ends, calls miss; when it is back, it is used again without a restart of the server', async () => {
    const server = await start();
    const { redis, cache } = connect(server.url);
    await ready(redis);
    await cache.bytes.set('a', VALUE, 60_000);
    await server.kill();
    expect(await cache.bytes.get('a')).toBeUndefined();
    await expect(cache.ping()).rejects.toThrow('does not answer');
    await server.restart();
    await vi.waitFor(async () => {
      await cache.bytes.set('b', VALUE, 60_000);
      expect(await cache.bytes.get('b')).toBeDefined();
    }, WAIT);
    await expect(cache.ping()).resolves.toBeUndefined();
  });

  test('a Redis that hangs is a miss, and is used again when it moves on', async () => {
    const server = await start();
    const { redis, cache, clock } = connect(server.url, 50);
    await ready(redis);
    await vi.waitFor(async () => {
      await cache.bytes.set('a', VALUE, 60_000);
      expect(await cache.bytes.get('a')).toBeDefined();
    }, WAIT);
    server.freeze();
    for (let call = 0; call < 8; call += 1) expect(await cache.bytes.get('a')).toBeUndefined();
    await expect(cache.ping()).rejects.toThrow('no answer within 1000 ms');
    server.thaw();
    clock.ms += 1_000;
    await vi.waitFor(async () => expect(await cache.bytes.get('a')).toBeDefined(), WAIT);
  });

  test('a wrong password is a miss with its reason in the log, and no password in there', async () => {
    const { port } = await start({ password: 'the right one' });
    const { cache, lines } = connect(`redis://:hunter2@127.0.0.1:${port}`);
    await vi.waitFor(() => expect(cache.ping()).rejects.toThrow('WRONGPASS'), WAIT);
    expect(await cache.bytes.get('a')).toBeUndefined();
    expect(await cache.epoch.current()).toBeUndefined();
    expect(lines.join()).toContain('WRONGPASS');
    expect(lines.join()).not.toContain('hunter2');
  });

  test('a missing password is named as what is wrong', async () => {
    const { port } = await start({ password: 'secret' });
    const { cache } = connect(`redis://127.0.0.1:${port}`);
    await vi.waitFor(() => expect(cache.ping()).rejects.toThrow('NOAUTH'), WAIT);
  });

  test('the right password, with all its special characters, lets the server in', async () => {
    const { url } = await start({ password: 'p@ss:w/o?r#d %' });
    const { redis, cache, lines } = connect(url);
    await ready(redis);
    await cache.bytes.set('a', VALUE, 60_000);
    expect(await cache.bytes.get('a')).toBeDefined();
    expect(lines.join()).not.toContain('p@ss');
  });

  test('closing ends at once, with Redis there, hanging or gone, so that the server can stop', async () => {
    const server = await start();
    const connections = [connect(server.url), connect(server.url), connect(server.url)];
    await Promise.all(connections.map(({ redis }) => ready(redis)));
    const [there, hanging, gone] = connections;
    await there?.redis.close();
    server.freeze();
    await hanging?.redis.close();
    server.thaw();
    await server.kill();
    await gone?.redis.close();
    await server.restart();
    for (const { redis, cache } of connections) {
      expect(await cache.bytes.get('a')).toBeUndefined();
      expect(redis.client.status).not.toBe('ready');
    }
  });
});
