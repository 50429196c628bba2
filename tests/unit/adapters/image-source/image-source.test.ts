import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createImageSource, type ImageSourceOptions } from '../../../../src/adapters/image-source/index.ts';
import { createReceivedImages } from '../../../../src/adapters/image-source/received-images.ts';
import type { ImageSource } from '../../../../src/adapters/image-source/types.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import { createImageMemory } from '../../../../src/model/image/memory.ts';
import { type ImageServer, paddedImage, RED_PIXEL, startImageServer } from '../../../support/image-server.ts';

let server: ImageServer;
const open: ImageSource[] = [];
beforeAll(async () => {
  server = await startImageServer();
});
afterAll(() => server.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
  vi.unstubAllEnvs();
});

const sourceWith = (options: Partial<ImageSourceOptions> = {}) => {
  const source = createImageSource({
    receivedImages: createReceivedImages(),
    maxBytes: 100_000,
    timeoutMs: 10_000,
    allowedHosts: [],
    allowPrivateNetwork: true,
    ownImages: () => undefined,
    memory: createImageMemory(768_000_000),
    logger: createSilentLogger(),
    resolveHost: async () => ['127.0.0.1'],
    ...options,
  });
  open.push(source);
  return source;
};
const load = (path: string, options?: Partial<ImageSourceOptions>) => sourceWith(options).load(server.url(path));
const image = Buffer.from(RED_PIXEL);
/** How many images of one host are fetched at a time. */
const PLACES_OF_A_HOST = 12;
const failure = (code: string, message: RegExp) => ({
  name: 'AppError',
  code,
  message: expect.stringMatching(message),
});

describe('images arrive', () => {
  test.each(['/ok.png', '/wrong-type.png', '/no-length.png', '/hop?left=2', '/permanent?to=/ok.png'])(
    '%s',
    async (path) => {
      expect(Buffer.from(await load(path))).toEqual(image);
    },
  );

  test.each(['/500-once', '/reset-once', '/429-once'])(
    'a host that stumbles once costs no product: %s',
    async (path) => {
      expect(Buffer.from(await load(path))).toEqual(image);
      expect(server.requests.filter((asked) => asked === path)).toHaveLength(2);
    },
  );

  test('an image of exactly the largest size', async () => {
    expect(await load('/big.png?bytes=5000', { maxBytes: 5000 })).toHaveLength(5000);
  });

  test('a host learns nothing but what it needs to answer', async () => {
    await load('/ok.png');
    expect(Object.keys(server.lastHeaders()).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(server.lastHeaders()['accept-encoding']).toBe('identity');
  });

  test('a proxy in the environment is not used: it would look names up behind the guard', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:9');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(Buffer.from(await load('/ok.png'))).toEqual(image);
  });
});

describe('hosts that do not deliver', () => {
  test.each([
    ['/404', /HTTP status 404/],
    ['/always-500', /HTTP status 500/],
    ['/429-for-long', /HTTP status 429/],
    ['/hop?left=3', /more than 3 times/],
    ['/loop', /more than 3 times/],
    ['/nowhere', /does not say where/],
    ['/truncated', /broke off/],
    ['/reset', /broke off/],
    ['/many-headers', /too many headers/],
    ['/not-http', /valid HTTP/],
  ])('%s is IMAGE_UNREACHABLE and says why', async (path, message) => {
    await expect(load(path)).rejects.toMatchObject(failure('IMAGE_UNREACHABLE', message));
  });

  test('a missing image is asked for once, not again and again', async () => {
    const before = server.requests.length;
    await expect(load('/404')).rejects.toThrow();
    expect(server.requests.length - before).toBe(1);
  });

  test('a refused connection says so', async () => {
    const gone = await startImageServer();
    await gone.close();
    await expect(sourceWith().load(gone.url('/ok.png'))).rejects.toMatchObject(
      failure('IMAGE_UNREACHABLE', /refuses connections/),
    );
  });

  test('a name that does not exist says so', async () => {
    const resolveHost = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    await expect(sourceWith({ resolveHost }).load('http://nothing.example.com/a.png')).rejects.toMatchObject(
      failure('IMAGE_UNREACHABLE', /does not exist/),
    );
  });

  test.each(['/silent', '/slow-body'])('%s ends at the deadline', async (path) => {
    await expect(load(path, { timeoutMs: 150 })).rejects.toMatchObject(failure('IMAGE_UNREACHABLE', /within 150 ms/));
  });

  test('a resolver that never answers ends at the deadline too', async () => {
    const resolveHost = () => new Promise<never>(() => {});
    await expect(sourceWith({ resolveHost, timeoutMs: 150 }).load('http://slow.example.com/')).rejects.toMatchObject(
      failure('IMAGE_UNREACHABLE', /within 150 ms/),
    );
  });
});

