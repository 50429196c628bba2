import type { BadLine } from './types.ts';

/** Longer lines are reported instead of kept: a product of the longest allowed texts needs a tenth of it. */
export const MAX_LINE_BYTES = 1_000_000;

export interface TextLine {
  /** Counts from 1. */
  line: number;
  /** Without its line end and without a byte order mark. */
  text: string;
}

const LINE_FEED = 10;
const TOO_LONG = `is longer than ${MAX_LINE_BYTES} bytes, the most that a line may have`;

/**
 * Cuts a stream of bytes into lines of UTF-8, blank ones included; LF and CRLF both end a line. A line that is too long
 * or not UTF-8 is a bad line, and the next one is read as if nothing had happened. Holds one line in memory.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine | BadLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let parts: Uint8Array[] = [];
  let size = 0;

  const keep = (part: Uint8Array) => {
    size += part.length;
    if (size > MAX_LINE_BYTES) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const finish = (): TextLine | BadLine => {
    line += 1;
    const read = size > MAX_LINE_BYTES ? { error: TOO_LONG } : decode(decoder, parts);
    parts = [];
    size = 0;
    return { line, ...read };
  };

  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (size > 0) yield finish();
}

function decode(decoder: TextDecoder, parts: readonly Uint8Array[]): { text: string } | { error: string } {
  const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  try {
    // Without `ignoreBOM` the decoder drops a byte order mark at the start.
    const text = decoder.decode(bytes);
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text };
  } catch {
    return { error: 'is not UTF-8 text; save the file in the encoding UTF-8' };
  }
}
