import { describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../../../src/adapters/cache/memory.ts';

describe('the cache of a server without Redis', () => {
  test('gives back what was put in, so that an embedding is computed once', async () => {
    const cache = createMemoryCache({ maxBytes: 10_000 });
    await cache.embeddings.set('a', Uint8Array.of(1, 2, 3));
    expect(await cache.embeddings.get('a')).toEqual(Uint8Array.of(1, 2, 3));
    expect(await cache.embeddings.get('b')).toBeUndefined();
    expect(cache.backend).toBe('memory');
    await expect(cache.ping()).resolves.toBeUndefined();
  });

  test('stays within its bytes and drops the least recently used first, so memory never runs away', async () => {
    const cache = createMemoryCache({ maxBytes: 10_000 });
    const value = new Uint8Array(2_000);
    for (const key of ['a', 'b', 'c', 'd']) await cache.embeddings.set(key, value);
    await cache.embeddings.get('a');
    await cache.embeddings.set('e', value);
    expect(await cache.embeddings.get('a')).toBeDefined();
    expect(await cache.embeddings.get('b')).toBeUndefined();
    expect(await cache.embeddings.get('e')).toBeDefined();
  });

  test('does not fall over a value larger than the whole cache', async () => {
    const cache = createMemoryCache({ maxBytes: 1_000 });
    await cache.embeddings.set('a', new Uint8Array(5_000));
    expect(await cache.embeddings.get('a')).toBeUndefined();
  });

  test('every write gives a new epoch, so an answer from before it is never served', async () => {
    const { epoch } = createMemoryCache({ maxBytes: 1_000 });
    const seen = new Set([await epoch.current()]);
    for (let write = 0; write < 100; write += 1) {
      await epoch.bump();
      seen.add(await epoch.current());
    }
    expect(seen.size).toBe(101);
    expect(await epoch.current()).toBe(await epoch.current());
  });

  test('a restarted server never counts through epochs it had before', async () => {
    const before = await createMemoryCache({ maxBytes: 1_000 }).epoch.current();
    const after = await createMemoryCache({ maxBytes: 1_000 }).epoch.current();
    expect(after).not.toBe(before);
  });

  test('closing gives the memory back', async () => {
    const cache = createMemoryCache({ maxBytes: 1_000 });
    await cache.embeddings.set('a', Uint8Array.of(1));
    await cache.close();
    expect(await cache.embeddings.get('a')).toBeUndefined();
  });
});
