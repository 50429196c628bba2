import { z } from 'zod';
import { roundScore } from '../complete-ties.ts';
import type { Schemas } from './api.ts';
import type { QdrantFailure } from './call.ts';

// What Qdrant or its client does otherwise than this adapter needs, and what is done about it. Each says for which
// version; tests/contract/qdrant-workarounds.test.ts fails when one is needed no more.

/**
 * Qdrant 1.18: a compressed answer is sent in pieces, which on a kept connection costs 40 ms (Nagle's algorithm against
 * delayed acknowledgements); a list of 256 took 48 ms compressed and 4 ms as it is. So answers come uncompressed.
 */
export const UNCOMPRESSED = { 'accept-encoding': 'identity' } as const;

/** Qdrant 1.18: sums of 32-bit numbers can put the cosine of equal directions a little above 1. */
export function toCosine(score: number): number {
  return Math.min(1, Math.max(-1, roundScore(score)));
}

/** The client (1.19) reads a whole number beyond 2^53 as a bigint. */
export const numberSchema = z.union([z.number(), z.bigint()]).transform(Number);

/**
 * Qdrant 1.18: creating a collection that is there is a conflict (409), but while another request is creating it, it is
 * for a moment a bad request (400).
 */
export function saysThatItExists(failure: QdrantFailure | undefined): boolean {
  return failure?.status === 409 || failure?.status === 400;
}

/** Qdrant 1.18: a value that its last point lost stays among the facets, with a count of 0, until the index is tidied. */
export function withoutEmpty(hits: readonly Schemas['FacetValueHit'][]): Schemas['FacetValueHit'][] {
  return hits.filter(({ count }) => count > 0);
}
