import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';
import { startDemoVitrine } from '../support/demo.ts';
import { FindProducts } from '../support/operations.ts';
import type { TestVitrine } from '../support/vitrine.ts';

const drawing = (id: string) => readFileSync(join(DEMO_CATALOGUE_DIR, 'images', `${id}.png`));

let vitrine: TestVitrine;
let imageUrl: string;
beforeAll(async () => {
  vitrine = await startDemoVitrine({}, 120);
  const size = { width: 480, height: 320, channels: 3, background: '#fff' } as const;
  const [left, right] = await Promise.all(
    ['sku-0042', 'sku-0105'].map((id) => sharp(drawing(id)).resize(240, 240).png().toBuffer()),
  );
  const both = sharp({ create: size }).composite([
    { input: left, left: 0, top: 40 },
    { input: right, left: 240, top: 40 },
  ]);
  imageUrl = `data:image/png;base64,${(await both.png().toBuffer()).toString('base64')}`;
});
afterAll(() => vitrine.close());

const LEFT = { x: 0, y: 0.125, width: 0.5, height: 0.75 };
const RIGHT = { ...LEFT, x: 0.5 };

describe('the part of an image that is meant', () => {
  test('is what is found, though the image is one and the same', async () => {
    for (const [region, id] of [
      [LEFT, 'sku-0042'],
      [RIGHT, 'sku-0105'],
      [LEFT, 'sku-0042'],
    ] as const) {
      const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl, region }, first: 1 });
      expect(searchProducts.edges[0]?.node.id).toBe(id);
      expect(searchProducts.edges[0]?.similarity).toBeGreaterThan(0.99);
    }
  });

  test('has pages of its own: a cursor of another part is refused', async () => {
    const { searchProducts } = await vitrine.data(FindProducts, { query: { imageUrl, region: LEFT }, first: 1 });
    const after = searchProducts.pageInfo.endCursor ?? null;
    const { errors } = await vitrine.ask(FindProducts, { query: { imageUrl, region: RIGHT }, first: 1, after });
    expect(errors?.[0]?.extensions.issues?.[0]?.path).toEqual(['after']);
  });

  test.each([
    [{ imageUrl: '', region: { x: 0.9, y: 0, width: 0.2, height: 1 } }, ['query', 'region', 'width']],
    [{ imageUrl: '', region: { x: 0, y: 0.5, width: 1, height: 0.6 } }, ['query', 'region', 'height']],
    [{ imageUrl: '', region: { x: -0.1, y: 0, width: 0.5, height: 1 } }, ['query', 'region', 'x']],
    [{ imageUrl: '', region: { x: 0, y: 0, width: 0, height: 1 } }, ['query', 'region', 'width']],
    [{ imageUrl: '', region: { x: 0, y: 0, width: 0.02, height: 1 } }, ['query', 'region']],
    [{ text: 'shoes', region: LEFT }, ['query', 'region']],
  ])('is refused where it makes no sense: %#', async (query, path) => {
    const given = 'imageUrl' in query ? { ...query, imageUrl } : query;
    const { errors } = await vitrine.ask(FindProducts, { query: given });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
  });
});
