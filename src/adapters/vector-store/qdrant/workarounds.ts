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

/** Qdrant 1.18: a value that its last point lost stays among the facets, with a count of 0, until the index is tidied. */
export function withoutEmpty<Hit extends { count: number }>(hits: readonly Hit[]): Hit[] {
  return hits.filter(({ count }) => count > 0);
}
