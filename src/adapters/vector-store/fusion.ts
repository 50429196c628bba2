import { compareScored } from './complete-ties.ts';
import type { ScoredId } from './types.ts';

/** How many of the nearest count in a fusion. Its constants come from this many, so that no page ever reorders another. */
export const FUSION_DEPTH = 200;

/** One product of a fused list. `similarity` is null where the product was found by its words alone. */
export interface FusedHit extends ScoredId {
  similarity: number | null;
}

/**
 * Merges the vector list and the lexical list into one ranking: a convex combination of normalised scores.
 * Similarities are min-max normalised over the best 200, BM25 is divided by its best; a product that a list lacks, or
 * that lies behind the best 200 of the vector list, counts 0 there. Equal scores are ordered by id.
 *
 * Similarities that do not differ count nothing: thousands of products may have one placeholder image, and an arbitrary
 * 200 of them would get full marks for it. Equal BM25 does count: it still tells those that have the words from those that
 * have not, and so the words alone rank where neither list differs.
 *
 * Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023).
 *
 * @param vector by cosine similarity, best first
 * @param lexical by BM25 (> 0), in any order
 * @param semanticRatio share of vector against lexical, 0..1
 */
export function fuse(vector: readonly ScoredId[], lexical: readonly ScoredId[], semanticRatio: number): FusedHit[] {
  const highest = vector[0]?.score ?? 0;
  const lowest = vector.slice(0, FUSION_DEPTH).at(-1)?.score ?? 0;
  const bestWords = lexical.reduce((best, { score }) => Math.max(best, score), 0);

  const fused = new Map<string, FusedHit>();
  for (const [place, { id, score }] of vector.entries()) {
    const counts = place < FUSION_DEPTH && highest > lowest;
    const share = counts ? semanticRatio * ((score - lowest) / (highest - lowest)) : 0;
    fused.set(id, { id, score: share, similarity: score });
  }
  for (const { id, score } of lexical) {
    const share = (1 - semanticRatio) * (score / bestWords);
    const known = fused.get(id);
    if (known) known.score += share;
    else fused.set(id, { id, score: share, similarity: null });
  }
  return [...fused.values()].sort(compareScored);
}
