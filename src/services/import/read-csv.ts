import { badUserInput } from '../../errors.ts';
import { ATTRIBUTE_PREFIX, COLUMNS, type Column, type NameCheck } from './columns.ts';
import { type CsvRecord, readCsvRecords } from './csv-records.ts';
import { readLines } from './read-lines.ts';
import { fromCells } from './to-product-line.ts';
import type { CatalogueLine } from './types.ts';

/** Where the cells of a record belong, by position; undefined for a column that is ignored. */
type Header = ({ column: Column } | { attribute: string } | undefined)[];

const NEEDED: readonly Column[] = ['id', 'name', 'category', 'price'];
const DELIMITERS = [',', ';', '\t'];

const columnByName: ReadonlyMap<string, Column> = new Map(COLUMNS.map((name) => [name.toLowerCase(), name]));

/**
 * The products of a CSV file, whose first line names the columns: those of JSON Lines, with `attributes.<name>` for each
 * attribute. An empty cell is an absent value. Cells are divided by commas, semicolons or tabs, whichever the first line
 * has most of. Throws BAD_USER_INPUT when the first line does not name what a product needs.
 */
export async function* readCsv(
  source: AsyncIterable<Uint8Array>,
  checkNames?: NameCheck,
): AsyncGenerator<CatalogueLine> {
  let header: Header | undefined;
  for await (const record of readCsvRecords(readLines(source), guessDelimiter)) {
    if (!header) {
      if ('error' in record) throw badHeader(`The first line ${record.error}.`);
      const names = record.cells.map((cell) => cell.trim());
      checkNames?.(names.map((name) => columnByName.get(name.toLowerCase()) ?? name));
      header = parseHeader(names);
    } else if ('error' in record) yield record;
    else if (record.cells.some((cell) => cell.trim() !== '')) yield toProductLine(record, header);
  }
}

function guessDelimiter(text: string): string {
  const counts = DELIMITERS.map((delimiter) => text.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function parseHeader(names: readonly string[]): Header {
  const seen = new Set<string>();
  const header = names.map((name) => {
    const key = name.toLowerCase();
    if (key.startsWith(ATTRIBUTE_PREFIX)) return { attribute: name.slice(ATTRIBUTE_PREFIX.length) };
    const column = columnByName.get(key);
    if (column === undefined) return undefined;
    if (seen.has(column)) throw badHeader(`The first line names the column ${column} twice.`);
    seen.add(column);
    return { column };
  });
  const missing = NEEDED.filter((name) => !seen.has(name));
  if (!seen.has('image') && !seen.has('imageUrl')) missing.push('image');
  if (missing.length === 0) return header;
  throw badHeader(
    `The first line must name the columns; missing: ${missing.join(', ')}. It needs ${NEEDED.join(', ')} and image (a ` +
      'file) or imageUrl, and may have description, currency, inStock, additionalImages and attributes.<name>.',
  );
}

function toProductLine({ line, cells }: CsvRecord, header: Header): CatalogueLine {
  if (cells.length !== header.length) {
    const error = `has ${cells.length} cells, but the first line names ${header.length} columns; put cells with commas in quotes`;
    return { line, error };
  }
  const known: Partial<Record<Column, string>> = {};
  const attributes: { name: string; value: string }[] = [];
  for (const [i, target] of header.entries()) {
    const value = cells[i]?.trim() ?? '';
    if (target === undefined || value === '') continue;
    if ('column' in target) known[target.column] = value;
    else attributes.push({ name: target.attribute, value });
  }
  return { line, ...fromCells(known, attributes) };
}

function badHeader(message: string) {
  return badUserInput([{ path: [], message }]);
}
