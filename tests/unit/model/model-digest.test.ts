import { appendFileSync, cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../src/logger.ts';
import { createEmbedder } from '../../../src/model/embedder.ts';
import { createImageMemory } from '../../../src/model/image/memory.ts';
import { digestFiles } from '../../../src/model/model-digest.ts';
import { readModelFiles } from '../../../src/model/model-files.ts';
import type { Dtype } from '../../../src/model/types.ts';
import { tinyVision, writeTinyModel } from './tiny-model.ts';

let folder: string;
beforeEach(() => {
  folder = writeTinyModel({});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digestOf = (model: string, visionDtype: Dtype = 'fp32') =>
  digestFiles(readModelFiles(model, { visionDtype, textDtype: 'fp32' }).paths);

describe('the digest of a model', () => {
  test('is the same wherever its files lie, so that a copy of the folder finds its products again', async () => {
    const copy = join(mkdtempSync(join(tmpdir(), 'vitrine-copy-')), 'another-name');
    cpSync(folder, copy, { recursive: true });
    expect(await digestOf(folder)).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf(copy)).toBe(await digestOf(folder));
    rmSync(copy, { recursive: true });
  });

  test.each([
    'config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'onnx/vision_model.onnx',
    'onnx/text_model.onnx',
  ])('is another when %s changes, so that old vectors are never compared with new ones', async (path) => {
    const before = await digestOf(folder);
    appendFileSync(join(folder, path), ' ');
    expect(await digestOf(folder)).not.toBe(before);
  });

  test('is of the dtypes that run: a file of another one changes nothing, choosing it does', async () => {
    const before = await digestOf(folder);
    writeFileSync(join(folder, 'onnx/vision_model_int8.onnx'), tinyVision({ weight: () => 2 }));
    writeFileSync(join(folder, 'README.md'), 'About this model');
    expect(await digestOf(folder)).toBe(before);
    expect(await digestOf(folder, 'int8')).not.toBe(before);
  });

  test.each(['vision_model.onnx_data', `${'long-'.repeat(40)}name.bin`])(
    'covers weights that lie beside the ONNX file, by whatever name: %s',
    async (name) => {
      writeFileSync(join(folder, 'onnx/vision_model.onnx'), tinyVision({ weightsFile: name }));
      const weights = (first: number) => Buffer.from(Float32Array.of(first, ...Array(17).fill(0.5)).buffer);
      writeFileSync(join(folder, 'onnx', name), weights(1));
      const options = { name: folder, visionDtype: 'fp32', textDtype: 'fp32', device: 'cpu' } as const;
      const embedder = await createEmbedder({
        ...options,
        maxQueue: 1,
        maxPixels: 1,
        memory: createImageMemory(768_000_000),
        logger: createSilentLogger(),
      });
      await embedder.close();
      const before = await digestOf(folder);
      expect(before.startsWith(embedder.info.digest)).toBe(true);
      writeFileSync(join(folder, 'onnx', name), weights(2));
      expect(await digestOf(folder)).not.toBe(before);
    },
  );

  test('finds the name of such a file wherever it stands in a large ONNX file', async () => {
    const path = join(folder, 'onnx/vision_model.onnx');
    const small = tinyVision({ weightsFile: 'far-away.bin' });
    // Files are read a mebibyte at a time: cut the name at each of its bytes.
    for (let cut = 0; cut < 24; cut++) {
      const padding = (1 << 20) - small.indexOf('location') - cut;
      writeFileSync(path, Buffer.concat([Buffer.alloc(padding), small]));
      writeFileSync(join(folder, 'onnx/far-away.bin'), 'a');
      const complete = await digestOf(folder);
      renameSync(join(folder, 'onnx/far-away.bin'), join(folder, 'onnx/gone.bin'));
      expect(await digestOf(folder)).not.toBe(complete);
    }
  });
});
