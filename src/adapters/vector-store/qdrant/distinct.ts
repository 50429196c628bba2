import { compareScored } from '../complete-ties.ts';
import { type DistinctBy, groupOfAttributes, keepDistinct } from '../distinct.ts';
import type { MatchQuery } from '../types.ts';
import { decodeAttribute } from './filter.ts';
import { MOST_MATCHES } from './lists.ts';
import { firstOf, type PageTools, type Place } from './match-page.ts';
import type { MatchSet } from './match-set.ts';
import type { Facts } from './point.ts';

/** The products of a set that are left where variants collapse, in the order asked for, with their facts. */
export interface DistinctList {
  places: Place[];
  facts: readonly Facts[];
}

/**
 * Reads the list down to MOST_MATCHES with the attributes of its products, and keeps so many of each value as is asked
 * for. What lies deeper is neither listed nor counted.
 */
export async function listDistinct(
  query: MatchQuery,
  distinctBy: DistinctBy,
  set: MatchSet,
  tools: Omit<PageTools, 'factsOf' | 'nearest'> & {
    readFacts(ids: readonly string[]): Promise<ReadonlyMap<string, Facts>>;
  },
): Promise<DistinctList> {
  const { scope, lists } = tools;
  let facts: ReadonlyMap<string, Facts> = new Map();
  if (!set.andTheRest) facts = await tools.readFacts(set.hits.map(({ id }) => id));
  const reading: PageTools = {
    scope,
    lists,
    factsOf: async () => facts,
    // By a scan: a graph search that is to find so many takes longer.
    nearest: async (embedding) => (await lists.within(embedding, scope, () => -1)).sort(compareScored),
  };
  const places = await firstOf(query, set, reading, MOST_MATCHES);
  if (set.andTheRest) facts = await tools.readFacts(places.map(({ id }) => id));
  const listed = places.flatMap((place) => {
    const own = facts.get(place.id);
    return own === undefined ? [] : [{ place, own }];
  });
  const groupOf = ({ own }: { own: Facts }) => groupOfAttributes(own.attributes.map(decodeAttribute), distinctBy);
  const kept = keepDistinct(listed, groupOf, distinctBy.max);
  return { places: kept.map(({ place }) => place), facts: kept.map(({ own }) => own) };
}
