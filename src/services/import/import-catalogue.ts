import pLimit from 'p-limit';
import { AppError, badUserInput, type ErrorCode } from '../../errors.ts';
import type { ProductDraft } from '../../product.ts';
import { productInputSchema } from '../indexing/product-draft.ts';
import { toIssues } from '../input.ts';
import { createBatchQueue } from './batch-queue.ts';
import { type IndexBatch, indexPatiently } from './index-patiently.ts';
import type { LocalImages } from './local-images.ts';
import type { CatalogueLine, LineFailure, ProductLine, Tally } from './types.ts';

/** Images read from disk at one time: each may be as large as the limit for images. */
const CONCURRENT_FILES = 4;
/** Two batches fill each other's gaps: one is read and fetched while the other is embedded. */
const BATCHES_UNDER_WAY = 2;
/** The API takes batches of up to 500. */
const MAX_BATCH_SIZE = 500;
/** Stands for the URL of a local image while the rest of its product is checked. */
const PENDING_URL = 'http://localhost/';

export interface ImportOptions {
  lines: AsyncIterable<CatalogueLine>;
  indexBatch: IndexBatch;
  localImages: LocalImages;
  /** Products under way at one time, at least 1. */
  concurrency: number;
  /** Aborting it ends the reading; what is under way is finished. */
  stop: AbortSignal;
  onFailure(failure: LineFailure): void;
  /** Called after every batch with all that was done so far. */
  onProgress(tally: Tally): void;
  /** Pauses before products that failed for a reason of the moment are tried again. */
  pausesMs?: readonly number[] | undefined;
}

/**
 * Indexes the products of a catalogue. A line that fails is reported and never fails the others. Of lines with the same
 * id the later wins. Resolves to how many came to which end; rejects, once nothing is under way any more, when no
 * product can be indexed at all or the lines cannot be read any further.
 */
export async function importCatalogue(options: ImportOptions): Promise<Tally> {
  const { stop, concurrency } = options;
  const batchSize = Math.min(Math.max(1, Math.floor(concurrency / BATCHES_UNDER_WAY)), MAX_BATCH_SIZE);
  const queue = createBatchQueue(Math.min(concurrency, BATCHES_UNDER_WAY));
  const { tally, fail, send } = createSender(options);
  let batch: ProductLine[] = [];
  let ids = new Set<string>();

  const dispatch = async () => {
    const items = batch;
    await queue.start(ids, () => send(items));
    batch = [];
    ids = new Set();
  };

  try {
    for await (const item of options.lines) {
      if (stop.aborted || queue.failure) break;
      if ('error' in item) {
        fail(item.line, null, 'BAD_USER_INPUT', `The line ${item.error}.`);
        continue;
      }
      const id = String(item.input.id);
      if (batch.length >= batchSize || ids.has(id)) await dispatch();
      batch.push(item);
      ids.add(id);
    }
    if (batch.length > 0 && !stop.aborted && !queue.failure) await dispatch();
  } catch (error) {
    // Stopping may close what the lines are read from.
    if (!stop.aborted) throw error;
  } finally {
    await queue.idle();
  }
  if (queue.failure && !(stop.aborted && queue.failure.error === stop.reason)) throw queue.failure.error;
  options.onProgress({ ...tally });
  return tally;
}

/** What turns lines into products, sends them and counts what became of them. */
function createSender(options: ImportOptions) {
  const { stop, localImages, pausesMs } = options;
  const files = pLimit(CONCURRENT_FILES);
  const tally: Tally = { indexed: 0, unchanged: 0, failed: 0 };

  const fail = (line: number, id: unknown, code: ErrorCode, message: string) => {
    tally.failed += 1;
    options.onFailure({ line, id: typeof id === 'string' ? id : null, code, message });
  };

  const prepare = async (item: ProductLine) => {
    try {
      return [{ line: item.line, draft: await files(() => toDraft(item, localImages)) }];
    } catch (error) {
      // A full disk, say, is no fault of the line.
      if (!(error instanceof AppError)) throw error;
      fail(item.line, item.input.id, error.code, error.message);
      return [];
    }
  };

  const send = async (items: readonly ProductLine[]) => {
    const ready = (await Promise.all(items.map(prepare))).flat();
    if (ready.length > 0) {
      const drafts = ready.map(({ draft }) => draft);
      const outcomes = await indexPatiently(options.indexBatch, drafts, { stop, pausesMs });
      for (const [i, { line, draft }] of ready.entries()) {
        const outcome = outcomes[i];
        if (!outcome) throw new Error(`The outcome of the product ${draft.id} is missing.`);
        if (outcome.status === 'failed') fail(line, draft.id, outcome.error.code, outcome.error.message);
        else tally[outcome.status] += 1;
      }
    }
    options.onProgress({ ...tally });
  };

  return { tally, fail, send };
}

/** Checks a product before its image is looked for, so that a bad one leaves nothing behind. */
async function toDraft({ input, image }: ProductLine, localImages: LocalImages): Promise<ProductDraft> {
  if (image === undefined && input.imageUrl === undefined) {
    throw badUserInput([{ path: ['imageUrl'], message: 'imageUrl: is missing, and so is image, the name of a file' }]);
  }
  const parsed = productInputSchema.safeParse(image === undefined ? input : { ...input, imageUrl: PENDING_URL });
  if (!parsed.success) throw badUserInput(toIssues(parsed.error));
  return image === undefined ? parsed.data : { ...parsed.data, imageUrl: await localImages(image) };
}
