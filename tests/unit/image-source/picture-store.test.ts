import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOwnPictures } from '../../../src/services/image-source/own-pictures.ts';
import { createPictureStore } from '../../../src/services/image-source/picture-store.ts';
import { paddedPicture, RED_PIXEL } from '../../support/image-server.ts';

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-pictures-'));
  dir = join(root, 'made', 'when needed');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('an imported picture is kept under a name that the server will serve', async () => {
  const name = await createPictureStore({ dir, maxBytes: 1000 }).put(RED_PIXEL);
  expect(name).toBe(`${sha256(RED_PIXEL)}.png`);
  const served = createOwnPictures({ origins: [], folders: { '/images/': dir } }).fileForPath(`/images/${name}`);
  expect(await readFile(served ?? '')).toEqual(Buffer.from(RED_PIXEL));
});

test('an import that runs again, or twice at once, leaves one file and no rubbish', async () => {
  const store = createPictureStore({ dir, maxBytes: 1000 });
  const names = await Promise.all(Array.from({ length: 8 }, () => store.put(RED_PIXEL)));
  expect(new Set(names).size).toBe(1);
  const before = await stat(join(dir, names[0] ?? ''));
  await store.put(RED_PIXEL);
  expect(await readdir(dir)).toEqual([names[0]]);
  expect((await stat(join(dir, names[0] ?? ''))).ino).toBe(before.ino);
});

test('a file that a crash left half-written by other means is made whole', async () => {
  const store = createPictureStore({ dir, maxBytes: 1000 });
  const name = await store.put(RED_PIXEL);
  await writeFile(join(dir, name), RED_PIXEL.subarray(0, 10));
  await store.put(RED_PIXEL);
  expect(await readFile(join(dir, name))).toEqual(Buffer.from(RED_PIXEL));
});

test('what is no picture, or too large, is not kept', async () => {
  const store = createPictureStore({ dir, maxBytes: 1000 });
  await expect(store.put(Buffer.from('<html>'))).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  await expect(store.put(paddedPicture(1001))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});
