import { describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../../../src/adapters/cache/memory.ts';
import { createResponseCache } from '../../../../src/adapters/cache/response-cache.ts';

const answer = (text: string) => JSON.stringify({ data: { text } });

function createCache() {
  const { bytes } = createMemoryCache({ maxBytes: 10_000 });
  const cache = createResponseCache(bytes);
  return { bytes, cache, get: async (id: string) => (await cache.get(id))?.toString() };
}

describe('the response cache in memory', () => {
  test('gives back what it was given, letter by letter', async () => {
    const { cache, get } = createCache();
    cache.set('a', answer('Schöne "rote" Tasche 👜'), 60_000);
    expect(await get('a')).toBe(answer('Schöne "rote" Tasche 👜'));
    expect(await get('b')).toBeUndefined();
  });

  test('never grows beyond its bytes: long answers push out old ones, and one too long is not kept', async () => {
    const { cache, get } = createCache();
    for (const id of ['a', 'b', 'c']) cache.set(id, answer('x'.repeat(4_000)), 60_000);
    expect(await get('a')).toBeUndefined();
    expect(await get('c')).toBeDefined();
    cache.set('huge', answer('x'.repeat(20_000)), 60_000);
    expect(await get('huge')).toBeUndefined();
    expect(await get('c')).toBeDefined();
  });

  test.each(['{"data":{"sear', '', 'ch":1}}', '{"errors":[]}'])('a damaged answer is a miss: %j', async (damaged) => {
    const { bytes, get } = createCache();
    await bytes.set('response:a', new TextEncoder().encode(damaged), 60_000);
    expect(await get('a')).toBeUndefined();
  });
});
