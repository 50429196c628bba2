import type { Cache } from '@envelop/response-cache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRedisCache } from '../../../src/adapters/cache/redis.ts';
import { openRedis } from '../../../src/adapters/cache/redis-connection.ts';
import { createResponseCache } from '../../../src/adapters/cache/response-cache.ts';
import { createRecordingLogger } from '../../support/log.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const ANSWER = { data: { searchProducts: { total: 1, hits: [{ score: 0.5, name: 'Schöne "rote" Tasche 👜' }] } } };
const ENTITIES = [{ typename: 'Product', id: 'p1' }, { typename: 'Query' }];

describe.skipIf(!hasRedis)('answers kept in a real Redis', { timeout: 30_000 }, () => {
  let server: TestRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
    await server.stop();
  });

  async function connect(timeoutMs = 2_000) {
    const { logger, lines } = createRecordingLogger();
    const clock = { ms: 0 };
    const redis = openRedis({ url: server.url, logger, now: () => clock.ms, timeoutMs });
    const cache = createRedisCache({ redis, collection: 'products' });
    opened.push(redis, cache);
    await new Promise<void>((resolve) => redis.onReady(resolve));
    return { client: redis.client, responses: createResponseCache(cache.bytes), lines, clock };
  }

  const stored = (responses: Cache, id: string) =>
    vi.waitFor(async () => expect(await responses.get(id)).toEqual(ANSWER), WAIT);

  test('an answer that one replica computed is served by the other', async () => {
    const [first, second] = [await connect(), await connect()];
    first.responses.set('q1', ANSWER, ENTITIES, 60_000);
    await stored(second.responses, 'q1');
    expect(await second.responses.get('q2')).toBeUndefined();
  });

  test('an answer leaves one key that expires and nothing else, so Redis does not grow without bound', async () => {
    const { client, responses } = await connect();
    responses.set('q1', ANSWER, ENTITIES, 60_000);
    await stored(responses, 'q1');
    expect(await client.keys('*response*')).toEqual(['vitrine:1:response:q1']);
    expect(await client.pttl('vitrine:1:response:q1')).toBeGreaterThan(0);
    await client.pexpire('vitrine:1:response:q1', 0);
    expect(await responses.get('q1')).toBeUndefined();
  });

  test('a write invalidates nothing by entity: the epoch in the key does, without a walk over all keys', async () => {
    const { client, responses } = await connect();
    responses.set('q1', ANSWER, ENTITIES, 60_000);
    await stored(responses, 'q1');
    await responses.invalidate(ENTITIES);
    await stored(responses, 'q1');
    expect(await client.info('commandstats')).not.toMatch(/cmdstat_(keys|smembers|sadd)/);
  });

  test('an answer that was damaged in Redis is a miss, not an error', async () => {
    const { client, responses } = await connect();
    await client.set('vitrine:1:response:q1', '{"data": {"searchPro');
    expect(await responses.get('q1')).toBeUndefined();
    await client.del('vitrine:1:response:q1');
    await client.sadd('vitrine:1:response:q1', 'of another type');
    expect(await responses.get('q1')).toBeUndefined();
  });

  test('with Redis gone, reads miss and writes are dropped, with one line in the log a minute', async () => {
    const { responses, lines, clock } = await connect();
    const told = () => lines.filter((line) => line.includes('does not answer'));
    await server.kill();
    for (let call = 0; call < 20; call += 1) {
      expect(await responses.get('q1')).toBeUndefined();
      responses.set('q1', ANSWER, ENTITIES, 60_000);
    }
    await vi.waitFor(() => expect(told()).toHaveLength(1), WAIT);
    clock.ms += 60_000;
    expect(await responses.get('q1')).toBeUndefined();
    expect(told()).toHaveLength(2);
  });

  test('with Redis hanging, reads miss and nobody waits for a write', async () => {
    const { responses } = await connect(50);
    server.freeze();
    expect(responses.set('q1', ANSWER, ENTITIES, 60_000)).toBeUndefined();
    expect(await responses.get('q1')).toBeUndefined();
    server.thaw();
    await stored(responses, 'q1');
  });
});
