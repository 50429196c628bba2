import type { StoreStats } from '../types.ts';
import type { Schemas } from './api.ts';
import { type CountDeps, countValues } from './facets.ts';
import { conditionsOf } from './filter.ts';
import { toPrice } from './point.ts';

/** The request for the product with the lowest (`asc`) or highest (`desc`) price; the price index answers it. */
function extremePrice(direction: 'asc' | 'desc'): Schemas['QueryRequest'] {
  const order: Schemas['OrderBy'] = { key: 'price', direction };
  const query: Schemas['OrderByQuery'] = { order_by: order };
  return { query, limit: 1, with_payload: ['price'] };
}

/** The lowest and the highest price; nothing where there is no product. */
async function findPriceRange({ api, call, collection: collection_name }: CountDeps): Promise<(number | undefined)[]> {
  const searches = [extremePrice('asc'), extremePrice('desc')];
  const answers = await call('find the price range', (signal) =>
    api.queryBatchPoints({ collection_name, searches }, { signal }),
  );
  return answers.map(({ points }) => points[0] && toPrice(points[0].payload));
}

/** The figures of a collection, each counted by the server at the moment of asking. */
export async function readStats(deps: CountDeps): Promise<StoreStats> {
  const everything = conditionsOf({});
  const [productCount, counts, [priceMin = null, priceMax = null]] = await Promise.all([
    deps.count(everything, undefined),
    countValues(deps, 'category', everything),
    findPriceRange(deps),
  ]);
  const categories = Array.from(counts, ([category, count]) => ({ category, count }));
  categories.sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  return { name: deps.collection, productCount, categories, priceMin, priceMax };
}
