import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ImageStore } from '../adapters/image-source/image-store.ts';
import type { VectorStore } from '../adapters/vector-store/types.ts';
import type { Logger } from '../logger.ts';
import { COMMAND, DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { importCatalogue } from '../services/import/import-catalogue.ts';
import { createLocalImages } from '../services/import/local-images.ts';
import { countProducts, readCatalogue } from '../services/import/read-catalogue.ts';
import type { LineFailure, Tally } from '../services/import/types.ts';
import type { IndexingService } from '../services/indexing/types.ts';
import { formatSummary } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';

export interface DemoDependencies {
  services: { indexing: Pick<IndexingService, 'indexProducts'> };
  store: Pick<VectorStore, 'backend' | 'stats' | 'get'>;
  logger: Logger;
  publicUrl: string;
  imageStore: ImageStore;
}

const CATALOGUE = join(DEMO_CATALOGUE_DIR, 'products.jsonl');
const IMAGES = join(DEMO_CATALOGUE_DIR, 'images');
/** In DATA_DIR: whether the demo is still to be finished. It stays for good, so that a demo that was deleted stays away. */
const MARKER = 'demo-catalogue';
const UNFINISHED = 'unfinished\n';
const DONE = 'done\n';
const CONCURRENCY = 32;
/** The demo's own images are small; this only keeps a broken checkout from being read whole. */
const MAX_IMAGE_BYTES = 10_000_000;

/**
 * Indexes the demo catalogue when the embedded store is started empty for the first time, or goes on where an earlier
 * start was cut off. A store that ever had products of the shop's own never gets it. Never rejects: a server without
 * its demo still serves; the log says what went wrong. Aborting `signal` ends it soon, and the next start goes on.
 */
export async function indexDemoCatalogue(
  deps: DemoDependencies,
  options: { dataDir: string; signal: AbortSignal },
): Promise<void> {
  const { store, logger } = deps;
  if (store.backend !== 'sqlite') return;
  const marker = join(options.dataDir, MARKER);
  try {
    await mkdir(options.dataDir, { recursive: true });
    if (!(await isWanted(deps, marker))) return;
    await writeFile(marker, UNFINISHED);
    await importDemo(deps, options.signal);
    if (!options.signal.aborted) await writeFile(marker, DONE);
  } catch (error) {
    logger.warn({ err: error }, 'The demo catalogue could not be indexed; the next start tries again.');
  }
}

/** Whether the demo belongs in this store. Once it does not, that is written down for good. */
async function isWanted({ store, logger }: DemoDependencies, marker: string): Promise<boolean> {
  const { productCount } = await store.stats();
  const state = await readFile(marker, 'utf8').catch(() => undefined);
  if (state === DONE) {
    if (productCount === 0)
      logger.info(`The store is empty. The demo catalogue: ${COMMAND} import ${relative('', CATALOGUE)}`);
    return false;
  }
  const ownCount = productCount === 0 ? 0 : productCount - (state === undefined ? 0 : await countDemo(store));
  if (ownCount === 0) return true;
  await writeFile(marker, DONE);
  return false;
}

/** How many products of the store are the demo's. */
async function countDemo(store: Pick<VectorStore, 'get'>): Promise<number> {
  const ids: string[] = [];
  for await (const line of readCatalogue(createReadStream(CATALOGUE), 'jsonl')) {
    if ('input' in line && typeof line.input.id === 'string') ids.push(line.input.id);
  }
  return (await store.get(ids)).size;
}

async function importDemo(deps: DemoDependencies, signal: AbortSignal): Promise<void> {
  const { services, logger, publicUrl, imageStore } = deps;
  const total = await countProducts(createReadStream(CATALOGUE), 'jsonl');
  const failures: LineFailure[] = [];
  const started = performance.now();
  const progress = createProgress({
    stream: process.stderr,
    label: 'Indexing the demo catalogue',
    total,
    say: (line) => logger.info(line),
  });
  let tally: Tally;
  try {
    tally = await importCatalogue({
      lines: readCatalogue(createReadStream(CATALOGUE), 'jsonl'),
      indexBatch: (inputs) => services.indexing.indexProducts(inputs, { skipUnchanged: true, signal }),
      localImages: createLocalImages({
        folders: [IMAGES],
        demoFolder: IMAGES,
        publicUrl,
        imageStore,
        maxBytes: MAX_IMAGE_BYTES,
      }),
      concurrency: CONCURRENCY,
      stop: signal,
      onFailure: (failure) => failures.push(failure),
      onProgress: (done) => progress.update(done),
    });
  } finally {
    progress.end();
  }
  const summary = formatSummary(tally, performance.now() - started);
  logger.info(`Demo catalogue${signal.aborted ? ', not finished' : ''}: ${summary}`);
  if (failures.length > 0)
    logger.warn({ failures: failures.slice(0, 5) }, `${failures.length} products of the demo failed`);
}
