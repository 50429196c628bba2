import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { ImageStore } from '../../adapters/image-source/own-images.ts';
import { readOwnImage } from '../../adapters/image-source/own-images.ts';
import { AppError } from '../../errors.ts';

/** Turns the name of an image file into the URL under which the server has it. */
export type LocalImages = (image: string) => Promise<string>;

/**
 * Finds images by the names that a catalogue gives them, in the first of `folders` that has the file, and keeps them
 * in the image store, so that they stay when the folder goes. Images in `demoFolder` are served from where they
 * lie. Resolves to `<publicUrl>/images/<name>` or `<publicUrl>/demo/images/<name>`.
 *
 * No file outside of the folders is ever read, whether the name climbs out of them or a link leads out. Rejects with
 * IMAGE_FORBIDDEN then, IMAGE_UNREACHABLE for a file that is not there, and as ImageStore.put for one that is no good.
 */
export function createLocalImages(options: {
  folders: readonly string[];
  demoFolder: string;
  publicUrl: string;
  imageStore: ImageStore;
  maxBytes: number;
}): LocalImages {
  const { folders, demoFolder, publicUrl, imageStore, maxBytes } = options;

  return async (image) => {
    const file = await findFile(image, folders);
    if (dirname(file) === (await realPath(demoFolder))) {
      return `${publicUrl}/demo/images/${encodeURIComponent(basename(file))}`;
    }
    return `${publicUrl}/images/${await imageStore.put(await readOwnImage(file, { maxBytes }))}`;
  };
}

/** The real path of an image, inside one of the folders. */
async function findFile(image: string, folders: readonly string[]): Promise<string> {
  // A catalogue made on Windows may separate folders its own way.
  const name = image.replaceAll('\\', '/');
  if (isAbsolute(name) || /^[a-z]:/i.test(name) || name.split('/').includes('..') || name.includes('\0')) {
    throw forbidden(image);
  }
  for (const folder of folders) {
    const root = await realPath(folder);
    const file = root && (await realPath(resolve(root, name)));
    if (!root || !file) continue;
    if (!isInside(file, root)) throw forbidden(image);
    if ((await stat(file)).isFile()) return file;
  }
  throw new AppError('IMAGE_UNREACHABLE', `There is no image ${JSON.stringify(image)} in ${folders.join(' or ')}.`);
}

function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function forbidden(image: string): AppError {
  const message = `The image ${JSON.stringify(image)} lies outside of the folder of images. Name it relative to that folder, or choose another one with --images.`;
  return new AppError('IMAGE_FORBIDDEN', message);
}
