import { completeTies, growingLimits, type TopList } from '../complete-ties.ts';
import type { Tokenizer } from '../tokens.ts';
import type { ProductSort, ScoredId } from '../types.ts';
import type { QdrantApi, Schemas } from './api.ts';
import type { QdrantCall } from './call.ts';
import { type Conditions, isOneOf, toFilter, withMore } from './filter.ts';
import {
  ID_FIELDS,
  IMAGE_VECTOR,
  PRODUCT_FIELDS,
  SORT_FIELDS,
  type SortFacts,
  toProductId,
  toSortFacts,
} from './point.ts';
import { needsScan, toScore } from './workarounds.ts';

/**
 * How many entries a list is asked for, first, and then as far as a page needs it. They do not depend on the page, so that
 * pages agree; the second shows more than MAX_TIES beyond any place of the first. Deeper than the last no list is read.
 */
const SIZES = [...growingLimits(256, 256 * 5 ** 6)];
const [FIRST_SIZE = 0, SECOND_SIZE = 0] = SIZES;
/**
 * A list of products is asked for as far as its page needs it, and for a few more, since of equal ones at its end nobody
 * knows which come first. Such a list brings all that is shown of them. Whatever its size, it is the beginning of the list
 * of SMALL_SIZE, which is chosen from as many candidates; that one and longer ones bring ids.
 */
const SPARE = 2;
const SMALL_SIZE = 64;
const SMALL_SIZES = [SMALL_SIZE, ...SIZES];
const sizesFor = (wanted: number) => (wanted + SPARE < SMALL_SIZE ? [wanted + SPARE, ...SMALL_SIZES] : SMALL_SIZES);
/** Of a set that is cut by a score so many products are found, counted and sorted. */
export const MOST_MATCHES = 10_000;

/** A score that the server compares with its own sums may be off by this much, see `toScore`. */
const NOISE = 1e-5;

/**
 * The graph search weighs twice as many candidates as it returns, and not less than `LEAST_EF`. With as many as it returns
 * it misses some at the end of the list, which a deeper page, asked for with more, would find too late. Where the
 * collection is quantized, what was found by 8-bit copies is ranked by the vectors themselves.
 */
const byGraph = (limit: number): Schemas['SearchParams'] => ({
  hnsw_ef: Math.max(LEAST_EF, 2 * limit),
  // The half keeps the product, which the server rounds down, from being one less.
  quantization: { rescore: true, ...(limit < SMALL_SIZE && { oversampling: (SMALL_SIZE + 0.5) / limit }) },
});
const LEAST_EF = 256;
const byScan: Schemas['SearchParams'] = { exact: true };

/** Where one search looks. */
export interface Scope {
  conditions: Conditions;
  signal: AbortSignal | undefined;
}

/** What searching needs. */
export interface ListDeps {
  api: QdrantApi;
  call: QdrantCall;
  /** The collection's own name. */
  collection: string;
  tokenizer: Pick<Tokenizer, 'questionWords'>;
  /** How many products satisfy the conditions. */
  count(conditions: Conditions, signal: AbortSignal | undefined): Promise<number>;
}

/** The ranked lists of a collection. */
export type QdrantLists = ReturnType<typeof createLists>;

/**
 * The request for a list of at most `limit` points, by their ids alone, whatever it is ranked by: to read a payload takes
 * the server 10 µs, a tenth of a second for 10,000.
 */
export function listRequest({ conditions }: Scope, limit: number): Schemas['QueryRequest'] {
  const filter = toFilter(conditions);
  return { limit, with_payload: false, ...(filter !== undefined && { filter }) };
}

/** A product in a list, by its own id. */
export interface ListedProduct extends ScoredId {
  pointId: string;
  /** All that a product is made of; undefined in a list of ids. */
  payload?: unknown;
}

/** What to ask for of the points of a vector list of some size, and what to make of each. */
interface Reading<Entry extends ScoredId> {
  payload(size: number): Schemas['WithPayloadInterface'];
  toEntry(point: Schemas['ScoredPoint'], size: number): Entry;
}

const POINTS: Reading<ScoredId> = {
  payload: () => false,
  toEntry: ({ id, score }) => ({ id: String(id), score: toScore(score, 'vector') }),
};

const PRODUCTS: Reading<ListedProduct> = {
  payload: (size) => (size < SMALL_SIZE ? PRODUCT_FIELDS : ID_FIELDS),
  toEntry: ({ id, score, payload }, size) => ({
    id: toProductId(payload),
    pointId: String(id),
    score: toScore(score, 'vector'),
    ...(size < SMALL_SIZE && { payload }),
  }),
};

/** An answer as the top of a list of points. */
export function toTopList(
  points: readonly Schemas['ScoredPoint'][],
  limit: number,
  by: 'vector' | 'lexical',
): TopList<ScoredId> {
  const entries = points.map(({ id, score }) => ({ id: String(id), score: toScore(score, by) }));
  return { entries, complete: points.length < limit };
}

/** The request that `nearest` and `within` begin with, for whoever asks for other lists at the same time. */
export function nearestRequest(embedding: Float32Array, scope: Scope): Schemas['QueryRequest'] {
  return vectorRequest(embedding, scope, FIRST_SIZE, byGraph(FIRST_SIZE));
}

/**
 * A cosine is the same for a vector of any length: as whole numbers these are half as long in JSON and written in a sixth of
 * the time. Each strays by half a ten-millionth, which is less than 32-bit sums do.
 */
const SCALE = 1e7;

