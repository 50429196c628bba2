import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOwnImages } from '../../../../src/adapters/image-source/own-images.ts';
import { DEMO_CATALOGUE_DIR } from '../../../../src/package-root.ts';

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
  expect(
    ['a.jpg', 'a.JPEG', 'a.png', 'a.gif', 'a.webp', 'a.avif', 'a.heic', 'a.tif', 'a.tiff'].map(own.contentTypeFor),
  ).toEqual(['jpeg', 'jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'tiff', 'tiff'].map((kind) => `image/${kind}`));
  expect(own.contentTypeFor('a.html')).toBe('application/octet-stream');
});
