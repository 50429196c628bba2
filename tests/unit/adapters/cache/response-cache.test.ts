import { describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../../../src/adapters/cache/memory.ts';
import { createResponseCache } from '../../../../src/adapters/cache/response-cache.ts';

const answer = (text: string) => ({ data: { text } });

describe('the response cache in memory', () => {
  test('gives back what it was given, and no caller can change what another gets', async () => {
    const cache = createResponseCache(createMemoryCache({ maxBytes: 10_000 }).bytes);
    await cache.set('a', answer('one'), [], 60_000);
    const first = await cache.get('a');
    if (first?.data) first.data.text = 'changed';
    expect(await cache.get('a')).toEqual(answer('one'));
    expect(await cache.get('b')).toBeUndefined();
  });

  test('never grows beyond its bytes: long answers push out old ones, and one too long is not kept', async () => {
    const cache = createResponseCache(createMemoryCache({ maxBytes: 10_000 }).bytes);
    for (const id of ['a', 'b', 'c']) await cache.set(id, answer('x'.repeat(4_000)), [], 60_000);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('c')).toBeDefined();
    await cache.set('huge', answer('x'.repeat(20_000)), [], 60_000);
    expect(await cache.get('huge')).toBeUndefined();
    expect(await cache.get('c')).toBeDefined();
  });

  test('a damaged answer is a miss, not an error', async () => {
    const { bytes } = createMemoryCache({ maxBytes: 10_000 });
    const cache = createResponseCache(bytes);
    await bytes.set('response:a', new TextEncoder().encode('{"data": {"sear'), 60_000);
    expect(await cache.get('a')).toBeUndefined();
  });
});
