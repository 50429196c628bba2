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
 * Embeds the question: text, image, or both composed into one unit vector. Text is embedded while the image is
 * still on its way.
 */
export async function embedQuery(
  deps: { embedder: Embedder; imageSource: ImageSource },
  query: { text?: string | undefined; imageUrl?: string | undefined; textWeight: number },
  options: SearchCallOptions = {},
): Promise<QueryVector> {
  const { text, imageUrl } = query;
  const [words, image] = await Promise.all([
    text === undefined ? undefined : timed(() => deps.embedder.embedText(text, options)),
    imageUrl === undefined ? undefined : embedImage(deps, imageUrl, options),
  ]);
  const embedMs = Math.max(words?.ms ?? 0, image?.embedMs ?? 0);
  const fetchMs = image?.fetchMs ?? 0;
  if (words && image) return { embedding: compose(words.value, image.embedding, query.textWeight), fetchMs, embedMs };
  const embedding = words?.value ?? image?.embedding;
  if (!embedding) throw new TypeError('a query needs a text or an image');
  return { embedding, fetchMs, embedMs };
}

/** The weighted sum of two unit vectors, normalised again; `textWeight` is the share of the first. */
export function compose(text: Float32Array, image: Float32Array, textWeight: number): Float32Array {
  const sum = text.map((value, i) => textWeight * value + (1 - textWeight) * (image[i] ?? 0));
  const norm = Math.hypot(...sum);
  // Two opposite vectors at equal weight cancel out: nothing is left to look for but the image.
  return norm > 1e-6 ? sum.map((value) => value / norm) : image;
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
