import { readCsv } from './read-csv.ts';
import { readJsonLines } from './read-jsonl.ts';
import { MAX_LINE_BYTES } from './read-lines.ts';
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
 * and never an end.
 */
export function readCatalogue(
  source: AsyncIterable<Uint8Array>,
  format: CatalogueFormat,
): AsyncGenerator<CatalogueLine> {
  return format === 'csv' ? readCsv(source) : readJsonLines(source);
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/**
 * How many products a file seems to hold, for a progress bar: lines that are not empty, a CSV cell of several lines
 * counted once and its first line not at all. A bad line can put it off by a few.
 */
export async function countProducts(source: AsyncIterable<Uint8Array>, format: CatalogueFormat): Promise<number> {
  let count = format === 'csv' ? -1 : 0;
  let length = 0;
  let quoted = false;
  for await (const chunk of source) {
    for (const byte of chunk) {
      if (byte === QUOTE && format === 'csv') quoted = !quoted;
      // An unclosed quote ends with the longest record there can be, as it does when the file is read.
      if (byte === LINE_FEED && (!quoted || length > MAX_LINE_BYTES)) {
        if (length > 0) count += 1;
        length = 0;
        quoted = false;
      } else if (byte !== CARRIAGE_RETURN) length += 1;
    }
  }
  if (length > 0) count += 1;
  return Math.max(count, 0);
}
