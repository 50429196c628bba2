import { availableParallelism } from 'node:os';
import type { ByteBudget } from '../async/byte-budget.ts';
import type { Logger } from '../logger.ts';
import { createImageQueue, createTextQueue } from './embedding-queues.ts';
import { createDecoders } from './image/decoders.ts';
import { digestFiles } from './model-digest.ts';
import { type ModelFiles, readModelFiles } from './model-files.ts';
import { locateModel } from './model-location.ts';
import { tryModel } from './model-trial.ts';
import { openTower, type Tower } from './tower.ts';
import type { Device, Dtype, QueuedEmbedder } from './types.ts';

export interface EmbedderOptions {
  /** `mini`, a folder, or a Hub id whose files are in `modelCacheDir`. */
  name: string;
  modelCacheDir?: string | undefined;
  visionDtype: Dtype;
  textDtype: Dtype;
  device: Device;
  /** How many texts, and how many images, may wait: for each priority. */
  maxQueue: number;
  /** Largest width x height of an image. */
  maxPixels: number;
  /** What images take memory from (image/memory.ts). */
  memory: ByteBudget;
  logger: Logger;
}

/** Enough for no two models of a shop to share it by chance, short enough to read out. */
const DIGEST_LENGTH = 12;

/** More threads than this gain little in one run of a model of this size. */
const MAX_THREADS = 8;

/**
 * Of what an image takes the processor hardly misses the time of a text: a third of the share of whoever answers
 * searches, and three times that of decoding (image/decode-process.ts), which could keep ahead of it otherwise.
 */
const VISION_NICENESS = 5;

/**
 * Opens a model: reads its files, loads both towers once, runs each once, and returns the embedder over them. Throws
 * StartupError with one line when the model cannot be used.
 */
export async function createEmbedder(options: EmbedderOptions): Promise<QueuedEmbedder> {
  const startedAt = performance.now();
  const { id, folder, bundled } = locateModel(options.name, options);
  const files = readModelFiles(folder, options);
  // While the towers load, which read the same files.
  const digesting = digestFiles(files.paths);
  digesting.catch(() => {});
  const decoders = createDecoders({ spec: files.image, ...options });
  decoders.warmUp();
  const { vision, text } = await openTowers(files, options.device).catch(async (error: unknown) => {
    await decoders.close();
    throw error;
  });
  const closeParts = async () => {
    await Promise.all([vision.close(), text.close(), decoders.close()]);
  };
  const opened = Promise.all([tryModel(files, vision, text), digesting]);
  const [traits, digest] = await opened.catch(async (error: unknown) => {
    await closeParts();
    throw error;
  });
  const images = createImageQueue({ files, traits, vision, decoders, ...options });
  const texts = createTextQueue({ files, traits, text, ...options });
  options.logger.debug({ model: id, folder, ms: Math.round(performance.now() - startedAt) }, 'model loaded');

  return {
    info: {
      id,
      digest: digest.slice(0, DIGEST_LENGTH),
      dimension: traits.dimension,
      imageSize: files.image.width,
      dtype:
        options.visionDtype === options.textDtype ? options.visionDtype : `${options.visionDtype}/${options.textDtype}`,
      bundled,
    },
    embedText: texts.embed,
    embedImage: images.embed,
    isFull: images.isFull,
    async ping() {
      const ended = [vision, text].find((tower) => !tower.isRunning());
      if (ended) throw new Error(`The thread of ${ended.file} has ended.`);
    },
    async close() {
      await Promise.all([images.close(), texts.close()]);
      await closeParts();
    },
  };
}

async function openTowers(files: ModelFiles, device: Device): Promise<{ vision: Tower; text: Tower }> {
  const threads = Math.min(MAX_THREADS, availableParallelism());
  const open = (file: string, niceness: number) => openTower({ file, device, threads, niceness });
  const opening = [open(files.visionFile, VISION_NICENESS), open(files.textFile, 0)] as const;
  try {
    const [vision, text] = await Promise.all(opening);
    return { vision, text };
  } catch (error) {
    for (const tower of await Promise.allSettled(opening)) {
      if (tower.status === 'fulfilled') await tower.value.close();
    }
    throw error;
  }
}
