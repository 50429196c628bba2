import { hash } from 'node:crypto';
import type { ZVecDocInput } from '@zvec/zvec';
import type { StoredProduct } from '../../../product.ts';
import type { IndexedProduct } from '../types.ts';
import { toWords } from '../words.ts';

/** The fields of a zvec document. */
export const FIELD = {
  embedding: 'image',
  /** The whole product as JSON: what comes back is what went in. */
  payload: 'payload',
  category: 'category',
  price: 'price',
  inStock: 'in_stock',
  attributes: 'attributes',
  words: 'words',
  bucket: 'bucket',
} as const;

/** Documents are spread evenly over this many buckets, so that a whole collection can be read in slices. */
export const BUCKETS = 64;

/**
 * Stands for a value wherever zvec has to compare it. zvec cannot quote: `\'` is a quote but `\\` stays two backslashes.
 * A SHA-256 in base64url has neither, is short however long the value is, and equal values only have equal ones.
 * Several parts are kept apart: ('a', 'b=c') differs from ('a=b', 'c').
 */
export function token(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/** The document's key. zvec takes 64 characters of a small alphabet; a product id may be anything. */
export function documentKey(productId: string): string {
  return token('id', productId);
}

export function categoryToken(category: string): string {
  return token('category', category);
}

export function attributeToken(name: string, value: string): string {
  return token('attribute', name, value);
}

/** A product as zvec keeps it. */
export function toDocument({ product, embedding }: IndexedProduct): ZVecDocInput {
  const key = documentKey(product.id);
  const attributes = product.attributes.map(({ name, value }) => attributeToken(name, value));
  return {
    id: key,
    vectors: { [FIELD.embedding]: embedding },
    fields: {
      [FIELD.payload]: JSON.stringify(product),
      [FIELD.category]: categoryToken(product.category),
      [FIELD.price]: product.price,
      [FIELD.inStock]: product.inStock,
      [FIELD.attributes]: [...new Set(attributes)],
      [FIELD.words]: searchableText(product),
      [FIELD.bucket]: Buffer.from(key, 'base64url').readUInt8() % BUCKETS,
    },
  };
}

/** The words a product can be found by: name, description, category, id and attribute values. */
function searchableText(product: StoredProduct): string {
  const values = product.attributes.map(({ value }) => value);
  return toWords([product.name, product.description, product.category, product.id, ...values].join(' '));
}

/** The product of a payload field. Only `toDocument` writes that field. */
export function fromPayload(payload: string): StoredProduct {
  return JSON.parse(payload);
}
