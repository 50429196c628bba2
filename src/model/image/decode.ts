import sharp from 'sharp';
import { AppError } from '../../errors.ts';
import { checkHeader, countJpegScans, type DecodeLimits, decodeBytes, type ImageHeader } from './cost.ts';
import { requireImage } from './kind.ts';
import { type Box, fromStored, isTurned, type Size, toStored } from './orientation.ts';
import { type ImageRegion, regionBox } from './region.ts';
import type { ImageSpec } from './spec.ts';

/**
 * Turns an encoded image, or a region of it, into what the vision tower sees of it: 3 x width x height bytes, pixel by pixel, red, green, blue.
 * `admit` is told how much memory the decoding is about to take; when it says no, nothing is decoded.
 */
export type Decode = (
  bytes: Uint8Array,
  admit: (decodeBytes: number) => boolean,
  region?: ImageRegion,
) => Promise<Uint8Array | undefined>;

const SAMPLES: Partial<Record<string, number>> = { '4:2:0': 1.5, '4:2:2': 2 };
/** By libvips' names for them; the rest takes eight. */
const BYTES_PER_SAMPLE: Partial<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/** An image longer than this many times its shorter edge is cut around its middle before it is resized. */
const MAX_PROPORTION = 4;

/**
 * Creates the decoding that `spec` asks for: orientation from EXIF applied, transparency over white, CMYK, grey and 16 bit to
 * 8-bit sRGB, the first frame of an animation, then resize and centre crop.
 * The function throws AppError IMAGE_TOO_LARGE and IMAGE_UNREADABLE as `checkHeader` says, and for what is not a whole
 * JPEG, PNG, WebP, GIF, AVIF or TIFF, and BAD_USER_INPUT as `regionBox` says.
 */
export function createDecode(spec: ImageSpec, limits: DecodeLimits): Decode {
  // Many images at once, one thread each, beat one image on many threads; no image comes back soon enough for a cache.
  sharp.concurrency(1);
  sharp.cache(false);
  return async (bytes, admit, region) => {
    const { orientation, ...header } = await readHeader(bytes);
    checkHeader(header, limits);
    const { width, height } = header;
    const seen = isTurned(orientation) ? { width: height, height: width } : { width, height };
    const meant = region === undefined ? { left: 0, top: 0, ...seen } : regionBox(region, seen);
    return admit(decodeBytes(header)) ? decode(bytes, { seen, orientation, meant }, spec, limits) : undefined;
  };
}

async function readHeader(bytes: Uint8Array): Promise<ImageHeader & { orientation: number }> {
  const kind = requireImage(bytes, 'The image');
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'truncated' }).metadata();
    const { width, height, channels, depth, isProgressive, orientation = 1 } = metadata;
    return {
      kind,
      width,
      height,
      channels,
      samples: SAMPLES[metadata.chromaSubsampling ?? ''] ?? channels,
      bytesPerSample: BYTES_PER_SAMPLE[depth] ?? 8,
      progressive: isProgressive,
      scans: kind === 'jpeg' ? countJpegScans(bytes) : 0,
      orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    };
  } catch (error) {
    throw unreadable('The image cannot be read: it is damaged, or of a variant that is not supported.', error);
  }
}

/**
 * Everything is reckoned in the image as it is meant to be seen and done in the image as it is stored: a decoder that turns
 * the whole image first cannot shrink it while reading, and takes ten times as long for a photo of a phone.
 */
async function decode(
  bytes: Uint8Array,
  { seen, orientation, meant }: { seen: Size; orientation: number; meant: Box },
  spec: ImageSpec,
  { maxPixels }: DecodeLimits,
): Promise<Uint8Array> {
  const part = centred(middlePart(meant, spec), meant);
  const resized = resizedSize(part, spec.resize);
  let image = sharp(bytes, { failOn: 'truncated', limitInputPixels: maxPixels });
  if (part.width !== seen.width || part.height !== seen.height) {
    const inSeen = { ...part, left: meant.left + part.left, top: meant.top + part.top };
    image = image.extract(toStored(inSeen, seen, orientation));
  }
  const { width, height } = toStored({ left: 0, top: 0, ...resized }, resized, orientation);
  image = image
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    // The decoder may still shrink a JPEG while reading it, but never so far that the resize has little left to do: as
    // close to Pillow's result as without, at half the time or less for a large photo.
    .resize({ width, height, fit: 'fill', kernel: spec.kernel, fastShrinkOnLoad: false })
    .extract(toStored(centred(spec, resized), resized, orientation))
    .removeAlpha()
    .raw({ depth: 'uchar' });
  try {
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return fromStored(info.channels === 3 ? data : repeatGrey(data, info.channels), spec, orientation);
  } catch (error) {
    throw unreadable('The image cannot be decoded: its data is damaged or incomplete.', error);
  }
}

/**
 * The part of the image that can matter: all of it, or its middle where it is so long that resizing the whole would
 * make a huge image (1 x 10,000 pixels would become 224 x 2,240,000) of which the crop keeps one square.
 */
function middlePart(original: Size, spec: ImageSpec): Size {
  if (!('shortestEdge' in spec.resize)) return original;
  const longest = Math.min(original.width, original.height) * MAX_PROPORTION;
  return { width: Math.min(original.width, longest), height: Math.min(original.height, longest) };
}

/** Size after the resize. The longer edge is rounded down, as torchvision and transformers do. */
export function resizedSize(original: Size, resize: ImageSpec['resize']): Size {
  if (!('shortestEdge' in resize)) return resize;
  const { width, height } = original;
  const short = resize.shortestEdge;
  if (width <= height) return { width: short, height: Math.floor((short * height) / width) };
  return { width: Math.floor((short * width) / height), height: short };
}

/** Where `inner` lies in the middle of `outer`; an odd pixel goes to the right and below, as in transformers. */
function centred(inner: Size, outer: Size): Box {
  return {
    left: Math.floor((outer.width - inner.width) / 2),
    top: Math.floor((outer.height - inner.height) / 2),
    width: inner.width,
    height: inner.height,
  };
}

function repeatGrey(data: Uint8Array, channels: number): Uint8Array {
  const pixelCount = data.length / channels;
  const colour = new Uint8Array(pixelCount * 3);
  for (let pixel = 0; pixel < pixelCount; pixel++) colour.fill(data[pixel * channels] ?? 0, pixel * 3, pixel * 3 + 3);
  return colour;
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError('IMAGE_UNREADABLE', message, {}, { cause });
}
