import type { ImageSource } from '../../adapters/image-source/types.ts';
import { createWorkQueue } from '../../async/work-queue.ts';
import { AppError, overloaded } from '../../errors.ts';
import type { Embedder } from '../../model/types.ts';
import type { IndexOptions } from './types.ts';

/** Images that are fetched and embedded at one time, over all callers. */
const CONCURRENCY = 8;
/** Images that may wait for their turn, over all callers: forty full batches of one image a product, four of ten. */
const MAX_WAITING = 20_000;
/** Of a URL in a message, in characters: enough to tell it from others. */
const MAX_SHOWN_URL = 200;

interface Job {
  url: string;
  caller: string | undefined;
}

/** Fetches and embeds the images of products. */
interface ProductImages {
  /**
   * The embeddings of a product's images, given by `imageUrlsOf`, as `IndexedProduct` has them. Callers take turns image by image, so that whoever
   * brings more of them waits for them. One that cannot be had fails all, and the error names it where there are several.
   */
  embed(urls: readonly string[], options: IndexOptions): Promise<Float32Array>;
  /** Refuses what comes and what waits with OVERLOADED; resolves when what runs has finished. */
  close(): Promise<void>;
}

export function createProductImages(deps: { embedder: Embedder; imageSource: ImageSource }): ProductImages {
  const { embedder, imageSource } = deps;
  const queue = createWorkQueue({
    run: (jobs: readonly Job[], signals) =>
      Promise.all(jobs.map(({ url, caller }, index) => embedOne(url, { caller, signal: signals[index] }))),
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    refuse: (reason, waitSeconds) =>
      reason === 'full' ? overloaded('Too many products are waiting to be indexed.', waitSeconds) : shuttingDown(),
  });

  async function embedOne(url: string, options: IndexOptions): Promise<Float32Array> {
    const image = await imageSource.load(url, { ...options, priority: 'indexing' });
    return embedder.embedImage(image, { ...options, priority: 'indexing' });
  }

  return {
    async embed(urls, { caller, signal }) {
      // The first that fails takes the others out of the queue.
      const failing = new AbortController();
      const either = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
      const keys = caller === undefined ? [] : [caller];
      try {
        const embeddings = await Promise.all(
          urls.map(async (url, place) => {
            try {
              return await queue.submit({ url, caller }, { keys, signal: either });
            } catch (error) {
              throw urls.length === 1 ? error : naming(url, place, error);
            }
          }),
        );
        return joined(embeddings);
      } catch (error) {
        failing.abort(error);
        throw error;
      }
    },
    close: () => queue.close(),
  };
}

/** The error of an image, with the place where it was given; any other as it is. */
function naming(url: string, place: number, error: unknown): unknown {
  if (!(error instanceof AppError && error.code.startsWith('IMAGE_'))) return error;
  const field = place === 0 ? 'imageUrl' : `additionalImageUrls.${place - 1}`;
  const shown = url.length > MAX_SHOWN_URL ? `${url.slice(0, MAX_SHOWN_URL)}…` : url;
  return new AppError(error.code, `${field} (${shown}): ${error.message}`, error.details, { cause: error.cause });
}

function joined(embeddings: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(embeddings.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const embedding of embeddings) {
    all.set(embedding, end);
    end += embedding.length;
  }
  return all;
}

export function shuttingDown(): AppError {
  return overloaded('The server is shutting down. Try again in a moment.', 1);
}
