import { AppError } from '../../errors.ts';
import { plainBase64 } from './base64-body.ts';
import { tooLarge } from './size-limit.ts';
import { requireImage } from './sniff.ts';

const SCHEME = /^[\0-\x20]*data:/i;
/** Longer than any media type with its parameters; a comma further out belongs to no header. */
const MAX_HEADER_LENGTH = 512;

/** Whether a text is a data: URL, of whatever kind. */
export function isDataUrl(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * The image in a `data:image/…;base64,…` URL, read as the Fetch standard does (percent-encoding undone, blanks
 * dropped, padding optional, what follows `#` ignored). The media type only has to say image; what counts is the
 * content. The size is known before the image is decoded.
 *
 * Throws IMAGE_TOO_LARGE over `maxBytes`, IMAGE_UNREADABLE for another form of data: URL, for base64 that is none and
 * for content that is not an image.
 */
export function decodeDataUrl(text: string, maxBytes: number): Uint8Array {
  const start = SCHEME.exec(text)?.[0].length ?? 0;
  const comma = text.slice(start, start + MAX_HEADER_LENGTH).indexOf(',');
  if (comma < 0 || !isImageHeader(text.slice(start, start + comma))) {
    throw new AppError(
      'IMAGE_UNREADABLE',
      'A data: URL of an image must begin with data:image/…;base64, (for example data:image/png;base64,).',
    );
  }
  const bodyStart = start + comma + 1;
  const longestEncoding = 4 * Math.ceil(maxBytes / 3);
  // Three characters (%2B) for one is the most that percent-encoding can take: beyond that, not even a look inside.
  if (text.length - bodyStart > 3 * longestEncoding + MAX_HEADER_LENGTH) throw tooLarge(maxBytes);
  const encoded = plainBase64(text.slice(bodyStart));
  if (encoded === undefined) {
    throw new AppError(
      'IMAGE_UNREADABLE',
      'The data: URL does not hold valid base64; encode the bytes of the image file with standard base64.',
    );
  }
  if (Math.floor((encoded.length * 3) / 4) > maxBytes) throw tooLarge(maxBytes);
  const bytes = Buffer.from(encoded, 'base64');
  requireImage(bytes, 'The data: URL');
  return bytes;
}

function isImageHeader(header: string): boolean {
  return /^\s*image\//i.test(header) && /; *base64 *$/i.test(header);
}
