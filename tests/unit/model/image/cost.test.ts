import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { checkHeader, countJpegScans, decodeBytes, type ImageHeader } from '../../../../src/model/image/cost.ts';
import { jpegOfScans } from '../../../support/hostile-images.ts';

const photo = (options: object) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#a30' } })
    .jpeg(options)
    .toBuffer();

describe('the scans of a JPEG are counted as its decoder would come across them', () => {
  test('usual photos have one, usual progressive ones some ten', async () => {
    expect(countJpegScans(await photo({}))).toBe(1);
    expect(countJpegScans(await photo({ progressive: true }))).toBe(10);
    expect(countJpegScans(await jpegOfScans(64, 64, 250))).toBe(250);
  });

  test('restart markers and filling are no scans, and a broken end is an end', async () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
    expect(countJpegScans(hex('ffd8 ffda0004 0102 ff00 ffd0 ffd7 ffffda0002 ffd9 ffda0002'))).toBe(2);
    expect(countJpegScans(hex('ffd8 ffda0004 01'))).toBe(1);
    expect(countJpegScans(hex('ffd8 ff'))).toBe(0);
    // A segment that claims to be shorter than its own length must not stop the count.
    expect(countJpegScans(hex('ffd8 ffe00000 ffda0002 ffd9'))).toBe(1);
  });
});

describe('memory is known before decoding', () => {
  const header: ImageHeader = {
    kind: 'jpeg',
    width: 5000,
    height: 4000,
    channels: 3,
    samples: 1.5,
    bytesPerSample: 1,
    progressive: false,
    scans: 1,
  };
  const megabytes = (changes: Partial<ImageHeader>) => decodeBytes({ ...header, ...changes }) / 1e6;

  test('a photo is cheap, what has to be unfolded as a whole is dear', () => {
    expect(megabytes({})).toBe(36);
    expect(megabytes({ scans: 10 })).toBe(96);
    expect(megabytes({ scans: 10, samples: 3 })).toBe(156);
    expect(megabytes({ kind: 'png' })).toBe(76);
    expect(megabytes({ kind: 'png', progressive: true, channels: 4, bytesPerSample: 2 })).toBe(216);
    expect(megabytes({ kind: 'webp' })).toBe(236);
    expect(megabytes({ kind: 'avif' })).toBe(436);
  });

  test('the memory there is for one image is no bound on photos of a good camera', () => {
    const limits = { maxPixels: 50_000_000, maxDecodeBytes: 320_000_000 };
    const camera = { width: 8660, height: 5773 };
    for (const changes of [{ scans: 1 }, { scans: 10 }, { kind: 'png' }, { kind: 'tiff' }, { kind: 'gif' }] as const) {
      expect(() => checkHeader({ ...header, ...camera, ...changes }, limits)).not.toThrow();
    }
    expect(() => checkHeader({ ...header, ...camera, kind: 'webp' }, limits)).toThrow(/as WEBP takes more memory/);
  });
});
