import { type PriceBounds, roundPriceRanges } from './price-ranges.ts';
import type { Facet, FacetRequest, ProductFilter } from './types.ts';

/** A range of prices and how many lie in it. */
export interface PriceCount extends PriceBounds {
  count: number;
}

/** What the products of a match set have, counted. */
export interface Tally {
  categories: ReadonlyMap<string, number>;
  /** By attribute name, then by value. */
  attributes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** How many are in stock (`true`) and how many are not (`false`). */
  stock: ReadonlyMap<string, number>;
  /** In their order, without gaps. */
  prices: readonly PriceCount[];
}

/** The names of the facets to show, each once: those asked for, or all that there are in `tally` or in the filter. */
export function facetNames({ names }: FacetRequest, filter: ProductFilter, tally: Tally): string[] {
  if (names) return [...new Set(names)];
  const conditions = [...(filter.attributes ?? []), ...(filter.without?.attributes ?? [])];
  const known = [...tally.attributes.keys(), ...conditions.map(({ name }) => name)];
  return [...new Set(['category', 'price', 'inStock', ...known.toSorted(byName)])];
}

/**
 * The filter without what it says of a facet, what it excludes there included, so that a shopper sees what could be had
 * instead; undefined where it says nothing of it.
 */
export function withoutCondition(filter: ProductFilter, name: string): ProductFilter | undefined {
  const { without, ...wanted } = filter;
  const unwanted = without && withoutSubject(without, name);
  const others = withoutSubject(wanted, name);
  if (unwanted === undefined && others === undefined) return undefined;
  const kept = unwanted ?? without;
  return { ...(others ?? wanted), ...(kept && { without: kept }) };
}

/** Names that facets have which are not about an attribute, and what a filter calls them. */
const CONDITIONS = new Map([
  ['category', 'categories'],
  ['price', 'price'],
  ['inStock', 'inStock'],
]);

function withoutSubject(conditions: Omit<ProductFilter, 'without'>, name: string): typeof conditions | undefined {
  const condition = CONDITIONS.get(name);
  if (condition !== undefined) {
    const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
    const others = given.filter(([key]) => key !== condition);
    return others.length === given.length ? undefined : Object.fromEntries(others);
  }
  const { attributes = [] } = conditions;
  const others = attributes.filter((attribute) => attribute.name !== name);
  return others.length === attributes.length ? undefined : { ...conditions, attributes: others };
}

/** One facet, as it is shown, of what was counted. Nothing is missing in `tally` that this facet is about. */
export function facetOf(name: string, tally: Tally, filter: ProductFilter, { maxBuckets }: FacetRequest): Facet {
  if (name === 'price') return priceFacet(tally.prices, filter.price);
  if (name === 'category') return valueFacet(name, tally.categories, filter.categories ?? [], maxBuckets);
  if (name === 'inStock') {
    const chosen = filter.inStock === undefined ? [] : [String(filter.inStock)];
    return valueFacet(name, tally.stock, chosen, maxBuckets);
  }
  const chosen = (filter.attributes ?? []).filter((one) => one.name === name).flatMap(({ anyOf }) => anyOf);
  return valueFacet(name, tally.attributes.get(name) ?? new Map(), chosen, maxBuckets);
}

/** The largest buckets and the chosen ones, whatever their size. */
function valueFacet(
  name: string,
  counts: ReadonlyMap<string, number>,
  chosen: readonly string[],
  maxBuckets: number,
): Facet {
  const all = Array.from(counts, ([value, count]) => ({ value, count }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count || byName(left.value, right.value));
  const shown = new Set(all.slice(0, maxBuckets).map(({ value }) => value));
  const missing = chosen.filter((value) => !counts.get(value)).map((value) => ({ value, count: 0 }));
  const listed = all.filter(({ value }) => shown.has(value) || chosen.includes(value));
  const buckets = [...listed, ...new Map(missing.map((bucket) => [bucket.value, bucket])).values()];
  const sum = (list: readonly { count: number }[]) => list.reduce((total, { count }) => total + count, 0);
  return {
    name,
    buckets: buckets.map((bucket) => ({ ...bucket, selected: chosen.includes(bucket.value), min: null, max: null })),
    otherCount: sum(all) - sum(listed),
  };
}

function priceFacet(prices: readonly PriceCount[], chosen: ProductFilter['price']): Facet {
  const { min: from = Number.NEGATIVE_INFINITY, max: to = Number.POSITIVE_INFINITY } = chosen ?? {};
  const isChosen = chosen?.min !== undefined || chosen?.max !== undefined;
  const buckets = prices.map(({ min, max, count }) => ({
    value: `${min}-${max}`,
    count,
    selected: isChosen && min >= from && max <= to,
    min,
    max,
  }));
  return { name: 'price', buckets: buckets.filter(({ count, selected }) => count > 0 || selected), otherCount: 0 };
}

/** How many prices lie in which of their ranges. `counts` says how often each is there; once where it is left out. */
export function countPrices(
  prices: readonly number[],
  { maxBuckets }: FacetRequest,
  counts?: readonly number[],
): PriceCount[] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const price of prices) {
    if (price < lowest) lowest = price;
    if (price > highest) highest = price;
  }
  const ranges = prices.length === 0 ? [] : roundPriceRanges(lowest, highest, Math.max(2, maxBuckets));
  const counted = ranges.map((range) => ({ ...range, count: 0 }));
  for (const [at, price] of prices.entries()) {
    const range = counted.find(({ max }) => price < max);
    if (range) range.count += counts?.[at] ?? 1;
  }
  return counted;
}

/** In code unit order, the same on every machine. */
function byName(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
