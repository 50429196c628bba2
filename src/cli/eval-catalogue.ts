import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { StartupError } from '../errors.ts';
import type { Dtype } from '../model/types.ts';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { importCatalogue } from '../services/import/import-catalogue.ts';
import { createLocalImages } from '../services/import/local-images.ts';
import type { LineFailure } from '../services/import/types.ts';
import { createProgress } from '../terminal/progress.ts';
import { type Connection, connect } from './connect.ts';
import { findCatalogue } from './import-files.ts';
import { indexProducts } from './operations.ts';
import { say } from './output.ts';

/** Products that are under way at one time. */
const CONCURRENCY = 32;

/** A model to judge; what is left out is as configured. */
export interface ModelChoice {
  model?: string | undefined;
  /** Of both towers. */
  dtype?: Dtype | undefined;
}

/**
 * Indexes a catalogue file with a model of this machine, into an embedded store in a temporary folder that goes with the
 * connection: what the shop has stored is neither read nor touched. Throws StartupError when a product cannot be indexed,
 * since two catalogues that differ cannot be compared; the reason of `stop` when that is aborted.
 */
export async function connectToCatalogue(
  config: Config,
  file: string,
  { model = config.model.name, dtype }: ModelChoice,
  stop: AbortSignal,
): Promise<Connection> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-eval-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const dtypes = dtype && { visionDtype: dtype, textDtype: dtype };
  const apart = { ...config, dataDir, qdrant: undefined, redisUrl: undefined };
  const connection = opened.use(
    await connect({ ...apart, model: { ...config.model, ...dtypes, name: model } }, { stop }),
  );
  await fill(connection, file, { label: `Indexing with ${model}`, maxBytes: config.image.maxBytes, stop });
  const parts = opened.move();
  return { ...connection, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function fill(
  { client, publicUrl, imageStore }: Connection,
  file: string,
  { label, maxBytes, stop }: { label: string; maxBytes: number; stop: AbortSignal },
): Promise<void> {
  const source = findCatalogue(file, undefined);
  const demoFolder = join(DEMO_CATALOGUE_DIR, 'images');
  const progress = createProgress({ stream: process.stderr, label, total: await source.count(), say });
  const failures: LineFailure[] = [];
  try {
    await importCatalogue({
      lines: source.lines(stop),
      indexBatch: (inputs) => indexProducts(client, inputs, false),
      localImages: createLocalImages({ folders: source.imageFolders, demoFolder, publicUrl, imageStore, maxBytes }),
      concurrency: CONCURRENCY,
      stop,
      onFailure: (failure) => failures.push(failure),
      onProgress: progress.update,
    });
  } finally {
    progress.end();
  }
  stop.throwIfAborted();
  const [first] = failures;
  if (first === undefined) return;
  throw new StartupError(
    `${failures.length} lines of ${file} cannot be indexed, so there is nothing to compare. ` +
      `The first, line ${first.line}: ${first.code}: ${first.message}`,
  );
}
