import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { loadConfig } from '../config.ts';
import { StartupError } from '../errors.ts';
import { DEMO_CATALOGUE_DIR } from '../package-root.ts';
import { importCatalogue } from '../services/import/import-catalogue.ts';
import { createLocalImages } from '../services/import/local-images.ts';
import { readCatalogue } from '../services/import/read-catalogue.ts';
import type { CatalogueFormat, LineFailure, Tally } from '../services/import/types.ts';
import { formatCount, formatSummary } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { type CatalogueSource, findCatalogue } from './catalogue-source.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { type ErrorsFile, openErrorsFile } from './errors-file.ts';
import type { ConnectionFlags } from './options.ts';

export interface ImportFlags extends ConnectionFlags {
  images?: string;
  format?: CatalogueFormat;
  concurrency: number;
  errors?: string;
  force?: boolean;
}

/** Failures that are shown where no file takes them. */
const SHOWN_FAILURES = 10;
/** What a shell expects of a program that SIGINT ended. */
const INTERRUPTED = 130;

/** `vitrine import`: resolves to the exit code, 1 when any line failed. */
export async function runImport(file: string, flags: ImportFlags): Promise<number> {
  const config = loadConfig(process.env);
  const source = findCatalogue(file, flags.format);
  if (flags.errors && resolve(flags.errors) === resolve(file)) {
    throw new StartupError('The errors file must not be the catalogue itself.');
  }
  const interruption = watchForInterrupt();
  const errorsFile = flags.errors === undefined ? undefined : openErrorsFile(flags.errors);
  try {
    const connection = await connect(config, { ...flags, stop: interruption, say: toStderr });
    try {
      const tally = await importInto(connection, source, flags, config.image.maxBytes, errorsFile, interruption);
      if (interruption.aborted) return INTERRUPTED;
      return tally.failed > 0 ? 1 : 0;
    } finally {
      await connection.close();
    }
  } finally {
    errorsFile?.close();
  }
}

/** Runs the import and tells how it went, also when it breaks off. */
async function importInto(
  connection: Connection,
  source: CatalogueSource,
  flags: ImportFlags,
  maxBytes: number,
  errorsFile: ErrorsFile | undefined,
  stop: AbortSignal,
): Promise<Tally> {
  const { publicUrl, imageStore } = connection;
  const progress = createProgress({
    stream: process.stderr,
    label: 'Importing',
    total: await source.count(),
    say: toStderr,
  });
  const started = performance.now();
  const shown: LineFailure[] = [];
  let tally: Tally = { indexed: 0, unchanged: 0, failed: 0 };
  try {
    return await importCatalogue({
      lines: readCatalogue(closeOn(stop, source.open()), source.format),
      indexBatch: (inputs) => connection.indexProducts(inputs, { skipUnchanged: flags.force !== true }),
      localImages: createLocalImages({
        folders: flags.images === undefined ? source.imageFolders : [flags.images],
        demoFolder: join(DEMO_CATALOGUE_DIR, 'images'),
        publicUrl,
        imageStore,
        maxBytes,
      }),
      concurrency: flags.concurrency,
      stop,
      onFailure: (failure) => {
        if (errorsFile) errorsFile.write(failure);
        else if (shown.length < SHOWN_FAILURES) shown.push(failure);
      },
      onProgress: (done) => {
        tally = done;
        progress.update(done);
      },
    });
  } finally {
    progress.end();
    for (const { line, id, code, message } of shown) {
      toStderr(`line ${line}${id === null ? '' : ` (${id})`}: ${code}: ${message}`);
    }
    if (errorsFile && tally.failed > 0) toStderr(`What failed is listed in ${flags.errors}.`);
    else if (tally.failed > shown.length) {
      toStderr(`… and ${formatCount(tally.failed - shown.length)} more; --errors FILE keeps them all.`);
    }
    process.stdout.write(`${formatSummary(tally, performance.now() - started)}\n`);
  }
}

/** Aborted by the first SIGINT or SIGTERM; the second one ends the process. */
function watchForInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    toStderr('Finishing what is under way; press Ctrl+C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** A stream that waits for input would wait for ever. */
function closeOn(stop: AbortSignal, stream: Readable): Readable {
  if (stop.aborted) stream.destroy();
  stop.addEventListener('abort', () => stream.destroy(), { once: true });
  return stream;
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
