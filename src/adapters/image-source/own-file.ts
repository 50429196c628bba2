import { type FileHandle, open } from 'node:fs/promises';
import { unreachable } from './fetch-errors.ts';
import { tooLarge } from './size-limit.ts';
import { requireImage } from './sniff.ts';

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
