import { parse } from 'csv-parse/sync';
import { MAX_LINE_BYTES, type TextLine } from './read-lines.ts';
import type { BadLine } from './types.ts';

export interface CsvRecord {
  /** Its first line. */
  line: number;
  cells: string[];
}

const UNCLOSED = 'opens a quote (") that is never closed';
const MISPLACED =
  'has a quote (") in a wrong place; a cell with quotes in it must stand in quotes, and each quote in it be doubled';

/**
 * Gathers lines into CSV records (RFC 4180), where a cell in quotes may run over several lines, and cuts them into cells.
 * A record that cannot be read costs its first line alone: the lines taken in for it are read again, so that one stray
 * quote never swallows the rest of a file. `delimiterOf` is asked once, with the first record's text.
 */
export async function* readCsvRecords(
  lines: AsyncIterable<TextLine | BadLine>,
  delimiterOf: (firstRecord: string) => string,
): AsyncGenerator<CsvRecord | BadLine> {
  const source = lines[Symbol.asyncIterator]();
  let putBack: (TextLine | BadLine)[] = [];
  let delimiter: string | undefined;
  const next = async () => putBack.shift() ?? (await source.next()).value;

  try {
    for (let first = await next(); first !== undefined; first = await next()) {
      if ('error' in first) {
        yield first;
        continue;
      }
      const { text, taken, closed } = await gather(first, next);
      if (text.trim() === '') continue;
      delimiter ??= delimiterOf(text);
      const cells = closed ? parseRecord(text, delimiter) : undefined;
      if (cells) yield { line: first.line, cells };
      else {
        yield { line: first.line, error: closed ? MISPLACED : UNCLOSED };
        putBack = [...taken, ...putBack];
      }
    }
  } finally {
    await source.return?.();
  }
}

/** Takes lines until every quote is closed. `taken`: the lines after the first. */
async function gather(first: TextLine, next: () => Promise<TextLine | BadLine | undefined>) {
  const taken: (TextLine | BadLine)[] = [];
  let { text } = first;
  let open = hasOddQuotes(text);
  while (open) {
    const more = await next();
    if (more) taken.push(more);
    if (!more || 'error' in more || text.length + more.text.length > MAX_LINE_BYTES) break;
    text += `\n${more.text}`;
    if (hasOddQuotes(more.text)) open = false;
  }
  return { text, taken, closed: !open };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function parseRecord(text: string, delimiter: string): string[] | undefined {
  // csv-parse sets up a whole parser for every record; most records do not need one.
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const records = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}
