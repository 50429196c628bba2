import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** `sha256:<hex>` of the content (large files), or `git-sha1:<hex>`, the name git gives it (the others). */
export type Checksum = `sha256:${string}` | `git-sha1:${string}`;

/** What the Hub says of a file's content. */
export interface HubFile {
  /** Relative, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
  checksum: Checksum;
}

/** Reads a file from disk and names its content in the way that `like` does. Throws the file system's errors. */
export async function checksumOf(file: string, like: Checksum): Promise<Checksum> {
  const isSha256 = like.startsWith('sha256:');
  const hash = createHash(isSha256 ? 'sha256' : 'sha1');
  if (!isSha256) hash.update(`blob ${(await stat(file)).size}\0`);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return `${isSha256 ? 'sha256' : 'git-sha1'}:${hash.digest('hex')}`;
}
