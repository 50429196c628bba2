import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CacheBackend } from './types.ts';

/** What an entry costs beside its value and key: the list and map nodes around it, estimated. */
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * The cache of a server without Redis, gone when the process ends. Embeddings share `maxBytes` (> 0), the least recently
 * used go first, and none expires: an embedding depends on nothing but its key. The epoch is this process's own.
 */
export function createMemoryCache(options: { maxBytes: number }): CacheBackend {
  const entries = new LRUCache<string, Uint8Array>({
    maxSize: options.maxBytes,
    sizeCalculation: (value, key) => value.byteLength + key.length + ENTRY_OVERHEAD_BYTES,
  });
  // Another process, or this one before a restart, never had the same epochs.
  const origin = randomUUID();
  let writes = 0;

  return {
    backend: 'memory',
    embeddings: {
      get: async (key) => entries.get(key),
      set: async (key, value) => {
        entries.set(key, value);
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
