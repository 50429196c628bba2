import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
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

describe('the requests that searches are made of', () => {
  const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let next: { status: number; headers?: Record<string, string>; body: string };
  let url: string;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers }).end(next.body);
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/behind/a/proxy/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const count = (signal?: AbortSignal) =>
    createQdrantApi({ url, apiKey: 'secret' }).countPoints(
      { collection_name: 'a b', exact: true },
      signal === undefined ? {} : { signal },
    );

  test('reach the same address, with the same key, and bring what was asked for', async () => {
    next = { status: 200, body: '{"result":{"count":12345678901234567890},"status":"ok"}' };
    await expect(count()).resolves.toEqual({ data: { result: { count: 1.2345678901234567e19 }, status: 'ok' } });
    expect(seen.at(-1)).toMatchObject({
      url: '/behind/a/proxy/collections/a%20b/points/count',
      headers: { 'api-key': 'secret', 'accept-encoding': 'identity', 'content-type': 'application/json' },
      body: '{"exact":true}',
    });
  });

  test('fail as the others do: with what the server said, or when it wants to be asked again', async () => {
    next = { status: 403, body: '"Forbidden"' };
    await expect(count()).rejects.toMatchObject({ status: 403, data: 'Forbidden' });
    next = { status: 502, body: '<html>' };
    await expect(count()).rejects.toMatchObject({ status: 502, data: '<html>' });
    next = { status: 429, headers: { 'retry-after': '7' }, body: '{}' };
    await expect(count()).rejects.toMatchObject({ retry_after: 7 });
  });

  test('fail as the others do: with what happened to the connection', async () => {
    next = { status: 200, body: '{}' };
    await expect(count(AbortSignal.abort())).rejects.toThrow();
    const nobody = createQdrantApi({ url: 'http://127.0.0.1:1' });
    await expect(nobody.countPoints({ collection_name: 'a' })).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ECONNREFUSED' },
    });
  });
});
