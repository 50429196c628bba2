import type { GradedQuery } from './graded-queries.ts';
import { judge, meanQuality, type Quality } from './metrics.ts';

/** A query, and how good the list was that came back. */
export interface JudgedQuery {
  query: GradedQuery;
  quality: Quality;
}

/** The mean over the queries of one kind, or over all. */
export interface KindQuality {
  kind: string;
  queries: number;
  quality: Quality;
}

/** A query that two settings answer differently well, by nDCG@10. */
export interface Difference {
  query: GradedQuery;
  before: number;
  after: number;
}

/** Judges what `rank` gives for each query: ids of products, best first. One after the other. */
export async function evaluate(
  queries: readonly GradedQuery[],
  rank: (query: GradedQuery) => Promise<readonly string[]>,
): Promise<JudgedQuery[]> {
  const judged: JudgedQuery[] = [];
  for (const query of queries) judged.push({ query, quality: judge(await rank(query), query.relevant) });
  return judged;
}

/** Means by kind, in the order in which kinds come up, and the mean of all queries at the end. */
export function qualityByKind(judged: readonly JudgedQuery[]): KindQuality[] {
  const groups = Map.groupBy(judged, ({ query }) => query.kind);
  return [...groups, ['all', judged] as const].map(([kind, group]) => ({
    kind,
    queries: group.length,
    quality: meanQuality(group.map(({ quality }) => quality)),
  }));
}

/** What changes from one judgement of the same queries to another: those that get better and worse, most of all first. */
export function differencesOf(
  before: readonly JudgedQuery[],
  after: readonly JudgedQuery[],
): { better: Difference[]; worse: Difference[] } {
  const all = before.map(({ query, quality }, place) => ({
    query,
    before: quality.ndcgAt10,
    after: after[place]?.quality.ndcgAt10 ?? quality.ndcgAt10,
  }));
  const gain = (difference: Difference) => difference.after - difference.before;
  const sorted = all.toSorted((left, right) => gain(right) - gain(left));
  return {
    better: sorted.filter((difference) => gain(difference) > 0),
    worse: sorted.filter((difference) => gain(difference) < 0).reverse(),
  };
}
