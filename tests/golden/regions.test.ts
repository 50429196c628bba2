import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/model/types.ts';
import { dot } from '../../src/model/unit-vector.ts';
import { createMiniEmbedder } from '../support/mini-embedder.ts';

const read = (name: string) => readFileSync(new URL(`data/images/${name}`, import.meta.url));

describe('the embedding of a region is that of the image cut out beforehand', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createMiniEmbedder();
  });
  afterAll(() => embedder.close());

  /** An upright image of the size seen, four drawings in its corners, as a phone stores it in this orientation. */
  async function collage(orientation: number) {
    const names = ['sku-0005.jpg', 'sku-0045.jpg', 'sku-0075.jpg', 'sku-0105.jpg'];
    const corners = await Promise.all(
      names.map(async (name, corner) => ({
        input: await sharp(read(name)).resize(300, 200, { fit: 'fill' }).png().toBuffer(),
        left: 300 * (corner % 2),
        top: 200 * Math.floor(corner / 2),
      })),
    );
    const canvas = { width: 600, height: 400, channels: 3, background: '#fff' } as const;
    const stored = await sharp({ create: canvas }).composite(corners).png().toBuffer();
    const photo = await sharp(stored).withMetadata({ orientation }).png().toBuffer();
    const upright = await sharp(photo).autoOrient().png().toBuffer();
    const { width, height } = await sharp(upright).metadata();
    return { photo, upright, width, height };
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('in EXIF orientation %i', async (orientation) => {
    const { photo, upright, width, height } = await collage(orientation);
    const regions = [
      { x: 0, y: 0, width: 0.5, height: 0.5 },
      { x: 0.5, y: 0.25, width: 0.5, height: 0.75 },
      { x: 0.05, y: 0.55, width: 0.9, height: 0.3 },
      { x: 1 / 3, y: 0.1, width: 2 / 3, height: 0.5 },
    ];
    for (const region of regions) {
      const part = await sharp(upright)
        .extract({
          left: Math.round(region.x * width),
          top: Math.round(region.y * height),
          width: Math.round(region.width * width),
          height: Math.round(region.height * height),
        })
        .png()
        .toBuffer();
      const [ours, cut] = await Promise.all([embedder.embedImage(photo, { region }), embedder.embedImage(part)]);
      expect(dot(ours, cut), JSON.stringify(region)).toBeGreaterThan(0.999);
    }
    const [whole, all] = await Promise.all([
      embedder.embedImage(photo),
      embedder.embedImage(photo, { region: { x: 0, y: 0, width: 1, height: 1 } }),
    ]);
    expect(dot(whole, all)).toBeGreaterThan(0.9999);
    const other = await embedder.embedImage(photo, { region: { x: 0.5, y: 0.5, width: 0.5, height: 0.5 } });
    expect(dot(whole, other)).toBeLessThan(0.98);
  });

  test('also where a large JPEG could be shrunk while it is read', async () => {
    const photo = read('big-3000x2250.jpg');
    const region = { x: 0.1, y: 0.2, width: 0.6, height: 0.4 };
    const part = await sharp(photo).extract({ left: 300, top: 450, width: 1800, height: 900 }).png().toBuffer();
    const [ours, cut] = await Promise.all([embedder.embedImage(photo, { region }), embedder.embedImage(part)]);
    expect(dot(ours, cut)).toBeGreaterThan(0.999);
  });

  test('and the image after it is seen whole again', async () => {
    const photo = read('wide.jpg');
    const before = await embedder.embedImage(photo);
    await embedder.embedImage(photo, { region: { x: 0, y: 0, width: 0.3, height: 0.3 } });
    await embedder.embedImage(photo, { region: { x: 0, y: 0, width: 0.01, height: 0.3 } }).catch(() => undefined);
    expect(dot(await embedder.embedImage(photo), before)).toBeGreaterThan(0.9999);
  });
});
