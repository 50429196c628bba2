import { z } from 'zod';
import type { StoreStats } from '../types.ts';
import type { QdrantApi, Schemas } from './api.ts';
import type { QdrantCall } from './call.ts';
import { numberSchema, withoutEmpty } from './workarounds.ts';

const FIRST_FACETS = 1000;

/** The request for the product with the lowest (`asc`) or highest (`desc`) price; the price index answers it. */
function extremePrice(direction: 'asc' | 'desc'): Schemas['QueryRequest'] {
  const order: Schemas['OrderBy'] = { key: 'price', direction };
  const query: Schemas['OrderByQuery'] = { order_by: order };
  return { query, limit: 1, with_payload: ['price'] };
}

const priceSchema = z.object({ price: numberSchema });

function priceOf({ points }: Schemas['QueryResponse']): number | null {
  const parsed = priceSchema.safeParse(points[0]?.payload);
  return parsed.success ? parsed.data.price : null;
}

/** The figures of a collection, each counted by the server at the moment of asking. */
export async function readStats(api: QdrantApi, call: QdrantCall, name: string): Promise<StoreStats> {
  const collection_name = name;

  async function countCategories(): Promise<StoreStats['categories']> {
    for (let limit = FIRST_FACETS; ; limit *= 10) {
      const request: Schemas['FacetRequest'] = { key: 'category', exact: true, limit };
      const { hits } = await call('count the categories', (signal) =>
        api.facet({ collection_name, ...request }, { signal }),
      );
      if (hits.length >= limit) continue;
      return withoutEmpty(hits).map(({ value, count }) => ({ category: String(value), count }));
    }
  }

  const searches = [extremePrice('asc'), extremePrice('desc')];
  const [total, categories, prices] = await Promise.all([
    call('count', (signal) => api.countPoints({ collection_name, exact: true }, { signal })),
    countCategories(),
    call('find the price range', (signal) => api.queryBatchPoints({ collection_name, searches }, { signal })),
  ]);
  const [lowest = null, highest = null] = prices.map(priceOf);
  categories.sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  return { name, productCount: total.count, categories, priceMin: lowest, priceMax: highest };
}
