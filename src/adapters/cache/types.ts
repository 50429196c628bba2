/** A cache of bytes. It never throws: what fails or takes too long is a miss. */
export interface ByteCache {
  /** With `renewMs` the entry lives for so long from now, whatever was left of it. */
  get(key: string, renewMs?: number): Promise<Uint8Array | undefined>;
  /** `ttlMs` is a whole number of milliseconds. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
}

/** A counter that every write to the collection raises, so that answers cached before it are never served after it. */
export interface IndexEpoch {
  /** Undefined when the shared counter cannot be read: then nothing may be served from a cache. */
  current(): Promise<string | undefined>;
  /** Never throws; a bump that fails is repeated until it succeeds, and `current` is undefined until then. */
  bump(): Promise<void>;
}

/** What a cache backend gives to the rest of the house. */
export interface CacheBackend {
  readonly backend: 'memory' | 'redis';
  /** Embeddings and answers, each under a prefix of its own. */
  readonly bytes: ByteCache;
  readonly epoch: IndexEpoch;
  /** Rejects when the cache cannot answer; health says DEGRADED then. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
