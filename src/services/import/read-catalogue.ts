import type { NameCheck } from './columns.ts';
import { readCsv } from './read-csv.ts';
import { readJsonLines } from './read-jsonl.ts';
import type { CatalogueFormat, CatalogueLine } from './types.ts';

const EXTENSIONS: readonly (readonly [RegExp, CatalogueFormat])[] = [
  [/\.(jsonl|ndjson)$/i, 'jsonl'],
  [/\.(csv|tsv)$/i, 'csv'],
];

/** The format that a file's name promises; undefined when it promises none. */
export function formatOfFile(path: string): CatalogueFormat | undefined {
  return EXTENSIONS.find(([pattern]) => pattern.test(path))?.[1];
}

/**
 * The products of a catalogue file, in its order, read as they are asked for. A line that cannot be read is a bad line
 * and never an end. `checkNames` is shown the names of its columns.
 */
export function readCatalogue(
  source: AsyncIterable<Uint8Array>,
  format: CatalogueFormat,
  checkNames?: NameCheck,
): AsyncGenerator<CatalogueLine> {
  return format === 'csv' ? readCsv(source, checkNames) : readJsonLines(source, checkNames);
}

/**
 * How many lines a file has to index, bad ones included, for a progress bar. Whatever reads the file counts it, so that
 * the two never differ; next to the indexing of a product the time for it is nothing.
 */
export async function countProducts(
  source: AsyncIterable<Uint8Array>,
  format: CatalogueFormat,
  checkNames?: NameCheck,
): Promise<number> {
  let count = 0;
  for await (const _line of readCatalogue(source, format, checkNames)) count += 1;
  return count;
}
