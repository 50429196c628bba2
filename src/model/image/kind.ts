import { AppError } from '../../errors.ts';

/** Every kind of image that is decoded, with its file extension and media type. */
const IMAGE_KINDS = {
  jpeg: { extension: 'jpg', mediaType: 'image/jpeg' },
  png: { extension: 'png', mediaType: 'image/png' },
  gif: { extension: 'gif', mediaType: 'image/gif' },
  webp: { extension: 'webp', mediaType: 'image/webp' },
  avif: { extension: 'avif', mediaType: 'image/avif' },
  tiff: { extension: 'tiff', mediaType: 'image/tiff' },
} as const;

export type ImageKind = keyof typeof IMAGE_KINDS;

/** With this many bytes `sniffImageKind` has all that it looks at. */
export const SNIFF_BYTES = 256;

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpeg', IMAGE_KINDS.jpeg.mediaType],
  ['tif', IMAGE_KINDS.tiff.mediaType],
  ...Object.values(IMAGE_KINDS).map(({ extension, mediaType }) => [extension, mediaType] as const),
]);

/** Brands of HEIC and its like, whose codec (HEVC) is patented and not in the decoder; AVIF names its own beside them. */
const HEIC_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

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

/** The usual file extension of a kind, without a dot. */
export function extensionOf(kind: ImageKind): string {
  return IMAGE_KINDS[kind].extension;
}

/** The media type that an image file's name promises; undefined when it is not the name of an image. */
export function mediaTypeOfFile(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? undefined : MEDIA_TYPES.get(name.slice(dot + 1).toLowerCase());
}

/** The kind of image that the first bytes announce (`SNIFF_BYTES` of them suffice); undefined for all else. */
export function sniffImageKind(bytes: Uint8Array): ImageKind | undefined {
  const head = headOf(bytes);
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  return heifBrands(head).some((brand) => brand === 'avif' || brand === 'avis') ? 'avif' : undefined;
}

/**
 * The kind of an image, or IMAGE_UNREADABLE that says what `holder` ("The address", "The file") has instead. Nothing of
 * the content itself is repeated.
 */
export function requireImage(bytes: Uint8Array, holder: string): ImageKind {
  const kind = sniffImageKind(bytes);
  if (kind !== undefined) return kind;
  const head = headOf(bytes);
  const problem = heifBrands(head).some((brand) => HEIC_BRANDS.has(brand))
    ? 'a HEIC image, which is not supported. Convert it to JPEG, WebP or AVIF.'
    : `${describeContent(head)}, not an image. Use a JPEG, PNG, GIF, WebP, AVIF or TIFF.`;
  throw new AppError('IMAGE_UNREADABLE', `${holder} holds ${problem}`);
}

/** What an AVIF or HEIC file keeps to: the brands in its first box (ISO/IEC 14496-12, `ftyp`); none for all else. */
function heifBrands(head: string): string[] {
  if (!head.startsWith('ftyp', 4)) return [];
  const end = Math.min(Buffer.from(head, 'latin1').readUInt32BE(0), head.length);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
  return brands;
}

/** What bytes that are no image look like, to go after "holds". */
function describeContent(head: string): string {
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

/** The first bytes as text, one character each. */
function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFF_BYTES)).toString('latin1');
}
