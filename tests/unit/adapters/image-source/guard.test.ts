import { Agent, buildConnector, MockAgent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuardedAgent, createGuardedConnector } from '../../../../src/adapters/image-source/address-guard.ts';
import { fetchImage } from '../../../../src/adapters/image-source/fetch-image.ts';
import { createImageSource } from '../../../../src/adapters/image-source/index.ts';
import { createReceivedImages } from '../../../../src/adapters/image-source/received-images.ts';
import { parseAllowedHosts } from '../../../../src/adapters/image-source/url-rules.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import { createImageMemory } from '../../../../src/model/image/memory.ts';
import { type ImageServer, RED_PIXEL, startImageServer } from '../../../support/image-server.ts';

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(() => server.close());

/** An address of a range that was given back and is routed nowhere: public by every rule, and nobody is there. */
const NOBODY = '3ffe::1';
const FORBIDDEN = {
  name: 'AppError',
  code: 'IMAGE_FORBIDDEN',
  message: expect.stringMatching(/not on the public internet/),
};

const guardedSource = (answers: (question: number) => readonly string[]) => {
  let questions = 0;
  return createImageSource({
    receivedImages: createReceivedImages(),
    maxBytes: 100_000,
    timeoutMs: 400,
    // The server's port is odd: without this the port rule would answer first.
    allowedHosts: [`*.example.com:${server.port}`, `127.0.0.1:${server.port}`, `[::1]:${server.port}`],
    allowPrivateNetwork: false,
    ownImages: () => undefined,
    memory: createImageMemory(768_000_000),
    logger: createSilentLogger(),
    resolveHost: async () => {
      questions += 1;
      return answers(questions);
    },
  });
};
const soon = () => ({ signal: AbortSignal.timeout(5000), endsAt: performance.now() + 5000 });
const held = { grow() {} };
const at = (host: string) => `http://${host}:${server.port}/ok.png`;

describe('nothing inside is reached', () => {
  test.each([
    ['a private name', ['127.0.0.1']],
    ['a name with a public and a private address', [NOBODY, '127.0.0.1']],
    ['the same the other way round', ['127.0.0.1', NOBODY]],
    ['an IPv4 address in IPv6 clothes', ['::ffff:127.0.0.1']],
  ])('by %s', async (_, addresses) => {
    const before = server.connectionCount();
    const source = guardedSource(() => addresses);
    await expect(source.load(at('shop.example.com'))).rejects.toMatchObject(FORBIDDEN);
    await source.close();
    expect(server.connectionCount()).toBe(before);
  });

  test('by a name that changes its answer (DNS rebinding): the answer that is checked is the one that is dialled', async () => {
    let questions = 0;
    const agent = createGuardedAgent({
      // A second question would get an address where nobody listens.
      resolveHost: async () => (++questions === 1 ? ['127.0.0.1'] : ['127.0.0.2']),
      allowPrivateNetwork: true,
      timeoutMs: 1000,
    });
    const origin = `http://rebind.example.com:${server.port}`;
    const { statusCode, body } = await agent.request({ origin, path: '/ok.png', method: 'GET' });
    await body.dump();
    await agent.destroy();
    expect([statusCode, questions]).toEqual([200, 1]);
  });

  test('by an address in the URL, however it is written', async () => {
    const before = server.connectionCount();
    const source = guardedSource(() => [NOBODY]);
    for (const host of ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', '[::1]', 'localhost']) {
      await expect(source.load(at(host)), host).rejects.toMatchObject(FORBIDDEN);
    }
    await source.close();
    expect(server.connectionCount()).toBe(before);
  });

  test('by a client that forgot to check the URL: the connection itself is guarded', async () => {
    const before = server.connectionCount();
    const agent = createGuardedAgent({
      resolveHost: async () => ['127.0.0.1'],
      allowPrivateNetwork: false,
      timeoutMs: 1000,
    });
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', 'shop.example.com']) {
      const request = agent.request({ origin: `http://${host}:${server.port}`, path: '/ok.png', method: 'GET' });
      await expect(request, host).rejects.toMatchObject(FORBIDDEN);
    }
    await agent.destroy();
    expect(server.connectionCount()).toBe(before);
  });

  test('and an open port answers exactly as a closed one and as another machine', async () => {
    const source = guardedSource(() => ['127.0.0.1']);
    const messages = new Set<string>();
    for (const url of [
      at('shop.example.com'),
      at('127.0.0.1'),
      'http://127.0.0.1:1/',
      'http://10.1.2.3/',
      'http://db.internal/',
    ]) {
      await source.load(url).catch((error) => messages.add(`${error.code} ${error.message}`));
    }
    await source.close();
    expect(messages.size).toBe(1);
    expect([...messages].join()).not.toMatch(/\d/);
  });
});

describe('redirects', () => {
  /** `front.example.com` stands for a public host and is the test server; everything else goes through the guard. */
  const fetchFromFront = async (location: string) => {
    const hosts = ['front.example.com', 'inner.example.com', '127.0.0.1'];
    const guarded = createGuardedConnector({
      resolveHost: async () => ['127.0.0.1'],
      allowPrivateNetwork: false,
      timeoutMs: 1000,
    });
    const direct = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) =>
        options.hostname === 'front.example.com'
          ? direct({ ...options, hostname: '127.0.0.1' }, callback)
          : guarded(options, callback),
    });
    const rules = {
      allowedHosts: parseAllowedHosts(hosts.map((host) => `${host}:${server.port}`)),
      allowPrivateNetwork: false,
    };
    const url = new URL(`http://front.example.com:${server.port}/redirect`);
    url.searchParams.set('to', location);
    try {
      return await fetchImage({ dispatcher, rules, maxBytes: 100_000, held }, url, soon());
    } finally {
      await dispatcher.destroy();
    }
  };

  test('a public host can redirect to an image', async () => {
    expect(Buffer.from(await fetchFromFront('/ok.png'))).toEqual(Buffer.from(RED_PIXEL));
  });

  test.each(['127.0.0.1', '0x7f.1', 'inner.example.com'])(
    'a public host cannot redirect to %s inside',
    async (host) => {
      const before = server.requests.length;
      await expect(fetchFromFront(at(host))).rejects.toMatchObject(FORBIDDEN);
      expect(server.requests.slice(before)).toEqual(['/redirect']);
    },
  );

  test.each([
    'file:///etc/passwd',
    'http://other.example.com/',
    'http://front.example.com:22/',
    'data:image/png;base64,AAAA',
  ])('nor to %s', async (location) => {
    await expect(fetchFromFront(location)).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
  });

  test('an image asked for over https is never fetched over http', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    const pool = dispatcher.get('https://shop.example.com');
    pool.intercept({ path: '/a.png' }).reply(302, '', { headers: { location: 'http://shop.example.com/a.png' } });
    const settings = {
      dispatcher,
      rules: { allowedHosts: [], allowPrivateNetwork: false },
      maxBytes: 1000,
      held,
    };
    await expect(fetchImage(settings, new URL('https://shop.example.com/a.png'), soon())).rejects.toMatchObject({
      code: 'IMAGE_FORBIDDEN',
      message: expect.stringMatching(/https to http/),
    });
    await dispatcher.close();
  });
});
