import { hash } from 'node:crypto';

/** An image that came with a request, put aside. */
export interface ReceivedImage {
  /** A short data: URL that stands for it: the same for equal ones. It finds nothing once all of them are released. */
  url: string;
  release(): void;
}

/**
 * A file that came with a request, as the variables of an operation have it. What is made of JSON is none: no caller can
 * make one up. Equal files have equal URLs, so that caches and cursors go by what is in them.
 */
export class ReceivedFile {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }
}

/** The images that came with requests which are being answered, so that nobody else has to carry megabytes around. */
export interface ReceivedImages {
  /** Keeps a data: URL (Latin-1, not copied) until it is released. */
  putAside(dataUrl: Uint8Array): ReceivedImage;
  /** Keeps the bytes of a file (not copied) until it is released. */
  putFileAside(bytes: Uint8Array): ReceivedImage;
  /** What a short URL stands for, a data: URL or the bytes of a file; undefined where it stands for nothing. */
  find(url: string): string | Uint8Array | undefined;
}

/** Creates an empty one. Guessing a short URL would take guessing the image: it is made of a SHA-256 of it. */
export function createReceivedImages(): ReceivedImages {
  const kept = new Map<string, { bytes: Uint8Array; isFile: boolean; uses: number }>();

  function keep(bytes: Uint8Array, isFile: boolean): ReceivedImage {
    const url = `data:image/*;${isFile ? 'file-' : ''}sha256,${hash('sha256', bytes, 'hex')}`;
    const entry = kept.get(url) ?? { bytes, isFile, uses: 0 };
    entry.uses += 1;
    kept.set(url, entry);
    return {
      url,
      release() {
        entry.uses -= 1;
        if (entry.uses === 0) kept.delete(url);
      },
    };
  }

  return {
    putAside: (dataUrl) => keep(dataUrl, false),
    putFileAside: (bytes) => keep(bytes, true),
    find(url) {
      const entry = kept.get(url);
      if (entry === undefined || entry.isFile) return entry?.bytes;
      const { buffer, byteOffset, length } = entry.bytes;
      return Buffer.from(buffer, byteOffset, length).toString('latin1');
    },
  };
}
