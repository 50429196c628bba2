import type { Cache } from '@envelop/response-cache';
import { createRedisCache } from '@envelop/response-cache-redis';
import { Cluster } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { FailOpen } from './fail-open.ts';
import { REDIS_NAMESPACE, type RedisConnection } from './redis-connection.ts';

/**
 * A response cache that is never in the way: a `get` that fails or takes over 50 ms is a miss, a `set` that fails is
 * noted in the log at most once a minute, and nobody waits for it. Entities are not passed on and nothing is ever
 * invalidated by entity: the index epoch in the key does that, while sets of entities would grow without bound and
 * invalidation asks Redis for all its keys.
 */
function guardResponseCache(options: { store: Cache; guard: FailOpen; prefix: string }): Cache {
  const { store, guard, prefix } = options;
  return {
    async get(id) {
      const answer = await guard.attempt(async () => store.get(prefix + id));
      return answer?.value;
    },
    set(id, data, _entities, ttl) {
      void guard.attempt(async () => store.set(prefix + id, data, [], ttl));
    },
    invalidate() {},
  };
}

/** `createRedisCache` is typed for a single node, and a cluster client is another class: the same two commands for it. */
function createClusterStore(client: Cluster): Cache {
  return {
    async get(id) {
      const text = await client.get(id);
      return text === null ? undefined : JSON.parse(text);
    },
    async set(id, data, _entities, ttl) {
      await client.set(id, JSON.stringify(data), 'PX', ttl);
    },
    invalidate() {},
  };
}

/** The response cache that all replicas share; the `ttl` of every entry is a whole number of milliseconds. */
export function createRedisResponseCache({ client, guard }: RedisConnection): Cache {
  const store = client instanceof Cluster ? createClusterStore(client) : createRedisCache({ redis: client });
  return guardResponseCache({ store, guard, prefix: `${REDIS_NAMESPACE}response:` });
}

/**
 * The response cache of a server without Redis: at most `maxBytes` of answers, the least recently used go first. They are
 * kept as text, so that an answer's size is known and no caller can change another's.
 */
export function createMemoryResponseCache({ maxBytes }: { maxBytes: number }): Cache {
  const answers = new LRUCache<string, string>({
    maxSize: maxBytes,
    // Two bytes a character at most.
    sizeCalculation: (text, id) => 2 * (text.length + id.length),
  });
  return {
    get(id) {
      const text = answers.get(id);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set(id, data, _entities, ttl) {
      answers.set(id, JSON.stringify(data), { ttl });
    },
    invalidate() {},
  };
}
