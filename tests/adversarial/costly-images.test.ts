import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDecode } from '../../src/model/image/decode.ts';
import { createDecoders, type Decoders } from '../../src/model/image/decoders.ts';
import { createImageMemory } from '../../src/model/image/memory.ts';
import { parseImageSpec } from '../../src/model/image/spec.ts';
import { jpegOfScans, pngThatClaims } from '../support/hostile-images.ts';

const spec = parseImageSpec({ size: { shortest_edge: 8 }, crop_size: 8 });
const limits = { maxPixels: 50_000_000, maxDecodeBytes: 384_000_000 };
const decode = createDecode(spec, limits);

describe('what would take a stranger’s word for hours of work is refused by its header', () => {
  test.each([
    ['a JPEG of 1,000 scans (170 KB; took 9 s)', () => jpegOfScans(7000, 7000, 1000), 'IMAGE_UNREADABLE', /100 scans/],
    ['a small JPEG of 10,000 scans', () => jpegOfScans(1000, 1000, 10_000), 'IMAGE_UNREADABLE', /100 scans/],
    ['a strip of 1 x 49,000,000 pixels (took 14 s)', () => pngThatClaims(1, 49_000_000), 'IMAGE_TOO_LARGE', /20000/],
    ['a PNG of 60,000 x 60,000 pixels', () => pngThatClaims(60_000, 60_000), 'IMAGE_TOO_LARGE', /50000000 pixels/],
    [
      'an AVIF of 1 KB with 50 million pixels (took 735 MB)',
      async () => readFileSync(new URL('data/flat-10000x5000.avif', import.meta.url)),
      'IMAGE_TOO_LARGE',
      /10000 x 5000 pixels, which as AVIF takes more memory/,
    ],
  ])('%s', async (_, make, code, message) => {
    let admitted = 0;
    const decoding = decode(await make(), () => {
      admitted += 1;
      return true;
    });
    await expect(decoding).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(admitted).toBe(0);
  });

  test('a JPEG of as many scans as may be is read, and its whole cost is named before', async () => {
    const costs: number[] = [];
    const pixels = await decode(await jpegOfScans(400, 400, 100), (bytes) => {
      costs.push(bytes);
      return true;
    });
    expect([...(pixels ?? [])]).toEqual(new Array(3 * 8 * 8).fill(124));
    expect(costs).toEqual([16_000_000 + 3 * 400 * 400]);
  });

  test('scans in a thumbnail, or after the end, are not counted', async () => {
    const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer();
    const scans = await jpegOfScans(64, 64, 1000);
    const comment = Buffer.from([0xff, 0xfe, 0, 0]);
    comment.writeUInt16BE(scans.length + 2, 2);
    const both = Buffer.concat([jpeg.subarray(0, 2), comment, scans, jpeg.subarray(2), scans]);
    await expect(decode(both, () => true)).resolves.toHaveLength(192);
  });
});

describe('decoding can be ended from outside', () => {
  const open: Decoders[] = [];
  let slow: Buffer;
  const createWith = (options: { timeoutMs: number; maxBytes?: number }) => {
    const memory = createImageMemory(options.maxBytes ?? 768_000_000);
    const decoders = createDecoders({ spec, maxPixels: 50_000_000, memory, leftMs: 0, ...options });
    open.push(decoders);
    return { memory, ...decoders };
  };
  const small = () =>
    sharp({ create: { width: 9, height: 9, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
  beforeAll(async () => {
    // All that is allowed: the better part of a second.
    slow = await jpegOfScans(7000, 7000, 100);
  });
  afterEach(() => Promise.all(open.splice(0).map((decoders) => decoders.close())));

  test('what takes too long costs its process, and the next image finds another one', async () => {
    const { decode, memory } = createWith({ timeoutMs: 100 });
    await expect(decode(slow)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringMatching(/longer than 0.1 s/),
    });
    await expect(decode(await small())).resolves.toHaveLength(192);
    expect(memory.used).toBe(0);
  });

  test('a caller who leaves frees the decoder and its memory', async () => {
    const { decode, memory } = createWith({ timeoutMs: 60_000 });
    const leaving = new AbortController();
    await decode(await small());
    const decoding = decode(slow, { signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(decoding).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    expect(memory.used).toBe(0);
    await expect(decode(await small())).resolves.toHaveLength(192);
  });

  test('what finds no memory is refused with OVERLOADED before it is decoded, and the decoder goes on', async () => {
    const { decode, memory } = createWith({ timeoutMs: 60_000, maxBytes: 400_000_000 });
    const others = memory.take(260_000_000, 'others');
    await expect(decode(slow)).rejects.toMatchObject({ code: 'OVERLOADED', details: { retryAfter: 2 } });
    await expect(decode(await small())).resolves.toHaveLength(192);
    others.release();
    await expect(decode(slow)).resolves.toHaveLength(192);
    expect(memory.used).toBe(0);
  });

  test.skipIf(process.platform !== 'linux')('an image that brings its process down costs nobody else', async () => {
    const { decode } = createWith({ timeoutMs: 60_000 });
    await decode(await small());
    const decoding = expect(decode(slow)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    for (const child of childrenOf(process.pid)) process.kill(child, 'SIGSEGV');
    await decoding;
    await expect(decode(await small())).resolves.toHaveLength(192);
  });
});

test.skipIf(process.platform !== 'linux')('whoever decodes leaves the processor to those who answer', async () => {
  const memory = createImageMemory(768_000_000);
  const decoders = createDecoders({ spec, maxPixels: 50_000_000, memory });
  const image = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#777' } })
    .png()
    .toBuffer();
  await decoders.decode(image);
  const priorities = childrenOf(process.pid).map((child) => getPriority(child));
  expect(priorities).toHaveLength(1);
  expect(priorities[0]).toBeGreaterThan(getPriority());
  await decoders.close();
});

test.skipIf(process.platform !== 'linux')(
  'the process that was started ahead is the one that decodes, and it ends',
  async () => {
    const create = () => createDecoders({ spec, maxPixels: 50_000_000, memory: createImageMemory(768_000_000) });
    const [used, unused] = [create(), create()];
    used.warmUp();
    const ahead = childrenOf(process.pid);
    expect(ahead).toHaveLength(1);
    const image = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    await used.decode(image);
    expect(childrenOf(process.pid)).toEqual(ahead);
    unused.warmUp();
    await Promise.all([used.close(), unused.close()]);
    expect(childrenOf(process.pid)).toEqual([]);
  },
);

/** Processes that decode images for a process. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const [, state = ''] = /^\d+ \(.*\) (.*)$/s.exec(read(`/proc/${name}/stat`)) ?? [];
      return state.split(' ')[1] === String(pid) && read(`/proc/${name}/cmdline`).includes('decode-process');
    })
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
