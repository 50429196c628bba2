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

/** A product near the query: the cosine of its best image, and which of its images that is. */
export interface Near extends Ranked {
  image: number;
}

/** Which group the product in a slot is in, and how many of a group are wanted. */
interface Groups {
  groupOf(slot: number): number | undefined;
  roomOf(group: number): number;
}

/** Finds what is near a query, by cosine similarity: best first, equal ones by id. */
export interface NearestFinder {
  /** The nearest `limit` products. */
  nearest(query: Float32Array, matching: Matching, limit: number): Near[];
  /** All products that are at least so near. */
  within(query: Float32Array, matching: Matching, minSimilarity: number): Near[];
  /**
   * Of each group the nearest products that it has room for, and all that are in no group; in no order. So which products a
   * list holds where variants collapse is known without ranking all of them.
   */
  nearestOfGroups(query: Float32Array, matching: Matching, groups: Groups): number[];
  /** How near these are. */
  among(query: Float32Array, slots: readonly number[]): Near[];
}

/**
 * Compares a query with all 8-bit copies that the filter lets through, and ranks those that may be among the best anew by
 * the stored vectors: exact, without an index that could be out of date.
 */
export function createNearestFinder(snapshot: Snapshot, scanner: VectorScanner, read: ReadEmbeddings): NearestFinder {
  let slots = new Uint32Array(0);
  let scores = new Float64Array(0);
  let scales = new Float32Array(0);

  /** About the cosine of the query and the best image of every matching product, in ascending order of slots. */
  const compareAll = (query: Float32Array, { mask, count }: Matching): Scored => {
    if (slots.length <= count) {
      const size = Math.ceil(1.25 * count) + 1;
      slots = new Uint32Array(size);
      scores = new Float64Array(size);
      scales = new Float32Array(size);
    }
    const queryScale = scanner.prepare(query);
    let found = 0;
    for (const { start, count: size, firstVector, vectorStarts, scales: own } of snapshot.segments) {
      let at = found;
      // Without a branch, since nobody can predict who matches; what is written behind the last one is written over.
      for (let slot = start; slot < start + size; slot += 1) {
        slots[found] = slot;
        found += mask[slot] ?? 0;
      }
      while (at < found) {
        // Whole products until the block is full; one has fewer vectors than a block.
        const first = at;
        let inBlock = 0;
        for (; at < found; at += 1) {
          const place = (slots[at] ?? 0) - start;
          const begin = vectorStarts[place] ?? 0;
          const end = vectorStarts[place + 1] ?? begin;
          if (inBlock + end - begin > BLOCK) break;
          for (let vector = begin; vector < end; vector += 1) scanner.numbers[inBlock++] = firstVector + vector;
        }
        scanner.compare(inBlock);
        let compared = 0;
        for (let done = first; done < at; done += 1) {
          const place = (slots[done] ?? 0) - start;
          scores[done] = Number.NEGATIVE_INFINITY;
          const end = vectorStarts[place + 1] ?? 0;
          for (let vector = vectorStarts[place] ?? 0; vector < end; vector += 1, compared += 1) {
            const scale = own[vector] ?? 0;
            const score = (scanner.dots[compared] ?? 0) * scale * queryScale;
            if (score <= (scores[done] ?? 0)) continue;
            scores[done] = score;
            scales[done] = scale;
          }
        }
      }
    }
    return { slots, scores, count: found };
  };

  /** Moves those to the front that reach `cut`, or may reach it but for the rounding of copies of these scales. */
  const keepPossible = (scored: Scored, cut: number, cutScale: number): void => {
    const surelyOut = cut - DOUBT * (LARGEST_SCALE + cutScale);
    let kept = 0;
    for (let at = 0; at < scored.count; at += 1) {
      const score = scores[at] ?? 0;
      if (score < surelyOut || score < cut - DOUBT * ((scales[at] ?? 0) + cutScale)) continue;
      slots[kept] = slots[at] ?? 0;
      scores[kept] = score;
      kept += 1;
    }
    scored.count = kept;
  };

  /** Those of some places that may be among the best `room` of them, but for the rounding of their copies. */
  const possibleOf = (places: readonly number[], room: number): number[] => {
    const sorted = places.toSorted((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
    const last = sorted[room - 1] ?? 0;
    const cut = scores[last] ?? 0;
    const cutScale = scales[last] ?? 0;
    return sorted.filter((at) => (scores[at] ?? 0) >= cut - DOUBT * ((scales[at] ?? 0) + cutScale));
  };

  /** The possible ones by their stored vectors. */
  const rankAnew = (query: Float32Array, possible: readonly number[], limit: number): Near[] => {
    const exact = { slots: new Uint32Array(possible.length), scores: new Float64Array(possible.length), count: 0 };
    const images = new Map<number, number>();
    for (const [place, embedding] of read(possible).entries()) {
      if (embedding === undefined) continue;
      const slot = possible[place] ?? 0;
      const { image, score } = bestImage(query, embedding);
      exact.slots[exact.count] = slot;
      exact.scores[exact.count] = score;
      images.set(slot, image);
      exact.count += 1;
    }
    return selectTop(exact, limit, snapshot.idOf).map((near) => ({ ...near, image: images.get(near.slot) ?? 0 }));
  };

  return {
    nearest(query, matching, limit) {
      if (limit <= 0 || matching.count === 0) return [];
      const scored = compareAll(query, matching);
      if (scored.count > limit) {
        const worst = worstOfBest(scores, scored.count, limit);
        keepPossible(scored, scores[worst] ?? 0, scales[worst] ?? 0);
      }
      const possible =
        scored.count > limit + MOST_EXTRA
          ? selectTop(scored, limit + MOST_EXTRA, snapshot.idOf).map(({ slot }) => slot)
          : Array.from(slots.subarray(0, scored.count));
      return rankAnew(query, possible, limit);
    },
    nearestOfGroups(query, matching, { groupOf, roomOf }) {
      const scored = compareAll(query, matching);
      const kept: number[] = [];
      const members = new Map<number, number[]>();
      for (let at = 0; at < scored.count; at += 1) {
        const slot = slots[at] ?? 0;
        const group = groupOf(slot);
        const own = group === undefined ? undefined : members.get(group);
        if (group === undefined) kept.push(slot);
        else if (own === undefined) members.set(group, [at]);
        else own.push(at);
      }
      const doubtful: number[] = [];
      for (const [group, own] of members) {
        const room = roomOf(group);
        if (room <= 0) continue;
        const possible = own.length > room ? possibleOf(own, room) : own;
        // As many as there is room for: who else could be among them?
        const into = possible.length > room ? doubtful : kept;
        for (const at of possible) into.push(slots[at] ?? 0);
      }
      const counts = new Map<number, number>();
      for (const { slot } of rankAnew(query, doubtful, doubtful.length)) {
        const group = groupOf(slot) ?? 0;
        const count = counts.get(group) ?? 0;
        counts.set(group, count + 1);
        if (count < roomOf(group)) kept.push(slot);
      }
      return kept;
    },
    among: (query, asked) => rankAnew(query, asked, asked.length),
    within(query, matching, minSimilarity) {
      const scored = compareAll(query, matching);
      keepPossible(scored, minSimilarity, 0);
      const possible = Array.from(slots.subarray(0, scored.count));
      return rankAnew(query, possible, possible.length).filter(({ score }) => score >= minSimilarity);
    },
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

/** The image whose vector is nearest, and its cosine without the noise of the last digits. */
function bestImage(query: Float32Array, embedding: Float32Array): { image: number; score: number } {
  let image = 0;
  let score = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < embedding.length; start += query.length) {
    let sum = 0;
    for (let at = 0; at < query.length; at += 1) sum += (query[at] ?? 0) * (embedding[start + at] ?? 0);
    if (sum <= score) continue;
    score = sum;
    image = start / query.length;
  }
  return { image, score: Math.min(1, Math.max(-1, roundScore(score))) };
}
