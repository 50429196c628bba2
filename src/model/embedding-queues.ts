import { availableParallelism } from 'node:os';
import type { ByteBudget } from '../async/byte-budget.ts';
import { createWorkQueue, type Priority, type SubmitOptions } from '../async/work-queue.ts';
import { type AppError, overloaded } from '../errors.ts';
import type { Decoders } from './image/decoders.ts';
import type { ImageRegion } from './image/region.ts';
import type { ModelFiles } from './model-files.ts';
import type { ModelTraits } from './model-trial.ts';
import type { Tower } from './tower.ts';
import { createImageInputs, toTextInputs } from './tower-inputs.ts';
import type { Device, Dtype, EmbedImageOptions, EmbedOptions } from './types.ts';

/**
 * Batch sizes. On one thread of a busy server an image took ViT-B/32's architecture 128 ms alone, 125 in a batch of two
 * and 112 in one of four: not worth making a search by image wait for a longer batch. Texts took half the time or
 * little more in a batch of eight. The sizes for a GPU are a guess, not measured.
 */
const BATCH = { cpu: { images: 2, texts: 8 }, gpu: { images: 16, texts: 16 } };

/**
 * 8-bit files quantise what flows through them by the range of the whole batch: the same image would get another
 * embedding in other company (cosine 0.977 to 0.993 with random weights of ViT-B/32's shape). Alone, it always gets the same.
 */
const ALONE: readonly Dtype[] = ['int8', 'uint8', 'q8'];

/** Processes that decode; each takes some 35 MB for itself. More would decode faster than one model embeds. */
const MAX_DECODERS = 3;

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
  const batcher = createWorkQueue({
    run: (batch: readonly number[][]) => text.run(toTextInputs(batch, traits.padding, tokenizer)),
    maxBatch: traits.textBatch ?? batchSize('texts', textDtype, device),
    maxWaiting: maxQueue,
    refuse,
  });
  return {
    embed: async (words: string, options?: EmbedOptions) => batcher.submit(tokenizer.encode(words), turnOf(options)),
    close: () => batcher.close(),
  };
}

interface ImageQueueParts extends QueueParts {
  vision: Tower;
  visionDtype: Dtype;
  decoders: Decoders;
  /** What waiting images take their memory from. */
  memory: ByteBudget;
}

interface QueuedImage {
  bytes: Uint8Array;
  region: ImageRegion | undefined;
  caller: string | undefined;
}

/**
 * Images pass three gates: a lane for their priority, where callers take turns and which bounds how many are decoded or
 * wait decoded for the model (150 KB each at 224 x 224; encoded ones wait outside), then the decoder, then the vision tower.
 * In both of the latter queries overtake indexing.
 */
export function createImageQueue(parts: ImageQueueParts) {
  const { files, traits, vision, device, visionDtype, decoders, maxQueue, memory } = parts;
  const maxBatch = traits.imageBatch ?? batchSize('images', visionDtype, device);
  const toInputs = createImageInputs(files.image);
  const inside = { maxWaiting: Number.POSITIVE_INFINITY, refuse };
  const decoder = createWorkQueue({
    ...inside,
    run: (images: readonly QueuedImage[], signals) =>
      Promise.all(
        images.map(({ bytes, ...image }, index) => decoders.decode(bytes, { ...image, signal: signals[index] })),
      ),
    concurrency: Math.min(MAX_DECODERS, availableParallelism()),
  });
  const tower = createWorkQueue({
    ...inside,
    run: (batch: readonly Uint8Array[]) => vision.run(toInputs(batch)),
    maxBatch,
  });
  const createLane = (priority: Priority) =>
    createWorkQueue({
      run: (images: readonly QueuedImage[], signals) =>
        Promise.all(
          images.map(async (image, index) => {
            const options = { priority, signal: signals[index] };
            return tower.submit(await decoder.submit(image, options), options);
          }),
        ),
      maxWaiting: maxQueue,
      refuse,
      // One batch with the model and the next one ready.
      concurrency: 2 * maxBatch,
    });
  const lanes = { query: createLane('query'), indexing: createLane('indexing') };
  return {
    async embed(bytes: Uint8Array, options: EmbedImageOptions = {}): Promise<Float32Array> {
      const { priority = 'query', caller, region } = options;
      using _held = memory.take(bytes.length, caller);
      return await lanes[priority].submit({ bytes, region, caller }, turnOf(options));
    },
    isFull: () => lanes.query.isFull(),
    async close() {
      await Promise.all([lanes.query.close(), lanes.indexing.close()]);
      await Promise.all([decoder.close(), tower.close()]);
    },
  };
}

/** Callers take turns. */
function turnOf({ priority, caller, signal }: EmbedOptions = {}): SubmitOptions {
  return { priority, keys: caller === undefined ? [] : [caller], signal };
}

function batchSize(tower: keyof (typeof BATCH)['cpu'], dtype: Dtype, device: Device): number {
  return ALONE.includes(dtype) ? 1 : BATCH[device === 'cpu' ? 'cpu' : 'gpu'][tower];
}

function refuse(reason: 'full' | 'closed', waitSeconds: number): AppError {
  const message =
    reason === 'full'
      ? 'Too many searches or products are waiting for the model. Try again later.'
      : 'The server is shutting down. Try again in a moment.';
  return overloaded(message, waitSeconds);
}
