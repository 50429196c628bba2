import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createImageStore, createOwnImages } from '../../../../src/adapters/image-source/own-images.ts';
import { DEMO_CATALOGUE_DIR } from '../../../../src/package-root.ts';
import { paddedImage, RED_PIXEL } from '../../../support/image-server.ts';

const demo = join('data', 'demo');
const shop = join('data', 'images');
const own = createOwnImages({
  origins: ['http://localhost:4000', 'http://127.0.0.1:4000/'],
  folders: { '/demo/images/': demo, '/images/': shop },
});

test('a demo product is found under every address of the server', () => {
  expect(own.fileFor(new URL('http://localhost:4000/demo/images/sku-0001.png'))).toBe(join(demo, 'sku-0001.png'));
  expect(own.fileFor(new URL('http://127.0.0.1:4000/images/0a1b.JPG?w=200#x'))).toBe(join(shop, '0a1b.JPG'));
  expect(own.fileForPath('/images/a.b_c-d.webp')).toBe(join(shop, 'a.b_c-d.webp'));
});

test('the demo is found under any port of this machine, so that what the README shows works on all of them', () => {
  const folder = join(DEMO_CATALOGUE_DIR, 'images');
  const folders = { '/demo/images/': folder, '/images/': shop };
  const { fileFor } = createOwnImages({ origins: ['http://localhost:4123'], folders, everywhere: '/demo/images/' });
  const fileOf = (url: string) => fileFor(new URL(url));
  expect(fileOf('http://localhost:4000/demo/images/sku-0001.png')).toBe(join(folder, 'sku-0001.png'));
  expect(fileOf('http://127.0.0.1/demo/images/sku-0001.png')).toBe(join(folder, 'sku-0001.png'));
  for (const url of [
    'http://localhost:4000/demo/images/not-of-the-demo.png',
    'http://localhost:4000/demo/images/..%2fproducts.jsonl',
    'http://localhost:4000/images/sku-0001.png',
    'http://shop.example:4000/demo/images/sku-0001.png',
    'http://me@localhost:4000/demo/images/sku-0001.png',
    'https://localhost:4000/demo/images/sku-0001.png',
  ]) {
    expect(fileOf(url)).toBeUndefined();
  }
});

describe('nothing outside the folders is served', () => {
  test.each([
    '/images/../../.env',
    '/images/../package.png',
    '/images/..%2f..%2fsecret.png',
    '/images/%2e%2e/secret.png',
    '/images/%2e%2e%2fsecret.png',
    '/images/%252e%252e%252fsecret.png',
    '/images/..\\secret.png',
    '/images/..%5csecret.png',
    '/images/sub/secret.png',
    '/images//etc/secret.png',
    '/images/C:secret.png',
    '/images/secret.png\0.jpg',
    '/images/secret%00.png',
    '/images/.hidden.png',
    '/images/.png',
    '/images/..png',
    '/images/',
    '/images/a.svg',
    '/images/a.html',
    '/images/a.png/',
    '/images/a.png.txt',
    '/images/a',
    '/images/a\n.png',
    '/images/a.png\n',
    `/images/${'a'.repeat(300)}.png`,
    '/Images/a.png',
    '/demo/a.png',
    'images/a.png',
    '',
  ])('%j', (path) => {
    expect(own.fileForPath(path)).toBeUndefined();
  });

  test.each([
    'http://localhost:4001/images/a.png',
    'https://localhost:4000/images/a.png',
    'http://localhost/images/a.png',
    'http://evil.example/images/a.png',
    'http://localhost:4000@evil.example/images/a.png',
    'http://user@localhost:4000/images/a.png',
    'http://localhost:4000/images/..%2fa.png',
    'file:///images/a.png',
  ])('%s is no URL of ours', (url) => {
    expect(own.fileFor(new URL(url))).toBeUndefined();
  });
});

test('a browser is told the kind of each image', () => {
  expect(['a.jpg', 'a.JPEG', 'a.png', 'a.gif', 'a.webp', 'a.avif', 'a.tif', 'a.tiff'].map(own.contentTypeFor)).toEqual(
    ['jpeg', 'jpeg', 'png', 'gif', 'webp', 'avif', 'tiff', 'tiff'].map((kind) => `image/${kind}`),
  );
  expect(own.contentTypeFor('a.html')).toBe('application/octet-stream');
});

describe('imported images', () => {
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
});
