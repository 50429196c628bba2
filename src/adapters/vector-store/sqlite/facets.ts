import { roundPriceRanges } from '../price-ranges.ts';
import type { Facet, FacetBucket, FacetRequest, ProductFilter } from '../types.ts';
import type { Snapshot } from './snapshot.ts';

/** Slots to count over, each once. */
export type EachSlot = (visit: (slot: number) => void) => void;

/** What the dictionary says of numbers. */
export interface FacetNames {
  categoryOf(term: number): string;
  attributeOf(term: number): { name: string; value: string };
}

/** What products have, counted. */
interface Tally {
  categories: Map<number, number>;
  /** By attribute name, then by value. */
  attributes: Map<string, Map<string, number>>;
  inStock: number;
  outOfStock: number;
  prices: number[];
}

/**
 * Counts the facets of a match set. `matching` gives its slots, `matchingWithout` those of the set that the filter
 * without its condition on one facet would give: there a shopper sees what else could be chosen.
 */
export function countFacets(
  { names, maxBuckets }: FacetRequest,
  filter: ProductFilter,
  sets: { matching: EachSlot; matchingWithout: (filter: ProductFilter) => EachSlot },
  { snapshot, dictionary }: { snapshot: Snapshot; dictionary: FacetNames },
): Facet[] {
  const tallyOf = (each: EachSlot) => tally(each, snapshot, dictionary);
  const all = tallyOf(sets.matching);
  const chosen = chosenValues(filter);
  const known = [...all.attributes.keys(), ...chosen.attributes.keys()];
  const wanted = names ?? ['category', 'price', 'inStock', ...new Set(known.toSorted(byName))];

  return [...new Set(wanted)].map((name) => {
    const relaxed = withoutCondition(filter, name);
    const counted = relaxed === undefined ? all : tallyOf(sets.matchingWithout(relaxed));
    if (name === 'price') return priceFacet(counted.prices, filter.price, maxBuckets);
    if (name === 'inStock') {
      const counts = new Map([
        ['true', counted.inStock],
        ['false', counted.outOfStock],
      ]);
      return valueFacet(name, counts, chosen.inStock, maxBuckets);
    }
    if (name === 'category') {
      const counts = new Map(Array.from(counted.categories, ([term, count]) => [dictionary.categoryOf(term), count]));
      return valueFacet(name, counts, chosen.categories, maxBuckets);
    }
    return valueFacet(name, counted.attributes.get(name) ?? new Map(), chosen.attributes.get(name) ?? [], maxBuckets);
  });
}

function tally(each: EachSlot, snapshot: Snapshot, { attributeOf }: FacetNames): Tally {
  const categories = new Map<number, number>();
  const terms = new Map<number, number>();
  const prices: number[] = [];
  let inStock = 0;
  const add = (counts: Map<number, number>, term: number) => counts.set(term, (counts.get(term) ?? 0) + 1);
  each((slot) => {
    const segment = snapshot.segmentOf(slot);
    const place = slot - segment.start;
    add(categories, segment.categories[place] ?? 0);
    inStock += segment.stock[place] ?? 0;
    prices.push(segment.prices[place] ?? 0);
    const end = segment.attributeStarts[place + 1] ?? 0;
    for (let at = segment.attributeStarts[place] ?? 0; at < end; at += 1) add(terms, segment.attributes[at] ?? 0);
  });
  const attributes = new Map<string, Map<string, number>>();
  for (const [term, count] of terms) {
    const { name, value } = attributeOf(term);
    const values = attributes.get(name) ?? new Map<string, number>();
    values.set(value, count);
    attributes.set(name, values);
  }
  return { categories, attributes, inStock, outOfStock: prices.length - inStock, prices };
}

/** The values that a filter asks for, by facet. */
function chosenValues({ categories = [], inStock, attributes = [] }: ProductFilter) {
  const byAttribute = new Map<string, string[]>();
  for (const { name, anyOf } of attributes) byAttribute.set(name, [...(byAttribute.get(name) ?? []), ...anyOf]);
  return { categories, inStock: inStock === undefined ? [] : [String(inStock)], attributes: byAttribute };
}

/** The filter without its condition on a facet; undefined where it has none. */
function withoutCondition(filter: ProductFilter, name: string): ProductFilter | undefined {
  const { categories, price, inStock, attributes = [], ...none } = filter;
  if (name === 'category') return categories && { ...none, ...omitAbsent({ price, inStock }), attributes };
  if (name === 'price') return price && { ...none, ...omitAbsent({ categories, inStock }), attributes };
  if (name === 'inStock') {
    return inStock === undefined ? undefined : { ...none, ...omitAbsent({ categories, price }), attributes };
  }
  const others = attributes.filter((attribute) => attribute.name !== name);
  return others.length === attributes.length ? undefined : { ...filter, attributes: others };
}

function omitAbsent(filter: { [Name in keyof ProductFilter]: ProductFilter[Name] | undefined }): ProductFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, condition]) => condition !== undefined));
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

function priceFacet(prices: readonly number[], chosen: ProductFilter['price'], maxBuckets: number): Facet {
  const { min: from = Number.NEGATIVE_INFINITY, max: to = Number.POSITIVE_INFINITY } = chosen ?? {};
  const isChosen = chosen?.min !== undefined || chosen?.max !== undefined;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const price of prices) {
    if (price < lowest) lowest = price;
    if (price > highest) highest = price;
  }
  const ranges = prices.length === 0 ? [] : roundPriceRanges(lowest, highest, Math.max(2, maxBuckets));
  const counts = ranges.map(() => 0);
  for (const price of prices) {
    const place = ranges.findIndex(({ max }) => price < max);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const buckets: FacetBucket[] = ranges.map(({ min, max }, place) => ({
    value: `${min}-${max}`,
    count: counts[place] ?? 0,
    selected: isChosen && min >= from && max <= to,
    min,
    max,
  }));
  return { name: 'price', buckets: buckets.filter(({ count, selected }) => count > 0 || selected), otherCount: 0 };
}

/** In code unit order, the same on every machine. */
function byName(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
