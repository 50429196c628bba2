import { compareScored } from '../complete-ties.ts';
import { type DistinctBy, groupOfAttributes, keepDistinct } from '../distinct.ts';
import type { MatchQuery } from '../types.ts';
import { decodeAttribute } from './filter.ts';
import { MOST_MATCHES } from './lists.ts';
import { behind, isByScore, type ListTools, type Place, sortedPlaces } from './match-page.ts';
import type { MatchSet } from './match-set.ts';
import type { Facts } from './point.ts';

/**
 * The points of a set that are left where variants collapse, in the order asked for. Reads the list down to MOST_MATCHES
 * with the attributes of its products, and keeps so many of each value as is asked for. What lies deeper is neither listed
 * nor counted.
 */
export async function listDistinct(
  query: MatchQuery,
  distinctBy: DistinctBy,
  set: MatchSet,
  tools: ListTools & { readFacts(pointIds: readonly string[]): Promise<ReadonlyMap<string, Facts>> },
): Promise<Place[]> {
  const { hits } = set;
  const byScore = isByScore(query);
  const places = byScore
    ? [...hits.map((hit) => ({ id: hit.id, hit })), ...(await allTheRest(query, set, tools))]
    : await sortedPlaces(query, set, tools, MOST_MATCHES);
  const facts = await tools.readFacts(places.map(({ id }) => id));
  const listed = places.flatMap((place, at) => {
    const own = facts.get(place.id);
    if (own === undefined) return [];
    const isRest = at >= hits.length;
    const { score = 0, similarity = 0 } = place.hit ?? {};
    return [{ place, own, isRest, id: own.productId, score: (isRest ? similarity : score) ?? 0 }];
  });
  // What has a score of its own stands before what follows by how near it is.
  if (byScore) listed.sort((left, right) => Number(left.isRest) - Number(right.isRest) || compareScored(left, right));
  const groupOf = ({ own }: { own: Facts }) => groupOfAttributes(own.attributes.map(decodeAttribute), distinctBy);
  return keepDistinct(listed, groupOf, distinctBy.max).map(({ place }) => place);
}

/** What follows behind the scores, down to MOST_MATCHES: by a scan, since a graph search that is to find so many takes longer. */
async function allTheRest(
  query: MatchQuery,
  { hits, andTheRest }: MatchSet,
  { scope, lists }: ListTools,
): Promise<Place[]> {
  const { scoring } = query;
  if (!andTheRest || !('embedding' in scoring)) return [];
  const known = new Set(hits.map(({ id }) => id));
  const near = await lists.within(scoring.embedding, scope, () => -1);
  return near.filter(({ id }) => !known.has(id)).map((one) => ({ id: one.id, hit: behind(query, one.id, one.score) }));
}
