import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ZVecCollection, type ZVecDoc, ZVecIndexType, type ZVecQuery } from '@zvec/zvec';
import { vectorStoreUnavailable } from '../../../errors.ts';
import type { StoredProduct } from '../../../product.ts';
import { roundScore, type TopList } from '../complete-ties.ts';
import type { IndexedProduct, ScoredId } from '../types.ts';
import type { FacetTable } from './facet-table.ts';
import type { ZvecFilter } from './filter.ts';
import { BUCKETS, documentKey, FIELD, fromPayload, toDocument } from './schema.ts';

/** The most that zvec returns for one query, and takes in one write or fetch. */
export const MAX_TOP = 100_000;
const MAX_FETCH = 1_000;
/** zvec writes synchronously, about a millisecond per product: between chunks the process gets to do other things. */
const WRITE_CHUNK = 16;

/** A product in a ranked list, with the key of its document. */
export interface RankedKey extends ScoredId {
  key: string;
}

/** What a list is asked for: the filter must not be `none`. */
export interface RankedQuery {
  by: { embedding: Float32Array } | { words: string };
  filter: ZvecFilter;
  /** How many products satisfy the filter. */
  matching: number;
  limit: number;
  /** Up to so many matching products are scanned, whatever the size of the catalogue. Default 10,000. */
  scanUpTo?: number | undefined;
}

/**
 * Scanning is exact, and up to these sizes the faster way. On 45,000 x 512 a scan took 2 to 9 ms; the graph 1.5 ms
 * without a filter, but 32 ms with one that 90 products satisfied, and then one list of twenty was not the exact one.
 */
const SCANNED = { upTo: 10_000, share: 0.2, limit: 4_096 };

/** Asks zvec, in turn with other questions. */
type Query = (question: ZVecQuery) => Promise<ZVecDoc[]>;

/** The best `limit` documents, as zvec cuts the list; those that `facets` does not know (any more) are left out. */
export async function queryTop(
  query: Query,
  facets: FacetTable,
  { by, filter, matching, limit, scanUpTo = SCANNED.upTo }: RankedQuery,
): Promise<TopList<RankedKey>> {
  const common = { topk: limit, outputFields: [], ...(filter.kind === 'where' ? { filter: filter.expression } : {}) };
  const isVector = 'embedding' in by;
  const scan = matching <= Math.max(scanUpTo, SCANNED.share * facets.size) || limit >= SCANNED.limit;
  const documents = isVector
    ? await nearest(query, { ...common, vector: by.embedding }, scan, Math.min(limit, matching))
    : await query({ ...common, fieldName: FIELD.words, fts: { matchString: by.words } });
  const entries = documents.flatMap(({ id: key, score }) => {
    const id = facets.idOf(key);
    return id === undefined ? [] : [{ id, key, score: isVector ? toCosine(score) : roundScore(score) }];
  });
  return { entries, complete: documents.length < limit };
}

/** Nearest neighbours by scan or by graph; a graph that finds fewer than there are is not believed. */
async function nearest(
  query: Query,
  question: ZVecQuery & { topk: number },
  scan: boolean,
  expected: number,
): Promise<ZVecDoc[]> {
  const ask = (isLinear: boolean) => {
    const params = { indexType: ZVecIndexType.HNSW, ef: Math.max(300, question.topk), isLinear };
    return query({ ...question, fieldName: FIELD.embedding, params });
  };
  const found = await ask(scan);
  return found.length < expected && !scan ? ask(true) : found;
}

/** zvec scores cosine by distance, 0 for the same direction, 2 for the opposite one, with rounding errors at the ends. */
function toCosine(distance: number): number {
  return Math.min(1, Math.max(-1, Math.round((1 - distance) * 1e6) / 1e6));
}

/** The products under `keys`, by key. Blocks while it reads. */
export function fetchProducts(collection: ZVecCollection, keys: readonly string[]): Map<string, StoredProduct> {
  const products = new Map<string, StoredProduct>();
  for (let start = 0; start < keys.length; start += MAX_FETCH) {
    const ids = keys.slice(start, start + MAX_FETCH);
    const documents = collection.fetchSync({ ids, outputFields: [FIELD.payload], includeVector: false });
    for (const [key, { fields }] of Object.entries(documents)) products.set(key, fromPayload(fields[FIELD.payload]));
  }
  return products;
}

/** Writes in order and keeps `facets` equal to what is stored. `ready` is awaited before each chunk. */
export async function writeProducts(
  collection: ZVecCollection,
  facets: FacetTable,
  items: readonly IndexedProduct[],
  ready: () => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += WRITE_CHUNK) {
    if (start > 0) await nextTurn();
    await ready();
    const chunk = items.slice(start, start + WRITE_CHUNK);
    const statuses = collection.upsertSync(chunk.map(toDocument));
    for (const [index, { ok, message }] of statuses.entries()) {
      const product = chunk[index]?.product;
      if (!ok) throw vectorStoreUnavailable('The store did not take a product.', message);
      if (product !== undefined) facets.set(documentKey(product.id), product);
    }
  }
}

/** Reads every product once, a slice at a time, into `facets`. Throws when some cannot be read. */
export async function loadFacets(collection: ZVecCollection, facets: FacetTable): Promise<void> {
  for (let bucket = 0; bucket < BUCKETS && facets.size < collection.stats.docCount; bucket += 1) {
    const query = { topk: MAX_TOP, filter: `${FIELD.bucket} = ${bucket}`, outputFields: [FIELD.payload] };
    for (const { id, fields } of await collection.query(query)) facets.set(id, fromPayload(fields[FIELD.payload]));
  }
  const missing = collection.stats.docCount - facets.size;
  if (missing > 0) throw new Error(`${missing} products cannot be read`);
}
