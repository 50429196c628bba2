import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ByteCache } from './types.ts';

const PREFIX = 'query:';
/** What a query is kept for after its last use. A client that comes back later sends it once more. */
const TTL_MS = 7 * 24 * 3_600_000;

/** Queries by their hash, as clients have sent them: a memory that may forget, so that whoever asks sends the query again. */
export interface QueryStore {
  /** The query of this hash, or undefined. Never rejects. */
  get(sha256: string): Promise<string | undefined>;
  /** Whether this process has it, so that there is nothing to keep. */
  has(sha256: string): boolean;
  set(sha256: string, query: string): void;
}

/** SHA-256 of a query in lower case hexadecimal digits, as clients write it. */
export function hashOfQuery(query: string): string {
  return hash('sha256', query);
}

/**
 * At most `maxBytes` of queries in this process, the least recently used go first; with `shared`, what all replicas have
 * behind it. What comes out of that counts only where it has the hash that it is kept by: others write there, too.
 */
export function createQueryStore(options: { maxBytes: number; shared?: ByteCache | undefined }): QueryStore {
  const { maxBytes, shared } = options;
  const own = new LRUCache<string, string>({
    maxSize: maxBytes,
    sizeCalculation: (query, sha256) => 2 * (query.length + sha256.length),
  });
  return {
    async get(sha256) {
      const known = own.get(sha256);
      if (known !== undefined || shared === undefined) return known;
      const bytes = await shared.get(PREFIX + sha256, TTL_MS);
      if (bytes === undefined) return undefined;
      const query = new TextDecoder().decode(bytes);
      if (hashOfQuery(query) !== sha256) return undefined;
      own.set(sha256, query);
      return query;
    },
    has: (sha256) => own.has(sha256),
    set(sha256, query) {
      own.set(sha256, query);
      void shared?.set(PREFIX + sha256, new TextEncoder().encode(query), TTL_MS);
    },
  };
}