describe('what is too large or no image', () => {
  test.each(['/endless.png', '/claims-big', '/big.png?bytes=100001'])('%s is cut off', async (path) => {
    await expect(load(path)).rejects.toMatchObject(failure('IMAGE_TOO_LARGE', /larger than 100 KB/));
  });

  test.each([
    ['/page.png', /an HTML page/],
    ['/endless-page', /an HTML page/],
    ['/empty', /nothing at all/],
    ['/gzip-bomb', /compressed body/],
  ])('%s is IMAGE_UNREADABLE and says what it is', async (path, message) => {
    await expect(load(path, { maxBytes: 50_000_000 })).rejects.toMatchObject(failure('IMAGE_UNREADABLE', message));
  });

  test('nothing that was given up keeps a socket open', async () => {
    const source = sourceWith({ timeoutMs: 300 });
    const bad = [
      '/endless.png',
      '/claims-big',
      '/endless-page',
      '/gzip-bomb',
      '/endless-redirect',
      '/silent',
      '/slow-body',
    ];
    await Promise.allSettled(bad.map((path) => source.load(server.url(path))));
    await source.close();
    await server.idle();
  });
});

describe('a caller who goes away', () => {
  test.each(['/silent', '/slow-body'])('is not waited for: %s', async (path) => {
    const controller = new AbortController();
    const asked = server.asked(path);
    const loading = sourceWith().load(server.url(path), { signal: controller.signal });
    const seen = expect(loading).rejects.toBe('closed the page');
    await asked;
    controller.abort('closed the page');
    await seen;
  });

  test('is not waited for while a name is looked up', async () => {
    const controller = new AbortController();
    const resolveHost = () => {
      controller.abort('closed the page');
      return new Promise<never>(() => {});
    };
    const loading = sourceWith({ resolveHost }).load('http://slow.example.com/', { signal: controller.signal });
    await expect(loading).rejects.toBe('closed the page');
  });

  test('leaves the queue, and the others move up', async () => {
    const source = sourceWith();
    const [first, second] = [new AbortController(), new AbortController()];
    const before = server.requests.length;
    const hanging = Array.from({ length: PLACES_OF_A_HOST }, () =>
      source.load(server.url('/silent'), { signal: first.signal }),
    );
    const running = Promise.allSettled(hanging);
    await expect.poll(() => server.requests.length - before).toBe(PLACES_OF_A_HOST);
    const waiting = expect(source.load(server.url('/ok.png'), { signal: second.signal })).rejects.toBe('second');
    const patient = source.load(server.url('/no-length.png'));
    second.abort('second');
    await waiting;
    first.abort('first');
    for (const outcome of await running) expect(outcome).toEqual({ status: 'rejected', reason: 'first' });
    expect(Buffer.from(await patient)).toEqual(image);
    expect(server.requests.slice(before + PLACES_OF_A_HOST)).toEqual(['/no-length.png']);
  });

  test('who was gone before costs nothing', async () => {
    await expect(sourceWith().load(server.url('/ok.png'), { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
  });

  test('a server that shuts down tells those who still wait', async () => {
    const source = sourceWith();
    const asked = server.asked('/silent');
    const loading = expect(source.load(server.url('/silent'))).rejects.toMatchObject(
      failure('IMAGE_UNREACHABLE', /shutting down/),
    );
    await asked;
    await source.close();
    await loading;
    await expect(source.load(server.url('/ok.png'))).rejects.toMatchObject(
      failure('IMAGE_UNREACHABLE', /shutting down/),
    );
  });
});

describe('images that need no network', () => {
  test('images of our own come from disk with the guard closed, and only images', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vitrine-own-'));
    try {
      await writeFile(join(dir, 'a.png'), RED_PIXEL);
      await writeFile(join(dir, 'page.png'), '<html>');
      await writeFile(join(dir, 'big.png'), paddedImage(100_001));
      const before = server.connectionCount();
      const ownImages = (url: URL) => (url.port === String(server.port) ? join(dir, url.pathname.slice(1)) : undefined);
      const source = sourceWith({ allowPrivateNetwork: false, ownImages });
      expect(Buffer.from(await source.load(server.url('/a.png')))).toEqual(image);
      await expect(source.load(server.url('/none.png'))).rejects.toMatchObject(
        failure('IMAGE_UNREACHABLE', /no such image/),
      );
      await expect(source.load(server.url('/'))).rejects.toMatchObject(failure('IMAGE_UNREACHABLE', /no such image/));
      await expect(source.load(server.url('/page.png'))).rejects.toMatchObject(failure('IMAGE_UNREADABLE', /HTML/));
      await expect(source.load(server.url('/big.png'))).rejects.toMatchObject(failure('IMAGE_TOO_LARGE', /100 KB/));
      expect(server.connectionCount()).toBe(before);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  test('a photo in a data: URL is read, within the same limit', async () => {
    const source = sourceWith({ allowPrivateNetwork: false });
    expect(Buffer.from(await source.load(`data:image/png;base64,${image.toString('base64')}`))).toEqual(image);
    const large = Buffer.from(paddedImage(100_001)).toString('base64');
    await expect(source.load(`data:image/png;base64,${large}`)).rejects.toMatchObject(
      failure('IMAGE_TOO_LARGE', /100 KB/),
    );
  });
});
