import { MAX_VARIABLE_DEPTH, MAX_VARIABLE_VALUES } from './operation-limits.ts';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [0x5b, 0x7b, 0x5d, 0x7d];

/** A data: URL that is longer is put aside. */
const LONG_BYTES = 10_000;
/** What is left of another text: more than any may have, so that whoever checks it says so. */
const MAX_TEXT_BYTES = 1_000_000;
/** Deeper than variables may be nested, and a list of operations around them. */
const MAX_DEPTH = 30;
/** A batch of 500 products with 50 attributes each has 100,000 values, and as many names. */
const MAX_VALUES = 300_000;
/** Of those, and within descriptions. */
const MAX_QUOTES = 500_000;

/** Why a body is not even parsed: it could only be refused later, at a higher price. */
export class TooMuchInBody extends Error {}

/**
 * A body of JSON with its large texts taken out: a data: URL is handed to `putAside` and what that returns stands in its
 * place; any other text of megabytes is cut. To parse 25 MB and hash them as text would hold everybody else up for
 * a tenth of a second, three times over; to find where a text ends takes a few milliseconds. What is broken stays so.
 * Throws TooMuchInBody for more values, or deeper ones, than any operation takes.
 */
export function takeOutLargeTexts(body: Buffer, putAside: (dataUrl: Buffer) => string): Buffer {
  const parts: Buffer[] = [];
  const counted = { depth: 0, values: 0, quotes: 0 };
  let copied = 0;
  let at = 0;
  for (;;) {
    const start = body.indexOf(QUOTE, at);
    countValues(body, at, start < 0 ? body.length : start, counted);
    if (start < 0) break;
    const end = endOfText(body, start + 1, counted);
    if (end < 0) break;
    if (end - start > LONG_BYTES) {
      const text = body.subarray(start + 1, end);
      const replaced = replaceText(text, putAside);
      if (replaced !== text) {
        parts.push(body.subarray(copied, start + 1), replaced);
        copied = end;
      }
    }
    at = end + 1;
  }
  return parts.length === 0 ? body : Buffer.concat([...parts, body.subarray(copied)]);
}

/** Where the text that begins at `from` ends: at the next quote that is not escaped. -1 where there is none. */
function endOfText(body: Buffer, from: number, counted: { quotes: number }): number {
  for (let end = body.indexOf(QUOTE, from); end >= 0; end = body.indexOf(QUOTE, end + 1)) {
    counted.quotes += 1;
    if (counted.quotes > MAX_QUOTES) throw new TooMuchInBody(`The body may hold at most ${MAX_QUOTES} quotes.`);
    let escapes = 0;
    while (body[end - 1 - escapes] === BACKSLASH && end - 1 - escapes >= from) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

function replaceText(text: Buffer, putAside: (dataUrl: Buffer) => string): Buffer {
  if (/^data:image/i.test(text.toString('latin1', 0, 10))) {
    // PHP writes `\/` for every slash.
    const isPlain = text.indexOf(BACKSLASH) < 0;
    return Buffer.from(putAside(isPlain ? text : unescaped(text)));
  }
  return text.length > MAX_TEXT_BYTES ? text.subarray(0, wholeUpTo(text, MAX_TEXT_BYTES)) : text;
}

/** The last place up to `end` that is not within an escape such as `\u00e9`. Half a letter of UTF-8 is read as one that is none. */
function wholeUpTo(text: Buffer, end: number): number {
  const last = text.lastIndexOf(BACKSLASH, end - 1);
  if (last < end - 6) return end;
  let first = last;
  while (text[first - 1] === BACKSLASH) first -= 1;
  // Of an even number each second one is meant as it stands.
  return (last - first) % 2 === 1 ? end : last;
}

function unescaped(text: Buffer): Buffer {
  return Buffer.from(String(JSON.parse(`"${text.toString('latin1')}"`)), 'latin1');
}

/** Counts what stands between two texts. */
function countValues(body: Buffer, from: number, to: number, counted: { depth: number; values: number }): void {
  for (let at = from; at < to; at += 1) {
    const byte = body[at];
    if (byte === COMMA) counted.values += 1;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) counted.depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) counted.depth -= 1;
    if (counted.depth > MAX_DEPTH)
      throw new TooMuchInBody(`Variables may be nested at most ${MAX_VARIABLE_DEPTH} levels deep.`);
    if (counted.values > MAX_VALUES)
      throw new TooMuchInBody(`Variables may hold at most ${MAX_VARIABLE_VALUES} values.`);
  }
}
