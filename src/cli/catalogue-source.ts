import { createReadStream, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { StartupError } from '../errors.ts';
import { countProducts, formatOfFile } from '../services/import/read-catalogue.ts';
import type { CatalogueFormat } from '../services/import/types.ts';

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
