import { availableParallelism } from 'node:os';
import { createBatcher } from './batcher.ts';
import type { ModelFiles } from './model-files.ts';
import type { ModelTraits } from './model-trial.ts';
import { createPreprocess } from './preprocess.ts';
import type { Tower } from './tower.ts';
import { toPictureInputs, toTextInputs } from './tower-inputs.ts';
import type { Device, Dtype, EmbedOptions, Priority } from './types.ts';

/**
 * Batch sizes. On one thread of a busy server a picture took ViT-B/32's architecture 128 ms alone, 125 in a batch of two
 * and 112 in one of four: not worth making a search by picture wait for a longer batch. Texts took half the time or
 * little more in a batch of eight. The sizes for a GPU are a guess, not measured.
 */
const BATCH = { cpu: { pictures: 2, texts: 8 }, gpu: { pictures: 16, texts: 16 } };

/**
 * 8-bit files quantise what flows through them by the range of the whole batch: the same picture would get another
 * embedding in other company (cosine 0.977 to 0.993 with random weights of ViT-B/32's shape). Alone, it always gets the same.
 */
const ALONE: readonly Dtype[] = ['int8', 'uint8', 'q8'];

/** Decoding shares libuv's four threads with file access and name look-ups: one is left to them. */
const MAX_DECODING = 3;

interface QueueParts {
  files: ModelFiles;
  traits: ModelTraits;
  device: Device;
  maxQueue: number;
}

/** The queue of texts: tokenised at once, embedded in batches by the text tower. */
export function createTextQueue(parts: QueueParts & { text: Tower; textDtype: Dtype }) {
  const { files, traits, text, device, textDtype, maxQueue } = parts;
  const { tokenizer } = files;
  const batcher = createBatcher({
    run: (batch: readonly number[][]) => text.run(toTextInputs(batch, traits.padding, tokenizer)),
    maxBatch: traits.textBatch ?? batchSize('texts', textDtype, device),
    maxQueue,
  });
  return {
    embed: async (words: string, options?: EmbedOptions) => batcher.submit(tokenizer.encode(words), options),
    close: () => batcher.close(),
  };
}

/**
 * Pictures pass three gates: a lane for their priority, which bounds how many are decoded or wait decoded for the
 * model (600 KB each at 224 x 224; encoded ones wait outside), then the decoder, then the vision tower. In both of the
 * latter queries overtake indexing.
 */
export function createPictureQueue(parts: QueueParts & { vision: Tower; visionDtype: Dtype; maxPixels: number }) {
  const { files, traits, vision, device, visionDtype, maxQueue, maxPixels } = parts;
  const maxBatch = traits.pictureBatch ?? batchSize('pictures', visionDtype, device);
  const preprocess = createPreprocess(files.picture, { maxPixels });
  const inside = { maxQueue: Number.POSITIVE_INFINITY };
  const decoder = createBatcher({
    ...inside,
    run: (batch: readonly Uint8Array[]) => Promise.all(batch.map(preprocess)),
    maxBatch: 1,
    concurrency: Math.min(MAX_DECODING, availableParallelism()),
  });
  const tower = createBatcher({
    ...inside,
    run: (batch: readonly Float32Array[]) => vision.run(toPictureInputs(batch, files.picture)),
    maxBatch,
  });
  const createLane = (priority: Priority) =>
    createBatcher({
      run: (batch: readonly { bytes: Uint8Array; signal: AbortSignal | undefined }[]) =>
        Promise.all(
          batch.map(async ({ bytes, signal }) =>
            tower.submit(await decoder.submit(bytes, { priority, signal }), { priority, signal }),
          ),
        ),
      maxBatch: 1,
      maxQueue,
      // One batch with the model and the next one ready.
      concurrency: 2 * maxBatch,
    });
  const lanes = { query: createLane('query'), indexing: createLane('indexing') };
  return {
    embed: (bytes: Uint8Array, { priority = 'query', signal }: EmbedOptions = {}) =>
      lanes[priority].submit({ bytes, signal }, { priority, signal }),
    async close() {
      await Promise.all([lanes.query.close(), lanes.indexing.close()]);
      await Promise.all([decoder.close(), tower.close()]);
    },
  };
}

function batchSize(tower: keyof (typeof BATCH)['cpu'], dtype: Dtype, device: Device): number {
  return ALONE.includes(dtype) ? 1 : BATCH[device === 'cpu' ? 'cpu' : 'gpu'][tower];
}
