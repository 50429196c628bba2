import { hash } from 'node:crypto';

/** An image that came with a request, put aside. */
export interface ReceivedImage {
  /** A short data: URL that stands for it: the same for equal ones. It finds nothing once all of them are released. */
  url: string;
  release(): void;
}

/** The data: URLs that came with requests which are being answered, so that nobody else has to carry megabytes around. */
export interface ReceivedImages {
  /** Keeps a data: URL (Latin-1, not copied) until it is released. */
  putAside(dataUrl: Uint8Array): ReceivedImage;
  /** The data: URL that a short one stands for; undefined where it stands for none. */
  find(url: string): string | undefined;
}

/** Creates an empty one. Guessing a short URL would take guessing the image: it is made of a SHA-256 of it. */
export function createReceivedImages(): ReceivedImages {
  const kept = new Map<string, { dataUrl: Uint8Array; uses: number }>();
  return {
    putAside(dataUrl) {
      const url = `data:image/*;sha256,${hash('sha256', dataUrl, 'hex')}`;
      const entry = kept.get(url) ?? { dataUrl, uses: 0 };
      entry.uses += 1;
      kept.set(url, entry);
      return {
        url,
        release() {
          entry.uses -= 1;
          if (entry.uses === 0) kept.delete(url);
        },
      };
    },
    find(url) {
      const entry = kept.get(url);
      if (entry === undefined) return undefined;
      const { buffer, byteOffset, length } = entry.dataUrl;
      return Buffer.from(buffer, byteOffset, length).toString('latin1');
    },
  };
}
