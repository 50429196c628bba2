import { AppError } from '../../errors.ts';
import { describeContent } from './describe-content.ts';

/** Every kind of image that is taken, with its file extension and media type. */
const IMAGE_KINDS = {
  jpeg: { extension: 'jpg', mediaType: 'image/jpeg' },
  png: { extension: 'png', mediaType: 'image/png' },
  gif: { extension: 'gif', mediaType: 'image/gif' },
  webp: { extension: 'webp', mediaType: 'image/webp' },
  avif: { extension: 'avif', mediaType: 'image/avif' },
  heic: { extension: 'heic', mediaType: 'image/heic' },
  tiff: { extension: 'tiff', mediaType: 'image/tiff' },
} as const;

export type ImageKind = keyof typeof IMAGE_KINDS;

/** With this many bytes `sniffImage` has all that it looks at. */
export const SNIFF_BYTES = 256;

const HEIF_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpeg', IMAGE_KINDS.jpeg.mediaType],
  ['tif', IMAGE_KINDS.tiff.mediaType],
  ...Object.values(IMAGE_KINDS).map(({ extension, mediaType }) => [extension, mediaType] as const),
]);

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
export function sniffImage(bytes: Uint8Array): ImageKind | undefined {
  const head = latin1(bytes, 0, 12);
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  return sniffHeif(bytes);
}

/** AVIF and HEIC: an ISO media file whose first box lists the brands that it keeps to (ISO/IEC 14496-12, `ftyp`). */
function sniffHeif(bytes: Uint8Array): ImageKind | undefined {
  if (latin1(bytes, 4, 8) !== 'ftyp') return undefined;
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = [latin1(bytes, 8, 12)];
  const end = Math.min(boxBytes, bytes.length, SNIFF_BYTES);
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return brands.some((brand) => HEIF_BRANDS.has(brand)) ? 'heic' : undefined;
}

/** The kind of an image, or IMAGE_UNREADABLE that says what `holder` ("The address", "The file") has instead. */
export function requireImage(bytes: Uint8Array, holder: string): ImageKind {
  const kind = sniffImage(bytes);
  if (kind !== undefined) return kind;
  throw new AppError(
    'IMAGE_UNREADABLE',
    `${holder} holds ${describeContent(bytes)}, not an image. Use a JPEG, PNG, GIF, WebP, AVIF, HEIC or TIFF.`,
  );
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
