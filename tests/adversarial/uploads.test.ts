import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';

const PHOTO = readFileSync(join(DEMO_CATALOGUE_DIR, 'images', 'sku-0001.png'));
const OPERATIONS = JSON.stringify({
  query: 'query ($q: SearchInput) { searchProducts(query: $q) { matchCount } }',
  variables: { q: { image: null } },
});
const part = (head: string, content: string | Buffer) =>
  Buffer.concat([
    Buffer.from(`--X\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
const form = (...files: Buffer[]) =>
  Buffer.concat([
    part('name="operations"', OPERATIONS),
    part('name="map"', JSON.stringify({ 0: ['variables.q.image'] })),
    ...files,
    Buffer.from('--X--\r\n'),
  ]);
const photo = part('name="0"; filename="a.png"', PHOTO);

let vitrine: TestVitrine;
let http: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  vitrine = await startVitrine({ IMAGE_MAX_BYTES: '1MB', IMAGE_MEMORY: '200MB', MAX_QUEUE: '16' });
  http = createServer(vitrine.server);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await vitrine.close();
});

/** Sends the headers of a form and some of its body. */
function send(headers: readonly string[], body: Buffer): Socket {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  const usual = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'content-type: multipart/form-data; boundary=X',
    'apollo-require-preflight: true',
  ];
  socket.write([...usual, ...headers].map((line) => `${line}\r\n`).join(''));
  socket.write('\r\n');
  socket.write(body);
  return socket;
}

const answerOf = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);
const complete = (body: Buffer) => send([`content-length: ${body.length}`], body);
const chunked = (body: Buffer) =>
  send(
    ['transfer-encoding: chunked'],
    Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]),
  );
const givenBack = () => vi.waitFor(() => expect(vitrine.deps.bodies.memory.used).toBe(0), { timeout: 10_000 });

describe('forms sent to do harm', () => {
  test('that never end take what has arrived of memory, are refused beyond the places there are, and give all of it back', async () => {
    const attack = Array.from({ length: 24 }, () => send(['content-length: 1200000'], form(photo).subarray(0, -40)));
    let refused = 0;
    for (const socket of attack) {
      socket.once('data', (answer) => {
        if (String(answer).startsWith('HTTP/1.1 503')) refused += 1;
      });
    }
    // MAX_QUEUE of them have a place.
    await vi.waitFor(() => expect(refused).toBe(24 - 16), { timeout: 10_000 });
    expect(vitrine.deps.bodies.memory.used).toBeLessThan(16 * 4 * form(photo).length);
    for (const socket of attack) socket.destroy();
    await givenBack();
    expect(await answerOf(complete(form(photo)))).toContain('"matchCount":0');
    await givenBack();
  });

  test('that grow without saying how long they are end at the most that a body may have', async () => {
    const socket = chunked(Buffer.concat([form(photo).subarray(0, -10), Buffer.alloc(3_000_000)]));
    const answer = await answerOf(socket);
    expect(answer).toContain('IMAGE_TOO_LARGE');
    await givenBack();
  });

  test('that say they are larger than any body are not read at all', async () => {
    const answer = await answerOf(send(['content-length: 50000000'], Buffer.from('--X\r\n')));
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
    expect(answer).toContain('IMAGE_TOO_LARGE');
    await givenBack();
  });

  test.each<[string, Buffer]>([
    ['are cut short', form(photo).subarray(0, -30)],
    ['are nothing but line ends', Buffer.from(`--X\r\n${'\r\n'.repeat(500_000)}`)],
    ['are nothing but headers', Buffer.from(`--X\r\n${'a: b\r\n'.repeat(150_000)}\r\n--X--`)],
    ['are nothing but boundaries', Buffer.from('--X\r\n'.repeat(200_000))],
    ['are nothing but half boundaries', Buffer.from(`--X\r\n\r\n${'\r\n--'.repeat(250_000)}\r\n--X--`)],
    ['have countless fields', Buffer.concat([...Array(10_000).fill(part('name="a"', 'b')), Buffer.from('--X--')])],
    ['have countless files', form(...Array(5_000).fill(photo.subarray(0, 100)))],
    [
      'have operations that are nested without end',
      Buffer.concat([part('name="operations"', '['.repeat(99_000)), part('name="map"', '{}'), Buffer.from('--X--')]),
    ],
    [
      'map one file to countless places',
      Buffer.concat([
        part('name="operations"', OPERATIONS),
        part('name="map"', JSON.stringify({ 0: Array(4000).fill('variables.q.image') })),
        photo,
        Buffer.from('--X--'),
      ]),
    ],
  ])('that %s are refused with what is wrong', async (_what, body) => {
    const answer = await answerOf(complete(body));
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain('BAD_USER_INPUT');
    expect(answer.length).toBeLessThan(2000);
    await givenBack();
  });

  test('whose sender goes away before the answer leave nothing behind', async () => {
    for (let i = 0; i < 5; i += 1) complete(form(photo)).end();
    await new Promise((resolve) => setImmediate(resolve));
    for (const socket of sockets.splice(0)) socket.destroy();
    await givenBack();
    expect(await answerOf(complete(form(photo)))).toContain('"matchCount":0');
  });
});
