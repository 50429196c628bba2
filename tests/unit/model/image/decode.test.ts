import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { createDecode, resizedSize } from '../../../../src/model/image/decode.ts';
import { type ImageSpec, parseImageSpec } from '../../../../src/model/image/spec.ts';
import { createImageInputs } from '../../../../src/model/tower-inputs.ts';

const clip = { size: { shortest_edge: 8 }, crop_size: { height: 8, width: 8 }, do_normalize: false };
const limits = { maxPixels: 1_000_000, maxDecodeBytes: 100_000_000 };

/** What the vision tower gets of an image: planes of numbers. */
const createPreprocess = (spec: ImageSpec) => {
  const decode = createDecode(spec, limits);
  const toInputs = createImageInputs(spec);
  return async (bytes: Uint8Array) => {
    const { pixel_values } = toInputs([(await decode(bytes, () => true)) ?? new Uint8Array()]);
    return Float32Array.from(pixel_values?.data ?? []);
  };
};
const preprocess = createPreprocess(parseImageSpec(clip));

const RED = { r: 255, g: 0, b: 0 };
const BLUE = { r: 0, g: 0, b: 255 };

function plain(background: object, width = 16, height = 16) {
  return sharp({ create: { width, height, channels: 4, background: { alpha: 1, ...background } } });
}

/** Left half red, right half blue. */
async function redAndBlue(): Promise<Sharp> {
  const blue = await plain(BLUE, 8, 16).png().toBuffer();
  const both = await plain(RED)
    .composite([{ input: blue, left: 8, top: 0 }])
    .png()
    .toBuffer();
  return sharp(both).removeAlpha();
}

/** Colour, 0..255, at a place of the 8 x 8 result. */
function colourAt(planes: Float32Array, x: number, y: number): number[] {
  return [0, 1, 2].map((channel) => Math.round((planes[channel * 64 + y * 8 + x] ?? Number.NaN) * 255));
}

describe('images as shops have them', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('%s is read', async (format) => {
    const planes = await preprocess(await plain(RED).removeAlpha().toFormat(format, { quality: 100 }).toBuffer());
    const [red = 0, green = 255, blue = 255] = colourAt(planes, 4, 4);
    expect(planes).toHaveLength(3 * 8 * 8);
    expect(red).toBeGreaterThan(245);
    expect(Math.max(green, blue)).toBeLessThan(10);
  });

  test.each([
    { orientation: 1, x: 1, y: 4, expected: [255, 0, 0] },
    { orientation: 3, x: 1, y: 4, expected: [0, 0, 255] },
    { orientation: 6, x: 4, y: 1, expected: [255, 0, 0] },
    { orientation: 8, x: 4, y: 1, expected: [0, 0, 255] },
  ])(
    'a photo from a phone with EXIF orientation $orientation is seen upright',
    async ({ orientation, x, y, expected }) => {
      const photo = await (await redAndBlue()).png().withMetadata({ orientation }).toBuffer();
      expect(colourAt(await preprocess(photo), x, y)).toEqual(expected);
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'orientation %i gives the pixels that turning the photo first would give',
    async (orientation) => {
      const photo = sharp(new URL('../../../golden/data/images/wide.jpg', import.meta.url).pathname).resize(97, 54, {
        fit: 'fill',
      });
      const turned = await photo.png().withMetadata({ orientation }).toBuffer();
      const upright = await sharp(turned).autoOrient().png().toBuffer();
      const [seen, expected] = [await preprocess(turned), await preprocess(upright)];
      const worst = Math.max(...seen.map((value, place) => Math.abs(value - (expected[place] ?? Number.NaN))));
      // Mirrored, the places where the resize samples fall a little differently.
      expect(worst * 255).toBeLessThan(4);
    },
  );

  test('a cut-out product stands on white, not on black', async () => {
    const planes = await preprocess(
      await plain({ ...BLUE, alpha: 0 })
        .png()
        .toBuffer(),
    );
    expect(colourAt(planes, 4, 4)).toEqual([255, 255, 255]);
    const half = await preprocess(
      await plain({ ...BLUE, alpha: 0.5 })
        .png()
        .toBuffer(),
    );
    expect(colourAt(half, 4, 4)[0]).toBeCloseTo(127, -1);
  });

  test('a CMYK photo from a print shop keeps its colour', async () => {
    const cmyk = await plain(RED).removeAlpha().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const [red = 0, green = 255, blue = 255] = colourAt(await preprocess(cmyk), 4, 4);
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(80);
  });

  test.each([
    ['rgb16', [200, 100, 50]],
    ['grey16', [119, 119, 119]],
    ['b-w', [119, 119, 119]],
  ])('an image in %s becomes 8-bit colour', async (space, expected) => {
    const [r, g, b] = space === 'rgb16' ? [200, 100, 50] : [119, 119, 119];
    const bytes = await plain({ r, g, b }).removeAlpha().toColourspace(space).png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe(space === 'b-w' ? 'uchar' : 'ushort');
    const colour = colourAt(await preprocess(bytes), 4, 4);
    for (const [channel, value] of expected.entries()) expect(colour[channel]).toBeCloseTo(value, -1);
  });

  test('a half-transparent 16-bit cut-out is laid over white too', async () => {
    const bytes = await plain({ ...BLUE, alpha: 0 })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(colourAt(await preprocess(bytes), 4, 4)).toEqual([255, 255, 255]);
  });

  test.each(['gif', 'webp'] as const)('an animated %s is judged by its first frame', async (format) => {
    const frames = [await plain(RED).png().toBuffer(), await plain(BLUE).png().toBuffer()];
    const animation = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { lossless: true })
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    expect(colourAt(await preprocess(animation), 4, 4)).toEqual([255, 0, 0]);
  });
});

