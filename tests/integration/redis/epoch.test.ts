import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRedisCache } from '../../../src/adapters/cache/redis.ts';
import { openRedis } from '../../../src/adapters/cache/redis-connection.ts';
import { createRedisEpoch } from '../../../src/adapters/cache/redis-epoch.ts';
import type { IndexEpoch } from '../../../src/adapters/cache/types.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const KEY = 'vitrine:1:epoch:products';

describe.skipIf(!hasRedis)('the index epoch on a real Redis', { timeout: 30_000 }, () => {
  let server: TestRedis;
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
    await server.stop();
  });

  function connect(collection = 'products') {
    const redis = openRedis({ url: server.url, logger: createSilentLogger(), now: Date.now, timeoutMs: 1_000 });
    const cache = createRedisCache({ redis, collection });
    opened.push(redis, cache);
    return { client: redis.client, epoch: cache.epoch };
  }

  /** The epoch once it can be read and all given replicas agree on it. */
  async function settled(...epochs: IndexEpoch[]): Promise<string> {
    return vi.waitFor(async () => {
      const values = new Set(await Promise.all(epochs.map((epoch) => epoch.current())));
      const [value] = values;
      if (values.size !== 1 || value === undefined) throw new Error(`not settled: ${[...values].join(', ')}`);
      return value;
    }, WAIT);
  }

  test('a write through one replica is known to the other at once, so it serves nothing from before', async () => {
    const [first, second] = [connect(), connect()];
    let before = await settled(first.epoch, second.epoch);
    for (let write = 0; write < 20; write += 1) {
      await first.epoch.bump();
      const after = await second.epoch.current();
      expect(after).toBeDefined();
      expect(after).not.toBe(before);
      expect(await first.epoch.current()).toBe(after);
      before = after ?? '';
    }
  });

  test('a command that ends while Redis is given a rest still tells the others of its last write', async () => {
    const running = connect();
    const before = await settled(running.epoch);
    const redis = openRedis({ url: server.url, logger: createSilentLogger(), now: Date.now });
    await vi.waitFor(() => redis.ping(), WAIT);
    const resting = { ...redis, guard: { ...redis.guard, attempt: async () => undefined } };
    const command = createRedisEpoch({ redis: resting, collection: 'products' });
    await command.epoch.bump();
    expect(await running.epoch.current()).toBe(before);
    await command.close();
    await redis.close();
    expect(await running.epoch.current()).not.toBe(before);
  });

  test('writes at the same time from several replicas all count', async () => {
    const replicas = [connect(), connect()];
    const epochs = replicas.map(({ epoch }) => epoch);
    const before = BigInt(await settled(...epochs));
    await Promise.all(epochs.flatMap((epoch) => Array.from({ length: 50 }, () => epoch.bump())));
    expect(BigInt(await settled(...epochs)) - before).toBeGreaterThanOrEqual(100n);
  });

  test('collections do not disturb each other, so an import into one keeps the answers of the other', async () => {
    const [shoes, toys] = [connect('shoes'), connect('toys')];
    const before = await settled(toys.epoch);
    await settled(shoes.epoch);
    await shoes.epoch.bump();
    expect(await toys.epoch.current()).toBe(before);
  });

  test('a write while Redis is gone leaves no epoch, and a new one when Redis is back', async () => {
    const { epoch } = connect();
    const before = await settled(epoch);
    await server.kill();
    await expect(epoch.bump()).resolves.toBeUndefined();
    expect(await epoch.current()).toBeUndefined();
    await server.restart();
    expect(await settled(epoch)).not.toBe(before);
  });

  test('a write while Redis hangs reaches the other replica in the end, without another write', async () => {
    const [writer, reader] = [connect(), connect()];
    const before = await settled(writer.epoch, reader.epoch);
    server.freeze();
    await expect(writer.epoch.bump()).resolves.toBeUndefined();
    expect(await writer.epoch.current()).toBeUndefined();
    expect(await reader.epoch.current()).toBeUndefined();
    server.thaw();
    expect(await settled(writer.epoch, reader.epoch)).not.toBe(before);
  });

  test('a write that Redis refuses for want of memory leaves no epoch, though reading would still work', async () => {
    const [writer, admin] = [connect(), connect('another')];
    const before = await settled(writer.epoch);
    await admin.client.config('SET', 'maxmemory', '1');
    await writer.epoch.bump();
    expect(await admin.client.get(KEY)).toBe(before);
    expect(await writer.epoch.current()).toBeUndefined();
    await admin.client.config('SET', 'maxmemory', '0');
    expect(await settled(writer.epoch)).not.toBe(before);
  });

  test('a Redis that comes back with an older state revives no epoch, so no answer from before a write', async () => {
    const { client, epoch } = connect();
    const used = [await settled(epoch)];
    await client.call('save');
    for (let write = 0; write < 5; write += 1) {
      await epoch.bump();
      used.push(await settled(epoch));
    }
    await server.kill();
    await server.restart();
    const idle = connect();
    expect(used).not.toContain(await settled(epoch, idle.epoch));
    await epoch.bump();
    expect(used).not.toContain(await settled(epoch, idle.epoch));
  });

  test.each([
    ['set back by a failover', (client: ReturnType<typeof connect>['client']) => client.set(KEY, '7')],
    ['evicted for want of memory', (client: ReturnType<typeof connect>['client']) => client.del(KEY)],
  ])('a counter that was %s is not believed', async (_, lose) => {
    const { client, epoch } = connect();
    const used = ['7', await settled(epoch)];
    await lose(client);
    expect(await epoch.current()).toBeUndefined();
    expect(used).not.toContain(await settled(epoch));
  });

  test('a server that starts begins a new epoch: the one before it may have stopped with a write untold', async () => {
    const before = await settled(connect().epoch);
    const { epoch } = connect();
    expect(await settled(epoch)).not.toBe(before);
  });

  test('a key that is no number means no cache, not an error in every search', async () => {
    const { client, epoch } = connect();
    await settled(epoch);
    await client.set(KEY, 'not a number');
    expect(await epoch.current()).toBeUndefined();
    await expect(epoch.bump()).resolves.toBeUndefined();
    expect(await epoch.current()).toBeUndefined();
    await client.del(KEY);
    await settled(epoch);
  });
});
