import { FUSION_DEPTH } from '../fusion.ts';
import type { MatchQuery } from '../types.ts';
import type { Matching } from './filter.ts';
import type { LexicalScorer } from './lexical.ts';
import type { Near, NearestFinder } from './nearest.ts';
import type { Scored } from './top.ts';

/** Which products match a query, and how well. */
export interface MatchSet {
  /** Those with a score, in no order. The memory is the scorer's own until the next search. */
  scored: Scored;
  /** What is known of their similarity: of all where vectors decide, of the nearest in HYBRID. */
  near: ReadonlyMap<number, Near>;
  /** Whether everything else that the filter lets through follows behind, the nearest first. */
  andTheRest: boolean;
}

/** What finding needs. */
export interface MatchTools {
  scoreWords: LexicalScorer;
  finder: NearestFinder;
  /** The words of a text that the dictionary has, each once. */
  wordsOf(text: string): readonly number[];
}

/** Everything that matches, see `MatchQuery`. */
export function findMatches(query: MatchQuery, matching: Matching, tools: MatchTools): MatchSet {
  const { scoring, minSimilarity, minRelevance } = query;
  const isUncut = minRelevance === 0 && minSimilarity === undefined;
  if (scoring.by === 'filter') return { ...toSet([]), andTheRest: true };
  if (scoring.by === 'vector') {
    if (isUncut) return { ...toSet([]), andTheRest: true };
    const [best] = minRelevance > 0 ? tools.finder.nearest(scoring.embedding, matching, 1) : [];
    const least = Math.max(minSimilarity ?? -1, best === undefined ? -1 : minRelevance * best.score);
    return toSet(tools.finder.within(scoring.embedding, matching, least));
  }
  const excluded = scoring.exclude === undefined ? [] : tools.wordsOf(scoring.exclude);
  const lexical = tools.scoreWords(tools.wordsOf(scoring.text), matching.mask, excluded);
  if (scoring.by === 'lexical') return { ...toSet([]), scored: cut(lexical, minRelevance) };

  const list =
    minSimilarity === undefined
      ? tools.finder.nearest(scoring.embedding, matching, FUSION_DEPTH)
      : tools.finder.within(scoring.embedding, matching, minSimilarity);
  const near = new Map(list.map((one) => [one.slot, one]));
  if (minSimilarity !== undefined) keep(lexical, (slot) => near.has(slot));
  return { scored: cut(fuseScores(lexical, list, scoring.semanticRatio), minRelevance), near, andTheRest: isUncut };
}

/**
 * Adds what the nearest count for to the scores of the words, as `fuse` does for lists, which says why.
 */
function fuseScores(lexical: Scored, near: readonly Near[], semanticRatio: number): Scored {
  const { slots, scores } = lexical;
  const best = bestOf(lexical);
  const top = near.slice(0, FUSION_DEPTH);
  const highest = top[0]?.score ?? 0;
  const span = highest - (top.at(-1)?.score ?? 0);
  const shareOf = new Map(
    near.map(({ slot, score }, place) => {
      const counts = place < FUSION_DEPTH && span > 0;
      return [slot, counts ? semanticRatio * ((score - highest + span) / span) : 0];
    }),
  );
  for (let at = 0; at < lexical.count; at += 1) {
    const slot = slots[at] ?? 0;
    scores[at] = (1 - semanticRatio) * ((scores[at] ?? 0) / best) + (shareOf.get(slot) ?? 0);
    shareOf.delete(slot);
  }
  for (const [slot, share] of shareOf) {
    slots[lexical.count] = slot;
    scores[lexical.count] = share;
    lexical.count += 1;
  }
  return lexical;
}

function toSet(list: readonly Near[]): MatchSet {
  const slots = Uint32Array.from(list, ({ slot }) => slot);
  const scores = Float64Array.from(list, ({ score }) => score);
  const near = new Map(list.map((one) => [one.slot, one]));
  return { scored: { slots, scores, count: list.length }, near, andTheRest: false };
}

function bestOf({ scores, count }: Scored): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) best = Math.max(best, scores[at] ?? 0);
  return count === 0 ? 0 : best;
}

/** Leaves out what scores less than `minRelevance` of the best. */
function cut(scored: Scored, minRelevance: number): Scored {
  const least = minRelevance * bestOf(scored);
  if (minRelevance > 0) keep(scored, (_slot, score) => score >= least);
  return scored;
}

/** Leaves only those for which `isKept` holds. */
function keep(scored: Scored, isKept: (slot: number, score: number) => boolean): void {
  const { slots, scores } = scored;
  let kept = 0;
  for (let at = 0; at < scored.count; at += 1) {
    const slot = slots[at] ?? 0;
    const score = scores[at] ?? 0;
    if (!isKept(slot, score)) continue;
    slots[kept] = slot;
    scores[kept] = score;
    kept += 1;
  }
  scored.count = kept;
}