describe('images that cannot be used fail with a reason for the one who sent them', () => {
  const unreadable = {
    name: 'AppError',
    code: 'IMAGE_UNREADABLE',
    message: expect.stringMatching(/^The image .+\.$/),
  };

  test('a download that broke off', async () => {
    const noise = await sharp({
      create: { width: 99, height: 99, channels: 3, noise: { type: 'gaussian', mean: 99, sigma: 40 }, background: RED },
    })
      .jpeg()
      .toBuffer();
    await expect(preprocess(noise.subarray(0, noise.length / 2))).rejects.toMatchObject(unreadable);
    await expect(preprocess(noise.subarray(0, 30))).rejects.toMatchObject(unreadable);
    const png = await plain(RED, 300, 300).png({ compressionLevel: 0 }).toBuffer();
    await expect(preprocess(png.subarray(0, png.length / 2))).rejects.toMatchObject(unreadable);
  });

  test('nothing, or a web page', async () => {
    await expect(preprocess(new Uint8Array())).rejects.toMatchObject(unreadable);
    await expect(preprocess(Buffer.from('<!doctype html><p>404'))).rejects.toMatchObject(unreadable);
  });

  test('SVG is refused, so that no image can make the server read other files', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    await expect(preprocess(Buffer.from(svg))).rejects.toMatchObject(unreadable);
    await expect(preprocess(Buffer.from(`<?xml version="1.0"?>${svg}`))).rejects.toMatchObject(unreadable);
    await expect(preprocess(Buffer.from(`\n ${svg}`))).rejects.toMatchObject(unreadable);
  });

  test('an image of too many pixels is refused by its header, before it can fill the memory', async () => {
    const huge = await plain(RED, 2000, 501).png().toBuffer();
    await expect(preprocess(huge)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('2000 x 501'),
    });
    const claimed = Buffer.from(huge);
    claimed.writeUInt32BE(400_000_000, 16);
    await expect(preprocess(claimed)).rejects.toMatchObject({ name: 'AppError' });
  });

  test('an image of exactly the limit is accepted', async () => {
    expect(await preprocess(await plain(RED, 2000, 500).png().toBuffer())).toHaveLength(192);
  });
});

