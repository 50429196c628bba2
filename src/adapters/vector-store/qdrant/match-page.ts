import { compareScored } from '../complete-ties.ts';
import type { FusedHit } from '../fusion.ts';
import type { MatchQuery, ScoredId } from '../types.ts';
import { type QdrantLists, type Scope, sortKey } from './lists.ts';
import type { MatchSet } from './match-set.ts';
import type { SortFacts } from './point.ts';

/** A product in its place of a list, and what is shown of it where that is known already. */
export interface Place {
  id: string;
  hit?: FusedHit | undefined;
}

/** How the list is read that a page lies in. */
export interface PageTools {
  scope: Scope;
  lists: QdrantLists;
  /** Reads what sorting needs of all hits. */
  factsOf(): Promise<ReadonlyMap<string, SortFacts>>;
  /** The nearest products, at least `wanted` of them where there are so many. */
  nearest(embedding: Float32Array, wanted: number): Promise<ScoredId[]>;
}

/** The products of the window that is asked for, in the order asked for. */
export async function pageOf(query: MatchQuery, set: MatchSet, tools: PageTools): Promise<FusedHit[]> {
  const { offset, limit } = query.window;
  if (limit <= 0) return [];
  return describe(query, (await firstOf(query, set, tools, offset + limit)).slice(offset), tools);
}

// Behind a fusion they count nothing; by themselves their score is how near they are.
const behind = ({ scoring }: MatchQuery, { id, score: similarity }: ScoredId): FusedHit => ({
  id,
  score: scoring.by === 'vector' ? similarity : 0,
  similarity,
});

/** The first `end` that match, in the order asked for. */
export async function firstOf(
  query: MatchQuery,
  { hits, andTheRest }: MatchSet,
  { scope, lists, factsOf, nearest }: PageTools,
  end: number,
): Promise<Place[]> {
  const { scoring, sort } = query;
  const embedding = 'embedding' in scoring ? scoring.embedding : undefined;
  const toPlace = (hit: FusedHit): Place => ({ id: hit.id, hit });
  const known = new Map(hits.map((hit) => [hit.id, hit]));

  if (sort === 'RELEVANCE' && scoring.by !== 'filter') {
    if (!andTheRest || embedding === undefined || hits.length >= end) return hits.slice(0, end).map(toPlace);
    const near = await nearest(embedding, end);
    const rest = near.filter(({ id }) => !known.has(id)).map((one) => behind(query, one));
    return [...hits, ...rest].slice(0, end).map(toPlace);
  }
  const order = sort === 'RELEVANCE' ? 'NEWEST' : sort;
  if (!andTheRest) {
    const facts = await factsOf();
    const keyed = hits.flatMap((hit) => {
      const own = facts.get(hit.id);
      return own === undefined ? [] : [{ id: hit.id, score: sortKey(order, own), hit }];
    });
    return keyed.sort(compareScored).slice(0, end);
  }
  return (await lists.sorted(order, scope, end)).map((id) => ({ id, hit: known.get(id) }));
}

/** What is shown of products in their places. */
export async function describe(
  query: MatchQuery,
  places: readonly Place[],
  { scope, lists }: Pick<PageTools, 'scope' | 'lists'>,
): Promise<FusedHit[]> {
  const { scoring } = query;
  const unknown = places.flatMap(({ id, hit }) => (hit === undefined ? [id] : []));
  const near = 'embedding' in scoring ? await lists.among(scoring.embedding, scope, unknown) : [];
  const known = new Map(near.map((one) => [one.id, behind(query, one)]));
  return places.map(({ id, hit }) => hit ?? known.get(id) ?? { id, score: 0, similarity: null });
}
