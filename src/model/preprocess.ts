import sharp from 'sharp';
import { AppError } from '../errors.ts';
import { requireImage } from './image-kind.ts';
import type { ImageSpec } from './image-spec.ts';

/** Turns an encoded image into `pixel_values`: `Float32Array` of 3 x height x width, plane by plane. */
export type Preprocess = (bytes: Uint8Array) => Promise<Float32Array>;

interface Size {
  width: number;
  height: number;
}

/** An image longer than this many times its shorter edge is cut around its middle before it is resized. */
const MAX_PROPORTION = 4;

/**
 * Creates the preprocessing that `spec` asks for: orientation from EXIF applied, transparency over white, CMYK, grey and
 * 16 bit to 8-bit sRGB, the first frame of an animation, then resize, centre crop, rescale and normalise.
 * The function throws AppError IMAGE_TOO_LARGE for more than `maxPixels` (width x height) and IMAGE_UNREADABLE for what
 * is not a whole JPEG, PNG, WebP, GIF, AVIF or TIFF.
 */
export function createPreprocess(spec: ImageSpec, options: { maxPixels: number }): Preprocess {
  // Many images at once, one thread each, beat one image on many threads; no image comes back soon enough for a cache.
  sharp.concurrency(1);
  sharp.cache(false);
  const tables = createTables(spec);
  return async (bytes) => {
    requireImage(bytes, 'The image');
    const original = await readSize(bytes);
    if (original.width * original.height > options.maxPixels) {
      throw new AppError(
        'IMAGE_TOO_LARGE',
        `The image has ${original.width} x ${original.height} pixels; at most ${options.maxPixels} pixels are accepted. Send a smaller one.`,
      );
    }
    return toPlanes(await decode(bytes, original, spec, options.maxPixels), tables);
  };
}

/** Width and height as the image is meant to be seen. Reads the header only. */
async function readSize(bytes: Uint8Array): Promise<Size> {
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'truncated' }).metadata();
    return metadata.autoOrient;
  } catch (error) {
    throw unreadable('The image cannot be read: it is damaged, or of a variant that is not supported.', error);
  }
}

async function decode(bytes: Uint8Array, original: Size, spec: ImageSpec, maxPixels: number): Promise<Buffer> {
  const part = middlePart(original, spec);
  const resized = resizedSize(part, spec.resize);
  let image = sharp(bytes, { autoOrient: true, failOn: 'truncated', limitInputPixels: maxPixels });
  if (part.width !== original.width || part.height !== original.height) {
    image = image.extract(centred(part, original));
  }
  image = image
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    // The decoder may still shrink a JPEG while reading it, but never so far that the resize has little left to do: as
    // close to Pillow's result as without, at half the time or less for a large photo.
    .resize({ ...resized, fit: 'fill', kernel: spec.kernel, fastShrinkOnLoad: false })
    .extract(centred(spec, resized))
    .removeAlpha()
    .raw({ depth: 'uchar' });
  try {
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? data : repeatGrey(data, info.channels);
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
function centred(inner: Size, outer: Size) {
  return {
    left: Math.floor((outer.width - inner.width) / 2),
    top: Math.floor((outer.height - inner.height) / 2),
    width: inner.width,
    height: inner.height,
  };
}

function repeatGrey(data: Buffer, channels: number): Buffer {
  const pixelCount = data.length / channels;
  const colour = Buffer.alloc(pixelCount * 3);
  for (let pixel = 0; pixel < pixelCount; pixel++) colour.fill(data[pixel * channels] ?? 0, pixel * 3, pixel * 3 + 3);
  return colour;
}

/** For each channel, what each of the 256 values becomes. */
function createTables(spec: ImageSpec): Float32Array[] {
  return [0, 1, 2].map((channel) => {
    const mean = spec.mean[channel] ?? 0;
    const std = spec.std[channel] ?? 1;
    return Float32Array.from({ length: 256 }, (_, value) => (value * spec.scale - mean) / std);
  });
}

function toPlanes(rgb: Buffer, tables: readonly Float32Array[]): Float32Array {
  const pixelCount = rgb.length / 3;
  const planes = new Float32Array(rgb.length);
  for (const [channel, table] of tables.entries()) {
    for (let pixel = 0; pixel < pixelCount; pixel++) {
      planes[channel * pixelCount + pixel] = table[rgb[pixel * 3 + channel] ?? 0] ?? 0;
    }
  }
  return planes;
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError('IMAGE_UNREADABLE', message, {}, { cause });
}
