import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createApiClient } from '../../../src/cli/api-client.ts';
import { indexProducts } from '../../../src/cli/operations.ts';

let server: Server | undefined;

afterEach(() => new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve())));

async function listen(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/graphql`;
}

/** Answers with each of `bodies` in turn, and with the last one from then on. */
function inTurn(bodies: readonly unknown[]) {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ headers: request.headers, body });
    const answer = bodies[Math.min(seen.length, bodies.length) - 1];
    response.setHeader('connection', 'close');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  };
  return { seen, listener };
}

const failure = (code: string, extra: object = {}) => ({
  errors: [{ message: `It is ${code}.`, extensions: { code, ...extra } }],
});
const dataSchema = z.object({ ok: z.boolean() });

test('the key is shown and the answer comes back', async () => {
  const { seen, listener } = inTurn([{ data: { ok: true } }]);
  const client = createApiClient({ url: await listen(listener), key: 'k1' });
  expect(await client.run('query Q { ok }', { a: 1 }, dataSchema)).toEqual({ ok: true });
  expect(seen[0]?.headers.authorization).toBe('Bearer k1');
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ query: 'query Q { ok }', variables: { a: 1 } });
});

test('a server that is busy or limits the rate is waited for, as long as it asks', async () => {
  const { seen, listener } = inTurn([
    failure('RATE_LIMITED', { retryAfter: 0 }),
    failure('OVERLOADED', { retryAfter: 0 }),
    { data: { ok: true } },
  ]);
  const client = createApiClient({ url: await listen(listener) });
  expect(await client.run('{ ok }', {}, dataSchema)).toEqual({ ok: true });
  expect(seen).toHaveLength(3);
});

test('a server that stays busy is given up at last', async () => {
  const { seen, listener } = inTurn([failure('OVERLOADED', { retryAfter: 0 })]);
  const client = createApiClient({ url: await listen(listener) });
  await expect(client.run('{ ok }', {}, dataSchema)).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(seen.length).toBeLessThan(50);
});

test('Ctrl+C ends the waiting for a busy server', async () => {
  const { listener } = inTurn([failure('RATE_LIMITED', { retryAfter: 600 })]);
  const stop = new AbortController();
  const client = createApiClient({ url: await listen(listener), stop: stop.signal });
  const asking = client.run('{ ok }', {}, dataSchema);
  setImmediate(() => stop.abort());
  await expect(asking).rejects.toThrow('This operation was aborted');
});

test('what was under way at Ctrl+C is still sent, once', async () => {
  const { seen, listener } = inTurn([{ data: { ok: true } }, failure('OVERLOADED', { retryAfter: 0 })]);
  const client = createApiClient({ url: await listen(listener), stop: AbortSignal.abort() });
  expect(await client.run('{ ok }', {}, dataSchema)).toEqual({ ok: true });
  await expect(client.run('{ ok }', {}, dataSchema)).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(seen).toHaveLength(2);
});

test.each(['UNAUTHENTICATED', 'BAD_USER_INPUT'])('%s is told at once, with its code', async (code) => {
  const { seen, listener } = inTurn([failure(code)]);
  const client = createApiClient({ url: await listen(listener) });
  await expect(client.run('{ ok }', {}, dataSchema)).rejects.toMatchObject({ code, message: `It is ${code}.` });
  expect(seen).toHaveLength(1);
});

test('where nothing answers, the message says so and what to do', async () => {
  const url = await listen(() => {});
  await new Promise((resolve) => server?.close(resolve));
  await expect(createApiClient({ url }).ping()).rejects.toThrow(
    `No server answers at ${url} (ECONNREFUSED). Start a server with \`npm start\`, or give the address of one with --url.`,
  );
});

test('a server that restarts during an import is found again', async () => {
  let asked = 0;
  const url = await listen((request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else response.setHeader('connection', 'close').end(JSON.stringify({ data: { ok: true } }));
  });
  const client = createApiClient({ url, firstPauseMs: 0 });
  expect(await client.run('{ ok }', {}, dataSchema)).toEqual({ ok: true });
});

test('a server that is starting is waited for', async () => {
  let asked = 0;
  const url = await listen((_request, response) => {
    asked += 1;
    response.setHeader('connection', 'close');
    if (asked === 1) response.writeHead(503, { 'retry-after': '0' }).end('Vitrine is starting.');
    else response.end(JSON.stringify({ data: { __typename: 'Query' } }));
  });
  await createApiClient({ url }).ping();
  expect(asked).toBe(2);
});

test('an address that is something else than Vitrine is told from a defect', async () => {
  const url = await listen((_request, response) => response.writeHead(404).end('<html>'));
  await expect(createApiClient({ url }).ping()).rejects.toThrow('answers with HTTP status 404, but not as a Vitrine');
});

const product = { id: 'a', name: 'A', category: 'c', price: 1, imageUrl: 'https://x.example/a.jpg' };

async function clientOf(answers: readonly unknown[]) {
  const { listener } = inTurn(answers);
  return createApiClient({ url: await listen(listener) });
}

test('every product of a batch gets its own outcome', async () => {
  const results = [
    { id: 'a', unchanged: false, error: null },
    { id: 'b', unchanged: true, error: null },
    { id: 'c', unchanged: false, error: { code: 'IMAGE_UNREACHABLE', message: 'gone' } },
    { id: 'd', unchanged: false, error: { code: 'FROM_THE_FUTURE', message: 'new' } },
  ];
  const client = await clientOf([{ data: { indexProducts: { results } } }]);
  expect(await indexProducts(client, [product], true)).toEqual([
    { status: 'indexed', id: 'a' },
    { status: 'unchanged', id: 'b' },
    { status: 'failed', id: 'c', error: { code: 'IMAGE_UNREACHABLE', message: 'gone' } },
    { status: 'failed', id: 'd', error: { code: 'INTERNAL_SERVER_ERROR', message: 'new' } },
  ]);
});

test('a batch that the server refuses as a whole fails alone; without a key everything ends', async () => {
  const refused = await clientOf([failure('BAD_USER_INPUT')]);
  expect(await indexProducts(refused, [product], true)).toEqual([
    { status: 'failed', id: 'a', error: { code: 'BAD_USER_INPUT', message: 'It is BAD_USER_INPUT.' } },
  ]);
  await new Promise((resolve) => server?.close(resolve));
  const locked = await clientOf([failure('UNAUTHENTICATED')]);
  await expect(indexProducts(locked, [product], true)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});
