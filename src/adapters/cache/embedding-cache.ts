import { hash } from 'node:crypto';
import { createSingleFlight } from '../../async/single-flight.ts';
import type { Embedder, EmbedOptions } from '../../model/types.ts';
import { decodeEmbedding, encodeEmbedding } from './embedding-codec.ts';
import type { ByteCache } from './types.ts';

/** Whose turn it is when the caller does not say, as `EmbedOptions` promises. */
const DEFAULT_PRIORITY = 'query';

/**
 * An embedder that looks into `cache` first. Keys are made of the model's digest, kind and the SHA-256 of the input as
 * it comes: the search service has trimmed and NFC-normalised a text before it arrives here, and bytes are those
 * of the encoded image, so equal images share an entry whatever their URLs. An embedding depends on its key alone
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
      const cached = await cache.get(key);
      const known = cached && decodeEmbedding(cached, info.dimension);
      if (known) return known;
      signal.throwIfAborted();
      const embedding = await compute({ priority, signal });
      // Nobody waits for a slow cache to take note; `set` never rejects.
      void cache.set(key, encodeEmbedding(embedding));
      return embedding;
    };
    const shared = await flights.run(`${priority}:${key}`, lookUp, options?.signal);
    return shared.slice();
  }

  const keyOf = (kind: 't' | 'i', input: string | Uint8Array) =>
    [info.digest, kind, hash('sha256', input, 'hex')].join(':');

  return {
    info,
    embedText: (text, options) => embed(keyOf('t', text), options, (inner) => embedder.embedText(text, inner)),
    embedImage: (bytes, options) => embed(keyOf('i', bytes), options, (inner) => embedder.embedImage(bytes, inner)),
    ping: () => embedder.ping(),
    close: () => embedder.close(),
  };
}
