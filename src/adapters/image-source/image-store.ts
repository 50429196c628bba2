import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tooLarge } from './size-limit.ts';
import { extensionOf, requireImage } from './sniff.ts';

/** A folder of images that a shop brought from its own disk, each named after its content. */
export interface ImageStore {
  /**
   * Keeps an image and resolves to its file name, `<sha256>.<extension of its kind>`. The same bytes give the same
   * name and are written once; a file is there whole or not at all, also after a crash.
   * Rejects with IMAGE_TOO_LARGE or IMAGE_UNREADABLE (not an image).
   */
  put(bytes: Uint8Array): Promise<string>;
}

/** Images in `dir`, which is made when the first one comes; `maxBytes` for one image. */
export function createImageStore({ dir, maxBytes }: { dir: string; maxBytes: number }): ImageStore {
  return {
    async put(bytes) {
      if (bytes.length > maxBytes) throw tooLarge(maxBytes);
      const kind = requireImage(bytes, 'The file');
      const name = `${createHash('sha256').update(bytes).digest('hex')}.${extensionOf(kind)}`;
      const path = join(dir, name);
      if ((await sizeOf(path)) === bytes.length) return name;
      await mkdir(dir, { recursive: true });
      // The leading dot keeps a half-written file from being served (own-images.ts).
      const temporary = join(dir, `.${randomUUID()}.tmp`);
      try {
        await writeDurably(temporary, bytes);
        await rename(temporary, path);
      } finally {
        await rm(temporary, { force: true });
      }
      return name;
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
