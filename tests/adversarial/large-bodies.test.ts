import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReceivedImages } from '../../src/adapters/image-source/received-images.ts';
import type { ByteBudget } from '../../src/async/byte-budget.ts';
import { createImageMemory } from '../../src/model/image/memory.ts';
import { toPublicError, usePublicErrors } from '../../src/plugins/public-errors.ts';
import { createRequestBodies, type RequestBodyOptions } from '../../src/plugins/request-bodies.ts';

const schema = createSchema({
  typeDefs: 'type Query { size(text: String!): Int! }',
  resolvers: { Query: { size: (_root: unknown, { text }: { text: string }) => text.length } },
});

let http: Server;
let memory: ByteBudget;
let isBusy: boolean;
const sockets: Socket[] = [];

async function start(options: Partial<RequestBodyOptions> = {}): Promise<void> {
  memory = createImageMemory(3_000_000);
  isBusy = false;
  const bodies = createRequestBodies({
    memory,
    maxBytes: 400_000,
    maxLarge: 100,
    isBusy: () => isBusy,
    receivedImages: createReceivedImages(),
    identify: (request) => ({ name: request.headers.get('x-caller') ?? 'nobody' }),
    ...options,
  });
  const yoga = createYoga({
    schema,
    logging: false,
    maxRequestBodySize: false,
    maskedErrors: { maskError: toPublicError },
    plugins: [bodies.plugin, usePublicErrors()],
  });
  http = createServer(yoga);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
}

beforeEach(() => start());
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

function open(): Socket {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

const head = (caller: string, ...headers: string[]) =>
  ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json', `x-caller: ${caller}`, ...headers]
    .map((line) => `${line}\r\n`)
    .join('');

/** Sends the headers of a body of `length` bytes, and its first ones. */
function begin(caller: string, length: number, sent: number): Socket {
  const socket = open();
  socket.write(`${head(caller, `content-length: ${length}`)}\r\n${'x'.repeat(sent)}`);
  return socket;
}

const answerOf = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);
const queryOf = (size: number) =>
  JSON.stringify({ query: 'query($t: String!) { size(text: $t) }', variables: { t: 'x'.repeat(size) } });

async function send(caller: string, body: string): Promise<string> {
  const socket = begin(caller, Buffer.byteLength(body), 0);
  socket.write(body);
  const answer = await answerOf(socket);
  socket.destroy();
  return answer;
}
const ask = (caller: string, size: number) => send(caller, queryOf(size));

describe('bodies that never end', () => {
  test('fill no more memory than there is, and leave others their part of it', async () => {
    const attack = Array.from({ length: 12 }, () => begin('attacker', 350_000, 300_000));
    const refusals = attack.map(answerOf);
    expect(await Promise.any(refusals)).toContain('OVERLOADED');
    await expect.poll(() => memory.used).toBeGreaterThan(500_000);
    expect(memory.used).toBeLessThanOrEqual(2_000_000);
    expect(await ask('shopper', 100_000)).toContain('{"data":{"size":100000}}');
    for (const socket of attack) socket.destroy();
    await expect.poll(() => memory.used).toBe(0);
    for (const refusal of refusals) refusal.catch(() => {});
  });

  test('are counted while they arrive where no length was announced, and end at the largest one', async () => {
    const socket = open();
    socket.write(`${head('attacker', 'transfer-encoding: chunked')}\r\n`);
    const chunk = 'x'.repeat(50_000);
    for (let i = 0; i < 6; i += 1) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    await expect.poll(() => memory.used).toBe(300_000);
    for (let i = 0; i < 3; i += 1) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413 .*BAD_USER_INPUT/s);
    await expect.poll(() => memory.used).toBe(0);
  });

  test('give their memory back when they break off', async () => {
    const socket = begin('caller', 350_000, 200_000);
    await expect.poll(() => memory.used).toBe(200_000);
    socket.destroy();
    await expect.poll(() => memory.used).toBe(0);
  });
});

describe('what cannot be served is refused before its body is read', () => {
  const NOTHING_SENT = 0;

  test('when the queue of images is full; what brings no image is served as ever', async () => {
    isBusy = true;
    expect(await answerOf(begin('caller', 300_000, NOTHING_SENT))).toMatch(
      /^HTTP\/1.1 503 .*retry-after: 2.*OVERLOADED/is,
    );
    expect(await ask('caller', 1000)).toContain('{"data":{"size":1000}}');
  });

  test('when as many are being worked on as may be', async () => {
    http.close();
    await start({ maxLarge: 2 });
    const first = begin('a', 300_000, 10);
    begin('b', 300_000, 10);
    await expect.poll(() => memory.used).toBe(20);
    expect(await answerOf(begin('c', 300_000, NOTHING_SENT))).toContain('OVERLOADED');
    first.destroy();
    await expect.poll(() => memory.used).toBe(10);
    expect(await ask('c', 100_000)).toContain('"size":100000');
  });

  test('when there is no memory for it', async () => {
    memory.take(1_500_000, 'others');
    expect(await answerOf(begin('caller', 399_000, NOTHING_SENT))).toContain('OVERLOADED');
    expect(await ask('caller', 100_000)).toContain('"size":100000');
  });

  test('when it is larger than any may be', async () => {
    expect(await answerOf(begin('caller', 400_001, NOTHING_SENT))).toMatch(/^HTTP\/1.1 413 .*BAD_USER_INPUT/s);
  });

  test('and the connection can be used for the next request', async () => {
    isBusy = true;
    const body = queryOf(100_000);
    const socket = begin('caller', body.length, NOTHING_SENT);
    expect(await answerOf(socket)).toContain('503');
    isBusy = false;
    const next = queryOf(200_000);
    socket.write(`${body}${head('caller', `content-length: ${next.length}`)}\r\n${next}`);
    expect(await answerOf(socket)).toContain('"size":200000');
  });
});

test('a large body is read as a small one is, and broken ones are told so', async () => {
  const filler = 'x'.repeat(100_000);
  const query = 'query($t: String!) { size(text: $t) }';
  const umlauts = JSON.stringify({ query, variables: { t: `ü€😀${filler}` } });
  expect(await send('caller', umlauts)).toContain('{"data":{"size":100004}}');
  for (const broken of [`{"query":"${filler}`, `"${filler}"`]) {
    expect(await send('caller', broken)).toMatch(/^HTTP\/1.1 400 .*BAD_USER_INPUT/s);
  }
  await expect.poll(() => memory.used).toBe(0);
});

test('what was served has given everything back', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => ask('caller', 70_000)));
  for (const answer of answers) expect(answer).toContain('"size":70000');
  await expect.poll(() => memory.used).toBe(0);
});
