import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createImageStore } from '../../../../src/adapters/image-source/own-images.ts';
import { createLocalImages } from '../../../../src/services/import/local-images.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const publicUrl = 'https://shop.example';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-images-'));
  await mkdir(join(root, 'catalogue', 'images', 'deep'), { recursive: true });
  await mkdir(join(root, 'demo'));
  await writeFile(join(root, 'secret.png'), PNG);
  await writeFile(join(root, 'catalogue', 'beside.png'), PNG);
  await writeFile(join(root, 'catalogue', 'images', 'inside.png'), PNG);
  await writeFile(join(root, 'catalogue', 'images', 'deep', 'down.png'), PNG);
  await writeFile(join(root, 'catalogue', 'text.png'), 'no image at all');
  await writeFile(join(root, 'demo', 'a b.png'), PNG);
});

afterEach(() => rm(root, { recursive: true, force: true }));

function create(folders = [join(root, 'catalogue'), join(root, 'catalogue', 'images')], maxBytes = 1000) {
  const imageStore = createImageStore({ dir: join(root, 'data', 'images'), maxBytes });
  return createLocalImages({ folders, demoFolder: join(root, 'demo'), publicUrl, imageStore, maxBytes });
}

test.each(['beside.png', 'inside.png', 'deep/down.png', 'deep\\down.png'])(
  'the image %s is found, kept, and shown under the address of the server',
  async (image) => {
    const url = new URL(await create()(image));
    expect(url.href).toMatch(/^https:\/\/shop\.example\/images\/[0-9a-f]{64}\.png$/);
    expect(await readFile(join(root, 'data', 'images', url.pathname.slice('/images/'.length)))).toEqual(PNG);
  },
);

test('the demo’s images are shown from where they lie, without a copy', async () => {
  expect(await create([join(root, 'demo')])('a b.png')).toBe('https://shop.example/demo/images/a%20b.png');
  expect(await readdir(root)).not.toContain('data');
});

test.each(['../secret.png', 'images/../../secret.png', '..\\secret.png', '/etc/passwd', 'C:\\secret.png', 'a\0.png'])(
  'a catalogue from elsewhere cannot read the file %j of this machine',
  async (image) => {
    await expect(create()(image)).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
  },
);

test('a link out of the folder is not followed', async () => {
  await symlink(join(root, 'secret.png'), join(root, 'catalogue', 'link.png'));
  await symlink(root, join(root, 'catalogue', 'up'));
  await expect(create()('link.png')).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
  await expect(create()('up/secret.png')).rejects.toMatchObject({ code: 'IMAGE_FORBIDDEN' });
});

test('a folder of images may itself be a link', async () => {
  await symlink(join(root, 'catalogue', 'images'), join(root, 'photos'));
  await expect(create([join(root, 'photos')])('inside.png')).resolves.toContain('/images/');
});

test.each([
  ['missing.png', 'IMAGE_UNREACHABLE', 'There is no image "missing.png" in '],
  ['images', 'IMAGE_UNREACHABLE', 'There is no image "images"'],
  ['text.png', 'IMAGE_UNREADABLE', 'not an image'],
])('%s is refused with a reason', async (image, code, message) => {
  await expect(create()(image)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('an image over the limit is refused and not kept', async () => {
  await expect(create(undefined, PNG.length - 1)('beside.png')).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  expect(await readdir(root)).not.toContain('data');
});
