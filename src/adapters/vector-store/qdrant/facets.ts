import {
  countPrices,
  facetNames,
  facetOf,
  type PriceCount,
  priceRangesOf,
  type Tally,
  withoutCondition,
} from '../facets.ts';
import type { Facet, FacetRequest, ProductFilter } from '../types.ts';
import type { QdrantApi, Schemas } from './api.ts';
import type { QdrantCall } from './call.ts';
import { type Conditions, decodeAttribute, toFilter, withMore } from './filter.ts';
import { type Facts, toPrice } from './point.ts';
import { withoutEmpty } from './workarounds.ts';

const FIRST_VALUES = 1000;

/** What counting needs. */
export interface CountDeps {
  api: QdrantApi;
  call: QdrantCall;
  /** The collection's own name. */
  collection: string;
  count(conditions: Conditions, signal: AbortSignal | undefined): Promise<number>;
}

/** What the facets are about that are asked for, so that nothing else is counted. */
type Subject = 'category' | 'price' | 'inStock' | 'attributes';
const subjectOf = (name: string): Subject =>
  name === 'category' || name === 'price' || name === 'inStock' ? name : 'attributes';
const ALL: readonly Subject[] = ['category', 'price', 'inStock', 'attributes'];

const NOTHING: Tally = { categories: new Map(), attributes: new Map(), stock: new Map(), prices: [] };

/** How to count a set: over the products of a filter that match, as far as the facets of `subjects` need it. */
export type CountSet = (filter: ProductFilter, subjects: readonly Subject[], request: FacetRequest) => Promise<Tally>;

/**
 * Counts the facets of a match set; one whose own condition is in the filter, over the set without that condition. All
 * sets are counted at the same time.
 */
export async function countFacets(request: FacetRequest, filter: ProductFilter, countSet: CountSet): Promise<Facet[]> {
  const subjects = request.names === undefined ? ALL : [...new Set(request.names.map(subjectOf))];
  const relaxing = facetNames(request, filter, NOTHING).map(async (name) => {
    const relaxed = withoutCondition(filter, name);
    return [name, relaxed && (await countSet(relaxed, [subjectOf(name)], request))] as const;
  });
  const [all, ...relaxed] = await Promise.all([countSet(filter, subjects, request), ...relaxing]);
  const countedApart = new Map(relaxed);
  return facetNames(request, filter, all).map((name) => facetOf(name, countedApart.get(name) ?? all, filter, request));
}

const add = (counts: Map<string, number>, value: string, count = 1) =>
  counts.set(value, (counts.get(value) ?? 0) + count);

/** Attributes as keywords, counted, by name and value. */
function byName(counts: Iterable<readonly [string, number]>): Map<string, Map<string, number>> {
  const attributes = new Map<string, Map<string, number>>();
  for (const [keyword, count] of counts) {
    const { name, value } = decodeAttribute(keyword);
    const values = attributes.get(name) ?? new Map<string, number>();
    add(values, value, count);
    attributes.set(name, values);
  }
  return attributes;
}

/** Counts products whose facts are known. */
export function tallyFacts(products: readonly Facts[], request: FacetRequest): Tally {
  const categories = new Map<string, number>();
  const keywords = new Map<string, number>();
  const stock = new Map<string, number>();
  for (const { category, inStock, attributes } of products) {
    add(categories, category);
    add(stock, String(inStock));
    for (const keyword of new Set(attributes)) add(keywords, keyword);
  }
  const prices = countPrices(
    products.map(({ price }) => price),
    request,
  );
  return { categories, attributes: byName(keywords), stock, prices };
}

/** The request for the product with the lowest (`asc`) or highest (`desc`) price; the price index answers it. */
function extremePrice(direction: 'asc' | 'desc', conditions: Conditions): Schemas['QueryRequest'] {
  const order: Schemas['OrderBy'] = { key: 'price', direction };
  const query: Schemas['OrderByQuery'] = { order_by: order };
  const filter = toFilter(conditions);
  return { query, limit: 1, with_payload: ['price'], ...(filter !== undefined && { filter }) };
}

/** The lowest and the highest price; undefined where no product satisfies the conditions. */
export async function findPriceRange(
  { api, call, collection: collection_name }: CountDeps,
  conditions: Conditions,
  signal?: AbortSignal,
): Promise<{ lowest: number; highest: number } | undefined> {
  const searches = [extremePrice('asc', conditions), extremePrice('desc', conditions)];
  const send = (either: AbortSignal) => api.queryBatchPoints({ collection_name, searches }, { signal: either });
  const answers = await call('find the price range', send, { signal });
  const [lowest, highest] = answers.map(({ points }) => points[0] && toPrice(points[0].payload));
  return lowest === undefined || highest === undefined ? undefined : { lowest, highest };
}

/** Every value of a field that has a keyword or bool index, and how many products have it. */
export async function countValues(
  { api, call, collection: collection_name }: CountDeps,
  key: string,
  conditions: Conditions,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const filter = toFilter(conditions);
  for (let limit = FIRST_VALUES; ; limit *= 10) {
    const request: Schemas['FacetRequest'] = { key, exact: true, limit, ...(filter !== undefined && { filter }) };
    const send = (either: AbortSignal) => api.facet({ collection_name, ...request }, { signal: either });
    const { hits } = await call(`count by ${key}`, send, { signal });
    if (hits.length >= limit) continue;
    return new Map(withoutEmpty(hits).map(({ value, count }) => [String(value), count]));
  }
}

/** Has the server count all products that satisfy the conditions. */
export async function tallyAll(
  deps: CountDeps,
  conditions: Conditions,
  subjects: readonly Subject[],
  request: FacetRequest,
  signal: AbortSignal | undefined,
): Promise<Tally> {
  const values = async (subject: Subject) =>
    subjects.includes(subject) ? countValues(deps, subject, conditions, signal) : new Map<string, number>();
  const pricesOf = async (): Promise<PriceCount[]> => {
    if (!subjects.includes('price')) return [];
    const range = await findPriceRange(deps, conditions, signal);
    if (range === undefined) return [];
    return Promise.all(
      priceRangesOf(range.lowest, range.highest, request).map(async ({ min, max }) => {
        const within: Schemas['FieldCondition'] = { key: 'price', range: { gte: min, lt: max } };
        return { min, max, count: await deps.count(withMore(conditions, [within]), signal) };
      }),
    );
  };
  const [categories, keywords, stock, prices] = await Promise.all([
    values('category'),
    values('attributes'),
    values('inStock'),
    pricesOf(),
  ]);
  return { categories, attributes: byName(keywords), stock, prices };
}
