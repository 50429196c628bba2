import { B, K1, LACKING } from '../tokens.ts';
import { MAX_SLOTS, postingsOf, slotOf, weightOf } from './segment.ts';
import type { Snapshot } from './snapshot.ts';
import type { Scored } from './top.ts';

/**
 * Scores products by the words they share with a query, with BM25 over weighted fields: a word of the name counts like
 * several of the description. How rare a word is, and how long texts are, is counted over all products, whatever the
 * filter. Robertson, Zaragoza and Taylor: "Simple BM25 Extension to Multiple Weighted Fields" (CIKM 2004).
 *
 * The scores lie in memory of the scorer's own, until it is asked again.
 */
export type LexicalScorer = (words: readonly number[], mask: Uint8Array, excluded: readonly number[]) => Scored;

/**
 * A scorer of one thread over its snapshot. `words`: terms of the dictionary, each once; a product that lacks one of them,
 * though some product has it, counts half; `mask`: see `Matching`; `excluded`: terms too, a product that has one of them is
 * not scored.
 */
export function createLexicalScorer(snapshot: Snapshot): LexicalScorer {
  /** By slot; all zero between two calls. */
  let sums = new Float64Array(0);
  /** By slot: how many of the words the product has; all zero between two calls. */
  let found = new Uint16Array(0);
  let slots = new Uint32Array(0);
  let scores = new Float64Array(0);

  return (words, mask, excluded) => {
    if (sums.length < snapshot.size) {
      const length = Math.min(MAX_SLOTS, Math.ceil(1.25 * snapshot.size));
      sums = new Float64Array(length);
      found = new Uint16Array(length);
      slots = new Uint32Array(length);
      scores = new Float64Array(length);
    }
    const { alive, segments, size, liveCount, liveWords } = snapshot;
    const meanLength = Math.max(1, liveWords / Math.max(1, liveCount));
    let count = 0;
    let known = 0;
    for (const word of words) {
      const lists = segments.map((segment) => ({ segment, postings: postingsOf(segment, word) }));
      let frequency = 0;
      for (const { postings } of lists) frequency += liveCount === size ? postings.length : countAlive(postings, alive);
      if (frequency === 0) continue;
      known += 1;
      const rarity = Math.log(1 + (liveCount - frequency + 0.5) / (frequency + 0.5));
      for (const { segment, postings } of lists) {
        const { start, lengths } = segment;
        for (let at = 0; at < postings.length; at += 1) {
          const packed = postings[at] ?? 0;
          const slot = slotOf(packed);
          if (mask[slot] !== 1) continue;
          const weight = weightOf(packed);
          const sum = sums[slot] ?? 0;
          if (sum === 0) slots[count++] = slot;
          found[slot] = (found[slot] ?? 0) + 1;
          const length = (lengths[slot - start] ?? 0) / meanLength;
          sums[slot] = sum + (rarity * weight * (K1 + 1)) / (weight + K1 * (1 - B + B * length));
        }
      }
    }
    for (const word of excluded) {
      for (const segment of segments) for (const packed of postingsOf(segment, word)) sums[slotOf(packed)] = 0;
    }
    let scored = 0;
    for (let at = 0; at < count; at += 1) {
      const slot = slots[at] ?? 0;
      const sum = sums[slot] ?? 0;
      const lacks = (found[slot] ?? 0) < known;
      sums[slot] = 0;
      found[slot] = 0;
      if (sum === 0) continue;
      slots[scored] = slot;
      scores[scored] = sum * (lacks ? LACKING : 1);
      scored += 1;
    }
    return { slots, scores, count: scored };
  };
}

/** How many of these postings are of products that are there. */
export function countAlive(postings: Uint32Array, alive: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < postings.length; at += 1) count += alive[slotOf(postings[at] ?? 0)] ?? 0;
  return count;
}
