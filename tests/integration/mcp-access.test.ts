import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { requestFields } from '../../src/logger.ts';
import { demoProducts, toInput } from '../support/demo.ts';
import { startImageServer } from '../support/image-server.ts';
import { connectAgent, listen } from '../support/mcp.ts';
import { FindProducts, GetProduct, IndexProducts } from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SEARCH = 'search-secret-0123456789';
const WRITE = 'write-secret-0123456789';
const lines: Record<string, unknown>[] = [];
const logger = pino({ level: 'info', mixin: requestFields }, { write: (line) => lines.push(JSON.parse(line)) });

let vitrine: TestVitrine;
let http: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  vitrine = await startVitrine(
    {
      NODE_ENV: 'production',
      API_KEYS: `web:search:${SEARCH},erp:write:${WRITE}`,
      CORS_ORIGINS: 'https://shop.example',
      RATE_LIMIT_SEARCHES: '40',
      IMAGE_MAX_BYTES: '1MB',
    },
    { logger },
  );
  const inputs = demoProducts.slice(0, 12).map(toInput);
  await vitrine.ask(IndexProducts, { inputs }, { headers: { 'x-api-key': WRITE } });
  http = await listen(vitrine.server);
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(async () => {
  http?.close();
  await vitrine?.close();
});

interface Sent {
  body?: string | object;
  method?: string;
  headers?: Record<string, string>;
}

