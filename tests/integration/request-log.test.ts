import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestFields } from '../../src/logger.ts';
import { FindProducts, GetHealth } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const SECRET = 'search-secret-0123456789';
const lines: Record<string, unknown>[] = [];
const logger = pino({ level: 'info', mixin: requestFields }, { write: (line) => lines.push(JSON.parse(line)) });
const requests = () => lines.filter(({ msg }) => msg === 'request');

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine(
    { IMAGE_MAX_BYTES: '300KB', API_KEYS: `web:search:${SECRET},erp:write:write-secret-0123456789` },
    { logger },
  );
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => vitrine.close());

describe('one line of the log about every request', () => {
  test('tells who asked for what, how long it took and how it ended, and under which request id', async () => {
    const headers = { 'x-request-id': 'trace-7', 'x-api-key': SECRET };
    await vitrine.ask(GetHealth, {}, { headers });
    await vitrine.ask(FindProducts, { query: {} }, { headers });
    const query = 'mutation Clear { deleteProduct(id: "a") }';
    await sendRaw(vitrine.server, { query }, { ...headers, accept: 'application/graphql-response+json' });
    const asked = { method: 'POST', path: '/graphql', caller: 'key:web', requestId: 'trace-7', ms: expect.any(Number) };
    expect(requests()).toMatchObject([
      { ...asked, operation: 'GetHealth', kind: 'query', status: 200 },
      { ...asked, operation: 'FindProducts', kind: 'query', status: 200, codes: ['BAD_USER_INPUT'] },
      { ...asked, operation: 'Clear', kind: 'mutation', status: 403, codes: ['FORBIDDEN'] },
    ]);
  });

  test('is also written of a key that is not taken, under the address it was shown from', async () => {
    await sendRaw(vitrine.server, { query: '{ health { status } }' }, { 'x-api-key': 'wrong' });
    expect(requests()).toMatchObject([{ caller: 'address:unknown', status: 200, codes: ['UNAUTHENTICATED'] }]);
    expect(JSON.stringify(lines)).not.toContain('wrong');
  });

  // A new object each time: the length of a body is written into the headers it is sent with.
  const json = () => ({ 'content-type': 'application/json' });
  test.each<[string, string, RequestInit, object]>([
    [
      'a form',
      '/graphql',
      { method: 'POST', body: 'query=x', headers: { 'content-type': 'text/plain' } },
      { status: 415 },
    ],
    ['too large a body', '/graphql', { method: 'POST', body: 'x'.repeat(2_000_000), headers: json() }, { status: 413 }],
    [
      'a body that is no JSON',
      '/graphql',
      { method: 'POST', body: '{', headers: json() },
      { codes: ['BAD_USER_INPUT'] },
    ],
    [
      'a document that is none',
      '/graphql',
      { method: 'POST', body: '{"query":"{"}', headers: json() },
      { codes: ['BAD_USER_INPUT'] },
    ],
    ['an address that is not there', '/nowhere?secret=1', {}, { path: '/nowhere', status: 404 }],
    ['a method that is not taken', '/graphql', { method: 'DELETE' }, { status: 405 }],
    ['GraphiQL', '/graphql', { headers: { accept: 'text/html' } }, { status: 200 }],
    ['an image', '/demo/images/sku-0001.png', {}, { status: 200 }],
    ['a preflight', '/graphql', { method: 'OPTIONS', headers: { origin: 'http://localhost:1' } }, { status: 204 }],
  ])('is also written of %s', async (_what, path, init, expected) => {
    await vitrine.server.fetch(`${ORIGIN}${path}`, init);
    expect(requests()).toHaveLength(1);
    expect(requests()).toMatchObject([{ method: init.method ?? 'GET', caller: 'address:unknown', ...expected }]);
  });

  test('is not written of probes that find all well, which would be all that one sees', async () => {
    await vitrine.server.fetch(`${ORIGIN}/health/live`);
    await vitrine.server.fetch(`${ORIGIN}/health/ready`);
    expect(requests()).toEqual([]);
  });
});

test('64 visitors who leave are 64 lines with status 499, and no error among them', async () => {
  const http = createHttpServer(vitrine.server).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/graphql`;
  const visits = Array.from({ length: 64 }, async (_, i) => {
    const gone = new AbortController();
    const query = `{ searchProducts(query: { text: "a coat nobody waits for ${i}" }) { totalCount } }`;
    const headers = { 'content-type': 'application/json', 'x-api-key': SECRET };
    const arrived = once(http, 'request');
    const answer = fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }), signal: gone.signal });
    await arrived;
    // When the body has been read and the search has begun.
    setTimeout(() => gone.abort(), 1 + (i % 8));
    await answer.catch(() => undefined);
  });
  await Promise.all(visits);
  await expect.poll(() => requests().length, { timeout: 10_000 }).toBe(64);
  http.close();
  expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  expect(new Set(requests().map(({ status }) => status)).has(499)).toBe(true);
});
