import { compareScored } from '../complete-ties.ts';
import { FUSION_DEPTH, type FusedHit, fuse } from '../fusion.ts';
import type { MatchQuery, ScoredId, Scoring } from '../types.ts';
import { nearestRequest, type QdrantLists, type Scope } from './lists.ts';
import { searchWords, type WordMatches } from './word-lists.ts';

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

/**
 * Whether of what matches no more is asked for than a page by relevance: then what comes behind it need not be known.
 */
function isPageEnough(query: MatchQuery): boolean {
  const { sort, distinctBy, facets, withCounts = true } = query;
  if (sort !== 'RELEVANCE' || distinctBy !== undefined) return false;
  return isUncut(query) || (!withCounts && facets === undefined);
}

/**
 * What scores less need not be found any more, by what is found already, best first: it does not match, or where a page is
 * enough it comes behind that, and so does something else. `highest`: no product scores more.
 */
function leastOf(query: MatchQuery, hits: readonly ScoredId[], highest = hits[0]?.score ?? 0): number {
  const { minRelevance, window } = query;
  const end = window.offset + window.limit;
  const next = hits[end]?.score;
  if (isPageEnough(query) && next !== undefined && next >= minRelevance * highest) return hits[end - 1]?.score ?? next;
  return minRelevance * (hits[0]?.score ?? 0);
}

/**
 * What matches within the scope, see `MatchQuery`; exact up to MOST_MATCHES. Where a page is enough, what comes behind the
 * page may lack some, but for the fact that something does.
 */
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
  const ranked = ({ entries }: WordMatches) => entries.toSorted(compareScored);
  const isEnough = (matches: WordMatches) => matches.unseen < leastOf(query, ranked(matches));
  const found = await search.take(await lists.query(search.requests, scope.signal), isEnough);
  const hits = ranked(found).map((entry) => ({ ...entry, similarity: null }));
  return { hits: cut(hits, minRelevance), andTheRest: false };
}

async function findByBoth(
  query: MatchQuery,
  scoring: Extract<Scoring, { by: 'hybrid' }>,
  scope: Scope,
  lists: QdrantLists,
): Promise<MatchSet> {
  const { embedding, semanticRatio } = scoring;
  const { minSimilarity, minRelevance } = query;
  const search = searchWords(lists, scoring, scope);
  const requests = [nearestRequest(embedding, scope), ...search.requests];
  const [first = [], ...answers] = await lists.query(requests, scope.signal);
  const near =
    minSimilarity === undefined
      ? await nearestOf(embedding, scope, lists, first)
      : await lists.within(embedding, scope, () => minSimilarity, first);

  const isNear = new Set(near.map(({ id }) => id));
  const fuseWith = (entries: readonly ScoredId[]) =>
    fuse(near, minSimilarity === undefined ? entries : entries.filter(({ id }) => isNear.has(id)), semanticRatio);
  /** Which may score more than they do so far, and whether nothing else may that has to be found. */
  const judge = ({ entries, unseen }: WordMatches) => {
    const hits = fuseWith(entries);
    const listed = new Set(entries.map(({ id }) => id));
    const unseenShare = ((1 - semanticRatio) * unseen) / bestOf(entries);
    // What is near may match by words that alone would lie below what the lists show.
    const nearOnly = hits.filter(({ id }) => !listed.has(id));
    const highest = Math.max(hits[0]?.score ?? 0, (nearOnly[0]?.score ?? 0) + unseenShare);
    const least = leastOf(query, hits, highest);
    const doubtful = nearOnly.filter(({ score }) => minSimilarity !== undefined || score + unseenShare >= least);
    return { hits, doubtful, isEnough: minSimilarity !== undefined || unseenShare < least };
  };
  const found = await search.take(answers, (matches) => judge(matches).isEnough);
  let { hits, doubtful } = judge(found);
  if (found.unseen > 0 && doubtful.length > 0) {
    hits = fuseWith([...found.entries, ...(await search.among(doubtful.map(({ id }) => id)))]);
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
