import { roundScore } from '../complete-ties.ts';
import type { Matching } from './filter.ts';
import type { Snapshot } from './snapshot.ts';
import { type Ranked, type Scored, selectTop } from './top.ts';
import { BLOCK, type VectorScanner } from './vector-memory.ts';

/**
 * How far the 8-bit copies may be wrong, as a share of their scales. Rounding moves each number of a copy evenly by up to
 * half its scale, so a cosine with a unit vector strays by a twelfth of the scale's square (its variance). Three standard
 * deviations for each of two vectors that are compared: one pair in 40,000 strays further, and is near the cut at that.
 */
const DOUBT = 3 / Math.sqrt(12);
/** The scale of a unit vector that points along one axis. */
const LARGEST_SCALE = 1 / 127;
/** So many more than asked for are ranked anew at most: with more, they are as good as equal, and go by id. */
const MOST_EXTRA = 4_096;

/** The stored embeddings in these slots, in their order; undefined where the product was deleted meanwhile. */
export type ReadEmbeddings = (slots: readonly number[]) => (Float32Array | undefined)[];

/** The nearest products of a query, by cosine similarity: best first, equal ones by id. */
export type NearestFinder = (query: Float32Array, matching: Matching, limit: number, read: ReadEmbeddings) => Ranked[];

/**
 * Finds the nearest by comparing the query with all 8-bit copies that the filter lets through, and ranks those that may
 * be among the best anew by the stored vectors: exact, without an index that could be out of date.
 */
export function createNearestFinder(snapshot: Snapshot, scanner: VectorScanner): NearestFinder {
  let slots = new Uint32Array(0);
  let scores = new Float64Array(0);
  let scales = new Float32Array(0);

  /** About the cosine of the query and every matching vector, in ascending order of slots. */
  const compareAll = (query: Float32Array, { mask, count }: Matching): Scored => {
    if (slots.length < count) {
      const size = Math.ceil(1.25 * count);
      slots = new Uint32Array(size);
      scores = new Float64Array(size);
      scales = new Float32Array(size);
    }
    const queryScale = scanner.prepare(query);
    let found = 0;
    for (const segment of snapshot.segments) {
      const end = segment.start + segment.count;
      for (let slot = segment.start; slot < end; ) {
        let inBlock = 0;
        for (; slot < end && inBlock < BLOCK; slot += 1) if (mask[slot] === 1) scanner.slots[inBlock++] = slot;
        scanner.compare(inBlock);
        for (let at = 0; at < inBlock; at += 1) {
          const own = scanner.slots[at] ?? 0;
          const scale = segment.scales[own - segment.start] ?? 0;
          slots[found] = own;
          scales[found] = scale;
          scores[found] = (scanner.dots[at] ?? 0) * scale * queryScale;
          found += 1;
        }
      }
    }
    return { slots, scores, count: found };
  };

  /** Moves those to the front that the rounding of the copies may have kept from the best `limit`. */
  const keepPossible = (scored: Scored, limit: number): number => {
    const worst = worstOfBest(scores, scored.count, limit);
    const worstScale = scales[worst] ?? 0;
    const worstScore = scores[worst] ?? 0;
    const surelyOut = worstScore - DOUBT * 2 * LARGEST_SCALE;
    let kept = 0;
    for (let at = 0; at < scored.count; at += 1) {
      const score = scores[at] ?? 0;
      if (score < surelyOut || score < worstScore - DOUBT * ((scales[at] ?? 0) + worstScale)) continue;
      slots[kept] = slots[at] ?? 0;
      scores[kept] = score;
      kept += 1;
    }
    return kept;
  };

  return (query, matching, limit, read) => {
    if (limit <= 0 || matching.count === 0) return [];
    const scored = compareAll(query, matching);
    if (scored.count > limit) scored.count = keepPossible(scored, limit);
    const possible =
      scored.count > limit + MOST_EXTRA
        ? selectTop(scored, limit + MOST_EXTRA, snapshot.idOf).map(({ slot }) => slot)
        : Array.from(slots.subarray(0, scored.count));
    let count = 0;
    const exact = { slots: new Uint32Array(possible.length), scores: new Float64Array(possible.length) };
    for (const [place, embedding] of read(possible).entries()) {
      if (embedding === undefined) continue;
      exact.slots[count] = possible[place] ?? 0;
      exact.scores[count] = cosineOf(query, embedding);
      count += 1;
    }
    return selectTop({ ...exact, count }, limit, snapshot.idOf);
  };
}

/** The place of the `limit`-th best of the first `count` scores. */
function worstOfBest(scores: Float64Array, count: number, limit: number): number {
  const places = Uint32Array.from({ length: Math.min(limit, count) });
  const isWorse = (left: number, right: number) => (scores[left] ?? 0) < (scores[right] ?? 0);
  const sink = (entry: number, size: number): void => {
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && isWorse(places[child + 1] ?? 0, places[child] ?? 0)) child += 1;
      if (!isWorse(places[child] ?? 0, entry)) break;
      places[place] = places[child] ?? 0;
      place = child;
    }
    places[place] = entry;
  };
  const rise = (entry: number, size: number): void => {
    let place = size;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!isWorse(entry, places[parent] ?? 0)) break;
      places[place] = places[parent] ?? 0;
      place = parent;
    }
    places[place] = entry;
  };
  for (let at = 0; at < count; at += 1) {
    if (at < places.length) rise(at, at);
    else if (isWorse(places[0] ?? 0, at)) sink(at, places.length);
  }
  return places[0] ?? 0;
}

/** The dot product of two unit vectors, without the noise of its last digits. */
function cosineOf(query: Float32Array, embedding: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < query.length; at += 1) sum += (query[at] ?? 0) * (embedding[at] ?? 0);
  return Math.min(1, Math.max(-1, roundScore(sum)));
}
