import { z } from 'zod';
import { formatError } from './errors.ts';

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

const pointIdShape = z.union([
  z.int().min(0),
  z.string().regex(UUID, {
    error: ({ input }) =>
      `value ${input} is not a valid point ID, valid values are either an unsigned integer or a UUID`,
  }),
]);

const vectorShape = z.array(z.number());
const payloadShape = z.record(z.string(), z.unknown());
const selectorShape = z.union([z.boolean(), z.array(z.string())]);
const keywordShape = z.union([z.string(), z.int(), z.boolean()]);

const condition = z.object({
  key: z.string(),
  match: z.union([z.object({ value: keywordShape }), z.object({ any: z.array(keywordShape) })]).optional(),
  range: z.object({ gte: z.number().optional(), lte: z.number().optional() }).optional(),
});
const filter = z.object({ must: z.array(condition).optional() });
const document = z.object({ text: z.string(), model: z.string() });
const params = z.object({
  exact: z.boolean().optional(),
  hnsw_ef: z.int().min(1).optional(),
  quantization: z.object({ rescore: z.boolean().optional(), oversampling: z.number().min(1).optional() }).optional(),
});
const vectorInput = z.union([vectorShape, pointIdShape, document]);
const orderBy = z.object({ key: z.string(), direction: z.enum(['asc', 'desc']).optional() });
const prefetch = z.object({
  query: vectorInput,
  using: z.string(),
  limit: z.int().min(1).default(10),
  filter: filter.optional(),
});
const query = z.object({
  query: z
    .union([
      vectorInput,
      z.object({ nearest: vectorInput, mmr: z.object({ diversity: z.number(), candidates_limit: z.int() }) }),
      z.object({ recommend: z.object({ positive: z.array(pointIdShape), negative: z.array(pointIdShape) }) }),
      z.object({ rrf: z.object({ k: z.number(), weights: z.array(z.number()) }) }),
      z.object({ order_by: orderBy }),
    ])
    .optional(),
  prefetch: z.array(prefetch).optional(),
  using: z.string().optional(),
  filter: filter.optional(),
  params: params.optional(),
  limit: z.int().min(0).default(10),
  offset: z.int().min(0).default(0),
  score_threshold: z.number().optional(),
  with_payload: selectorShape.default(false),
});

/** The bodies of the requests that the double answers: what the adapter sends and what was recorded, and no more. */
export const requestShapes = {
  createCollection: z.object({
    vectors: z.record(
      z.string(),
      z.object({ size: z.int().min(1), distance: z.literal('Cosine'), on_disk: z.boolean().optional() }),
      'data did not match any variant of untagged enum VectorsConfig',
    ),
    sparse_vectors: z.record(z.string(), z.object({ modifier: z.literal('idf').optional() })).default({}),
    shard_number: z.int().min(1).default(1),
    replication_factor: z.int().min(1).default(1),
    metadata: payloadShape.optional(),
    quantization_config: z
      .object({
        scalar: z.object({
          type: z.literal('int8'),
          quantile: z.number().optional(),
          always_ram: z.boolean().optional(),
        }),
      })
      .optional(),
  }),
  createIndex: z.object({
    field_name: z.string(),
    field_schema: z.enum(['keyword', 'float', 'bool', 'datetime']),
  }),
  aliases: z.object({
    actions: z.array(
      z.union([
        z.object({ create_alias: z.object({ collection_name: z.string(), alias_name: z.string() }) }),
        z.object({ delete_alias: z.object({ alias_name: z.string() }) }),
      ]),
    ),
  }),
  upsert: z.object({
    points: z.array(
      z.object({
        id: pointIdShape,
        vector: z.record(z.string(), z.union([vectorShape, document])),
        payload: payloadShape.default({}),
      }),
    ),
  }),
  deletePoints: z.object({ points: z.array(pointIdShape) }),
  setPayload: z.object({ payload: payloadShape, points: z.array(pointIdShape) }),
  retrieve: z.object({
    ids: z.array(pointIdShape),
    with_payload: selectorShape.default(true),
    with_vector: selectorShape.default(false),
  }),
  query,
  queryBatch: z.object({ searches: z.array(query) }),
  queryGroups: z.object({
    query: vectorShape,
    using: z.string(),
    group_by: z.string(),
    group_size: z.int().min(1),
    limit: z.int().min(1),
  }),
  scroll: z.object({ order_by: z.string(), limit: z.int().min(1) }),
  count: z.object({ exact: z.boolean().optional(), filter: filter.optional() }),
  facet: z.object({
    key: z.string(),
    limit: z.int().min(1).default(10),
    exact: z.boolean().optional(),
    filter: filter.optional(),
  }),
};

export type PointId = z.output<typeof pointIdShape>;
export type Filter = z.output<typeof filter>;
export type Query = z.output<typeof query>;
export type CollectionSettings = z.output<typeof requestShapes.createCollection>;
export type NewPoint = z.output<typeof requestShapes.upsert>['points'][number];

/** Where `sent` has a field that is not in `understood`, the same value without what no shape mentions. */
function unknownField(sent: unknown, understood: unknown, path: string): string | undefined {
  if (typeof sent !== 'object' || sent === null || typeof understood !== 'object' || understood === null)
    return undefined;
  if (Array.isArray(sent) && typeof sent[0] !== 'object') return undefined;
  for (const [key, value] of Object.entries(sent)) {
    const here = path === '' ? key : `${path}.${key}`;
    const found = key in understood ? unknownField(value, Reflect.get(understood, key), here) : here;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every issue, those of a union's branches too. */
function flatten(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? [issue, ...issue.errors.flatMap(flatten)] : [issue],
  );
}

/** The problem in Qdrant's words where the recordings have them, in plain words otherwise. */
function describeIssues(issues: readonly z.core.$ZodIssue[], body: unknown): string {
  const badId = flatten(issues).find(({ message }) => message.includes('is not a valid point ID'));
  if (badId !== undefined) return badId.message;
  if (issues.some(({ path }) => path[0] === 'vectors')) {
    const column = JSON.stringify(body).length;
    return `data did not match any variant of untagged enum VectorsConfig at line 1 column ${column}`;
  }
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

/**
 * Reads a body. With `refuse`, a field that the double does not know is an error; with `ignore` it is dropped in silence,
 * as the real Qdrant does.
 */
export function readBody<Shape extends z.ZodType>(
  shape: Shape,
  body: unknown,
  unknownFields: 'refuse' | 'ignore',
): z.output<Shape> {
  const parsed = shape.safeParse(body);
  if (!parsed.success) throw formatError(describeIssues(parsed.error.issues, body));
  const unknown = unknownFields === 'refuse' ? unknownField(body, parsed.data, '') : undefined;
  if (unknown !== undefined) throw formatError(`the double knows no field ${unknown}; the real one would ignore it`);
  return parsed.data;
}
