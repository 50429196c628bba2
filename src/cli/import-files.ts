import { closeSync, createReadStream, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { StartupError } from '../errors.ts';
import type { NameCheck } from '../services/import/columns.ts';
import { countProducts, formatOfFile, readCatalogue } from '../services/import/read-catalogue.ts';
import type { CatalogueFormat, CatalogueLine, LineFailure } from '../services/import/types.ts';

/** A catalogue as it was named on the command line: a file, or `-` for what is piped in. */
export interface CatalogueSource {
  format: CatalogueFormat;
  /** Where its images lie unless told otherwise. */
  imageFolders: string[];
  /** How many lines it has to index; undefined where it can be read only once. */
  count(): Promise<number | undefined>;
  /** Aborting `stop` ends it. */
  lines(stop: AbortSignal): AsyncIterable<CatalogueLine>;
}

/**
 * Finds out how to read a catalogue; `checkNames` is shown its columns. Throws StartupError when there is none or its
 * format is unknown.
 */
export function findCatalogue(
  file: string,
  given: CatalogueFormat | undefined,
  checkNames?: NameCheck,
): CatalogueSource {
  if (file === '-') {
    if (!given) throw new StartupError('What is piped in has no file name: say --format jsonl or --format csv.');
    const lines = (stop: AbortSignal) => readCatalogue(closeOn(stop, process.stdin), given, checkNames);
    return { format: given, imageFolders: ['.'], count: async () => undefined, lines };
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new StartupError(`There is no file ${file}.`);
  if (stats.isDirectory()) throw new StartupError(`${file} is a folder; name the catalogue file in it.`);
  const format = given ?? formatOfFile(file);
  if (!format)
    throw new StartupError(`${file} ends neither in .jsonl nor in .csv: say --format jsonl or --format csv.`);
  return {
    format,
    imageFolders: [dirname(file), join(dirname(file), 'images')],
    // A pipe in the shape of a file can be read only once.
    count: async () => (stats.isFile() ? countProducts(createReadStream(file), format, checkNames) : undefined),
    lines: (stop) => readCatalogue(closeOn(stop, createReadStream(file)), format, checkNames),
  };
}

/** A stream that waits for input would wait for ever. */
function closeOn(stop: AbortSignal, stream: Readable): Readable {
  if (stop.aborted) stream.destroy();
  stop.addEventListener('abort', () => stream.destroy(), { once: true });
  return stream;
}

/** A JSON Lines file of what failed. */
export interface ErrorsFile extends Disposable {
  /** On disk when it returns. */
  write(failure: LineFailure): void;
  /** Closes the file; one without a line in it is taken away. */
  [Symbol.dispose](): void;
}

/**
 * Opens the file, emptying one that is there: it is about this import alone. Throws StartupError now, not at the first
 * failure, when it cannot be written.
 */
export function openErrorsFile(path: string): ErrorsFile {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`The errors file cannot be written: ${reason}`, { cause });
  }
  let empty = true;
  return {
    write({ line, id, code, message }) {
      writeSync(file, `${JSON.stringify({ line, id, code, message })}\n`);
      empty = false;
    },
    [Symbol.dispose]() {
      closeSync(file);
      if (empty) rmSync(path, { force: true });
    },
  };
}
