import { weighWords } from './bm25.ts';
import {
  type CollectionSettings,
  type Condition,
  type Filter,
  type NewPoint,
  type PointId,
  Refusal,
  type Upsert,
} from './shapes.ts';

export type Payload = Record<string, unknown>;

export interface Point {
  id: PointId;
  /** The vectors of each name: several where the collection takes them. */
  dense: Map<string, Float32Array[]>;
  /** For each word, or the number that stands for one, how much it weighs. */
  sparse: Map<string, Map<string | number, number>>;
  payload: Payload;
}

export interface Collection {
  settings: CollectionSettings;
  /** Field name to the kind of its index. */
  indexes: Map<string, string>;
  points: Map<PointId, Point>;
  /** Every value that each field has ever had: the real server's facets list those that are gone, with a count of 0. */
  seen: Map<string, Set<unknown>>;
}

/** What a Qdrant keeps on its disk. Handed to a second double it stands for the same server, started again. */
export interface Storage {
  collections: Map<string, Collection>;
  aliases: Map<string, string>;
}

export function createStorage(): Storage {
  return { collections: new Map(), aliases: new Map() };
}

export function createCollection(storage: Storage, name: string, settings: CollectionSettings): void {
  if (storage.collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
  storage.collections.set(name, { settings, indexes: new Map(), points: new Map(), seen: new Map() });
}

/** Finds a collection by its name or by an alias. */
export function findCollection(storage: Storage, name: string): Collection {
  const collection = storage.collections.get(storage.aliases.get(name) ?? name);
  if (collection === undefined) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  return collection;
}

/** A field's values: a list's entries, or the one value it has. */
export function valuesOf(payload: Payload, key: string): unknown[] {
  const value = payload[key];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function holds(condition: Condition, point: Point): boolean {
  const { id, payload } = point;
  if ('has_id' in condition) return condition.has_id.includes(id);
  if ('must_not' in condition) return satisfies(point, condition);
  const { key, match, range = {} } = condition;
  const values = valuesOf(payload, key);
  if (match !== undefined) {
    const wanted: unknown[] = 'any' in match ? match.any : [match.value];
    return values.some((value) => wanted.includes(value));
  }
  const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY, lt = Number.POSITIVE_INFINITY } = range;
  return values.some((value) => typeof value === 'number' && value >= gte && value <= lte && value < lt);
}

/** The points that satisfy every condition of a filter, and none of those that it rules out. */
export function pointsOf({ points }: Collection, filter?: Filter): Point[] {
  return [...points.values()].filter((point) => satisfies(point, filter));
}

function satisfies(point: Point, { must = [], must_not = [] }: Filter = {}): boolean {
  return must.every((condition) => holds(condition, point)) && !must_not.some((condition) => holds(condition, point));
}

/** Cosine vectors are kept at unit length; one that has it already stays as it is, and so does the zero vector. */
function toUnitLength(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  const scale = length === 0 || Math.abs(length * length - 1) < 1e-6 ? 1 : length;
  return Float32Array.from(values, (value) => value / scale);
}

/** Refuses a dense vector that the collection does not have, or not in this size. */
export function requireDense({ vectors }: CollectionSettings, name: string, length: number): void {
  const size = vectors[name]?.size;
  if (size === undefined) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
  if (size !== length) throw new Refusal(400, `Wrong input: expected dim: ${size}, got ${length} for '${name}'`);
}

/** Refuses a sparse vector that the collection does not have, and every model but BM25. */
export function requireSparse({ sparse_vectors }: CollectionSettings, name: string, model = 'qdrant/bm25'): void {
  if (model !== 'qdrant/bm25') throw new Refusal(500, 'Service internal error: InferenceService URL not configured');
  if (!sparse_vectors[name]) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
}

function toPoint(settings: CollectionSettings, { id, vector, payload }: NewPoint): Point {
  const point: Point = { id, dense: new Map(), sparse: new Map(), payload };
  for (const [name, value] of Object.entries(vector)) {
    if (Array.isArray(value)) {
      const vectors = value.flatMap((one) => (Array.isArray(one) ? [one] : []));
      const list = vectors.length > 0 ? vectors : [value.flatMap((one) => (Array.isArray(one) ? [] : [one]))];
      for (const { length } of list) requireDense(settings, name, length);
      if (list.length > 1 && settings.vectors[name]?.multivector_config === undefined) {
        throw new Refusal(400, 'Wrong input: Conversion between multi and regular vectors failed');
      }
      point.dense.set(name, list.map(toUnitLength));
    } else if ('text' in value) {
      requireSparse(settings, name, value.model);
      point.sparse.set(name, weighWords(value.text));
    } else {
      requireSparse(settings, name);
      point.sparse.set(name, new Map(value.indices.map((index, place) => [index, value.values[place] ?? 0])));
    }
  }
  return point;
}

/** Adds or replaces, all of them or none, but for those that the mode or the filter leaves as they are. */
export function upsertPoints(
  { settings, indexes, points, seen }: Collection,
  { points: added, update_mode: mode, update_filter: filter }: Upsert,
): void {
  for (const point of added.map((each) => toPoint(settings, each))) {
    const stored = points.get(point.id);
    if (mode === (stored === undefined ? 'update_only' : 'insert_only')) continue;
    if (stored !== undefined && !satisfies(stored, filter)) continue;
    points.set(point.id, point);
    for (const field of indexes.keys()) {
      seen.set(field, new Set([...(seen.get(field) ?? []), ...valuesOf(point.payload, field)]));
    }
  }
}
