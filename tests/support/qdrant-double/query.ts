import { inverseDocumentFrequency, tokenise } from './bm25.ts';
import { type PointId, type Query, Refusal } from './shapes.ts';
import { type Collection, type Point, pointsOf, requireDense, requireSparse, valuesOf } from './storage.ts';

/** One line of an answer before its payload is chosen. `orderValue` is there when the query ordered by a field. */
export interface Hit {
  point: Point;
  score: number;
  orderValue?: unknown;
}

/** A cosine, for vectors that have unit length, as stored ones do, or no length at all. */
function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

/** Every point that has the vector, with its cosine to `target`: that of the nearest, where it has several. */
function byVector(points: readonly Point[], name: string, target: readonly number[]): Hit[] {
  const length = Math.hypot(...target) || 1;
  const direction = Float32Array.from(target, (value) => value / length);
  return points.flatMap((point) => {
    const vectors = point.dense.get(name);
    return vectors === undefined ? [] : [{ point, score: Math.max(...vectors.map((one) => dot(direction, one))) }];
  });
}

/** The points that have one of the words, by BM25. How rare a word is counts over `all`, whatever the filter left. */
function byWords(
  points: readonly Point[],
  all: readonly Point[],
  name: string,
  words: ReadonlySet<string | number>,
): Hit[] {
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

/** A number or a date as a number. */
const orderOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number(value));

/** Points in the order of a field that has a range index. */
function byField(collection: Collection, key: string, sign: number, filter: Query['filter']): Hit[] {
  if (!['float', 'datetime'].includes(collection.indexes.get(key) ?? '')) {
    throw new Refusal(400, `Wrong input: No range index for \`order_by\` key: \`${key}\`.`);
  }
  return pointsOf(collection, filter)
    .flatMap((point) => valuesOf(point.payload, key).map((value) => ({ point, value, order: orderOf(value) })))
    .sort((a, b) => sign * (a.order - b.order))
    .map(({ point, value }) => ({ point, score: 1, orderValue: value }));
}

/** A place among equal scores. The real server's is arbitrary and changes with the size of the list, so this one does. */
function placeOf(id: PointId, size: number): number {
  let place = size;
  for (const character of String(id)) place = Math.imul(place ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return place;
}

/** Best first, as 32-bit floats. */
function ranked(hits: readonly Hit[], size: number): Hit[] {
  return hits
    .map(({ point, score }) => ({ point, score: Math.fround(score), place: placeOf(point.id, size) }))
    .sort((a, b) => b.score - a.score || a.place - b.place);
}

/** Answers one query. */
export function runQuery(collection: Collection, request: Query): Hit[] {
  const { query, using = '', filter, limit, offset, score_threshold: least = Number.NEGATIVE_INFINITY } = request;
  if (limit < 1) throw new Refusal(422, 'Validation error in JSON body: [limit: value 0 invalid, must be 1 or larger]');
  const cut = (hits: readonly Hit[]) => hits.filter(({ score }) => score >= least).slice(offset, offset + limit);
  const points = pointsOf(collection, filter);
  if (query === undefined) {
    const listed = points.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    return cut(listed.map((point) => ({ point, score: 0 })));
  }
  if ('order_by' in query) {
    const { key, direction } = query.order_by;
    return cut(byField(collection, key, direction === 'desc' ? -1 : 1, filter));
  }
  if (Array.isArray(query)) {
    requireDense(collection.settings, using, query.length);
    return cut(ranked(byVector(points, using, query), offset + limit));
  }
  const isText = 'text' in query;
  requireSparse(collection.settings, using, isText ? query.model : undefined);
  const words = new Set<string | number>(isText ? tokenise(query.text) : query.indices);
  return cut(ranked(byWords(points, pointsOf(collection), using, words), offset + limit));
}
