import { AppError } from '../../errors.ts';
import type { ImageKind } from './kind.ts';

/** Longest side that is decoded: a strip of 1 x 49,000,000 pixels took 14 s within every bound on their number. */
const MAX_SIDE = 20_000;

/**
 * Scans that a JPEG may be made of. libjpeg writes 10, the most thorough optimisers some 20; each costs a pass over the
 * whole image, even an empty one of 70 bytes: 1,000 in 170 KB took 9 s at 49 million pixels, 100 take less than the
 * pixels themselves.
 */
const MAX_JPEG_SCANS = 100;

/** What a decoder takes for any image. */
const FIXED_BYTES = 16_000_000;

/** What the header of an image says, before anything is decoded. */
export interface ImageHeader {
  kind: ImageKind;
  width: number;
  height: number;
  channels: number;
  /** Of a pixel on average: most JPEGs have fewer samples of colour than of brightness. */
  samples: number;
  bytesPerSample: number;
  /** Interlaced, in PNG. */
  progressive: boolean;
  /** Of a JPEG. */
  scans: number;
}

export interface DecodeLimits {
  /** Width x height. */
  maxPixels: number;
  /** Memory for decoding one image. */
  maxDecodeBytes: number;
}

/**
 * Memory that decoding takes, in bytes: what was measured with libvips 8.18 at 20 to 50 million pixels, rounded up. What is
 * read line by line (JPEG, PNG) takes little; WebP and AVIF unfold the whole image several times over.
 */
export function decodeBytes(header: ImageHeader): number {
  const { kind, width, height, channels, samples, bytesPerSample, progressive, scans } = header;
  const plain = channels * bytesPerSample;
  const bytesPerPixel: Record<ImageKind, number> = {
    // Several scans are put together from coefficients of two bytes.
    jpeg: scans > 1 ? 2 * samples + 1 : 1,
    png: progressive ? plain + 2 : plain,
    gif: 6,
    webp: 11,
    avif: bytesPerSample > 1 ? 28 : 21,
    // One strip may hold all of it.
    tiff: 2 * plain,
  };
  return FIXED_BYTES + width * height * bytesPerPixel[kind];
}

/**
 * Refuses what a stranger could tie the server up with, by its header alone: IMAGE_TOO_LARGE for too many pixels, a side
 * that is too long or a variant that takes too much memory at this size, IMAGE_UNREADABLE for too many scans.
 */
export function checkHeader(header: ImageHeader, { maxPixels, maxDecodeBytes }: DecodeLimits): void {
  const { kind, width, height, scans } = header;
  const size = `${width} x ${height} pixels`;
  if (width * height > maxPixels) {
    throw tooLarge(`The image has ${size}; at most ${maxPixels} pixels are accepted. Send a smaller one.`);
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw tooLarge(`The image has ${size}; at most ${MAX_SIDE} are accepted on a side. Send a smaller one.`);
  }
  if (scans > MAX_JPEG_SCANS) {
    throw new AppError(
      'IMAGE_UNREADABLE',
      `The JPEG is made of more than ${MAX_JPEG_SCANS} scans. Save it again, as a baseline or a usual progressive JPEG.`,
    );
  }
  if (decodeBytes(header) > maxDecodeBytes) {
    throw tooLarge(
      `The image has ${size}, which as ${kind.toUpperCase()} takes more memory than there is for one image. Send a smaller one, or a JPEG.`,
    );
  }
}

/**
 * How many scans a JPEG has, by its markers (ITU-T T.81, annex B), as libjpeg walks through them: segments by their
 * length, compressed data up to the next marker.
 */
export function countJpegScans(bytes: Uint8Array): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) break;
    if (marker === 0xff) at += 1;
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      if (marker === 0xda) scans += 1;
      at += 2 + Math.max(2, 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0));
    }
  }
  return scans;
}

function tooLarge(message: string): AppError {
  return new AppError('IMAGE_TOO_LARGE', message);
}