/** Sends what no client of the protocol would. */
async function send({ body, method = 'POST', headers = {} }: Sent) {
  const response = await fetch(`${http.origin}/mcp`, {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-api-key': SEARCH,
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const message = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const searchFor = (catalog: object) => message('tools/call', { name: 'search_catalog', arguments: { catalog } });

describe('keys', () => {
  test('are asked for at the door, taken in both headers, and never half right', async () => {
    await expect(connectAgent(http.origin)).rejects.toThrow();
    const none = await send({ body: message('tools/list'), headers: { 'x-api-key': '' } });
    expect(none).toMatchObject({ status: 401, text: expect.stringContaining('UNAUTHENTICATED: Show an API key') });
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    expect((await send({ body: message('tools/list'), headers: { 'x-api-key': 'wrong' } })).status).toBe(401);
    for (const headers of [{ 'x-api-key': SEARCH }, { authorization: `Bearer ${WRITE}` }]) {
      const agent = await connectAgent(http.origin, { headers });
      expect((await agent.call('search_catalog', { query: 'hat' })).isError).toBeFalsy();
      await agent.close();
    }
  });
});

describe('budgets', () => {
  test('are those of GraphQL: what one front spends, the other lacks; an id counts as much as a search', async () => {
    const tight = await startVitrine({ RATE_LIMIT_SEARCHES: '6', API_KEYS: `web:search:${SEARCH}` });
    const door = await listen(tight.server);
    const headers = { 'x-api-key': SEARCH };
    const agent = await connectAgent(door.origin, { headers });
    await agent.call('search_catalog', { query: 'hat' });
    await agent.call('search_catalog', { filters: { colour: 'red' } });
    await agent.call('lookup_catalog', { ids: ['a', 'b', 'a', 'c'] });
    expect((await tight.ask(GetProduct, { id: 'a' }, { headers })).errors).toBeUndefined();
    const refused = await agent.call('list_facets', {});
    expect(refused).toMatchObject({
      isError: true,
      structuredContent: { messages: [{ code: 'RATE_LIMITED' }], retry_after: expect.any(Number) },
      content: [
        { text: expect.stringMatching(/^RATE_LIMITED: Too many searches: 6 a minute .* Retry after \d+ s\.$/) },
      ],
    });
    const { errors } = await tight.ask(GetProduct, { id: 'a' }, { headers });
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    // To ask what there is costs nothing.
    expect((await agent.client.listTools()).tools).toHaveLength(4);
    await agent.close();
    door.close();
    await tight.close();
  });
});

describe('the log', () => {
  test('has one line about every message: which tool, by whom, how it ended', async () => {
    await send({ body: message('tools/list') });
    await send({ body: searchFor({ query: 'hat' }) });
    await send({ body: searchFor({ pagination: { limit: 0 } }) });
    await send({ body: message('tools/list'), headers: { 'x-api-key': 'wrong' } });
    const asked = { method: 'POST', path: '/mcp', kind: 'mcp', caller: 'key:web', status: 200 };
    expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([
      { ...asked, operation: 'tools/list' },
      { ...asked, operation: 'search_catalog' },
      { ...asked, operation: 'search_catalog', codes: ['BAD_USER_INPUT'] },
      { ...asked, caller: expect.stringContaining('address:'), status: 401, codes: ['UNAUTHENTICATED'] },
    ]);
    expect(lines.some(({ level }) => Number(level) >= 40)).toBe(false);
  });
});

describe('pages in a browser', () => {
  const from = (origin: string) => send({ body: message('tools/list'), headers: { origin } });

  test('of other origins are refused, whatever name they made point at this machine', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:4001', 'null', http.origin]) {
      expect((await from(origin)).status, origin).toBe(403);
    }
  });

  test("of the server's own origin and of CORS_ORIGINS may ask and read", async () => {
    expect((await from(ORIGIN)).status).toBe(200);
    const { status, headers } = await from('https://shop.example');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example']);
    const preflight = await send({
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-headers': 'mcp-protocol-version' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('mcp-protocol-version');
  });
});

describe('an answer that is asked for again', () => {
  test('comes from the cache until something is written, and counts on the budget all the same', async () => {
    const own = await startVitrine({ RATE_LIMIT_SEARCHES: '3' });
    const door = await listen(own.server);
    const agent = await connectAgent(door.origin);
    const inputs = demoProducts.slice(0, 2).map(toInput);
    const [product] = inputs;
    await own.data(IndexProducts, { inputs: inputs.slice(0, 1) });
    const search = vi.spyOn(own.deps.services.search, 'search');
    const ask = async () =>
      (await agent.call('search_catalog', { filters: { categories: [product?.category] } })).structuredContent;
    const before = await ask();
    expect(await ask()).toEqual(before);
    expect(search).toHaveBeenCalledTimes(1);
    await own.data(IndexProducts, { inputs: inputs.map((input) => ({ ...input, category: product?.category ?? '' })) });
    expect(await ask()).toMatchObject({ products: [{}, {}] });
    expect(await ask()).toMatchObject({ messages: [{ code: 'RATE_LIMITED' }] });
    await agent.close();
    door.close();
    await own.close();
  });
});

describe('an image with the call', () => {
  test('of hundreds of kilobytes is searched for as GraphQL does, and its memory is given back', async () => {
    const size = { width: 400, height: 400, channels: 3 as const };
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const png = await sharp({ create: { ...size, background: 'white', noise } })
      .png()
      .toBuffer();
    expect(png.length).toBeGreaterThan(100_000);
    const url = `data:image/png;base64,${png.toString('base64')}`;
    const { text } = await send({ body: searchFor({ like: { image_url: url } }) });
    const headers = { 'x-api-key': SEARCH };
    const { data } = await vitrine.ask(FindProducts, { query: { imageUrl: url } }, { headers });
    const products: { id: string }[] = JSON.parse(text).result.structuredContent.products;
    expect(products.map(({ id }) => id)).toEqual(data?.searchProducts.edges.map(({ node }) => node.id));
    expect(vitrine.deps.bodies.memory.used).toBe(0);
  });
});

describe('what is no message of the protocol is refused before it costs anything', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  test.each<[string, Sent, number, string]>([
    ['a plain form', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'JSON'],
    [
      'a form with files',
      { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x', 'graphql-require-preflight': '1' } },
      415,
      'data: URL',
    ],
    ['too large a body', { body: `"${'x'.repeat(3_000_000)}"` }, 413, 'too large'],
    ['half a message', { body: '{"jsonrpc":"2.0"' }, 400, 'invalid JSON'],
    ['a number', { body: '7' }, 400, 'an object'],
    ['nothing', { body: '' }, 400, 'invalid JSON'],
    ['a thousand levels', { body: nested(1000) }, 400, '20 levels'],
    ['a list of calls', { body: [searchFor({}), searchFor({})] }, 400, 'One message a request'],
    ['no JSON-RPC', { body: { method: 'tools/list' } }, 400, 'not a valid JSON-RPC'],
    [
      'a revision of tomorrow',
      { body: message('tools/list'), headers: { 'mcp-protocol-version': '2999-01-01' } },
      400,
      '',
    ],
    ['a client that takes no JSON', { body: message('tools/list'), headers: { accept: 'text/html' } }, 406, ''],
    ['a stream', { method: 'GET', headers: { accept: 'text/event-stream' } }, 405, 'no stream'],
    ['the end of a session', { method: 'DELETE' }, 405, 'no session'],
  ])('%s', async (_what, sent, status, words) => {
    const answer = await send(sent);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
  });

  test.each<[string, object, string]>([
    ['arguments that are a list', { name: 'search_catalog', arguments: [] }, 'error'],
    ['arguments that are none', { name: 'search_catalog' }, 'BAD_USER_INPUT'],
    [
      'a text of a megabyte',
      { name: 'search_catalog', arguments: { catalog: { query: 'x'.repeat(900_000) } } },
      'at most 1000',
    ],
    [
      'a prototype',
      { name: 'search_catalog', arguments: JSON.parse('{"catalog":{"__proto__":{"query":"x"}}}') },
      'catalog',
    ],
    ['51 ids', { name: 'lookup_catalog', arguments: { catalog: { ids: Array(51).fill('x') } } }, 'at most 50 ids'],
    [
      '20,000 ids',
      { name: 'lookup_catalog', arguments: { catalog: { ids: Array(20_000).fill(7) } } },
      'at most 10000 values',
    ],
    ['an inherited name', { name: 'constructor' }, 'no such tool'],
  ])('%s', async (_what, params, words) => {
    const { text } = await send({ body: message('tools/call', params) });
    expect(text).toContain(words);
    expect(text.length).toBeLessThan(5000);
  });

  test('nobody keeps a stream open, in no revision of the protocol', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const { text } = await send({
      body: message('subscriptions/listen', { _meta: meta, notifications: { toolsListChanged: true } }),
      headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
    });
    expect(JSON.parse(text).error.message).toContain('limit');
  });
});

test('an agent that leaves has its image fetched no further', async () => {
  const own = await startVitrine({ IMAGE_ALLOW_PRIVATE_NETWORK: 'on', IMAGE_TIMEOUT_MS: '120000' });
  const door = await listen(own.server);
  const images = await startImageServer();
  const gone = new AbortController();
  const asked = images.asked('/held.png');
  const request = fetch(`${door.origin}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify(searchFor({ like: { image_url: images.url('/held.png') } })),
    signal: gone.signal,
  });
  await asked;
  gone.abort();
  await expect(request).rejects.toThrow();
  // Nobody answers: this would not come before the deadline otherwise.
  await images.idle();
  expect(images.requests).toEqual(['/held.png']);
  await images.close();
  door.close();
  await own.close();
});

test('a server with MCP=off has no such door', async () => {
  const closed = await startVitrine({ MCP: 'off' });
  const response = await closed.server.fetch('http://localhost:4000/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message('tools/list')),
  });
  expect(response.status).toBe(404);
  await closed.close();
});
