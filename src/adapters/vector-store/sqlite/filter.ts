import type { ProductFilter } from '../types.ts';
import type { Segment } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

/** The number that the dictionary gives to a category or to an attribute; undefined where no product ever had it. */
export interface FilterTerms {
  category(category: string): number | undefined;
  attribute(name: string, value: string): number | undefined;
}

/** Which slots a search may find. */
export interface Matching {
  /** By slot: 1 where the product is there and satisfies the filter. Not to be written to. */
  mask: Uint8Array;
  count: number;
}

/** A filter in numbers; an absent condition holds for every product. */
interface Conditions {
  min: number;
  max: number;
  /** What the column `stock` must have. */
  stock: number | undefined;
  /** By term: 1 where a product may have it. */
  categories: Uint8Array | undefined;
  attributes: readonly Uint8Array[];
  /** By term: 1 where no product may have it. */
  withoutCategories: Uint8Array | undefined;
  withoutAttributes: Uint8Array | undefined;
}

/** The products that satisfy the filter. Nothing of it is kept: another write may change every answer. */
export function matchFilter(snapshot: Snapshot, filter: ProductFilter | undefined, terms: FilterTerms): Matching {
  const { categories, price, inStock, attributes = [], without = {} } = filter ?? {};
  const { alive, liveCount, size } = snapshot;
  if (
    !categories &&
    price?.min === undefined &&
    price?.max === undefined &&
    inStock === undefined &&
    !attributes.length &&
    !without.categories?.length &&
    !without.attributes?.length
  ) {
    return { mask: alive, count: liveCount };
  }
  const termsOf = ({ name, anyOf }: { name: string; anyOf: readonly string[] }) =>
    anyOf.map((value) => terms.attribute(name, value));
  const conditions: Conditions = {
    min: price?.min ?? Number.NEGATIVE_INFINITY,
    max: price?.max ?? Number.POSITIVE_INFINITY,
    stock: inStock === undefined ? undefined : Number(inStock),
    categories: categories && toSet(categories.map((category) => terms.category(category))),
    attributes: attributes.map((attribute) => toSet(termsOf(attribute))),
    withoutCategories: without.categories && toSet(without.categories.map((category) => terms.category(category))),
    withoutAttributes: without.attributes && toSet(without.attributes.flatMap(termsOf)),
  };
  const mask = new Uint8Array(size);
  let count = 0;
  for (const segment of snapshot.segments) count += matchSegment(segment, conditions, alive, mask);
  return { mask, count };
}

/** Marks the matching products of one segment; how many there are. */
function matchSegment(segment: Segment, conditions: Conditions, alive: Uint8Array, mask: Uint8Array): number {
  const { min, max, stock, categories, attributes, withoutCategories, withoutAttributes } = conditions;
  const { start, prices } = segment;
  let matching = 0;
  for (let place = 0; place < segment.count; place += 1) {
    const price = prices[place] ?? Number.NaN;
    if (!(price >= min && price <= max) || alive[start + place] !== 1) continue;
    if (stock !== undefined && segment.stock[place] !== stock) continue;
    if (categories !== undefined && categories[segment.categories[place] ?? 0] !== 1) continue;
    if (attributes.length > 0 && !attributes.every((wanted) => hasAny(segment, place, wanted))) continue;
    if (withoutCategories !== undefined && withoutCategories[segment.categories[place] ?? 0] === 1) continue;
    if (withoutAttributes !== undefined && hasAny(segment, place, withoutAttributes)) continue;
    mask[start + place] = 1;
    matching += 1;
  }
  return matching;
}

function hasAny({ attributes, attributeStarts }: Segment, place: number, wanted: Uint8Array): boolean {
  const end = attributeStarts[place + 1] ?? 0;
  for (let at = attributeStarts[place] ?? 0; at < end; at += 1) if (wanted[attributes[at] ?? 0] === 1) return true;
  return false;
}

/** Numbers as an array that has 1 at each of them: asked for every product, it answers faster than a Set. */
function toSet(numbers: readonly (number | undefined)[]): Uint8Array {
  const known = numbers.filter((number) => number !== undefined);
  const set = new Uint8Array(known.reduce((most, number) => Math.max(most, number), -1) + 1);
  for (const number of known) set[number] = 1;
  return set;
}
