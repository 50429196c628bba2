import { BM25_MODEL, embedDocument } from './bm25.ts';
import { conflict, internalError, notFound, wrongInput } from './errors.ts';
import { matches, type Payload, valuesOf } from './filter.ts';
import type { CollectionSettings, Filter, NewPoint, PointId } from './shapes.ts';

export interface Point {
  id: PointId;
  dense: Map<string, Float32Array>;
  sparse: Map<string, Map<number, number>>;
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
  if (storage.collections.has(name)) throw conflict(`Collection \`${name}\` already exists!`);
  if (storage.aliases.has(name)) throw conflict(`Alias \`${name}\` already exists!`);
  storage.collections.set(name, { settings, indexes: new Map(), points: new Map(), seen: new Map() });
}

/** Finds a collection by its name or by an alias. */
export function findCollection(storage: Storage, name: string): Collection {
  const collection = storage.collections.get(storage.aliases.get(name) ?? name);
  if (collection === undefined) throw notFound(`Collection \`${name}\` doesn't exist!`);
  return collection;
}

/** The points that satisfy a filter. */
export function pointsOf(collection: Collection, filter: Filter | undefined): Point[] {
  return [...collection.points.values()].filter(({ payload }) => matches(payload, filter));
}

/** Numbers first, then UUIDs. */
export function compareIds(left: PointId, right: PointId): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === typeof right) return left < right ? -1 : 1;
  return typeof left === 'number' ? -1 : 1;
}

/** Cosine vectors are kept at unit length; one that has it already stays as it is, and so does the zero vector. */
function toUnitLength(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  const scale = length === 0 || Math.abs(length * length - 1) < 1e-6 ? 1 : length;
  return Float32Array.from(values, (value) => value / scale);
}

function toPoint(settings: CollectionSettings, { id, vector, payload }: NewPoint): Point {
  const point: Point = { id, dense: new Map(), sparse: new Map(), payload };
  for (const [name, value] of Object.entries(vector)) {
    if (Array.isArray(value)) {
      const size = settings.vectors[name]?.size;
      if (size === undefined) throw wrongInput(`Not existing vector name error: ${name}`);
      if (size !== value.length) {
        throw wrongInput(`Vector dimension error: expected dim: ${size}, got ${value.length} for vector '${name}'`);
      }
      point.dense.set(name, toUnitLength(value));
    } else {
      refuseOtherModels(value.model);
      if (settings.sparse_vectors[name] === undefined) throw wrongInput(`Not existing vector name error: ${name}`);
      point.sparse.set(name, embedDocument(value.text));
    }
  }
  return point;
}

/** Without a service of its own, Qdrant infers by BM25 and by nothing else. */
export function refuseOtherModels(model: string): void {
  if (model !== BM25_MODEL) {
    throw internalError('InferenceService URL not configured - please provide valid address in config');
  }
}

/** Adds or replaces, all of them or none. */
export function upsertPoints(collection: Collection, points: readonly NewPoint[]): void {
  for (const point of points.map((each) => toPoint(collection.settings, each))) {
    collection.points.set(point.id, point);
    for (const field of collection.indexes.keys()) {
      const seen = collection.seen.get(field) ?? new Set();
      collection.seen.set(field, seen);
      for (const value of valuesOf(point.payload, field)) seen.add(value);
    }
  }
}
