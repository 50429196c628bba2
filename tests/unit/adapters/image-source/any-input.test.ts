import { afterAll, expect, test } from 'vitest';
import { createImageSource } from '../../../../src/adapters/image-source/index.ts';
import { createOwnImages } from '../../../../src/adapters/image-source/own-images.ts';
import { createReceivedImages } from '../../../../src/adapters/image-source/received-images.ts';
import { AppError } from '../../../../src/errors.ts';
import { createSilentLogger } from '../../../../src/logger.ts';
import { createImageMemory } from '../../../../src/model/image/memory.ts';

/** xorshift32: the same inputs on every run. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const own = createOwnImages({ origins: ['http://localhost:4000'], folders: { '/images/': 'no-such-folder' } });
const source = createImageSource({
  receivedImages: createReceivedImages(),
  maxBytes: 2000,
  timeoutMs: 1000,
  allowedHosts: [],
  allowPrivateNetwork: false,
  ownImages: own.fileFor,
  memory: createImageMemory(768_000_000),
  logger: createSilentLogger(),
  // Nothing random may go out to the network.
  resolveHost: async () => ['127.0.0.1'],
});
afterAll(() => source.close());

const PREFIXES = [
  '',
  'data:',
  'data:image/png;base64,',
  'data:image/png;base64,iVBORw0KGgo',
  'http://127.0.0.1',
  'http://localhost:4000/images/',
  'http://a.example/',
  'https://',
  'http://[',
  '\0',
  'http://10.',
];

test('no input, however odd, brings anything but an answer that is meant for the caller', async () => {
  const random = createRandom(20_240_607);
  for (let round = 0; round < 1500; round += 1) {
    const bytes = Buffer.from(Array.from({ length: random(80) }, () => random(256)));
    const tail = [
      bytes.toString('latin1'),
      bytes.toString('utf8'),
      bytes.toString('base64'),
      String.fromCharCode(...bytes.map((byte) => byte * 257)),
    ];
    const url = `${PREFIXES[random(PREFIXES.length)]}${tail[random(tail.length)]}`;
    const outcome = await source.load(url).catch((error: unknown) => error);
    if (outcome instanceof Uint8Array) continue;
    expect(outcome, JSON.stringify(url)).toBeInstanceOf(AppError);
    expect(outcome, JSON.stringify(url)).toMatchObject({ code: expect.stringMatching(/^IMAGE_/) });
  }
});
