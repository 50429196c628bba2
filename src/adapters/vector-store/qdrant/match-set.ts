import { compareScored } from '../complete-ties.ts';
import { FUSION_DEPTH, type FusedHit, fuse } from '../fusion.ts';
import type { MatchQuery, ScoredId, Scoring } from '../types.ts';
import { nearestRequest, type QdrantLists, type Scope } from './lists.ts';
import { searchWords } from './word-lists.ts';

/** Which products match a query, and how well. */
export interface MatchSet {
  /** Those with a score of their own, best first. */
  hits: readonly FusedHit[];
  /** Whether everything else that the conditions let through follows behind, the nearest first. */
  andTheRest: boolean;
}

/** Whether a query lets everything match that its filter lets through. */
export function isUncut({ scoring, minSimilarity, minRelevance }: MatchQuery): boolean {
  return scoring.by === 'filter' || (scoring.by !== 'lexical' && minRelevance === 0 && minSimilarity === undefined);
}

/** Everything that matches within the scope, see `MatchQuery`; exact up to MOST_MATCHES. */
export async function findMatches(query: MatchQuery, scope: Scope, lists: QdrantLists): Promise<MatchSet> {
  const { scoring, minSimilarity, minRelevance } = query;
  if (scoring.by === 'hybrid') return findByBoth(query, scoring, scope, lists);
  if (isUncut(query) || scoring.by === 'filter') return { hits: [], andTheRest: true };
  if (scoring.by === 'vector') {
    const leastFor = (best: number) => Math.max(minSimilarity ?? -1, minRelevance > 0 ? minRelevance * best : -1);
    const near = await lists.within(scoring.embedding, scope, leastFor);
    return { hits: near.sort(compareScored).map((hit) => ({ ...hit, similarity: hit.score })), andTheRest: false };
  }
  const search = searchWords(lists, scoring, scope);
  let found = await search.take(await lists.query(search.requests, scope.signal));
  const best = bestOf(found.entries);
  if (found.unseen > 0 && found.unseen >= minRelevance * best) found = await search.deeper();
  const hits = found.entries.map((entry) => ({ ...entry, similarity: null })).sort(compareScored);
  return { hits: cut(hits, minRelevance), andTheRest: false };
}

async function findByBoth(
  query: MatchQuery,
  scoring: Extract<Scoring, { by: 'hybrid' }>,
  scope: Scope,
  lists: QdrantLists,
): Promise<MatchSet> {
  const { embedding, semanticRatio } = scoring;
  const { minSimilarity, minRelevance, sort, window } = query;
  const search = searchWords(lists, scoring, scope);
  const requests = [nearestRequest(embedding, scope), ...search.requests];
  const [first = [], ...answers] = await lists.query(requests, scope.signal);
  const [near, found] = await Promise.all([
    minSimilarity === undefined
      ? nearestOf(embedding, scope, lists, first)
      : lists.within(embedding, scope, () => minSimilarity, first),
    search.take(answers),
  ]);

  const words = new Map(found.entries.map((entry) => [entry.id, entry]));
  const add = (entries: typeof found.entries) => {
    for (const entry of entries) words.set(entry.id, entry);
  };
  // What is near may match by words that alone would lie below what the lists show.
  if (found.unseen > 0) add(await search.among(near.flatMap(({ id }) => (words.has(id) ? [] : [id]))));
  if (minSimilarity !== undefined) {
    const isNear = new Set(near.map(({ id }) => id));
    for (const id of words.keys()) if (!isNear.has(id)) words.delete(id);
  }
  let hits = fuse(near, [...words.values()], semanticRatio);
  if (minSimilarity === undefined && found.unseen > 0) {
    const isShown = isUncut(query) && sort === 'RELEVANCE';
    const least = isShown ? (hits[window.offset + window.limit - 1]?.score ?? 0) : minRelevance * (hits[0]?.score ?? 0);
    const best = bestOf([...words.values()]);
    // What is neither near nor listed has no more than this.
    if (((1 - semanticRatio) * found.unseen) / best >= least) {
      add((await search.deeper()).entries);
      hits = fuse(near, [...words.values()], semanticRatio);
    }
  }
  return { hits: cut(hits, minRelevance), andTheRest: isUncut(query) };
}

/**
 * The nearest that count in a fusion. Where the last of them is as near as others that do not, the ids of products decide,
 * which a list of points does not have.
 */
async function nearestOf(
  embedding: Float32Array,
  scope: Scope,
  lists: QdrantLists,
  first: Parameters<QdrantLists['nearest']>[3],
): Promise<ScoredId[]> {
  const near = await lists.nearest(embedding, scope, FUSION_DEPTH + 1, first);
  const counting = near.slice(0, FUSION_DEPTH);
  if (near[FUSION_DEPTH]?.score !== counting.at(-1)?.score || near.length <= FUSION_DEPTH) return counting;
  const products = await lists.nearestProducts(embedding, scope, FUSION_DEPTH);
  return products.map(({ pointId, score }) => ({ id: pointId, score }));
}

function bestOf(entries: readonly ScoredId[]): number {
  return entries.reduce((best, { score }) => Math.max(best, score), 0);
}

/** Those that score at least `minRelevance` of the best. */
function cut(hits: readonly FusedHit[], minRelevance: number): readonly FusedHit[] {
  const least = minRelevance * (hits[0]?.score ?? 0);
  return minRelevance > 0 ? hits.filter(({ score }) => score >= least) : hits;
}
