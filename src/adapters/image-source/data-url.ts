import { AppError } from '../../errors.ts';
import { requireImage } from '../../model/image/kind.ts';
import { tooLarge } from './image-errors.ts';

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
    throw unreadable(
      'A data: URL of an image must begin with data:image/…;base64, (for example data:image/png;base64,).',
    );
  }
  const body = text.slice(start + comma + 1);
  // Three characters (%2B) for one is the most that percent-encoding can take: beyond that, not even a look inside.
  if (body.length > 12 * Math.ceil(maxBytes / 3) + MAX_HEADER_LENGTH) throw tooLarge(maxBytes);
  const bytes = decodeBase64(isPlain(body) ? body : rewritten(body), maxBytes);
  if (bytes === undefined) {
    throw unreadable(
      'The data: URL does not hold valid base64; encode the bytes of the image file with standard base64.',
    );
  }
  requireImage(bytes, 'The data: URL');
  return bytes;
}

/** Undefined for what is not base64: Node passes over characters that are none, and then bytes are missing at the end. */
function decodeBase64(text: string, maxBytes: number): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const letters = text.length - padding;
  if (letters % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return undefined;
  const length = Math.floor((letters * 3) / 4);
  if (length > maxBytes) throw tooLarge(maxBytes);
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length ? bytes : undefined;
}

/** Whether it is as browsers write it: to look for four characters costs a few milliseconds in 20 MB. */
function isPlain(body: string): boolean {
  return !['%', '#', ' ', '\n'].some((character) => body.includes(character));
}

/**
 * Without fragment, percent-encoding and blanks; no base64 when the percent-encoding is broken. The blanks are taken out
 * byte by byte: a regular expression took seconds for a blank after each letter.
 */
function rewritten(body: string): string {
  const [encoded = ''] = body.split('#', 1);
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded);
  } catch {
    return '%';
  }
  const bytes = Buffer.from(decoded, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20) continue;
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('latin1', 0, length);
}

function isImageHeader(header: string): boolean {
  return /^\s*image\//i.test(header) && /; *base64 *$/i.test(header);
}

function unreadable(message: string): AppError {
  return new AppError('IMAGE_UNREADABLE', message);
}
