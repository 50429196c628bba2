import type { FacetRequest, ProductFilter } from '../../adapters/vector-store/types.ts';
import { badUserInput } from '../../errors.ts';

/** More than a shopper chooses from, and what one search may cost another of. */
const MAX_RELAXED_FACETS = 20;

/**
 * Throws BAD_USER_INPUT where counting facets would take too many searches: each facet that the filter has a condition
 * on is counted over a match set of its own.
 */
export function checkFacetCost(filter: ProductFilter, lists: Iterable<FacetRequest>): void {
  const { categories, price, inStock, attributes = [], without = {} } = filter;
  const conditioned = new Set([...attributes, ...(without.attributes ?? [])].map(({ name }) => name));
  if (categories !== undefined || without.categories !== undefined) conditioned.add('category');
  if (price !== undefined) conditioned.add('price');
  if (inStock !== undefined) conditioned.add('inStock');
  let relaxed = 0;
  for (const { names } of lists) {
    relaxed += [...conditioned].filter((name) => names?.includes(name) ?? true).length;
  }
  if (relaxed <= MAX_RELAXED_FACETS) return;
  const message = `at most ${MAX_RELAXED_FACETS} facets may have a condition in the filter; name fewer, or ask for them once`;
  throw badUserInput([{ path: ['facets'], message: `facets: ${message}` }]);
}
