import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ImageStore } from '../adapters/image-source/own-images.ts';
import type { VectorStore } from '../adapters/vector-store/types.ts';
import type { Logger } from '../logger.ts';
import { COMMAND, DEMO_CATALOGUE_DIR } from '../package-root.ts';
import type { StoredProduct } from '../product.ts';
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
    if (!options.signal.aborted) await keepDemoAway(options.dataDir);
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

/** Keeps the demo out of the store under DATA_DIR for good, whatever a start has left unfinished. */
export async function keepDemoAway(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, MARKER), DONE);
}

/** The products of the demo catalogue. */
export interface DemoProducts {
  ids: string[];
  /** Tells one, changed or not, from a product of the shop's own under the same id: by its image, which is the demo's. */
  has(product: Pick<StoredProduct, 'id' | 'imageUrl'>): boolean;
}

export async function readDemoProducts(): Promise<DemoProducts> {
  const images = new Map<string, string | undefined>();
  for await (const line of readCatalogue(createReadStream(CATALOGUE), 'jsonl')) {
    if ('input' in line) images.set(String(line.input.id), line.image);
  }
  return {
    ids: [...images.keys()],
    has({ id, imageUrl }) {
      const image = images.get(id);
      return image !== undefined && URL.parse(imageUrl)?.pathname === `/demo/images/${image}`;
    },
  };
}

/** How many products of the store are the demo's. */
async function countDemo(store: Pick<VectorStore, 'get'>): Promise<number> {
  const demo = await readDemoProducts();
  const found = await store.get(demo.ids);
  return [...found.values()].filter(demo.has).length;
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
