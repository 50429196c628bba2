import { createHash } from 'node:crypto';
import { z } from 'zod';
import { vectorStoreUnavailable } from '../../../errors.ts';
import type { StoredProduct } from '../../../product.ts';
import type { IndexedProduct } from '../types.ts';
import { toWords } from '../words.ts';
import type { Schemas } from './api.ts';
import { decodeAttribute, encodeAttribute } from './filter.ts';
import { numberSchema } from './workarounds.ts';

/** The dense vector of a point: the embedding of the product's image. */
export const IMAGE_VECTOR = 'image';
/** The sparse vector of a point: the product's words, which the server weighs by BM25. */
export const LEXICAL_VECTOR = 'lexical';
const BM25_MODEL = 'qdrant/bm25';

/** Made up for Vitrine: a point id is a UUIDv5 (RFC 9562) of the product id in this namespace. */
const NAMESPACE = Buffer.from('5b1c7a0e9d3f4c628e41f0a7b36d9c15', 'hex');

/** The id of a product's point, always the same for the same product: Qdrant takes only integers and UUIDs. */
export function toPointId(productId: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(productId, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether a text could be the id of a product's point. */
export function isPointId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Words, as `toWords` gives them, for the server to make a sparse vector of, in a point or in a query. */
export function toLexicalInput(words: string): Schemas['Document'] {
  return { text: words, model: BM25_MODEL };
}

function searchableText({ id, name, description, category, attributes }: StoredProduct): string {
  return toWords([name, description, category, id, ...attributes.map(({ value }) => value)].join(' '));
}

/** What a point carries: the whole product, with what filters ask for in the form that its index needs. */
interface Payload extends Omit<StoredProduct, 'id' | 'attributes'> {
  productId: string;
  /** Each as `encodeAttribute` writes it. */
  attributes: string[];
}

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
    attributes: product.attributes.map((attribute) => encodeAttribute(attribute).toWellFormed()),
    inStock: product.inStock,
    indexedAt: product.indexedAt,
    contentHash: product.contentHash,
  };
}

/** The point that stands for a product. */
export function toPoint({ product, embedding }: IndexedProduct): Schemas['PointStruct'] {
  const lexical = toLexicalInput(searchableText(product));
  return {
    id: toPointId(product.id),
    vector: { [IMAGE_VECTOR]: Array.from(embedding), [LEXICAL_VECTOR]: lexical },
    payload: { ...toPayload(product) },
  };
}

const payloadSchema = z.object({
  productId: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price: numberSchema,
  currency: z.string(),
  imageUrl: z.string(),
  attributes: z.array(z.string()),
  inStock: z.boolean(),
  indexedAt: z.string(),
  contentHash: z.string(),
}) satisfies z.ZodType<Payload>;

/** The product in a point's payload. Throws AppError VECTOR_STORE_UNAVAILABLE for a point that Vitrine did not write. */
export function toProduct(payload: unknown): StoredProduct {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) {
    throw vectorStoreUnavailable('The collection holds a point that is not a product of Vitrine.', parsed.error);
  }
  const { productId, attributes, ...product } = parsed.data;
  return { ...product, id: productId, attributes: attributes.map(decodeAttribute) };
}

const idSchema = payloadSchema.pick({ productId: true });

/** The product id in a payload of which nothing else was asked for. */
export function toProductId(payload: unknown): string {
  const parsed = idSchema.safeParse(payload);
  if (parsed.success) return parsed.data.productId;
  throw vectorStoreUnavailable('The collection holds a point that is not a product of Vitrine.', parsed.error);
}
