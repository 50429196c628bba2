import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CacheBackend } from './types.ts';

/** What an entry costs beside its value and key: the list and map nodes around it, estimated. */
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * The cache of a server without Redis, gone when the process ends. All entries together take at most `maxBytes` (> 0),
 * the least recently used go first, and one larger than that is not kept. `now` gives milliseconds. The epoch is this
 * process's own.
 */
export function createMemoryCache(options: { maxBytes: number; now?: () => number }): CacheBackend {
  const { maxBytes, now = () => performance.now() } = options;
  const entries = new LRUCache<string, Uint8Array>({
    maxSize: maxBytes,
    perf: { now },
    ttlResolution: 0,
    sizeCalculation: (value, key) => value.byteLength + key.length + ENTRY_OVERHEAD_BYTES,
  });
  // Another process, or this one before a restart, never had the same epochs.
  const origin = randomUUID();
  let writes = 0;

  return {
    backend: 'memory',
    bytes: {
      get: async (key, renewMs) => entries.get(key, { updateAgeOnGet: renewMs !== undefined }),
      set: async (key, value, ttlMs) => {
        entries.set(key, value, { ttl: ttlMs });
      },
    },
    epoch: {
      current: async () => `${origin}.${writes}`,
      bump: async () => {
        writes += 1;
      },
    },
    ping: async () => {},
    close: async () => entries.clear(),
  };
}
