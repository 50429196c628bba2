import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GetHealth, GetStats, IndexProduct } from '../support/operations.ts';
import { startVitrine, type TestVitrine } from '../support/vitrine.ts';
import { tinyVision, writeTinyModel } from '../unit/model/tiny-model.ts';

const PRODUCT = {
  id: 'a',
  name: 'Red dress',
  category: 'dresses',
  price: 1,
  imageUrl: 'http://localhost:4000/demo/images/sku-0050.png',
};

let root: string;
const running: TestVitrine[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-identity-'));
});
afterEach(async () => {
  for (const vitrine of running.splice(0)) await vitrine.close();
  rmSync(root, { recursive: true, force: true });
});

/** A model's folder named `shop-model`; two `places` are two folders of that name. */
function modelIn(place: string, weight?: (channel: number, column: number) => number): string {
  const folder = join(root, place, 'shop-model');
  const written = writeTinyModel({ vision: tinyVision(weight ? { weight } : {}) });
  cpSync(written, folder, { recursive: true });
  rmSync(written, { recursive: true });
  return folder;
}

async function start(model: string, env: Record<string, string> = {}): Promise<TestVitrine> {
  const vitrine = await startVitrine({ CLIP_MODEL: model, ...env }, { dataDir: join(root, 'data') });
  running.push(vitrine);
  return vitrine;
}

describe('a model is what is in its files', () => {
  test('another model in a folder of the same name never gets at the vectors of the first', async () => {
    const first = await start(modelIn('first'));
    await first.data(IndexProduct, { input: PRODUCT });
    const { model } = (await first.data(GetHealth, {})).health;
    const { name } = (await first.data(GetStats, {})).collectionStats;
    expect(model).toMatchObject({ id: 'shop-model', digest: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(name).toContain(`shop-model-${model.digest}`);
    await first.close();
    running.pop();

    const other = modelIn('second', (channel) => channel + 1);
    const refusal = await start(other).catch((error: unknown) => String(error));
    expect(refusal).toContain(`"shop-model" (files ${model.digest}, 6 dimensions)`);
    expect(refusal).toContain('COLLECTION');

    const beside = await start(other, { COLLECTION: 'other' });
    expect((await beside.data(GetStats, {})).collectionStats).toMatchObject({ productCount: 0, model: 'shop-model' });
  });

  test('a folder that was moved keeps its products', async () => {
    const folder = modelIn('first');
    const first = await start(folder);
    await first.data(IndexProduct, { input: PRODUCT });
    await first.close();
    running.pop();
    const moved = join(root, 'moved');
    renameSync(join(root, 'first'), moved);
    const again = await start(join(moved, 'shop-model'));
    expect((await again.data(GetStats, {})).collectionStats.productCount).toBe(1);
  });
});
