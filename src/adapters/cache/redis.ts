import { REDIS_NAMESPACE, type RedisConnection } from './redis-connection.ts';
import { createRedisEpoch } from './redis-epoch.ts';
import type { CacheBackend } from './types.ts';

const DAY_SECONDS = 86_400;

/**
 * The cache that all replicas share. It is never in the way: what fails or takes over 50 ms is a miss, and Redis may be
 * away at the start. Embeddings expire `embeddingTtlSeconds` (default a week) after their last use: they never get stale,
 * but words that nobody searches for any more should not fill Redis. `collection` names what the epoch counts the writes
 * of; replicas of one collection must agree on it. Closing leaves `redis` open for those who share it.
 */
export function createRedisCache(options: {
  redis: RedisConnection;
  collection: string;
  embeddingTtlSeconds?: number;
}): CacheBackend {
  const { redis, collection, embeddingTtlSeconds = 7 * DAY_SECONDS } = options;
  const { client, guard } = redis;
  const { epoch, close } = createRedisEpoch({ redis, collection });
  const keyOf = (key: string) => `${REDIS_NAMESPACE}embedding:${key}`;

  return {
    backend: 'redis',
    embeddings: {
      async get(key) {
        const answer = await guard.attempt(() => client.getexBuffer(keyOf(key), 'EX', embeddingTtlSeconds));
        return answer?.value ?? undefined;
      },
      async set(key, value) {
        await guard.attempt(() => client.set(keyOf(key), Buffer.from(value), 'EX', embeddingTtlSeconds));
      },
    },
    epoch,
    ping: () => redis.ping(),
    close,
  };
}