function vectorRequest(
  embedding: Float32Array,
  scope: Scope,
  limit: number,
  params: Schemas['SearchParams'],
): Schemas['QueryRequest'] {
  const query = Array.from(embedding, (value) => Math.round(value * SCALE));
  return { ...listRequest(scope, limit), query, using: IMAGE_VECTOR, params };
}

/** The field that each order goes by, and what `compareScored` orders by: the greater comes first. */
const SORTED_BY = {
  PRICE_ASC: { order: { key: 'price', direction: 'asc' }, keyOf: ({ price }) => -price },
  PRICE_DESC: { order: { key: 'price', direction: 'desc' }, keyOf: ({ price }) => price },
  NEWEST: { order: { key: 'indexedAt', direction: 'desc' }, keyOf: ({ indexedAt }) => Date.parse(indexedAt) },
} as const satisfies Record<
  Exclude<ProductSort, 'RELEVANCE'>,
  { order: Schemas['OrderBy']; keyOf: (facts: SortFacts) => number }
>;

/** Creates what reads ranked lists, over one collection. */
export function createLists({ api, call, collection: collection_name, tokenizer, count }: ListDeps) {
  /** The answers to several requests, in their order, in one round trip. */
  async function query(
    searches: Schemas['QueryRequest'][],
    signal: AbortSignal | undefined,
  ): Promise<Schemas['ScoredPoint'][][]> {
    if (searches.length === 0) return [];
    const send = (either: AbortSignal) => api.queryBatchPoints({ collection_name, searches }, { signal: either });
    return (await call('search', send, { signal })).map(({ points }) => points);
  }

  async function ask(request: Schemas['QueryRequest'], signal: AbortSignal | undefined) {
    const [points = []] = await query([request], signal);
    return points;
  }

  type First = readonly Schemas['ScoredPoint'][];

  /** The tops of the vector list. `first` answers `nearestRequest`, where it was asked for already. */
  function vectorTops<Entry extends ScoredId>(
    embedding: Float32Array,
    scope: Scope,
    { payload, toEntry }: Reading<Entry>,
    first?: First,
  ) {
    let scans = false;
    return async (limit: number): Promise<TopList<Entry>> => {
      const fetchTop = async (size: number, params: Schemas['SearchParams']): Promise<TopList<Entry>> => {
        const isFirst = first !== undefined && size === FIRST_SIZE;
        const request = { ...vectorRequest(embedding, scope, size, params), with_payload: payload(size) };
        const points = isFirst ? first : await ask(request, scope.signal);
        return { entries: points.map((point) => toEntry(point, size)), complete: points.length < size };
      };
      if (!scans) {
        const top = await fetchTop(limit, byGraph(limit));
        const scores = top.entries.map(({ score }) => score);
        scans = await needsScan(scores, limit, () => count(scope.conditions, scope.signal));
        if (!scans) return top;
      }
      return fetchTop(Math.max(limit, SECOND_SIZE), byScan);
    };
  }

  return {
    query,
    questionWords: tokenizer.questionWords,

    /** The nearest `wanted` points. */
    nearest(embedding: Float32Array, scope: Scope, wanted: number, first?: First): Promise<ScoredId[]> {
      return completeTies(vectorTops(embedding, scope, POINTS, first), wanted, SIZES);
    },

    /** The nearest `wanted` products. */
    nearestProducts(embedding: Float32Array, scope: Scope, wanted: number): Promise<ListedProduct[]> {
      return completeTies(vectorTops(embedding, scope, PRODUCTS), wanted, sizesFor(wanted));
    },

    /**
     * All products that are at least so near, up to MOST_MATCHES. `leastFor` gets the similarity of the nearest one. Where
     * the first list ends above the cut, the vectors are scanned: of a graph search nobody knows what it missed.
     */
    async within(
      embedding: Float32Array,
      scope: Scope,
      leastFor: (best: number) => number,
      first?: First,
    ): Promise<ScoredId[]> {
      const top = await vectorTops(embedding, scope, POINTS, first)(FIRST_SIZE);
      const least = leastFor(top.entries[0]?.score ?? 0);
      const isDeep = !top.complete && (top.entries.at(-1)?.score ?? 0) >= least;
      const request = { ...vectorRequest(embedding, scope, MOST_MATCHES, byScan), score_threshold: least - NOISE };
      const all = isDeep ? toTopList(await ask(request, scope.signal), MOST_MATCHES, 'vector') : top;
      return all.entries.filter(({ score }) => score >= least);
    },

    /** How near these products are. */
    async among(embedding: Float32Array, scope: Scope, ids: readonly string[]): Promise<ScoredId[]> {
      if (ids.length === 0) return [];
      const own: Scope = { ...scope, conditions: withMore(scope.conditions, [isOneOf(ids)]) };
      const request = vectorRequest(embedding, own, ids.length, byScan);
      return toTopList(await ask(request, scope.signal), ids.length, 'vector').entries.slice();
    },

    /** The first `wanted` products of an order. */
    async sorted(sort: keyof typeof SORTED_BY, scope: Scope, wanted: number): Promise<ListedProduct[]> {
      const { order, keyOf } = SORTED_BY[sort];
      const fetchTop = async (limit: number): Promise<TopList<ListedProduct>> => {
        const query: Schemas['OrderByQuery'] = { order_by: order };
        const request = { ...listRequest(scope, limit), query, with_payload: SORT_FIELDS };
        const points = await ask(request, scope.signal);
        const entries = points.map(({ id, payload }) => {
          const facts = toSortFacts(payload);
          return { id: facts.productId, pointId: String(id), score: keyOf(facts) };
        });
        return { entries, complete: points.length < limit };
      };
      return completeTies(fetchTop, wanted, sizesFor(wanted));
    },
  };
}