describe('sizes', () => {
  test('the longer edge is rounded down and the odd pixel of the crop goes right, as CLIP was trained', () => {
    expect(resizedSize({ width: 640, height: 427 }, { shortestEdge: 224 })).toEqual({ width: 335, height: 224 });
    expect(resizedSize({ width: 427, height: 640 }, { shortestEdge: 224 })).toEqual({ width: 224, height: 335 });
    expect(resizedSize({ width: 640, height: 427 }, { width: 384, height: 384 })).toEqual({ width: 384, height: 384 });
  });

  test.each([
    [1, 20_000],
    [20_000, 1],
    [1, 1],
    [3, 2],
  ])('an image of %i x %i pixels neither fails nor grows into a giant', async (width, height) => {
    const bytes = await plain(RED, width, height).removeAlpha().tiff({ compression: 'deflate' }).toBuffer();
    expect(colourAt(await preprocess(bytes), 4, 4)).toEqual([255, 0, 0]);
  });

  test('of a very long banner the middle is seen', async () => {
    const middle = await plain(BLUE, 100, 20).png().toBuffer();
    const banner = await plain(RED, 1000, 20)
      .composite([{ input: middle, left: 450, top: 0 }])
      .png()
      .toBuffer();
    expect(colourAt(await preprocess(banner), 4, 4)).toEqual([0, 0, 255]);
  });
});

describe('what the preprocessor file says is done', () => {
  const square = () => plain({ r: 255, g: 128, b: 0 }).png().toBuffer();
  const first = (planes: Float32Array) => [planes[0], planes[64], planes[128]];

  test('mean and deviation are subtracted and divided', async () => {
    const spec = parseImageSpec({
      ...clip,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.25, 1],
    });
    const [r, g, b] = first(await createPreprocess(spec)(await square()));
    expect(r).toBeCloseTo(1);
    expect(g).toBeCloseTo((128 / 255 - 0.5) / 0.25);
    expect(b).toBeCloseTo(-0.5);
  });

  test('without rescaling the values stay 0..255', async () => {
    const spec = parseImageSpec({ ...clip, do_rescale: false });
    expect(first(await createPreprocess(spec)(await square()))).toEqual([255, 128, 0]);
  });

  test('a file that says little takes the defaults of its kind: CLIP crops, SigLIP does not', () => {
    expect(parseImageSpec({ feature_extractor_type: 'CLIPFeatureExtractor', size: 224, crop_size: 224 })).toMatchObject(
      {
        resize: { shortestEdge: 224 },
        kernel: 'cubic',
        mean: [0.48145466, 0.4578275, 0.40821073],
        scale: 1 / 255,
      },
    );
    expect(parseImageSpec({ image_processor_type: 'SiglipImageProcessor', size: { height: 384, width: 384 } })).toEqual(
      {
        width: 384,
        height: 384,
        resize: { height: 384, width: 384 },
        kernel: 'cubic',
        scale: 1 / 255,
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
      },
    );
  });

  test('an image squeezed to a rectangle, as SigLIP wants it, shows all of itself', async () => {
    const spec = parseImageSpec({
      do_center_crop: false,
      do_normalize: false,
      size: { height: 8, width: 8 },
      resample: 2,
    });
    const middle = await plain(BLUE, 100, 20).png().toBuffer();
    const banner = await plain(RED, 1000, 20)
      .composite([{ input: middle, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const planes = await createPreprocess(spec)(banner);
    expect(colourAt(planes, 7, 4)).toEqual([255, 0, 0]);
    expect(colourAt(planes, 0, 4)[2]).toBeGreaterThan(150);
  });

  test.each([0, 1, 2, 3])('resampling %i is known', (resample) => {
    expect(parseImageSpec({ ...clip, resample }).kernel).toBe(['nearest', 'lanczos3', 'linear', 'cubic'][resample]);
  });
});

test('the bytes of the caller are left as they are, so that their hash stays true', async () => {
  const bytes = readFileSync(new URL('../../../golden/data/images/square.jpg', import.meta.url));
  const before = Buffer.from(bytes);
  await preprocess(bytes);
  expect(bytes.equals(before)).toBe(true);
});
