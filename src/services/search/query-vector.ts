import type { ImageSource } from '../../adapters/image-source/types.ts';
import { timed } from '../../async/timing.ts';
import type { Embedder } from '../../model/types.ts';
import type { SearchCallOptions } from './types.ts';

export interface QueryVector {
  embedding: Float32Array;
  fetchMs: number;
  embedMs: number;
}

/**
 * Embeds the question: text, image, or both composed into one unit vector, and takes off it what `exclude` says. Texts are
 * embedded while the image is still on its way.
 */
export async function embedQuery(
  deps: { embedder: Embedder; imageSource: ImageSource },
  query: {
    text?: string | undefined;
    imageUrl?: string | undefined;
    exclude?: string | undefined;
    textWeight: number;
  },
  options: SearchCallOptions = {},
): Promise<QueryVector> {
  const { text, imageUrl, exclude } = query;
  const embedText = async (wanted: string | undefined) =>
    wanted === undefined ? undefined : timed(() => deps.embedder.embedText(wanted, options));
  const [words, image, unwanted] = await Promise.all([
    embedText(text),
    imageUrl === undefined ? undefined : embedImage(deps, imageUrl, options),
    embedText(exclude),
  ]);
  const embedding =
    words && image ? compose(words.value, image.embedding, query.textWeight) : (words?.value ?? image?.embedding);
  if (!embedding) throw new TypeError('a query needs a text or an image');
  return {
    embedding: unwanted ? takeOff(embedding, unwanted.value) : embedding,
    fetchMs: image?.fetchMs ?? 0,
    embedMs: Math.max(words?.ms ?? 0, image?.embedMs ?? 0, unwanted?.ms ?? 0),
  };
}

/** The weighted sum of two unit vectors, normalised again; `textWeight` is the share of the first. */
export function compose(text: Float32Array, image: Float32Array, textWeight: number): Float32Array {
  const sum = text.map((value, i) => textWeight * value + (1 - textWeight) * (image[i] ?? 0));
  const norm = Math.hypot(...sum);
  // Two opposite vectors at equal weight cancel out: nothing is left to look for but the image.
  return norm > 1e-6 ? sum.map((value) => value / norm) : image;
}

/**
 * A unit vector without its part along another one, normalised again: what is left is as far from `direction` as from its
 * opposite. A query that is nothing but that direction stays as it is.
 */
export function takeOff(query: Float32Array, direction: Float32Array): Float32Array {
  const along = query.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
  const rest = query.map((value, i) => value - along * (direction[i] ?? 0));
  const norm = Math.hypot(...rest);
  // Of one and the same text 32-bit numbers leave some noise.
  return norm > 1e-3 ? rest.map((value) => value / norm) : query;
}

async function embedImage(
  deps: { embedder: Embedder; imageSource: ImageSource },
  url: string,
  given: SearchCallOptions,
) {
  const options = { ...given, priority: 'query' } as const;
  const fetched = await timed(() => deps.imageSource.load(url, options));
  const embedded = await timed(() => deps.embedder.embedImage(fetched.value, options));
  return { embedding: embedded.value, fetchMs: fetched.ms, embedMs: embedded.ms };
}
