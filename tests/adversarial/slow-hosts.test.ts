import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createImageSource, type ImageSourceOptions } from '../../src/adapters/image-source/index.ts';
import { createReceivedImages } from '../../src/adapters/image-source/received-images.ts';
import type { ImageSource } from '../../src/adapters/image-source/types.ts';
import { createSilentLogger } from '../../src/logger.ts';
import { createImageMemory } from '../../src/model/image/memory.ts';
import { type ImageServer, RED_PIXEL, startImageServer } from '../support/image-server.ts';

let slow: ImageServer;
let shop: ImageServer;
let source: ImageSource;
const gone = new Set<AbortController>();
const image = Buffer.from(RED_PIXEL);

const createWith = (options: Partial<ImageSourceOptions> = {}) =>
  createImageSource({
    receivedImages: createReceivedImages(),
    maxBytes: 100_000,
    timeoutMs: 60_000,
    allowedHosts: [],
    allowPrivateNetwork: true,
    ownImages: () => undefined,
    memory: createImageMemory(768_000_000),
    logger: createSilentLogger(),
    resolveHost: async () => ['127.0.0.1'],
    ...options,
  });

/** Loads that never come to an end by themselves; they are ended after the test. */
function hang(urls: readonly string[], caller: string): Promise<PromiseSettledResult<Uint8Array>[]> {
  const controller = new AbortController();
  gone.add(controller);
  return Promise.allSettled(urls.map((url) => source.load(url, { caller, signal: controller.signal })));
}

const countOf = (outcomes: readonly PromiseSettledResult<unknown>[], code: string) =>
  outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason.code === code).length;

beforeAll(async () => {
  [slow, shop] = await Promise.all([startImageServer(), startImageServer()]);
});
afterAll(() => Promise.all([slow.close(), shop.close()]));
beforeEach(() => {
  source = createWith();
});
afterEach(async () => {
  for (const controller of gone) controller.abort('over');
  gone.clear();
  await source.close();
});

describe('hosts that never answer hold up nobody who asks for others', () => {
  test('192 images on one of them', async () => {
    const before = slow.requests.length;
    const hanging = hang(new Array(192).fill(slow.url('/silent')), 'attacker');
    await expect.poll(() => slow.requests.length - before).toBe(12);
    expect(Buffer.from(await source.load(shop.url('/ok.png'), { caller: 'attacker' }))).toEqual(image);
    expect(Buffer.from(await source.load(shop.url('/ok.png'), { caller: 'shopper' }))).toEqual(image);
    for (const controller of gone) controller.abort('over');
    // What would only have waited was refused at once.
    expect(countOf(await hanging, 'OVERLOADED')).toBe(192 - 128);
    expect(slow.requests.length - before).toBe(12);
  });

  test('hundreds of names of one caller whose DNS never answers', async () => {
    let asked = 0;
    const resolveHost = (name: string) => {
      asked += name.endsWith('.silent.example') ? 1 : 0;
      return name.endsWith('.silent.example') ? new Promise<never>(() => {}) : Promise.resolve(['127.0.0.1']);
    };
    await source.close();
    source = createWith({ resolveHost });
    hang(
      Array.from({ length: 200 }, (_, i) => `http://n${i}.silent.example/a.png`),
      'attacker',
    );
    await expect.poll(() => asked).toBe(24);
    const url = `http://shop.example:${shop.port}/ok.png`;
    expect(Buffer.from(await source.load(url, { caller: 'shopper' }))).toEqual(image);
    expect(asked).toBe(24);
  });
});

describe('waiting for a turn', () => {
  test('counts towards the deadline, and says that the server was busy, not that the host is', async () => {
    await source.close();
    source = createWith({ timeoutMs: 300 });
    const outcomes = await hang(new Array(20).fill(slow.url('/silent')), 'caller');
    const unreachable = countOf(outcomes, 'IMAGE_UNREACHABLE');
    expect(unreachable).toBeGreaterThanOrEqual(12);
    expect(countOf(outcomes, 'OVERLOADED')).toBe(20 - unreachable);
    expect(unreachable).toBeLessThan(20);
  });

  test('a search goes before the products of an import', async () => {
    const before = slow.requests.length;
    hang(new Array(11).fill(slow.url('/silent')), 'caller');
    const last = new AbortController();
    const leaving = source.load(slow.url('/silent'), { caller: 'caller', signal: last.signal }).catch(() => {});
    await expect.poll(() => slow.requests.length - before).toBe(12);
    const loads = [
      source.load(slow.url('/ok.png'), { priority: 'indexing' }),
      source.load(slow.url('/no-length.png'), { priority: 'query' }),
    ];
    last.abort();
    await leaving;
    await Promise.all(loads);
    expect(slow.requests.slice(before + 12)).toEqual(['/no-length.png', '/ok.png']);
  });
});

test('images that arrive at the same time take no more memory than there is for them', async () => {
  await source.close();
  const memory = createImageMemory(3_000_000);
  source = createWith({ memory, maxBytes: 900_000 });
  const urls = Array.from({ length: 10 }, () => shop.url('/big.png?bytes=900000'));
  const outcomes = await Promise.allSettled(urls.map((url, i) => source.load(url, { caller: `c${i}` })));
  const refused = countOf(outcomes, 'OVERLOADED');
  expect(refused).toBeGreaterThan(0);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10 - refused);
  expect(memory.used).toBe(0);
});
