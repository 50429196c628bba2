import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql-client.ts';
import { type ImageServer, startImageServer } from '../support/image-server.ts';
import { FindProducts, GetProduct, IndexProduct } from '../support/operations.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let images: ImageServer;
let dataDir: string;
let server: ServerProcess;
let client: GraphqlClient;

const start = async () => {
  const env = {
    DATA_DIR: dataDir,
    DEMO_CATALOGUE: 'off',
    IMAGE_ALLOW_PRIVATE_NETWORK: 'on',
    IMAGE_TIMEOUT_MS: '60000',
  };
  server = await startServerProcess(env);
  client = createGraphqlClient(`${server.origin}/graphql`, fetch);
};

beforeAll(async () => {
  images = await startImageServer();
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-shutdown-'));
  await start();
});
afterAll(async () => {
  await server.stop();
  await images.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('a server as a process', () => {
  test('stops fetching an image when the customer who asked closes the connection', async () => {
    const gone = new AbortController();
    const asked = images.asked('/silent');
    const search = client.ask(FindProducts, { query: { imageUrl: images.url('/silent') } }, { signal: gone.signal });
    await asked;
    gone.abort();
    await expect(search).rejects.toThrow();
    // Without the abort the connection would stay open until the deadline of a minute.
    await images.idle();
  });

  test.each(['a b', '[::', 'a:99999999'])(
    'answers a Host header that is none (%s) without showing its inside',
    async (host) => {
      const { port } = new URL(server.origin);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const answer = await text(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('BAD_USER_INPUT');
      expect(answer).not.toMatch(/node_modules|\.ts|at new/);
    },
  );

  test('finishes what runs when it is told to stop, keeps what it acknowledged, and ends with exit code 0', async () => {
    const asked = images.asked('/late.png');
    const input = { id: 'last-one', name: 'Last one', category: 'c', price: 1, imageUrl: images.url('/late.png') };
    const indexing = client.data(IndexProduct, { input });
    await asked;
    const stopped = server.stop();
    expect((await indexing).indexProduct.id).toBe('last-one');
    expect(await stopped).toBe(0);
    await expect(fetch(server.origin)).rejects.toThrow();
    await start();
    expect((await client.data(GetProduct, { id: 'last-one' })).product?.name).toBe('Last one');
  });
});
