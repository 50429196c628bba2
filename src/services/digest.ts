import { hash } from 'node:crypto';

/** A text beyond this is an image in a data: URL: to hash megabytes is several times cheaper than to write them out. */
const LONG_TEXT = 1000;

/** SHA-256 (base64url) of a value of JSON: the same for equal values whatever the order of their keys, in every process. */
export function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(canonical(value)), 'base64url');
}

/** The value with the keys of every object in order. A function that JSON.stringify calls for every value takes twice as long. */
function canonical(value: unknown): unknown {
  if (typeof value === 'string') return value.length > LONG_TEXT ? { sha256: hash('sha256', value) } : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}
