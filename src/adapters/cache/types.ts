/** A cache of bytes. It never throws: what fails or takes too long is a miss. */
export interface ByteCache {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, value: Uint8Array): Promise<void>;
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
  readonly embeddings: ByteCache;
  readonly epoch: IndexEpoch;
  /** Rejects when the cache cannot answer; health says DEGRADED then. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
