import type { z } from 'zod';
import {
  type Collection,
  createCollection,
  findCollection,
  pointsOf,
  type Storage,
  upsertPoints,
} from './collection.ts';
import { describeCollection } from './collection-info.ts';
import { conflict, notFound, wrongInput } from './errors.ts';
import { type Payload, valuesOf } from './filter.ts';
import { type Hit, orderBy, runQuery } from './query.ts';
import { best, byVector, type TieOrder } from './ranking.ts';
import { type Query, requestShapes as shapes } from './shapes.ts';

/** What a handler gets: the storage, the name in the path and the body, which `read` checks. */
interface Call {
  storage: Storage;
  /** The first and the second variable of the path. */
  name: string;
  id: string;
  read: <Shape extends z.ZodType>(shape: Shape) => z.output<Shape>;
  ties: TieOrder;
}

type Handler = (call: Call) => unknown;
type Selector = Query['with_payload'];

function select(payload: Payload, selector: Selector): Payload {
  if (!Array.isArray(selector)) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([key]) => selector.includes(key)));
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

const completed = () => ({ operation_id: 0, status: 'completed' });

function changePoints(change: (collection: Collection, call: Call) => void): Handler {
  return (call) => {
    change(findCollection(call.storage, call.name), call);
    return completed();
  };
}

function changeAliases({ storage, read }: Call): boolean {
  for (const action of read(shapes.aliases).actions) {
    if ('delete_alias' in action) {
      storage.aliases.delete(action.delete_alias.alias_name);
    } else {
      const { collection_name: target, alias_name: alias } = action.create_alias;
      if (!storage.collections.has(target)) throw notFound(`Collection \`${target}\` doesn't exist!`);
      if (storage.collections.has(alias)) throw conflict(`Collection \`${alias}\` already exists!`);
      storage.aliases.set(alias, target);
    }
  }
  return true;
}

function dropCollection({ storage, name }: Call): boolean {
  for (const [alias, target] of storage.aliases) if (target === name) storage.aliases.delete(alias);
  return storage.collections.delete(name);
}

function retrieve({ storage, name, read }: Call): unknown {
  const { ids, with_payload: payload, with_vector: vectors } = read(shapes.retrieve);
  const { points } = findCollection(storage, name);
  const found = [...new Set(ids)].flatMap((id) => points.get(id) ?? []);
  return found.map((point) => ({
    id: point.id,
    ...(payload !== false && { payload: select(point.payload, payload) }),
    ...(Array.isArray(vectors) && {
      vector: Object.fromEntries(vectors.map((key) => [key, Array.from(point.dense.get(key) ?? [])])),
    }),
  }));
}

function facet({ storage, name, read }: Call): unknown {
  const { key, limit, exact, filter } = read(shapes.facet);
  const collection = findCollection(storage, name);
  if (!['keyword', 'bool'].includes(collection.indexes.get(key) ?? '')) {
    throw wrongInput(
      `No appropriate index for faceting: \`${key}\`. Please create one to facet on this field. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Match conditions`,
    );
  }
  const values = pointsOf(collection, filter).flatMap(({ payload }) => [...new Set(valuesOf(payload, key))]);
  const counts = new Map<string, number>();
  // An exact count of everything starts from the values that the index knows, used or not.
  if (exact && filter === undefined) for (const value of collection.seen.get(key) ?? []) counts.set(String(value), 0);
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const hits = Array.from(counts, ([value, count]) => ({ value, count }));
  return { hits: hits.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, limit) };
}

function query({ storage, name, read, ties }: Call): unknown {
  const request = read(shapes.query);
  const hits = runQuery(findCollection(storage, name), request, ties);
  return { points: hits.map((hit) => toAnswer(hit, request.with_payload)) };
}

function queryBatch({ storage, name, read, ties }: Call): unknown {
  return read(shapes.queryBatch).searches.map((request) => {
    const hits = runQuery(findCollection(storage, name), request, ties);
    return { points: hits.map((hit) => toAnswer(hit, request.with_payload)) };
  });
}

function queryGroups({ storage, name, read, ties }: Call): unknown {
  const { query: target, using, group_by: key, group_size: size, limit } = read(shapes.queryGroups);
  const points = pointsOf(findCollection(storage, name), undefined);
  const scored = best(byVector(points, using, Float32Array.from(target)), 0, points.length, ties);
  const groups = Map.groupBy(scored, ({ point }) => valuesOf(point.payload, key)[0]);
  const answers = Array.from(groups, ([id, hits]) => ({
    id,
    hits: hits.slice(0, size).map((hit) => toAnswer(hit, false)),
  }));
  return { groups: answers.slice(0, limit) };
}

function scroll({ storage, name, read }: Call): unknown {
  const { order_by: key, limit } = read(shapes.scroll);
  const hits = orderBy(findCollection(storage, name), key, 'asc', undefined).slice(0, limit);
  return { points: hits.map((hit) => toAnswer(hit, true)), next_page_offset: null };
}

function getPoint({ storage, name, id }: Call): unknown {
  const point = findCollection(storage, name).points.get(id);
  if (point === undefined) throw notFound(`Point with id ${id} does not exists!`);
  return { id: point.id, payload: point.payload };
}

/** `METHOD /path`, with `*` for a variable part, to what answers it. The answer is the `result` of the body. */
export const routes: Record<string, Handler> = {
  'GET /collections': ({ storage }) => ({
    collections: Array.from(storage.collections.keys(), (name) => ({ name })),
  }),
  'GET /aliases': ({ storage }) => ({
    aliases: Array.from(storage.aliases, ([alias_name, collection_name]) => ({ alias_name, collection_name })),
  }),
  'POST /collections/aliases': changeAliases,
  'GET /collections/*/exists': ({ storage, name }) => ({
    exists: storage.collections.has(storage.aliases.get(name) ?? name),
  }),
  'GET /collections/*': ({ storage, name }) => describeCollection(findCollection(storage, name)),
  'PUT /collections/*': ({ storage, name, read }) => {
    createCollection(storage, name, read(shapes.createCollection));
    return true;
  },
  'DELETE /collections/*': dropCollection,
  'PUT /collections/*/index': changePoints(({ indexes }, { read }) => {
    const { field_name: field, field_schema: kind } = read(shapes.createIndex);
    indexes.set(field, kind);
  }),
  'PUT /collections/*/points': changePoints((collection, { read }) => {
    upsertPoints(collection, read(shapes.upsert).points);
  }),
  'POST /collections/*/points/delete': changePoints(({ points }, { read }) => {
    for (const id of read(shapes.deletePoints).points) points.delete(id);
  }),
  'POST /collections/*/points/payload': changePoints(({ points }, { read }) => {
    const { payload, points: ids } = read(shapes.setPayload);
    for (const id of ids) Object.assign(points.get(id)?.payload ?? {}, payload);
  }),
  'POST /collections/*/points': retrieve,
  'GET /collections/*/points/*': getPoint,
  'POST /collections/*/points/query': query,
  'POST /collections/*/points/query/batch': queryBatch,
  'POST /collections/*/points/query/groups': queryGroups,
  'POST /collections/*/points/scroll': scroll,
  'POST /collections/*/points/count': ({ storage, name, read }) => ({
    count: pointsOf(findCollection(storage, name), read(shapes.count).filter).length,
  }),
  'POST /collections/*/facet': facet,
};
