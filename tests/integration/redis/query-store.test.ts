import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createQueryStore, hashOfQuery } from '../../../src/adapters/cache/query-store.ts';
import { createRedisCache } from '../../../src/adapters/cache/redis.ts';
import { openRedis } from '../../../src/adapters/cache/redis-connection.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const QUERY = '{ searchProducts(query: { text: "schöne Tasche 👜" }) { matchCount } }';
const HASH = hashOfQuery(QUERY);

describe.skipIf(!hasRedis)('queries that clients registered, kept in a real Redis', { timeout: 30_000 }, () => {
  let server: TestRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
    await server.stop();
  });

  async function connect() {
    const redis = openRedis({ url: server.url, logger: createSilentLogger(), now: Date.now, timeoutMs: 2_000 });
    const cache = createRedisCache({ redis, collection: 'products' });
    opened.push(redis, cache);
    await new Promise<void>((resolve) => redis.onReady(resolve));
    return { client: redis.client, queries: createQueryStore({ maxBytes: 100_000, shared: cache.bytes }) };
  }

  test('one that came to one replica is known to the others, and leaves Redis after a week without use', async () => {
    const [first, second] = [await connect(), await connect()];
    first.queries.set(HASH, QUERY);
    await vi.waitFor(async () => expect(await second.queries.get(HASH)).toBe(QUERY), WAIT);
    expect(await first.client.pttl(`vitrine:1:query:${HASH}`)).toBeGreaterThan(6 * 24 * 3_600_000);
  });

  test('one that somebody else put under a hash is never run', async () => {
    const { client, queries } = await connect();
    await client.set(`vitrine:1:query:${HASH}`, 'mutation { deleteProduct(id: "1") }');
    expect(await queries.get(HASH)).toBeUndefined();
  });

  test('without Redis a replica knows what came to itself', async () => {
    const { queries } = await connect();
    await server.kill();
    queries.set(HASH, QUERY);
    expect(await queries.get(HASH)).toBe(QUERY);
    expect(await queries.get(hashOfQuery('{ other }'))).toBeUndefined();
  });
});

test('queries of one process take no more than their bytes, whatever strangers send', async () => {
  const queries = createQueryStore({ maxBytes: 100_000 });
  const all = Array.from({ length: 200 }, (_, index) => `{ health { status } } # ${index} ${'x'.repeat(5_000)}`);
  for (const query of all) queries.set(hashOfQuery(query), query);
  const kept = all.filter((query) => queries.has(hashOfQuery(query)));
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.reduce((bytes, query) => bytes + 2 * query.length, 0)).toBeLessThan(100_000);
});
