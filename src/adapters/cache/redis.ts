import { REDIS_NAMESPACE, type RedisConnection } from './redis-connection.ts';
import { createRedisEpoch } from './redis-epoch.ts';
import type { CacheBackend } from './types.ts';

/**
 * The cache that all replicas share. It is never in the way: what fails or takes over 50 ms is a miss, and Redis may be
 * away at the start. Its bytes are bounded by Redis itself, by `maxmemory`; every entry expires, so `volatile-lru` drops
 * them and never the epoch. `collection` names what the epoch counts the writes of; replicas of one collection must
 * agree on it. Closing leaves `redis` open for those who share it.
 */
export function createRedisCache(options: { redis: RedisConnection; collection: string }): CacheBackend {
  const { redis, collection } = options;
  const { client, guard } = redis;
  const { epoch, close } = createRedisEpoch({ redis, collection });

  return {
    backend: 'redis',
    bytes: {
      async get(key, renewMs) {
        const name = REDIS_NAMESPACE + key;
        const read = () => (renewMs === undefined ? client.getBuffer(name) : client.getexBuffer(name, 'PX', renewMs));
        return (await guard.attempt(read))?.value ?? undefined;
      },
      async set(key, value, ttlMs) {
        await guard.attempt(() => client.set(REDIS_NAMESPACE + key, Buffer.from(value), 'PX', ttlMs));
      },
    },
    epoch,
    ping: () => redis.ping(),
    close,
  };
}
