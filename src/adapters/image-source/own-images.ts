import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mediaTypeOfFile } from './sniff.ts';

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
