import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { StartupError } from '../../../src/errors.ts';
import { createSilentLogger } from '../../../src/logger.ts';
import { createEmbedder } from '../../../src/model/embedder.ts';
import { createImageMemory } from '../../../src/model/image/memory.ts';
import { readModelFiles } from '../../../src/model/model-files.ts';
import { locateModel } from '../../../src/model/model-location.ts';
import { copyMini, MINI, tinyVision, writeTinyModel } from './tiny-model.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function keep(folder: string): string {
  folders.push(folder);
  return folder;
}

const fp32 = { visionDtype: 'fp32', textDtype: 'fp32' } as const;

/** The one line that a shop's operator gets to read. */
function problemOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return 'no problem';
}

async function problemOfModel(folder: string): Promise<string> {
  const options = {
    name: folder,
    device: 'cpu',
    maxQueue: 4,
    maxPixels: 1,
    memory: createImageMemory(768_000_000),
    logger: createSilentLogger(),
  } as const;
  try {
    await (await createEmbedder({ ...options, ...fp32 })).close();
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return 'no problem';
}

describe('where a model is', () => {
  test('the bundled model is found from any working folder, so that the first start needs no configuration', () => {
    expect(locateModel('mini')).toEqual({ id: 'mini', folder: MINI, bundled: true });
  });

  test('a folder is found by its path and called by its name', () => {
    const folder = keep(copyMini());
    expect(locateModel(folder)).toEqual({ id: basename(folder), folder, bundled: false });
    expect(locateModel('./models/mini').bundled).toBe(false);
  });

  test('files of a Hub id that are in the model cache are used, under the id', () => {
    const cache = keep(copyMini());
    mkdirSync(join(cache, 'owner', 'name'), { recursive: true });
    const location = { id: 'owner/name', folder: join(cache, 'owner', 'name'), bundled: false };
    expect(locateModel('owner/name', { modelCacheDir: cache })).toEqual(location);
  });

  test.each([
    ['/no/such/folder', 'there is no folder /no/such/folder'],
    ['./no-such-folder', 'there is no folder'],
    ['Xenova/clip-vit-base-patch32', 'Xenova/clip-vit-base-patch32 is not on this machine'],
    ['clip', '"clip" is neither'],
  ])('CLIP_MODEL=%s that cannot be found says what to do instead of failing obscurely', (name, expected) => {
    const problem = problemOf(() => locateModel(name));
    expect(problem).toContain(expected);
    expect(problem).toContain('mini');
    expect(problem).not.toContain('\n');
  });
});

describe('a damaged model folder is explained in one line that names the file', () => {
  const files = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

  test.each(files)('%s is missing', (name) => {
    const folder = keep(copyMini());
    rmSync(join(folder, name));
    expect(problemOf(() => readModelFiles(folder, fp32))).toBe(
      `${join(folder, name)} does not exist. A model's folder needs this file; copy or download it again.`,
    );
  });

  test.each(files)('%s is cut short', (name) => {
    const folder = keep(copyMini());
    truncateSync(join(folder, name), 100);
    expect(problemOf(() => readModelFiles(folder, fp32))).toBe(
      `${join(folder, name)} is not valid JSON, perhaps cut short. Copy or download it again.`,
    );
  });

  test.each(files)('%s holds something else', (name) => {
    const folder = keep(copyMini());
    writeFileSync(join(folder, name), '[1]');
    const problem = problemOf(() => readModelFiles(folder, fp32));
    expect(problem).toContain(`${join(folder, name)} cannot be used: `);
    expect(problem).not.toContain('\n');
  });

  test('a model of another type is named, with the types that work', () => {
    const folder = keep(writeTinyModel({ config: { model_type: 'bert' } }));
    expect(problemOf(() => readModelFiles(folder, fp32))).toBe(
      `${join(folder, 'config.json')} cannot be used: model_type: is "bert": Vitrine runs models of type "clip" and "siglip" only.`,
    );
  });

  test("another model's tokenizer is noticed by its ids", () => {
    const folder = keep(writeTinyModel({ config: { model_type: 'clip', text_config: { vocab_size: 1000 } } }));
    const problem = problemOf(() => readModelFiles(folder, fp32));
    expect(problem).toContain(`${join(folder, 'tokenizer.json')} has ids up to 4095`);
  });

  test('a dtype that the folder does not have is answered with those it has', () => {
    const folder = keep(writeTinyModel({}));
    const problem = problemOf(() => readModelFiles(folder, { visionDtype: 'fp32', textDtype: 'q8' }));
    expect(problem).toBe(
      `${join(folder, 'onnx', 'text_model_quantized.onnx')} does not exist. ` +
        'The folder has it as fp32: set CLIP_TEXT_DTYPE to one of these, or add the file.',
    );
  });

  test('a preprocessor file that asks for the impossible', () => {
    const wrong = (preprocessor: object) => {
      const folder = keep(writeTinyModel({ preprocessor }));
      return problemOf(() => readModelFiles(folder, fp32)).replace(join(folder, 'preprocessor_config.json'), 'FILE');
    };
    expect(wrong({ size: { longest: 3 } })).toContain('FILE cannot be used: size: must be a number');
    expect(wrong({ size: { shortest_edge: 8 }, crop_size: 16 })).toContain('crop_size: larger');
    expect(wrong({ size: { shortest_edge: 8 }, do_center_crop: false })).toContain('do_center_crop');
    expect(wrong({ size: 8, crop_size: 8, resample: 5 })).toContain('resample: 5 is not supported');
    expect(wrong({ size: 8, crop_size: 8, image_std: [1, 0, 1] })).toContain('image_std: must not hold zero');
  });
});

describe('towers that do not fit are refused at the start, not at the first search', () => {
  test.each(['vision_model.onnx', 'text_model.onnx'])('%s of the bundled model is cut short', async (name) => {
    const folder = keep(copyMini({ onnx: true }));
    const path = join(folder, 'onnx', name);
    truncateSync(path, Math.floor(readFileSync(path).length / 2));
    const problem = await problemOfModel(folder);
    expect(problem).toContain(`${path} cannot be loaded`);
    expect(problem).toContain('copy or download it again');
    expect(problem).not.toContain('\n');
  });

  test('an ONNX file that is no ONNX file', async () => {
    const folder = keep(writeTinyModel({ vision: Buffer.from('<html>404</html>') }));
    expect(await problemOfModel(folder)).toContain(`${join(folder, 'onnx', 'vision_model.onnx')} cannot be loaded`);
  });

  test.each([
    ['towers of different dimensions', { vision: tinyVision({ dimension: 5 }) }, 'of 5 numbers and'],
    [
      'a dimension that config.json denies',
      { config: { model_type: 'clip', projection_dim: 512 } },
      'config.json says 512',
    ],
    ['images of another size', { vision: tinyVision({ size: 9 }) }, 'cannot embed an image of 8 x 8'],
    ['an input nobody can fill', { vision: tinyVision({ input: 'spectrogram' }) }, 'wants an input spectrogram'],
    ['no output of an embedding', { vision: tinyVision({ output: 'logits' }) }, 'has the outputs logits, but none of'],
    ['weights that are zero', { vision: tinyVision({ weight: () => 0 }) }, 'zero or not finite'],
    ['weights that are not numbers', { vision: tinyVision({ weight: () => Number.NaN }) }, 'zero or not finite'],
  ])('%s', async (_, parts, expected) => {
    const problem = await problemOfModel(keep(writeTinyModel(parts)));
    expect(problem).toContain(expected);
    expect(problem).not.toContain('\n');
  });
});
