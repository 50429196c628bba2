import { describe, expect, test } from 'vitest';
import {
  createCachedEmbedder,
  decodeEmbedding,
  encodeEmbedding,
} from '../../../../src/adapters/cache/embedding-cache.ts';
import type { ByteCache } from '../../../../src/adapters/cache/types.ts';
import type { Embedder, EmbedImageOptions, ModelInfo } from '../../../../src/model/types.ts';

const INFO: ModelInfo = {
  id: 'tiny',
  digest: '0123456789ab',
  dimension: 3,
  imageSize: 8,
  dtype: 'fp32',
  bundled: true,
};
const UNIT = Float32Array.of(0.6, 0, 0.8);

/** An embedder that answers when the test says so, and notes what it was asked. */
function createRecordingEmbedder(info: ModelInfo = INFO) {
  const calls: { input: string | Uint8Array; options: EmbedImageOptions | undefined }[] = [];
  const gate = Promise.withResolvers<void>();
  const embed = async (input: string | Uint8Array, options?: EmbedImageOptions) => {
    calls.push({ input, options });
    await gate.promise;
    options?.signal?.throwIfAborted();
    return UNIT.slice();
  };
  const embedder: Embedder = { info, embedText: embed, embedImage: embed, ping: async () => {}, close: async () => {} };
  return { embedder, calls, open: gate.resolve, fail: gate.reject };
}

function createMapCache() {
  const entries = new Map<string, Uint8Array>();
  const cache: ByteCache = {
    get: async (key) => entries.get(key),
    set: async (key, value) => {
      entries.set(key, value);
    },
  };
  return { cache, entries };
}

describe('the cached embedder', () => {
  test('embeds the same text once, so repeated searches cost no model time', async () => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const cached = createCachedEmbedder({ embedder, ...createMapCache() });
    open();
    expect(await cached.embedText('red dress')).toEqual(UNIT);
    expect(await cached.embedText('red dress')).toEqual(UNIT);
    expect(calls).toHaveLength(1);
    expect(cached.info).toBe(INFO);
  });

  test('equal image bytes share an entry, other bytes and equal-looking text do not', async () => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const { cache, entries } = createMapCache();
    const cached = createCachedEmbedder({ embedder, cache });
    open();
    await cached.embedImage(new TextEncoder().encode('x'));
    await cached.embedImage(new TextEncoder().encode('x'));
    await cached.embedImage(new TextEncoder().encode('y'));
    await cached.embedText('x');
    expect(calls).toHaveLength(3);
    expect(entries.size).toBe(3);
  });

  test('a region of an image has an entry of its own, or every part of a photo would find the same', async () => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const { cache, entries } = createMapCache();
    const cached = createCachedEmbedder({ embedder, cache });
    open();
    const bytes = new TextEncoder().encode('x');
    const [left, right] = [0, 0.5].map((x) => ({ x, y: 0, width: 0.5, height: 1 }));
    for (const region of [undefined, left, right, left]) await cached.embedImage(bytes, { region });
    expect(calls.map(({ options }) => options?.region)).toEqual([undefined, left, right]);
    expect(entries.size).toBe(3);
  });

  test('models of one name never share an entry when their files differ, so vectors of two spaces never mix', async () => {
    const { cache, entries } = createMapCache();
    const models: ModelInfo[] = [INFO, { ...INFO, digest: 'ba9876543210' }];
    for (const info of models) {
      const { embedder, open } = createRecordingEmbedder(info);
      open();
      await createCachedEmbedder({ embedder, cache }).embedText('red dress');
    }
    expect(entries.size).toBe(2);
  });

  test('every caller gets its own array, so scaling one vector in place spoils nobody else', async () => {
    const { embedder, open } = createRecordingEmbedder();
    const cached = createCachedEmbedder({ embedder, ...createMapCache() });
    const both = Promise.all([cached.embedText('red dress'), cached.embedText('red dress')]);
    open();
    const [first, second] = await both;
    first.fill(9);
    expect(second).toEqual(UNIT);
    (await cached.embedText('red dress')).fill(9);
    expect(await cached.embedText('red dress')).toEqual(UNIT);
  });

  test.each([
    ['cut short', encodeEmbedding(UNIT).slice(0, 8)],
    ['of another length', new Uint8Array(16)],
    ['zeros', new Uint8Array(12)],
    ['not a number', encodeEmbedding(Float32Array.of(Number.NaN, 0, 1))],
    ['empty', new Uint8Array(0)],
  ])('a damaged entry (%s) is computed again and mended, so it never reaches a search', async (_, damaged) => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const { cache, entries } = createMapCache();
    const cached = createCachedEmbedder({ embedder, cache });
    open();
    await cached.embedText('red dress');
    const [key] = entries.keys();
    expect(key).toBeDefined();
    entries.set(key ?? '', damaged);
    expect(await cached.embedText('red dress')).toEqual(UNIT);
    expect(calls).toHaveLength(2);
    expect(entries.get(key ?? '')).toEqual(encodeEmbedding(UNIT));
  });

  test('callers at the same time share one computation', async () => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const cached = createCachedEmbedder({ embedder, ...createMapCache() });
    const answers = Promise.all(Array.from({ length: 5 }, () => cached.embedText('red dress')));
    open();
    expect(await answers).toEqual(Array.from({ length: 5 }, () => UNIT));
    expect(calls).toHaveLength(1);
  });

  test('a search does not wait behind an import that embeds the same image', async () => {
    const { embedder, calls, open } = createRecordingEmbedder();
    const cached = createCachedEmbedder({ embedder, ...createMapCache() });
    const bytes = Uint8Array.of(1, 2, 3);
    const answers = Promise.all([cached.embedImage(bytes, { priority: 'indexing' }), cached.embedImage(bytes)]);
    open();
    await answers;
    expect(calls.map((call) => call.options?.priority)).toEqual(['indexing', 'query']);
  });

  test('when the only caller hangs up, its job leaves the queue', async () => {
    const { embedder, calls } = createRecordingEmbedder();
    const cached = createCachedEmbedder({ embedder, ...createMapCache() });
    const caller = new AbortController();
    const answer = cached.embedText('red dress', { signal: caller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort(new Error('hung up'));
    await expect(answer).rejects.toThrow('hung up');
    expect(calls[0]?.options?.signal?.aborted).toBe(true);
  });

  test('a failure is not remembered, so the next search tries again', async () => {
    const failing = createRecordingEmbedder();
    const { cache, entries } = createMapCache();
    const cached = createCachedEmbedder({ embedder: failing.embedder, cache });
    const answer = cached.embedText('red dress');
    failing.fail(new Error('out of memory'));
    await expect(answer).rejects.toThrow('out of memory');
    expect(entries.size).toBe(0);
    await expect(cached.embedText('red dress')).rejects.toThrow('out of memory');
    expect(failing.calls).toHaveLength(2);
  });
});

describe('the stored form of an embedding', () => {
  test('is little-endian 32-bit floats, so replicas on different machines understand each other', () => {
    expect(encodeEmbedding(Float32Array.of(1, -2))).toEqual(Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 192));
  });

  test('comes back bit for bit, also from the middle of a larger buffer', () => {
    const bytes = encodeEmbedding(UNIT);
    const padded = new Uint8Array(bytes.length + 5);
    padded.set(bytes, 5);
    expect(decodeEmbedding(padded.subarray(5), 3)).toEqual(UNIT);
  });
});
