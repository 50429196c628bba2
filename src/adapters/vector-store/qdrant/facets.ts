import { countPrices, facetNames, facetOf, type Tally, withoutCondition } from '../facets.ts';
import type { Facet, FacetRequest, ProductFilter } from '../types.ts';
import type { QdrantApi, Schemas } from './api.ts';
import type { QdrantCall } from './call.ts';
import { type Conditions, decodeAttribute, toFilter } from './filter.ts';
import { PRICE_FIELD } from './point.ts';
import { EVERYTHING, withoutEmpty } from './workarounds.ts';

/** More values than nearly any field has: who has more is asked again. */
const FIRST_VALUES = 20_000;

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

/** What is counted of no product. */
export const NOTHING: Tally = { categories: new Map(), attributes: new Map(), stock: new Map(), prices: [] };

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

/**
 * Every value of a field that has a keyword or bool index, and how many products have it. Not `exact`, which to Qdrant means
 * a count of its own for each value (15 s for some thousand values of 10,000 products); under a filter the counts are
 * right all the same.
 */
export async function countValues(
  { api, call, collection: collection_name }: CountDeps,
  key: string,
  conditions: Conditions,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const filter = toFilter(conditions) ?? EVERYTHING;
  for (let limit = FIRST_VALUES; ; limit *= 10) {
    const request: Schemas['FacetRequest'] = { key, exact: false, limit, filter };
    const send = (either: AbortSignal) => api.facet({ collection_name, ...request }, { signal: either });
    const { hits } = await call(`count by ${key}`, send, { signal });
    if (hits.length >= limit) continue;
    return new Map(withoutEmpty(hits).map(({ value, count }) => [String(value), count]));
  }
}

/** Has the server count all products that satisfy the conditions. */
export async function tally(
  deps: CountDeps,
  conditions: Conditions,
  subjects: readonly Subject[],
  request: FacetRequest,
  signal: AbortSignal | undefined,
): Promise<Tally> {
  const values = async (subject: Subject, key: string = subject) =>
    subjects.includes(subject) ? countValues(deps, key, conditions, signal) : new Map<string, number>();
  const [categories, keywords, stock, prices] = await Promise.all([
    values('category'),
    values('attributes'),
    values('inStock'),
    values('price', PRICE_FIELD),
  ]);
  const ranges = countPrices([...prices.keys()].map(Number), request, [...prices.values()]);
  return { categories, attributes: byName(keywords), stock, prices: ranges };
}
