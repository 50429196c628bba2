import type { ImageSource } from '../../adapters/image-source/types.ts';
import type { VectorStore } from '../../adapters/vector-store/types.ts';
import { timed } from '../../async/timing.ts';
import { AppError } from '../../errors.ts';
import type { Embedder } from '../../model/types.ts';
import { embedQueryImage, type QueryImage } from './query-image.ts';
import type { SearchCallOptions } from './types.ts';

export interface QueryVector {
  embedding: Float32Array;
  fetchMs: number;
  embedMs: number;
}

/** What embedding a question takes. */
export interface EmbedDeps {
  embedder: Embedder;
  imageSource: ImageSource;
  store: Pick<VectorStore, 'embeddings'>;
}

/** What a question is about. */
interface Question extends QueryImage {
  text?: string | undefined;
  productId?: string | undefined;
  exclude?: string | undefined;
  textWeight: number;
}

/**
 * Embeds the question: a text, an image (that of a product as it is stored), or both composed into one unit vector, and
 * takes off it what `exclude` says. Texts are embedded while the image is still on its way. Throws NOT_FOUND for a product
 * that is not there.
 */
export async function embedQuery(
  deps: EmbedDeps,
  query: Question,
  options: SearchCallOptions = {},
): Promise<QueryVector> {
  const embedText = async (text: string | undefined) =>
    text === undefined ? undefined : timed(() => deps.embedder.embedText(text, options));
  const [words, image, unwanted] = await Promise.all([
    embedText(query.text),
    imageOf(deps, query, options),
    embedText(query.exclude),
  ]);
  const embedding =
    words && image ? compose(words.value, image.embedding, query.textWeight) : (words?.value ?? image?.embedding);
  if (!embedding) throw new TypeError('a query needs a text, an image or a product');
  return {
    embedding: unwanted ? takeOff(embedding, unwanted.value) : embedding,
    fetchMs: image?.fetchMs ?? 0,
    embedMs: Math.max(words?.ms ?? 0, image?.embedMs ?? 0, unwanted?.ms ?? 0),
  };
}

async function imageOf(deps: EmbedDeps, { imageUrl, region, productId }: Question, options: SearchCallOptions) {
  if (imageUrl !== undefined) return embedQueryImage(deps, { imageUrl, region }, options);
  if (productId === undefined) return undefined;
  const stored = await timed(() => deps.store.embeddings([productId], options));
  const embedding = stored.value.get(productId);
  if (embedding === undefined) throw new AppError('NOT_FOUND', `productId: there is no product ${productId}`);
  return { embedding: firstImage(embedding, deps.embedder.info.dimension), fetchMs: stored.ms, embedMs: 0 };
}

/** The embedding of a product's first image, which shows it as its shop wants it seen. */
export function firstImage(embedding: Float32Array, dimension: number): Float32Array {
  return embedding.slice(0, dimension);
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
