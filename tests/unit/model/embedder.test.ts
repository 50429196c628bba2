import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../src/logger.ts';
import { createEmbedder, type EmbedderOptions } from '../../../src/model/embedder.ts';
import { createImageMemory } from '../../../src/model/image/memory.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { dot } from '../../../src/model/unit-vector.ts';
import { tinyText, writeTinyModel } from './tiny-model.ts';

const options: EmbedderOptions = {
  name: 'mini',
  visionDtype: 'fp32',
  textDtype: 'fp32',
  device: 'cpu',
  maxQueue: 64,
  maxPixels: 10_000_000,
  memory: createImageMemory(768_000_000),
  logger: createSilentLogger(),
};

function image(name: string): Buffer {
  return readFileSync(new URL(`../../golden/data/images/${name}`, import.meta.url));
}

const TEXTS = ['red dress', 'x', 'navy blue umbrella for rainy days with a wooden handle', 'mug', 'GOLD RING'];
const IMAGES = ['square.jpg', 'wide.jpg', 'alpha.png', 'tall.webp', 'palette.gif'];

describe('embedder of the bundled model', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createEmbedder(options);
  });
  afterAll(() => embedder.close());

  test('it says which model it is, so that vectors of two models never mix', () => {
    expect(embedder.info).toEqual({
      id: 'mini',
      digest: expect.stringMatching(/^[0-9a-f]{12}$/),
      dimension: 512,
      imageSize: 112,
      dtype: 'fp32',
      bundled: true,
    });
  });

  test('texts asked for together get the same vectors as alone, whatever their lengths', async () => {
    const together = await Promise.all(TEXTS.map((text) => embedder.embedText(text)));
    for (const [index, text] of TEXTS.entries()) {
      const alone = await embedder.embedText(text);
      expect(dot(alone, alone)).toBeCloseTo(1, 5);
      expect(dot(alone, together[index] ?? new Float32Array())).toBeGreaterThan(0.999999);
    }
  });

  test('images indexed together get the same vectors as alone', async () => {
    const together = await Promise.all(
      IMAGES.map((name) => embedder.embedImage(image(name), { priority: 'indexing' })),
    );
    for (const [index, name] of IMAGES.entries()) {
      const alone = await embedder.embedImage(image(name));
      expect(dot(alone, together[index] ?? new Float32Array())).toBeGreaterThan(0.999999);
    }
  });

  test('each vector is a copy of its own, which the caller may keep or change', async () => {
    const [a, b] = await Promise.all([embedder.embedText('mug'), embedder.embedText('sofa')]);
    expect(a.buffer).not.toBe(b.buffer);
    expect(a.byteLength).toBe(a.buffer.byteLength);
  });

  test('one bad image among many fails alone', async () => {
    const results = await Promise.allSettled(
      [image('square.jpg'), Buffer.from('no image'), image('wide.jpg')].map((bytes) => embedder.embedImage(bytes)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'IMAGE_UNREADABLE' } });
  });

  test('a search by image is answered before the images that an import has queued', async () => {
    const order: string[] = [];
    const imported = Array.from({ length: 24 }, () =>
      embedder.embedImage(image('square.jpg'), { priority: 'indexing' }).then(() => order.push('import')),
    );
    const searched = embedder.embedImage(image('square.png')).then(() => order.push('search'));
    await Promise.all([...imported, searched]);
    expect(order.indexOf('search')).toBeLessThan(imported.length / 2);
  });

  test('customers who leave free their place in the queue at once', async () => {
    const controller = new AbortController();
    const left = IMAGES.map((name) => embedder.embedImage(image(name), { signal: controller.signal }));
    controller.abort(new Error('gone'));
    for (const result of await Promise.allSettled(left)) expect(result).toMatchObject({ reason: { message: 'gone' } });
    expect(await embedder.embedText('mug')).toHaveLength(512);
  });
});

describe('embedder under load and at its end', () => {
  test('more images than may wait are refused with OVERLOADED, and the accepted ones are answered', async () => {
    const embedder = await createEmbedder({ ...options, maxQueue: 3 });
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => embedder.embedImage(image('tiny-20x31.png'))),
    );
    await embedder.close();
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const result of results.slice(3)) expect(result).toMatchObject({ reason: { code: 'OVERLOADED' } });
  });

  test('closing answers what has begun and refuses what comes, so that a restart is clean', async () => {
    const embedder = await createEmbedder(options);
    const begun = embedder.embedImage(image('square.jpg'));
    await new Promise((resolve) => setImmediate(resolve));
    await embedder.close();
    expect(await begun).toHaveLength(512);
    await expect(embedder.embedText('mug')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(embedder.embedImage(image('square.jpg'))).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});

describe('embedder of other models', () => {
  async function embedTogetherAndAlone(text: Buffer, config?: object) {
    const folder = writeTinyModel({ text, ...(config && { config }) });
    const embedder = await createEmbedder({ ...options, name: folder });
    const words = ['mug', 'a mug for tea or coffee with a handle'];
    const together = await Promise.all(words.map((word) => embedder.embedText(word)));
    const [alone] = await Promise.all([embedder.embedText('mug')]);
    await embedder.close();
    rmSync(folder, { recursive: true });
    return { together: together[0] ?? new Float32Array(), alone };
  }

  test('a text tower that reads its padding always gets the same padding, as it was trained', async () => {
    const { together, alone } = await embedTogetherAndAlone(tinyText());
    expect(dot(together, alone)).toBeCloseTo(1, 5);
  });

  test('a text tower with an attention mask is not disturbed by the company of longer texts', async () => {
    const { together, alone } = await embedTogetherAndAlone(tinyText({ masked: true }));
    expect(dot(together, alone)).toBeGreaterThan(0.99);
  });

  test('SigLIP gets texts of its full length', async () => {
    const siglip = { model_type: 'siglip', text_config: { vocab_size: 4096, max_position_embeddings: 64 } };
    const { together, alone } = await embedTogetherAndAlone(tinyText(), siglip);
    expect(dot(together, alone)).toBeCloseTo(1, 5);
  });
});
