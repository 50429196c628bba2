import type { StoreStats } from '../types.ts';
import { type CountDeps, countValues, findPriceRange } from './facets.ts';
import { conditionsOf } from './filter.ts';

/** The figures of a collection, each counted by the server at the moment of asking. */
export async function readStats(deps: CountDeps): Promise<StoreStats> {
  const everything = conditionsOf({});
  const [productCount, counts, prices] = await Promise.all([
    deps.count(everything, undefined),
    countValues(deps, 'category', everything),
    findPriceRange(deps, everything),
  ]);
  const categories = Array.from(counts, ([category, count]) => ({ category, count }));
  categories.sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const [priceMin, priceMax] = [prices?.lowest ?? null, prices?.highest ?? null];
  return { name: deps.collection, productCount, categories, priceMin, priceMax };
}
