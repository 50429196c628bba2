import { z } from 'zod';
import { retry } from '../../../async/retry.ts';
import { StartupError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { languageMismatch } from '../collection-name.ts';
import { FIRST_LANGUAGE } from '../languages.ts';
import type { CollectionIdentity } from '../types.ts';
import type { QdrantApi, Schemas } from './api.ts';
import { failureOf, type QdrantCall } from './call.ts';
import { FORMS_FIELD, IMAGE_VECTOR, LEXICAL_VECTOR, PRICE_FIELD, WORDS_FIELD } from './point.ts';

/** How a collection is laid out. It counts when the collection is created and never afterwards. */
export interface NewCollectionSettings {
  /** Parts that a cluster spreads over its machines. */
  shards: number;
  /** Copies of each part. */
  replicationFactor: number;
  /** `int8` searches over 8-bit copies of the vectors in memory and ranks what it finds by the vectors themselves. */
  quantization: 'none' | 'int8';
  /** Keep the vectors on disk and read them when needed. */
  onDisk: boolean;
}

/** The fields that filters, facets and orders ask for. A filter on a field without an index reads every product. */
const INDEXES = {
  category: 'keyword',
  price: 'float',
  inStock: 'bool',
  attributes: 'keyword',
  productId: 'keyword',
  indexedAt: 'datetime',
  [WORDS_FIELD]: 'keyword',
  [PRICE_FIELD]: 'keyword',
  [FORMS_FIELD]: 'keyword',
} as const satisfies Record<string, Schemas['PayloadSchemaType']>;

/** A new collection, or an index over a large one, takes the server longer than any search may. */
const SETUP_TIMEOUT_MS = 60_000;

const infoSchema = z.object({
  config: z.object({
    /** Absent in collections of a server before 1.16, which ignores it. */
    metadata: z.object({ modelId: z.string(), language: z.string().optional() }).optional().catch(undefined),
    params: z.object({
      vectors: z.object({
        [IMAGE_VECTOR]: z.object({
          size: z.number(),
          distance: z.string(),
          /** Absent in collections of an earlier version of Vitrine, which have no words to ask for either. */
          multivector_config: z.object({ comparator: z.literal('max_sim') }).optional(),
        }),
      }),
      sparse_vectors: z.object({ [LEXICAL_VECTOR]: z.object({ modifier: z.literal('idf') }) }),
    }),
  }),
  payload_schema: z.record(z.string(), z.object({ data_type: z.string() })),
});

/** The request that creates a collection. What its name cannot spell out is kept with it. */
export function newCollectionRequest(
  { modelId, dimension, language }: CollectionIdentity,
  settings: NewCollectionSettings,
): Schemas['CreateCollection'] {
  const image: Schemas['VectorParams'] = {
    size: dimension,
    distance: 'Cosine',
    multivector_config: { comparator: 'max_sim' },
  };
  if (settings.onDisk) image.on_disk = true;
  const lexical: Schemas['SparseVectorParams'] = { modifier: 'idf' };
  const request: Schemas['CreateCollection'] = {
    vectors: { [IMAGE_VECTOR]: image },
    sparse_vectors: { [LEXICAL_VECTOR]: lexical },
    shard_number: settings.shards,
    replication_factor: settings.replicationFactor,
    metadata: { modelId, language },
  };
  if (settings.quantization === 'int8') {
    const scalar: Schemas['ScalarQuantizationConfig'] = { type: 'int8', quantile: 0.99, always_ram: true };
    const quantization: Schemas['ScalarQuantization'] = { scalar };
    request.quantization_config = quantization;
  }
  return request;
}

/** What making a collection ready needs. */
export interface SetupDeps {
  api: QdrantApi;
  call: QdrantCall;
  logger: Logger;
}

/** Creates the collection `name` unless it is there. Two servers that start at once may both ask; one of them makes it. */
export async function ensureCollection(
  { api, call, logger }: SetupDeps,
  name: string,
  request: Schemas['CreateCollection'],
): Promise<void> {
  const exists = async (): Promise<boolean> => {
    const answer = await call('look for the collection', (signal) =>
      api.collectionExists({ collection_name: name }, { signal }),
    );
    return answer.exists;
  };
  if (await exists()) return;
  try {
    await call(
      'create the collection',
      (signal) => api.createCollection({ collection_name: name, ...request }, { signal }),
      { timeoutMs: SETUP_TIMEOUT_MS },
    );
    logger.info(`Created the collection ${name} in Qdrant.`);
  } catch (error) {
    if (failureOf(error)?.status !== 409) throw error;
    // Another server has created it: then it is there soon, on every machine of a cluster.
    const look = async () => {
      if (!(await exists())) throw error;
    };
    await retry(look, { pauseMs: (reason, failures) => (reason === error && failures < 20 ? 100 : undefined) });
  }
}

/** What is stored about a collection. Throws StartupError for one that Vitrine did not make, or not this way. */
export async function readCollection({ api, call }: SetupDeps, name: string) {
  const answer = await call('read the collection', (signal) =>
    api.getCollection({ collection_name: name }, { signal }),
  );
  const info = infoSchema.safeParse(answer);
  if (!info.success) {
    throw new StartupError(
      `The collection ${name} in Qdrant was not made by Vitrine: it lacks the dense vector "${IMAGE_VECTOR}" or the ` +
        `sparse vector "${LEXICAL_VECTOR}" with the idf modifier. Choose another name (COLLECTION), or remove it.`,
    );
  }
  const { metadata, params } = info.data.config;
  if (params.vectors[IMAGE_VECTOR].multivector_config === undefined) {
    throw new StartupError(
      `The collection ${name} in Qdrant was made by an earlier version of Vitrine, which kept one image of a product and ` +
        `no words to count by. Choose another name (COLLECTION) and index the products again; the old one stays as it is.`,
    );
  }
  const indexes = new Map(
    Object.entries(info.data.payload_schema).map(([field, { data_type: kind }]) => [field, kind]),
  );
  return { metadata, ...params.vectors[IMAGE_VECTOR], indexes };
}

/**
 * Refuses a collection whose vectors cannot be this model's, or whose words are of another language, and adds the indexes
 * it lacks. Throws StartupError.
 */
export async function prepareCollection(deps: SetupDeps, name: string, identity: CollectionIdentity): Promise<void> {
  const { modelId, dimension } = identity;
  const { size, distance, indexes, metadata } = await readCollection(deps, name);
  if (size !== dimension || distance !== 'Cosine') {
    throw new StartupError(
      `The collection ${name} in Qdrant holds vectors of ${size} dimensions compared by ${distance}, but the model ` +
        `"${modelId}" makes vectors of ${dimension} dimensions compared by Cosine. Go back to the model that made the ` +
        `collection (CLIP_MODEL), or choose another name for it (COLLECTION).`,
    );
  }
  checkLanguage(deps, name, identity, metadata);
  for (const [field, kind] of Object.entries(INDEXES)) {
    if (indexes.get(field) === kind) continue;
    const request: Schemas['CreateFieldIndex'] = { field_name: field, field_schema: kind };
    await deps.call(
      `index ${field}`,
      (signal) => deps.api.createFieldIndex({ collection_name: name, wait: true, ...request }, { signal }),
      { timeoutMs: SETUP_TIMEOUT_MS },
    );
    deps.logger.debug(`Indexed ${field} in the collection ${name}.`);
  }
}

/** A server before 1.16 keeps no note with a collection: there the configuration has to be believed. */
function checkLanguage(
  { logger }: SetupDeps,
  name: string,
  wanted: CollectionIdentity,
  metadata: { language?: string | undefined } | undefined,
): void {
  if (metadata === undefined) {
    if (wanted.language === FIRST_LANGUAGE) return;
    logger.warn(`Qdrant does not say in which language ${name} is indexed; it is taken to be ${wanted.language}.`);
    return;
  }
  const stored = metadata.language ?? FIRST_LANGUAGE;
  if (stored !== wanted.language) throw languageMismatch(stored, wanted, `the collection ${name} in Qdrant`);
}
