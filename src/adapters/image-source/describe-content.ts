/** Only this much of the beginning is looked at. */
const HEAD_BYTES = 256;

const SIGNATURES: readonly { offset?: number; starts: readonly string[]; meaning: string }[] = [
  { starts: ['%PDF-'], meaning: 'a PDF document' },
  { starts: ['PK\x03\x04'], meaning: 'a ZIP archive' },
  { starts: ['\x1f\x8b'], meaning: 'compressed data' },
  { starts: ['\xff\x0a', '\0\0\0\x0cJXL '], meaning: 'a JPEG XL image' },
  { starts: ['\0\0\x01\0'], meaning: 'an icon file' },
  { starts: ['8BPS'], meaning: 'a Photoshop file' },
  { offset: 4, starts: ['ftyp'], meaning: 'a video' },
];

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/<svg[\s>]/i, 'an SVG drawing'],
  [/^<(!doctype html|html|head|body|title|meta|script|div|p|h1)\b/i, 'an HTML page'],
  [/^</, 'an XML document'],
  [/^[{[]/, 'JSON'],
];

/**
 * What bytes that are no image look like, to go after "holds": `an HTML page`, `JSON`, `something unknown`. Nothing of
 * the content itself is repeated.
 */
export function describeContent(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  if (head === '') return 'nothing at all';
  const signature = SIGNATURES.find(({ offset = 0, starts }) => starts.some((start) => head.startsWith(start, offset)));
  if (signature !== undefined) return signature.meaning;
  // Two letters are no signature: the four zero bytes that the format reserves after its length are.
  if (head.startsWith('BM') && head.startsWith('\0\0\0\0', 6)) return 'a BMP image';
  const text = head
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/<!--.*?-->/gs, '')
    .trimStart();
  const found = TEXTS.find(([pattern]) => pattern.test(text));
  return found?.[1] ?? (isText(head) ? 'plain text' : 'something unknown');
}

function isText(head: string): boolean {
  return [...head].every((character) => character >= ' ' || '\t\n\f\r'.includes(character));
}
