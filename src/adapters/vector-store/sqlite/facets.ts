import { countPrices, facetNames, facetOf, type Tally, withoutCondition } from '../facets.ts';
import type { Facet, FacetRequest, ProductFilter } from '../types.ts';
import type { Snapshot } from './snapshot.ts';

/** What the dictionary says of numbers. */
export interface FacetNames {
  categoryOf(term: number): string;
  attributeOf(term: number): { name: string; value: string };
}

/**
 * Counts the facets of a match set. `matching` gives its slots, each once, `matchingWithout` those of the set that the filter
 * without its condition on one facet would give: there a shopper sees what else could be chosen.
 */
export function countFacets(
  request: FacetRequest,
  filter: ProductFilter,
  sets: { matching: Iterable<number>; matchingWithout: (filter: ProductFilter) => Iterable<number> },
  { snapshot, dictionary }: { snapshot: Snapshot; dictionary: FacetNames },
): Facet[] {
  const tallyOf = (slots: Iterable<number>) => tally(slots, request, snapshot, dictionary);
  const all = tallyOf(sets.matching);
  return facetNames(request, filter, all).map((name) => {
    const relaxed = withoutCondition(filter, name);
    const counted = relaxed === undefined ? all : tallyOf(sets.matchingWithout(relaxed));
    return facetOf(name, counted, filter, request);
  });
}

function tally(slots: Iterable<number>, request: FacetRequest, snapshot: Snapshot, names: FacetNames): Tally {
  const categories = new Map<number, number>();
  const terms = new Map<number, number>();
  const prices: number[] = [];
  let inStock = 0;
  const add = (counts: Map<number, number>, term: number) => counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const slot of slots) {
    const segment = snapshot.segmentOf(slot);
    const place = slot - segment.start;
    add(categories, segment.categories[place] ?? 0);
    inStock += segment.stock[place] ?? 0;
    prices.push(segment.prices[place] ?? 0);
    const end = segment.attributeStarts[place + 1] ?? 0;
    for (let at = segment.attributeStarts[place] ?? 0; at < end; at += 1) add(terms, segment.attributes[at] ?? 0);
  }
  const attributes = new Map<string, Map<string, number>>();
  for (const [term, count] of terms) {
    const { name, value } = names.attributeOf(term);
    const values = attributes.get(name) ?? new Map<string, number>();
    values.set(value, count);
    attributes.set(name, values);
  }
  return {
    categories: new Map(Array.from(categories, ([term, count]) => [names.categoryOf(term), count])),
    attributes,
    stock: new Map([
      ['true', inStock],
      ['false', prices.length - inStock],
    ]),
    prices: countPrices(prices, request),
  };
}
