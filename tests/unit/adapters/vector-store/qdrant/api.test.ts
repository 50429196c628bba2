import { afterEach, describe, expect, test, vi } from 'vitest';
import { createQdrantApi } from '../../../../../src/adapters/vector-store/qdrant/api.ts';

describe('the address of Qdrant', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** The URL and the headers of a request that a client for `url` sends. */
  async function requestTo(url: string, apiKey?: string): Promise<{ url: string; headers: Headers }> {
    const seen: { url: string; headers: Headers }[] = [];
    vi.stubGlobal('fetch', async (target: string, init: RequestInit) => {
      seen.push({ url: target, headers: new Headers(init.headers) });
      return Response.json({ title: 'qdrant', version: '1.18.3' });
    });
    await createQdrantApi({ url, apiKey }).root({});
    return seen[0] ?? { url: '', headers: new Headers() };
  }

  test.each([
    ['http://localhost:6333', 'http://localhost:6333/'],
    ['http://localhost:6333/', 'http://localhost:6333/'],
    ['http://qdrant', 'http://qdrant:6333/'],
    ['http://qdrant:80', 'http://qdrant:80/'],
    ['https://cloud.example', 'https://cloud.example:6333/'],
    ['https://cloud.example:443', 'https://cloud.example:443/'],
    ['https://cloud.example:443/vectors/', 'https://cloud.example:443/vectors/'],
    ['http://proxy:8080/qdrant', 'http://proxy:8080/qdrant/'],
    ['http://[::1]:6333', 'http://[::1]:6333/'],
  ])('a shop that sets QDRANT_URL=%s reaches %s', async (url, expected) => {
    expect((await requestTo(url)).url).toBe(expected);
  });

  test('answers are asked for uncompressed, or every search would take 40 ms longer', async () => {
    expect((await requestTo('http://localhost:6333')).headers.get('accept-encoding')).toBe('identity');
  });

  test('the key is shown to the server and nothing is printed about it', async () => {
    const warn = vi.spyOn(console, 'warn');
    const { headers } = await requestTo('http://localhost:6333', 'secret');
    expect(headers.get('api-key')).toBe('secret');
    expect((await requestTo('http://localhost:6333')).headers.has('api-key')).toBe(false);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
