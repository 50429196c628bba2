import { compareScored } from '../complete-ties.ts';
import type { FusedHit } from '../fusion.ts';
import { MAX_TIES, type MatchQuery, type ScoredId, type Window } from '../types.ts';
import { isOneOf } from './filter.ts';
import type { QdrantLists, Scope } from './lists.ts';
import type { MatchSet } from './match-set.ts';

/** A point in its place of a list, and what is shown of it where that is known already. */
export interface Place {
  /** Of the point. */
  id: string;
  hit?: FusedHit | undefined;
  /** All that its product is made of. */
  payload?: unknown;
}

/** A place of which everything is known but its product, perhaps. */
export type ShownPlace = Place & { hit: FusedHit };

/** What reading a list takes. */
export interface ListTools {
  scope: Scope;
  lists: QdrantLists;
}

/** What reading a page takes. */
export interface PageTools extends ListTools {
  /** The ids of the products of points, by point. */
  productIds(pointIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** The products of a window, and whether more follow behind it. */
export interface Page {
  places: ShownPlace[];
  hasMore: boolean;
}

/** The window that is asked for, in the order asked for. */
export async function pageOf(query: MatchQuery, set: MatchSet, tools: PageTools): Promise<Page> {
  const { offset, limit } = query.window;
  if (limit <= 0) return { places: [], hasMore: false };
  const wanted = offset + limit + 1;
  let list: Place[];
  if (isByScore(query)) {
    const ranked = await settleTies(set.hits, query.window, tools);
    list = [...ranked.map((hit) => ({ id: hit.id, hit })), ...(await restOf(query, set, tools, wanted))];
  } else {
    list = await sortedPlaces(query, set, tools, wanted);
  }
  return windowOf(query, list, tools);
}

/** The window of a list that is longer than it, where more follow. */
export async function windowOf(query: MatchQuery, list: readonly Place[], tools: ListTools): Promise<Page> {
  const { offset, limit } = query.window;
  const end = offset + limit;
  return { places: await describe(query, list.slice(offset, end), tools), hasMore: list.length > end };
}

/** Whether a list is in the order of scores. */
export function isByScore({ scoring, sort }: MatchQuery): boolean {
  return sort === 'RELEVANCE' && scoring.by !== 'filter';
}

/** What follows behind the scores, as far as it makes the list `end` long. */
async function restOf(
  query: MatchQuery,
  { hits, andTheRest }: MatchSet,
  { scope, lists }: ListTools,
  end: number,
): Promise<Place[]> {
  const { scoring } = query;
  if (!andTheRest || hits.length >= end || !('embedding' in scoring)) return [];
  const known = new Set(hits.map(({ id }) => id));
  const near = await lists.nearestProducts(scoring.embedding, scope, end);
  return near
    .filter(({ pointId }) => !known.has(pointId))
    .map(({ pointId, score, payload }) => ({ id: pointId, hit: behind(query, pointId, score), payload }));
}

/** The first `end` of a list that is sorted by a field. */
export async function sortedPlaces(
  { sort }: MatchQuery,
  { hits, andTheRest }: MatchSet,
  { scope, lists }: ListTools,
  end: number,
): Promise<Place[]> {
  if (!andTheRest && hits.length === 0) return [];
  const known = new Map(hits.map((hit) => [hit.id, hit]));
  const own = andTheRest ? scope : { ...scope, conditions: { must: [isOneOf([...known.keys()])], must_not: [] } };
  const sorted = await lists.sorted(sort === 'RELEVANCE' ? 'NEWEST' : sort, own, end);
  return sorted.map(({ pointId }) => ({ id: pointId, hit: known.get(pointId) }));
}

/** What follows behind the scores: it counts nothing behind a fusion; by itself its score is how near it is. */
export function behind({ scoring }: MatchQuery, id: string, similarity: number): FusedHit {
  return { id, score: scoring.by === 'vector' ? similarity : 0, similarity };
}

/** Hits of one score in the order of their products' ids, where the window shows them and they are no more than MAX_TIES. */
async function settleTies(
  hits: readonly FusedHit[],
  { offset, limit }: Window,
  { productIds }: PageTools,
): Promise<readonly FusedHit[]> {
  const isTied = (at: number) => at > 0 && at < hits.length && hits[at]?.score === hits[at - 1]?.score;
  let from = offset;
  while (isTied(from)) from -= 1;
  let to = Math.min(offset + limit, hits.length);
  while (isTied(to)) to += 1;
  const shown = hits.slice(from, to);
  const tied = shown.filter(
    (_, at) => (at > 0 && isTied(from + at)) || (at + 1 < shown.length && isTied(from + at + 1)),
  );
  if (tied.length === 0 || tied.length > limit + 2 * MAX_TIES) return hits;
  const ids = await productIds(tied.map(({ id }) => id));
  const named = ({ id, score }: FusedHit) => ({ id: ids.get(id) ?? id, score });
  const settled = shown.toSorted((left, right) => compareScored(named(left), named(right)));
  return [...hits.slice(0, from), ...settled, ...hits.slice(to)];
}

/** What is shown of products in their places. */
async function describe(
  query: MatchQuery,
  places: readonly Place[],
  { scope, lists }: ListTools,
): Promise<ShownPlace[]> {
  const { scoring } = query;
  const unknown = places.flatMap(({ id, hit }) => (hit === undefined ? [id] : []));
  const near: ScoredId[] = 'embedding' in scoring ? await lists.among(scoring.embedding, scope, unknown) : [];
  const known = new Map(near.map(({ id, score }) => [id, behind(query, id, score)]));
  return places.map((place) => ({
    ...place,
    hit: place.hit ?? known.get(place.id) ?? { id: place.id, score: 0, similarity: null },
  }));
}
