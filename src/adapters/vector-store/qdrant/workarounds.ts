import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { roundScore } from '../complete-ties.ts';

// What Qdrant or its client does otherwise than this adapter needs, and what is done about it. Each says for which
// version; tests/contract/qdrant-workarounds.test.ts fails when one is needed no more.

/**
 * Qdrant 1.18: a compressed answer is sent in pieces, which on a kept connection costs 40 ms (Nagle's algorithm against
 * delayed acknowledgements); a list of 256 took 48 ms compressed and 4 ms as it is. So answers come uncompressed.
 */
export const UNCOMPRESSED = { 'accept-encoding': 'identity' } as const;

/**
 * Qdrant 1.18: its sums of 32-bit numbers depend on the segment that a point lies in. Products with the same words differ
 * in the seventh digit of their BM25, and the cosine of equal directions comes out a little above 1.
 */
export function toScore(score: number, by: 'vector' | 'lexical'): number {
  const rounded = roundScore(score);
  return by === 'vector' ? Math.min(1, Math.max(-1, rounded)) : rounded;
}

/** The client (1.19) reads a whole number beyond 2^53 as a bigint. */
export const numberSchema = z.union([z.number(), z.bigint()]).transform(Number);

/**
 * Qdrant 1.18: values that are counted without a filter, and not exactly, are those of the index, deleted points included.
 * Under a filter every point is looked at, so that one which nothing is ruled out by counts right.
 */
export const EVERYTHING: Schemas['Filter'] = { must_not: [{ has_id: ['00000000-0000-0000-0000-000000000000'] }] };

/** Qdrant 1.18: a value that its last point lost stays among the facets, with a count of 0, until the index is tidied. */
export function withoutEmpty<Hit extends { count: number }>(hits: readonly Hit[]): Hit[] {
  return hits.filter(({ count }) => count > 0);
}

/**
 * Qdrant 1.18: of one and the same condition in `must` and in `must_not` only the first counts, so that a filter that nothing
 * satisfies lets through what it asks for. In a filter of their own, unwanted conditions are seen.
 */
export function apart(must_not: Schemas['FieldCondition' | 'HasIdCondition'][]): Schemas['Filter'][] {
  return must_not.length === 0 ? [] : [{ must_not }];
}

/** Links of a point in the graph on its lowest level: twice the `m` of a collection, which Qdrant sets to 16. */
const LINKS = 32;
/** A scan of this many vectors of 512 numbers takes Qdrant some 100 ms on two cores. */
const MOST_TO_SCAN = 200_000;

/**
 * Qdrant 1.18: where thousands of points have one vector, the graph links each of them to the same few, so that a search
 * finds some 35 of them and, once there, nothing else (34 of 19,406; and 34 in all for any query, where 5,000 of 21,000
 * had one image). So an answer with as many equal scores as a point has links, or a short one with any, may lack the best.
 * Resolves to whether to scan the vectors instead. `scores` are those of an answer to a request for `limit`, in order;
 * `countMatching` tells among how many points it searched.
 */
export async function needsScan(
  scores: readonly number[],
  limit: number,
  countMatching: () => Promise<number>,
): Promise<boolean> {
  const run = scores.length < limit ? 2 : LINKS;
  if (!scores.some((score, index) => score === scores[index + run - 1])) return false;
  const matching = await countMatching();
  return matching > scores.length && matching <= MOST_TO_SCAN;
}
