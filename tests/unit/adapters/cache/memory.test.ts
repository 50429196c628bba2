import { describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../../../src/adapters/cache/memory.ts';

describe('the cache of a server without Redis', () => {
  test('gives back what was put in, so that an embedding is computed once', async () => {
    const cache = createMemoryCache({ maxBytes: 10_000 });
    await cache.bytes.set('a', Uint8Array.of(1, 2, 3), 60_000);
    expect(await cache.bytes.get('a')).toEqual(Uint8Array.of(1, 2, 3));
    expect(await cache.bytes.get('b')).toBeUndefined();
    expect(cache.backend).toBe('memory');
    await expect(cache.ping()).resolves.toBeUndefined();
  });

  test('stays within its bytes and drops the least recently used first, so memory never runs away', async () => {
    const cache = createMemoryCache({ maxBytes: 10_000 });
    const value = new Uint8Array(2_000);
    for (const key of ['a', 'b', 'c', 'd']) await cache.bytes.set(key, value, 60_000);
    await cache.bytes.get('a');
    await cache.bytes.set('e', value, 60_000);
    expect(await cache.bytes.get('a')).toBeDefined();
    expect(await cache.bytes.get('b')).toBeUndefined();
    expect(await cache.bytes.get('e')).toBeDefined();
  });

  test('keeps an entry for its time, counted from its last use where that says so', async () => {
    let ms = 1;
    const { bytes } = createMemoryCache({ maxBytes: 10_000, now: () => ms });
    for (const key of ['used', 'read', 'left']) await bytes.set(key, Uint8Array.of(1), 1_000);
    ms += 600;
    await bytes.get('used', 1_000);
    await bytes.get('read');
    ms += 600;
    expect(await bytes.get('used')).toBeDefined();
    expect([await bytes.get('read'), await bytes.get('left')]).toEqual([undefined, undefined]);
  });

  test('does not fall over a value larger than the whole cache', async () => {
    const cache = createMemoryCache({ maxBytes: 1_000 });
    await cache.bytes.set('a', new Uint8Array(5_000), 60_000);
    expect(await cache.bytes.get('a')).toBeUndefined();
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
    await cache.bytes.set('a', Uint8Array.of(1), 60_000);
    await cache.close();
    expect(await cache.bytes.get('a')).toBeUndefined();
  });
});
