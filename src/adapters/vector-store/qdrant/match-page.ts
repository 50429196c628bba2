import { compareScored } from '../complete-ties.ts';
import type { FusedHit } from '../fusion.ts';
import type { MatchQuery } from '../types.ts';
import { type QdrantLists, type Scope, sortKey } from './lists.ts';
import type { MatchSet } from './match-set.ts';
import type { SortFacts } from './point.ts';

/** The products of the window that is asked for, in the order asked for. `factsOf` reads what sorting needs of all hits. */
export async function pageOf(
  { scoring, sort, window }: MatchQuery,
  { hits, andTheRest }: MatchSet,
  scope: Scope,
  lists: QdrantLists,
  factsOf: () => Promise<ReadonlyMap<string, SortFacts>>,
): Promise<FusedHit[]> {
  const end = window.offset + window.limit;
  if (window.limit <= 0) return [];
  const embedding = 'embedding' in scoring ? scoring.embedding : undefined;
  const known = new Map(hits.map((hit) => [hit.id, hit]));
  // Behind a fusion they count nothing; by themselves their score is how near they are.
  const behind = (id: string, similarity: number): FusedHit => ({
    id,
    score: scoring.by === 'vector' ? similarity : 0,
    similarity,
  });

  if (sort === 'RELEVANCE' && scoring.by !== 'filter') {
    if (!andTheRest || embedding === undefined || hits.length >= end) return hits.slice(window.offset, end);
    const near = await lists.nearest(embedding, scope, end);
    const rest = near.filter(({ id }) => !known.has(id)).map(({ id, score }) => behind(id, score));
    return [...hits, ...rest].slice(window.offset, end);
  }
  const order = sort === 'RELEVANCE' ? 'NEWEST' : sort;
  if (!andTheRest) {
    const facts = await factsOf();
    const keyed = hits.flatMap((hit) => {
      const own = facts.get(hit.id);
      return own === undefined ? [] : [{ id: hit.id, score: sortKey(order, own), hit }];
    });
    return keyed
      .sort(compareScored)
      .slice(window.offset, end)
      .map(({ hit }) => hit);
  }
  const ids = (await lists.sorted(order, scope, end)).slice(window.offset);
  const unknown = ids.filter((id) => !known.has(id));
  const near = embedding === undefined ? [] : await lists.among(embedding, scope, unknown);
  for (const { id, score } of near) known.set(id, behind(id, score));
  return ids.map((id) => known.get(id) ?? { id, score: 0, similarity: null });
}
