import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as allOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashOfQuery } from '../../src/adapters/cache/query-store.ts';
import { type Logger, requestFields } from '../../src/logger.ts';
import { demoProducts, toInput } from '../support/demo.ts';
import { startListening } from '../support/listening.ts';
import { IndexProducts } from '../support/operations.ts';
import { receiverAt, sendRaw } from '../support/raw-client.ts';
import { startVitrine } from '../support/vitrine.ts';

const [READER, OTHER, WRITER] = ['search-secret-0123456789', 'search-secret-9876543210', 'write-secret-0123456789'];
const API_KEYS = `web:search:${READER},app:search:${OTHER},erp:write:${WRITER}`;
const QUERY = 'query Tiles($text: String) { searchProducts(query: { text: $text }) { nodes { id } timing { total } } }';
const ask = (text: string) => ({ query: QUERY, variables: { text } });

/** A server that listens, since the short way stands before all that works without a socket. */
async function listen(env: Record<string, string>, options: { logger?: Logger } = {}) {
  const vitrine = await startVitrine(env, options);
  let arrived = 0;
  const http = await startListening((request, response) => {
    arrived += 1;
    vitrine.server(request, response);
  });
  const parsed = vi.spyOn(JSON, 'parse');
  const bodies = () => parsed.mock.calls.filter(([text]) => /^\{"(query|extensions)":/.test(text));
  const server = receiverAt(http.origin);
  return {
    ...vitrine,
    origin: http.origin,
    server,
    /** How many were answered by the short way: the body is not even parsed there. */
    shortcuts: () => arrived - bodies().length,
    forget() {
      arrived = 0;
      parsed.mockClear();
    },
    /** Asks as often as it takes to be known: for the cache, and for the short way to it. */
    async introduce(body: object, headers: Record<string, string> = {}) {
      const first = await sendRaw(server, body, headers);
      await sendRaw(server, body, headers);
      this.forget();
      return first;
    },
    async close() {
      http.close();
      parsed.mockRestore();
      await vitrine.close();
    },
  };
}

const lines: Record<string, unknown>[] = [];
const logger = pino({ level: 'info', mixin: requestFields }, { write: (line) => lines.push(JSON.parse(line)) });

describe('a request that was answered before', () => {
  let vitrine: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    vitrine = await listen({ API_KEYS, CORS_ORIGINS: 'https://shop.example' }, { logger });
  });
  beforeEach(() => {
    vitrine.forget();
    lines.length = 0;
  });
  afterAll(() => vitrine.close());
  const headers = { 'x-api-key': READER };

  test('is answered the same under the same headers, and its line in the log says as much as that of the first', async () => {
    const headersOf = ({ headers }: { headers: Headers }) => {
      const { date: _date, 'x-request-id': id, ...rest } = Object.fromEntries(headers);
      return { id, rest };
    };
    const page = { ...headers, origin: 'https://shop.example' };
    const first = await vitrine.introduce(ask('red shirt'), { ...page, 'x-request-id': 'one' });
    const again = await sendRaw(vitrine.server, ask('red shirt'), { ...page, 'x-request-id': 'two' });
    expect(vitrine.shortcuts()).toBe(1);
    expect(again.text).toBe(first.text);
    expect(headersOf(again).rest).toEqual(headersOf(first).rest);
    expect([headersOf(first).id, headersOf(again).id]).toEqual(['one', 'two']);
    const line = { msg: 'request', method: 'POST', path: '/graphql', operation: 'Tiles', kind: 'query', status: 200 };
    const told = { ...line, caller: 'key:web', ms: expect.any(Number) };
    await sendRaw(vitrine.server, ask('red shirt'), page);
    expect(vitrine.shortcuts()).toBe(2);
    expect(lines).toMatchObject([
      { ...told, requestId: 'one' },
      { ...told, requestId: 'one' },
      { ...told, requestId: 'two' },
      { ...told, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
  });

  test('is another one with other variables, in another form, or at another time after a write', async () => {
    const red = await vitrine.introduce(ask('red hat'), headers);
    expect((await sendRaw(vitrine.server, ask('blue hat'), headers)).text).not.toBe(red.text);
    const accept = { ...headers, accept: 'application/graphql-response+json' };
    const other = await sendRaw(vitrine.server, ask('red hat'), accept);
    expect(other.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    await vitrine.deps.cache.epoch.bump();
    expect((await sendRaw(vitrine.server, ask('red hat'), headers)).text).not.toBe(red.text);
    expect(vitrine.shortcuts()).toBe(0);
  });

  test('shows its answer to a page of an allowed origin and to no other', async () => {
    const originOf = async (origin: string | undefined) => {
      const { headers: answered } = await sendRaw(vitrine.server, ask('green coat'), {
        ...headers,
        ...(origin !== undefined && { origin }),
      });
      return [answered.get('access-control-allow-origin'), answered.get('vary')];
    };
    for (const _time of [1, 2, 3]) {
      expect(await originOf('https://shop.example')).toEqual(['https://shop.example', 'Origin']);
      expect(await originOf('https://other.example')).toEqual([null, 'Origin']);
      expect(await originOf(undefined)).toEqual([null, 'Origin']);
    }
    // They share what is kept: only the very first had to be computed.
    expect(vitrine.shortcuts()).toBe(5);
  });

  test('is not answered to somebody without a key, or with one that is not valid', async () => {
    await vitrine.introduce(ask('brown bag'), headers);
    for (const shown of [{}, { 'x-api-key': 'wrong' }]) {
      for (const _time of [1, 2, 3]) {
        const { data, errors } = await sendRaw(vitrine.server, ask('brown bag'), shown);
        expect([data, errors[0]?.extensions.code]).toEqual([null, 'UNAUTHENTICATED']);
      }
    }
    await sendRaw(vitrine.server, ask('brown bag'), { 'x-api-key': OTHER });
    expect(vitrine.shortcuts()).toBe(1);
  });

  test('is computed anew where its answer is damaged', async () => {
    const { text } = await vitrine.introduce(ask('yellow scarf'), headers);
    const get = vi.spyOn(vitrine.deps.cache.bytes, 'get').mockResolvedValue(Buffer.from(text.slice(0, -10)));
    const again = await sendRaw(vitrine.server, ask('yellow scarf'), headers);
    get.mockRestore();
    expect(vitrine.shortcuts()).toBe(0);
    expect(JSON.parse(again.text)).toMatchObject({ data: { searchProducts: { nodes: [] } } });
  });

  test('is answered on the long way where the cache fails in a way that nobody foresaw', async () => {
    await vitrine.introduce(ask('silver ring'), headers);
    vi.spyOn(vitrine.deps.responseCache.cache, 'written').mockRejectedValueOnce(new TypeError('a defect'));
    const again = await sendRaw(vitrine.server, ask('silver ring'), headers);
    expect(vitrine.shortcuts()).toBe(0);
    expect(again.data).toMatchObject({ searchProducts: { nodes: [] } });
  });

  /** The beginning of a request as it goes over the wire, and its body. */
  const onTheWire = (text: string) => {
    const body = JSON.stringify(ask(text));
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${READER}\r\nx-request-id: wire\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return { head, body };
  };
  const open = () => connect(Number(new URL(vitrine.origin).port), '127.0.0.1');

  test('is known however its body arrives', async () => {
    const { head, body } = onTheWire('pink skirt');
    for (const _time of [1, 2, 3]) {
      const socket = open();
      for (const part of [head, body.slice(0, 50), body.slice(50)]) {
        socket.write(part);
        await sleep(20);
      }
      expect(await allOf(socket)).toMatch(/^HTTP\/1.1 200 .*"nodes":\[\]/s);
    }
    expect(vitrine.shortcuts()).toBe(1);
  });

  test('is told in the log also where its body breaks off', async () => {
    const { head, body } = onTheWire('pink skirt');
    const socket = open();
    socket.write(head + body.slice(0, 50));
    await sleep(20);
    socket.destroy();
    await once(socket, 'close');
    await expect.poll(() => lines).toMatchObject([{ requestId: 'wire', caller: 'key:web', status: 499 }]);
  });
});

test('letters beyond ASCII are those of the first answer', async () => {
  const vitrine = await listen({});
  const inputs = demoProducts.slice(0, 1).map((product) => ({ ...toInput(product), name: 'Grüne Stiefel 靴 🥾' }));
  await vitrine.data(IndexProducts, { inputs });
  const query = { query: '{ searchProducts { nodes { name } } }' };
  const [first, again] = [await vitrine.introduce(query), await sendRaw(vitrine.server, query)];
  expect(vitrine.shortcuts()).toBe(1);
  expect(first.data).toEqual({ searchProducts: { nodes: [{ name: 'Grüne Stiefel 靴 🥾' }] } });
  expect(again.text).toBe(first.text);
  await vitrine.close();
});

test('counts on the budget of its caller each time', async () => {
  const vitrine = await listen({ RATE_LIMIT_SEARCHES: '3' });
  const codes = [];
  for (const _time of [1, 2, 3, 4, 5]) {
    codes.push((await sendRaw(vitrine.server, ask('red shirt'))).errors[0]?.extensions.code);
  }
  expect(codes).toEqual([undefined, undefined, undefined, 'RATE_LIMITED', 'RATE_LIMITED']);
  expect(vitrine.shortcuts()).toBe(1);
  await vitrine.close();
});

test('the hash of a query takes the short way as well; the query with its hash is looked at each time, to be kept', async () => {
  const vitrine = await listen({});
  const query = '{ searchProducts { totalCount } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: hashOfQuery(query) } };
  await vitrine.introduce({ query, extensions });
  await sendRaw(vitrine.server, { query, extensions });
  expect(vitrine.shortcuts()).toBe(0);
  await vitrine.introduce({ extensions });
  expect((await sendRaw(vitrine.server, { extensions })).data).toEqual({ searchProducts: { totalCount: 0 } });
  expect(vitrine.shortcuts()).toBe(1);
  await vitrine.close();
});

test('health is asked anew each time, also by the same request', async () => {
  const vitrine = await listen({});
  const uptime = async () => (await sendRaw(vitrine.server, { query: '{ health { uptimeSeconds } }' })).text;
  expect(new Set([await uptime(), await uptime(), await uptime()]).size).toBe(3);
  expect(vitrine.shortcuts()).toBe(0);
  await vitrine.close();
});

test('what a back end may ask freely is not answered to strangers who may only ask trusted documents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-repeated-'));
  await writeFile(join(folder, 'trusted.json'), '{}');
  const trusted = { TRUSTED_DOCUMENTS: join(folder, 'trusted.json'), TRUSTED_DOCUMENTS_ONLY: 'on' };
  const vitrine = await listen({ ...trusted, API_KEYS: `erp:write:${WRITER}` });
  for (const _time of [1, 2, 3]) {
    expect((await sendRaw(vitrine.server, ask('red shirt'), { 'x-api-key': WRITER })).errors).toEqual([]);
    expect((await sendRaw(vitrine.server, ask('red shirt'))).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  }
  await vitrine.close();
  await rm(folder, { recursive: true });
});
