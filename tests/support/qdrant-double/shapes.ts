import { z } from 'zod';

/** An answer that is not a success. Its body is an error in Qdrant's form, or `body`. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, error: string, body: unknown = { status: { error } }) {
    super(error);
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
  }
}

const pointId = z.union([z.int().min(0), z.uuid()]);
const vector = z.array(z.number());
const payload = z.record(z.string(), z.unknown());
const selector = z.union([z.boolean(), z.array(z.string()), z.object({ exclude: z.array(z.string()) })]);
const keyword = z.union([z.string(), z.int(), z.boolean()]);
const document = z.object({ text: z.string(), model: z.string() });
const sparse = z.object({ indices: z.array(z.int().min(0)), values: z.array(z.number()) });

const hasId = z.object({ has_id: z.array(pointId) });
const field = z.object({
  key: z.string(),
  match: z.union([z.object({ value: keyword }), z.object({ any: z.array(keyword) })]).optional(),
  range: z.object({ gte: z.number().optional(), lt: z.number().optional(), lte: z.number().optional() }).optional(),
});
const conditions = z.array(z.union([hasId, field]));
const unwanted = z.strictObject({ must_not: conditions });
const filter = z.object({
  must: z.array(z.union([hasId, unwanted, field])).optional(),
  must_not: conditions.optional(),
});
const query = z.object({
  query: z
    .union([
      vector,
      document,
      sparse,
      z.object({ order_by: z.object({ key: z.string(), direction: z.enum(['asc', 'desc']).optional() }) }),
    ])
    .optional(),
  using: z.string().optional(),
  filter: filter.optional(),
  params: z
    .object({
      exact: z.boolean().optional(),
      hnsw_ef: z.int().min(1).optional(),
      quantization: z
        .object({ rescore: z.boolean().optional(), oversampling: z.number().min(1).optional() })
        .optional(),
    })
    .optional(),
  score_threshold: z.number().optional(),
  limit: z.int().min(0).default(10),
  offset: z.int().min(0).default(0),
  with_payload: selector.default(false),
});

/** The bodies of the requests that the double answers: what the adapter sends and what was recorded, and no more. */
export const requestShapes = {
  createCollection: z.object({
    vectors: z.record(
      z.string(),
      z.object({
        size: z.int().min(1),
        distance: z.literal('Cosine'),
        on_disk: z.boolean().optional(),
        multivector_config: z.object({ comparator: z.literal('max_sim') }).optional(),
      }),
    ),
    sparse_vectors: z.record(z.string(), z.object({ modifier: z.literal('idf').optional() })).default({}),
    shard_number: z.int().min(1).default(1),
    replication_factor: z.int().min(1).default(1),
    metadata: payload.optional(),
    quantization_config: z
      .object({ scalar: z.object({ type: z.literal('int8'), quantile: z.number(), always_ram: z.boolean() }) })
      .optional(),
  }),
  createIndex: z.object({ field_name: z.string(), field_schema: z.enum(['keyword', 'float', 'bool', 'datetime']) }),
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
        id: pointId,
        vector: z.record(z.string(), z.union([vector, z.array(vector).min(1), document, sparse])),
        payload: payload.default({}),
      }),
    ),
    update_mode: z.enum(['upsert', 'insert_only', 'update_only']).default('upsert'),
    update_filter: filter.optional(),
  }),
  deletePoints: z.object({ points: z.array(pointId) }),
  setPayload: z.object({ payload, points: z.array(pointId) }),
  retrieve: z.object({
    ids: z.array(pointId),
    with_payload: selector.default(true),
    with_vector: selector.default(false),
  }),
  query,
  queryBatch: z.object({ searches: z.array(query) }),
  scroll: z.object({
    offset: pointId.optional(),
    limit: z.int().min(1).default(10),
    with_payload: selector.default(true),
  }),
  count: z.object({ exact: z.boolean().optional(), filter: filter.optional() }),
  facet: z.object({
    key: z.string(),
    limit: z.int().min(1).default(10),
    exact: z.boolean().optional(),
    filter: filter.optional(),
  }),
};

export type PointId = z.output<typeof pointId>;
export type Condition = z.output<typeof field> | z.output<typeof hasId> | z.output<typeof unwanted>;
export type Filter = z.output<typeof filter>;
export type Query = z.output<typeof query>;
export type CollectionSettings = z.output<typeof requestShapes.createCollection>;
export type Upsert = z.output<typeof requestShapes.upsert>;
export type NewPoint = Upsert['points'][number];

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

/** Half a surrogate pair: the only thing that JSON.stringify writes as such an escape. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/i;

/**
 * Reads a body. With `refuse`, a field that the double does not know is an error; with `ignore` it is dropped in silence,
 * as the real Qdrant does. Half a surrogate pair is refused, as the real one's parser does and JavaScript's does not.
 */
export function readBody<Shape extends z.ZodType>(
  shape: Shape,
  text: string,
  unknownFields: 'refuse' | 'ignore',
): z.output<Shape> {
  if (LONE_SURROGATE.test(text)) throw new Refusal(400, 'Format error in JSON body: unexpected end of hex escape');
  const body: unknown = JSON.parse(text);
  const parsed = shape.safeParse(body);
  if (!parsed.success) throw new Refusal(400, `Format error in JSON body: ${z.prettifyError(parsed.error)}`);
  const unknown = unknownFields === 'refuse' ? unknownField(body, parsed.data, '') : undefined;
  if (unknown !== undefined) throw new Refusal(400, `the double knows no field ${unknown}; the real one ignores it`);
  return parsed.data;
}
