import { hash } from 'node:crypto';

/** A text beyond this is an image in a data: URL: to hash megabytes is several times cheaper than to write them out. */
const LONG_TEXT = 1000;

/** SHA-256 (base64url) of a value of JSON: the same for equal values whatever the order of their keys, in every process. */
export function digestOf(value: unknown): string {
  const canonical = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string' && item.length > LONG_TEXT) return { sha256: hash('sha256', item) };
    return typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  });
  return hash('sha256', canonical, 'base64url');
}
