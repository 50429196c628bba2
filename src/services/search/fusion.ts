import { compareScored } from '../../adapters/vector-store/complete-ties.ts';
import type { ScoredId } from '../../adapters/vector-store/types.ts';

/** How deep both lists go into the fusion. Its constants come from this many, so that no page ever reorders another. */
export const FUSION_DEPTH = 200;

/** One product of a fused list. `similarity` is null where the product was found by its words alone. */
export interface FusedHit {
  id: string;
  score: number;
  similarity: number | null;
}

/**
 * Merges the vector list and the lexical list into one ranking: a convex combination of normalised scores.
 * Similarities are min-max normalised over the best 200, BM25 is divided by its best; a product that a list lacks
 * counts 0 there. What the vector list holds beyond the best 200 follows behind in its own order with score 0, so a
 * deeper vector list only ever appends. Equal scores are ordered by id.
 *
 * Similarities that do not differ count nothing: thousands of products may have one placeholder image, and an arbitrary
 * 200 of them would get full marks for it. Equal BM25 does count: it still tells those that have the words from those that
 * have not, and so the words alone rank where neither list differs.
 *
 * Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023).
 *
 * @param vector by cosine similarity, best first
 * @param lexical by BM25 (> 0), best first
 * @param semanticRatio share of vector against lexical, 0..1
 */
export function fuse(vector: readonly ScoredId[], lexical: readonly ScoredId[], semanticRatio: number): FusedHit[] {
  const top = vector.slice(0, FUSION_DEPTH);
  const words = lexical.slice(0, FUSION_DEPTH);
  const highest = top[0]?.score ?? 0;
  const lowest = top.at(-1)?.score ?? 0;
  const bestWords = words[0]?.score ?? 1;

  const fused = new Map<string, FusedHit>();
  for (const { id, score } of top) {
    const normalised = highest > lowest ? (score - lowest) / (highest - lowest) : 0;
    fused.set(id, { id, score: semanticRatio * normalised, similarity: score });
  }
  for (const { id, score } of words) {
    const share = (1 - semanticRatio) * (score / bestWords);
    const known = fused.get(id);
    if (known) known.score += share;
    else fused.set(id, { id, score: share, similarity: null });
  }

  const head = [...fused.values()].sort(compareScored);
  const tail = vector
    .slice(FUSION_DEPTH)
    .filter(({ id }) => !fused.has(id))
    .map(({ id, score }) => ({ id, score: 0, similarity: score }));
  return [...head, ...tail];
}
