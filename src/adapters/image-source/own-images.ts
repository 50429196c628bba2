import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionOf, mediaTypeOfFile, requireImage } from '../../model/image/kind.ts';
import { tooLarge, unreachable } from './image-errors.ts';

/** Letters, digits and `. _ -`, not beginning with a dot: no separator, no encoding and no device can be in it. */
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The images that this server itself serves from folders on disk. */
export interface OwnImages {
  /** The file behind a URL of ours, existing or not; undefined when the URL is not one of our images. */
  fileFor(url: URL): string | undefined;
  /**
   * The file behind the path of a request, existing or not; undefined when it is not one of our images. `pathname`
   * as `URL.pathname` gives it: it is not decoded, since the names that are served need no encoding.
   */
  fileForPath(pathname: string): string | undefined;
  /** The Content-Type to serve such a file with. */
  contentTypeFor(file: string): string;
}

/**
 * Maps URLs to files. `origins`: how this server is reached (`http://localhost:4000`). `folders`: path prefix with a
 * slash at both ends -> folder on disk; what lies in that of `everywhere` is the same on every server, so that its images
 * are ours under any port of this machine, where no other server could be asked for them. Only plain names of image files, directly in a folder, are ever mapped: a path
 * with `..`, a backslash, a NUL or anything percent-encoded is not one of ours.
 */
export function createOwnImages(options: {
  origins: readonly string[];
  folders: Readonly<Record<string, string>>;
  everywhere?: string | undefined;
}): OwnImages {
  const origins = new Set(options.origins.map((origin) => new URL(origin).origin));
  const folders = Object.entries(options.folders);
  const { everywhere } = options;

  const fileForPath = (pathname: string): string | undefined => {
    for (const [prefix, folder] of folders) {
      const name = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
      if (PLAIN_NAME.test(name) && mediaTypeOfFile(name) !== undefined) return join(folder, name);
    }
    return undefined;
  };

  return {
    fileForPath,
    fileFor(url) {
      if (url.username !== '' || url.password !== '') return undefined;
      if (origins.has(url.origin)) return fileForPath(url.pathname);
      const isEverywhere = everywhere !== undefined && url.pathname.startsWith(everywhere);
      if (!isEverywhere || url.protocol !== 'http:' || !THIS_MACHINE.has(url.hostname)) return undefined;
      const file = fileForPath(url.pathname);
      return file !== undefined && existsSync(file) ? file : undefined;
    },
    contentTypeFor: (file) => mediaTypeOfFile(file) ?? 'application/octet-stream',
  };
}

/**
 * Reads an image of our own from disk, under the same rules for size and content as one that is fetched. Rejects with
 * IMAGE_UNREACHABLE when there is no such file, and with the signal's reason when aborted.
 */
export async function readOwnImage(
  file: string,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreachable('There is no such image on this server.');
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    const bytes = await handle.readFile();
    signal?.throwIfAborted();
    requireImage(bytes, 'The file');
    return bytes;
  } catch (error) {
    throw isSystemError(error) ? unreachable('There is no such image on this server.', error) : error;
  } finally {
    await handle?.close();
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

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
      // The leading dot keeps a half-written file from being served (PLAIN_NAME).
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
