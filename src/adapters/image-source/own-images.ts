import { join } from 'node:path';
import { mediaTypeOfFile } from './sniff.ts';

/** Letters, digits and `. _ -`, not beginning with a dot: no separator, no encoding and no device can be in it. */
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

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
 * slash at both ends -> folder on disk. Only plain names of image files, directly in a folder, are ever mapped: a path
 * with `..`, a backslash, a NUL or anything percent-encoded is not one of ours.
 */
export function createOwnImages(options: {
  origins: readonly string[];
  folders: Readonly<Record<string, string>>;
}): OwnImages {
  const origins = new Set(options.origins.map((origin) => new URL(origin).origin));
  const folders = Object.entries(options.folders);

  const fileForPath = (pathname: string): string | undefined => {
    for (const [prefix, folder] of folders) {
      const name = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
      if (PLAIN_NAME.test(name) && mediaTypeOfFile(name) !== undefined) return join(folder, name);
    }
    return undefined;
  };

  return {
    fileForPath,
    fileFor: (url) =>
      origins.has(url.origin) && url.username === '' && url.password === '' ? fileForPath(url.pathname) : undefined,
    contentTypeFor: (file) => mediaTypeOfFile(file) ?? 'application/octet-stream',
  };
}
