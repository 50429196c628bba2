import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createImageStore } from '../../../../src/adapters/image-source/image-store.ts';
import { createOwnImages } from '../../../../src/adapters/image-source/own-images.ts';
import { paddedImage, RED_PIXEL } from '../../../support/image-server.ts';

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-images-'));
  dir = join(root, 'made', 'when needed');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('an imported image is kept under a name that the server will serve', async () => {
  const name = await createImageStore({ dir, maxBytes: 1000 }).put(RED_PIXEL);
  expect(name).toBe(`${sha256(RED_PIXEL)}.png`);
  const served = createOwnImages({ origins: [], folders: { '/images/': dir } }).fileForPath(`/images/${name}`);
  expect(await readFile(served ?? '')).toEqual(Buffer.from(RED_PIXEL));
});

test('an import that runs again, or twice at once, leaves one file and no rubbish', async () => {
  const store = createImageStore({ dir, maxBytes: 1000 });
  const names = await Promise.all(Array.from({ length: 8 }, () => store.put(RED_PIXEL)));
  expect(new Set(names).size).toBe(1);
  const before = await stat(join(dir, names[0] ?? ''));
  await store.put(RED_PIXEL);
  expect(await readdir(dir)).toEqual([names[0]]);
  expect((await stat(join(dir, names[0] ?? ''))).ino).toBe(before.ino);
});

test('a file that a crash left half-written by other means is made whole', async () => {
  const store = createImageStore({ dir, maxBytes: 1000 });
  const name = await store.put(RED_PIXEL);
  await writeFile(join(dir, name), RED_PIXEL.subarray(0, 10));
  await store.put(RED_PIXEL);
  expect(await readFile(join(dir, name))).toEqual(Buffer.from(RED_PIXEL));
});

test('what is no image, or too large, is not kept', async () => {
  const store = createImageStore({ dir, maxBytes: 1000 });
  await expect(store.put(Buffer.from('<html>'))).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  await expect(store.put(paddedImage(1001))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});
