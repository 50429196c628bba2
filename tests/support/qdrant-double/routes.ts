import type { z } from 'zod';
import { type Hit, runQuery } from './query.ts';
import { type Query, Refusal, requestShapes as shapes } from './shapes.ts';
import {
  type Collection,
  createCollection,
  findCollection,
  type Payload,
  pointsOf,
  type Storage,
  upsertPoints,
  valuesOf,
} from './storage.ts';

/** What a handler gets: the storage, the name in the path and the body, which `read` checks. */
interface Call {
  storage: Storage;
  name: string;
  read: <Shape extends z.ZodType>(shape: Shape) => z.output<Shape>;
}

type Selector = Query['with_payload'];

function select(payload: Payload, selector: Selector): Payload {
  if (typeof selector === 'boolean') return payload;
  const isWanted = Array.isArray(selector)
    ? (key: string) => selector.includes(key)
    : (key: string) => !selector.exclude.includes(key);
  return Object.fromEntries(Object.entries(payload).filter(([key]) => isWanted(key)));
}

function toAnswer({ point, score, orderValue }: Hit, selector: Selector) {
  return {
    id: point.id,
    version: 0,
    score,
    ...(selector !== false && { payload: select(point.payload, selector) }),
    ...(orderValue !== undefined && { order_value: orderValue }),
  };
}

function answerQuery(collection: Collection, request: Query) {
  return { points: runQuery(collection, request).map((hit) => toAnswer(hit, request.with_payload)) };
}

function changePoints(change: (collection: Collection, read: Call['read']) => void) {
  return ({ storage, name, read }: Call) => {
    change(findCollection(storage, name), read);
    return { operation_id: 0, status: 'completed' };
  };
}

function changeAliases({ storage, read }: Call): boolean {
  for (const action of read(shapes.aliases).actions) {
    if ('delete_alias' in action) {
      storage.aliases.delete(action.delete_alias.alias_name);
      continue;
    }
    const { collection_name: target, alias_name: alias } = action.create_alias;
    findCollection(storage, target);
    if (storage.collections.has(alias)) throw new Refusal(409, `Wrong input: Collection \`${alias}\` already exists!`);
    storage.aliases.set(alias, target);
  }
  return true;
}

/** The part of a collection's description that the adapter reads. */
function describeCollection({ storage, name }: Call): unknown {
  const { settings, indexes, points } = findCollection(storage, name);
  const { vectors, sparse_vectors, shard_number, replication_factor, quantization_config, metadata } = settings;
  const indexed = Array.from(indexes, ([field, kind]) => {
    const filled = [...points.values()].filter(({ payload }) => valuesOf(payload, field).length > 0);
    return [field, { data_type: kind, points: filled.length }];
  });
  return {
    status: 'green',
    points_count: points.size,
    config: {
      params: { vectors, sparse_vectors, shard_number, replication_factor },
      quantization_config: quantization_config ?? null,
      ...(metadata !== undefined && { metadata }),
    },
    payload_schema: Object.fromEntries(indexed),
  };
}

function retrieve({ storage, name, read }: Call): unknown {
  const { ids, with_payload: selector, with_vector: names } = read(shapes.retrieve);
  const { points } = findCollection(storage, name);
  return [...new Set(ids)].flatMap((id) => {
    const point = points.get(id);
    if (point === undefined) return [];
    const payload = selector !== false && { payload: select(point.payload, selector) };
    const dense = Array.from(point.dense, ([key, vectors]) => [key, vectors.map((one) => Array.from(one))] as const);
    const vector = Array.isArray(names) && {
      vector: Object.fromEntries(dense.filter(([key]) => names.includes(key))),
    };
    return [{ id, ...payload, ...vector }];
  });
}

function facet({ storage, name, read }: Call): unknown {
  const { key, limit, exact, filter } = read(shapes.facet);
  const collection = findCollection(storage, name);
  if (!['keyword', 'bool'].includes(collection.indexes.get(key) ?? '')) {
    throw new Refusal(400, `Wrong input: No appropriate index for faceting: \`${key}\`.`);
  }
  const counts = new Map<string, number>();
  // An exact count of everything starts from the values that the index knows, used or not.
  if (exact && filter === undefined) for (const value of collection.seen.get(key) ?? []) counts.set(String(value), 0);
  for (const { payload } of pointsOf(collection, filter)) {
    for (const value of new Set(valuesOf(payload, key))) {
      counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
  }
  const hits = Array.from(counts, ([value, count]) => ({ value, count }));
  return { hits: hits.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, limit) };
}

/** Points by their ids, from the one at `offset` on. */
function scroll({ storage, name, read }: Call): unknown {
  const { offset = '', limit } = read(shapes.scroll);
  const listed = pointsOf(findCollection(storage, name), undefined)
    .filter(({ id }) => String(id) >= String(offset))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  const points = listed.slice(0, limit).map(({ id, payload }) => ({ id, payload }));
  return { points, next_page_offset: listed[limit]?.id ?? null };
}

/** `METHOD /path`, with `*` for the name, to what answers it. The answer is the `result` of the body. */
export const routes: Record<string, (call: Call) => unknown> = {
  'GET /aliases': ({ storage }) => ({
    aliases: Array.from(storage.aliases, ([alias_name, collection_name]) => ({ alias_name, collection_name })),
  }),
  'POST /collections/aliases': changeAliases,
  'GET /collections/*/exists': ({ storage, name }) => ({
    exists: storage.collections.has(storage.aliases.get(name) ?? name),
  }),
  'GET /collections/*': describeCollection,
  'PUT /collections/*': ({ storage, name, read }) => {
    createCollection(storage, name, read(shapes.createCollection));
    return true;
  },
  'DELETE /collections/*': ({ storage, name }) => {
    for (const [alias, target] of storage.aliases) if (target === name) storage.aliases.delete(alias);
    return storage.collections.delete(name);
  },
  'PUT /collections/*/index': changePoints(({ indexes }, read) => {
    const { field_name: field, field_schema: kind } = read(shapes.createIndex);
    indexes.set(field, kind);
  }),
  'PUT /collections/*/points': changePoints((collection, read) => {
    upsertPoints(collection, read(shapes.upsert));
  }),
  'POST /collections/*/points/delete': changePoints(({ points }, read) => {
    for (const id of read(shapes.deletePoints).points) points.delete(id);
  }),
  'POST /collections/*/points/payload': changePoints(({ points }, read) => {
    const { payload, points: ids } = read(shapes.setPayload);
    for (const id of ids) Object.assign(points.get(id)?.payload ?? {}, payload);
  }),
  'POST /collections/*/points': retrieve,
  'POST /collections/*/points/query': ({ storage, name, read }) =>
    answerQuery(findCollection(storage, name), read(shapes.query)),
  'POST /collections/*/points/query/batch': ({ storage, name, read }) =>
    read(shapes.queryBatch).searches.map((request) => answerQuery(findCollection(storage, name), request)),
  'POST /collections/*/points/scroll': scroll,
  'POST /collections/*/points/count': ({ storage, name, read }) => ({
    count: pointsOf(findCollection(storage, name), read(shapes.count).filter).length,
  }),
  'POST /collections/*/facet': facet,
};
