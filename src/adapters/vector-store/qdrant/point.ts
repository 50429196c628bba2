import { z } from 'zod';
import { vectorStoreUnavailable } from '../../../errors.ts';
import type { StoredProduct } from '../../../product.ts';
import type { ProductWords } from '../tokens.ts';
import type { IndexedProduct } from '../types.ts';
import type { Schemas } from './api.ts';
import { decodeAttribute, encodeAttribute, equals } from './filter.ts';
import { toFormKeywords } from './forms.ts';
import { toPointId } from './point-id.ts';
import { productVector } from './sparse.ts';
import { numberSchema } from './workarounds.ts';

/** The dense vectors of a point: the embeddings of the product's images, of which the nearest counts. */
export const IMAGE_VECTOR = 'image';
/** The sparse vector of a point: the product's words, each with its weight (BM25). */
export const LEXICAL_VECTOR = 'lexical';

/** What a point carries: the whole product, with what filters ask for in the form that its index needs. */
interface Payload extends Omit<StoredProduct, 'id' | 'additionalImageUrls' | 'attributes'> {
  productId: string;
  additionalImageUrls: string[];
  /** Each as `encodeAttribute` writes it. */
  attributes: string[];
}

/** The words of a product, as questions have them: they tell which products have all that were asked for. */
export const WORDS_FIELD = 'words';
/** The forms of these words, see `toFormKeywords`. Absent in points that an earlier version wrote. */
export const FORMS_FIELD = 'forms';
/** The price as a keyword, since only keywords are counted by value. */
export const PRICE_FIELD = 'priceText';
/** How many images a product has. */
const IMAGES_FIELD = 'images';
/** All of a payload that a product is made of. */
export const PRODUCT_FIELDS: Schemas['WithPayloadInterface'] = { exclude: [WORDS_FIELD, FORMS_FIELD, PRICE_FIELD] };

/** Half a surrogate pair is refused by the server's JSON parser, and no text of a product is worth failing for that. */
function toPayload(product: StoredProduct): Payload {
  return {
    productId: product.id.toWellFormed(),
    name: product.name.toWellFormed(),
    description: product.description.toWellFormed(),
    category: product.category.toWellFormed(),
    price: product.price,
    currency: product.currency,
    imageUrl: product.imageUrl.toWellFormed(),
    additionalImageUrls: product.additionalImageUrls.map((url) => url.toWellFormed()),
    attributes: product.attributes.map((attribute) => encodeAttribute(attribute).toWellFormed()),
    inStock: product.inStock,
    indexedAt: product.indexedAt,
    contentHash: product.contentHash,
  };
}

/** The point that stands for a product with these words, whose images have embeddings of `dimension` numbers each. */
export function toPoint(
  { product, embedding }: IndexedProduct,
  words: ProductWords,
  dimension: number,
): Schemas['PointStruct'] {
  const images = Array.from({ length: embedding.length / dimension }, (_, image) =>
    Array.from(embedding.subarray(image * dimension, (image + 1) * dimension)),
  );
  return {
    id: toPointId(product.id),
    vector: { [IMAGE_VECTOR]: images, [LEXICAL_VECTOR]: productVector(words) },
    payload: {
      ...toPayload(product),
      [WORDS_FIELD]: [...words.weights.keys()],
      [FORMS_FIELD]: toFormKeywords(words),
      [PRICE_FIELD]: String(product.price),
      [IMAGES_FIELD]: images.length,
    },
  };
}

/**
 * The request that replaces a point only while the product in it is as it was `known`, and never brings back one that is
 * gone. Qdrant before 1.17 knows no `update_mode`, and brings it back; one before 1.16 no `update_filter` either.
 */
export function ifStored(
  { contentHash, indexedAt }: StoredProduct,
  point: Schemas['PointStruct'],
): Schemas['PointsList'] {
  const must = [equals('contentHash', contentHash), equals('indexedAt', indexedAt)];
  return { points: [point], update_mode: 'update_only', update_filter: { must } };
}

const payloadSchema = z.object({
  productId: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price: numberSchema,
  currency: z.string(),
  imageUrl: z.string(),
  // What was stored before there were any has none.
  additionalImageUrls: z.array(z.string()).default([]),
  attributes: z.array(z.string()),
  inStock: z.boolean(),
  indexedAt: z.string(),
  contentHash: z.string(),
}) satisfies z.ZodType<Payload>;

/** The product in a point's payload. Throws AppError VECTOR_STORE_UNAVAILABLE for a point that Vitrine did not write. */
export function toProduct(payload: unknown): StoredProduct {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return refuse(parsed.error);
  const { productId, attributes, ...product } = parsed.data;
  return { ...product, id: productId, attributes: attributes.map(decodeAttribute) };
}

/** How many images the product in a payload has. */
export function imageCountOf(payload: unknown): number {
  const parsed = z.object({ [IMAGES_FIELD]: z.number() }).safeParse(payload);
  return parsed.success ? parsed.data[IMAGES_FIELD] : 1;
}

const imagesSchema = z.object({ [IMAGE_VECTOR]: z.array(z.array(z.number())) });

/** The embeddings of a product's images in the vectors of its point; none where they were not asked for. */
export function imagesOf(vectors: unknown): number[][] {
  const parsed = imagesSchema.safeParse(vectors);
  return parsed.success ? parsed.data[IMAGE_VECTOR] : [];
}

const idSchema = payloadSchema.pick({ productId: true });
const sortSchema = payloadSchema.pick({ productId: true, price: true, indexedAt: true });
const factsSchema = payloadSchema.pick({ productId: true, attributes: true });

/** What sorting needs to know of a product. */
export type SortFacts = z.output<typeof sortSchema>;
/** What collapsing variants needs to know of a product. Attributes as `encodeAttribute` writes them. */
export type Facts = z.output<typeof factsSchema>;

/** The fields of a payload to ask for, where no more than its id, or what sorting or collapsing needs, is wanted. */
export const ID_FIELDS = Object.keys(idSchema.shape);
export const SORT_FIELDS = Object.keys(sortSchema.shape);
export const FACTS_FIELDS = Object.keys(factsSchema.shape);

function refuse(error: Error): never {
  throw vectorStoreUnavailable('The collection holds a point that is not a product of Vitrine.', error);
}

/** The product id in a payload of which nothing else was asked for. */
export function toProductId(payload: unknown): string {
  const parsed = idSchema.safeParse(payload);
  return parsed.success ? parsed.data.productId : refuse(parsed.error);
}

/** The price in a payload of which nothing else was asked for. */
export function toPrice(payload: unknown): number {
  const parsed = payloadSchema.pick({ price: true }).safeParse(payload);
  return parsed.success ? parsed.data.price : refuse(parsed.error);
}

/** What sorting needs, in a payload. */
export function toSortFacts(payload: unknown): SortFacts {
  const parsed = sortSchema.safeParse(payload);
  return parsed.success ? parsed.data : refuse(parsed.error);
}

/** The facts in a payload. */
export function toFacts(payload: unknown): Facts {
  const parsed = factsSchema.safeParse(payload);
  return parsed.success ? parsed.data : refuse(parsed.error);
}
