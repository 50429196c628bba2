import { createWorkQueue } from '../../async/work-queue.ts';
import { AppError, badUserInput, type ErrorCode, type Issue } from '../../errors.ts';
import type { ProductDraft } from '../../product.ts';
import { productInputSchema } from '../indexing/product-draft.ts';
import { toIssues } from '../input.ts';
import { type IndexBatch, indexPatiently } from './index-patiently.ts';
import type { LocalImages } from './local-images.ts';
import { isFile } from './to-product-line.ts';
import type { CatalogueLine, LineFailure, ProductLine, Tally } from './types.ts';

/** Two batches fill each other's gaps: one is read and fetched while the other is embedded. */
const BATCHES_UNDER_WAY = 2;
/** The API takes batches of up to 500. */
const MAX_BATCH_SIZE = 500;
/** Longer values are not shown in a message, in characters. */
const MAX_SHOWN_VALUE = 60;
/** Begins what stands for the URL of a local image while the rest of its product is checked. */
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

/** What became of a line: a failure to tell, or nothing that anybody must hear of. */
type LineEnd = LineFailure | undefined;

/**
 * Indexes the products of a catalogue. A line that fails is reported, in the order of the lines, and never fails the
 * others. Of lines with the same id the later wins. Resolves to how many came to which end; rejects, once nothing is
 * under way any more, when no product can be indexed at all or the lines cannot be read any further.
 */
export async function importCatalogue(options: ImportOptions): Promise<Tally> {
  const { stop, concurrency, localImages, pausesMs } = options;
  const batchSize = Math.min(Math.max(1, Math.floor(concurrency / BATCHES_UNDER_WAY)), MAX_BATCH_SIZE);
  const tally: Tally = { indexed: 0, unchanged: 0, failed: 0 };
  let broken: { error: unknown } | undefined;

  const fail = (line: number, id: unknown, code: ErrorCode, message: string): LineFailure => {
    tally.failed += 1;
    return { line, id: typeof id === 'string' ? id : null, code, message };
  };

  /** Sends a batch; what cannot be sent has failed already. */
  async function send(items: readonly ProductLine[]): Promise<Map<ProductLine, LineEnd>> {
    const ends = new Map<ProductLine, LineEnd>();
    const drafts = new Map<ProductLine, ProductDraft>();
    for (const item of items) {
      try {
        drafts.set(item, await toDraft(item, localImages));
      } catch (error) {
        // A full disk, say, is no fault of the line.
        if (!(error instanceof AppError)) throw error;
        ends.set(item, fail(item.line, item.input.id, error.code, error.message));
      }
    }
    if (drafts.size > 0) {
      const outcomes = await indexPatiently(options.indexBatch, [...drafts.values()], { stop, pausesMs });
      for (const [i, item] of [...drafts.keys()].entries()) {
        const outcome = outcomes[i];
        if (outcome?.status === 'failed') {
          ends.set(item, fail(item.line, outcome.id, outcome.error.code, outcome.error.message));
        } else if (outcome) tally[outcome.status] += 1;
      }
    }
    options.onProgress({ ...tally });
    return ends;
  }

  const queue = createWorkQueue<ProductLine, LineEnd>({
    maxBatch: batchSize,
    concurrency: Math.min(concurrency, BATCHES_UNDER_WAY),
    maxWaiting: Number.POSITIVE_INFINITY,
    // Lines with the same id go one after the other, or the earlier one might win.
    perKey: [{ maxRunning: 1, maxWaiting: Number.POSITIVE_INFINITY }],
    refuse: () => new Error('The import is over.'),
    // It never rejects: the queue would send each product again by itself to find the one at fault.
    async run(items) {
      if (broken || stop.aborted) return items.map(() => undefined);
      try {
        const ends = await send(items);
        return items.map((item) => ends.get(item));
      } catch (error) {
        broken ??= { error };
        return items.map(() => undefined);
      }
    },
  });

  const underWay = new Set<Promise<LineEnd>>();
  let told = Promise.resolve();
  const tellInTurn = (end: LineEnd | Promise<LineEnd>) => {
    const tell = async () => {
      const failure = await end;
      if (failure) options.onFailure(failure);
    };
    told = told.then(tell).catch((error: unknown) => {
      broken ??= { error };
    });
  };

  try {
    for await (const item of options.lines) {
      if (stop.aborted || broken) break;
      if ('error' in item) {
        tellInTurn(fail(item.line, null, 'BAD_USER_INPUT', `The line ${item.error}.`));
        continue;
      }
      const end = queue.submit(item, { keys: [String(item.input.id)] });
      tellInTurn(end);
      underWay.add(end);
      void end.finally(() => underWay.delete(end));
      // One batch waits while the others are under way, so that the next one is always full.
      while (underWay.size >= concurrency + batchSize) await Promise.race(underWay);
    }
  } catch (error) {
    // Stopping may close what the lines are read from.
    if (!stop.aborted) throw error;
  } finally {
    await told;
  }
  if (broken && !(stop.aborted && broken.error === stop.reason)) throw broken.error;
  options.onProgress({ ...tally });
  return tally;
}

/** Checks a product before its images are looked for, so that a bad one leaves nothing behind. */
async function toDraft(
  { input, image, additionalImages }: ProductLine,
  localImages: LocalImages,
): Promise<ProductDraft> {
  if (image === undefined && input.imageUrl === undefined) {
    throw badUserInput([{ path: ['imageUrl'], message: 'imageUrl: is missing, and so is image, the name of a file' }]);
  }
  const pending = additionalImages?.map((one, place) => (isFile(one) ? `${PENDING_URL}${place}` : one));
  const parsed = productInputSchema.safeParse({
    ...input,
    ...(image !== undefined && { imageUrl: PENDING_URL }),
    ...(pending && { additionalImageUrls: pending }),
  });
  if (!parsed.success) {
    const written = { ...input, ...(additionalImages && { additionalImageUrls: additionalImages }) };
    throw badUserInput(toIssues(parsed.error).map((issue) => withValue(issue, written)));
  }
  const draft = { ...parsed.data };
  if (image !== undefined) draft.imageUrl = await localImages(image);
  if (additionalImages) {
    // One after the other: each may be megabytes on their way to the image store.
    draft.additionalImageUrls = [];
    for (const one of additionalImages) draft.additionalImageUrls.push(isFile(one) ? await localImages(one) : one);
  }
  return draft;
}

/** The issue with what stands in the file, where that is short enough to show: nobody wants to go and look. */
function withValue({ path, message }: Issue, input: unknown): Issue {
  const value = path.reduce<unknown>((holder, key) => (isObject(holder) ? holder[key] : undefined), input);
  if (value === undefined) return { path, message: `${path.join('.')}: is missing` };
  const shown = isObject(value) ? undefined : JSON.stringify(value);
  const isShort = shown !== undefined && shown.length <= MAX_SHOWN_VALUE;
  return isShort ? { path, message: `${message} (it is ${shown})` } : { path, message };
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
