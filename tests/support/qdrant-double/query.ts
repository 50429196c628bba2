import { embedQuery } from './bm25.ts';
import { type Collection, compareIds, type Point, pointsOf, refuseOtherModels } from './collection.ts';
import { invalidValue, notFound, wrongInput } from './errors.ts';
import { valuesOf } from './filter.ts';
import { best, byVector, byWords, diversify, fuseByRank, type Scored, type TieOrder } from './ranking.ts';
import type { PointId, Query } from './shapes.ts';

/** One line of an answer before its payload is added. `orderValue` is there when the query ordered by a field. */
export interface Hit extends Scored {
  orderValue?: unknown;
}

type Input = Exclude<NonNullable<Query['query']>, Record<string, unknown>> | { text: string; model: string };

function denseOf(point: Point | undefined, id: PointId, name: string): Float32Array {
  const vector = point?.dense.get(name);
  if (vector === undefined) throw notFound(`Point with id ${id} does not exists!`);
  return vector;
}

function requireDense(collection: Collection, name: string, length: number): void {
  const size = collection.settings.vectors[name]?.size;
  if (size === undefined) throw wrongInput(`Not existing vector name error: ${name}`);
  if (size !== length) throw wrongInput(`Vector dimension error: expected dim: ${size}, got ${length}`);
}

/** Everything that a vector, a text or a stored point finds; a stored point does not find itself. */
function nearest(collection: Collection, input: Input, using: string, filter: Query['filter']): Scored[] {
  const points = pointsOf(collection, filter);
  if (Array.isArray(input)) {
    requireDense(collection, using, input.length);
    return byVector(points, using, Float32Array.from(input));
  }
  if (typeof input === 'object') {
    refuseOtherModels(input.model);
    if (collection.settings.sparse_vectors[using] === undefined) {
      throw wrongInput(`Not existing vector name error: ${using}`);
    }
    return byWords(points, pointsOf(collection, undefined), using, embedQuery(input.text));
  }
  const target = denseOf(collection.points.get(input), input, using);
  return byVector(points, using, target).filter(({ point }) => point.id !== input);
}

/** Near to what the good examples have in common and away from the bad ones; the examples themselves are left out. */
function recommend(collection: Collection, good: PointId[], bad: PointId[], using: string, filter: Query['filter']) {
  const mean = (ids: PointId[]): Float32Array => {
    const vectors = ids.map((id) => denseOf(collection.points.get(id), id, using));
    const size = collection.settings.vectors[using]?.size ?? 0;
    return Float32Array.from({ length: size }, (_, index) => {
      return vectors.reduce((sum, vector) => sum + (vector[index] ?? 0), 0) / Math.max(1, vectors.length);
    });
  };
  const goodMean = mean(good);
  const badMean = mean(bad);
  const target = goodMean.map((value, index) => (bad.length === 0 ? value : 2 * value - (badMean[index] ?? 0)));
  const examples = new Set([...good, ...bad]);
  return byVector(pointsOf(collection, filter), using, target).filter(({ point }) => !examples.has(point.id));
}

/** Points in the order of a field that has a range index; those without a value are left out. */
export function orderBy(
  collection: Collection,
  key: string,
  direction: 'asc' | 'desc',
  filter: Query['filter'],
): Hit[] {
  if (!['float', 'datetime'].includes(collection.indexes.get(key) ?? '')) {
    throw wrongInput(
      `No range index for \`order_by\` key: \`${key}\`. Please create one to use \`order_by\`. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions`,
    );
  }
  const sign = direction === 'asc' ? 1 : -1;
  return pointsOf(collection, filter)
    .flatMap((point) => valuesOf(point.payload, key).map((orderValue) => ({ point, score: 1, orderValue })))
    .sort((a, b) => sign * (Number(a.orderValue) - Number(b.orderValue)));
}

/** Answers one query. */
export function runQuery(collection: Collection, request: Query, ties: TieOrder): Hit[] {
  const { query, using = '', filter, limit, offset, score_threshold: threshold } = request;
  if (limit < 1) throw invalidValue('internal.limit: value 0 invalid, must be 1 or larger');
  if (query === undefined) {
    const listed = pointsOf(collection, filter).sort((a, b) => compareIds(a.id, b.id));
    return listed.slice(offset, offset + limit).map((point) => ({ point, score: 0 }));
  }
  if (typeof query === 'object' && 'order_by' in query) {
    const { key, direction = 'asc' } = query.order_by;
    return orderBy(collection, key, direction, filter).slice(offset, offset + limit);
  }
  if (typeof query === 'object' && 'mmr' in query) {
    const { diversity, candidates_limit: candidates } = query.mmr;
    const found = best(nearest(collection, query.nearest, using, filter), 0, candidates, ties);
    return diversify(found, using, diversity, limit);
  }
  if (typeof query === 'object' && 'rrf' in query) {
    const lists = (request.prefetch ?? []).map((list) => {
      return best(nearest(collection, list.query, list.using, list.filter), 0, list.limit, ties);
    });
    return best(fuseByRank(lists, query.rrf.k, query.rrf.weights), offset, limit, ties);
  }
  const scored =
    typeof query === 'object' && 'recommend' in query
      ? recommend(collection, query.recommend.positive, query.recommend.negative, using, filter)
      : nearest(collection, query, using, filter);
  return best(
    scored.filter(({ score }) => threshold === undefined || score >= threshold),
    offset,
    limit,
    ties,
  );
}
