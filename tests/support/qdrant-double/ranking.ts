import { inverseDocumentFrequency } from './bm25.ts';
import type { Point } from './collection.ts';
import type { PointId } from './shapes.ts';

export interface Scored {
  point: Point;
  score: number;
}

/**
 * The order that equal scores come in. The real server's is arbitrary and changes with the limit, so this one does too,
 * except for the ids in `first`, which come in that order before all others.
 */
export type TieOrder = (limit: number) => (id: PointId) => number;

export function createTieOrder(first: readonly PointId[]): TieOrder {
  return (limit) => {
    const places = new Map<PointId, number>(first.map((id, index) => [id, index - first.length]));
    return (id) => {
      let place = places.get(id);
      if (place === undefined) {
        place = limit;
        for (const character of String(id)) place = Math.imul(place ^ character.charCodeAt(0), 0x01000193) >>> 0;
        places.set(id, place);
      }
      return place;
    };
  };
}

/** The best `limit` after the first `offset`, as 32-bit floats. */
export function best(scored: readonly Scored[], offset: number, limit: number, ties: TieOrder): Scored[] {
  const order = ties(offset + limit);
  return scored
    .map(({ point, score }) => ({ point, score: Math.fround(score) }))
    .sort((a, b) => b.score - a.score || order(a.point.id) - order(b.point.id))
    .slice(offset, offset + limit);
}

/** The cosine of two vectors that have unit length, as stored ones do, or no length at all. */
function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

/** Every point that has the vector, with its cosine to `target`. */
export function byVector(points: readonly Point[], name: string, target: Float32Array): Scored[] {
  const length = Math.hypot(...target) || 1;
  const direction = target.map((value) => value / length);
  return points.flatMap((point) => {
    const vector = point.dense.get(name);
    return vector === undefined ? [] : [{ point, score: dot(direction, vector) }];
  });
}

/** The points that have one of the words, by BM25. How rare a word is counts over `all`, whatever the filter left. */
export function byWords(points: readonly Point[], all: readonly Point[], name: string, words: Set<number>): Scored[] {
  const texts = all.flatMap((point) => point.sparse.get(name) ?? []);
  const weights = Array.from(words, (word) => {
    const containing = texts.filter((text) => text.has(word)).length;
    return [word, inverseDocumentFrequency(texts.length, containing)] as const;
  });
  return points
    .map((point) => ({
      point,
      score: weights.reduce((sum, [word, weight]) => sum + weight * (point.sparse.get(name)?.get(word) ?? 0), 0),
    }))
    .filter(({ score }) => score > 0);
}

/** Reciprocal rank fusion; ranks count from 0. */
export function fuseByRank(lists: readonly Scored[][], k: number, weights: readonly number[]): Scored[] {
  const fused = new Map<Point, number>();
  for (const [list, entries] of lists.entries()) {
    for (const [rank, { point }] of entries.entries()) {
      fused.set(point, (fused.get(point) ?? 0) + (weights[list] ?? 1) / (k + rank));
    }
  }
  return Array.from(fused, ([point, score]) => ({ point, score }));
}

/** Maximal marginal relevance: each next one is near to the query and far from those already taken. */
export function diversify(candidates: readonly Scored[], name: string, diversity: number, limit: number): Scored[] {
  const empty = new Float32Array();
  const left = [...candidates];
  const taken: Scored[] = [];
  while (taken.length < limit && left.length > 0) {
    const worth = left.map(({ point, score }) => {
      const vector = point.dense.get(name) ?? empty;
      const nearest = taken.map((other) => dot(vector, other.point.dense.get(name) ?? empty));
      return (1 - diversity) * score - diversity * (nearest.length === 0 ? 0 : Math.max(...nearest));
    });
    taken.push(...left.splice(worth.indexOf(Math.max(...worth)), 1));
  }
  return taken;
}
