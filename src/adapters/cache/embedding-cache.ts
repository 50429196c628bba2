import { hash } from 'node:crypto';
import { endianness } from 'node:os';
import { createSingleFlight } from '../../async/single-flight.ts';
import type { ImageRegion } from '../../model/image/region.ts';
import type { Embedder, EmbedOptions } from '../../model/types.ts';
import type { ByteCache } from './types.ts';

/** Whose turn it is when the caller does not say, as `EmbedOptions` promises. */
const DEFAULT_PRIORITY = 'query';
/** From an embedding's last use: it never gets stale, but words that nobody searches for any more should not fill Redis. */
const TTL_MS = 7 * 86_400_000;
const BYTES_PER_FLOAT = 4;
const IS_LITTLE_ENDIAN = endianness() === 'LE';
/** How far the squared length of a unit vector of 32-bit floats may stray from 1. */
const UNIT_TOLERANCE = 1e-3;

/**
 * An embedder that looks into `cache` first. Keys are made of the model's digest, kind and the SHA-256 of the input as
 * it comes: the search service has trimmed and NFC-normalised a text before it arrives here, and bytes are those
 * of the encoded image, so equal images share an entry whatever their URLs; a region of one has its own. An embedding depends on its key alone
 * and never gets stale. A damaged entry counts as missing and is written anew.
 *
 * Callers with the same input and the same priority share one computation. A query never joins one that was queued for
 * indexing: it would wait behind all images of an import, so it computes its own, ahead of them. Every caller gets an
 * array of its own.
 */
export function createCachedEmbedder({ embedder, cache }: { embedder: Embedder; cache: ByteCache }): Embedder {
  const { info } = embedder;
  const flights = createSingleFlight<Float32Array>();

  async function embed(
    key: string,
    options: EmbedOptions | undefined,
    compute: (options: EmbedOptions) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const priority = options?.priority ?? DEFAULT_PRIORITY;
    const lookUp = async (signal: AbortSignal) => {
      const cached = await cache.get(key, TTL_MS);
      const known = cached && decodeEmbedding(cached, info.dimension);
      if (known) return known;
      signal.throwIfAborted();
      const embedding = await compute({ priority, caller: options?.caller, signal });
      // Nobody waits for a slow cache to take note; `set` never rejects.
      void cache.set(key, encodeEmbedding(embedding), TTL_MS);
      return embedding;
    };
    const shared = await flights.run(`${priority}:${key}`, lookUp, options?.signal);
    return shared.slice();
  }

  const keyOf = (kind: 't' | 'i', input: string | Uint8Array) =>
    ['embedding', info.digest, kind, hash('sha256', input, 'hex')].join(':');

  return {
    info,
    embedText: (text, options) => embed(keyOf('t', text), options, (inner) => embedder.embedText(text, inner)),
    embedImage: (bytes, options) => {
      const region = options?.region;
      const key = `${keyOf('i', bytes)}${region === undefined ? '' : keyOfRegion(region)}`;
      return embed(key, options, (inner) => embedder.embedImage(bytes, region ? { ...inner, region } : inner));
    },
    ping: () => embedder.ping(),
    close: () => embedder.close(),
  };
}

function keyOfRegion({ x, y, width, height }: ImageRegion): string {
  return `:${[x, y, width, height].join(',')}`;
}

/** The embedding as little-endian 32-bit floats, whatever the machine: replicas on different ones share a Redis. */
export function encodeEmbedding(embedding: Float32Array): Uint8Array {
  return inStoredOrder(new Uint8Array(embedding.slice().buffer));
}

/**
 * The embedding that `encodeEmbedding` wrote, as a fresh array of length `dimension`; undefined when the bytes cannot be
 * one: another length, or not a unit vector.
 */
export function decodeEmbedding(bytes: Uint8Array, dimension: number): Float32Array | undefined {
  if (bytes.byteLength !== dimension * BYTES_PER_FLOAT) return undefined;
  const embedding = new Float32Array(inStoredOrder(new Uint8Array(bytes)).buffer);
  let squaredLength = 0;
  for (const value of embedding) squaredLength += value * value;
  // Written so that NaN fails as well.
  return Math.abs(squaredLength - 1) <= UNIT_TOLERANCE ? embedding : undefined;
}

/** Floats of this machine as they are kept, or the other way round, in place. */
function inStoredOrder(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (!IS_LITTLE_ENDIAN) Buffer.from(bytes.buffer).swap32();
  return bytes;
}
