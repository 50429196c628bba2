import { closeSync, createReadStream, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { StartupError } from '../errors.ts';
import { countProducts, formatOfFile } from '../services/import/read-catalogue.ts';
import type { CatalogueFormat, LineFailure } from '../services/import/types.ts';

/** A catalogue as it was named on the command line: a file, or `-` for what is piped in. */
export interface CatalogueSource {
  format: CatalogueFormat;
  /** Where its images lie unless told otherwise. */
  imageFolders: string[];
  /** How many products it seems to hold; undefined where only reading it would tell. */
  count(): Promise<number | undefined>;
  open(): Readable;
}

/** Finds out how to read a catalogue. Throws StartupError when there is none or its format is unknown. */
export function findCatalogue(file: string, format: CatalogueFormat | undefined): CatalogueSource {
  if (file === '-') {
    if (!format) throw new StartupError('What is piped in has no file name: say --format jsonl or --format csv.');
    return { format, imageFolders: ['.'], count: async () => undefined, open: () => process.stdin };
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new StartupError(`There is no file ${file}.`);
  if (stats.isDirectory()) throw new StartupError(`${file} is a folder; name the catalogue file in it.`);
  const known = format ?? formatOfFile(file);
  if (!known) throw new StartupError(`${file} ends neither in .jsonl nor in .csv: say --format jsonl or --format csv.`);
  return {
    format: known,
    imageFolders: [dirname(file), join(dirname(file), 'images')],
    // A pipe in the shape of a file can be read only once.
    count: async () => (stats.isFile() ? countProducts(createReadStream(file), known) : undefined),
    open: () => createReadStream(file),
  };
}

/** A JSON Lines file of what failed. */
export interface ErrorsFile {
  /** On disk when it returns. */
  write(failure: LineFailure): void;
  /** Closes the file; one without a line in it is taken away. */
  close(): void;
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
    close() {
      closeSync(file);
      if (empty) rmSync(path, { force: true });
    },
  };
}
