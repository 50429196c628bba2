import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createStoppableHttp } from '../../../src/start/stoppable-http.ts';

const FOREVER_MS = 2 ** 30;
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

async function start(answer: RequestListener) {
  const stopping = new AbortController();
  const { http, close } = createStoppableHttp(answer, stopping.signal);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    http,
    stop(graceMs: number) {
      stopping.abort();
      return close(graceMs);
    },
    /** A connection, and all that comes on it until it ends. */
    async open() {
      const socket = connect(address.port, '127.0.0.1');
      await once(socket, 'connect');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      const ended = new Promise<string>((resolve) => {
        socket.on('error', (error) => resolve(error.message));
        socket.on('close', () => resolve(text));
      });
      return { socket, ended };
    },
  };
}

describe('stopping', () => {
  test('answers a request that runs, and tells its client not to send another on that connection', async () => {
    const running = Promise.withResolvers<() => void>();
    const server = await start((_, response) => running.resolve(() => response.end('done')));
    const { socket, ended } = await server.open();
    socket.write(GET);
    const finish = await running.promise;
    const stopped = server.stop(FOREVER_MS);
    finish();
    expect(await ended).toMatch(/^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*done/is);
    await stopped;
  });

  test('answers what is sent on an open connection just then', async () => {
    const server = await start((_, response) => response.end('done'));
    const { socket, ended } = await server.open();
    socket.write(GET);
    await once(socket, 'data');
    const stopped = server.stop(FOREVER_MS);
    socket.write(GET);
    expect((await ended).match(/done/g)).toHaveLength(2);
    await stopped;
  });

  test('refuses with 503 what does not come to an end, instead of hanging up on it', async () => {
    let hasFinished = false;
    const cut = Promise.withResolvers<void>();
    const server = await start((_, response) => {
      response.on('finish', () => {
        hasFinished = true;
      });
      response.on('close', cut.resolve);
    });
    const { socket, ended } = await server.open();
    socket.write(GET);
    await once(server.http, 'request');
    const stopped = server.stop(10);
    const answer = await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: 5\r\n/i);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      errors: [{ extensions: { retryAfter: 5 } }],
    });
    // This is how Yoga knows that nobody waits for the work any more.
    await cut.promise;
    expect(hasFinished).toBe(false);
    await stopped;
  });

  test('does not wait for a connection that nobody uses: a browser opens one in advance', async () => {
    const server = await start((_, response) => response.end('done'));
    const [unused, used] = [await server.open(), await server.open()];
    used.socket.write(GET);
    await once(used.socket, 'data');
    await server.stop(FOREVER_MS);
    expect(await unused.ended).toBe('');
    expect(await used.ended).toContain('done');
  });
});
