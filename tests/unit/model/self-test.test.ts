import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../src/logger.ts';
import { createEmbedder } from '../../../src/model/embedder.ts';
import { createImageMemory } from '../../../src/model/image/memory.ts';
import { SELF_TEST_PAIRS, selfTestModel } from '../../../src/model/self-test.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { toUnitVector } from '../../../src/model/unit-vector.ts';
import { DEMO_CATALOGUE_DIR } from '../../../src/package-root.ts';

/** A model that loads and answers, but has learnt nothing: the same input always gives the same random direction. */
function createNoise(seed: number) {
  const embed = async (input: string | Uint8Array) => {
    let state = createHash('sha256').update(String(seed)).update(input).digest().readUInt32LE();
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    return toUnitVector(Float32Array.from({ length: 512 }, next));
  };
  return { embedText: embed, embedImage: embed };
}

describe('self-test of the model', () => {
  let mini: Embedder;
  beforeAll(async () => {
    // The smallest queue there is: the test at start must not trip over a shop's MAX_QUEUE.
    const limits = { maxQueue: 1, maxPixels: 10_000_000, memory: createImageMemory(768_000_000) };
    const dtypes = { visionDtype: 'fp32', textDtype: 'fp32', device: 'cpu' } as const;
    mini = await createEmbedder({ name: 'mini', ...dtypes, ...limits, logger: createSilentLogger() });
  });
  afterAll(() => mini.close());

  test('the bundled model passes with every caption, so that a healthy server does not report itself degraded', async () => {
    const result = await selfTestModel(mini);
    expect(result).toMatchObject({ ok: true, matched: 12, total: 12 });
    expect(result.margin).toBeGreaterThan(0.1);
  });

  test('noise fails, a hundred times out of a hundred, so that a shop never serves random results as healthy', async () => {
    const results = await Promise.all(Array.from({ length: 100 }, (_, seed) => selfTestModel(createNoise(seed))));
    expect(results.filter(({ ok }) => ok)).toEqual([]);
    expect(Math.max(...results.map(({ matched }) => matched))).toBeLessThanOrEqual(5);
    expect(results[0]?.message).toMatch(/\d of 12 captions .+ CLIP_DTYPE/);
  });

  test('a model that gives every image the same vector fails', async () => {
    const embedText = (text: string) => mini.embedText(text);
    const same = await mini.embedText('mug');
    expect(await selfTestModel({ embedText, embedImage: async () => same })).toMatchObject({ ok: false, matched: 0 });
  });

  test('towers of different trainings fail, although each works by itself', async () => {
    const { embedText } = createNoise(1);
    expect(await selfTestModel({ embedText, embedImage: (bytes) => mini.embedImage(bytes) })).toMatchObject({
      ok: false,
    });
  });

  test('a missing drawing is reported instead of stopping the server', async () => {
    const result = await selfTestModel(mini, { imagesFolder: '/no/such/folder' });
    expect(result.ok).toBe(false);
    expect(result.message).toContain('could not be tested');
  });

  test('its captions are those of the catalogue, whose drawings it uses', () => {
    const captions = new Map(
      readFileSync(join(DEMO_CATALOGUE_DIR, 'products.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ id, attributes }) => [id, `${attributes.color} ${attributes.kind}`]),
    );
    for (const { id, caption } of SELF_TEST_PAIRS) expect(captions.get(id)).toBe(caption);
    expect(new Set(SELF_TEST_PAIRS.map(({ caption }) => caption.split(' ')[1])).size).toBe(12);
  });
});
