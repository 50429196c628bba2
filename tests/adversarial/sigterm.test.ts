import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const SIDE = 300;
const QUERY = 'query ($query: SearchInput!) { searchProducts(query: $query) { totalCount } }';

let dataDir: string;
let server: ServerProcess;
let image: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-sigterm-'));
  // Noise does not compress: 270 KB, so that no request fits into the buffers between the two processes.
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const png = await sharp(randomBytes(SIDE * SIDE * 3), { raw })
    .png()
    .toBuffer();
  image = `data:image/png;base64,${png.toString('base64')}`;
});
beforeEach(async () => {
  server = await startServerProcess({ DATA_DIR: dataDir, DEMO_CATALOGUE: 'off' });
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Sends a search by image on a connection of its own; `answer` is its status line, or what came instead of one. */
function send() {
  const body = JSON.stringify({ query: QUERY, variables: { query: { imageUrl: image } } });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
  socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  let text = '';
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
  const on = (event: string) => new Promise<void>((resolve) => socket.once(event, () => resolve()));
  return { answer, connected: on('connect'), answering: on('data') };
}

describe('SIGTERM', () => {
  test.each([
    ['right after', 0],
    ['in the middle of', 1],
    ['in the middle of', 50],
  ])('%s a hundred searches by image leaves none of them unread (%s answered)', async (_, answered) => {
    const first = Array.from({ length: answered }, send);
    await Promise.all(first.map(({ answering }) => answering));
    const searches = [...first, ...Array.from({ length: 100 }, send)];
    await Promise.all(searches.map(({ connected }) => connected));
    const stopped = server.stop();
    for (const { answer } of searches) expect(await answer).toMatch(/^HTTP\/1\.1 (200|503) /);
    expect(await stopped).toBe(0);
  });
});
