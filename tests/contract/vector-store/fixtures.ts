import type {
  IndexedProduct,
  ProductFilter,
  Scoring,
  SearchOptions,
  VectorStore,
  Window,
} from '../../../src/adapters/vector-store/types.ts';
import type { StoredProduct } from '../../../src/product.ts';

export const DIMENSION = 8;

/** Numbers in [0, 1), the same for the same seed (the mulberry32 generator). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normalise(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** A direction picked by `seed`, L2-normalised. */
export function unitVector(seed: number, dimension = DIMENSION): Float32Array {
  const random = randomNumbers(seed + 1);
  return normalise(Float32Array.from({ length: dimension }, () => random() * 2 - 1));
}

export function cosine(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

export function makeProduct(fields: Partial<StoredProduct> & { id: string }): StoredProduct {
  return {
    name: 'Thing',
    description: '',
    category: 'Things',
    price: 10,
    currency: 'EUR',
    imageUrl: 'https://shop.example/image.png',
    attributes: [],
    inStock: true,
    indexedAt: '2025-01-02T03:04:05.678Z',
    contentHash: 'c0ffee',
    additionalImageUrls: [],
    ...fields,
  };
}

/** A product and an embedding: that of `seed`, or the one given. */
export function makeItem(
  fields: Partial<StoredProduct> & { id: string },
  embedding: Float32Array | number,
): IndexedProduct {
  return {
    product: makeProduct(fields),
    embedding: typeof embedding === 'number' ? unitVector(embedding) : embedding,
  };
}

/** What a filter means, said once more without any store. */
export function satisfies(product: StoredProduct, filter: ProductFilter): boolean {
  const { categories, price, inStock, attributes, without } = filter;
  const hasOne = ({ name, anyOf }: { name: string; anyOf: readonly string[] }) =>
    product.attributes.some((attribute) => attribute.name === name && anyOf.includes(attribute.value));
  if (without?.categories?.includes(product.category) || without?.attributes?.some(hasOne)) return false;
  if (categories !== undefined && !categories.includes(product.category)) return false;
  if (price?.min !== undefined && product.price < price.min) return false;
  if (price?.max !== undefined && product.price > price.max) return false;
  if (inStock !== undefined && product.inStock !== inStock) return false;
  return (attributes ?? []).every(hasOne);
}

/** Ids in code unit order. */
export function sortedIds(entries: Iterable<{ id: string }>): string[] {
  return Array.from(entries, (entry) => entry.id).sort();
}

export function idsOf(entries: readonly { id: string }[]): string[] {
  return entries.map((entry) => entry.id);
}

/** A product of a list. */
export interface Listed {
  id: string;
  score: number;
  product: StoredProduct;
}

/** A part of the list of all that the filter lets through and the scoring knows, best first. */
export async function search(
  store: VectorStore,
  scoring: Scoring,
  window: Window,
  { filter, signal }: SearchOptions = {},
): Promise<Listed[]> {
  const query = { scoring, filter, window, minRelevance: 0, sort: 'RELEVANCE' } as const;
  const { matches } = await store.match(query, { signal });
  return matches.map(({ product, score }) => ({ id: product.id, score, product }));
}

/** A whole list at once. */
export function searchAll(store: VectorStore, scoring: Scoring, options?: SearchOptions): Promise<Listed[]> {
  return search(store, scoring, { offset: 0, limit: 1000 }, options);
}

/** The whole list by words. */
export function searchWords(store: VectorStore, text: string, options?: SearchOptions): Promise<Listed[]> {
  return searchAll(store, { by: 'lexical', text }, options);
}

/** A list collected page by page, to its end. */
export async function collectPages(
  store: VectorStore,
  scoring: Scoring,
  pageSize: number,
  options?: SearchOptions,
): Promise<Listed[]> {
  const collected: Listed[] = [];
  for (;;) {
    const page = await search(store, scoring, { offset: collected.length, limit: pageSize }, options);
    collected.push(...page);
    if (page.length < pageSize) return collected;
  }
}
