import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FindProducts, GetHealth, GetProduct, IndexProduct } from '../support/operations.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitrine-full-disk-'));
/** A disk of 3 MB in memory, where this user may mount one. */
const hasSmallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0;

afterAll(() => {
  if (hasSmallDisk) spawnSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasSmallDisk)('a disk that is full', () => {
  const filler = join(folder, 'filler');
  const product = (id: string) => ({
    id,
    name: `Product ${id}`,
    description: 'word '.repeat(2_000),
    category: 'test',
    price: 1,
    imageUrl: `${ORIGIN}/demo/images/sku-0001.png`,
  });
  let vitrine: TestVitrine;
  let stored: string[];

  beforeAll(async () => {
    vitrine = await startVitrine({}, { dataDir: folder });
    writeFileSync(filler, Buffer.alloc(2_000_000));
    stored = [];
    for (let number = 0; number < 500; number += 1) {
      const { errors } = await vitrine.ask(IndexProduct, { input: product(`p${number}`) });
      if (errors) break;
      stored.push(`p${number}`);
    }
  });
  afterAll(() => vitrine.close());

  test('is named to whoever writes and in health, while searches go on and nothing acknowledged is lost', async () => {
    const { errors } = await vitrine.ask(IndexProduct, { input: product('one-more') });
    expect(errors?.[0]?.extensions.code).toBe('VECTOR_STORE_UNAVAILABLE');
    expect(errors?.[0]?.message).toContain('the disk is full');
    const { health } = await vitrine.data(GetHealth, {});
    expect(health.status).toBe('DEGRADED');
    expect(health.components[1]?.message).toContain('the disk is full');
    const { searchProducts } = await vitrine.data(FindProducts, { query: { text: 'word' }, first: 1 });
    expect(searchProducts.totalCount).toBe(stored.length);
  });

  test('is forgotten once there is room: the same process stores again, and health says UP', async () => {
    rmSync(filler);
    await vitrine.data(IndexProduct, { input: product('one-more') });
    expect((await vitrine.data(GetHealth, {})).health.status).toBe('UP');
    for (const id of [...stored, 'one-more']) {
      expect((await vitrine.data(GetProduct, { id })).product?.name).toBe(`Product ${id}`);
    }
  });
});
